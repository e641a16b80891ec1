"""What the clock finds due (到期检查): fixes past their day."""

from civic.clock import every_minute
from delivery import queries
from delivery.services import rectifying


@every_minute
def note_overdue_fixes() -> None:
    """Tell each fix past its day in the record, once."""
    for fix in queries.overdue_fixes():
        rectifying.note_overdue(fix)
