"""What delivery writes on a project (批准金额、归档): columns of the project, kept out of its state's setter."""

from decimal import Decimal
from typing import Any

from django.db import transaction

from civic.audit import record
from civic.models import Person
from civic.moments import today
from proposals.models import Project
from proposals.services import moves


def set_approved(project: Project, amount_yuan: Decimal | None) -> None:
    """Keep the approved amount on the project, or take it away when an approval is voided; its event is the caller's."""
    Project.objects.filter(pk=project.pk).update(approved_yuan=amount_yuan)


@transaction.atomic
def archive(project: Project, *, by: Person | str, **event: Any) -> Project:
    """Close the project's file (归档); whether it may be closed is the caller's rule."""
    project = moves.locked(project)
    project.archived_on = today()
    project.save(update_fields=["archived_on"])
    moves.touch(project)
    record("project.archive", by=by, on=project, after={"archived_on": str(project.archived_on)}, **event)
    return project
