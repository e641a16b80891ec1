"""Forms from the need to the decision (问需、提议、会审、议事): what each says of a project."""

from collections.abc import Iterable

from delivery.models import Source
from proposals.models import Origin, PreReview, Project, ReviewFinding, WorkType
from publicity.documents.content import OPEN, Fields, Part, choices, day, fields, figure, grid, moment, signs, yuan
from publicity.documents.content import Words as Text
from publicity.documents.facts import Facts
from publicity.documents.meetings import gathering, put_right
from voting import ballot_sentences
from voting.documents import ItemMinutes
from voting.models import Choice

CHECKED = {"yes": "符合", "no": "不符合", "n/a": "不涉及"}
GROUPS = ("长者", "残障人士", "儿童和家长", "困难家庭", "外来务工人员", "商户", "其他")


def needs(facts: Facts) -> Iterable[Part]:
    """问需表: one paper for each who is asked; everything but the project and the kinds is filled in by hand."""
    boxes = tuple((name, name) for name in GROUPS)
    wanted = tuple((name, name) for name in facts.terms.categories)
    yield Text("一人一张，不用写姓名。想到什么写什么，不会写字的由工作人员代写、念给本人听。")
    yield fields(
        ("问的是哪里", facts.place),
        ("关于哪个项目", f"{facts.project.title}（{facts.project.code}）"),
        ("您是", choices(boxes, "")),
        ("您最需要（可多选）", choices(wanted, "")),
        ("这个项目要不要办", f"{OPEN}要办　{OPEN}不急　{OPEN}不用办"),
        ("为什么", "", 2),
        ("还想说的", "", 4),
    )
    yield signs("收集人", heading="由收集人填写")


def needs_summary(facts: Facts) -> Iterable[Part]:
    """需求汇总表: totals of the papers by hand; the number who second it from the record."""
    yield fields(
        ("汇总的地方", facts.place),
        ("关于哪个项目", f"{facts.project.title}（{facts.project.code}）"),
        ("收集时间", ""),
        ("发出份数", ""),
        ("收回份数", ""),
        ("网上和窗口附议", facts.seconds),
    )
    heads = ("需要", "选的人数", "占收回份数", "主要意见")
    rows = [(name, "", "", "") for name in facts.terms.categories]
    yield grid(heads, rows, foot=("合计", "", "", ""), numbers=(1, 2), heading="各项需要")
    yield grid(
        ("这个项目", "人数", "占收回份数"), [("要办", "", ""), ("不急", "", ""), ("不用办", "", "")], numbers=(1, 2)
    )
    yield signs("汇总人", "村居两委")


def proposal(facts: Facts) -> Iterable[Part]:
    """提议表（申报表）: what was proposed, in the proposer's own words."""
    project = facts.project
    yield fields(
        ("轮次", project.round.name),
        ("项目名称", project.title),
        ("类型", choices(WorkType.choices, project.work_type)),
        ("类别", project.category),
        ("来源", choices(Origin.choices, project.origin)),
        ("村居", facts.place),
        ("地点", project.place_text),
        ("要解决什么问题", project.need, 3),
        ("打算怎么办", project.plan, 4),
        ("受益的人", project.beneficiaries),
        ("规模", project.size_text),
        ("估算金额", yuan(project.estimate_yuan)),
    )
    yield grid(
        ("资金来源", "金额（元）"), [(str(label), "") for label in Source.labels], foot=("合计", ""), numbers=(1,)
    )
    yield fields(
        ("计划时间", ""),
        ("提议人", facts.proposer),
        ("联系电话（不公开）", ""),
        ("附议", facts.seconds),
        ("提交时间", moment(project.filed_at)),
        ("附件", f"照片{facts.photos}张" if facts.photos else "没有照片"),
    )
    yield Text("我同意公开以上事情、照片和打了星号的姓名；电话、住址不公开。", heading="同意公开")
    yield signs("提议人", "受理人")


def sources(facts: Facts) -> Part:
    """The sources of an approval with their sum (资金来源合计等于批准金额)."""
    if facts.approval is None:
        return grid(("资金来源", "金额（元）", "说明"), [], foot=("合计", "", ""), numbers=(1,), heading="资金来源")
    parts = list(facts.approval.sources.all())
    rows = [(part.get_kind_display(), figure(part.amount_yuan), part.note) for part in parts]
    total = figure(sum((part.amount_yuan for part in parts), start=facts.approval.amount_yuan * 0))
    return grid(("资金来源", "金额（元）", "说明"), rows, foot=("合计", total, ""), numbers=(1,), heading="资金来源")


def application(facts: Facts) -> Iterable[Part]:
    """服务项目申报书: the organisation's own paper, with what the record knows already."""
    project, work = facts.project, facts.work
    unit = project.proposing_unit.name if project.proposing_unit else ""
    yield fields(
        ("项目名称", project.title),
        ("申报单位", unit),
        ("服务地点", facts.place),
        ("服务对象", project.beneficiaries),
        ("要解决什么问题", project.need, 2),
        ("服务内容", project.plan, 3),
        ("服务次数", f"{work.visits_planned}次" if work and work.visits_planned else ""),
        ("目标", "", 2),
        ("可能的风险和对策", "", 2),
        ("申报金额", yuan(project.estimate_yuan)),
    )
    yield grid(("工作人员", "资质", "分工"), [], heading="人员")
    yield grid(
        ("支出项目", "数量", "单价（元）", "金额（元）"),
        [],
        foot=("合计", "", "", ""),
        numbers=(1, 2, 3),
        heading="预算",
    )
    yield signs("申报单位", "村居两委联席会议")


