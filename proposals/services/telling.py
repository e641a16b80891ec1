"""How what is near its day or past it is told (快到期提醒、超期上报): when, in which words and to whom the round says.

Every clock of a project asks here: its steps, the departments' pre-reviews, answers to objections, what must be put
right. What was told stands on the row (``ToldWhenLate``), so the clock may ask every minute.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple, Protocol

from django.db import models

from civic.audit import record
from civic.calendar import workdays_between
from civic.models import Area, Level, Role
from civic.models.record import Kind
from civic.moments import today
from proposals import late_queries, rules, sentences
from proposals.models import Project, Round
from proposals.round_rules import RoundRules, Told
from proposals.services import moves

BATCH = 500


class Clocked(Protocol):
    """A row of a model that is told when late (``ToldWhenLate``), with its day and its limit in working days."""

    pk: Any
    due_on: Any
    overdue_level: Any
    overdue_told: Any

    @property
    def limit_workdays(self) -> Any: ...


class About(NamedTuple):
    """Whose clock it is and what is to be done by it, as the sentence says them; the event is ``act``.overdue or .near_due.

    ``on``: the row the event is about, where that is not the project. ``is_higher``: it is done by an office above
    the town's, or by those whom the town reports to, and is told to the ones above them. ``besides``: other projects
    that it is about as well; their pages say it too, and nobody is told of it twice.
    """

    act: str
    unit: str
    what: str
    on: models.Model | None = None
    is_higher: bool = False
    kind: Kind = Kind.DECISION
    besides: Sequence[Project] = ()


class News(NamedTuple):
    """Keys of the rows of which there is something new to tell; each is asked again under its lock."""

    late: Iterable[Any]
    near: Iterable[Any]


def news(running: models.QuerySet[Any, Any], rounds: Mapping[int, Round], *, to: str) -> News:
    """What there is to tell of rows whose clock runs, whose round is at ``to``; near ones only where anybody is reminded."""
    day, clock = today(), (to, "due_on", "limit_workdays")
    reminded = [pk for pk, one in rounds.items() if one.terms.near_due_to]
    late, near = late_queries.overdue(running, day), late_queries.to_come(running, day, reminded, to=to)
    return News(
        _keys(late, (*clock, "overdue_level"), lambda its_round, *row: is_new(rounds[its_round].terms, *row)),
        _keys(near, clock, lambda its_round, *row: is_near(rounds[its_round].terms, *row)) if reminded else (),
    )


def _keys(rows: models.QuerySet[Any, Any], clock: tuple[str, ...], is_due: Callable[..., bool]) -> Iterator[Any]:
    """The keys of what is due, in batches, ``rows`` being in the order of theirs.

    Asked every minute: first whether any clock among them, of which there are as many as days and limits, has something
    new; only then are the rows read.
    """
    if not any(is_due(*one) for one in rows.order_by().values_list(*clock).distinct()):
        return
    batch = list(rows.values_list("pk", *clock)[:BATCH])
    while batch:
        yield from (pk for pk, *one in batch if is_due(*one))
        batch = list(rows.filter(pk__gt=batch[-1][0]).values_list("pk", *clock)[:BATCH])


def late(row: Clocked, project: Project, about: About, *, by: str) -> bool:
    """Tell of one row of a project that passed its day, each step upwards once. False when there is nothing new to tell."""
    told = late_by(row, project.round.terms, about, on=about.on or project, by=by, mark=project.mark)
    if told:
        _touch(project, *about.besides)
    return told


def near(row: Clocked, project: Project, about: About, *, by: str) -> bool:
    """Remind of one row that comes near its day, whom the rules want reminded. Once for each day it is due on."""
    told = near_by(row, project.round.terms, about, on=about.on or project, by=by, mark=project.mark)
    if told:
        _touch(project, *about.besides)
    return told


def late_by(
    row: Clocked,
    terms: RoundRules,
    about: About,
    *,
    on: models.Model,
    by: str,
    mark: str = "",
    more: Mapping[str, Any] | None = None,
) -> bool:
    """The same by the rules of any round, for what no project stands behind; ``more`` goes into the event's ``after``."""
    days = workdays_between(row.due_on, today())
    level = _level(terms, row.limit_workdays, days)
    if level <= row.overdue_level:
        return False
    steps = _upwards(terms, is_higher=about.is_higher)
    _rows(row).update(overdue_level=level, overdue_told=_heard(row, steps, level))
    limit = row.limit_workdays
    said: dict[str, Any] = {
        "by": by,
        "kind": about.kind,
        "sentence": sentences.overdue(about.unit, about.what, days, steps[level]),
        "used_workdays": None if limit is None else limit + days,
        "limit_workdays": limit,
        "mark": mark,
        "is_public": terms.overdue_is_public,
    }
    _say(f"{about.act}.overdue", about, on=on, told=heard_in(steps[level]), more=more, **said)
    return True


