"""Tables that only grow, for migrations (只增不改): the engine itself refuses an UPDATE or DELETE, whoever writes."""

from django.db.migrations import RunPython

REFUSE = """
CREATE OR REPLACE FUNCTION civic_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation'; END $$;
"""


def append_only(*tables: str, **hints: bool) -> RunPython:
    """The operation that lays triggers on these tables. SQLite drops them when it makes a table anew: lay them last."""

    def forward(_apps, schema_editor):
        _run(schema_editor, [REFUSE, *map(_postgres, tables)], [s for table in tables for s in _sqlite(table)])

    def back(_apps, schema_editor):
        dropped = [f"DROP TRIGGER {t}_no_{verb};" for t in tables for verb in ("update", "delete")]
        _run(schema_editor, [f"DROP TRIGGER {t}_append_only ON {t};" for t in tables], dropped)

    return RunPython(forward, back, hints=hints)


def lifted(*tables: str, **hints: bool) -> RunPython:
    """The operation that takes the triggers away, so that a later migration may change the tables and lay them anew."""
    laid = append_only(*tables, **hints)
    return RunPython(laid.reverse_code, laid.code, hints=hints)


def _postgres(table: str) -> str:
    return (
        f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table} "
        "FOR EACH ROW EXECUTE FUNCTION civic_append_only();"
    )


def _sqlite(table: str) -> list[str]:
    said = f"SELECT RAISE(ABORT, '{table} is append-only')"
    return [
        f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} BEGIN {said}; END;"
        for verb in ("UPDATE", "DELETE")
    ]


def _run(schema_editor, postgres: list[str], sqlite: list[str]) -> None:
    for statement in postgres if schema_editor.connection.vendor == "postgresql" else sqlite:
        schema_editor.execute(statement, params=None)  # no parameters: a % is a %
