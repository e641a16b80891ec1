"""What of the assembly's work waits for a person (待办): projects to call a meeting for, meetings to hold or attend."""

from datetime import date

from django.db.models import Case, Count, DateField, DateTimeField, Q, QuerySet, Value, When
from django.db.models.functions import TruncDate
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from civic.models import Role
from civic.moments import midnight, today
from civic.pages import Todo, on_desk
from civic.permissions import User, has_role, scopes
from civic.queue import Kind, Lines, kind, lines, project_lines
from voting import desk_queries, paper_queries, queries, station_queries
from voting.models import (
    LIVE_POLLS,
    Assembly,
    Meeting,
    MeetingState,
    PaperBatch,
    PollState,
    Undertaking,
    UndertakingState,
)
from voting.permissions import OFFICE, POLL_OFFICE
from voting.services import urn

TO_HOLD = [MeetingState.CALLED, MeetingState.OPEN]
NOT_COUNTED = gettext_lazy("没进票箱，这次投票不能计票")
CALL = kind(
    "call", gettext_lazy("召集议事会"), gettext_lazy("到期没开会：公开页写明超期，报镇街"), "voting:call",
    has_own_page=False,
)  # fmt: skip
HOLD = kind("hold", gettext_lazy("开会"), gettext_lazy("人不够或没开成，项目就停在议事"), "voting:run")
ATTEND = kind("attend", gettext_lazy("参加会议"), gettext_lazy("人不够，会开不成，项目停在议事"), "voting:meeting")
MINUTES = kind("minutes", gettext_lazy("确认纪要"), gettext_lazy("纪要没确认，表决结果不生效"), "voting:minutes")
CADENCE = kind(
    "cadence", gettext_lazy("按期开议事会"), gettext_lazy("到期没开过会：欠着，直到开一次为止"), "voting:call",
    has_own_page=False, in_workdays=False,
)  # fmt: skip
UNDERTAKING = kind(
    "undertaking", gettext_lazy("办议定的事"), gettext_lazy("到期没报告：报上一级，下次会议上逐项说明"), "voting:undertaking",
    in_workdays=False,
)  # fmt: skip
ACT = kind("poll_act", gettext_lazy("确认投票的事"), gettext_lazy("没有第二人确认，这件事不生效"), "voting:poll")
DISPUTE = kind("dispute", gettext_lazy("答复代录异议"), gettext_lazy("居民在等答复"), "voting:assisted_list")
PAPER_READ = kind("paper_read", gettext_lazy("收回、录入纸质票"), NOT_COUNTED, "voting:paper")
PAPER_SIGN = kind("paper_sign", gettext_lazy("纸质票的账签字"), NOT_COUNTED, "voting:paper")


@on_desk
def polls_waiting_for(user: User) -> list[Todo]:
    """居民投票, with what waits for this person as the second one; for a worker only where there is a poll, and for the
    village office its stations."""
    if has_role(user, POLL_OFFICE):
        acts, disputes = desk_queries.acts_to_confirm(user), station_queries.disputes_to_answer(user)
        return [
            Todo(_("居民投票"), acts.count() + disputes.count(), reverse("voting:polls"), 0, _poll_acts(acts, disputes))
        ]
    if has_role(user, Role.VILLAGE_OFFICE) and (stations := station_queries.running_stations(user)):
        return [Todo(_("投票站"), 0, reverse("voting:station", args=[poll.pk])) for poll in stations]
    is_worker = has_role(user, Role.SOCIAL_WORKER) and desk_queries.on_desk(user).filter(state__in=LIVE_POLLS).exists()
    return [Todo(_("居民投票"), 0, reverse("voting:polls"))] if is_worker else []


def _poll_acts(acts: QuerySet, disputes: QuerySet) -> tuple[Lines, ...]:
    """What waits for a second person, and what somebody says of a vote entered for them."""
    return (
        lines(
            ACT,
            acts,
            ref="poll_id",
            title="poll__area__name",
            note="reason",
            since="asked_at",
            area="poll__area_id",
            round="poll__round_id",
        ),
        lines(
            DISPUTE,
            disputes,
            ref="entry__poll_id",
            title="entry__poll__area__name",
            since="disputed_at",
            area="entry__area_id",
            round="entry__poll__round_id",
        ),
    )


@on_desk
def paper_waiting_for(user: User) -> list[Todo]:
    """纸质票: where it is given out, what was not taken back or read yet, what two read differently, accounts to sign.

    Two queries, and one for each batch that is being read.
    """
    here, prepared = scopes(user, OFFICE), scopes(user, POLL_OFFICE)
    at_work = list(paper_queries.batches_in(paper_queries.TO_READ, here)) if here else []
    to_give = [batch for batch in at_work if batch.poll.state == PollState.OPEN]
    to_read = [batch for batch in at_work if batch.poll.state == PollState.CLOSED]
    signing = paper_queries.batches_in(paper_queries.TO_SIGN, prepared).exclude(asked_by=user.pk)
    to_sign = list(signing) if prepared else []
    reading = paper_queries.batches_in(paper_queries.TO_READ, here).filter(poll__state=PollState.CLOSED)
    todos = [
        _paper(_("纸质票要收回、录入"), to_read, _stacks(PAPER_READ, reading)),
        _paper(_("纸质票的账要签字、入票箱"), to_sign, _stacks(PAPER_SIGN, signing)),
    ]
    differing = [batch for batch in to_read if any(sheet.differs for sheet in urn.sheets(batch.poll_id, batch.number))]
    if differing:
        where = reverse("voting:paper_differences", args=[differing[0].poll_id, differing[0].number])
        todos.append(Todo(_("纸质票两遍录得不一样"), len(differing), where))
    giving = [_paper(_("发纸质票"), to_give, ())._replace(count=0)] if to_give else []  # nothing of it is overdue
    return giving + [todo for todo in todos if todo.count]


