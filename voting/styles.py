"""What a box fixed at its opening (选票样式): it never changes, so each process reads it once and keeps it in memory."""

from typing import NamedTuple

from django.core.cache import cache

from voting.ballot_rules import Style
from voting.models.urn import BallotBox

KEPT_SECONDS = 3600


class Fixed(NamedTuple):
    box: int
    style: Style
    style_hash: str


def fixed(poll: int) -> Fixed | None:
    """The poll's box with its style; None before the opening."""
    kept = cache.get(f"box:{poll:d}")
    if kept is None:
        kept = BallotBox.objects.filter(poll=poll).values_list("pk", "style", "style_hash").first()
        if kept is None:
            return None
        cache.set(f"box:{poll:d}", kept, KEPT_SECONDS)
    return Fixed(*kept)
