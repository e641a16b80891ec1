"""Whom intake has not spoken to yet (受理前联系)."""

from django.db.models import QuerySet

from civic.models import Person
from civic.permissions import scopes
from proposals import queries
from proposals.models import FirstContact, Project, ProjectState
from proposals.permissions import INTAKE


def contacts_running() -> QuerySet[FirstContact]:
    """Proposers who wait for a first word (待联系)."""
    return FirstContact.objects.filter(project__state=ProjectState.FILED, done_at=None)


def contacts_for(user: Person) -> QuerySet[FirstContact]:
    """Proposers whom intake of one's own places has not spoken to yet (要联系的提议人)."""
    mine = queries.within(scopes(user, INTAKE), "project__area__code")
    return contacts_running().filter(mine)


def awaits_contact(project: Project) -> FirstContact | None:
    return contacts_running().filter(project=project).first()
