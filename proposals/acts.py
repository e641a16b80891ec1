"""What a person may do now with a project (可以办的事): the buttons of its page; the door checks again."""

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from civic.moments import now, today
from civic.pages import Act
from civic.permissions import User, allowed
from proposals import queries
from proposals.models import MOVES, Merge, MergeState, Project, ProjectState, ReviewState
from proposals.models.projects import MERGE_TARGETS
from proposals.rules import is_late


def for_project(user: User, project: Project) -> list[Act]:
    """The acts of intake, pre-review, merging and pausing open to this person; at most three queries."""
    if not user.is_authenticated:
        return []
    return [
        *_at_intake(user, project),
        *_in_review(user, project),
        *_merging(user, project),
        *_pausing(user, project),
        *_being_late(user, project),
        *_withdrawing(user, project),
    ]


def _at_intake(user: User, project: Project) -> list[Act]:
    case = reverse("proposals:screen", args=[project.code])
    if project.state == ProjectState.FILED and allowed(user, "proposals.screen", project):
        return [Act(_("受理"), case)]
    if project.state == ProjectState.RETURNED and allowed(user, "proposals.edit", project):
        return [Act(_("补充材料"), reverse("proposals:complete", args=[project.code]))]
    awaited = project.state == ProjectState.TRANSFERRED and project.due_on is not None
    if awaited and allowed(user, "proposals.note_reply", project):
        return [Act(_("登记答复"), f"{case}?outcome=reply")]
    return []


def _in_review(user: User, project: Project) -> list[Act]:
    if project.state != ProjectState.IN_REVIEW or not allowed(user, "proposals.reviews"):
        return []
    acts = []
    for review in queries.reviews_of(project).filter(state=ReviewState.OPEN):
        review.project = project
        url = reverse("proposals:review", args=[review.pk])
        if allowed(user, "proposals.review", review):
            acts.append(Act(_("预审"), url))
        elif review.department_id is None and allowed(user, "proposals.assign_review", review):
            acts.append(Act(_("指定预审部门"), url))
    return acts


def _merging(user: User, project: Project) -> list[Act]:
    if project.state not in MERGE_TARGETS | {ProjectState.MERGED}:
        return []
    if not allowed(user, "proposals.confirm_merge", project):
        return []
    asked = Q(target=project, target__proposer=user, state=MergeState.PROPOSED)
    live = Merge.objects.filter(Q(source=project) | asked, state__in=[MergeState.PROPOSED, MergeState.DONE])
    merge = live.select_related("source", "target").first()
    if merge is not None:
        return _of_merge(user, merge)
    compare = f"{reverse('proposals:merge')}?source={project.code}"
    is_free = project.state in MOVES["merge"][0] and allowed(user, "proposals.screen", project)
    return [Act(_("合并"), compare)] if is_free else []


def _of_merge(user: User, merge: Merge) -> list[Act]:
    url = reverse("proposals:merge_case", args=[merge.pk])
    if merge.state == MergeState.PROPOSED:
        is_asked = user.pk in (merge.source.proposer_id, merge.target.proposer_id)
        words = _("合并：同意或不同意") if is_asked else _("确认合并或不合并")
        return [] if merge.proposed_by_id == user.pk else [Act(words, url)]
    in_time = merge.undo_until is not None and now() <= merge.undo_until
    return [Act(_("撤销合并"), url)] if in_time and allowed(user, "proposals.screen", merge.source) else []


def _pausing(user: User, project: Project) -> list[Act]:
    if not allowed(user, "proposals.pause", project):
        return []
    url = reverse("proposals:pause", args=[project.code])
    if project.state == ProjectState.PAUSED:
        return [Act(_("说明、恢复或终止"), url)]
    return [Act(_("暂停"), url)] if project.state in MOVES["pause"][0] else []


def _being_late(user: User, project: Project) -> list[Act]:
    if not is_late(project.state, project.due_on, today()) or not allowed(user, "proposals.explain_late", project):
        return []
    return [Act(_("说明超期原因"), reverse("proposals:late", args=[project.code]))]


def _withdrawing(user: User, project: Project) -> list[Act]:
    if project.state not in MOVES["withdraw"][0] or not allowed(user, "proposals.withdraw", project):
        return []
    return [Act(_("撤回提议"), reverse("proposals:withdraw", args=[project.code]))]
