"""Ties (并列): an explicit, total rule, never the order in which something was typed or stored.

The public draw (公开抽签). Before the vote opens the organiser publishes SHA-256 of a seed it keeps (or names a public
source whose value appears only after the close); after the close the seed is made known. Then anyone computes

    lot(project) = SHA-256( UTF-8 of the seed, followed at once by UTF-8 of the project's id )

as a hexadecimal number of 64 digits; of two tied projects the smaller lot wins. Two lines of any language do it:

    printf '%s%s' "$SEED" "$PROJECT_ID" | sha256sum

The standard order T: lower cost, then higher score, then the lot (VOTING §5.4). The others are there to compare with
tools that break ties otherwise.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Literal, get_args

from voting.rules.model import Election, Unusable

Key = Literal["cost", "cost_desc", "score", "lot", "position", "name", "refuse"]
TOTAL: tuple[Key, ...] = ("lot", "position", "name", "refuse")


@dataclass(frozen=True, slots=True)
class TieRule:
    """In what order tied projects stand (并列规则): the first key that tells them apart decides.

    ``cost`` lower first · ``cost_desc`` dearer first · ``score`` higher first · ``lot`` the public draw · ``position``
    the order of the file, which a published file writes in the order of the lots · ``name`` the id as text ·
    ``refuse`` do not decide. ``commitment`` is SHA-256 of the seed, ``source`` says where the seed will come from.
    """

    keys: tuple[Key, ...] = ("cost", "score", "lot")
    commitment: str = ""
    source: str = ""

    def __post_init__(self) -> None:
        if not self.keys or any(key not in get_args(Key) for key in self.keys):
            raise Unusable(f"unknown key of a tie rule in {self.keys}")
        if self.keys[-1] not in TOTAL:
            raise Unusable(f"a tie rule must end in one of {', '.join(TOTAL)}: {self.keys} leaves ties open")


TIES: dict[str, TieRule] = {
    "lot": TieRule(),
    "draw": TieRule(("lot",)),
    "file": TieRule(("cost", "score", "position")),
    "dearer": TieRule(("cost_desc", "score", "position")),
    "position": TieRule(("position",)),
    "name": TieRule(("name",)),
    "refuse": TieRule(("refuse",)),
}


class Unbroken(Unusable):
    """A tie that the rule refuses to decide; ``tied`` holds the projects' ids."""

    def __init__(self, tied: Sequence[str]) -> None:
        super().__init__(f"a tie between {', '.join(tied)} and a rule that refuses to decide it")
        self.tied = tuple(tied)


@dataclass(frozen=True, slots=True)
class Tie:
    """A tie met while counting (遇到的并列): who stood in it in the order of the rule, and the key that decided."""

    round: int
    tied: tuple[str, ...]
    decided_by: Key


def commitment(seed: str) -> str:
    """What is published before the vote opens (种子的承诺值)."""
    return sha256(seed.encode()).hexdigest()


def lot(seed: str, project_id: str) -> str:
    """A project's lot (签号): see the top of this file."""
    return sha256(f"{seed}{project_id}".encode()).hexdigest()


def lot_order(election: Election, seed: str) -> list[int]:
    """The places of the projects by their lots, the order in which a file is published (签号顺序)."""
    return sorted(range(len(election.projects)), key=lambda place: lot(seed, election.projects[place].id))


class Breaker:
    """A tie rule bound to one election's costs, scores and seed."""

    def __init__(self, rule: TieRule, election: Election, scores: Sequence[int], seed: str = "") -> None:
        if "lot" in rule.keys and not seed:
            raise Unusable("this tie rule draws lots and needs the seed (--seed)")
        if rule.commitment and commitment(seed) != rule.commitment:
            raise Unusable("the seed is not the one committed to before the vote opened")
        self.rule = rule
        self.ids = [project.id for project in election.projects]
        self._ranks = [
            tuple(_value(key, place, election, scores, seed) for key in rule.keys)
            for place in range(len(election.projects))
        ]

    def rank(self, place: int) -> tuple[int | str, ...]:
        """What to sort by; equal for two projects only under a rule that refuses."""
        return self._ranks[place]

    def ordered(self, places: Iterable[int]) -> list[int]:
        return sorted(places, key=self.rank)

    def broken(self, round: int, places: Iterable[int]) -> Tie:
        """The tie among these places, in the order of the rule. Raises Unbroken if it refuses."""
        first, second, *rest = self.ordered(places)
        pairs = zip(self.rule.keys, self.rank(first), self.rank(second), strict=True)
        decisive: Key = next((key for key, one, other in pairs if one != other), "refuse")
        tied = tuple(self.ids[place] for place in (first, second, *rest))
        if decisive == "refuse":
            raise Unbroken(tied)
        return Tie(round, tied, decisive)


def _value(key: Key, place: int, election: Election, scores: Sequence[int], seed: str) -> int | str:
    project = election.projects[place]
    match key:
        case "cost":
            return project.cost
        case "cost_desc":
            return -project.cost
        case "score":
            return -scores[place]
        case "lot":
            return lot(seed, project.id)
        case "name":
            return project.id
        case "position":
            return place
    return 0
