"""A pool's ledger is append-only whoever writes: the engine itself refuses an UPDATE or DELETE."""

from django.db import migrations

TABLE = "delivery_poolentry"
POSTGRES_FORWARD = [
    f"CREATE TRIGGER {TABLE}_append_only BEFORE UPDATE OR DELETE ON {TABLE} "
    "FOR EACH ROW EXECUTE FUNCTION civic_append_only();"
]
POSTGRES_BACK = [f"DROP TRIGGER {TABLE}_append_only ON {TABLE};"]
SQLITE_FORWARD = [
    f"CREATE TRIGGER {TABLE}_no_{verb.lower()} BEFORE {verb} ON {TABLE} "
    f"BEGIN SELECT RAISE(ABORT, '{TABLE} is append-only'); END;"
    for verb in ("UPDATE", "DELETE")
]
SQLITE_BACK = [f"DROP TRIGGER {TABLE}_no_{verb};" for verb in ("update", "delete")]


def forward(apps, schema_editor):
    run(schema_editor, POSTGRES_FORWARD, SQLITE_FORWARD)


def back(apps, schema_editor):
    run(schema_editor, POSTGRES_BACK, SQLITE_BACK)


def run(schema_editor, postgres, sqlite):
    for statement in postgres if schema_editor.connection.vendor == "postgresql" else sqlite:
        schema_editor.execute(statement, params=None)


class Migration(migrations.Migration):
    dependencies = [("delivery", "0001_initial"), ("civic", "0002_append_only_record")]
    operations = [migrations.RunPython(forward, back)]
