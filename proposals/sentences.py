"""What the public reads of proposing, intake, merging and pre-review (公开的话): made here for the record and for its preview.

The record is kept in the place's own language whoever acts and whoever reads, so nothing here is translated.
No personal names: {who} and {helper} are filled in masked when it is read. Reason and rule stand beside the
sentence in the record and are not repeated in it.
"""

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal

from civic.telling import BY_FAMILY
from civic.words import label
from proposals.models import AssistedHow, ConsentHow, ProjectState, ReviewFinding

MOST = 140
SPOKEN = "（有录音，不公开）"


def clip(text: str, most: int = MOST) -> str:
    """The text on one line, no longer than a line of the record may be; braces would look like a placeholder."""
    line = " ".join(text.split()).replace("{", "（").replace("}", "）")
    return line if len(line) <= most else line[: most - 1] + "…"


def yuan(amount: Decimal) -> str:
    """52,800元; the cents only where there are any."""
    whole = amount == amount.to_integral_value()
    return f"{amount:,.0f}元" if whole else f"{amount:,.2f}元"


def day(on: date) -> str:
    return f"{on.month}月{on.day}日"


def may_object(until: date) -> str:
    """How to object (怎样提异议), said with every decision against a proposal."""
    return f"不同意可在{day(until)}前提异议"


def by_hand(how: str) -> str:
    """By whose hand it came (代录、代办), beside {who}: a worker's with how the resident spoke, or the family's."""
    if how == AssistedHow.FAMILY:
        return f"，{BY_FAMILY}"
    return "，{helper}代录" + f"（{label(AssistedHow(how))}）" if how else ""


def proposed(*, unit: str, how: str, estimate: Decimal | None) -> str:
    """Who proposed it, by whose hand (``how``) and for how much; a unit stands for its clerk."""
    said = f"{unit or '{who}'}提出{by_hand(how)}"
    return said if estimate is None else f"{said}，估算{yuan(estimate)}"


def seconded(*, is_back: bool) -> str:
    """What the family did for somebody, told to her alone (代为附议); ``is_back`` when it was taken back."""
    return ("{who}取消附议，" if is_back else "{who}附议，") + BY_FAMILY


def withdrawn(*, unit: str, helped: bool) -> str:
    if unit:
        return clip(f"{unit}撤回了提议")
    return "{who}撤回了提议，{helper}代办" if helped else "{who}撤回了提议"


def written_down(title: str) -> str:
    return clip(f"听录音后写下：{title}")


def accepted(*, by_worker: bool, note: str) -> str:
    who = "社工受理" if by_worker else "村居受理"
    return clip(f"{who}；{note}" if note else who)


def asked(items: Sequence[str], workdays: int) -> str:
    clock = f"（{workdays}个工作日内，期间不计时）"
    return clip(f"请补充：{'；'.join(items)}", MOST - len(clock)) + clock


def completed(items: Iterable[tuple[str, str]], *, helped: bool, by_family: bool = False, spoken: bool = False) -> str:
    """What was brought (补充): each thing asked for with its words; what is a picture alone is only named.

    ``spoken``: some of it was said; that there is a recording is public, the recording is not.
    """
    hand = (f"，{BY_FAMILY}" if by_family else "，{helper}代录") if helped else ""
    who = "{who}补充" + hand
    brought = "；".join(f"{what}：{words}" if words else what for what, words in items)
    aloud = SPOKEN if spoken else ""
    return f"{who}：{clip(brought, MOST - len(who) - len(aloud) - 1)}{aloud}"


def declined(until: date) -> str:
    return f"没有采纳。{may_object(until)}"


def handed_on(unit: str, workdays: int, until: date) -> str:
    return f"不在本办法范围，已转{clip(unit, 40)}，{workdays}个工作日内在这里答复。{may_object(until)}"


def replied(unit: str, text: str) -> str:
    return clip(f"{unit}答复：{text}")


def misdirected(unit: str, why: str) -> str:
    return clip(f"{unit}退回，不归它办：{clip(why, 60)}。重新受理")


def contacted(*, by_phone: bool) -> str:
    return "打电话联系了提议人" if by_phone else "当面联系了提议人"


def paused(next_on: date) -> str:
    return f"暂停，{day(next_on)}前再更新"


def still_paused(next_on: date, news: str) -> str:
    return clip(f"仍在暂停，{day(next_on)}前再更新：{news}")


def resumed(note: str) -> str:
    return clip(f"恢复办理：{note}" if note else "恢复办理")


def to_join(code: str, title: str, until: date | None) -> str:
    return clip(f"拟并入{code}“{clip(title, 40)}”，{_considered(until)}")


def to_be_joined(code: str, title: str, until: date | None) -> str:
    return clip(f"{code}“{clip(title, 40)}”拟并入本项目，{_considered(until)}")


def _considered(until: date | None) -> str:
    """What a merge still waits for (还在考虑): a second person, and the proposers until a day."""
    return f"听提议人意见到{day(until)}，再经另一人确认才合并" if until else "等另一人确认"


def agreed(how: ConsentHow) -> str:
    """That a proposer agreed to the merge, without saying who."""
    return f"提议人同意合并（{label(how)}）"


