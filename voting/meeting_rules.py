"""Whether, in a meeting (会议规则): notice, quorum, who may still vote, counts and outcomes. No query, no clock.

The numbers themselves are counted by rules/thresholds.py, as in a poll.
"""

from collections.abc import Collection, Iterable
from datetime import date, datetime, timedelta
from fractions import Fraction

from django.utils import timezone
from django.utils.translation import gettext as _

from civic.models import Person
from civic.rules import RuleBroken
from proposals.models import ProjectState
from proposals.round_rules import RoundRules
from voting.models import (
    ITEM_MOVES,
    MEETING_MOVES,
    AgendaItem,
    Choice,
    ItemState,
    Meeting,
    MeetingState,
    Outcome,
    PassBase,
    UndertakingState,
)
from voting.rules.thresholds import quorum

MONTHS = 12


class WrongState(RuleBroken):
    """The act does not fit where the meeting or the item is now (当前状态不能办)."""

    def __init__(self, message: str) -> None:
        super().__init__(message, code="wrong_state")


def _day(moment: datetime) -> date:
    """The day of a moment where the meeting is."""
    return moment.astimezone(timezone.get_default_timezone()).date()


def base_count(pass_base: str, *, present: int, due: int, recused: int) -> int:
    """What the votes for are measured against: those present or those due, less who stands aside (回避)."""
    return (due if pass_base == PassBase.DUE else present) - recused


def outcome(votes_for: int, needed: int) -> Outcome:
    return Outcome.PASSED if votes_for >= needed else Outcome.NOT_PASSED


def meeting_target(meeting: Meeting, action: str) -> str:
    """Where an action leads a meeting. Raises WrongState."""
    sources, target = MEETING_MOVES[action]
    if meeting.state not in sources:
        raise WrongState(_("会议现在是“%(state)s”，不能办这一步") % {"state": MeetingState(meeting.state).label})
    return target


def item_target(item: AgendaItem, action: str) -> str:
    """Where an action leads an agenda item. Raises WrongState."""
    sources, target = ITEM_MOVES[action]
    if item.state not in sources:
        raise WrongState(
            _("第%(order)d项现在是“%(state)s”，不能办这一步")
            % {"order": item.order, "state": ItemState(item.state).label}
        )
    return target


def check_notice(terms: RoundRules, *, starts_at: datetime, at: datetime) -> None:
    """Everyone hears of a meeting some days before (提前通知): whole days from the notice to the meeting's day."""
    days = (_day(starts_at) - _day(at)).days
    if starts_at < at:
        raise RuleBroken(_("开会时间已经过了，请改到以后"), code="meeting_in_the_past", field="starts_on")
    if days < terms.meeting_notice_days:
        raise RuleBroken(
            _("要提前%(needed)d天通知，这个时间只提前%(days)d天") % {"needed": terms.meeting_notice_days, "days": days},
            code="notice_too_short",
            field="starts_on",
        )


def check_agenda(states: Collection[str], already_listed: Collection[str], topic: str = "") -> None:
    """An agenda holds a project or something to talk over; all its projects wait for the assembly, on no other live agenda."""
    if not states and not topic.strip():
        raise RuleBroken(_("请至少选一个项目，或写下商量什么"), code="agenda_empty", field="projects")
    if any(state != ProjectState.FOR_ASSEMBLY for state in states):
        raise RuleBroken(_("有项目不在“待议事”，请刷新后再选"), code="agenda_wrong_state", field="projects")
    if already_listed:
        raise RuleBroken(
            _("%(codes)s 已列入另一次会议") % {"codes": "、".join(already_listed)},
            code="agenda_listed_twice",
            field="projects",
        )


def check_posts(teller: Person | None, monitor: Person | None) -> None:
    """The count is made by one and watched by another (计票人、监票人)."""
    if teller is not None and teller == monitor:
        raise RuleBroken(_("计票人和监票人不能是同一个人"), code="teller_is_monitor", field="monitor")


def check_meeting_day(meeting: Meeting, at: datetime) -> None:
    """Signing in and opening belong to the day that was given notice of (会议当天)."""
    if _day(meeting.starts_at) != _day(at):
        raise RuleBroken(_("会议当天才能签到和开会"), code="not_the_day")


def check_ready(terms: RoundRules, meeting: Meeting) -> None:
    """What a meeting must have before it opens: a teller, a monitor and, where required, the prior study (前置研究)."""
    if meeting.teller_id is None or meeting.monitor_id is None:
        raise RuleBroken(_("请先指定计票人和监票人"), code="posts_missing")
    if terms.prior_study_required and meeting.prior_on is None:
        raise RuleBroken(_("还没有记录党组织的前置研究，不能开会"), code="prior_study_missing")


