"""What the clock finds due (到期检查): fixes past their day; voices and handwriting of erased people go."""

from civic.clock import every_minute
from civic.moments import today
from delivery import queries
from delivery.queries.filing import filings_late
from delivery.services import acceptance, filing, ratings, rectifying


@every_minute
def note_overdue_fixes() -> None:
    """Tell each fix past its day in the record, once."""
    for fix in queries.overdue_fixes():
        rectifying.note_overdue(fix)


@every_minute
def tell_late_filings() -> None:
    """Tell each contract that was not filed in time (备案超期), once."""
    for late in filings_late(today()):
        filing.tell_late(late.pk, by="task:tell_late_filings")


@every_minute
def forget_erased_people() -> None:
    """What somebody said aloud or wrote by hand goes with them (注销)."""
    ratings.forget_erased()
    acceptance.forget_erased()
