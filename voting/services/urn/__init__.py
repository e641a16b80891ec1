"""The urn (票箱): opening, casting, the public log, closing and rewriting. It knows pseudonyms, never people.

Whoever may vote is the roll's business (services/tickets.py). VOTING §6.2, docs/adr/0010.
"""

from voting.services.urn.boxes import close_box, destroy_key, enlarge_roll, log_result, move_close, open_box, rewrite
from voting.services.urn.casting import AlreadyCast, Standing, Taken, cast, own_ballot, standing, take
from voting.services.urn.contents import Counted
from voting.services.urn.log import write_due_batches
from voting.services.urn.paper import (
    Sheet,
    hold_paper,
    key_sheet,
    release_paper,
    serials_read_by,
    sheets,
    strike_sheet,
    take_paper,
)
from voting.services.urn.publication import (
    Entry,
    Opening,
    Proof,
    checkpoint,
    contents_are_whole,
    counted_ballots,
    counts,
    entry_of,
    growth,
    inclusion,
    openings,
    public_log,
    voters_by,
)

__all__ = [
    "AlreadyCast",
    "Counted",
    "Entry",
    "Opening",
    "Proof",
    "Sheet",
    "Standing",
    "Taken",
    "cast",
    "checkpoint",
    "close_box",
    "contents_are_whole",
    "counted_ballots",
    "counts",
    "destroy_key",
    "enlarge_roll",
    "entry_of",
    "growth",
    "hold_paper",
    "inclusion",
    "key_sheet",
    "log_result",
    "move_close",
    "open_box",
    "openings",
    "own_ballot",
    "public_log",
    "release_paper",
    "rewrite",
    "serials_read_by",
    "sheets",
    "standing",
    "strike_sheet",
    "take",
    "take_paper",
    "voters_by",
    "write_due_batches",
]
