"""Forms of the works and after (进度整改、验收、满意度)."""

from collections.abc import Iterable

from delivery.models import Acceptance, Conclusion, Score
from publicity.documents.content import OPEN, Part, choices, day, fields, grid, quantity, signs
from publicity.documents.facts import Facts


def progress(facts: Facts) -> Iterable[Part]:
    """进度和整改表: stages with their days and pictures; what was to be put right, by when, and whether it was."""
    work, item = facts.work, facts.contract
    yield fields(
        ("项目名称", facts.project.title),
        ("承接单位", item.contract.contractor.name if item else ""),
        ("项目联系人", facts.officer(work.contact) if work else ""),
        ("开工", day(work.started_on) if work else ""),
        ("约定完工", day(item.contract.finish_on) if item else ""),
        ("进度", f"{work.progress_percent}%" if work else ""),
        ("报完工", day(work.reported_done_on) or "还没有报" if work else ""),
    )
    stages = list(work.milestones.all()) if work else []
    rows = [
        (
            stage.name,
            f"{stage.share_percent}%",
            day(stage.planned_on),
            day(stage.actual_on),
            f"{stage.get_photo_slot_display()}：有" if stage.photo_id else stage.get_photo_slot_display(),
            stage.late_reason or stage.slip_reason,
        )
        for stage in stages
    ]
    yield grid(
        ("里程碑", "占工作量", "计划", "实际", "照片（前、中、后）", "晚了或改期的原因"),
        rows,
        numbers=(1,),
        heading="进度",
    )
    fixes = [
        (fix.what, day(fix.due_on), fix.reply, facts.officer(fix.done_by), day(fix.done_on), _solved(fix.solved))
        for fix in facts.fixes
    ]
    if work and not fixes:
        fixes = [("没有要整改的", "", "", "", "", "")]
    yield grid(("问题", "期限", "怎样改的", "谁改的", "改好日期", "复查"), fixes, heading="整改")
    yield signs("承接单位", "村居两委", "监督小组")


def _solved(answer: bool | None) -> str:
    return {True: "居民说解决了", False: "居民说没有解决", None: ""}[answer]


DRAWN = [(Conclusion(each).value, Conclusion(each).label) for each in (Conclusion.PASS, Conclusion.FAIL)]


def acceptance(facts: Facts) -> Iterable[Part]:
    """验收表: the contract's items against what was measured; who signed in which capacity, dissent included."""
    held = facts.acceptance
    item = facts.contract
    yield fields(
        ("项目名称", facts.project.title),
        ("承接单位", item.contract.contractor.name if item else ""),
        ("合同编号", item.contract.number if item else ""),
        ("第几次验收", f"第{held.attempt}次" if held else ""),
        ("验收日期", day(held.held_on) if held else ""),
        ("组织人", facts.officer(held.opened_by) if held else ""),
    )
    rows = [
        (
            each.name,
            each.unit,
            quantity(each.contract_quantity),
            quantity(each.measured),
            each.get_result_display(),
            each.note,
        )
        for each in (held.items.all() if held else ())
    ]
    heads = ("验收项", "单位", "合同数量", "实测数量", "结果", "说明")
    yield grid(heads, rows, numbers=(2, 3), heading="逐项核对", blank=6)
    yield fields(("检测报告", ""), ("缺陷", _defects(held), 2))
    yield grid(("身份", "签字人", "意见", "日期"), _signed(facts, held), heading="参加验收的人", blank=5)
    yield fields(
        ("结论", choices(DRAWN, held.conclusion if held else "")),
        ("说明", (held.note or ("无" if held.conclusion else "")) if held else ""),
        ("结论人", facts.officer(held.concluded_by) if held else ""),
        ("日期", day(held.concluded_at) if held else ""),
        heading="结论",
    )
    yield signs("居民代表", "监督小组", "村居两委", "镇街")


def _defects(held: Acceptance | None) -> str:
    failed = [each for each in held.items.all() if each.result == "fail"] if held else []
    if held and held.conclusion and not failed:
        return "无"
    return "；".join("：".join(filter(None, [each.name, each.note])) for each in failed)


def _signed(facts: Facts, held: Acceptance | None) -> list[tuple[str, str, str, str]]:
    return [
        (
            each.get_role_display(),
            facts.signer(each),
            "同意通过" if each.agrees else f"不同意：{each.dissent}",
            day(each.signed_at),
        )
        for each in (held.signatures.all() if held else ())
    ]


def satisfaction(facts: Facts) -> Iterable[Part]:
    """满意度表: what residents said, added up; the paper to ask others with."""
    found = facts.satisfaction
    yield fields(
        ("项目名称", facts.project.title),
        ("验收合格", day(facts.work.accepted_on) if facts.work else ""),
        ("评价的人", f"{found.count}人"),
        ("平均分", f"{found.average}分（满分5分）" if found.average is not None else ""),
        ("满意率", f"{found.satisfied_percent}%（基本满意以上）" if found.satisfied_percent is not None else ""),
    )
    shown = found.average is not None
    rows = [(label, str(count) if shown else "") for label, count in found.by_score]
    total = str(found.count) if shown else ""
    yield grid(("评价", "人数"), rows, foot=("合计", total), numbers=(1,), heading="各档人数")
    looks = [(f"{look.months}个月", day(look.due_on), day(look.done_on), look.note) for look in facts.looks]
    yield grid(("回头看", "应于", "回访日期", "看到什么"), looks, heading="回头看", blank=2)
    yield fields(
        ("问的方式", f"{OPEN}上门　{OPEN}电话　{OPEN}网上"),
        ("您满不满意", choices(tuple((str(score.value), str(score.label)) for score in Score), "")),
        ("为什么", "", 2),
        ("要不要再来处理", f"{OPEN}要　{OPEN}不用"),
        heading="问卷（一人一张，不用写姓名）",
    )
    yield signs("访问人")
