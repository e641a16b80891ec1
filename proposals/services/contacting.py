"""The first word to whoever proposed (受理前联系): promised on the receipt, due by the round's rule, told upwards when late.

A proposal that a worker wrote down with the person beside them needs none. Whatever intake does first counts as one.
"""

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from civic.audit import record
from civic.calendar import add_workdays
from civic.models import Person
from civic.moments import now, today
from civic.rules import RuleBroken
from proposals import rules, sentences
from proposals.models import FirstContact, Project, ProjectState, Reached
from proposals.permissions import INTAKE
from proposals.services import moves


def follow(project: Project, action: str, _before: str) -> None:
    """A proposal filed by a resident, or for one by the family, starts the clock; the next act of intake ends it."""
    if action == "submit" and project.state == ProjectState.FILED and _is_unheard(project):
        days = project.round.terms.acknowledge_workdays
        FirstContact.objects.create(project=project, due_on=add_workdays(today(), days), limit_workdays=days)
    elif action not in {"submit", "withdraw"}:
        waiting = FirstContact.objects.filter(project=project, done_at=None)
        waiting.update(done_at=now(), how=Reached.ACTED)


def _is_unheard(project: Project) -> bool:
    return project.proposer_id is not None and (project.entered_by_id is None or project.by_family)


@transaction.atomic
def note(project: Project, *, by: Person, how: str, version: int | None = None, **event: Any) -> Project:
    """Note that the proposer was spoken to (登记联系过), by phone or in person. RuleBroken the second time."""
    project = moves.locked(project)
    rules.check_state(project, ProjectState.FILED, "contact")
    rules.check_version(project.version, version)
    contact = FirstContact.objects.filter(project=project).first()
    if contact is None or contact.done_at is not None:
        raise RuleBroken(_("已经登记过联系了提议人"), code="contacted")
    contact.done_at, contact.by, contact.how = now(), by, Reached(how)
    contact.save(update_fields=["done_at", "by", "how"])
    said = sentences.contacted(by_phone=how == Reached.PHONE)
    record("project.contact", by=by, on=project, sentence=said, roles=INTAKE, **event)
    moves.touch(project)
    return project
