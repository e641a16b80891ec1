"""What goes with a person who was erased (注销): the note on how they spoke. The matter stays, under no name."""

from civic.people import GONE
from wishes import queries
from wishes.models import Demand


def forget_erased() -> None:
    """Empty what a worker wrote down of how an erased person agreed; twice is harmless."""
    Demand.objects.filter(pk__in=queries.notes_of_erased()).update(assisted_note=GONE)
