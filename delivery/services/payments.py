"""Payments (付款): the contractor asks, the handler reviews, another person pays; never more than was agreed."""

from decimal import Decimal

from django.db import transaction
from django.db.models import Max, Sum

from civic import files
from civic.audit import record
from civic.calendar import add_workdays
from civic.models import Attachment, Person, Role
from civic.models.record import Kind
from civic.moments import now, today
from civic.rules import check_reason
from delivery import sentences
from delivery.models import Payment, PaymentState, Work
from delivery.rules import money
from delivery.rules.works import check_state
from delivery.services.works import AT_WORK, locked
from proposals.models import Project, ProjectState
from proposals.services import moves

OPEN = (PaymentState.REQUESTED, PaymentState.REVIEWED)
PAYABLE = (*AT_WORK, ProjectState.FOR_ACCEPTANCE, ProjectState.COMPLETED)


@transaction.atomic
def request(
    project: Project, *, by: Person, amount_yuan: Decimal, invoice: Attachment | None = None, note: str = ""
) -> Payment:
    """The contractor asks for an instalment (请款), within contract and changes less what is paid or asked for."""
    work = locked(project)
    check_state(work.project, "request_payment", *PAYABLE)
    money.check_payment(work, pending_yuan(work), amount_yuan)
    files.use([invoice] if invoice else [], public=False, at=work.project.area_id)
    payment = Payment.objects.create(
        work=work,
        batch=(work.payments.aggregate(last=Max("batch"))["last"] or 0) + 1,
        amount_yuan=amount_yuan,
        invoice=invoice,
        note=note,
        requested_by=by,
        requested_at=now(),
        due_on=add_workdays(today(), work.project.round.terms.payment_workdays),
    )
    _changed(work)
    record(
        "payment.request",
        by=by,
        on=payment,
        roles=(Role.CONTRACTOR,),
        kind=Kind.DAILY,
        sentence=sentences.payment_requested(payment.batch, amount_yuan),
    )
    return payment


@transaction.atomic
def review(payment: Payment, *, by: Person) -> Payment:
    """The town's handler finds the claim right (审核请款)."""
    work, payment = _held(payment)
    money.check_payment_state(payment, PaymentState.REQUESTED)
    money.check_two_people(payment.requested_by_id, by.pk)
    payment.state = PaymentState.REVIEWED
    payment.reviewed_by, payment.reviewed_at = by, now()
    payment.save()
    _changed(work)
    record(
        "payment.review",
        by=by,
        on=payment,
        roles=(Role.TOWN_HANDLER,),
        kind=Kind.DAILY,
        sentence=sentences.payment_reviewed(payment.batch, payment.amount_yuan),
    )
    return payment


@transaction.atomic
def refuse(payment: Payment, *, by: Person, answer: str) -> Payment:
    """The handler gives the claim back with a reason (退回请款)."""
    check_reason(answer)
    work, payment = _held(payment)
    money.check_payment_state(payment, PaymentState.REQUESTED)
    payment.state, payment.answer = PaymentState.REFUSED, answer
    payment.reviewed_by, payment.reviewed_at = by, now()
    payment.save()
    _changed(work)
    record(
        "payment.refuse",
        by=by,
        on=payment,
        roles=(Role.TOWN_HANDLER,),
        kind=Kind.DAILY,
        sentence=sentences.payment_refused(payment.batch, payment.amount_yuan),
        reason=answer,
    )
    return payment


@transaction.atomic
def pay(payment: Payment, *, by: Person) -> Payment:
    """A reviewed claim is paid by another person (付款); the work's sum grows under its lock and constraint."""
    work, payment = _held(payment)
    money.check_payment_state(payment, PaymentState.REVIEWED)
    money.check_two_people(payment.reviewed_by_id, by.pk)
    money.check_payment(work, pending_yuan(work) - payment.amount_yuan, payment.amount_yuan)
    payment.state = PaymentState.PAID
    payment.paid_by, payment.paid_on = by, today()
    payment.save()
    work.paid_yuan += payment.amount_yuan
    work.save(update_fields=["paid_yuan"])
    _changed(work)
    record(
        "payment.pay",
        by=by,
        on=payment,
        roles=(Role.TOWN_APPROVER,),
        kind=Kind.MONEY,
        sentence=sentences.paid(payment.batch, payment.amount_yuan, work.paid_yuan, work.payable_yuan),
        after={"paid_yuan": str(work.paid_yuan)},
        money_delta_yuan=payment.amount_yuan,
    )
    return payment


def pending_yuan(work: Work) -> Decimal:
    """What is asked for and not yet paid."""
    return work.payments.filter(state__in=OPEN).aggregate(sum=Sum("amount_yuan"))["sum"] or Decimal(0)


def _held(payment: Payment) -> tuple[Work, Payment]:
    work = locked(payment.work.project)
    payment = Payment.objects.get(pk=payment.pk)
    payment.work = work
    check_state(work.project, "pay", *PAYABLE)
    return work, payment


def _changed(work: Work) -> None:
    """The money of the work moved: a page that showed it before is stale."""
    work.version += 1
    work.save(update_fields=["version"])
    moves.touch(work.project)
