"""What more than one caller reads about assemblies and meetings (读). Nothing here tells a split before the close."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db.models import Count, F, Max, Prefetch, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from civic.models import Appointment, Area, Attachment, AuditEvent, Person, Role
from civic.moments import now, today
from proposals.models import PreReview, Project, ProjectState, ReviewState, Round, Seconding
from voting import meeting_words, sentences
from voting.meeting_rules import assembly_owed
from voting.models import (
    AgendaItem,
    Assembly,
    Attendance,
    Choice,
    Conflict,
    ItemState,
    Meeting,
    MeetingState,
    MeetingVote,
    MinutesCorrection,
    Outcome,
    SecretSlip,
    Undertaking,
    UndertakingState,
)
from voting.models.meetings import HELD, LIVE
from voting.permissions import OFFICE
from voting.rules.thresholds import quorum


@dataclass(frozen=True)
class Standing:
    """Who is there against who is due (应到、实到): the quorum meter's figures."""

    due: int
    present: int
    needed: int
    share: Fraction

    @property
    def missing(self) -> int:
        return max(0, self.needed - self.present)

    @property
    def share_words(self) -> str:
        return _(sentences.share(self.share))


@dataclass(frozen=True)
class Tally:
    """The count of one voting (票数)."""

    votes_for: int
    against: int
    abstain: int

    @property
    def cast(self) -> int:
        return self.votes_for + self.against + self.abstain


@dataclass(frozen=True)
class Live:
    """What the room sees now (会场): the quorum, the item in hand and how many have voted, never what."""

    standing: Standing
    item: AgendaItem | None
    is_open: bool
    cast: int
    voters: int
    pass_rule: str
    at: datetime

    @property
    def missing(self) -> int:
        """Who may vote on the item under vote and has not (还没投)."""
        return self.voters - self.cast


@dataclass
class ItemView:
    """An item with what its brief and its result show to one reader (议题一页纸)."""

    item: AgendaItem
    seconds: int
    mine: MeetingVote | None
    named: list[MeetingVote]
    reader_id: int | None

    @property
    def aside(self) -> list[Conflict]:
        """Who stands aside (回避)."""
        return list(self.item.conflicts.all())

    @property
    def i_stand_aside(self) -> bool:
        return any(c.member_id == self.reader_id for c in self.aside)

    @property
    def aside_names(self) -> str:
        return "、".join(c.member.public_name for c in self.aside)

    @property
    def by_choice(self) -> list[dict[str, str]]:
        """Who voted how, masked, in an open vote that is closed."""
        rows = [(c.label, [v.member.public_name for v in self.named if v.choice == c]) for c in Choice]
        return [{"label": str(label), "names": "、".join(names)} for label, names in rows if names]


def meetings() -> QuerySet[Meeting]:
    """All meetings are public, the missed and the cancelled too."""
    return Meeting.objects.select_related("assembly__area", "round")


def for_list(area_code: str = "") -> QuerySet[Meeting]:
    """Meetings of a place and below it, newest first, with how many items each has."""
    area = Area.objects.filter(pk=area_code).first() if area_code else None
    found = meetings().annotate(item_count=Count("items")).order_by("-starts_at", "-pk")
    return found.filter(assembly__area__code__startswith=area.prefix) if area else found


def for_page() -> QuerySet[Meeting]:
    """A meeting with the people and the neighbours its page names."""
    return meetings().select_related(
        "chair", "recorder", "teller", "monitor", "confirmed_by", "prior_document", "reconvenes", "reconvened"
    )


def for_api() -> QuerySet[Meeting]:
    items = AgendaItem.objects.select_related("project").order_by("order")
    beside = [
        Prefetch("corrections", queryset=MinutesCorrection.objects.select_related("item")),
        Prefetch("undertakings", queryset=Undertaking.objects.select_related("item")),
    ]
    return meetings().prefetch_related(Prefetch("items", queryset=items), *beside).order_by("-starts_at", "-pk")


def live_assemblies(area_ids: Iterable[str] | None = None) -> QuerySet[Assembly]:
    live = Assembly.objects.filter(ended_on=None).select_related("area")
    return live if area_ids is None else live.filter(area_id__in=area_ids)


def assemblies_of(prefixes: Iterable[str]) -> QuerySet[Assembly]:
    """The live assemblies within an officer's reach."""
    return live_assemblies().filter(within("area__code", prefixes))


def members(assembly: Assembly, on: date) -> QuerySet[Person]:
    """Who is due (应到成员): appointed as member in that very area and in office on the day."""
    seats = Appointment.objects.live(on).filter(role=Role.ASSEMBLY_MEMBER, area_id=assembly.area_id)
    return Person.objects.filter(pk__in=seats.values("person_id")).order_by("name", "pk")


