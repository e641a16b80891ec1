"""What a village's projects cost in a quarter (村务公开): who owes an account, what it says, and what changed since it hung."""

from collections.abc import Iterable, Sequence
from datetime import timedelta
from decimal import Decimal
from typing import NamedTuple

from django.db.models import Exists, OuterRef, Q, QuerySet, Sum
from django.utils.timezone import localdate

from civic.models import Area, Level
from civic.moments import midnight
from delivery.models import Approval, ApprovalState, Payment, PaymentState
from proposals.models import Project, ProjectState
from proposals.queries import within
from publicity.models import AccountLine, Quarter, VillageAccount

AMOUNTS = ("approved_yuan", "paid_now_yuan", "paid_yuan", "rest_yuan")
NOTHING = Decimal(0)


class Sums(NamedTuple):
    """The foot of an account."""

    approved_yuan: Decimal
    paid_now_yuan: Decimal
    paid_yuan: Decimal
    rest_yuan: Decimal


class Difference(NamedTuple):
    """A project whose figures are others today than those that hang there; None where it is not on one of the two."""

    project: Project
    was: AccountLine | None
    now: AccountLine | None


def told_of(quarter: Quarter) -> QuerySet[Project]:
    """The projects of villages that a quarter's account tells of: approved by its end and not over before it, or paid in it."""
    after = midnight(quarter.ends_on + timedelta(days=1))
    approved = Approval.objects.filter(project=OuterRef("pk"), state=ApprovalState.APPROVED, decided_at__lt=after)
    paid = Payment.objects.filter(
        work__project=OuterRef("pk"), state=PaymentState.PAID, paid_on__range=(quarter.starts_on, quarter.ends_on)
    )
    began = midnight(quarter.starts_on)
    over = Q(work__accepted_on__lt=quarter.starts_on) | Q(state=ProjectState.TERMINATED, state_since__lt=began)
    in_villages = Project.objects.filter(Exists(approved), area__level=Level.VILLAGE, approved_yuan__isnull=False)
    return in_villages.filter(Exists(paid) | ~over)


def lines_of(area: Area, quarter: Quarter) -> list[AccountLine]:
    """What the account of a village and quarter says today, project by project, not kept; two queries.

    Paid is what was paid by the quarter's end; the rest is what of the approved sum, with the changes that were approved,
    or of the settlement, if there was one by then, is still to be paid.
    """
    projects = told_of(quarter).filter(area=area).select_related("work__settlement").order_by("code")
    paid = _paid(projects, quarter)
    return [_line(project, quarter, *paid.get(project.pk, (NOTHING, NOTHING))) for project in projects]


def _paid(projects: QuerySet[Project], quarter: Quarter) -> dict[int, tuple[Decimal, Decimal]]:
    """What was paid by the end of a quarter, and of it within it, by project."""
    found = Payment.objects.filter(
        work__project__in=projects.values("pk"), state=PaymentState.PAID, paid_on__lte=quarter.ends_on
    )
    sums = found.values("work__project").annotate(
        whole=Sum("amount_yuan"), now=Sum("amount_yuan", filter=Q(paid_on__gte=quarter.starts_on))
    )
    return {row["work__project"]: (row["whole"], row["now"] or NOTHING) for row in sums.order_by("work__project")}


def _line(project: Project, quarter: Quarter, paid: Decimal, now: Decimal) -> AccountLine:
    approved = project.approved_yuan or NOTHING
    return AccountLine(
        project=project,
        state=project.state,
        approved_yuan=approved,
        paid_now_yuan=now,
        paid_yuan=paid,
        rest_yuan=_bound(project, quarter, approved) - paid,
    )


def _bound(project: Project, quarter: Quarter, approved: Decimal) -> Decimal:
    """The most that is ever paid, as it was known at the end of a quarter."""
    work = getattr(project, "work", None)
    if work is None:
        return approved
    settlement = getattr(work, "settlement", None)
    is_settled = settlement is not None and localdate(settlement.at) <= quarter.ends_on
    return work.settled_yuan if is_settled else work.granted_yuan


def sums(lines: Iterable[AccountLine]) -> Sums:
    found = list(lines)
    return Sums(*(sum((getattr(line, name) for line in found), NOTHING) for name in AMOUNTS))


def kept(account: VillageAccount) -> list[AccountLine]:
    """What hangs there, or, before it does, what would."""
    if account.posted_on is None:
        return lines_of(account.area, account.quarter)
    return list(account.lines.select_related("project").order_by("project__code"))


def changed(account: VillageAccount, lines: Sequence[AccountLine]) -> list[Difference]:
    """Where the account would say other amounts today than what hangs there (贴出后有变)."""
    was = {line.project_id: line for line in lines}
    today = {line.project_id: line for line in lines_of(account.area, account.quarter)}
    pairs = [(was.get(pk), today.get(pk)) for pk in dict.fromkeys((*was, *today))]
    return [
        Difference((before or after).project, before, after)  # type: ignore[union-attr]
        for before, after in pairs
        if _amounts(before) != _amounts(after)
    ]


def _amounts(line: AccountLine | None) -> tuple[Decimal, ...] | None:
    return tuple(getattr(line, name) for name in AMOUNTS) if line else None


def accounts_owed() -> QuerySet[VillageAccount]:
    """What does not hang on its board yet (待上墙)."""
    return VillageAccount.objects.filter(posted_on=None)


def accounts_in(prefixes: Iterable[str]) -> QuerySet[VillageAccount]:
    """What waits to be posted in these places."""
    return accounts_owed().filter(within(prefixes))


def of_place(area: Area, most: int) -> list[VillageAccount]:
    """The newest accounts of a village for everybody, posted or owed."""
    return list(VillageAccount.objects.filter(area=area).select_related("round").order_by("-starts_on")[:most])
