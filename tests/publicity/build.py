"""Pages' material for these tests: events by the hundred."""

from datetime import timedelta

from civic.models import AuditEvent
from civic.moments import now


def events(project, count, *, by, **extra):
    """So many events on a project, one an hour, the last one an hour ago."""
    return AuditEvent.objects.bulk_create(
        AuditEvent(
            **{
                "subject": project.code,
                "area_id": project.area_id,
                "action": "work.progress",
                "actor": by,
                "sentence": f"第{n + 1}条进展",
                "happened_at": now() - timedelta(hours=count - n),
                "recorded_at": now() - timedelta(hours=count - n),
            }
            | extra
        )
        for n in range(count)
    )
