"""Who may (谁可以): one predicate per act, about role and relation only."""

from civic.models import Area, Role
from civic.permissions import User, has_role, permission
from proposals.models import PreReview, Project

INTAKE = (Role.SOCIAL_WORKER, Role.VILLAGE_OFFICE)


@permission("proposals.propose")
def may_propose(user: User, _obj: object = None) -> bool:
    """提议: anyone signed in; whether the round takes it from them is a rule."""
    return True


@permission("proposals.propose_for")
def may_propose_for(user: User, area: Area | str | None = None) -> bool:
    """代录: the social worker, grid worker or village office of the place enters for a resident."""
    return has_role(user, (*INTAKE, Role.GRID_WORKER), area)


@permission("proposals.edit")
def may_edit(user: User, project: Project) -> bool:
    """修改、补充: the proposer or whoever entered it for them."""
    return user.pk in {project.proposer_id, project.entered_by_id}


@permission("proposals.withdraw")
def may_withdraw(user: User, project: Project) -> bool:
    """撤回: the proposer alone."""
    return user.pk == project.proposer_id


@permission("proposals.second")
def may_second(user: User, project: Project) -> bool:
    """附议: anyone signed in but the proposer."""
    return user.pk != project.proposer_id


@permission("proposals.screen")
def may_screen(user: User, project: Project) -> bool:
    """受理: the social worker or village office of the place, never on their own proposal."""
    return has_role(user, INTAKE, project.area_id) and user.pk != project.proposer_id


@permission("proposals.confirm_merge")
def may_confirm_merge(user: User, project: Project) -> bool:
    """确认合并: a second person of the village's or the town's office, or the proposer asked."""
    return user.pk == project.proposer_id or has_role(user, (*INTAKE, Role.TOWN_HANDLER), project.area_id)


@permission("proposals.review")
def may_review(user: User, review: PreReview) -> bool:
    """预审: a reviewer of the very department, and never the project's author."""
    return (
        has_role(user, Role.REVIEWER, review.project.area_id, organisation_id=review.department_id)
        and user.pk != review.project.proposer_id
    )


@permission("proposals.pause")
def may_pause(user: User, project: Project) -> bool:
    """暂停、恢复、终止: the town office's handler."""
    return has_role(user, Role.TOWN_HANDLER, project.area_id)


@permission("proposals.round_rules")
def may_edit_rules(user: User, _obj: object = None) -> bool:
    """修改轮次规则: the system administrator (through the admin site) or the district office."""
    return has_role(user, (Role.SYSTEM_ADMIN, Role.DISTRICT_OFFICE))