def check_quorum(present: int, due: int, share: Fraction) -> None:
    """Below quorum nothing is decided (法定人数): says how many are missing."""
    if due < 1:
        raise RuleBroken(_("议事会还没有成员，不能开会"), code="no_members")
    missing = quorum(due, share) - present
    if missing > 0:
        raise RuleBroken(_("还差%(missing)d人，不能表决") % {"missing": missing}, code="no_quorum")


def check_missed(present: int, due: int, share: Fraction, *, starts_at: datetime, at: datetime) -> None:
    """A miss is recorded once the hour has come and too few are there (人数不足)."""
    if at < starts_at:
        raise RuleBroken(_("还没到开会时间"), code="too_early")
    if due > 0 and present >= quorum(due, share):
        raise RuleBroken(_("到会人数已经够了，可以开会"), code="quorum_reached")


def check_can_sign_in(meeting: Meeting, *, is_due: bool, at: datetime) -> None:
    """Members sign in on the day, before the meeting or while it sits, if they are due (应到)."""
    if meeting.state not in {MeetingState.CALLED, MeetingState.OPEN}:
        raise WrongState(_("会议现在是“%(state)s”，不能签到") % {"state": MeetingState(meeting.state).label})
    check_meeting_day(meeting, at)
    if not is_due:
        raise RuleBroken(_("不在这次会议的应到名册里"), code="not_due")


def check_can_untick(meeting: Meeting, items: Iterable[AgendaItem], *, since: datetime, has_voted: bool) -> None:
    """A sign-in is taken back until it counted (取消签到): nobody who voted is gone, no count stands on who was not there.

    ``since`` is when the member was signed in; an item counted after that is voted on anew first.
    """
    if meeting.state not in {MeetingState.CALLED, MeetingState.OPEN}:
        raise WrongState(_("会议现在是“%(state)s”，不能再改") % {"state": MeetingState(meeting.state).label})
    if has_voted:
        raise RuleBroken(_("这位成员已经投过票，签到不能取消"), code="member_voted")
    counted = [item.order for item in items if item.present_count is not None and (item.closed_at or since) >= since]
    if counted:
        raise RuleBroken(
            _("第%(order)d项按这个人到会算过票了。先重新表决那一项，再取消签到") % {"order": counted[0]},
            code="count_stands_on_it",
        )


def check_can_vote(item: AgendaItem, *, present: int, due: int) -> None:
    """A vote counts from the chair's opening to the chair's close, in a meeting with a quorum (表决期间)."""
    meeting = item.meeting
    if meeting.state in {MeetingState.CALLED, MeetingState.OPEN}:
        check_quorum(present, due, meeting.quorum_share)
    if meeting.state == MeetingState.CALLED:
        raise WrongState(_("主持人还没宣布开会"))
    if meeting.state != MeetingState.OPEN or item.state == ItemState.CLOSED:
        raise WrongState(_("主持人已经结束这一项的表决"))
    if item.state == ItemState.WAITING:
        raise WrongState(_("主持人还没开始这一项的表决"))


def check_can_recuse(item: AgendaItem, *, has_slip: bool) -> None:
    """Standing aside comes before the item is decided, and before an unnamed slip that cannot be taken back."""
    if item.meeting.state not in {MeetingState.CALLED, MeetingState.OPEN} or item.state == ItemState.CLOSED:
        raise WrongState(_("这一项已经表决完，不能再声明回避"))
    if has_slip:
        raise RuleBroken(_("不记名票已经投出，不能再声明回避"), code="slip_is_cast")


def check_can_open_item(item: AgendaItem, *, other_open: bool, voters: int) -> None:
    """One item at a time, in an open meeting, with somebody left to vote on it."""
    if item.meeting.state != MeetingState.OPEN:
        raise WrongState(_("会议现在是“%(state)s”，不能表决") % {"state": MeetingState(item.meeting.state).label})
    if other_open:
        raise RuleBroken(_("上一项还在表决，请先结束"), code="another_item_open")
    if voters < 1:
        raise RuleBroken(_("回避以后没有人可以表决，这一项只能暂缓"), code="nobody_may_vote")


def check_choice(choice: str) -> None:
    if choice not in Choice.values:
        raise RuleBroken(_("请选赞成、反对或弃权"), code="choice_required", field="choice")


def check_same_voting(item: AgendaItem, ballot: int | None) -> None:
    """A vote that waited for a network counts in the voting it was meant for, never in one held anew (重新表决)."""
    if ballot is not None and ballot != item.ballot:
        raise RuleBroken(
            _("第%(order)d项已经重新表决，这张票是给上一次的，没有计入。请再投一次") % {"order": item.order},
            code="voting_held_anew",
        )


def check_somebody_voted(cast: int) -> None:
    """An item nobody voted on is not lost, it was not put to the vote."""
    if cast < 1:
        raise RuleBroken(_("还没有人投票。举手表决请录入票数，不表决请暂缓"), code="nobody_voted")


