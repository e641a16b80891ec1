"""What the clock finds due in polls (到期检查): openings, closes, and boxes to be written anew."""

from civic.clock import every_minute
from voting.services import keepers, polls, results, roll_erasure, undertakings


@every_minute
def open_and_close_polls() -> None:
    """Open what is confirmed and due, close what is over, count what is closed (开始、截止、计票); each row is locked,
    so twice is harmless."""
    polls.close_due(by="task:open_and_close_polls")
    polls.open_due(by="task:open_and_close_polls")
    polls.show_due_seeds(by="task:open_and_close_polls")
    results.count_due(by="task:open_and_close_polls")


@every_minute
def rewrite_closed_boxes() -> None:
    """After the close no row keeps the order in which ballots came (打乱重写); a box is written anew once."""
    polls.rewrite_due(by="task:rewrite_closed_boxes")


@every_minute
def send_log_heads() -> None:
    """Every signed head of a log goes to those who keep them (寄出日志签名); one is sent once."""
    keepers.send_new_heads()


@every_minute
def tell_of_undertakings() -> None:
    """Remind of what a meeting settled before its day and tell when it is late (议定事项快到期、超期); each once."""
    due, by = undertakings.due_to_tell(), "task:tell_of_undertakings"
    for pk in due.late:
        undertakings.tell_late(pk, by=by)
    for pk in due.near:
        undertakings.tell_near(pk, by=by)


@every_minute
def forget_erased_people() -> None:
    """What a roll says of somebody who was erased goes with them (注销)."""
    roll_erasure.forget_erased()
