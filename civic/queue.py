"""What waits for somebody (待办), as lines of one shape, so that the items of every app are read in one statement.

An app's `todo.py` names each kind of work once (`Kind`) and gives its queues their lines (`civic.pages.Todo.items`);
nothing is read before `publicity.queries.desk` joins them, filters them and turns a page of them into words.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from django.db.models import CharField, Count, DateField, Expression, F, IntegerField, Q, QuerySet, Value
from django.db.models.functions import Cast, Coalesce
from django.urls import reverse
from django.utils.functional import Promise

SHAPE = ("kind", "ref", "number", "title", "note", "since", "due_on", "limit", "area", "round", "order")
LINE = tuple(f"line_{name}" for name in SHAPE)
GROUP = ("line_kind", "line_round", "line_limit", "line_due_on")
ORDER = ("line_order", "line_since", "line_kind", "line_ref")
NEVER = date(9999, 12, 31)  # what has no day comes last
Column = str | Expression | None


@dataclass(frozen=True)
class Kind:
    """One kind of work (哪一类事): what to do, what happens when its day passes, and the page where it is done.

    A line's ``ref`` is what its page's address asks for; two things stand in it with a slash between.
    """

    key: str
    act: str | Promise
    lapse: str | Promise
    route: str
    has_own_page: bool = True
    in_workdays: bool = True
    is_told: bool = False  # late with somebody else, and told to this office (超期上报)
    bulk: str = ""  # where the ones that are ticked are posted together, by number; only for what harms nobody

    def url(self, ref: str) -> str:
        return reverse(self.route, args=ref.split("/") if self.has_own_page else [])


class Lines(NamedTuple):
    """The lines of one kind, not read yet."""

    kind: Kind
    rows: QuerySet[Any, Any]


KINDS: dict[str, Kind] = {}


def kind(key: str, act: str | Promise, lapse: str | Promise, route: str, **more: Any) -> Kind:
    """Name a kind of work. ValueError on a second one of the same key."""
    if key in KINDS:
        raise ValueError(f"two kinds of work {key}")
    KINDS[key] = Kind(key, act, lapse, route, **more)
    return KINDS[key]


def lines(
    of: Kind,
    found: QuerySet[Any, Any],
    *,
    ref: Column,
    title: Column,
    since: str,
    area: str,
    number: Column = None,
    note: Column = None,
    due_on: Column = None,
    limit: Column = None,
    round: Column = None,
) -> Lines:
    """Rows of one kind as lines: for each column the field, or the expression, that holds it."""
    columns = {
        "kind": Value(of.key, output_field=CharField()),
        "ref": _text(ref),
        "number": _text(number),
        "title": _text(title),
        "note": _text(note),
        "since": F(since),
        "due_on": _or_none(due_on, DateField()),
        "limit": _or_none(limit, IntegerField()),
        "area": _text(area),
        "round": _or_none(round, IntegerField()),
    }
    rows = found.order_by().annotate(**{f"line_{name}": column for name, column in columns.items()})
    return Lines(of, rows.annotate(line_order=Coalesce("line_due_on", Value(NEVER, output_field=DateField()))))


def project_lines(of: Kind, found: QuerySet[Any, Any], *, to: str = "", **columns: Column) -> Lines:
    """The same where a project stands behind each row: at ``to`` from the row (``project__``), or the row itself.

    The project's own clock, unless ``columns`` bring another.
    """
    own = {
        "ref": f"{to}code",
        "number": f"{to}code",
        "title": f"{to}title",
        "since": f"{to}state_since",
        "due_on": f"{to}due_on",
        "limit": f"{to}limit_workdays",
        "area": f"{to}area_id",
        "round": f"{to}round_id",
    }
    return lines(of, found, **(own | columns))  # type: ignore[arg-type]


def joined(items: Sequence[QuerySet[Any, Any]]) -> QuerySet[Any, Any]:
    """All lines in the order in which they are due, for slicing."""
    rows = [found.values_list(*LINE) for found in items]
    return rows[0].union(*rows[1:], all=True).order_by(*ORDER)


def grouped(items: Sequence[QuerySet[Any, Any]]) -> QuerySet[Any, Any]:
    """How many lines of each kind, round, limit and day: what every count on the page is added up from."""
    rows = [found.values(*GROUP).annotate(line_many=Count("pk")).values_list(*GROUP, "line_many") for found in items]
    return rows[0].union(*rows[1:], all=True)


def holding(text: str) -> Q:
    """Lines whose number, title or note holds this text (搜索)."""
    return Q(line_number__icontains=text) | Q(line_title__icontains=text) | Q(line_note__icontains=text)


def _text(column: Column) -> Expression:
    if column is None:
        return Value("", output_field=CharField())
    return Cast(F(column) if isinstance(column, str) else column, CharField())


def _or_none(column: Column, field: Any) -> Any:
    if column is None:
        return Cast(Value(None), field)
    return F(column) if isinstance(column, str) else column
