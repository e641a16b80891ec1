"""A poll's result stays as it was counted, whoever writes: the engine itself refuses an UPDATE or DELETE."""

from importlib import import_module

from django.db import migrations

run = import_module("voting.migrations.0002_append_only_urn_log").run
TABLES = ("voting_result", "voting_resultline")

POSTGRES_FORWARD = """
CREATE OR REPLACE FUNCTION result_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation'; END $$;
""" + "".join(
    f"CREATE TRIGGER {t}_append_only BEFORE UPDATE OR DELETE ON {t} FOR EACH ROW EXECUTE FUNCTION result_append_only();\n"
    for t in TABLES
)
POSTGRES_BACK = "DROP FUNCTION result_append_only() CASCADE;"
SQLITE_FORWARD = [
    f"CREATE TRIGGER {t}_no_{verb.lower()} BEFORE {verb} ON {t} BEGIN SELECT RAISE(ABORT, '{t} is append-only'); END;"
    for t in TABLES
    for verb in ("UPDATE", "DELETE")
]
SQLITE_BACK = [f"DROP TRIGGER {t}_no_{verb};" for t in TABLES for verb in ("update", "delete")]


def forward(apps, schema_editor):
    run(schema_editor, [POSTGRES_FORWARD], SQLITE_FORWARD)


def back(apps, schema_editor):
    run(schema_editor, [POSTGRES_BACK], SQLITE_BACK)


class Migration(migrations.Migration):
    dependencies = [("voting", "0004_result_line_cost")]
    operations = [migrations.RunPython(forward, back)]
