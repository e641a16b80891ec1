"""What a ballot may hold (选票规则): the style a poll fixes at its opening, and the words for who goes beyond it."""

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any, TypedDict

from django.utils.translation import gettext as _

from civic.rules import RuleBroken

Choices = dict[str, int]  # project id → 1, points, rank from 1; yes/no: 1 for, 0 against, left out abstains
GREATEST = 1_000_000  # no score is larger, whatever a program sends


class StyleProject(TypedDict):
    id: str
    code: str
    cost_fen: int | None


class Style(TypedDict):
    """All that decides whether a ballot is valid (选票样式); its hash is published and stands in every ticket."""

    method: str
    limit: int
    project_max: int
    budget_fen: int | None
    projects: list[StyleProject]


def check_style(style: Style) -> None:
    """Raises RuleBroken for a style on which nobody could vote."""
    ids = [project["id"] for project in style["projects"]]
    costs = [project["cost_fen"] for project in style["projects"]]
    if style["method"] not in CHECKS or not ids or len(set(ids)) != len(ids) or style["limit"] < 1:
        raise RuleBroken(_("选票样式不完整，不能开箱"), code="style_incomplete")
    if style["method"] == "budget" and (not style["budget_fen"] or not all(costs)):
        raise RuleBroken(_("在总钱数以内选，要先填总钱数和每项的金额"), code="style_incomplete")


def check_ballot(choices: Any, style: Style) -> Choices:
    """The choices as they are kept, projects in the style's order. RuleBroken says what goes beyond the style.

    An empty ballot is valid (空白票): it counts as a voter and gives nothing to any project.
    """
    if not isinstance(choices, Mapping) or not all(_is_score(score) for score in choices.values()):
        raise RuleBroken(_("选票内容不对，请重新选择"), code="ballot_malformed", field="choices")
    known = [project["id"] for project in style["projects"]]
    if not set(choices) <= set(known):
        raise RuleBroken(_("有的项目不在这张选票上，请刷新后再选"), code="not_on_the_ballot", field="choices")
    kept = {project: choices[project] for project in known if project in choices}
    CHECKS[style["method"]](kept, style)
    return kept


def _is_score(score: Any) -> bool:
    return isinstance(score, int) and not isinstance(score, bool) and 0 <= score <= GREATEST


def _chosen(choices: Choices, style: Style) -> None:
    _ones(choices)
    _length(choices, style["limit"])


def _in_budget(choices: Choices, style: Style) -> None:
    _ones(choices)
    costs = {project["id"]: project["cost_fen"] or 0 for project in style["projects"]}
    over = sum(costs[project] for project in choices) - (style["budget_fen"] or 0)
    if over > 0:
        amount = f"{Decimal(over) / 100:,.2f}"
        raise RuleBroken(_("超出%(amount)s元，请先取消一项") % {"amount": amount}, code="over_budget", field="choices")


def _points(choices: Choices, style: Style) -> None:
    most, given = style["project_max"], sum(choices.values())
    if any(not 1 <= points <= most for points in choices.values()):
        raise RuleBroken(_("每项给1到%(most)s分，不给分的不用填") % {"most": most}, code="over_limit", field="choices")
    if given > style["limit"]:
        raise RuleBroken(
            _("一共%(limit)s分，您给了%(given)s分，请减掉一些") % {"limit": style["limit"], "given": given},
            code="over_limit",
            field="choices",
        )


def _ranked(choices: Choices, style: Style) -> None:
    _length(choices, style["limit"])
    if sorted(choices.values()) != list(range(1, len(choices) + 1)):
        raise RuleBroken(_("名次从1排起，不能重复，中间不能空"), code="ranks_broken", field="choices")


def _yes_no(choices: Choices, _style: Style) -> None:
    if not set(choices.values()) <= {0, 1}:
        raise RuleBroken(_("每项只能选赞成或反对"), code="ballot_malformed", field="choices")


def _ones(choices: Choices) -> None:
    if not set(choices.values()) <= {1}:
        raise RuleBroken(_("选票内容不对，请重新选择"), code="ballot_malformed", field="choices")


def _length(choices: Choices, limit: int) -> None:
    if len(choices) > limit:
        raise RuleBroken(
            _("最多选%(limit)s项，您选了%(found)s项，请取消几项") % {"limit": limit, "found": len(choices)},
            code="over_limit",
            field="choices",
        )


CHECKS: dict[str, Callable[[Choices, Style], None]] = {
    "choose": _chosen,
    "budget": _in_budget,
    "points": _points,
    "rank": _ranked,
    "yes_no": _yes_no,
}
