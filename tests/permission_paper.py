"""What the routes of paper ballots name in the permission table: a batch that is given from, and one that is read."""

from typing import Any

from publicity.demo.places import account
from tests import permission_polls
from tests.voting.polls import build
from voting.models import PaperBatch, PaperHandout
from voting.services import paper, paper_keying

WITNESS = "见证人"


def given(rows: Any) -> tuple[build.Office, PaperBatch, PaperHandout]:
    """An open poll with a batch of which somebody was given a ballot."""
    office = permission_polls.opened(rows)
    batch = paper.make_batch(office.poll, "小濠冲站", 9, by=office.handler)
    entry = office.poll.roll.order_by("pk").first()
    return office, batch, paper.hand_out(batch, entry, by=account("驻村社工"), witness=WITNESS)


def returned(rows: Any) -> tuple[build.Office, PaperBatch]:
    """Closed and taken back; one paper was read twice and differently."""
    office, batch, _handout = given(rows)
    office.agree("close")
    office.fresh()
    paper.take_back(batch, by=account("驻村社工"), left=8, returned=1)
    paper_keying.key(batch, 3, by=account("驻村社工"), choices={})
    paper_keying.key(batch, 3, by=account("村居两委"), fault="unreadable")
    return office, batch


def tell(rows: Any) -> None:
    """Give every route of paper ballots its row."""
    office, batch, handout = given(rows)
    open_poll = {"pk": office.poll.pk}
    open_batch = open_poll | {"number": batch.number}
    rows.given |= {f"voting:{name}": open_poll for name in ("paper", "paper_new")}
    rows.given |= {f"voting:{name}": open_batch for name in ("paper_batch", "paper_print", "paper_hand_out")}
    rows.given["voting:paper_give"] = open_batch | {"entry_pk": office.poll.roll.order_by("pk").last().pk}
    handed = open_batch | {"handout_pk": handout.pk}
    rows.given |= {f"voting:{name}": handed for name in ("paper_undo", "paper_exchange")}
    closed, read = returned(rows)
    closed_batch = {"pk": closed.poll.pk, "number": read.number}
    names = ("paper_return", "paper_key", "paper_strike", "paper_differences", "paper_account")
    rows.given |= {f"voting:{name}": closed_batch for name in names}
    rows.given["voting:paper_settle"] = closed_batch | {"serial": 3}
    rows.given["voting:paper_into_urn"] = {"pk": closed.poll.pk}
