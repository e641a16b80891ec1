"""What voting does when something happens below it: a paused project that goes on meets its waiting decision."""

from typing import Any

from django.dispatch import receiver

from civic.audit import happened
from civic.models import AuditEvent
from proposals.models import Project
from voting.services import minutes


@receiver(happened)
def apply_waiting_decision(sender: Any, event: AuditEvent, **_kwargs: Any) -> None:
    """恢复: the assembly's decision that was confirmed during the pause takes effect."""
    if event.action == "project.resume" and event.target.startswith("proposals.project:"):
        project = Project.objects.get(pk=event.target.partition(":")[2])
        minutes.apply_pending(project, by="receiver:voting.apply_waiting_decision")
