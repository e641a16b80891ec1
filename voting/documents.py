"""The minutes (会议纪要) as data, for the page and for PDF and Word: read off the record, nothing is typed twice."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime

from django.utils.translation import gettext as _

from civic.models import AuditEvent, Person
from voting import queries, sentences
from voting.models import AgendaItem, Choice, Meeting, MeetingVote

Naming = Callable[[Person], str]


@dataclass(frozen=True)
class CountRow:
    label: str
    number: int
    percent: str


@dataclass(frozen=True)
class ItemMinutes:
    """One item as the minutes tell it (议题)."""

    item: AgendaItem
    counts: list[CountRow]
    recused: list[str]
    named: list[tuple[str, list[str]]]
    why: str
    earlier: list[str]


@dataclass(frozen=True)
class CorrectionLine:
    """A mistake put right beside the closed minutes (更正). ``about`` is the number of the item, None for all of them."""

    about: int | None
    recorded: str
    right: str
    reason: str
    who: str
    at: datetime


@dataclass(frozen=True)
class Minutes:
    """Everything the minutes hold: the same for the page, the PDF and the Word file."""

    meeting: Meeting
    due: int
    present: int
    percent: str
    here: list[str]
    remote: list[str]
    absent: list[str]
    chair: str
    recorder: str
    teller: str
    monitor: str
    quorum_rule: str
    pass_rule: str
    items: list[ItemMinutes] = field(default_factory=list)
    undertakings: list[tuple[str, str, date]] = field(default_factory=list)
    """What is to be done (议定事项): what, who, by when."""
    corrections: list[CorrectionLine] = field(default_factory=list)


def masked(person: Person) -> str:
    """王**, for the public."""
    return person.public_name


def in_full(person: Person) -> str:
    """The name itself, for those who run the meeting and sign the paper."""
    return person.name


def minutes_of(meeting: Meeting, *, naming: Naming = masked) -> Minutes:
    """Gather the minutes of a meeting with names as this reader may see them."""
    came = list(queries.attendances(meeting))
    ids = {a.member_id for a in came}
    named, earlier = queries.named_votes(meeting), queries.earlier_votings(meeting)
    due = meeting.due_count or 0
    return Minutes(
        meeting=meeting,
        due=due,
        present=len(came),
        percent=sentences.percent(len(came), due),
        here=[naming(a.member) for a in came if a.how != "remote"],
        remote=[naming(a.member) for a in came if a.how == "remote"],
        absent=[naming(p) for p in meeting.roll.order_by("name", "pk") if p.pk not in ids],
        **{name: _post(getattr(meeting, name), naming) for name in ("chair", "recorder", "teller", "monitor")},
        quorum_rule=sentences.quorum_rule(meeting),
        pass_rule=sentences.pass_rule(meeting),
        items=[
            _item(item, meeting, named.get(item.pk, []), earlier.get(item.order, []), naming)
            for item in queries.agenda(meeting)
        ],
        undertakings=[(one.text, _post(one.owner, naming), one.due_on) for one in queries.undertakings(meeting)],
        corrections=corrections_of(meeting, naming=naming),
    )


def corrections_of(meeting: Meeting, *, naming: Naming = masked) -> list[CorrectionLine]:
    """What was put right since they were closed, with names as this reader may see them."""
    return [
        CorrectionLine(
            about=one.item.order if one.item else None,
            recorded=one.recorded,
            right=one.right,
            reason=one.reason,
            who=_post(one.made_by, naming),
            at=one.made_at,
        )
        for one in queries.corrections(meeting)
    ]


def _post(person: Person | None, naming: Naming) -> str:
    """Who held a post; in public with one star, as people in office are shown (黄*)."""
    if person is None:
        return ""
    return person.staff_name if naming is masked else naming(person)


def _item(
    item: AgendaItem, meeting: Meeting, votes: list[MeetingVote], earlier: list[AuditEvent], naming: Naming
) -> ItemMinutes:
    item.meeting = meeting
    rows = [(_("赞成"), item.votes_for), (_("反对"), item.votes_against), (_("弃权"), item.votes_abstain)]
    counts = [CountRow(label, n, sentences.percent(n, item.voting_count)) for label, n in rows if n is not None]
    if item.not_voted:
        counts.append(CountRow(_("未投"), item.not_voted, sentences.percent(item.not_voted, item.voting_count)))
    by_choice = [(c.label, [naming(v.member) for v in votes if v.choice == c]) for c in Choice]
    return ItemMinutes(
        item=item,
        counts=counts,
        recused=[naming(c.member) for c in item.conflicts.all()],
        named=[(label, names) for label, names in by_choice if names],
        why=sentences.why(item) if item.is_decided else "",
        earlier=[sentences.voted_anew(event.before or {}, event.reason) for event in earlier],
    )
