"""What messages' tests stand on: events told through the real services, the outbox run as the relay would."""

from datetime import timedelta

from civic import moments, outbox
from civic.models import AuditEvent, Outbox
from publicity.services import messages


def relayed(most: int = 50) -> None:
    """Everything that is due in the outbox within a minute, and what comes of it."""
    with moments.at(moments.now() + timedelta(minutes=1)):
        while outbox.run_due(most):
            pass
    assert not Outbox.objects.exclude(last_error="").exists(), Outbox.objects.exclude(last_error="").first().last_error


def told(project=None, action="") -> AuditEvent:
    """The newest event (of a project, of an action) told to all who should hear of it."""
    found = AuditEvent.objects.order_by("-pk")
    found = found.filter(subject=project.code) if project else found
    event = found.filter(action=action)[0] if action else found[0]
    messages.tell(event)
    return event
