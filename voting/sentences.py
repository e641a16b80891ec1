"""What the public reads of meetings (公开的话): shares, counts, the rule applied, the outcome. Pure.

As in proposals.sentences, the record is kept in the place's own language, so nothing here is translated.
"""

from collections.abc import Mapping
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_noop

from civic import corrections
from proposals.sentences import clip
from voting.models import AgendaItem, AssemblyKind, Meeting, MinutesCorrection, Outcome, PassBase, UndertakingState

SHARES = {
    Fraction(1, 3): gettext_noop("三分之一"),
    Fraction(1, 2): gettext_noop("二分之一"),
    Fraction(3, 5): gettext_noop("五分之三"),
    Fraction(2, 3): gettext_noop("三分之二"),
    Fraction(3, 4): gettext_noop("四分之三"),
    Fraction(4, 5): gettext_noop("五分之四"),
}


def share(value: Fraction) -> str:
    """三分之二 for 2/3; an unusual share as it is written: 7/12."""
    return SHARES.get(value, str(value))


def percent(part: int | None, whole: int | None) -> str:
    """88.24% of the whole, half up; empty when there is nothing to divide by."""
    if not whole or part is None:
        return ""
    return f"{(Decimal(part) * 100 / Decimal(whole)).quantize(Decimal('0.01'), ROUND_HALF_UP)}%"


def body(meeting: Meeting) -> str:
    """议事会 or 村民代表会议, as the record calls it."""
    return "村民代表会议" if meeting.assembly.kind == AssemblyKind.REPRESENTATIVES else "议事会"


def quorum_rule(meeting: Meeting) -> str:
    return f"《{meeting.rule_book}》：到会人数不少于应到人数的{share(meeting.quorum_share)}"


def pass_rule(meeting: Meeting) -> str:
    """《办法》：赞成票要超过实到人数（回避的除外）的二分之一."""
    base = "应到" if meeting.pass_base == PassBase.DUE else "实到"
    return f"《{meeting.rule_book}》：赞成票要超过{base}人数（回避的除外）的{share(meeting.pass_share)}"


def called(meeting: Meeting, items: int) -> str:
    form = "不记名" if meeting.is_secret else "记名"
    what = f"议题{items}项，{form}表决" if items else ""
    topic = f"商量{meeting.topic}" if meeting.topic else ""
    return clip("，".join(filter(None, [f"通知：{_when(meeting)}开{body(meeting)}", what, topic])))


def listed(meeting: Meeting) -> str:
    return f"列入{_when(meeting)}的{body(meeting)}"


def prior_study(organisation: str, conclusion: str) -> str:
    return clip(f"{organisation}前置研究：{conclusion}")


def opened(meeting: Meeting, *, due: int, present: int, needed: int) -> str:
    return f"会议开始：应到{due}人，实到{present}人，达到{share(meeting.quorum_share)}（{needed}人）"


def missed(meeting: Meeting, *, due: int, present: int, needed: int) -> str:
    return f"{body(meeting)}人数不足：应到{due}人，实到{present}人，要{needed}人，没有表决，另行召集"


def cancelled(meeting: Meeting) -> str:
    return f"{body(meeting)}会议取消"


def minutes_missing(meeting: Meeting) -> str:
    return f"{body(meeting)}已表决，纪要还没上传"


def counts(item: AgendaItem) -> str:
    """应到21、实到17，赞成15、反对1、弃权1; 未投 and 回避 only where there are any."""
    words = f"应到{item.meeting.due_count}、实到{item.present_count}，"
    words += f"赞成{item.votes_for}、反对{item.votes_against}、弃权{item.votes_abstain}"
    words += f"、未投{item.not_voted}" if item.not_voted else ""
    return words + (f"，回避{item.recused_count}" if item.recused_count else "")


def item_result(item: AgendaItem) -> str:
    """What the meeting's record says: 第1项通过：…"""
    return f"第{item.order}项{'通过' if item.outcome == Outcome.PASSED else '未通过'}：{counts(item)}"


def result(item: AgendaItem) -> str:
    """What the project's page says: 议事会通过：应到21、实到17，赞成15、反对1、弃权1."""
    if item.outcome == Outcome.DEFERRED:
        return f"{body(item.meeting)}暂缓表决，等下次会议"
    return f"{body(item.meeting)}{'通过' if item.outcome == Outcome.PASSED else '未通过'}：{counts(item)}"


def why(item: AgendaItem) -> str:
    """The sum behind the outcome: 赞成8票，要9票才通过（按17人算）."""
    return f"赞成{item.votes_for}票，至少要{item.needed_count}票才通过（按{item.base_count}人算）"


def corrected(made: MinutesCorrection) -> str:
    """What the public reads of a correction of the minutes: 会议纪要更正：…"""
    return f"会议纪要{corrections.sentence(right=made.right, recorded=made.recorded, reason=made.reason)}"


def undertaken(text: str, due_on: date) -> str:
    """What the meeting's record says of a thing to do: 议定：装两盏路灯，10月8日前办好."""
    return clip(f"议定：{text}，{due_on.month}月{due_on.day}日前办好")


def promise(text: str) -> str:
    """What a meeting settled, as what is late: 办“装两盏路灯”."""
    return f"办“{clip(text, 40)}”"


def promise_near(text: str, left: int) -> str:
    return clip(f"办“{clip(text, 40)}”{f'还剩{left}个工作日' if left else '今天到期'}")


def settled(text: str, state: str, outcome: str) -> str:
    return clip(f"{'已办好' if state == UndertakingState.DONE else '不办了'}：{text}。{outcome}")


def voted_anew(before: Mapping[str, Any], reason: str) -> str:
    """A voting that did not stand, with its counts and why it was held anew: 未通过：实到17，赞成7…；重新表决：票数记错."""
    if before.get("outcome") == Outcome.DEFERRED:
        return f"暂缓；重新表决的理由：{reason}"
    words = f"{'通过' if before.get('outcome') == Outcome.PASSED else '未通过'}：实到{before.get('present_count')}，"
    words += f"赞成{before.get('votes_for')}、反对{before.get('votes_against')}、弃权{before.get('votes_abstain')}"
    words += f"，回避{before['recused_count']}" if before.get("recused_count") else ""
    return f"{words}；重新表决的理由：{reason}"


def _when(meeting: Meeting) -> str:
    start = timezone.localtime(meeting.starts_at)
    return f"{start.month}月{start.day}日{start:%H:%M}"