def check_counts(*, votes_for: int, against: int, abstain: int, not_voted: int, present: int, recused: int) -> None:
    """Typed counts add up (赞成+反对+弃权+未投＝实到−回避): who is present is somewhere in them."""
    total, voters = votes_for + against + abstain + not_voted, present - recused
    if min(votes_for, against, abstain, not_voted) < 0 or total != voters:
        raise RuleBroken(
            _("四个数合计%(total)d，应为%(voters)d（实到%(present)d人，回避%(recused)d人）")
            % {"total": total, "voters": voters, "present": present, "recused": recused},
            code="counts_do_not_add_up",
            field="votes_for",
        )
    check_somebody_voted(votes_for + against + abstain)


def check_no_phone_votes(cast: int) -> None:
    if cast:
        raise RuleBroken(
            _("已有%(cast)d人用手机投票，不能再录入举手票数；请结束表决，或重新表决") % {"cast": cast},
            code="phones_voted",
        )


def check_all_decided(waiting: int) -> None:
    """A meeting closes when every item is voted on or put off (散会)."""
    if waiting:
        raise RuleBroken(_("还有%(waiting)d项没有结果，请表决或暂缓") % {"waiting": waiting}, code="items_waiting")


def check_can_note(meeting: Meeting) -> None:
    """Notes are written while the meeting sits and until its minutes are confirmed."""
    if meeting.state not in {MeetingState.OPEN, MeetingState.CLOSED}:
        raise WrongState(_("会议现在是“%(state)s”，不能改记录") % {"state": MeetingState(meeting.state).label})


def check_can_correct(meeting: Meeting) -> None:
    """Closed minutes are corrected beside them; before that they are simply mended (更正)."""
    if meeting.state != MeetingState.CONFIRMED:
        raise WrongState(_("纪要还没定稿，直接改就可以，不用更正"))


def check_promised_day(due_on: date, *, on: date) -> None:
    """What a meeting settles is promised for a day to come (哪天前办好)."""
    if due_on < on:
        raise RuleBroken(_("办好的日子不能早于今天"), code="promised_in_the_past", field="due_on")


def check_can_settle(before: str, after: str, outcome: str) -> None:
    """What became of it is said once, and in words (办得怎样)."""
    if before != UndertakingState.OPEN:
        raise WrongState(_("这件事已经办结，不能再改"))
    if after not in {UndertakingState.DONE, UndertakingState.DROPPED}:
        raise RuleBroken(_("请选“已办好”或“不办了”"), code="state_required", field="state")
    if not outcome.strip():
        raise RuleBroken(_("写一句办得怎样"), code="outcome_required", field="outcome")


def period(on: date, months: int) -> tuple[date, date]:
    """The first and the last day of the calendar period of so many months that holds this day (本季度 for 3)."""
    start = on.replace(month=(on.month - 1) // months * months + 1, day=1)
    following = start.month + months
    after = date(on.year + 1, 1, 1) if following > MONTHS else date(on.year, following, 1)
    return start, after - timedelta(days=1)


def assembly_owed(*, last: date | None, since: date, on: date, months: int) -> tuple[date, date] | None:
    """The period, first and last day, for which an assembly still owes a meeting (几个月至少开一次).

    None where one is held or called for the present period, or none is asked for. ``last`` is the day of its last
    meeting, ``since`` its own first day. What the period before left owing stays owed, and is overdue.
    Source: 村民委员会组织法 (2018) Art. 26, village representatives once a quarter; Cuiqian's council alike.
    """
    if months < 1:
        return None
    present = period(on, months)
    if last is not None and last >= present[0]:
        return None
    before = period(present[0] - timedelta(days=1), months)
    return present if max(last or since, since) >= before[0] else before


def check_can_prepare(meeting: Meeting) -> None:
    """Posts and prior study are settled before the meeting opens (会前准备)."""
    if meeting.state != MeetingState.CALLED:
        raise WrongState(_("会议现在是“%(state)s”，不能再改") % {"state": MeetingState(meeting.state).label})


def check_prior_study(meeting: Meeting, on: date, at: datetime) -> None:
    """The prior study comes before the meeting and is not dated ahead (前置研究)."""
    if on > _day(at):
        raise RuleBroken(_("日期不能晚于今天"), code="prior_study_ahead", field="on")
    if on > _day(meeting.starts_at):
        raise RuleBroken(_("前置研究要在开会以前"), code="prior_study_late", field="on")


def check_can_reconvene(meeting: Meeting, *, has_next: bool) -> None:
    """Only a missed attempt is called again, and only once (另行召集)."""
    if meeting.state != MeetingState.INQUORATE:
        raise WrongState(_("只有人数不足的会议才另行召集"))
    if has_next:
        raise RuleBroken(_("已经另行召集过了"), code="reconvened_already")
