"""Forms of the money (公示、审批、采购、协议、变更、结算): every amount as the account holds it, to the cent."""

from collections.abc import Iterable
from decimal import Decimal

from django.conf import settings

from delivery.models import ChangeState, Method, Payment, PaymentState
from publicity.documents.content import Part, both, choices, day, fields, figure, grid, moment, signs, yuan
from publicity.documents.content import Words as Text
from publicity.documents.facts import Facts
from publicity.documents.proposing import sources

FINANCE = "财政"


def notice(facts: Facts) -> Iterable[Part]:
    """公示: what, how much, from when to when, where to object."""
    found = facts.notices[0] if facts.notices else None
    project, item = facts.project, facts.item
    votes = (
        f"赞成{item.votes_for}票，反对{item.votes_against}票，弃权{item.votes_abstain}票"
        if item and item.is_decided
        else ""
    )
    yield fields(
        ("公示什么", found.get_kind_display() if found else ""),
        ("项目名称", project.title),
        ("地点", f"{facts.place}　{project.place_text}".rstrip("　")),
        ("要解决什么问题", project.need),
        ("打算怎么办", project.plan),
        ("议事会表决", votes),
        ("批准金额", both(project.approved_yuan)),
        (
            "公示时间",
            f"{moment(found.starts_at)} 到 {moment(found.ends_at)}（{found.workdays}个工作日）" if found else "",
        ),
    )
    days = facts.terms.objection_reply_workdays
    yield Text(
        f"有不同意见，公示期内可以扫右上角二维码提，可以打电话，也可以写好投进村居公示栏旁的意见箱。{days}个工作日内答复，答复了才能开工。",
        heading="有不同意见",
    )
    yield fields(
        ("电话", settings.HELP_PHONE), ("公示单位", facts.place), ("日期", day(found.starts_at) if found else "")
    )
    yield signs("公示单位")


def approval(facts: Facts) -> Iterable[Part]:
    """审批表: the opinions below, the meeting, the amount in figures and capitals, who signs."""
    project, found = facts.project, facts.approval
    yield fields(
        ("项目名称", project.title),
        ("村居", facts.place),
        ("类型", project.get_work_type_display()),
        ("估算金额", yuan(project.estimate_yuan)),
        ("部门核定", yuan(project.reviewed_yuan)),
        ("申请金额", yuan(found.requested_yuan) if found else ""),
        ("镇街会议纪要号", found.minutes_no if found else ""),
        ("批准金额", both(found.amount_yuan) if found and facts.is_approved else ""),
        ("其中资金池", yuan(found.pool_yuan) if found and facts.is_approved else ""),
        ("与申请不同的原因", _other_than_asked(facts)),
    )
    yield sources(facts)
    yield signs(
        ("村居两委意见", _assembly(facts)),
        ("部门意见", _departments(facts, finance=False)),
        ("财政意见", _departments(facts, finance=True)),
        ("镇街经办人", _who(facts.officer(found.submitted_by), day(found.submitted_at)) if found else ""),
        (
            "镇街审批人",
            _who(facts.officer(found.approved_by), day(found.decided_at)) if found and facts.is_approved else "",
        ),
        heading="意见",
    )


def _other_than_asked(facts: Facts) -> str:
    """Why another amount was approved than was asked for; left to write while nothing is approved."""
    found = facts.approval
    return (found.reason or ("与申请相同" if facts.is_approved else "")) if found else ""


def _assembly(facts: Facts) -> str:
    part = facts.item_minutes
    if part is None or facts.item is None:
        return ""
    return (
        f"{facts.item.meeting.assembly.name}{day(facts.item.meeting.starts_at)}表决：{facts.item.get_outcome_display()}"
    )


def _departments(facts: Facts, *, finance: bool) -> str:
    """What the departments found, those of the finances apart."""
    said = []
    for each in facts.answered:
        duty = each.duty or (each.department.duty if each.department else "")
        if (duty == FINANCE) == finance:
            amount = f"，核定{yuan(each.amount_yuan)}" if each.amount_yuan is not None else ""
            said.append(f"{each.department or each.duty}：{each.get_finding_display()}{amount}")
    return "；".join(said)


def _who(name: str, on: str) -> str:
    return "　".join(filter(None, [name, on]))


def procurement(facts: Facts) -> Iterable[Part]:
    """采购记录: how the contractor was found, at what price. Source of its fields: 政府采购法第42条."""
    item, found = facts.contract, facts.approval
    contract = item.contract if item else None
    yield fields(
        ("采购项目", facts.project.title),
        ("采购单位", contract.client if contract else ""),
        ("预算", yuan(facts.project.approved_yuan)),
        ("资金来源", "、".join(part.get_kind_display() for part in found.sources.all()) if found else ""),
        ("采购方式", choices(Method.choices, contract.method if contract else "")),
        ("为什么用这种方式", contract.split_reason if contract else "", 2),
        ("评审标准", "", 2),
    )
    chosen = [(contract.contractor.name, "", "中选")] if contract else []
    yield grid(("邀请或参加的单位", "报价（元）", "结果"), [*chosen, *[("", "", "")] * (3 - len(chosen))], numbers=(1,))
    yield fields(
        ("成交单位", contract.contractor.name if contract else ""),
        ("合同编号", contract.number if contract else ""),
        ("合同总价", both(contract.total_yuan) if contract else ""),
        ("其中本项目", both(item.amount_yuan) if item else ""),
        ("签订日期", day(contract.signed_on) if contract else ""),
        heading="结果",
    )
    yield signs("采购经办人", "评审人员", "监督小组")


