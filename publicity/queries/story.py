"""A project's page (项目页): the five answers, the money, the record and all the rest, in a fixed number of queries."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, NamedTuple

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Subquery, Value
from django.utils.timezone import localdate

from civic import corrections
from civic.calendar import add_workdays, workdays_between
from civic.models import AuditEvent
from civic.moments import now, today
from civic.permissions import User
from civic.rules import mask_staff
from proposals.handling import handler
from proposals.models import Merge, MergeState, Project, ProjectState, Screening, Seconding, Step
from proposals.queries import Seconds, handed_on, visible_to
from publicity import steps
from publicity.models import Notice, NoticeState, Objection
from publicity.offices import AGAINST
from publicity.queries import objections, record, works
from publicity.queries.people import SYSTEM
from publicity.queries.search import SECONDS
from voting import papers
from voting.models import Meeting, Poll
from voting.queries import listed, missing_record
from wishes.models import Demand

S = ProjectState
MOVED_BY = {  # the event that says why a project stands beside the path
    S.RETURNED: "project.return",
    S.RESERVE: "project.reserve",
    S.PAUSED: "project.pause",
    S.DECLINED: "project.decline",
    S.TRANSFERRED: "project.transfer",
    S.MERGED: "project.merge",
    S.WITHDRAWN: "project.withdraw",
    S.TERMINATED: "project.terminate",
}
WITH_NOTICE = frozenset({S.ON_NOTICE, S.OBJECTED})
IS_JOINED = Exists(Merge.objects.filter(target=OuterRef("pk"), state=MergeState.DONE))
IS_CONSIDERED = Exists(
    Merge.objects.filter(Q(source=OuterRef("pk")) | Q(target=OuterRef("pk")), state=MergeState.PROPOSED)
)
LAST_EVENT = Subquery(AuditEvent.objects.filter(subject=OuterRef("code")).order_by("-pk").values("pk")[:1])


class Picture(NamedTuple):
    """A public photo by its public name."""

    token: str
    caption: str


class Joined(NamedTuple):
    """A project that was merged into another (并入)."""

    pk: int
    into: int
    code: str | None
    title: str


@dataclass
class Story:
    """All a project's page shows; the words of the 现在 card are made from it by publicity.saying."""

    project: Project
    bar: steps.Bar
    works: works.Works
    events: list[record.Told]
    has_more: bool
    ahead: list[tuple[str, Any]]
    unit: str
    sponsor: str
    due_on: date | None
    left: int | None
    seconding: Seconds
    objections: list[Objection] = field(default_factory=list)
    notice: Notice | None = None
    objection_until: datetime | None = None
    mover: record.Told | None = None
    pictures: dict[int, list[Picture]] = field(default_factory=dict)  # by objection; the proposal's own under 0
    merged_into: Project | None = None
    merged_from: list[Joined] = field(default_factory=list)
    considered: list[Merge] = field(default_factory=list)
    stood: str = ""
    meeting: Meeting | None = None
    lacking: str = ""
    handed: Screening | None = None
    poll: Poll | None = None

    @property
    def open_objections(self) -> int:
        return sum(objection.is_open for objection in self.objections)

    @property
    def files(self) -> list[dict[str, str]]:
        """Every document the record names, newest first and each once (文件)."""
        return list({d["url"]: d for event in self.events for d in event.documents if d["url"]}.values())


def marked(user: User, code: str) -> QuerySet[Project]:
    """The project of a code for this reader: its name and place, and what tells whether its page changed."""
    return (
        visible_to(user)
        .filter(code=code)
        .select_related(None)
        .select_related("area")
        .annotate(is_joined=IS_JOINED, seconds=SECONDS, last_event=LAST_EVENT)
        .only("code", "title", "version", "area__name", "area__level")
    )


def found(user: User, code: str) -> QuerySet[Project]:
    """The project of a code for this reader, with all its page needs of its own row."""
    return (
        visible_to(user)
        .filter(code=code)
        .select_related("area__parent", "round", "proposer", "proposing_unit", "entered_by", "sponsor")
        .annotate(
            is_joined=IS_JOINED,
            is_considered=IS_CONSIDERED,
            seconds=SECONDS,
            demand_number=Subquery(Demand.objects.filter(project=OuterRef("pk")).values("number")[:1]),
            is_objected_to=Exists(Objection.objects.filter(project=OuterRef("pk"))),
        )
    )


def story(
    project: Project,
    *,
    reader: User,
    joined: Iterable[Joined],
    seconding: Seconds,
    kind: str = "",
    everything: bool = False,
) -> Story:
    """Gather a project's page. ``kind`` filters the record; ``everything`` shows it without the fold of old events."""
    events = list(record.events_of(project.code or "", kind=kind)[: None if everything else record.SHOWN + 1])
    has_more = not everything and len(events) > record.SHOWN
    events = events[: record.SHOWN] if has_more else events
    heard = list(objections.of_project(project)) if project.is_objected_to else []  # type: ignore[attr-defined]
    pictures = _pictures(project, heard)
    mover = _mover(project, [] if kind else events)
    told_mover = record.told([mover])[0] if mover else None
    stood = (mover.before or {}).get("state", "") if mover else ""
    stood = project.resume_state or stood
    told = record.told(events)
    corrections.offer(events, told, reader, "publicity:correct")
    if told and not kind and project.state not in steps.STOPPED | {S.COMPLETED}:
        told[0].is_now = True
    notice = _notice(project)
    due_on = _due_on(project, notice)
    return Story(
        project=project,
        bar=steps.bar(project.round.route, project.state, stood=stood),
        works=works.of(project),
        events=told,
        has_more=has_more,
        ahead=_ahead(project, stood),
        unit=_unit(project, told_mover),
        sponsor=mask_staff(project.sponsor.name) if project.sponsor else "",
        due_on=due_on,
        left=_left(project, due_on),
        objections=heard,
        notice=notice,
        objection_until=_until(project, notice),
        mover=told_mover,
        pictures=pictures,
        merged_into=_merged_into(project),
        merged_from=[each for each in joined if each.into == project.pk],
        considered=_considered(project),
        stood=stood,
        seconding=seconding,
        meeting=_meeting(project),
        poll=papers.of_project(project) if Step.POLL in project.round.route else None,
        handed=handed_on(project) if project.state == S.TRANSFERRED else None,
        lacking=missing_record(project) if project.state == S.FOR_ASSEMBLY else "",
    )