def _paper(label: str, batches: list[PaperBatch], items: tuple[Lines, ...]) -> Todo:
    return Todo(label, len(batches), reverse("voting:paper", args=[batches[0].poll_id]) if batches else "", 0, items)


def _stacks(of: Kind, batches: QuerySet) -> tuple[Lines, ...]:
    stacks = lines(
        of,
        batches,
        ref="poll_id",
        title="area__name",
        note="station",
        since="made_at",
        area="area_id",
        round="poll__round_id",
    )
    return (stacks,)


@on_desk
def waiting_for(user: User) -> list[Todo]:
    """待办, in at most two queries."""
    prefixes = scopes(user, OFFICE)
    todos = [_to_call(prefixes)] if prefixes else []
    seats = [o.area_id for o in getattr(user, "live_appointments", ()) if o.role == Role.ASSEMBLY_MEMBER]
    if not prefixes and not seats:
        return todos
    mine = queries.within("assembly__area__code", prefixes) | Q(assembly__area_id__in=seats) | Q(chair_id=user.pk)
    meetings = Meeting.objects.filter(mine)
    to_hold, to_confirm = Q(state__in=TO_HOLD), Q(state=MeetingState.CLOSED, chair_id=user.pk)
    counts = meetings.aggregate(
        to_hold=Count("pk", filter=to_hold),
        to_confirm=Count("pk", filter=to_confirm),
    )
    label, of = (_("要开的会"), HOLD) if prefixes else (_("要参加的会"), ATTEND)
    held = _meetings(of, meetings.filter(to_hold))
    todos.append(Todo(label, counts["to_hold"], reverse("voting:meetings"), 0, held))
    if counts["to_confirm"]:
        written = _meetings(MINUTES, meetings.filter(to_confirm))
        todos.append(Todo(_("待确认的纪要"), counts["to_confirm"], reverse("voting:meetings"), 0, written))
    return todos


@on_desk
def undertaken_by(user: User) -> list[Todo]:
    """议定事项 that this person undertook, in one query."""
    if not getattr(user, "live_appointments", ()):
        return []
    mine = Undertaking.objects.filter(owner=user.pk, state=UndertakingState.OPEN)
    counts = mine.aggregate(count=Count("pk"), late=Count("pk", filter=Q(due_on__lt=today())))
    if not counts["count"]:
        return []
    rows = lines(
        UNDERTAKING,
        mine,
        ref="pk",
        title="text",
        note="meeting__assembly__name",
        since="made_at",
        due_on="due_on",
        area="meeting__assembly__area_id",
        round="meeting__round_id",
    )
    return [Todo(_("议定的事"), counts["count"], reverse("voting:meetings"), counts["late"], (rows,))]


@on_desk
def assemblies_owing(user: User) -> list[Todo]:
    """按期开议事会: assemblies of this office that have not met in their period, in three queries."""
    prefixes = scopes(user, OFFICE)
    owed = queries.owing(queries.assemblies_of(prefixes), today()) if prefixes else {}
    if not owed:
        return []
    periods: dict[tuple[date, date], list[int]] = {}
    for pk, period in owed.items():
        periods.setdefault(period, []).append(pk)
    begun = [When(pk__in=pks, then=Value(midnight(first))) for (first, _last), pks in periods.items()]
    ended = [When(pk__in=pks, then=Value(last)) for (_first, last), pks in periods.items()]
    found = Assembly.objects.filter(pk__in=owed).annotate(owed_since=Case(*begun, output_field=DateTimeField()))
    due = Case(*ended, output_field=DateField())
    rows = lines(CADENCE, found, ref="pk", title="name", since="owed_since", due_on=due, area="area_id")
    late = sum(last < today() for _first, last in owed.values())
    return [Todo(_("该开的议事会"), len(owed), reverse("voting:call"), late, (rows,))]


def _meetings(of: Kind, found: QuerySet) -> tuple[Lines, ...]:
    """A meeting is due on its day; its minutes wait from then on."""
    rows = lines(
        of,
        found,
        ref="pk",
        title="assembly__name",
        note="place",
        since="closed_at" if of is MINUTES else "notice_at",
        due_on=None if of is MINUTES else TruncDate("starts_at"),
        area="assembly__area_id",
        round="round_id",
    )
    return (rows,)


def _to_call(prefixes: list[str]) -> Todo:
    """Projects that wait for an assembly and are on no agenda."""
    waiting = queries.waiting_within(prefixes)
    counts = waiting.aggregate(count=Count("pk"), overdue=Count("pk", filter=Q(due_on__lt=today())))
    items = (project_lines(CALL, waiting),)
    return Todo(_("待议事的项目"), counts["count"], reverse("voting:call"), counts["overdue"], items)
