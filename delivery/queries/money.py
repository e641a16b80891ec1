"""What is read of pools and approvals (资金池、审批)."""

from collections.abc import Iterable
from decimal import Decimal

from django.db.models import Q, QuerySet, Sum

from civic.models import Role
from civic.models.areas import DIGITS
from civic.permissions import User, scopes
from delivery.models import Approval, ApprovalState, CarryOver, FundingSource, Pool, PoolEntry, Source
from delivery.models.money import APPROVERS, EntryKind
from delivery.queries.works import within
from proposals.models import Project, ProjectState


def levels_above(code: str) -> list[str]:
    """The codes of a place and of every place above it."""
    return sorted({code[:digits].ljust(12, "0") for digits in DIGITS.values()}, reverse=True)


def pool_for(project: Project) -> Pool | None:
    """The pool a project draws on: its round's, of the village itself or the nearest place above it."""
    pools = Pool.objects.filter(round=project.round_id, area__in=levels_above(project.area_id))
    return pools.select_related("area", "round").order_by("-area").first()


def proposed_yuan(pool: Pool) -> Decimal:
    """What waits for the second person (拟批)."""
    return submitted().filter(pool=pool).aggregate(sum=Sum("pool_yuan"))["sum"] or Decimal(0)


def parts_from_last_year(pool: Pool) -> QuerySet[FundingSource]:
    """The next year's parts of requests of the year before, of the same place and programme (跨年安排)."""
    return FundingSource.objects.filter(
        kind=Source.NEXT_YEAR,
        approval__pool__area=pool.area_id,
        approval__pool__round__year=pool.round.year - 1,
        approval__pool__round__programme=pool.round.programme,
    )


def drawn_for(project: Project, pool: Pool) -> Decimal:
    """What a pool has given to a project and not got back."""
    entries = PoolEntry.objects.filter(pool=pool, project=project)
    return entries.aggregate(sum=Sum("delta_yuan"))["sum"] or Decimal(0)


def pools_within(prefixes: Iterable[str]) -> QuerySet[Pool]:
    """The pools that concern whoever holds an office in these places: theirs, those below and those above."""
    wanted = Q(pk__in=[])
    for prefix in prefixes:
        wanted |= Q(area__code__startswith=prefix) | Q(area__in=levels_above(prefix.ljust(12, "0")))
    return Pool.objects.filter(wanted).select_related("area", "round")


def in_pool(pool: Pool) -> QuerySet[Project]:
    """The projects that draw on this pool: its round's in its place, without those under a nearer pool."""
    nearer = Pool.objects.filter(round=pool.round_id, area__code__startswith=pool.area.prefix).exclude(pk=pool.pk)
    found = Project.objects.filter(round=pool.round_id, area__code__startswith=pool.area.prefix)
    for other in nearer.select_related("area"):
        found = found.exclude(area__code__startswith=other.area.prefix)
    return found.select_related("area", "round")


def on_reserve(pool: Pool) -> QuerySet[Project]:
    """The reserve list (候补名单), longest waiting first."""
    return in_pool(pool).filter(state=ProjectState.RESERVE).order_by("state_since", "id")


def submitted() -> QuerySet[Approval]:
    """Requests that wait for the second person (拟批)."""
    return Approval.objects.filter(state=ApprovalState.SUBMITTED)


def to_decide(user: User) -> QuerySet[Approval]:
    """The requests that wait for this person as the second (等我审批): within their places and their limit."""
    decides = Q(pk__in=[])
    for role, _label in APPROVERS:
        decides |= within(scopes(user, Role(role)), "project__area__code") & Q(approver_role=role)
    return submitted().filter(decides).exclude(submitted_by=user.pk)


def live_approvals(projects: Iterable[Project]) -> dict[int, Approval]:
    """The live request of each project, by project."""
    found = Approval.objects.filter(
        project__in=list(projects), state__in=[ApprovalState.SUBMITTED, ApprovalState.APPROVED]
    )
    return {approval.project_id: approval for approval in found.select_related("submitted_by")}


def live_approval(project: Project) -> Approval | None:
    """The request or approval in force, if any."""
    live = project.approvals.filter(state__in=[ApprovalState.SUBMITTED, ApprovalState.APPROVED])
    return live.select_related("pool", "minutes", "project__area", "project__round").first()


def given_back(pool: Pool) -> Decimal:
    """What settlements left over and gave back to the pool so far (结余回池)."""
    back = pool.entries.filter(kind=EntryKind.SURPLUS).aggregate(sum=Sum("delta_yuan"))["sum"]
    return -back if back else Decimal(0)


def carried_in_yuan(pool: Pool) -> Decimal:
    """What came over from the year before (上年结转)."""
    return pool.entries.filter(kind=EntryKind.CARRY_IN).aggregate(sum=Sum("delta_yuan"))["sum"] or Decimal(0)


def next_pools(pool: Pool) -> QuerySet[Pool]:
    """The pools a rest may go to: of the same place and programme, one year on."""
    return Pool.objects.filter(
        area=pool.area_id, round__programme=pool.round.programme, round__year=pool.round.year + 1
    ).select_related("area", "round")


def carries_seen(user: User) -> QuerySet[CarryOver]:
    """What is carried over between the pools of this person's district (结转)."""
    inside = within(scopes(user, Role.DISTRICT_OFFICE), "source__area__code")
    return CarryOver.objects.filter(inside).select_related(
        "source__area", "source__round", "target__area", "target__round", "asked_by"
    )


def recent_entries(pool: Pool, most: int = 20) -> QuerySet[PoolEntry]:
    """The newest lines of a pool's ledger (流水)."""
    return pool.entries.select_related("project")[:most]
