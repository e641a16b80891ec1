"""What the clock finds due in polls (到期检查): they open and close at their second, by the database's clock."""

from civic.clock import every_minute
from voting.services import polls, results


@every_minute
def open_and_close_polls() -> None:
    """Open what is confirmed and due, close what is over, count what is closed (开始、截止、计票); each row is locked,
    so twice is harmless."""
    polls.close_due(by="task:open_and_close_polls")
    polls.open_due(by="task:open_and_close_polls")
    polls.show_due_seeds(by="task:open_and_close_polls")
    results.count_due(by="task:open_and_close_polls")
