"""What the clock finds due (到期检查): fixes past their day; voices and handwriting of erased people go."""

from civic.clock import every_minute
from delivery.services import acceptance, disclosing, filing, ratings, rectifying


@every_minute
def note_overdue_fixes() -> None:
    """Tell each fix that is past its day or near it (整改超期、快到期), to whom the rules say; each step once."""
    due = rectifying.due_to_tell()
    for pk in due.late:
        rectifying.tell_late(pk)
    for pk in due.near:
        rectifying.tell_near(pk)


@every_minute
def tell_late_filings() -> None:
    """Tell each contract that is late to be filed or near its day (备案超期、快到期), to whom the rules say; each step once."""
    due = filing.due_to_tell()
    for pk in due.late:
        filing.tell_late(pk)
    for pk in due.near:
        filing.tell_near(pk)


@every_minute
def tell_disclosures() -> None:
    """Note what has become due to be published (按期公开), and tell what is near its day or past it; each once."""
    disclosing.open_due()
    due = disclosing.due_to_tell()
    for pk in due.late:
        disclosing.tell_late(pk)
    for pk in due.near:
        disclosing.tell_near(pk)


@every_minute
def forget_erased_people() -> None:
    """What somebody said aloud or wrote by hand goes with them (注销)."""
    ratings.forget_erased()
    acceptance.forget_erased()
