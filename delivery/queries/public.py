"""What the public page of a project reads from here, in a number of queries that no row count changes."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from django.db.models import CharField, Count, DateField, F, Prefetch, QuerySet, Value
from django.db.models.functions import Cast, TruncDate
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from delivery.models import (
    Acceptance,
    AcceptanceItem,
    Afterword,
    Approval,
    ApprovalState,
    ChangeOrder,
    ChangeState,
    ContractItem,
    Milestone,
    Rating,
    Score,
    Signature,
    Work,
)
from proposals.models import PreReview, Project, ProjectState
from proposals.models.projects import IN_WORKS

DELIVERED = IN_WORKS | {ProjectState.COMPLETED, ProjectState.PAUSED, ProjectState.TERMINATED}


class Rung(NamedTuple):
    """One rung of the money ladder (钱的阶梯); without an amount it is still to come."""

    label: str
    amount_yuan: Decimal | None
    on: date | None = None
    note: str = ""
    current: bool = False
    change: bool = False
    paid: bool = False


class Line(NamedTuple):
    """What was written down of an amount: which rung, how much, on which day, and why it differs."""

    rung: str
    amount_yuan: Decimal
    on: date
    reason: str


def work_of(project: Project) -> Work | None:
    """The works of a project with everything its page shows (合同、里程碑、验收); None before there is a contract.

    At most five queries: the work with contract and settlement, milestones with photos, attempts at acceptance,
    their items, their signatures. None at all for a project that has not come to its works.
    """
    if project.state not in DELIVERED:
        return None
    return (
        Work.objects.filter(project=project)
        .select_related(
            "project__round",
            "item__contract__contractor",
            "item__contract__scan",
            "settlement",
            "contact",
            "board_photo",
        )
        .prefetch_related(
            Prefetch("milestones", Milestone.objects.select_related("photo")),
            Prefetch(
                "project__acceptances",
                Acceptance.objects.prefetch_related(
                    Prefetch("items", AcceptanceItem.objects.select_related("photo")),
                    Prefetch("signatures", Signature.objects.select_related("person")),
                ),
            ),
        )
        .first()
    )


def ladder(project: Project, work: Work | None = None) -> list[Rung]:
    """The money ladder with each difference explained; one query besides the project and its work.

    提议估算 → 部门核定 → 批准金额 → 合同价 → 变更增减 → 已付款 → 结算金额. Rungs still to come have no amount.
    """
    lines = ladder_lines(project, work)
    rungs = [
        Rung(_("提议估算"), project.estimate_yuan, localdate(project.filed_at) if project.filed_at else None),
        _compared(_("部门核定"), _("核定比估算"), project.reviewed_yuan, project.estimate_yuan, lines.get("reviewed")),
        _compared(
            _("批准金额"),
            _("批准比申请"),
            project.approved_yuan,
            project.reviewed_yuan or project.estimate_yuan,
            lines.get("approved"),
        ),
    ]
    rungs += _of_work(project, work, lines)
    known = [at for at, rung in enumerate(rungs) if rung.amount_yuan is not None and not rung.change | rung.paid]
    if known:
        rungs[known[-1]] = rungs[known[-1]]._replace(current=True)
    return rungs


def _of_work(project: Project, work: Work | None, lines: dict[str, list[Line]]) -> list[Rung]:
    """The rungs from the contract on."""
    if work is None:
        return [Rung(_("合同价"), None), Rung(_("已付款"), None), Rung(_("结算金额"), None)]
    rungs = [
        _compared(_("合同价"), _("合同比批准"), work.contract_yuan, project.approved_yuan, lines.get("contract")),
    ]
    if changes := lines.get("change"):
        reasons = "；".join(line.reason for line in changes)
        rungs.append(Rung(_("变更增减"), work.changes_delta_yuan, changes[-1].on, reasons, change=True))
    if work.paid_yuan:
        rungs.append(Rung(_("已付款"), work.paid_yuan, _last_day(lines.get("paid")), paid=True))
    if work.settled_yuan is None:
        return [*rungs, Rung(_("结算金额"), None)]
    settled = lines.get("settled", [])
    return [*rungs, Rung(_("结算金额"), work.settled_yuan, _last_day(settled), _surplus(settled))]


def _surplus(settled: list[Line]) -> str:
    if not settled or not settled[-1].amount_yuan:
        return settled[-1].reason if settled else ""
    words = _("结余%(amount)s元") % {"amount": _plain(settled[-1].amount_yuan)}
    return f"{words}：{settled[-1].reason}" if settled[-1].reason else words


def _compared(
    label: str, than: str, amount: Decimal | None, before: Decimal | None, lines: Iterable[Line] | None
) -> Rung:
    """A rung beside the one before: 核定比估算少7,200元：单价按定额."""
    last = list(lines or [])[-1:]
    note = ""
    if amount is not None and before is not None and amount != before:
        word = _("少") if amount < before else _("多")
        note = _("%(than)s%(word)s%(amount)s元") % {"than": than, "word": word, "amount": _plain(abs(amount - before))}
        reasons = "；".join(line.reason for line in lines or [] if line.reason)
        note = f"{note}：{reasons}" if reasons else note
    return Rung(label, amount, last[0].on if last and amount is not None else None, note)


def _plain(amount: Decimal) -> str:
    return f"{amount:,.0f}" if amount == amount.to_integral_value() else f"{amount:,.2f}"


def _last_day(lines: list[Line] | None) -> date | None:
    return lines[-1].on if lines else None


def ladder_lines(project: Project, work: Work | None) -> dict[str, list[Line]]:
    """Every amount written down about a project, by rung and oldest first: one UNION over what delivery keeps."""
    parts = _written(project, work)
    union = parts[0].union(*parts[1:], all=True) if parts else ()
    found: dict[str, list[Line]] = {}
    for rung, amount, on, reason in sorted(union, key=lambda line: line[2]):
        found.setdefault(rung, []).append(Line(rung, amount, on, reason))
    return found


def _written(project: Project, work: Work | None) -> list[QuerySet[Any]]:
    """The parts of the union that can have a line: nothing is asked of a step the project has not come to."""
    parts = []
    if project.reviewed_yuan is not None:
        answered = PreReview.objects.filter(project=project, amount_yuan__isnull=False, answered_at__isnull=False)
        parts.append(_lines(answered, "reviewed", "amount_yuan", "answered_at", "amount_reason"))
    if project.approved_yuan is not None:
        approved = Approval.objects.filter(project=project, state=ApprovalState.APPROVED)
        parts.append(_lines(approved, "approved", "amount_yuan", "decided_at", "reason"))
    if work is None:
        return parts
    agreed = ChangeOrder.objects.filter(work=work, state=ChangeState.AGREED)
    here = Work.objects.filter(pk=work.pk)
    parts.append(_lines(ContractItem.objects.filter(work=work), "contract", "amount_yuan", "contract__signed_on"))
    parts.append(_lines(agreed, "change", "delta_yuan", "decided_at", "reason"))
    if work.paid_yuan:
        paid = here.filter(payments__state="paid")
        parts.append(_lines(paid, "paid", "payments__amount_yuan", "payments__paid_on"))
    if work.settled_yuan is not None:
        settled = here.filter(settlement__isnull=False)
        parts.append(_lines(settled, "settled", "settlement__surplus_yuan", "settlement__at", "settlement__note"))
    return parts


def _lines(rows: QuerySet[Any], rung: str, amount: str, when: str, reason: str = "") -> QuerySet[Any]:
    """One part of the union: rung, amount, day, reason, alike in type whatever table it comes from."""
    day = Cast(F(when), DateField()) if when.endswith("_on") else TruncDate(when)
    said = Cast(F(reason), CharField()) if reason else Value("", output_field=CharField())
    return (
        rows.order_by()
        .annotate(rung=Value(rung, output_field=CharField()), amount=F(amount), day=day, said=said)
        .values_list("rung", "amount", "day", "said")
    )


@dataclass(frozen=True)
class Satisfaction:
    """How residents rate a finished project (满意度)."""

    count: int
    by_score: list[tuple[str, int]]
    average: Decimal | None
    satisfied_percent: int | None
    """Of all ratings, those of 基本满意 or better; hidden with the average."""


def satisfaction(project: Project) -> Satisfaction | None:
    """The ratings of a project added up in one query; average and share hidden below the round's number of ratings.

    None before the project is completed.
    """
    if project.state != ProjectState.COMPLETED:
        return None
    found = Rating.objects.filter(project=project).order_by().values_list("score").annotate(count=Count("id"))
    return added_up(Counter(dict(found)), project.round.terms.suppress_ratings_below)


def added_up(counts: Counter[int], suppress_below: int) -> Satisfaction:
    """Counts by score as the public reads them."""
    total = counts.total()
    shown = total >= suppress_below
    return Satisfaction(
        count=total,
        by_score=[(str(score.label), counts[score.value]) for score in Score],
        average=round(Decimal(sum(s * n for s, n in counts.items())) / total, 1) if shown else None,
        satisfied_percent=sum(n for s, n in counts.items() if s >= Score.FAIR) * 100 // total if shown else None,
    )


def ratings_of(project: Project) -> QuerySet[Rating]:
    """Every rating, the newest first, with what was said at looks back, and its rater to be masked; two queries."""
    again = Prefetch("afterwords", Afterword.objects.select_related("look", "voice"))
    return project.ratings.select_related("person", "photo", "voice").prefetch_related(again)