def due(meeting: Meeting, on: date) -> QuerySet[Person]:
    """The members due: the frozen roll once there is one, else the members of the day."""
    return meeting.roll.order_by("name", "pk") if meeting.due_count is not None else members(meeting.assembly, on)


def standing(meeting: Meeting, on: date) -> Standing:
    """The quorum as it stands now; at a meeting that was missed or closed, as it stood then."""
    if meeting.state == MeetingState.INQUORATE:
        due_count, present = meeting.due_count or 0, meeting.present_count or 0
    elif meeting.due_count is not None:
        due_count, present = meeting.due_count, meeting.attendances.count()
    else:
        who = members(meeting.assembly, on).values("pk")
        due_count, present = who.count(), meeting.attendances.filter(member_id__in=who).count()
    needed = quorum(due_count, meeting.quorum_share) if due_count else 0
    return Standing(due_count, present, needed, meeting.quorum_share)


def waiting_projects(area: Area, round: Round | None = None) -> QuerySet[Project]:
    """Projects of the place that wait for an assembly and are on no live agenda (待议事)."""
    found = waiting_within([area.prefix])
    found = found if round is None else found.filter(round=round)
    return found.select_related("round", "area").order_by("due_on", "pk")


def last_time(assembly: Assembly) -> dict[str, Any]:
    """Where and under whom an assembly met last (上次的地点和主持人), for the next call; nothing before the first."""
    held = Meeting.objects.filter(assembly=assembly).exclude(state=MeetingState.CANCELLED)
    return dict(held.order_by("-starts_at", "-pk").values("place", "chair").first() or {})


def waiting_within(prefixes: Iterable[str]) -> QuerySet[Project]:
    waiting = Project.objects.filter(within("area__code", prefixes), state=ProjectState.FOR_ASSEMBLY)
    return waiting.exclude(pk__in=listed().values("project_id"))


def calls_to_make(prefixes: Iterable[str]) -> dict[str, list]:
    """What an officer may call: (assembly, round, how many wait) with a round for every assembly, and places where projects wait without an assembly."""
    counts = list(waiting_within(prefixes).order_by().values_list("area_id", "round_id").annotate(Count("pk")))
    rounds = Round.objects.in_bulk({round_id for _area, round_id, _n in counts})
    assemblies = list(assemblies_of(prefixes))
    pairs: dict[tuple[int, int], list] = {}
    orphans: set[str] = set()
    for area_id, round_id, number in sorted(counts):
        assembly = next((a for a in assemblies if a.area.covers(area_id)), None)
        if assembly is None:
            orphans.add(area_id)
            continue
        pair = pairs.setdefault((assembly.pk, round_id), [assembly, rounds[round_id], 0])
        pair[2] += number
    latest = rounds_over(assemblies)
    for assembly in assemblies:
        if assembly.pk in latest and all(pk != assembly.pk for pk, _round in pairs):
            pairs[assembly.pk, latest[assembly.pk].pk] = [assembly, latest[assembly.pk], 0]
    return {"pairs": list(pairs.values()), "orphans": list(Area.objects.filter(pk__in=orphans))}


def listed() -> QuerySet[AgendaItem]:
    """Items that still hold their project: on a live agenda and not put off."""
    return AgendaItem.objects.filter(meeting__state__in=LIVE).exclude(outcome=Outcome.DEFERRED)


def agenda(meeting: Meeting) -> QuerySet[AgendaItem]:
    """The items in order with what their one-page briefs show."""
    answered = PreReview.objects.filter(state=ReviewState.ANSWERED).select_related("department")
    return (
        AgendaItem.objects.filter(meeting=meeting)
        .select_related("project__area", "project__proposer", "project__proposing_unit")
        .prefetch_related(
            Prefetch("project__photos", queryset=Attachment.objects.filter(is_public=True, kind="photo")),
            Prefetch("project__reviews", queryset=answered.order_by("attempt", "pk")),
            Prefetch("conflicts", queryset=Conflict.objects.select_related("member")),
        )
        .order_by("order")
    )


def earlier_votings(meeting: Meeting) -> dict[int, list[AuditEvent]]:
    """The votings of this meeting that were held anew (重新表决), by the item's order, as the record keeps them."""
    if meeting.opened_at is None:
        return {}
    codes = meeting.items.filter(ballot__gt=1).values("project__code")
    events = AuditEvent.objects.filter(action="item.reopened", subject__in=codes, recorded_at__gte=meeting.opened_at)
    if meeting.closed_at:
        events = events.filter(recorded_at__lte=meeting.closed_at)
    found: dict[int, list[AuditEvent]] = {}
    for event in events.order_by("pk"):
        found.setdefault((event.after or {}).get("item", 0), []).append(event)
    return found


