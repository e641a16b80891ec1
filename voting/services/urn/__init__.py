"""The urn (票箱): opening, casting, the public log, closing and rewriting. It knows pseudonyms, never people.

Whoever may vote is the roll's business (services/tickets.py). VOTING §6.2, docs/adr/0010.
"""

from voting.services.urn.boxes import close_box, destroy_key, enlarge_roll, log_result, move_close, open_box, rewrite
from voting.services.urn.casting import AlreadyCast, Standing, Taken, cast, own_ballot, standing, take
from voting.services.urn.log import write_due_batches
from voting.services.urn.publication import (
    Entry,
    Opening,
    Proof,
    counted_ballots,
    counts,
    entry_of,
    growth,
    inclusion,
    openings,
    public_log,
)

__all__ = [
    "AlreadyCast",
    "Entry",
    "Opening",
    "Proof",
    "Standing",
    "Taken",
    "cast",
    "close_box",
    "counted_ballots",
    "counts",
    "destroy_key",
    "enlarge_roll",
    "entry_of",
    "growth",
    "inclusion",
    "log_result",
    "move_close",
    "open_box",
    "openings",
    "own_ballot",
    "public_log",
    "rewrite",
    "standing",
    "take",
    "write_due_batches",
]