def agreement(facts: Facts) -> Iterable[Part]:
    """协议书: parties, scope, price and instalments; what is agreed beyond the record is written in by hand."""
    item = facts.contract
    contract = item.contract if item else None
    yield fields(
        ("甲方", contract.client if contract else ""),
        ("乙方", contract.contractor.name if contract else ""),
        ("合同编号", contract.number if contract else ""),
        ("项目名称", facts.project.title),
        ("地点", f"{facts.place}　{facts.project.place_text}".rstrip("　")),
        ("内容和范围", facts.project.plan, 3),
        ("合同价（本项目）", both(item.amount_yuan) if item else ""),
        ("签订日期", day(contract.signed_on) if contract else ""),
        ("约定完工", day(contract.finish_on) if contract else ""),
    )
    rows = [(f"第{each.batch}批", each.note, figure(each.amount_yuan), day(each.paid_on)) for each in _paid(facts)]
    total = figure(sum((each.amount_yuan for each in _paid(facts)), Decimal(0))) if rows else ""
    yield grid(
        ("批次", "付款条件", "金额（元）", "日期"), rows, foot=("合计", "", total, ""), numbers=(2,), heading="分期付款"
    )
    yield fields(("验收标准", "", 3), ("保修和管护", "", 2), ("违约责任", "", 3))
    yield signs("甲方", "乙方", "见证单位")


def change(facts: Facts) -> Iterable[Part]:
    """变更（取消）表: what was agreed before, what changes and why, who agreed."""
    item, work = facts.contract, facts.work
    yield fields(
        ("项目名称", facts.project.title),
        ("合同编号", item.contract.number if item else ""),
        ("合同价", yuan(item.amount_yuan) if item else ""),
        ("变更增减合计", yuan(work.changes_delta_yuan) if work and facts.changes else ""),
        ("变更后合同价", yuan(work.agreed_yuan) if work and facts.changes else ""),
    )
    rows = []
    for each in facts.changes:
        who = "、".join(filter(None, [facts.officer(each.handled_by), facts.officer(each.approved_by)]))
        days = f"{each.extra_days:+d}" if each.extra_days else "0"
        result = each.get_state_display() + (f"：{each.answer}" if each.answer else "")
        rows.append(
            (
                each.reason,
                f"{each.delta_yuan:+,.2f}",
                days,
                each.minutes_no,
                result,
                who,
                day(each.decided_at or each.handled_at),
            )
        )
    heads = ("变更内容和原因", "增减（元）", "天数", "纪要号", "结果", "谁同意", "日期")
    agreed = sum((each.delta_yuan for each in facts.changes if each.state == ChangeState.AGREED), Decimal(0))
    foot = ("已同意合计", f"{agreed:+,.2f}", "", "", "", "", "") if rows else ()
    yield grid(heads, rows, foot=foot, numbers=(1, 2), heading="变更")
    stopped = facts.project.state == "terminated"
    yield fields(("取消", "项目已终止" if stopped else ""), ("取消的理由", "", 2), ("退回资金池", ""), heading="取消")
    yield signs("提出人", "村居两委", "镇街")


def settlement(facts: Facts) -> Iterable[Part]:
    """结算表: contract and changes, what was settled, paid and left, where the surplus went."""
    work, found = facts.work, facts.settlement
    known = found is not None and work is not None
    unpaid = work.settled_yuan - work.paid_yuan if work and work.settled_yuan is not None else None
    deducted = work.agreed_yuan - work.settled_yuan if work and work.settled_yuan is not None else None
    yield fields(
        ("项目名称", facts.project.title),
        ("承接单位", facts.contract.contract.contractor.name if facts.contract else ""),
        ("合同编号", facts.contract.contract.number if facts.contract else ""),
    )
    amounts = [
        ("批准金额", facts.project.approved_yuan),
        ("合同价", work.contract_yuan if work and work.contract_yuan else None),
        ("变更增减", work.changes_delta_yuan if work else None),
        ("合同价加变更", work.agreed_yuan if work and work.contract_yuan else None),
        ("核减", deducted),
        ("结算金额", work.settled_yuan if work else None),
        ("已付款", work.paid_yuan if work else None),
        ("未付款", unpaid),
        ("结余", found.surplus_yuan if found else None),
        ("其中退回资金池", found.returned_yuan if found else None),
    ]
    yield grid(
        ("科目", "金额（元）"), [(label, figure(amount)) for label, amount in amounts], numbers=(1,), heading="金额"
    )
    rows = [
        (f"第{each.batch}批", figure(each.amount_yuan), day(each.paid_on), facts.officer(each.paid_by))
        for each in _paid(facts)
    ]
    total = figure(sum((each.amount_yuan for each in _paid(facts)), Decimal(0))) if rows else ""
    yield grid(
        ("批次", "金额（元）", "付款日期", "付款人"), rows, foot=("合计", total, "", ""), numbers=(1,), heading="已付款"
    )
    yield fields(
        ("结算金额", both(work.settled_yuan) if known and work else ""),
        ("结余去向", _surplus(facts)),
        ("说明", (found.note or "无") if found else ""),
        ("经办人", facts.officer(found.by) if found else ""),
        ("日期", day(found.at) if found else ""),
    )
    yield signs("承接单位", "村居两委", "镇街财政")


def _paid(facts: Facts) -> list[Payment]:
    return [each for each in facts.payments if each.state == PaymentState.PAID]


def _surplus(facts: Facts) -> str:
    found = facts.settlement
    if found is None:
        return ""
    if not found.surplus_yuan:
        return "没有结余"
    pool = f"{facts.approval.pool}资金池" if facts.approval else "资金池"
    return f"{yuan(found.returned_yuan)}退回{pool}"
