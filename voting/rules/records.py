"""The rule as a frozen record (计票规则记录): every choice that can change a winner, hashed before the vote opens.

"Equal shares with Add1" is not one rule: its dialects give other winners in one election of ten. So a poll fixes a
record, shows its SHA-256 on the ballot and the result page, and counts by the record alone. VOTING §5.4.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields, is_dataclass, replace
from fractions import Fraction
from hashlib import sha256
from types import UnionType
from typing import Any, Literal, get_args, get_origin, get_type_hints

from voting.rules.model import GroupBy, Unusable, is_amount
from voting.rules.ties import TIES, TieRule

SHARE = re.compile(r"[0-9]{1,9}(?:\.[0-9]{1,9}|/[1-9][0-9]{0,8})?")
ENGINE = 1  # raise it when the same record could come to another result

Method = Literal["greedy", "equal_shares", "phragmen"]
Order = Literal["score", "score_per_cost"]
Utility = Literal["cost", "score"]
Start = Literal["fraction", "floor"]
Stop = Literal["exhaustive", "overspend"]


@dataclass(frozen=True, slots=True)
class Eligibility:
    """What a project needs before it can win (入围条件); the rest of the count does not see the others.

    ``min_score`` least points, ``min_votes`` least voters, ``min_share`` least part of all voters; ``quota_k``: votes
    over voters at least cost over k budgets (Świecie 2023: k = 3); ``within_budget``: costs no more than there is.
    ``withdrawn`` lists ids taken back after the vote opened (撤回).
    """

    min_score: int = 0
    min_votes: int = 0
    min_share: Fraction = Fraction(0)
    quota_k: int | None = None
    within_budget: bool = False
    withdrawn: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Guarantee:
    """A share for every group (类别或村居保底): its best ``at_least`` projects that fit are taken first.

    ``values`` names the groups; empty: every group that an eligible project belongs to. Our own rule: none found in
    the field's sources beyond separate pools, so it is off unless a round sets it.
    """

    by: GroupBy
    at_least: int = 1
    values: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RuleRecord:
    """One counting rule, complete (计票规则).

    Greedy (按得分排序): ``order`` ranks; ``skip`` goes past what does not fit, else the count stops there.
    Equal shares (等额分摊): ``utility`` says what a winner is worth to a supporter, its cost times her points or her
    points alone; ``start`` of each voter's money is the exact budget/n or its whole part; ``increment`` in currency
    units is added per voter and step (None: one run); ``stop`` "exhaustive" ends at the first outcome to which nothing
    supported can be added, "overspend" only before the first that costs too much; ``comparison`` hands over to greedy
    if more voters prefer it, by the number or the cost of their winners.
    All: ``completion`` spends what is left by greedy; ``score_vector`` is what ranks earn; ``reserve`` runners-up are
    listed (备选); ``budget`` may fix the amount, as a decimal.
    """

    name: str
    method: Method
    order: Order = "score"
    skip: bool = True
    utility: Utility = "cost"
    start: Start = "fraction"
    increment: str | None = None
    stop: Stop = "exhaustive"
    completion: Literal["none", "score", "score_per_cost"] = "none"
    comparison: Literal["none", "count", "cost"] = "none"
    score_vector: tuple[int, ...] = ()
    eligibility: Eligibility = field(default_factory=Eligibility)
    guarantees: tuple[Guarantee, ...] = ()
    reserve: int = 0
    tie: TieRule = field(default_factory=TieRule)
    budget: str | None = None
    engine: int = ENGINE

    def __post_init__(self) -> None:
        if self.engine != ENGINE:
            raise Unusable(f"the record was made for engine {self.engine}, this is {ENGINE}")
        for amount in (self.increment, self.budget):
            if amount is not None and not (is_amount(amount) and Fraction(amount) > 0):
                raise Unusable("increment and budget are amounts above zero, written like 1200 or 0.5")
        if any(points < 0 for points in self.score_vector) or self.reserve < 0:
            raise Unusable("score_vector and reserve are not below zero")
        if any(guarantee.at_least < 1 for guarantee in self.guarantees):
            raise Unusable("a guarantee is at least one project")

    @property
    def sha256(self) -> str:
        """What the ballot shows (规则指纹)."""
        return sha256(canonical(self).encode()).hexdigest()


def canonical(record: RuleRecord) -> str:
    """The record as canonical JSON (RFC 8785): sorted keys, no spaces; it holds text, whole numbers and null only."""
    return json.dumps(asdict(record), default=str, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def from_json(text: str) -> RuleRecord:
    """A record from JSON (规则记录文件); what is not said takes its default. Unusable names the fault."""
    try:
        values = json.loads(text, object_pairs_hook=_each_once)
    except (ValueError, RecursionError) as fault:
        raise Unusable(f"the rule record is no JSON: {fault}") from None
    record: RuleRecord = _object(values, RuleRecord, "record")
    return record


def _each_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """A key said twice would leave open which of the two was meant."""
    values = dict(pairs)
    if len(values) != len(pairs):
        raise ValueError("a key stands twice")
    return values


def _typed(value: Any, kind: Any, where: str) -> Any:
    """A JSON value as the type a field is declared with; nothing is guessed or rounded."""
    origin = get_origin(kind)
    if is_dataclass(kind):
        return _object(value, kind, where)
    if origin is Literal:
        return _checked(value, value in get_args(kind) and isinstance(value, str), where)
    if origin is tuple:
        inner = get_args(kind)[0]
        _checked(value, isinstance(value, list), where)
        return tuple(_typed(one, inner, f"{where}[{place}]") for place, one in enumerate(value))
    if origin is UnionType:
        return None if value is None else _typed(value, get_args(kind)[0], where)
    if kind is Fraction:
        return Fraction(_checked(value, isinstance(value, str) and _share(value), where))
    return _checked(value, type(value) is kind, where)


def _object(value: Any, kind: Any, where: str) -> Any:
    _checked(value, isinstance(value, Mapping), where)
    known = get_type_hints(kind)
    for key in value:
        if key not in known:
            raise Unusable(f"{where} has no field {key}")
    missing = [f.name for f in fields(kind) if f.name in {"name", "method", "by"} and f.name not in value]
    if missing:
        raise Unusable(f"{where} lacks {', '.join(missing)}")
    return kind(**{key: _typed(one, known[key], f"{where}.{key}") for key, one in value.items()})


def _share(text: str) -> bool:
    """A part of a whole, as "1/20" or "0.05"."""
    return SHARE.fullmatch(text) is not None and Fraction(text) <= 1


def _checked(value: Any, holds: bool, where: str) -> Any:
    if not holds:
        raise Unusable(f"{where} cannot be {value!r}")
    return value


def _equal_shares(name: str, utility: Utility, **choices: Any) -> RuleRecord:
    return RuleRecord(name, "equal_shares", utility=utility, **choices)


# The nine of VOTING with the tie order of the stored outcomes, then the two presets of its §5.4.
RECORDS: dict[str, RuleRecord] = {
    record.name: replace(record, tie=TIES["file"])
    for record in (
        RuleRecord("greedy_by_score", "greedy"),
        RuleRecord("greedy_by_score_per_cost", "greedy", order="score_per_cost"),
        _equal_shares("mes_cost_utility", "cost"),
        _equal_shares("mes_score_utility", "score"),
        _equal_shares("mes_cost_utility_add1", "cost", increment="1"),
        _equal_shares("mes_cost_utility_add1u", "cost", increment="1", completion="score"),
        _equal_shares("mes_score_utility_add1", "score", increment="1"),
        _equal_shares("mes_score_utility_add1u", "score", increment="1", completion="score"),
        RuleRecord("sequential_phragmen", "phragmen"),
        _equal_shares("es-authors", "cost", start="floor", increment="1", completion="score"),
        _equal_shares("es-pabulib", "cost", start="floor", increment="1", stop="overspend"),
    )
}


def record_named(name: str) -> RuleRecord:
    """The record of a rule's published name, ties in the order of the file. Unusable lists the names there are."""
    try:
        return RECORDS[name]
    except KeyError:
        raise Unusable(f"no rule is named {name or '(nothing)'}; there are {', '.join(RECORDS)}") from None
