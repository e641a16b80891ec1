"""What a ballot says of itself (选票上的话): how one votes, what is chosen and what is left. Plain words, no advice."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from voting.ballot_rules import Choices
from voting.models import BallotMethod, Poll, PollProject

M = BallotMethod


@dataclass(frozen=True)
class Words:
    """Three ways to say what is chosen; the page's script says them, too, as the choice changes."""

    none: str
    some: str
    over: str


def words(method: str) -> Words:
    """The words of the bar for a way of voting."""
    said = {
        M.CHOOSE: Words(
            _("还没选，最多选%(left)s项"),
            _("已选%(taken)s项，还能选%(left)s项"),
            _("多选了%(over)s项，先取消"),
        ),
        M.BUDGET: Words(
            _("还没选，一共%(left)s元"),
            _("已选%(taken)s项，还剩%(left)s元"),
            _("超出%(over)s元，先取消一项"),
        ),
        M.POINTS: Words(
            _("还没给分，一共%(left)s分"),
            _("已给%(taken)s分，还剩%(left)s分"),
            _("多给了%(over)s分，先减掉"),
        ),
        M.RANK: Words(
            _("还没排，最多排%(left)s项"),
            _("已排%(taken)s项，还能排%(left)s项"),
            _("多排了%(over)s项，先取消"),
        ),
        M.YES_NO: Words(
            _("还没表态，一共%(left)s项"),
            _("已表态%(taken)s项，没表态%(left)s项"),
            "",
        ),
    }
    return said[BallotMethod(method)]


def method(poll: Poll) -> str:
    """How one votes, in a sentence."""
    match poll.method:
        case M.BUDGET:
            return _("一共%(amount)s元，选到不超为止。") % {"amount": money(poll.budget_yuan or Decimal(0))}
        case M.POINTS:
            words = _("一共%(limit)d分，可分给几项，每项最多%(most)d分。")
            return words % {"limit": poll.limit, "most": poll.project_max}
        case M.RANK:
            return _("最多排%(limit)d项，第1名是您最想办的。") % {"limit": poll.limit}
        case M.YES_NO:
            return _("每一项选赞成或反对，也可以不表态。")
    return _("最多选%(limit)d项。") % {"limit": poll.limit}


def bar(poll: Poll, choices: Choices, entries: list[PollProject]) -> str:
    """What is chosen and what is left, for the bar that is always seen."""
    said, most = words(poll.method), most_of(poll, entries)
    used = used_of(poll, choices, entries)
    if not choices:
        return said.none % {"left": money(most)}
    if used > most:
        return said.over % {"over": money(used - most)}
    taken = used if poll.method == M.POINTS else Decimal(len(choices))
    return said.some % {"taken": money(taken), "left": money(most - used)}


def most_of(poll: Poll, entries: list[PollProject]) -> Decimal:
    """How much there is to give away: money, points, or so many projects."""
    if poll.method == M.BUDGET:
        return poll.budget_yuan or Decimal(0)
    return Decimal(len(entries) if poll.method == M.YES_NO else poll.limit)


def used_of(poll: Poll, choices: Mapping[str, int], entries: list[PollProject]) -> Decimal:
    """How much of it is given away."""
    if poll.method == M.BUDGET:
        return chosen_yuan(choices, entries)
    return Decimal(sum(choices.values()) if poll.method == M.POINTS else len(choices))


def chosen_yuan(choices: Mapping[str, int], entries: list[PollProject]) -> Decimal:
    """What the chosen projects cost together."""
    costs = {entry.project.code: entry.cost_yuan or Decimal(0) for entry in entries}
    return sum((costs[code] for code in choices), Decimal(0))


def score(method: str, score: int) -> str:
    """What was given to one project, in words."""
    match method:
        case M.POINTS:
            return _("%(points)d分") % {"points": score}
        case M.RANK:
            return _("第%(place)d名") % {"place": score}
        case M.YES_NO:
            return _("赞成") if score else _("反对")
    return _("选它")


def money(amount: Decimal) -> str:
    """1,200 or 1,200.50; a count as it is."""
    return f"{amount:,.0f}" if amount == amount.to_integral_value() else f"{amount:,.2f}"