def near_by(row: Clocked, terms: RoundRules, about: About, *, on: models.Model, by: str, mark: str = "") -> bool:
    """The same by the rules of any round, for what no project stands behind."""
    if not is_near(terms, row.due_on, row.limit_workdays):
        return False
    _rows(row).update(near_told_on=row.due_on)
    left = workdays_between(today(), row.due_on)
    said: dict[str, Any] = {
        "by": by,
        "kind": Kind.DAILY,
        "sentence": sentences.near_due(about.unit, about.what, left, terms.near_due_to),
        "mark": mark,
        "is_public": terms.overdue_is_public,
    }
    _say(f"{about.act}.near_due", about, on=on, told=heard_in(terms.near_due_to), **said)
    return True


def is_near(terms: RoundRules, due_on: date | None, limit: int | None) -> bool:
    """Near by the round's own rules, and somebody beyond who has it to be reminded."""
    if due_on is None or not terms.near_due_to:
        return False
    return rules.deadline_chip(workdays_between(today(), due_on), limit, near=rules.near(terms)).kind == "soon"


def is_new(terms: RoundRules, due_on: date, limit: int | None, told: int = 0) -> bool:
    """Whether there is more to tell of what was due on a day than was told so far."""
    return _level(terms, limit, workdays_between(due_on, today())) > told


def heard_in(to: Told) -> dict[str, Any] | None:
    """What the record keeps of it: the roles in whose inbox it comes; nobody's of those who have no desk here."""
    roles = [role for role in to if role in Role.values]
    return {"told": roles if len(roles) > 1 else roles[0]} if roles else None


def town_of(area: Area) -> str:
    """The name of the town whose offices do what a project of this place waits for (镇街)."""
    return area.parent.short_name if area.level == Level.VILLAGE and area.parent else area.short_name


def _say(
    action: str,
    about: About,
    *,
    on: models.Model,
    told: Mapping[str, Any] | None,
    more: Mapping[str, Any] | None = None,
    **said: Any,
) -> None:
    """Record it where it belongs, and on the pages of the other projects without telling anybody again."""
    record(action, on=on, after={**(more or {}), **(told or {})} or None, **said)
    for other in about.besides:
        record(action, on=other, after=dict(more) if more else None, **said | {"mark": other.mark})


def _touch(*projects: Project) -> None:
    for project in projects:
        moves.touch(project)


def _level(terms: RoundRules, limit: int | None, days: int) -> int:
    return rules.overdue_level(limit or 0, days, terms.escalate_share, terms.escalate_after_workdays)


def _upwards(terms: RoundRules, *, is_higher: bool) -> Mapping[int, Told]:
    """To whom the first and the second telling go: of what a village or a town has, or of what stands above them."""
    if is_higher:
        return {1: terms.escalate_higher_to, 2: terms.escalate_higher_next_to}
    return {1: terms.escalate_to, 2: terms.escalate_next_to}


def _heard(row: Clocked, steps: Mapping[int, Told], level: int) -> str:
    """Everyone on whose desk it stands from now on: who was told before, though the rules have changed, and who is now."""
    now_told = (role for at in range(row.overdue_level + 1, level + 1) for role in steps[at])
    return " ".join(dict.fromkeys((*row.overdue_told.split(), *now_told)))


def _rows(row: Clocked) -> models.QuerySet[Any]:
    return type(row)._default_manager.filter(pk=row.pk)  # type: ignore[attr-defined]