def _mover(project: Project, events: list[AuditEvent]) -> AuditEvent | None:
    """The event that put the project beside the path; looked up apart when the page does not show it."""
    action = MOVED_BY.get(S(project.state))
    if action is None:
        return None
    shown = next((event for event in events if event.action == action), None)
    return shown or record.events_of(project.code or "").filter(action=action).first()


def _notice(project: Project) -> Notice | None:
    if project.state not in WITH_NOTICE:
        return None
    return project.notices.filter(state=NoticeState.RUNNING).first()


def _until(project: Project, notice: Notice | None) -> datetime | None:
    """Until when an objection is taken; None when it is not, or no more."""
    if project.state in AGAINST:
        until = objections.objection_until(project)
    else:
        until = notice.ends_at if notice else None
    return until if until and until >= now() else None


def _due_on(project: Project, notice: Notice | None) -> date | None:
    """The day the present step ends; a notice counts to its own end."""
    return localdate(notice.ends_at) if notice and project.state == S.ON_NOTICE else project.due_on


def _left(project: Project, due_on: date | None) -> int | None:
    """Working days the present step has left."""
    return None if due_on is None or project.limit_workdays is None else workdays_between(today(), due_on)


def _ahead(project: Project, stood: str) -> list[tuple[str, Any]]:
    """The steps to come with the days they are expected to begin."""
    states = steps.still_to_come(project.round.route, project.state, stood=stood)
    days = steps.expected_days(
        states, terms=project.round.terms, due_on=project.due_on, today=today(), add_workdays=add_workdays
    )
    return list(zip(states, days, strict=True))


def _unit(project: Project, mover: record.Told | None) -> str:
    """Who has it now, unit and post (谁在办); for one that ended, who decided so."""
    if project.state in steps.STOPPED - {S.TRANSFERRED} and mover is not None:
        return "" if mover.who == SYSTEM else mover.who
    return handler(project)


def _meeting(project: Project) -> Meeting | None:
    """The meeting at which the assembly will decide, once it is called."""
    if project.state != S.FOR_ASSEMBLY:
        return None
    item = listed().filter(project=project).select_related("meeting__assembly__area").first()
    return item.meeting if item else None


def _merged_into(project: Project) -> Project | None:
    if project.state != S.MERGED:
        return None
    merge = project.merges_out.filter(state=MergeState.DONE).select_related("target").first()
    return merge.target if merge else None


def _considered(project: Project) -> list[Merge]:
    """Merges of it that are being considered (拟合并): into another, or of others into this one."""
    if not project.is_considered:  # type: ignore[attr-defined]
        return []
    here = Merge.objects.filter(Q(source=project) | Q(target=project), state=MergeState.PROPOSED)
    return list(here.select_related("source", "target").order_by("pk"))


def joined_to(project: Project) -> list[Joined]:
    """Every project that lives on in this one, those that joined through another included."""
    if not project.is_joined:  # type: ignore[attr-defined]
        return []
    rows = Merge.objects.filter(target__round=project.round_id, state=MergeState.DONE).order_by("pk")
    merges = [Joined(*row) for row in rows.values_list("source", "target", "source__code", "source__title")]
    found: list[Joined] = []
    layer = {project.pk}
    while nearest := [merge for merge in merges if merge.into in layer and merge not in found]:
        found += nearest
        layer = {merge.pk for merge in nearest}
    return found


def seconding(project: Project, user: User, joined: Iterable[Joined]) -> Seconds:
    """附议 here and in all that joined: each person once; hidden while people vote."""
    standing = Seconding.objects.filter(project__in=[project.pk, *(each.pk for each in joined)], withdrawn_at=None)
    mine = user.is_authenticated and standing.filter(person=user).exists()
    is_open = project.is_open_to_seconds
    if project.state == S.IN_POLL:
        return Seconds(None, mine, is_open)
    if not joined:
        return Seconds(project.seconds, mine, is_open)  # type: ignore[attr-defined]
    return Seconds(standing.aggregate(people=Count("person", distinct=True))["people"], mine, is_open)


def _pictures(project: Project, heard: list[Objection]) -> dict[int, list[Picture]]:
    """The public photos of the proposal (under 0) and of each objection, in one query."""
    own = Project.photos.through.objects.filter(project=project).annotate(owner=Value(0))
    theirs = Objection.photos.through.objects.filter(objection__in=[each.pk for each in heard])
    rows = _shown(own)
    if heard:
        rows = rows.union(_shown(theirs.annotate(owner=F("objection_id"))), all=True)
    found: dict[int, list[Picture]] = {}
    for owner, _pk, token, caption in sorted(rows):
        found.setdefault(owner, []).append(Picture(str(token), caption))
    return found


def _shown(rows: QuerySet[Any]) -> QuerySet[Any]:
    """The public ones among the rows of a photo table: whose, in which order, by which name."""
    public = rows.filter(attachment__is_public=True).order_by()
    return public.values_list("owner", "attachment__pk", "attachment__token", "attachment__caption")
