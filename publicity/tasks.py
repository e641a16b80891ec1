"""What the clock does here each minute (到期检查): end notices, say which answers are late. Twice is harmless."""

from civic.clock import every_minute
from publicity.queries.notices import due_to_end, left_behind, not_yet_open
from publicity.queries.objections import open_on, overdue
from publicity.services import notices, objections
from voting.services import key_ends


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
def end_poll_keys() -> None:
    """Destroy the key of each poll whose result can be objected to no longer, once all objections are answered (销毁密钥)."""
    for poll in key_ends.due():
        if not open_on(poll).exists():
            key_ends.end(poll, by="task:end_poll_keys")


@every_minute
def escalate_objections() -> None:
    """Say once in the record which answers to objections are late (超期)."""
    for objection in overdue():
        objections.escalate(objection)
