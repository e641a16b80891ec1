"""Searches find words inside texts by an index of three-letter pieces (pg_trgm); SQLite reads its rows through."""

from django.db import migrations

COLUMNS = ("code", "title", "place_text", "need", "plan")


def _run(schema_editor, statements):
    if schema_editor.connection.vendor == "postgresql":
        for statement in statements:
            schema_editor.execute(statement)


def forward(_apps, schema_editor):
    """One index a column, on what ``icontains`` asks for."""
    made = [
        f"CREATE INDEX project_search_{column} ON proposals_project USING gin (UPPER({column}::text) gin_trgm_ops)"
        for column in COLUMNS
    ]
    _run(schema_editor, ["CREATE EXTENSION IF NOT EXISTS pg_trgm", *made])


def back(_apps, schema_editor):
    """The extension stays: others may use it."""
    _run(schema_editor, [f"DROP INDEX project_search_{column}" for column in COLUMNS])


class Migration(migrations.Migration):
    dependencies = [("proposals", "0001_initial")]
    operations = [migrations.RunPython(forward, back)]
