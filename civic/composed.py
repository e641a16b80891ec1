"""Look-ups that nearly every request makes (常用查询), composed once for each process and then only run.

For a row or two found by an index, to compose the statement costs Python several times what running it costs.
"""

from collections.abc import Callable
from functools import cached_property
from typing import Any, NamedTuple

from django.db import connections
from django.db.models import Expression, Model, QuerySet


class Given(Expression):
    """Stands in a filter for a value that is given when the statement runs."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.name = name

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        return "%s", (self,)


class Statement(NamedTuple):
    """What the ORM made of a query: ``model`` and its ``names`` where rows of a model are asked for."""

    database: str
    sql: str
    parameters: tuple[Any, ...]
    converters: dict[int, tuple[list[Callable[..., Any]], Any]]
    model: type[Model] | None
    names: list[str]


class Composed:
    """A query with a ``Given`` for each value that differs: rows of one model, or of ``values_list``, as tuples."""

    def __init__(self, query: Callable[[], QuerySet[Any, Any]]) -> None:
        self._query = query

    def __call__(self, **given: Any) -> list[Any]:
        """The rows that are found with these values."""
        statement = self._statement
        connection = connections[statement.database]
        values = [given[one.name] if isinstance(one, Given) else one for one in statement.parameters]
        with repeated(connection) as cursor:
            cursor.execute(statement.sql, [connection.ops.adapt_unknown_value(value) for value in values])
            return [_read(statement, list(row), connection) for row in cursor.fetchall()]

    @cached_property
    def _statement(self) -> Statement:
        found = self._query()
        compiler = found.query.get_compiler(using=found.db)
        sql, parameters = compiler.as_sql()
        columns = [column for column, *_rest in compiler.select]
        model = found.model if found.query.default_cols else None
        names = [column.target.attname for column in columns] if model else []
        return Statement(found.db, sql, tuple(parameters), compiler.get_converters(columns), model, names)


def repeated(connection: Any) -> Any:
    """A cursor for statements that are run over and over."""
    return getattr(connection, "repeated_cursor", connection.cursor)()


def _read(statement: Statement, row: list[Any], connection: Any) -> Any:
    """The row as the ORM would give it."""
    for place, (converters, column) in statement.converters.items():
        for convert in converters:
            row[place] = convert(row[place], column, connection)
    if statement.model is None:
        return tuple(row)
    return statement.model.from_db(statement.database, statement.names, row)
