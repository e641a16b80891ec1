"""A year of projects for the statistics: every state once and more, two places, money and clocks."""

from datetime import timedelta
from decimal import Decimal

from civic.models import AuditEvent
from civic.moments import now, today
from delivery.models import Pool, Rating, Work
from proposals.models import Programme, Project, ProjectState, Round
from tests import make

S = ProjectState
STANDING = {S.PAUSED: S.IN_PROGRESS, S.RETURNED: S.FILED, S.MERGED: S.FILED}


def year_of(count: int = 1, **rules) -> Round:
    """So many projects in each state of a micro round, and two of the departments' own."""
    micro = make.round_(rules=rules)
    own = make.round_(programme=Programme.SELF_CHOSEN, route=["approval", "notice"])
    for _n in range(count):
        for state in S:
            make.project(state, round=micro, resume_state=STANDING.get(state, ""))
    make.project(S.COMPLETED, round=own, at=make.OTHER_VILLAGE, estimate_yuan=Decimal("1234.56"))
    make.project(S.AWAITING_START, round=own, due_on=today() - timedelta(days=9), limit_workdays=30)
    return micro


def work_on(project: Project, **more) -> Work:
    """Works with a contract, partly paid."""
    values = {"granted_yuan": 50000, "contract_yuan": 48000, "paid_yuan": 12000} | more
    return Work.objects.create(project=project, **{name: Decimal(value) for name, value in values.items()})


def pool(round_: Round, amount: int, committed: int = 0, at: str = make.DISTRICT) -> Pool:
    return Pool.objects.create(
        area=make.area(at), round=round_, amount_yuan=Decimal(amount), committed_yuan=Decimal(committed)
    )


def finished(project: Project, unit: str, used: int, limit: int, action: str = "project.advance") -> AuditEvent:
    """A step that a unit ended after so many working days."""
    return AuditEvent.objects.create(
        subject=project.code,
        action=action,
        job="test",
        unit=unit,
        area_id=project.area_id,
        used_workdays=used,
        limit_workdays=limit,
    )


def rated(project: Project, *scores: int) -> None:
    for score in scores:
        Rating.objects.create(project=project, person=make.person(), score=score, edit_until=now() + timedelta(days=7))
