"""A round's rules in plain words (办法): every figure of the rules object with its name, for anyone to read.

A rule that no chapter names still appears, in the last one, so that none is kept from the public.
"""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any, NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from proposals.models import Step, WorkType
from proposals.round_rules import RoundRules, rule_name

CHAPTERS = {
    gettext_lazy("提议"): (
        "rule_book", "who_may_propose", "propose_min_age", "second_min_age", "categories", "priority_groups",
        "positive_list", "negative_list", "caps_yuan", "cap_action",
    ),
    gettext_lazy("受理和预审"): (
        "acknowledge_workdays", "screening_workdays", "completion_workdays", "transfer_reply_workdays", "wrong_unit_workdays",
        "merge_notice_workdays", "merge_undo_days", "objection_workdays", "review_workdays", "review_departments", "checklist",
        "checklist_of", "checklist_gates", "review_phrases", "consult_workdays", "review_extend_workdays",
    ),
    gettext_lazy("快到期和超期"): (
        "near_due_workdays", "near_due_share", "near_due_to", "escalate_after_workdays", "escalate_to", "escalate_share",
        "escalate_next_to", "escalate_higher_to", "escalate_higher_next_to", "overdue_is_public",
    ),
    gettext_lazy("议事和投票"): (
        "assembly_workdays", "assembly_every_months", "meeting_notice_days", "prior_study_required", "quorum_share", "pass_share", "pass_base",
        "vote_form", "vote_min_age", "poll_notice_days", "ballot_method", "ballot_limit", "ballot_project_max",
        "count_rule", "poll_reserve", "tie_rule",
    ),
    gettext_lazy("审批和公示"): (
        "approval_workdays", "approval_ladder_yuan", "notice_workdays", "objection_reply_workdays", "recheck_workdays",
    ),
    gettext_lazy("实施和验收"): (
        "contract_workdays", "contract_filing_workdays", "tender_threshold_yuan", "works_workdays", "payment_workdays", "change_workdays", "trouble_workdays",
        "change_threshold_share", "stale_days", "donation_after_months", "donation_every_months", "donation_final_months",
        "sponsor_every_months", "disclosure_workdays", "village_account_workdays",
        "lamp_yellow_points", "lamp_red_points", "acceptance_workdays", "acceptance_signatures", "rectify_workdays",
    ),
    gettext_lazy("评价和统计"): (
        "rating_edit_days", "call_back_days", "call_back_most", "follow_up_months", "suppress_below",
        "suppress_ratings_below",
    ),
}  # fmt: skip
COUNT_RULES = {  # how ballots become a result, as the office reads it; what they are is voting/rules/records.py
    "greedy_by_score": gettext_lazy("得票多的先入选，钱用到放不下为止"),
    "greedy_by_score_per_cost": gettext_lazy("每元得票多的先入选，钱用到放不下为止"),
    "mes_cost_utility": gettext_lazy("等额分摊：按项目金额算满意"),
    "mes_score_utility": gettext_lazy("等额分摊：按得分算满意"),
    "mes_cost_utility_add1": gettext_lazy("等额分摊：按项目金额，逐元加到用足"),
    "mes_cost_utility_add1u": gettext_lazy("等额分摊：按项目金额，逐元加，余钱按得票"),
    "mes_score_utility_add1": gettext_lazy("等额分摊：按得分，逐元加到用足"),
    "mes_score_utility_add1u": gettext_lazy("等额分摊：按得分，逐元加，余钱按得票"),
    "sequential_phragmen": gettext_lazy("依次分担：谁的支持者负担最轻谁先入选"),
    "es-authors": gettext_lazy("等额分摊：提出者的做法"),
    "es-pabulib": gettext_lazy("等额分摊：国外城市通行的做法"),
}
WORDS = {
    "resident": gettext_lazy("居民"),
    "village_office": gettext_lazy("村居两委"),
    "department": gettext_lazy("职能部门"),
    "social_worker": gettext_lazy("驻村社工"),
    "grid_worker": gettext_lazy("网格员"),
    "supervisor": gettext_lazy("监督小组"),
    "town_handler": gettext_lazy("镇街经办"),
    "town_approver": gettext_lazy("镇街审批"),
    "district_office": gettext_lazy("区专班"),
    "leading_group": gettext_lazy("区领导小组"),
    "warn": gettext_lazy("提醒"),
    "block": gettext_lazy("不受理"),
    "present": gettext_lazy("实到人数"),
    "due": gettext_lazy("应到人数"),
    "open": gettext_lazy("记名"),
    "secret": gettext_lazy("不记名"),
    "choose": gettext_lazy("选几项"),
    "budget": gettext_lazy("在总钱数以内选"),
    "points": gettext_lazy("分配分数"),
    "rank": gettext_lazy("排顺序"),
    "yes_no": gettext_lazy("逐项赞成或反对"),
    "public_draw": gettext_lazy("当众抽签"),
    **COUNT_RULES,
    **dict(WorkType.choices),
}
LIMIT_OF = {
    Step.SCREENING: "screening_workdays",
    Step.REVIEW: "review_workdays",
    Step.ASSEMBLY: "assembly_workdays",
    Step.APPROVAL: "approval_workdays",
    Step.NOTICE: "notice_workdays",
}


