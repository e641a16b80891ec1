"""What the clock does here each minute (到期检查): end notices, say which answers are late. Twice is harmless."""

from civic.clock import every_minute
from publicity.queries.notices import due_to_end, left_behind, not_yet_open
from publicity.queries.objections import overdue
from publicity.services import notices, objections


@every_minute
def settle_notices() -> None:
    """End every notice whose time is over; mend what a cut-off move may have left behind."""
    for project in not_yet_open():
        notices.open_for(project)
    for project in left_behind():
        notices.withdraw(project, reason="left")
    for notice in due_to_end():
        notices.end(notice)


@every_minute
def escalate_objections() -> None:
    """Say once in the record which answers to objections are late (超期)."""
    for objection in overdue():
        objections.escalate(objection)
