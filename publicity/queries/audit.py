"""The log as an overseer reads it (办理日志): who, what, when, before and after; nothing can be changed from here.

Read backwards from an event (``before``), never counted: a log of millions opens as quickly as one of ten.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, NamedTuple

from django.conf import settings
from django.db.models import Model, Q, QuerySet
from django.utils.translation import gettext_lazy

from civic.models import AuditEvent, Person
from civic.moments import midnight
from civic.permissions import has_role, scopes
from civic.telling import PLAIN, text, who, with_names
from proposals.queries import within
from publicity import field_words
from publicity.act_words import acts_called, in_words
from publicity.field_words import called, thing_of
from publicity.permissions import READS_LOG

A_PAGE = 50
AT_ONCE = 2000
MOST_LETTERS = 200
THINGS = {
    "account": gettext_lazy("村务公开"),
    "assembly": gettext_lazy("议事会"),
    "draft": gettext_lazy("草稿"),
    "meeting": gettext_lazy("会议"),
    "poll": gettext_lazy("居民投票"),
    "pool": gettext_lazy("资金池"),
    "whatif": gettext_lazy("测算"),
}


class Change(NamedTuple):
    """One field before and after."""

    name: str
    before: str
    after: str


@dataclass
class Entry:
    """One line of the log."""

    event: AuditEvent
    about: str
    act: str
    who: str
    what: str
    changes: list[Change]


def found(person: Person, asked: Mapping[str, Any]) -> QuerySet[AuditEvent]:
    """The events of this person's places that are asked for, the last recorded first."""
    return found_in(scopes(person, READS_LOG), asked, of_no_place=reads_all(person))


def reads_all(person: Person) -> bool:
    """What belongs to no place (the wording of messages, the registers) is the district's."""
    return has_role(person, READS_LOG, settings.HOME_AREA)


def found_in(prefixes: Iterable[str], asked: Mapping[str, Any], *, of_no_place: bool) -> QuerySet[AuditEvent]:
    """The events of some places that are asked for, the last recorded first."""
    inside = within(prefixes)
    if of_no_place:
        inside |= Q(area=None)
    events = with_names(AuditEvent.objects.filter(inside)).order_by("-pk")
    if asked.get("code"):
        events = events.filter(subject=asked["code"].upper())
    if asked.get("unit"):
        events = events.filter(unit__contains=asked["unit"])
    if asked.get("action"):
        events = events.filter(Q(action__in=acts_called(asked["action"])) | Q(action__contains=asked["action"]))
    if asked.get("since"):
        events = events.filter(recorded_at__gte=midnight(asked["since"]))
    if asked.get("until"):
        events = events.filter(recorded_at__lt=midnight(asked["until"] + timedelta(days=1)))
    if asked.get("shown"):
        events = events.filter(is_public=asked["shown"] == "public")
    return events


def a_page(events: QuerySet[AuditEvent], before: int | None) -> tuple[list[Entry], int | None]:
    """A page of entries, and the event the next page goes on before; None at the end."""
    rows = list((events.filter(pk__lt=before) if before else events)[: A_PAGE + 1])
    more = rows[A_PAGE - 1].pk if len(rows) > A_PAGE else None
    return [entry(event) for event in rows[:A_PAGE]], more


def entry(event: AuditEvent) -> Entry:
    """An event with what it changed."""
    is_said = bool(event.sentence) or event.action in PLAIN
    act = in_words(event.action)
    changed = changes(event.before, event.after, thing_of(event))
    return Entry(event, about(event.subject), act, who(event), text(event) if is_said else act, changed)


def about(subject: str) -> str:
    """What an event belongs to: a number of ours as it is, what has none by its kind and key."""
    kind, colon, key = subject.partition(":")
    return f"{THINGS[kind]}{key}" if colon and kind in THINGS else subject


def changes(before: Any, after: Any, of: type[Model] | None = None) -> list[Change]:
    """Field by field what was and what is, in the words of the thing it is ``of``; what stayed the same is left out."""
    old, new = (
        value if isinstance(value, Mapping) else {} if value is None else {"": value} for value in (before, after)
    )
    names = [*old, *(name for name in new if name not in old)]
    pairs = [(name, old.get(name), new.get(name)) for name in names if old.get(name) != new.get(name)]
    return [Change(called(name, of), _shown(name, was, of), _shown(name, now, of)) for name, was, now in pairs]


def _shown(name: str, value: Any, of: type[Model] | None) -> str:
    said = field_words.in_words(name, value, of)
    return said if len(said) <= MOST_LETTERS else f"{said[:MOST_LETTERS]}…"


def lines(events: QuerySet[AuditEvent]) -> Iterator[tuple[Any, ...]]:
    """The same entries as rows of a file."""
    for event in events.iterator(AT_ONCE):
        one = entry(event)
        changed = "；".join(f"{each.name}: {each.before} → {each.after}" for each in one.changes)
        yield (
            *(event.pk, event.recorded_at, event.happened_at, event.subject, one.act, one.who, one.what, changed),
            *(event.reason, event.rule, event.money_delta_yuan, event.get_channel_display(), int(event.is_public)),
        )
