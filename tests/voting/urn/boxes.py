"""Boxes and ballots for tests. The urn knows no people: a voter is any number, a poll as well."""

from datetime import timedelta

from civic.moments import now
from voting import keys, tickets
from voting.models.urn import BallotBox
from voting.receipts import Receipt, digest
from voting.services import urn

POLL = 7
COSTS_FEN = {"11": 2_000_000, "12": 3_000_000, "13": 1_500_000, "14": 4_000_000}


def style(method: str = "choose", **figures) -> dict:
    """Four projects; up to three of them, ten points, or 60,000 yuan."""
    return {
        "method": method,
        "limit": 10 if method == "points" else 3,
        "project_max": 5,
        "budget_fen": 6_000_000,
        "projects": [{"id": key, "code": f"WSS-2026-00{key}", "cost_fen": cost} for key, cost in COSTS_FEN.items()],
    } | figures


def opened(method: str = "choose", *, poll: int = POLL, openings: str = "open", roll_size: int = 100, **hours):
    """A box that is open from an hour ago for an hour, unless said."""
    return urn.open_box(
        poll=poll,
        style=style(method),
        opens_at=hours.get("opens_at", now() - timedelta(hours=1)),
        closes_at=hours.get("closes_at", now() + timedelta(hours=1)),
        roll_size=roll_size,
        openings=openings,
        facts={"rule_hash": "a" * 64},
    )


def ticket(voter: int, *, poll: int = POLL, channel: str = "online", at=None, style_hash: str = "") -> str:
    style_hash = style_hash or BallotBox.objects.get(poll=poll).style_hash
    return tickets.write(poll, keys.pseudonym(poll, voter), style_hash, channel, at=at or now())


def cast(voter: int, *projects: str, replaces: int | None = None, **how) -> Receipt:
    """The voter chooses these projects."""
    return urn.cast(ticket(voter, **how), dict.fromkeys(projects, 1), replaces=replaces)


def closed(poll: int = POLL) -> BallotBox:
    """Close the box at once."""
    urn.move_close(poll=poll, closes_at=None)
    return urn.close_box(poll=poll)


def rewritten(poll: int = POLL) -> BallotBox:
    closed(poll)
    return urn.rewrite(poll=poll)


def count(openings: list[dict]) -> dict[str, int]:
    """How often each project was chosen, from the published openings alone."""
    return {key: sum(key in opening["choices"] for opening in openings) for key in COSTS_FEN}


def style_hash(method: str) -> str:
    return digest(style(method))
