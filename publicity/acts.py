"""What someone may do here with a project now (能办的事): extend its notice, enter an objection for another,
open its forms."""

from django.urls import reverse
from django.utils.translation import gettext as _

from civic.pages import Act
from civic.permissions import User, allowed
from proposals.models import Project, ProjectState
from publicity.models import NoticeState
from publicity.offices import AGAINST

OBJECTABLE = AGAINST | {ProjectState.ON_NOTICE, ProjectState.OBJECTED}


def for_project(user: User, project: Project) -> list[Act]:
    """At most one query."""
    found = []
    if project.state in OBJECTABLE and allowed(user, "publicity.object_for", project):
        found.append(Act(_("替居民登记异议"), f"{reverse('publicity:object', args=[project.code])}?for=1"))
    if project.state in {ProjectState.ON_NOTICE, ProjectState.OBJECTED}:
        notice = project.notices.filter(state=NoticeState.RUNNING).first()
        if notice is not None and allowed(user, "publicity.extend_notice", notice):
            found.append(Act(_("延长公示"), reverse("publicity:extend", args=[notice.pk])))
    if allowed(user, "publicity.documents", project):
        found.append(Act(_("表单和档案"), reverse("publicity:documents", args=[project.code])))
    return found