def review(facts: Facts) -> Iterable[Part]:
    """部门会审意见: what each department checked and found."""
    project = facts.project
    yield fields(("项目名称", project.title), ("村居", facts.place), ("估算金额", yuan(project.estimate_yuan)))
    reviews = facts.answered
    if not reviews:
        yield grid(
            ("要点", "符合", "不符合", "说明"), [(point, "", "", "") for point in facts.terms.checklist], heading="核对"
        )
        yield fields(("部门", ""), ("意见", choices(ReviewFinding.choices, "")), ("要求", "", 2), ("核定金额", ""))
        yield signs("部门")
        return
    heads = ("要点", *(_department(each) for each in reviews))
    points = dict.fromkeys([*facts.terms.checklist, *(point for each in reviews for point in each.checklist)])
    rows = [(point, *(CHECKED.get(each.checklist.get(point, ""), "") for each in reviews)) for point in points]
    yield grid(heads, rows, heading="要点核对")
    for each in reviews:
        yield _finding(facts, each)
    yield fields(("核定金额", yuan(project.reviewed_yuan)), heading="会审结果")
    yield signs(*(_department(each) for each in reviews))


def _department(each: PreReview) -> str:
    return each.department.name if each.department else each.duty


def _finding(facts: Facts, each: PreReview) -> Fields:
    rows = [
        ("意见", each.get_finding_display()),
        ("要求", each.conditions),
        ("理由", each.reason),
        ("依据", each.rule),
        ("核定金额", yuan(each.amount_yuan)),
        ("核价理由", each.amount_reason),
        ("审核人", facts.officer(each.reviewer)),
        ("日期", day(each.answered_at)),
    ]
    return fields(*(row for row in rows if row[1]), heading=_department(each))


def minutes(facts: Facts) -> Iterable[Part]:
    """会议纪要和表决记录: the meeting that decided, and this project's vote."""
    told, part = facts.minutes, facts.item_minutes
    if told is None or part is None:
        yield from _minutes_by_hand(facts)
        return
    meeting, item = told.meeting, part.item
    yield from put_right([one for one in told.corrections if one.about in {None, item.order}])
    yield gathering(told)
    how = "　".join(filter(None, [meeting.get_vote_form_display(), item.get_counted_from_display()]))
    yield fields(
        ("议题", f"第{item.order}项　{facts.project.title}"),
        ("表决的金额", yuan(item.amount_yuan)),
        ("讨论", item.discussion, 3),
        ("表决方式", how),
        ("通过规则", told.pass_rule),
        ("回避", "、".join(part.recused) or "无"),
        ("结果", item.get_outcome_display()),
        ("怎样算的", part.why or item.reason),
        heading="本项目",
    )
    counts = [(row.label, str(row.number), row.percent) for row in part.counts]
    yield grid(("表决", "人数", "占实到"), counts, numbers=(1, 2), heading="计票")
    if part.named:
        yield fields(*((f"{label}的人", "、".join(names)) for label, names in part.named), heading="记名表决")
    yield signs(("计票人", told.teller), ("监票人", told.monitor), ("主持人", told.chair))


def _minutes_by_hand(facts: Facts) -> Iterable[Part]:
    yield fields(
        ("会议", ""), ("时间", ""), ("地点", ""), ("主持人", ""), ("记录人", ""), ("应到", ""), ("实到", ""), ("占应到", ""),
        ("议题", facts.project.title), ("表决的金额", yuan(facts.project.best_yuan)), ("讨论", "", 4), ("表决方式", ""),
    )  # fmt: skip
    rows = [(str(choice.label), "", "") for choice in Choice]
    yield grid(("表决", "人数", "占实到"), rows, numbers=(1, 2), heading="计票")
    yield fields(("结果", ""))
    yield signs("计票人", "监票人", "主持人")


def ballot(facts: Facts) -> Iterable[Part]:
    """票决票样张: what is voted on and how to mark it; numbered papers of a residents' vote come from its own desk."""
    if facts.poll_entry is not None:
        yield from _poll_ballot(facts)
        return
    listed = [
        (f"{part.item.order}", _named(part.item.project), figure(part.item.shown_yuan)) for part in _agenda(facts)
    ]
    listed = listed or [("1", _named(facts.project), figure(facts.project.best_yuan))]
    where = facts.minutes.meeting.assembly.name if facts.minutes else ""
    yield fields(("会议", where), ("轮次", facts.project.round.name))
    rows = [(*row, OPEN, OPEN, OPEN) for row in listed]
    yield grid(("序号", "项目", "金额（元）", "赞成", "反对", "弃权"), rows, numbers=(2,))
    yield Text("每一项只在一个方框里打“√”。一项打了两个以上“√”的，这一项作废；全都没打的按弃权算。", heading="怎样填")
    yield signs("盖章")


def _agenda(facts: Facts) -> list[ItemMinutes]:
    return facts.minutes.items if facts.minutes else []


def _named(project: Project) -> str:
    return f"{project.title}（{project.code}）"


def _poll_ballot(facts: Facts) -> Iterable[Part]:
    poll = facts.poll_entry.poll  # type: ignore[union-attr]
    yield fields(
        ("投票", f"{poll.round.name}　{poll.area.name}"),
        ("投票时间", f"{moment(poll.opens_at)} 到 {moment(poll.closes_at)}" if poll.opens_at else ""),
        ("怎样投", ballot_sentences.method(poll)),
    )
    rows = [(f"{each.position}", _named(each.project), figure(each.cost_yuan), OPEN) for each in facts.poll_projects]
    yield grid(("序号", "项目", "金额（元）", "选"), rows, numbers=(2,))
    yield Text("这是样张，不能用来投票。正式的票有编号和二维码，由投票点发放。", heading="样张")
    yield signs("盖章")
