"""The urn's log and its signed heads are append-only whoever writes: the engine itself refuses an UPDATE or DELETE."""

from django.db import migrations

TABLES = ("voting_logleaf", "voting_checkpoint")

POSTGRES_FORWARD = """
CREATE OR REPLACE FUNCTION urn_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation'; END $$;
""" + "".join(
    f"CREATE TRIGGER {t}_append_only BEFORE UPDATE OR DELETE ON {t} FOR EACH ROW EXECUTE FUNCTION urn_append_only();\n"
    for t in TABLES
)
POSTGRES_BACK = "DROP FUNCTION urn_append_only() CASCADE;"
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


def run(schema_editor, postgres, sqlite):
    for statement in postgres if schema_editor.connection.vendor == "postgresql" else sqlite:
        schema_editor.execute(statement, params=None)  # no parameters: a % is a %


class Migration(migrations.Migration):
    dependencies = [("voting", "0001_initial")]
    operations = [migrations.RunPython(forward, back, hints={"urn": True})]
