"""What civic brings to the desk (待办): the residents' desk, where nobody waits in a queue."""

from django.urls import reverse
from django.utils.translation import gettext as _

from civic.pages import Todo, on_desk
from civic.permissions import User, allowed


@on_desk
def waiting_for(user: User) -> list[Todo]:
    """No query."""
    return [Todo(_("居民核对"), 0, reverse("desk_residents"))] if allowed(user, "civic.verify_residency") else []