def joined(code: str, title: str, supporters: int, until: date) -> str:
    kept = f"{supporters}位附议人的附议仍记在这里。" if supporters else ""
    return clip(f"已并入{code}“{title}”。{kept}{may_object(until)}")


def was_joined(code: str, title: str, supporters: int) -> str:
    brought = f"，带来{supporters}位附议人" if supporters else ""
    return clip(f"{code}“{title}”并入本项目{brought}")


def not_joined(code: str) -> str:
    return f"与{code}不合并"


def parted(code: str) -> str:
    return f"撤销合并：不再并入{code}，按原来的进度接着办"


def was_parted(code: str) -> str:
    return f"撤销合并：{code}单独办理"


def opened(units: Iterable[str], missing: Sequence[str], workdays: int) -> str:
    names, gap = "、".join(units), lacking(missing)
    sent = f"已交{names}预审，限{workdays}个工作日" if names else ""
    return clip("；".join(part for part in (sent, gap) if part))


def lacking(missing: Sequence[str]) -> str:
    """Which fields have no department yet (缺哪个部门), as the public reads it; empty when none lacks."""
    if not missing:
        return ""
    duties = "、".join(duty for duty in missing if duty)
    return f"缺：{duties}预审部门，等镇街指定" if duties else "缺：规则没有写明由哪个部门预审，等镇街指定"


def assigned(unit: str, duty: str, workdays: int) -> str:
    return clip(f"镇街指定{unit}预审{duty}，限{workdays}个工作日")


def passed_on(unit: str, other: str, workdays: int) -> str:
    return clip(f"{unit}把预审转给{other}，限{workdays}个工作日")


def reminded(unit: str, left: int | None) -> str:
    clock = "" if left is None else f"，已超期{-left}个工作日" if left < 0 else f"，还剩{left}个工作日"
    return clip(f"催办：请{unit}预审{clock}")


def consulted(unit: str, other: str, question: str, workdays: int) -> str:
    clock = f"（限{workdays}个工作日）"
    return clip(f"{unit}向{other}征求意见：{question}", MOST - len(clock)) + clock


def consult_answered(unit: str, text: str) -> str:
    return clip(f"{unit}答复征求的意见：{text}")


def extension_asked(unit: str, workdays: int) -> str:
    return clip(f"{unit}请求把预审延长{workdays}个工作日，等上级答复")


def extended(unit: str, workdays: int, until: date) -> str:
    return clip(f"同意{unit}的预审延长{workdays}个工作日，到{day(until)}")


def not_extended(unit: str) -> str:
    return clip(f"没有同意{unit}的预审延期，仍按原来的日期办")


def surveyed(units: Sequence[str], findings: str) -> str:
    return clip(f"现场踏勘，{'、'.join(units)}参加：{findings}")


def found(
    *,
    finding: str,
    amount: Decimal | None,
    before: Decimal | None,
    proposed: bool,
    amount_reason: str,
    conditions: str,
    until: date | None,
) -> str:
    """A department's answer (预审意见): what it comes to, the cost against what stood ``before`` (the proposal's
    own estimate when ``proposed``) and why, what must change; with ``until`` it ends the project."""
    if finding == ReviewFinding.NOT_FEASIBLE:
        return f"预审不通过，没有采纳。{may_object(until)}" if until else "预审不通过"
    parts = ["预审通过（需修改）" if finding == ReviewFinding.WITH_CHANGES else "预审通过"]
    if amount is not None:
        parts.append(_cost(amount, before, "提议" if proposed else "此前核定"))
        if amount_reason and amount != before:
            parts[-1] += f"：{clip(amount_reason, 50)}"
    if finding == ReviewFinding.WITH_CHANGES:
        parts.append(f"要求：{clip(conditions, 60)}")
    return clip("，".join(parts))


def _cost(amount: Decimal, before: Decimal | None, than: str) -> str:
    if before is None or amount == before:
        return f"核定{yuan(amount)}"
    return f"核定{yuan(amount)}，比{than}{'少' if amount < before else '多'}{yuan(abs(amount - before))}"


def refused_before(unit: str, until: date) -> str:
    """The last answer is in and an earlier one was a no (预审结论)."""
    return clip(f"没有采纳：{unit}预审不通过。{may_object(until)}")


OFFICES = {
    "town_handler": "镇街经办",
    "town_approver": "镇街",
    "district_office": "区专班",
    "leading_group": "区领导小组",
}


def overdue(unit: str, what: str, days: int, told: Sequence[str]) -> str:
    return clip(f"{unit}{what}超期{days}个工作日，已报{_offices(told)}")


def near_due(unit: str, what: str, left: int, told: Sequence[str]) -> str:
    when = f"还剩{left}个工作日" if left else "今天到期"
    return clip(f"{unit}{what}{when}，已提醒{_offices(told)}")


def _offices(told: Sequence[str]) -> str:
    return "、".join(OFFICES[role] for role in told)


def why_late() -> str:
    return "说明超期的原因"


def terminated(until: date) -> str:
    return f"项目终止，不再办理。{may_object(until)}"


def listed(state: ProjectState) -> str:
    return f"从项目清单登记进来，状态：{label(state)}"


def relisted() -> str:
    return "按项目清单更正"
