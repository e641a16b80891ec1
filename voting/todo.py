"""What of the assembly's work waits for a person (待办): projects to call a meeting for, meetings to hold or attend."""

from django.db.models import Count, Q
from django.urls import reverse
from django.utils.translation import gettext as _

from civic.models import Role
from civic.moments import today
from civic.pages import Todo, on_desk
from civic.permissions import User, has_role, scopes
from voting import desk_queries, paper_queries, queries, station_queries
from voting.models import LIVE_POLLS, Meeting, MeetingState, PaperBatch, PollState
from voting.permissions import OFFICE, POLL_OFFICE
from voting.services import urn

TO_HOLD = [MeetingState.CALLED, MeetingState.OPEN]


@on_desk
def polls_waiting_for(user: User) -> list[Todo]:
    """居民投票, with what waits for this person as the second one; for a worker only where there is a poll, and for the
    village office its stations."""
    if has_role(user, POLL_OFFICE):
        waits = desk_queries.acts_to_confirm(user).count() + station_queries.disputes_to_answer(user).count()
        return [Todo(_("居民投票"), waits, reverse("voting:polls"))]
    if has_role(user, Role.VILLAGE_OFFICE) and (stations := station_queries.running_stations(user)):
        return [Todo(_("投票站"), 0, reverse("voting:station", args=[poll.pk])) for poll in stations]
    is_worker = has_role(user, Role.SOCIAL_WORKER) and desk_queries.on_desk(user).filter(state__in=LIVE_POLLS).exists()
    return [Todo(_("居民投票"), 0, reverse("voting:polls"))] if is_worker else []


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
    todos = [_paper(_("纸质票要收回、录入"), to_read), _paper(_("纸质票的账要签字、入票箱"), to_sign)]
    differing = [batch for batch in to_read if any(sheet.differs for sheet in urn.sheets(batch.poll_id, batch.number))]
    if differing:
        where = reverse("voting:paper_differences", args=[differing[0].poll_id, differing[0].number])
        todos.append(Todo(_("纸质票两遍录得不一样"), len(differing), where))
    giving = [_paper(_("发纸质票"), to_give)._replace(count=0)] if to_give else []  # nothing of it is overdue
    return giving + [todo for todo in todos if todo.count]


def _paper(label: str, batches: list[PaperBatch]) -> Todo:
    return Todo(label, len(batches), reverse("voting:paper", args=[batches[0].poll_id]) if batches else "")


@on_desk
def waiting_for(user: User) -> list[Todo]:
    """待办, in at most two queries."""
    prefixes = scopes(user, OFFICE)
    todos = [_to_call(prefixes)] if prefixes else []
    seats = [o.area_id for o in getattr(user, "live_appointments", ()) if o.role == Role.ASSEMBLY_MEMBER]
    if not prefixes and not seats:
        return todos
    mine = queries.within("assembly__area__code", prefixes) | Q(assembly__area_id__in=seats) | Q(chair_id=user.pk)
    counts = Meeting.objects.filter(mine).aggregate(
        to_hold=Count("pk", filter=Q(state__in=TO_HOLD)),
        to_confirm=Count("pk", filter=Q(state=MeetingState.CLOSED, chair_id=user.pk)),
    )
    label = _("要开的会") if prefixes else _("要参加的会")
    todos.append(Todo(label, counts["to_hold"], reverse("voting:meetings")))
    if counts["to_confirm"]:
        todos.append(Todo(_("待确认的纪要"), counts["to_confirm"], reverse("voting:meetings")))
    return todos


def _to_call(prefixes: list[str]) -> Todo:
    """Projects that wait for an assembly and are on no agenda."""
    counts = queries.waiting_within(prefixes).aggregate(
        count=Count("pk"), overdue=Count("pk", filter=Q(due_on__lt=today()))
    )
    return Todo(_("待议事的项目"), counts["count"], reverse("voting:call"), counts["overdue"])
