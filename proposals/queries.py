"""What more than one caller reads about projects (读)."""

from django.contrib.auth.models import AnonymousUser
from django.db.models import Q, QuerySet

from civic.models import Person
from proposals.models import Project, ProjectState


def visible_to(user: Person | AnonymousUser) -> QuerySet[Project]:
    """The projects this reader may see: everything filed is public; a draft is its author's and helper's."""
    public = ~Q(state=ProjectState.DRAFT)
    if user.is_authenticated:
        public |= Q(proposer=user) | Q(entered_by=user)
    return Project.objects.filter(public).select_related("area", "round", "proposer", "proposing_unit")
