"""Who has a project now (谁在办): unit and post, the same for its page and for the API.

The state says on whose desk it lies; a pre-review, a return and a transfer name their own, and an upper app that
knows better registers with `knows`. Nothing is kept: who holds an office changes without the project.
"""

from collections.abc import Callable, Iterable, Sequence

from civic import offices
from civic.models import Appointment, Level, Role
from proposals.models import PreReview, Project, ReviewState
from proposals.models import ProjectState as S

DESKS: dict[str, tuple[Role, ...]] = {
    S.FILED: (Role.SOCIAL_WORKER, Role.VILLAGE_OFFICE),
    S.TRANSFERRED: (Role.SOCIAL_WORKER, Role.VILLAGE_OFFICE),
    S.FOR_ASSEMBLY: (Role.VILLAGE_OFFICE,),
    S.IN_POLL: (Role.VILLAGE_OFFICE,),
    S.FOR_APPROVAL: (Role.TOWN_HANDLER,),
    S.RESERVE: (Role.TOWN_HANDLER,),
    S.ON_NOTICE: (Role.TOWN_HANDLER,),
    S.OBJECTED: (Role.TOWN_HANDLER,),
    S.AWAITING_START: (Role.TOWN_HANDLER,),
    S.IN_PROGRESS: (Role.TOWN_HANDLER,),
    S.FOR_ACCEPTANCE: (Role.TOWN_HANDLER,),
    S.RECTIFYING: (Role.TOWN_HANDLER,),
    S.PAUSED: (Role.TOWN_HANDLER,),
}
Knower = Callable[[list[Project]], dict[int, str]]
KNOWERS: dict[str, Knower] = {}


def knows(*states: str) -> Callable[[Knower], Knower]:
    """Have a function say who has the projects in these states: words by key, in one query; none it does not know."""

    def register(knower: Knower) -> Knower:
        KNOWERS.update(dict.fromkeys(states, knower))
        return knower

    return register


def handler(project: Project) -> str:
    """Who has it now: 斗门镇社工站 驻村社工 陈*; empty where nobody has to act."""
    return handlers([project])[project.pk]


def handlers(projects: Iterable[Project]) -> dict[int, str]:
    """The same for many, by key: a query for the offices, and one for each who knows better."""
    rows = list(projects)
    found = {row.pk: "" for row in rows}
    for knower in dict.fromkeys(KNOWERS.values()):
        asked = [row for row in rows if KNOWERS.get(row.state) is knower]
        found |= knower(asked) if asked else {}
    open_ = [row for row in rows if not found[row.pk] and row.state in DESKS]
    wanted = {role for row in open_ for role in DESKS[row.state]}
    held = offices.over({row.area_id for row in open_}, wanted) if open_ else []
    return found | {row.pk: _desk(row, held, DESKS[row.state]) for row in open_}


def _desk(project: Project, held: Iterable[Appointment], roles: Sequence[Role]) -> str:
    near = offices.nearest(held, project.area_id, roles)
    return near[0].public_name if near else _post_without_a_name(project, roles)


def _post_without_a_name(project: Project, roles: Sequence[Role]) -> str:
    """The place and the post where nobody is appointed yet: 斗门镇 镇街经办."""
    area = project.area
    of_town = Role.TOWN_HANDLER in roles and area.level == Level.VILLAGE and area.parent is not None
    place = area.parent if of_town else area
    return f"{place.short_name if place else ''} {roles[-1].label}"


@knows(S.IN_REVIEW)
def _departments(projects: list[Project]) -> dict[int, str]:
    """The departments that have not answered yet."""
    waiting = PreReview.objects.filter(project__in=projects, state__in=[ReviewState.OPEN, ReviewState.ASKED])
    found: dict[int, list[str]] = {}
    for review in waiting.select_related("department"):
        found.setdefault(review.project_id, []).append(str(review.department or review.duty))
    return {pk: "、".join(names) for pk, names in found.items()}


@knows(S.RETURNED)
def _proposers(projects: list[Project]) -> dict[int, str]:
    return {project.pk: project.proposer_name for project in projects}


@knows(S.TRANSFERRED)
def _units_outside(projects: list[Project]) -> dict[int, str]:
    return {project.pk: project.handler_unit for project in projects}
