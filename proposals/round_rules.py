"""A round's rules as data (轮次规则): one typed, validated object with defaults; no figure is a constant in code.

Defaults come from DOMAIN D–F (docs/domain.md names the source of each). Stored as JSON on the round and
versioned; a change never alters deadlines already running, because those are dates in rows.
"""

from decimal import Decimal
from fractions import Fraction
from typing import Annotated, Any, Literal

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from pydantic import BaseModel, ConfigDict, Field, PlainSerializer, PlainValidator, ValidationError

CATEGORIES = ("关爱特殊群体", "提升居住环境", "健全公共设施", "消除安全隐患", "提供科技服务", "其他")
OTHER_GATE = "其他要点"


def _fraction(value: Any) -> Fraction:
    try:
        share = Fraction(str(value))
    except (ValueError, ZeroDivisionError):
        raise ValueError("写成分数，例如 2/3") from None
    if not 0 < share <= 1:
        raise ValueError("要大于0、不超过1")
    return share


Share = Annotated[Fraction, PlainValidator(_fraction, json_schema_input_type=str), PlainSerializer(str)]
Days = Annotated[int, Field(ge=0, le=365)]
Months = Annotated[int, Field(ge=0, le=36)]
Yuan = Annotated[Decimal, Field(gt=0, max_digits=12, decimal_places=2), PlainSerializer(str)]
Words = Annotated[str, Field(min_length=1, max_length=80)]
CountRule = Literal[
    "greedy_by_score",
    "greedy_by_score_per_cost",
    "mes_cost_utility",
    "mes_score_utility",
    "mes_cost_utility_add1",
    "mes_cost_utility_add1u",
    "mes_score_utility_add1",
    "mes_score_utility_add1u",
    "sequential_phragmen",
    "es-authors",
    "es-pabulib",
]
"""The published names of voting/rules/records.py, one for one."""
Told = tuple[Literal["town_handler", "town_approver", "district_office", "leading_group"], ...]
"""Who hears of what is near its day or late (上报); the leading group stands in the record and has no desk here."""


