"""What follows a project's move in its own transaction: its notice opens or comes down, an open objection holds it."""

from proposals.models import Project, ProjectState
from proposals.services import moves
from publicity.models import BLOCKING, NoticeState
from publicity.rules import check_can_start, check_notice_over
from publicity.services import notices

ON_NOTICE = frozenset({ProjectState.ON_NOTICE, ProjectState.OBJECTED})


@moves.after_move
def keep_notice(project: Project, action: str, before: str) -> None:
    """Open the notice when the project comes on notice; take it down when the project is sent away from it."""
    if project.state == ProjectState.ON_NOTICE:
        notices.open_for(project)
    elif before in ON_NOTICE and project.state == ProjectState.AWAITING_START:
        check_notice_over(project.notices.filter(state=NoticeState.RUNNING).exists())
    elif before in ON_NOTICE and project.state not in ON_NOTICE:
        notices.withdraw(project, reason=action)


@moves.after_move
def hold_start(project: Project, action: str, _before: str) -> None:
    """Refuse the start of the works while an objection waits for its answer (异议未答复不能开工)."""
    if action == "start":
        check_can_start(project.objections.filter(state__in=BLOCKING).count())
