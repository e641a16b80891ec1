"""Whom intake has not spoken to yet (受理前联系)."""

from datetime import date

from django.db.models import QuerySet

from civic.models import Person
from civic.permissions import scopes
from proposals import queries
from proposals.models import FirstContact, Project, ProjectState
from proposals.permissions import INTAKE


def contacts_overdue(day: date) -> QuerySet[FirstContact]:
    """Proposers not spoken to by the promised day, of which nobody above was told yet (联系超期)."""
    return FirstContact.objects.filter(
        project__state=ProjectState.FILED, done_at=None, due_on__lt=day, was_told=False
    ).order_by("id")


def contacts_for(user: Person) -> QuerySet[FirstContact]:
    """Proposers whom intake of one's own places has not spoken to yet (要联系的提议人)."""
    mine = queries.within(scopes(user, INTAKE), "project__area__code")
    return FirstContact.objects.filter(mine, project__state=ProjectState.FILED, done_at=None)


def awaits_contact(project: Project) -> FirstContact | None:
    return FirstContact.objects.filter(project=project, done_at=None, project__state=ProjectState.FILED).first()