class RoundRules(BaseModel):
    """Everything a place may decide for a round. Days are working days unless the name says otherwise."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    rule_book: str = Field("民生微实事项目办法", max_length=80, description=gettext_noop("办法名称，公开页引用"))
    categories: tuple[Words, ...] = Field(CATEGORIES, min_length=1, description=gettext_noop("类别"))
    priority_groups: tuple[Words, ...] = Field(
        ("困难家庭", "残障人士", "长者", "儿童"), description=gettext_noop("优先照顾的人")
    )
    positive_list: tuple[Words, ...] = Field(
        ("互助关爱", "绿化环境", "文体设施", "安全防范", "公共应急", "科技惠民", "公共服务"),
        description=gettext_noop("正面清单"),
    )
    negative_list: tuple[Words, ...] = Field(
        ("物业公司或其他单位本职的事", "与市区在建、拟建项目或部门职责重复的事"), description=gettext_noop("负面清单")
    )
    caps_yuan: dict[Literal["works", "goods", "service"], Yuan] = Field(
        {"works": Decimal(500000), "goods": Decimal(200000), "service": Decimal(200000)},
        validate_default=True,
        description=gettext_noop("单项限额（元）"),
    )
    cap_action: Literal["warn", "block"] = Field("block", description=gettext_noop("超过限额：提醒或不受理"))
    who_may_propose: tuple[Literal["resident", "village_office", "department", "social_worker", "grid_worker"], ...] = (
        Field(("resident", "village_office", "social_worker", "grid_worker"), description=gettext_noop("谁可以提议"))
    )
    propose_min_age: int = Field(0, ge=0, le=120, description=gettext_noop("提议最小年龄"))
    second_min_age: int = Field(0, ge=0, le=120, description=gettext_noop("附议最小年龄"))
    vote_min_age: int = Field(18, ge=0, le=120, description=gettext_noop("投票最小年龄"))

    acknowledge_workdays: Days = Field(1, description=gettext_noop("受理前联系提议人"))
    screening_workdays: Days = Field(5, description=gettext_noop("受理时限"))
    completion_workdays: Days = Field(5, description=gettext_noop("补充材料时限"))
    wrong_unit_workdays: Days = Field(2, description=gettext_noop("转办转错了，对方几个工作日内可以退回"))
    transfer_reply_workdays: Days = Field(5, description=gettext_noop("转办答复时限"))
    objection_workdays: Days = Field(5, description=gettext_noop("未采纳、转办、合并后几个工作日内可以提异议"))
    near_due_workdays: Days = Field(2, description=gettext_noop("快到期：剩几个工作日起提醒"))
    near_due_share: Share = Field(
        Fraction(1, 5), validate_default=True, description=gettext_noop("快到期：剩下时限的几分之几起提醒")
    )
    escalate_after_workdays: Days = Field(1, description=gettext_noop("超期几个工作日报上一级"))
    escalate_share: Share = Field(
        Fraction(1, 2), validate_default=True, description=gettext_noop("超期达到时限的几分之几再报上一级")
    )
    near_due_to: Told = Field((), description=gettext_noop("快到期另外提醒谁；办的人总在待办里看到"))
    escalate_to: Told = Field(("town_approver",), min_length=1, description=gettext_noop("村里、镇里的事超期报谁"))
    escalate_next_to: Told = Field(
        ("district_office",), min_length=1, description=gettext_noop("村里、镇里的事再超期再报谁")
    )
    escalate_higher_to: Told = Field(
        ("district_office",), min_length=1, description=gettext_noop("镇街审批、异议复核、区里部门预审超期报谁")
    )
    escalate_higher_next_to: Told = Field(
        ("leading_group",), min_length=1, description=gettext_noop("镇街审批、异议复核、区里部门预审再超期再报谁")
    )
    overdue_is_public: bool = Field(True, description=gettext_noop("超期写进公开记录"))
    merge_notice_workdays: Days = Field(3, description=gettext_noop("合并前听提议人意见几个工作日；0就是不等"))
    merge_undo_days: Days = Field(7, description=gettext_noop("合并后几天内可以撤销（自然日）"))
    review_workdays: Days = Field(5, description=gettext_noop("部门预审时限"))
    review_departments: dict[Literal["works", "goods", "service"], tuple[Words, ...]] = Field(
        {"works": ("建设", "财政"), "goods": ("财政",), "service": ("民政", "财政")},
        description=gettext_noop("各类项目由哪些领域的部门预审"),
    )
    checklist: tuple[Words, ...] = Field(
        ("权属清楚", "符合规划", "没有安全隐患", "不重复建设", "后期有人管养", "预算有依据"),
        description=gettext_noop("预审要点"),
    )
    checklist_of: dict[Literal["works", "goods", "service"], tuple[Words, ...]] = Field(
        {"goods": ("规格和数量写清楚",), "service": ("服务对象和次数写清楚",)},
        description=gettext_noop("各类项目另加的预审要点"),
    )
    checklist_gates: dict[Words, tuple[Words, ...]] = Field(
        {
            "项目关": ("不重复建设", "后期有人管养"),
            "程序关": ("预算有依据", "规格和数量写清楚", "服务对象和次数写清楚"),
            "法律关": ("权属清楚", "符合规划", "没有安全隐患"),
        },
        description=gettext_noop("三关各看哪些预审要点"),
    )
    review_phrases: tuple[Words, ...] = Field(
        ("按现行定额核价", "与在建项目重复", "占用规划道路", "权属还没有说清"), description=gettext_noop("预审常用语")
    )
    consult_workdays: Days = Field(3, description=gettext_noop("征求意见答复时限"))
    review_extend_workdays: Days = Field(5, description=gettext_noop("预审最多延期几个工作日；0就是不许延"))
    quorum_share: Share = Field(
        Fraction(2, 3), validate_default=True, description=gettext_noop("到会人数不少于应到的几分之几")
    )
    pass_share: Share = Field(Fraction(1, 2), validate_default=True, description=gettext_noop("赞成票要超过几分之几"))
    pass_base: Literal["present", "due"] = Field("present", description=gettext_noop("赞成票与实到还是应到人数比"))
    vote_form: Literal["open", "secret"] = Field("open", description=gettext_noop("记名或不记名"))
    meeting_notice_days: Days = Field(3, description=gettext_noop("会议提前几天通知（自然日）"))
    prior_study_required: bool = Field(True, description=gettext_noop("开会前须经党组织研究"))
    assembly_workdays: Days = Field(20, description=gettext_noop("议事时限"))
    assembly_every_months: Annotated[int, Field(ge=0, le=12)] = Field(
        3, description=gettext_noop("议事会至少几个月开一次，3就是每季度；0就是不要求")
    )
    approval_workdays: Days = Field(5, description=gettext_noop("审批时限"))
    approval_ladder_yuan: dict[Literal["town_approver", "district_office"], Yuan] | None = Field(
        None, description=gettext_noop("审批权限：各级最多批多少（元），超过的由上一级批")
    )
    notice_workdays: Days = Field(5, description=gettext_noop("公示天数"))
    recheck_workdays: Days = Field(5, description=gettext_noop("收到异议答复后几个工作日内可以申请复核"))
    objection_reply_workdays: Days = Field(5, description=gettext_noop("异议答复时限"))
    contract_workdays: Days = Field(30, description=gettext_noop("公示后签合同时限"))
    contract_filing_workdays: Days = Field(7, description=gettext_noop("合同签订后几个工作日内备案；0就是不要求"))
    tender_threshold_yuan: Yuan = Field(
        Decimal(1000000),
        validate_default=True,
        description=gettext_noop("采购限额（元），同一承接单位同类合同一年累计超过时须说明"),
    )
    donation_after_months: Months = Field(
        6, description=gettext_noop("有捐赠的项目实施满几个月起，按期公开捐赠使用情况")
    )
    donation_every_months: Months = Field(3, description=gettext_noop("捐赠使用情况至少几个月公开一次；0就是不要求"))
    donation_final_months: Months = Field(
        3, description=gettext_noop("有捐赠的项目验收后几个月内公开全部使用情况；0就是不要求")
    )
    sponsor_every_months: Months = Field(3, description=gettext_noop("领办项目至少几个月公开一次进展；0就是不要求"))
    disclosure_workdays: Days = Field(10, description=gettext_noop("期满后几个工作日内公开"))
    village_account_workdays: Days = Field(
        10, description=gettext_noop("季度结束后几个工作日内，把项目花的钱贴到村里公开栏；0就是不要求")
    )
    works_workdays: Days | None = Field(60, description=gettext_noop("实施时限；空着就是不限"))
    payment_workdays: Days = Field(20, description=gettext_noop("请款后付款时限"))
    change_workdays: Days = Field(5, description=gettext_noop("变更答复时限"))
    trouble_workdays: Days = Field(2, description=gettext_noop("现场问题答复时限"))
    change_threshold_share: Share = Field(
        Fraction(1, 10), validate_default=True, description=gettext_noop("变更超过合同价几分之几须审批")
    )
    acceptance_workdays: Days = Field(10, description=gettext_noop("验收时限"))
    acceptance_signatures: tuple[Literal["resident", "supervisor", "village_office", "town_handler"], ...] = Field(
        ("resident", "supervisor", "village_office"), min_length=1, description=gettext_noop("验收由谁签字")
    )
    rectify_workdays: Days = Field(15, description=gettext_noop("整改时限"))
    rating_edit_days: Days = Field(7, description=gettext_noop("评价可修改天数（自然日）"))
    call_back_days: Days = Field(7, description=gettext_noop("验收后几天电话回访（自然日）"))
    call_back_most: int = Field(10, ge=1, le=100, description=gettext_noop("每个项目最多回访几人，先提议人，再附议人"))
    follow_up_months: tuple[Annotated[int, Field(ge=1, le=60)], ...] = Field(
        (3, 12), description=gettext_noop("回头看（月）")
    )
    lamp_yellow_points: int = Field(10, ge=1, le=100, description=gettext_noop("落后几个百分点亮黄灯"))
    lamp_red_points: int = Field(30, ge=1, le=100, description=gettext_noop("落后几个百分点亮红灯"))
    stale_days: Days = Field(30, description=gettext_noop("几天没有更新亮黄灯（自然日）"))
    suppress_below: int = Field(10, ge=1, le=100, description=gettext_noop("分组人数少于多少不公布"))
    suppress_ratings_below: int = Field(5, ge=1, le=100, description=gettext_noop("评价少于多少份不算平均"))

    ballot_method: Literal["choose", "budget", "points", "rank", "yes_no"] = Field(
        "choose", description=gettext_noop("投票方式")
    )
    ballot_limit: int = Field(5, ge=1, le=100, description=gettext_noop("每人最多选几项；打分时是一共几分"))
    ballot_project_max: int = Field(5, ge=1, le=100, description=gettext_noop("打分时每项最多几分"))
    poll_notice_days: Days = Field(3, description=gettext_noop("投票提前几天公布（自然日）"))
    count_rule: CountRule = Field("greedy_by_score", description=gettext_noop("计票规则"))
    poll_reserve: int = Field(3, ge=0, le=100, description=gettext_noop("投票没入选的，得票最多的几项进入候补"))
    tie_rule: Literal["public_draw"] = Field("public_draw", description=gettext_noop("同票处理"))

    def points(self, work_type: str) -> tuple[str, ...]:
        """What is checked of a type of project (预审要点): what all share, then its own."""
        own = {str(kind): points for kind, points in self.checklist_of.items()}.get(work_type, ())
        return tuple(dict.fromkeys((*self.checklist, *own)))

    def gates(self, work_type: str) -> dict[str, tuple[str, ...]]:
        """The same points under the gate each belongs to (三关), in the gates' order; what none names comes last."""
        points = self.points(work_type)
        found = {gate: tuple(p for p in points if p in named) for gate, named in self.checklist_gates.items()}
        rest = tuple(p for p in points if not any(p in named for named in self.checklist_gates.values()))
        return {gate: under for gate, under in (found | {OTHER_GATE: rest}).items() if under}