def item_views(meeting: Meeting, reader: Person | AnonymousUser) -> list[ItemView]:
    """The agenda for one reader: the same number of queries for one item or many."""
    items = list(agenda(meeting))
    seconds, named = seconds_of(i.project_id for i in items), named_votes(meeting)
    mine = votes_of(meeting, reader) if reader.is_authenticated else {}
    found = []
    for item in items:
        item.meeting = meeting
        found.append(
            ItemView(item, seconds.get(item.project_id, 0), mine.get(item.pk), named.get(item.pk, []), reader.pk)
        )
    return found


def votes_of(meeting: Meeting, member: Person) -> dict[int, MeetingVote]:
    """A member's own votes in the present votings, by item."""
    votes = MeetingVote.objects.filter(item__meeting=meeting, member=member, ballot=F("item__ballot"))
    return {vote.item_id: vote for vote in votes}


def attendance_of(meeting: Meeting, reader: Person | AnonymousUser) -> Attendance | None:
    return meeting.attendances.filter(member=reader).first() if reader.is_authenticated else None


def live(meeting: Meeting, on: date, items: Sequence[AgendaItem] | None = None) -> Live:
    """The item under vote, else the one decided last; ``items`` where the caller has them already."""
    items = list(meeting.items.select_related("project")) if items is None else items
    under_vote = next((item for item in items if item.state == ItemState.OPEN), None)
    decided = [item for item in items if item.state == ItemState.CLOSED and item.closed_at]
    now_standing = standing(meeting, on)
    if under_vote is None:
        last = max(decided, key=lambda item: (item.closed_at, item.order), default=None)
        return Live(now_standing, last, False, 0, 0, meeting_words.pass_rule(meeting), now())
    under_vote.meeting = meeting
    voters = now_standing.present - recused_present(under_vote)
    return Live(now_standing, under_vote, True, cast_count(under_vote), voters, meeting_words.pass_rule(meeting), now())


def seconds_of(project_ids: Iterable[int]) -> dict[int, int]:
    """How many second each project now (附议)."""
    rows = Seconding.objects.filter(project_id__in=project_ids, withdrawn_at=None)
    return dict(rows.values_list("project_id").annotate(Count("pk")).order_by())


def cast_count(item: AgendaItem) -> int:
    """How many have voted in the present voting: the number alone, never what."""
    return MeetingVote.objects.filter(item=item, ballot=item.ballot).count()


def tally(item: AgendaItem) -> Tally:
    """The count of the present voting, for the close alone."""
    source = SecretSlip.objects if item.meeting.is_secret else MeetingVote.objects
    choices = Counter(source.filter(item=item, ballot=item.ballot).values_list("choice", flat=True))
    return Tally(choices[Choice.FOR], choices[Choice.AGAINST], choices[Choice.ABSTAIN])


def recused_present(item: AgendaItem) -> int:
    """Members who came and stand aside on the item (回避)."""
    return item.conflicts.filter(member_id__in=item.meeting.attendances.values("member_id")).count()


def named_votes(meeting: Meeting) -> dict[int, list[MeetingVote]]:
    """Who voted how in each closed item of an open vote (记名); nothing of a secret one or before the close."""
    if meeting.is_secret:
        return {}
    votes = MeetingVote.objects.filter(item__meeting=meeting, item__state=ItemState.CLOSED).select_related("member")
    found: dict[int, list[MeetingVote]] = {}
    for vote in votes.filter(ballot=F("item__ballot")).order_by("item_id", "member__name", "member_id"):
        found.setdefault(vote.item_id, []).append(vote)
    return found


def undertakings(meeting: Meeting) -> QuerySet[Undertaking]:
    """What this meeting settled that somebody shall do (议定事项)."""
    return meeting.undertakings.select_related("owner")


def corrections(meeting: Meeting) -> QuerySet[MinutesCorrection]:
    """What its closed minutes said wrongly and what is right (更正), the oldest first."""
    return meeting.corrections.select_related("made_by", "item")


def promised() -> QuerySet[Undertaking]:
    """Things to do with the meeting that settled on them and who undertook them."""
    return Undertaking.objects.select_related("meeting__assembly__area", "owner", "item__project")


