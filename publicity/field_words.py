"""What the log's before and after are called (改之前、改之后): a field in its model's own words, a value as people read it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.apps import apps
from django.db.models import Field, ForeignKey, Model
from django.utils.dateparse import parse_datetime
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from civic.models import AuditEvent, Person, Role
from proposals.models import Step
from proposals.round_rules import RoundRules, rule_name
from voting.models import ActKind

THINGS = {"item": "voting.agendaitem", "milestone": "delivery.milestone", "undertaking": "voting.undertaking"}
CHOICES = {"told": Role, "route": Step, "kind": ActKind}  # of keys that are no field with choices of their own
PEOPLE = frozenset({"person", "worker", "helper", "helped", "asked_by", "confirmed_by"})
FIELD_WORDS = {  # what an act says of a thing beside the thing's own fields
    "": gettext_lazy("内容"),
    "act": gettext_lazy("事项编号"),
    "actual_on": gettext_lazy("实际完成"),
    "added": gettext_lazy("新增"),
    "among": gettext_lazy("从哪些里抽"),
    "amount_yuan": gettext_lazy("金额（元）"),
    "asked_by": gettext_lazy("提请人"),
    "at": gettext_lazy("时间"),
    "ballot": gettext_lazy("第几次表决"),
    "ballots": gettext_lazy("票数"),
    "ballots_hash": gettext_lazy("选票校验码"),
    "base_count": gettext_lazy("计算基数"),
    "basis": gettext_lazy("凭什么"),
    "by": gettext_lazy("按什么分"),
    "changed": gettext_lazy("改动"),
    "check": gettext_lazy("抽查编号"),
    "closes_at": gettext_lazy("截止"),
    "codes": gettext_lazy("项目编号"),
    "confirmed_by": gettext_lazy("确认人"),
    "contract": gettext_lazy("合同编号"),
    "contract_yuan": gettext_lazy("合同价（元）"),
    "correction": gettext_lazy("更正编号"),
    "counted": gettext_lazy("有效票"),
    "demand": gettext_lazy("民声编号"),
    "department": gettext_lazy("预审部门"),
    "due": gettext_lazy("应到"),
    "due_on": gettext_lazy("应办日期"),
    "ends_at": gettext_lazy("结束"),
    "event": gettext_lazy("哪一条"),
    "file_hash": gettext_lazy("文件校验码"),
    "filing": gettext_lazy("备案号"),
    "finding": gettext_lazy("结果"),
    "finish_on": gettext_lazy("合同完工日期"),
    "from_day": gettext_lazy("从哪天起"),
    "given": gettext_lazy("发出"),
    "helped": gettext_lazy("帮谁办"),
    "helper": gettext_lazy("谁来帮"),
    "how": gettext_lazy("方式"),
    "invalid": gettext_lazy("废票"),
    "item": gettext_lazy("第几项议题"),
    "items": gettext_lazy("验收项目"),
    "kind": gettext_lazy("种类"),
    "left": gettext_lazy("剩下"),
    "method": gettext_lazy("方式"),
    "milestone": gettext_lazy("里程碑"),
    "milestones": gettext_lazy("里程碑"),
    "name": gettext_lazy("名称"),
    "needed_count": gettext_lazy("需要的票数"),
    "not_returned": gettext_lazy("没有收回"),
    "on": gettext_lazy("日期"),
    "out_of": gettext_lazy("从几项里抽"),
    "outcome": gettext_lazy("结果"),
    "outcome_hash": gettext_lazy("结果校验码"),
    "paid_yuan": gettext_lazy("已付（元）"),
    "person": gettext_lazy("人"),
    "planned_on": gettext_lazy("计划完成"),
    "pool_yuan": gettext_lazy("资金池出资（元）"),
    "present": gettext_lazy("实到"),
    "printed": gettext_lazy("印制"),
    "project": gettext_lazy("项目"),
    "quantity": gettext_lazy("数量"),
    "reason": gettext_lazy("理由"),
    "result": gettext_lazy("结论"),
    "returned": gettext_lazy("收回"),
    "returned_yuan": gettext_lazy("结余退回（元）"),
    "roll_size": gettext_lazy("名册人数"),
    "round": gettext_lazy("轮次"),
    "route": gettext_lazy("办理步骤"),
    "rule_hash": gettext_lazy("规则校验码"),
    "rules": gettext_lazy("规则"),
    "same": gettext_lazy("没有变"),
    "second_factor": gettext_lazy("登录第二步"),
    "seed": gettext_lazy("抽签种子"),
    "seed_commitment": gettext_lazy("抽签种子的校验码"),
    "served": gettext_lazy("服务人次"),
    "settled_yuan": gettext_lazy("结算价（元）"),
    "size": gettext_lazy("张数或项数"),
    "spoiled": gettext_lazy("作废"),
    "starts_at": gettext_lazy("开始"),
    "state": gettext_lazy("状态"),
    "title": gettext_lazy("名称"),
    "told": gettext_lazy("报告给"),
    "too_young": gettext_lazy("年龄不够"),
    "total": gettext_lazy("总数"),
    "undertaking": gettext_lazy("议定事项编号"),
    "unit": gettext_lazy("单位"),
    "version": gettext_lazy("第几版"),
    "visits": gettext_lazy("上门次数"),
    "what": gettext_lazy("内容"),
    "words": gettext_lazy("文字"),
    "worker": gettext_lazy("社工"),
    "year": gettext_lazy("年度"),
}


def thing_of(event: AuditEvent) -> type[Model] | None:
    """The model whose fields an event tells of; None for what this version does not know."""
    named = THINGS.get(event.action.partition(".")[0]) or event.target.partition(":")[0]
    try:
        return apps.get_model(named)
    except (LookupError, ValueError):
        return None


def called(name: str, of: type[Model] | None = None) -> str:
    """A field as its reader knows it: by its model, as a rule of a round, else by FIELD_WORDS."""
    field = _field(name, of)
    if field is not None and str(field.verbose_name) != name.replace("_", " "):
        return str(field.verbose_name)
    return rule_name(name) if name in RoundRules.model_fields else str(FIELD_WORDS.get(name, name))


def in_words(name: str, value: Any, of: type[Model] | None = None) -> str:
    """A value as people read it: choices by their words, moments by our clock, people by their number alone."""
    if value in (None, "", [], {}):
        return _("没有")
    if isinstance(value, bool):
        return _("是") if value else _("不是")
    if isinstance(value, Mapping):
        return "，".join(f"{called(key, of)} {in_words(key, one, of)}" for key, one in value.items())
    if isinstance(value, (list, tuple)):
        return "；".join(in_words(name, one, of) for one in value)
    return _one(name, value, _field(name, of))


def _one(name: str, value: Any, field: Any) -> str:
    if name in PEOPLE or (isinstance(field, ForeignKey) and field.related_model is Person):
        return _("编号%(number)s的人") % {"number": value}
    given = getattr(field, "flatchoices", None) or getattr(CHOICES.get(name), "choices", ())
    choices = {str(key): words for key, words in given}
    if str(value) in choices:
        return str(choices[str(value)])
    at = parse_datetime(value) if isinstance(value, str) and "T" in value else None
    return f"{localtime(at):%Y-%m-%d %H:%M}" if isinstance(at, datetime) and at.tzinfo else str(value)


def _field(name: str, of: type[Model] | None) -> "Field[Any, Any] | None":
    if of is None:
        return None
    return next((field for field in of._meta.concrete_fields if name in (field.name, field.attname)), None)