def read(data: dict[str, Any]) -> RoundRules:
    """The rules object of stored or typed data. Raises pydantic's ValidationError."""
    return RoundRules.model_validate(data)


def rule_name(key: str) -> str:
    """What a rule is called, in the reader's language (规则的名称)."""
    return _(RoundRules.model_fields[key].description or key)


def problems(error: ValidationError) -> dict[str, str]:
    """Each wrong field with words for the person who edits the rules (规则哪里不对)."""
    return {".".join(str(part) for part in e["loc"]) or "rules": _said(e) for e in error.errors()}


def _said(error: Any) -> str:
    bounds = error.get("ctx", {})
    words = {
        "extra_forbidden": _("没有这一项规则"),
        "missing": _("这一项要填"),
        "literal_error": _("只能填：%(expected)s") % {"expected": bounds.get("expected", "")},
        "greater_than_equal": _("不能小于%(ge)s") % {"ge": bounds.get("ge", "")},
        "less_than_equal": _("不能大于%(le)s") % {"le": bounds.get("le", "")},
        "greater_than": _("要大于%(gt)s") % {"gt": bounds.get("gt", "")},
        "int_parsing": _("要填整数"),
        "int_type": _("要填整数"),
        "int_from_float": _("要填整数"),
        "bool_parsing": _("要填“是”或“否”"),
        "too_short": _("至少要有%(min_length)s项") % {"min_length": bounds.get("min_length", "")},
        "string_too_short": _("不能空着"),
        "string_too_long": _("不能超过%(max_length)s个字") % {"max_length": bounds.get("max_length", "")},
        "value_error": str(bounds.get("error", "")),
    }
    return words.get(error["type"], _("填得不对，请对照说明修改"))