def undertakings_running() -> QuerySet[Undertaking]:
    """Things still to do of which not all is told yet: late ones, and those nobody was reminded of (快到期、超期)."""
    to_come = Q(near_told_on=None) | ~Q(near_told_on=F("due_on"))
    running = Undertaking.objects.filter(state=UndertakingState.OPEN)
    return running.filter(Q(due_on__lt=today(), overdue_level__lt=2) | Q(due_on__gte=today()) & to_come).order_by("pk")


@dataclass(frozen=True)
class Before:
    """What the meeting before settled, and how far it is (上次会议的决定): gone through at this one."""

    meeting: Meeting
    items: list[AgendaItem]
    undertakings: list[Undertaking]


def brought_forward(meeting: Meeting) -> Before | None:
    """The meeting held before this one, with its items as they stand, and all that is still to be done or was done since."""
    held = Meeting.objects.filter(assembly_id=meeting.assembly_id, state__in=HELD, starts_at__lt=meeting.starts_at)
    last = held.order_by("-starts_at", "-pk").first()
    if last is None:
        return None
    earlier = Undertaking.objects.filter(meeting__in=held).filter(
        Q(state=UndertakingState.OPEN) | Q(settled_at__gte=last.starts_at)
    )
    items = last.items.exclude(outcome="").select_related("project").order_by("order")
    return Before(last, list(items), list(earlier.select_related("owner")))


def owing(assemblies: Iterable[Assembly], on: date) -> dict[int, tuple[date, date]]:
    """Which assemblies owe a meeting, and for which period (一个季度至少开一次), by the rules of the last round over each place."""
    found = list(assemblies)
    rounds = rounds_over(found)
    counts = Q(meetings__state__in=[*HELD, MeetingState.CALLED])
    last = dict(
        Assembly.objects.filter(pk__in=[one.pk for one in found])
        .annotate(last=Max("meetings__starts_at", filter=counts))
        .values_list("pk", "last")
    )
    owed = {}
    for one in found:
        moment = last.get(one.pk)
        period = assembly_owed(
            last=timezone.localdate(moment) if moment else None,
            since=one.starts_on,
            on=on,
            months=rounds[one.pk].terms.assembly_every_months if one.pk in rounds else 0,
        )
        if period is not None:
            owed[one.pk] = period
    return owed


def rounds_over(assemblies: Iterable[Assembly]) -> dict[int, Round]:
    """The round that began last over each assembly's place, whose rules it meets by; assemblies without one are left out."""
    lies_in = {one.pk: {one.area_id, *above(one.area_id)} for one in assemblies}
    areas = set().union(*lies_in.values())
    rounds = list(Round.objects.filter(area_id__in=areas, opens_at__lte=now()).order_by("-opens_at", "-pk"))
    first = {pk: next((round for round in rounds if round.area_id in codes), None) for pk, codes in lies_in.items()}
    return {pk: round for pk, round in first.items() if round is not None}


def above(code: str) -> list[str]:
    """The places a place lies in, from the province down."""
    return [code[:digits].ljust(12, "0") for digits in (2, 4, 6, 9)]


def attendances(meeting: Meeting) -> QuerySet[Attendance]:
    return meeting.attendances.select_related("member").order_by("member__name", "member_id")


def candidates(area: Area, roles: Iterable[Role], on: date) -> QuerySet[Person]:
    """People who may be given a post at a meeting: in office over the place, or members of its assembly."""
    offices = Appointment.objects.live(on).filter(role__in=list(roles), area_id__in=[area.code, *above(area.code)])
    seats = Appointment.objects.live(on).filter(role=Role.ASSEMBLY_MEMBER, area=area)
    return Person.objects.filter(Q(pk__in=offices.values("person_id")) | Q(pk__in=seats.values("person_id"))).order_by(
        "name", "pk"
    )


def recorders(area: Area, on: date) -> QuerySet[Person]:
    """People in office over the place: they may chair or keep the record."""
    offices = Appointment.objects.live(on).filter(role__in=OFFICE, area_id__in=[area.code, *above(area.code)])
    return Person.objects.filter(pk__in=offices.values("person_id")).order_by("name", "pk")


def missing_record(project: Project) -> str:
    """What the assembly's step still lacks in public (缺什么): the minutes of a vote already held; else nothing."""
    held = AgendaItem.objects.filter(project=project, meeting__state=MeetingState.CLOSED).exclude(
        outcome=Outcome.DEFERRED
    )
    return _("纪要还没上传") if held.exists() else ""


def within(field: str, prefixes: Iterable[str]) -> Q:
    """Rows whose area code starts with one of the prefixes; none for no prefix."""
    found = Q(pk__in=[])
    for prefix in prefixes:
        found |= Q(**{f"{field}__startswith": prefix})
    return found
