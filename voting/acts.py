"""What a person may do now for a project at its assembly step or in a poll (项目页上的办理)."""

from django.urls import reverse
from django.utils.translation import gettext as _

from civic.pages import Act
from civic.permissions import User, allowed
from proposals.models import Project, ProjectState
from voting import desk_queries, queries
from voting.permissions import is_member


def for_project(user: User, project: Project) -> list[Act]:
    """安排议事, or the meeting it is listed for; in the poll step the desk of the poll (去投票 is there for everyone)."""
    if project.state == ProjectState.IN_POLL:
        return _of_poll_desk(user, project)
    if project.state != ProjectState.FOR_ASSEMBLY or not user.is_authenticated:
        return []
    listed = queries.listed().filter(project=project).select_related("meeting__assembly__area").first()
    if listed is None:
        if not allowed(user, "voting.call", project.area_id):
            return []
        return [Act(_("安排议事"), f"{reverse('voting:call')}?project={project.pk}")]
    meeting = listed.meeting
    if allowed(user, "voting.run", meeting) or allowed(user, "voting.prepare", meeting):
        return [Act(_("到会场工作页"), reverse("voting:run", args=[meeting.pk]))]
    return [Act(_("去议事会"), meeting.get_absolute_url())] if is_member(user, meeting.assembly) else []


def _of_poll_desk(user: User, project: Project) -> list[Act]:
    """筹备投票, or the poll that has it already, for the office that prepares polls."""
    if not allowed(user, "voting.prepare_poll", project.area_id):
        return []
    poll = desk_queries.poll_that_holds(project)
    if poll is None:
        where = f"?round={project.round_id}&area={project.area_id}"
        return [Act(_("筹备投票"), reverse("voting:poll_new") + where)]
    return [Act(_("到投票工作页"), reverse("voting:poll", args=[poll.pk]))]
