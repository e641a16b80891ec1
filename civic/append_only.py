"""Tables that only grow, and rows that are closed, for migrations: the engine itself refuses the change, whoever writes."""

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


def closed_rows(app: str, model: str, closed: str, *, free: tuple[str, ...] = (), takes_new: bool = False) -> RunPython:
    """The operation that lets rows change until they are closed (定稿以后不改): ``closed`` is the condition, ``{row}`` the row.

    ``free`` names the fields that go on changing. A closed row is neither changed nor deleted; none is added to what is
    closed either, unless it ``takes_new``. SQLite drops the triggers when it makes the table anew, and refuses to make a
    table anew that a trigger of another names: lift them first, lay them last.
    """

    def forward(apps, schema_editor):
        fields = apps.get_model(app, model)._meta.local_concrete_fields
        columns = ", ".join(schema_editor.quote_name(f.column) for f in fields if f.name not in free)
        table = apps.get_model(app, model)._meta.db_table
        rows = {verb: closed.format(row=row) for verb, row in (("UPDATE", "OLD"), ("DELETE", "OLD"), ("INSERT", "NEW"))}
        if takes_new:
            del rows["INSERT"]
        _run(schema_editor, _closed_postgres(table, columns, rows), _closed_sqlite(table, columns, rows))

    def back(apps, schema_editor):
        table = apps.get_model(app, model)._meta.db_table
        dropped = [f"DROP TRIGGER IF EXISTS {table}_closed_{verb};" for verb in ("update", "delete", "insert")]
        _run(schema_editor, [f"DROP FUNCTION {table}_closed() CASCADE;"], dropped)

    return RunPython(forward, back)


def _closed_postgres(table: str, columns: str, rows: dict[str, str]) -> list[str]:
    checks = "\n".join(
        f"IF TG_OP = '{verb}' AND ({closed}) THEN RAISE EXCEPTION '{table} is closed' "
        "USING ERRCODE = 'integrity_constraint_violation'; END IF;"
        for verb, closed in rows.items()
    )
    body = f"BEGIN {checks} IF TG_OP = 'DELETE' THEN RETURN OLD; END IF; RETURN NEW; END"
    verbs = " OR ".join(f"UPDATE OF {columns}" if verb == "UPDATE" else verb for verb in rows)
    return [
        f"CREATE OR REPLACE FUNCTION {table}_closed() RETURNS trigger LANGUAGE plpgsql AS $$ {body} $$;",
        f"CREATE TRIGGER {table}_closed BEFORE {verbs} ON {table} FOR EACH ROW EXECUTE FUNCTION {table}_closed();",
    ]


def _closed_sqlite(table: str, columns: str, rows: dict[str, str]) -> list[str]:
    return [
        f"CREATE TRIGGER {table}_closed_{verb.lower()} BEFORE {f'UPDATE OF {columns}' if verb == 'UPDATE' else verb} "
        f"ON {table} WHEN {closed} BEGIN SELECT RAISE(ABORT, '{table} is closed'); END;"
        for verb, closed in rows.items()
    ]


def listed(table: str, waiting: str, column: str) -> RunPython:
    """The operation that notes each new row's id in a list of what waits (等着办的新行), in the transaction of the row itself.

    Who works the list off sees a row as soon as it is committed, however late that is and whatever its number. SQLite
    drops the trigger when it makes the table anew: lay it last.
    """
    note = f"INSERT INTO {waiting} ({column}) VALUES (NEW.id);"  # noqa: S608  names of ours
    postgres = [
        f"CREATE OR REPLACE FUNCTION {waiting}_note() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {note} RETURN NULL; END $$;",
        f"CREATE TRIGGER {waiting}_note AFTER INSERT ON {table} FOR EACH ROW EXECUTE FUNCTION {waiting}_note();",
    ]
    sqlite = [f"CREATE TRIGGER {waiting}_note AFTER INSERT ON {table} BEGIN {note} END;"]

    def forward(_apps, schema_editor):
        _run(schema_editor, postgres, sqlite)

    def back(_apps, schema_editor):
        _run(schema_editor, [f"DROP FUNCTION {waiting}_note() CASCADE;"], [f"DROP TRIGGER {waiting}_note;"])

    return RunPython(forward, back)


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
