"""What the public reads of each act here (公开的话, UX P3): made for the record, so never translated.

At most 140 characters; people only as {who}. Reason and rule stand beside the sentence and are not repeated.
"""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from civic.models import Role
from civic.words import label
from delivery.models import (
    AcceptanceItem,
    Contract,
    Disclosure,
    DisclosureKind,
    Method,
    Milestone,
    Score,
    Signature,
    SignRole,
    Work,
)
from proposals.sentences import clip, day
from proposals.sentences import yuan as money

WORDS = 60
LATE_WORK = "已经超期，请尽快完工，并说明原因"


def signed(amount: Decimal) -> str:
    """+1,200元 or −800元."""
    return f"{'+' if amount >= 0 else '−'}{money(abs(amount))}"


def said(text: str) -> str:
    """Somebody's own words inside a sentence: one line, cut before the sentence grows too long."""
    return clip(text, WORDS)


def pool_set(amount: Decimal, later: Decimal = Decimal(0)) -> str:
    booked = f"，其中{money(later)}上一年已经安排" if later else ""
    return f"资金池总额定为{money(amount)}{booked}"


def carry_asked(amount: Decimal, year: int) -> str:
    return f"提请把{money(amount)}结转到{year}年资金池，等第二人确认"


def carry_refused(amount: Decimal) -> str:
    return f"结转{money(amount)}的提请退回"


def carried_out(amount: Decimal, year: int) -> str:
    return f"{money(amount)}结转到{year}年资金池"


def carried_in(amount: Decimal, year: int) -> str:
    return f"收到{year}年资金池结转的{money(amount)}"


def approved(amount: Decimal, requested: Decimal, role: str = Role.TOWN_APPROVER) -> str:
    who = "区专班" if role == Role.DISTRICT_OFFICE else "镇政府"
    if amount == requested:
        return f"{who}批准{money(amount)}"
    word = "少" if amount < requested else "多"
    return f"{who}批准{money(amount)}，比申请{word}{money(abs(amount - requested))}"


def submitted(amount: Decimal, role: str = Role.TOWN_APPROVER) -> str:
    waits = "超过镇街审批权限，等区专班审批" if role == Role.DISTRICT_OFFICE else "等第二人审批"
    return f"镇街经办提交审批：{money(amount)}，{waits}"


def skipped(code: str, title: str) -> str:
    return f"名次在后的{code}“{clip(title, 30)}”先提交审批，这个项目还在等"


def returned(amount: Decimal) -> str:
    return f"审批退回经办：{money(amount)}"


def reserved() -> str:
    return "资金不够，列入候补"


def recalled() -> str:
    return "资金有余，候补递补，重新审批"


def released(amount: Decimal) -> str:
    return f"批准作废，{money(amount)}退回资金池" if amount else "审批作废"


def contract_signed(contractor: str, amount: Decimal, finish_on: date, projects: int) -> str:
    bundle = f"（一份合同，{projects}个项目打包）" if projects > 1 else ""
    return f"签订合同，合同价{money(amount)}，承接单位{contractor}，约定{day(finish_on)}前完工{bundle}"


def contract_filed(number: str, filed_on: date) -> str:
    return f"合同已备案，{day(filed_on)}，备案号{said(number)}"


def disclosed(found: Disclosure, words: str) -> str:
    """What is published of a period: 捐赠使用情况（3月1日到6月1日）：用了3万元，路面铺完."""
    return clip(f"{label(DisclosureKind(found.kind))}（{day(found.starts_on)}到{day(found.ends_on)}）：{words}")


def filing_of(number: str) -> str:
    """What is late or near its day where a contract is to be filed."""
    return f"合同{number}备案"


def contract_named(contract: Contract) -> str:
    return f"合同{contract.number}，{label(Method(contract.method))}"


def started(amount: Decimal) -> str:
    return f"开工 · 合同价{money(amount)}"


def planned(milestones: int) -> str:
    return f"排定工期，{milestones}个里程碑"


def milestone_done(milestone: Milestone, done: int, of: int) -> str:
    return f"{milestone.name}完成，里程碑{done}/{of}"


def rescheduled(name: str, was: date, becomes: date) -> str:
    return f"{name}：原定{day(was)}，改为{day(becomes)}"


def progressed(percent: int | None, note: str, place: str = "") -> str:
    head = "" if percent is None else f"进度{percent}%"
    told = "：".join(part for part in (head, said(note)) if part) or "现场照片"
    return f"{told}（{place}）" if place else told


def trouble(note: str) -> str:
    return f"施工遇到问题：{said(note)}"


def trouble_answered(answer: str) -> str:
    return f"答复施工问题：{said(answer)}"


def visited(served: int, visits: int, of: int | None) -> str:
    total = f"（已上门{visits}次，共{of}次）" if of else f"（已上门{visits}次）"
    return f"上门服务1次，服务{served}人次{total}"


def urged(words: str) -> str:
    return f"催办：{said(words)}"


