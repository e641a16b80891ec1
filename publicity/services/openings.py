"""When a call opens (开始征集): noted in the record once, so that whoever asked to be reminded, or follows the place, hears.

A wish to be reminded is one's own, like a follow: no record tells of it, and once met or taken back it is gone.
"""

from datetime import timedelta

from django.db import transaction
from django.db.models import Q, QuerySet

from civic.audit import record
from civic.models import Area, AuditEvent, Person
from civic.models.record import Kind
from civic.moments import now
from proposals.models import Programme, Round
from publicity import message_rules as rules
from publicity.models import OpeningWish
from publicity.phases import for_residents

ACTION = "round.opened"
NEWS = timedelta(days=2)


@transaction.atomic
def wish(area: Area, *, by: Person) -> None:
    """Be told when the next call or vote of a place opens (到时提醒我); twice is once. RuleBroken for hundreds."""
    if not OpeningWish.objects.filter(person=by, area=area).exists():
        rules.check_can_follow(OpeningWish.objects.filter(person=by).count())
        OpeningWish.objects.bulk_create([OpeningWish(person=by, area=area)], ignore_conflicts=True)


@transaction.atomic
def unwish(area: Area, *, by: Person) -> bool:
    """No reminder after all (不用提醒了), and whether there was to be one."""
    return bool(OpeningWish.objects.filter(person=by, area=area).delete()[0])


def note_openings(*, by: str) -> None:
    """Note each call of residents that opened lately; once (只记一次)."""
    for round in _opened():
        if for_residents(round) and not _is_noted(round):
            _note(round, by=by)


@transaction.atomic
def _note(round: Round, *, by: str) -> None:
    held = _opened().select_for_update(of=("self",)).filter(pk=round.pk).first()
    if held is not None and not _is_noted(held):
        record(ACTION, by=by, on=held, kind=Kind.DAILY, sentence=f"“{held.name}”开始征集提议", mark=held.mark)


def _opened() -> QuerySet[Round]:
    at = now()
    still = Q(closes_at=None) | Q(closes_at__gt=at)
    lately = Round.objects.filter(still, opens_at__lte=at, opens_at__gt=at - NEWS)
    return lately.exclude(programme=Programme.PRECEDENT).select_related("area")


def _is_noted(round: Round) -> bool:
    target = f"{round._meta.label_lower}:{round.pk}"
    return AuditEvent.objects.filter(area=round.area_id, action=ACTION, target=target).exists()
