"""What goes with a person who was erased (注销): their voice, and the note on how they spoke. The matter stays."""

from civic import files
from civic.people import GONE
from wishes import queries
from wishes.models import Demand
from wishes.services import visits


def forget_erased() -> None:
    """Empty what a worker wrote down of how an erased person agreed and said at a visit, and what they said aloud;
    twice is harmless."""
    Demand.objects.filter(pk__in=queries.notes_of_erased()).update(assisted_note=GONE)
    for name in ("voice", "voice_again"):
        files.empty(Demand.objects.filter(**{"reporter__erased_at__isnull": False, f"{name}__isnull": False}), name)
    visits.forget_erased()