def handed_over() -> str:
    return "换了项目联系人"


def done_reported(note: str) -> str:
    return f"施工单位报完工，等居民代表验收{'：' if note else ''}{said(note)}"


def change(verb: str, reason: str, delta: Decimal, days: int) -> str:
    amount = f"，{signed(delta)}" if delta else ""
    longer = f"，工期{'+' if days > 0 else '−'}{abs(days)}天" if days else ""
    return f"{verb}变更：{said(reason)}{amount}{longer}"


def payment_requested(batch: int, amount: Decimal) -> str:
    return f"施工单位第{batch}批请款{money(amount)}"


def payment_reviewed(batch: int, amount: Decimal) -> str:
    return f"第{batch}批请款{money(amount)}审核通过，待付款"


def payment_refused(batch: int, amount: Decimal) -> str:
    return f"第{batch}批请款{money(amount)}退回"


def paid(batch: int, amount: Decimal, total: Decimal, of: Decimal) -> str:
    return f"第{batch}批付款{money(amount)}，累计{money(total)}（共{money(of)}）"


def acceptance_opened(attempt: int) -> str:
    return "开始验收" if attempt == 1 else f"开始第{attempt}次验收"


def items_measured(total: int, failed: int) -> str:
    return f"验收项{total}项，不合格{failed}项" if failed else f"验收项{total}项，都合格"


def set_aside(attempt: int, signatures: int) -> str:
    which = "这次验收" if attempt == 1 else f"第{attempt}次验收"
    return f"{which}作废：验收项写错了，{signatures}个签字不算数，重新填、重新签"


def signature(given: Signature) -> str:
    answer = "同意" if given.agrees else f"不同意：{said(given.dissent)}"
    if given.agrees and given.dissent:
        answer = f"同意，另有意见：{said(given.dissent)}"
    how = "" if given.person_id else "（现场见证）"
    return f"{label(SignRole(given.role))}签字{how}：{answer}"


def accepted(items: int, signatures: int, dissents: int) -> str:
    tail = f"，其中{dissents}人有不同意见" if dissents else ""
    return f"验收合格：{items}项，{signatures}人签字{tail}"


def failed(names: Sequence[str], due_on: date) -> str:
    return f"验收不合格：{said('、'.join(names))}，{day(due_on)}前改好"


def _plain(number: Decimal | None) -> str:
    """A quantity as people write it: 12, not 12.00."""
    return "" if number is None else f"{number:.2f}".removesuffix(".00")


def to_mend(item: AcceptanceItem) -> str:
    """What is wrong with an item: 扶手高度：合同0.90米，实测0.80米."""
    contract, measured = (_plain(number) for number in (item.contract_quantity, item.measured))
    what = f"{item.name}：合同{contract}{item.unit}，实测{measured}{item.unit}"
    return f"{what}（{item.note}）" if item.note else what


def mended(what: str, reply: str, left: int) -> str:
    tail = f"还有{left}项" if left else "整改完毕，申请复验"
    return f"改好：{clip(what, 40)}；{clip(reply, 50)}；{tail}"


def settled(amount: Decimal, surplus: Decimal, returned_yuan: Decimal) -> str:
    if not surplus:
        return f"结算{money(amount)}，没有结余"
    if returned_yuan == surplus:
        return f"结算{money(amount)}，结余{money(surplus)}退回资金池"
    return f"结算{money(amount)}，结余{money(surplus)}，其中{money(returned_yuan)}退回资金池"


def rated(score: int, *, changed: bool, by_phone: bool = False) -> str:
    word = label(Score(score))
    if by_phone:
        return f"{{who}}评价“{word}”，电话回访，{{helper}}代录"
    return f"{{who}}把评价改为“{word}”" if changed else f"{{who}}评价“{word}”"


def rated_again(months: int, score: int, *, changed: bool) -> str:
    word = label(Score(score))
    return f"{{who}}把追评（{months}个月）改为“{word}”" if changed else f"{{who}}追评（{months}个月）“{word}”"


def fix_opened(due_on: date) -> str:
    return f"居民评价不满意，开始整改，{day(due_on)}前改好并答复"


def low_rating(reasons: Sequence[str]) -> str:
    """What a low rating without words complains of."""
    return f"居民不满意：{'、'.join(reasons)}" if reasons else "居民不满意"


def fix_answered(reply: str) -> str:
    return f"整改答复：{said(reply)}"


def fix_confirmed(solved: bool) -> str:
    return "{who}确认：解决了" if solved else "{who}确认：还没有解决"


def fix_clock(*, is_complaint: bool) -> str:
    """What is late or near its day: the answer to a low rating, or what acceptance found."""
    return "答复低评价" if is_complaint else "整改"


def looked_back(months: int, note: str) -> str:
    return f"回头看（{months}个月）：{said(note)}"


def archived(work: Work | None) -> str:
    return f"归档，结算{money(work.settled_yuan)}" if work and work.settled_yuan is not None else "归档"
