"""Who may (谁可以): one predicate per act, about role and relation only."""

from civic.models import Area, Role
from civic.permissions import User, has_role, permission
from wishes.models import Demand

HANDLERS = (Role.VILLAGE_OFFICE, Role.SOCIAL_WORKER, Role.TOWN_HANDLER)
HELPERS = (Role.SOCIAL_WORKER, Role.GRID_WORKER, Role.VILLAGE_OFFICE)
VISITORS = (*HANDLERS, Role.GRID_WORKER, Role.SUPERVISOR)


@permission("wishes.report")
def may_report(user: User, _obj: object = None) -> bool:
    """报一件事: anyone signed in."""
    return True


@permission("wishes.report_for")
def may_report_for(user: User, area: Area | str | None = None) -> bool:
    """代录: the social worker, grid worker or village office of the place enters for a resident."""
    return has_role(user, HELPERS, area)


@permission("wishes.join")
def may_join(user: User, demand: Demand) -> bool:
    """我也碰到: anyone signed in but who reported it."""
    return user.pk != demand.reporter_id


@permission("wishes.confirm")
def may_confirm(user: User, demand: Demand) -> bool:
    """解决了吗、重新打开: only who reported it."""
    return user.pk == demand.reporter_id


@permission("wishes.desk")
def may_use_desk(user: User, _obj: object = None) -> bool:
    """民声黑板的工作台: who handles or visits matters somewhere."""
    return has_role(user, VISITORS)


@permission("wishes.see_case")
def may_see_case(user: User, demand: Demand) -> bool:
    """看一件事的办理页: who handles or visits matters of the place."""
    return has_role(user, VISITORS, demand.area_id)


@permission("wishes.handle")
def may_handle(user: User, demand: Demand) -> bool:
    """受理、办理、说明: the village office, social worker or town handler of the place, never on their own report."""
    return has_role(user, HANDLERS, demand.area_id) and not _is_own(user, demand)


@permission("wishes.visit")
def may_visit(user: User, demand: Demand) -> bool:
    """现场查看: an officer of the place, never on their own report; that it is another than the handler is a rule."""
    return has_role(user, VISITORS, demand.area_id) and not _is_own(user, demand)


@permission("wishes.to_project")
def may_turn_into_project(user: User, demand: Demand) -> bool:
    """转为项目: who may handle it and also propose for a resident of the place."""
    return may_handle(user, demand) and has_role(user, (Role.SOCIAL_WORKER, Role.VILLAGE_OFFICE), demand.area_id)


def _is_own(user: User, demand: Demand) -> bool:
    """The user's own, or of the user's family (回避)."""
    return user.pk == demand.reporter_id or demand.is_of_family_of(user)


@permission("wishes.visits")
def may_keep_visits(user: User, area: Area | str | None = None) -> bool:
    """走访: the social worker, grid worker or village office of the place; nobody else reads who said what."""
    return has_role(user, HELPERS, area)


@permission("wishes.surveys")
def may_survey(user: User, area: Area | str | None = None) -> bool:
    """问需: the social worker, grid worker or village office of the place."""
    return has_role(user, HELPERS, area)
