"""The urn (票箱): opening, casting, the public log, closing and rewriting. It knows pseudonyms, never people.

Whoever may vote is the roll's business (services/tickets.py). VOTING §6.2, docs/adr/0010.
"""

from voting.services.urn.boxes import close_box, destroy_key, enlarge_roll, log_result, move_close, open_box, rewrite
from voting.services.urn.casting import AlreadyCast, Standing, cast, own_ballot, standing
from voting.services.urn.log import write_due_batches
from voting.services.urn.publication import (
    Opening,
    Proof,
    checkpoint,
    counted_ballots,
    growth,
    inclusion,
    openings,
    public_log,
    voters_by,
)

__all__ = [
    "AlreadyCast",
    "Opening",
    "Proof",
    "Standing",
    "cast",
    "checkpoint",
    "close_box",
    "counted_ballots",
    "destroy_key",
    "enlarge_roll",
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
    "voters_by",
    "write_due_batches",
]