class Rule(NamedTuple):
    """One rule as it is read: its name, what it says, and its key in the rules object."""

    label: str
    says: str
    key: str


def steps(route: Sequence[str], terms: RoundRules) -> list[Rule]:
    """The round's route, step by step, with the working days each may take."""
    return [
        Rule(str(Step(step).label), _days(getattr(terms, LIMIT_OF[Step(step)])) if Step(step) in LIMIT_OF else "", step)
        for step in route
    ]


def chapters(terms: RoundRules) -> dict[str, list[Rule]]:
    """Every rule under its chapter."""
    named = {key for keys in CHAPTERS.values() for key in keys}
    rest = [key for key in RoundRules.model_fields if key not in named]
    found = {str(title): [_rule(terms, key) for key in keys] for title, keys in CHAPTERS.items()}
    return found | ({_("其他规定"): [_rule(terms, key) for key in rest]} if rest else {})


class Difference(NamedTuple):
    """One rule that is to read otherwise: its name, what it says today and what it will say."""

    label: str
    was: str
    will: str


def differences(
    before: RoundRules, after: RoundRules, route: Sequence[str], new_route: Sequence[str]
) -> list[Difference]:
    """What a change of the rules or the route changes, in plain words (改了哪些)."""
    found = [Difference(_("路线"), _steps(route), _steps(new_route))] if list(route) != list(new_route) else []
    for key in RoundRules.model_fields:
        was, will = _rule(before, key), _rule(after, key)
        if getattr(before, key) != getattr(after, key):
            found.append(Difference(was.label, was.says, will.says))
    return found


def _steps(route: Sequence[str]) -> str:
    return " → ".join(str(Step(step).label) for step in route)


def _rule(terms: RoundRules, key: str) -> Rule:
    return Rule(rule_name(key), _says(key, getattr(terms, key)), key)


def _says(key: str, value: Any) -> str:
    if value is None:
        return _("不限")
    if isinstance(value, bool):
        return _("是") if value else _("否")
    if isinstance(value, int):
        return _counted(key, value)
    return _worded(value)


def _counted(key: str, value: int) -> str:
    if key.endswith("_workdays"):
        return _days(value)
    if key.endswith("_days"):
        return _("%(days)s天") % {"days": value}
    if key.endswith("_age"):
        return _("满%(years)s岁") % {"years": value} if value else _("不限")
    return str(value)


def _days(workdays: int) -> str:
    return _("%(days)s个工作日") % {"days": workdays}


def _worded(value: Any) -> str:
    """A word, an amount, a share, a list of them, or what holds for each type of works."""
    if isinstance(value, Mapping):
        return "；".join(f"{_worded(name)} {_worded(inner)}" for name, inner in value.items())
    if isinstance(value, tuple):
        return "、".join(_worded(inner) for inner in value) or _("没有")
    if isinstance(value, Decimal):
        return _("%(amount)s元") % {"amount": f"{value:,.2f}".removesuffix(".00")}
    if isinstance(value, Fraction):
        return f"{value.numerator}/{value.denominator}"
    return str(WORDS.get(value, value))
