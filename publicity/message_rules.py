"""Who hears of what, and when (通知规则): one table of topics, one of events. No query, no request, no clock.

``TOPICS`` says for each kind of message who finds it in the inbox, who is told outside of it and how soon; ``ACTIONS``
says which events of the record are of which kind, and in which fixed words a text message names them. An event that
stands in neither becomes nobody's message. What officers hear (待办) is told by their desks, and each working morning by
``services.desk_digest``; what is late comes into the inbox of the office above (超期上报), as the event names it.
"""

from datetime import date, datetime, time, timedelta
from typing import Any, NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from civic.models import AuditEvent
from civic.rules import RuleBroken
from civic.telling import is_by_family
from publicity.models import Topic, Why

QUIET_FROM, QUIET_UNTIL = time(21), time(8)
DIGEST_AT = (0, time(9))  # Monday
DESK_FROM, DESK_UNTIL = time(8, 30), time(12)  # later than noon it is no morning's word any more
MOST_FOLLOWED = 500
KEPT_DAYS = 180  # 看过的消息留多久
TITLE_MOST = 12
WORDS_MOST = 30


class Called(NamedTuple):
    """Who is told by voice (电话任务): those without a phone of their own, and whether elders are as well."""

    why: tuple[Why, ...] = ()
    elders: bool = False


class Row(NamedTuple):
    """Who hears of a topic. Whoever is several things hears as the first of them.

    ``inbox``: these find it there. ``told``: these are told by text or chat too. ``asked``: only if they switched the
    topic on. ``weekly``: not one by one, but in the week's digest.
    """

    inbox: tuple[Why, ...]
    told: tuple[Why, ...] = ()
    asked: bool = False
    weekly: bool = False
    called: Called = Called()


PROPOSER, OBJECTOR, SECONDER = Why.PROPOSER, Why.OBJECTOR, Why.SECONDER
VOTER, FOLLOWER, NEARBY = Why.VOTER, Why.FOLLOWER, Why.NEARBY
PLACE, REMINDED, SUPERIOR, HELPED = Why.PLACE, Why.REMINDED, Why.SUPERIOR, Why.HELPED
REPORTER, JOINER, UNDERTAKER = Why.REPORTER, Why.JOINER, Why.UNDERTAKER
WATCHERS = (PROPOSER, SECONDER, FOLLOWER)
TOPICS = {
    Topic.INTAKE: Row(inbox=(PROPOSER, FOLLOWER), told=(PROPOSER,), called=Called((PROPOSER,))),
    Topic.CALL: Row(inbox=(REMINDED, PLACE), told=(REMINDED,)),
    Topic.VOTE: Row(inbox=(VOTER,), told=(VOTER,), asked=True),
    Topic.DECISION: Row(inbox=(*WATCHERS, PLACE), told=WATCHERS, asked=True),
    Topic.OBJECTION: Row(inbox=(OBJECTOR,), told=(OBJECTOR,), called=Called((OBJECTOR,))),
    Topic.WORKS: Row(inbox=(PROPOSER, FOLLOWER, PLACE), told=(PROPOSER,), called=Called((PROPOSER,), elders=True)),
    Topic.PROGRESS: Row(inbox=(FOLLOWER, PLACE), weekly=True),
    Topic.DONE: Row(
        inbox=(PROPOSER, SECONDER, FOLLOWER, PLACE, NEARBY),
        told=(PROPOSER, SECONDER),
        called=Called((PROPOSER, SECONDER), elders=True),
    ),
    Topic.FAMILY: Row(inbox=(HELPED,), told=(HELPED,)),
    Topic.BOARD: Row(inbox=(REPORTER, JOINER), told=(REPORTER,), called=Called((REPORTER,))),
    Topic.FILE: Row(inbox=(Why.ASKER,)),  # written by services.exports when the file is made
    Topic.NEARBY: Row(inbox=(), told=(NEARBY,), asked=True),  # what neighbours find there as DONE
    Topic.DESK: Row(inbox=()),  # services.desk_digest, to who holds an office
    Topic.ACCOUNT: Row(inbox=(Why.OWNER,)),
}


class Said(NamedTuple):
    """What an event is about and how a text message names it; ``also`` hear of it beyond the topic's own.

    ``inside``: in the inbox alone. ``reminds``: whoever asked to be reminded hears of it as that before all else.
    """

    topic: Topic
    words: str | Promise
    also: tuple[Why, ...] = ()
    inside: bool = False
    reminds: bool = False


WHOSE = {
    Why.PROPOSER: _("您提的"),
    Why.SECONDER: _("您附议的"),
    Why.OBJECTOR: _("您提过异议的"),
    Why.FOLLOWER: _("您关注的"),
    Why.PLACE: _("您关注的村居里的"),
    Why.REMINDED: _("您要的提醒"),
    Why.NEARBY: _("您村里的"),
    Why.VOTER: _("您在名册上"),
    Why.SUPERIOR: _("超期，报给您"),
    Why.HELPED: _("家里人替您办的"),
    Why.REPORTER: _("您报的"),
    Why.JOINER: _("您也碰到的"),
    Why.ASKER: _("您要的"),
    Why.OWNER: _("您的账号"),
    Why.UNDERTAKER: _("您答应办的"),
}
ACTIONS = {  # action, action>state it led to, or action<state it came from; the narrower one holds
    "project.advance": Said(Topic.INTAKE, _("进入下一步")),
    "project.advance>in_review": Said(Topic.INTAKE, _("已受理，部门正在预审")),
    "project.advance>for_assembly": Said(Topic.INTAKE, _("等居民议事会表决")),
    "project.advance>in_poll": Said(Topic.INTAKE, _("进入居民投票")),
    "project.write_down": Said(Topic.INTAKE, _("的录音已经听写好，写得不对请打电话")),
    "project.return": Said(Topic.INTAKE, _("要补充材料")),
    "project.complete": Said(Topic.INTAKE, _("材料已经补齐")),
    "project.decline": Said(Topic.INTAKE, _("没有采纳，原因和怎样提异议写在项目页")),
    "project.transfer": Said(Topic.INTAKE, _("已转给有关单位办理")),
    "project.misdirected": Said(Topic.INTAKE, _("转错了单位，退回重新受理")),
    "project.reply": Said(Topic.INTAKE, _("有了有关单位的答复")),
    "project.merge_proposed": Said(Topic.INTAKE, _("可能和另一个合并，不同意请在期限前说"), also=(SECONDER,)),
    "project.merge_refused": Said(Topic.INTAKE, _("不合并，接着单独办"), also=(SECONDER,)),
    "project.merge": Said(Topic.INTAKE, _("已并入另一个项目"), also=(SECONDER,)),
    "project.unmerge": Said(Topic.INTAKE, _("的合并已经撤销"), also=(SECONDER,)),
    "project.withdraw": Said(Topic.INTAKE, _("已由提议人撤回")),
    "round.opened": Said(Topic.CALL, _("开始征集提议"), reminds=True),
    "poll.opened": Said(Topic.VOTE, _("已经开始"), also=(PLACE,), reminds=True),
    "poll.last_day": Said(
        Topic.VOTE, _("还有不到24小时截止"), inside=True
    ),  # voting reminds who asked or switched it on, and has not voted
    "poll.extended": Said(Topic.VOTE, _("延长了截止时间")),
    "poll.cancelled": Said(Topic.VOTE, _("已经取消")),
    "project.advance>for_approval": Said(Topic.DECISION, _("通过了，等镇街审批金额")),
    "project.advance>on_notice": Said(Topic.DECISION, _("已经批准，正在公示")),
    "project.advance>awaiting_start": Said(Topic.DECISION, _("公示结束，准备开工")),
    "project.decline<in_poll": Said(Topic.DECISION, _("居民投票没有入选")),
    "project.reserve": Said(Topic.DECISION, _("列入候补")),
    "project.recall": Said(Topic.DECISION, _("候补递补，重新审批")),
    "project.object": Said(Topic.DECISION, _("收到异议，正在答复")),
    "project.answer": Said(Topic.OBJECTION, _("异议已经答复"), also=WATCHERS),
    "project.reopen": Said(Topic.OBJECTION, _("异议成立，重新办理"), also=WATCHERS),
    "project.send_back": Said(Topic.OBJECTION, _("退回重办"), also=WATCHERS),
    "objection.reply": Said(Topic.OBJECTION, _("已经答复")),
    "objection.recheck": Said(Topic.OBJECTION, _("复核已经答复")),
    "project.start": Said(Topic.WORKS, _("已开工")),
    "project.pause": Said(Topic.WORKS, _("已暂停")),
    "project.resume": Said(Topic.WORKS, _("恢复办理")),
    "project.terminate": Said(Topic.WORKS, _("已终止")),
    "milestone.finish": Said(Topic.PROGRESS, _("完成一个里程碑")),
    "milestone.reschedule": Said(Topic.PROGRESS, _("改了日期")),
    "change.agree": Said(Topic.PROGRESS, _("有一项变更")),
    "change.approve": Said(Topic.PROGRESS, _("有一项变更")),
    "project.overdue": Said(Topic.PROGRESS, _("超期了"), also=(SUPERIOR,)),
    "contact.overdue": Said(Topic.PROGRESS, _("过了答应联系提议人的日子"), also=(SUPERIOR,)),
    "review.overdue": Said(Topic.PROGRESS, _("预审超期了"), also=(SUPERIOR,)),
    "objection.overdue": Said(Topic.PROGRESS, _("异议答复超期了"), also=(SUPERIOR,)),
    "contract.filing_overdue": Said(Topic.PROGRESS, _("合同备案超期了"), also=(SUPERIOR,)),  # filing.overdue of old
    "filing.overdue": Said(Topic.PROGRESS, _("合同备案超期了"), also=(SUPERIOR,)),
    "fix.overdue": Said(Topic.PROGRESS, _("整改超期了"), also=(SUPERIOR,)),
    "disclosure.publish": Said(Topic.PROGRESS, _("公开了一期进展和用钱情况")),
    "disclosure.overdue": Said(Topic.PROGRESS, _("该公开的还没公开，超期了"), also=(SUPERIOR,)),
    "disclosure.near_due": Said(Topic.DESK, _("该公开的快到期了"), also=(SUPERIOR,), inside=True),
    "account.overdue": Said(Topic.DESK, _("还没上墙，超期了"), also=(SUPERIOR,), inside=True),
    "account.near_due": Said(Topic.DESK, _("快到上墙的日子了"), also=(SUPERIOR,), inside=True),
    "project.near_due": Said(Topic.DESK, _("快到期了"), also=(SUPERIOR,), inside=True),
    "review.near_due": Said(Topic.DESK, _("预审快到期了"), also=(SUPERIOR,), inside=True),
    "objection.near_due": Said(Topic.DESK, _("异议答复快到期了"), also=(SUPERIOR,), inside=True),
    "fix.near_due": Said(Topic.DESK, _("整改快到期了"), also=(SUPERIOR,), inside=True),
    "filing.near_due": Said(Topic.DESK, _("合同备案快到期了"), also=(SUPERIOR,), inside=True),
    "contact.near_due": Said(Topic.DESK, _("快到答应联系提议人的日子了"), also=(SUPERIOR,), inside=True),
    "meeting.undertaken": Said(Topic.DESK, _("开会议定，由您来办"), also=(UNDERTAKER,), inside=True),
    "undertaking.near_due": Said(Topic.DESK, _("快到期了"), also=(UNDERTAKER, SUPERIOR), inside=True),
    "undertaking.overdue": Said(Topic.DESK, _("超期了"), also=(UNDERTAKER, SUPERIOR), inside=True),
    "project.say_more": Said(Topic.PROGRESS, _("还在暂停，有新说明")),
    "project.finish": Said(Topic.DONE, _("已完工，等居民验收")),
    "project.fail": Said(Topic.DONE, _("验收发现问题，正在整改")),
    "project.recheck": Said(Topic.DONE, _("整改完毕，申请复验")),
    "project.accept": Said(Topic.DONE, _("验收合格，请您评一评")),
    "follow_up.visit": Said(Topic.DONE, _("有人回头看过，请您再评一评")),
    "demand.write_down": Said(Topic.BOARD, _("的录音已经听写好，写得不对请打电话")),
    "demand.take_in": Said(Topic.BOARD, _("已受理，答应的日子写在这一页")),
    "demand.word": Said(Topic.BOARD, _("有新进展"), inside=True),
    "demand.extend": Said(Topic.BOARD, _("改了答应的日子，理由写在这一页")),
    "demand.finish": Said(Topic.BOARD, _("已办理，解决了没有请您说一声")),
    "demand.confirm": Said(Topic.BOARD, _("已解决")),
    "demand.deny": Said(Topic.BOARD, _("还没有解决，重新办")),
    "demand.reopen": Said(Topic.BOARD, _("重新打开，时限重新算")),
    "demand.explain": Said(Topic.BOARD, _("有了说明")),
    "demand.hand_on": Said(Topic.BOARD, _("已转12345热线")),
    "demand.to_project": Said(Topic.BOARD, _("已转为项目，进度写在项目页")),
}


BY_FAMILY = {  # what one of the family hands in for somebody (代办), told to her alone; what she then hears of it is above
    "project.submit": Said(Topic.FAMILY, _("已提交提议")),
    "seconding.add": Said(Topic.FAMILY, _("已附议")),
    "seconding.withdraw": Said(Topic.FAMILY, _("已取消附议")),
    "demand.report": Said(Topic.FAMILY, _("已报上民声黑板")),
}


OF_ACCOUNT = {  # what an administrator did with somebody's account, told to its owner alone
    "civic.second_factor.reset": Said(
        Topic.ACCOUNT, _("系统管理员重设了登录第二步，原来的身份验证器和备用码都作废了。")
    ),
}


NEAR = (
    "project.near_due",
    "review.near_due",
    "objection.near_due",
    "fix.near_due",
    "filing.near_due",
    "account.near_due",
    "contact.near_due",
    "disclosure.near_due",
    "undertaking.near_due",
)
OF_DUTY = (UNDERTAKER, SUPERIOR)  # who hears of what is late or near though the public does not read it


def whose(why: Why, action: str) -> str:
    """For which part somebody hears of it, in words (您关注的); what is only near its day is not late."""
    return gettext("快到期，提醒您") if action in NEAR and why == SUPERIOR else str(WHOSE[why])


def heard_of(event: AuditEvent) -> Said | None:
    """What is told of an event: of a public one by the table, of what the family handed in for somebody, of one's account.

    Of lateness that the rules keep out of the public record hear only those to whom it is told (超期上报).
    """
    if event.action in OF_ACCOUNT:
        return OF_ACCOUNT[event.action]
    if is_by_family(event) and event.action in BY_FAMILY:
        return BY_FAMILY[event.action]
    said = said_of(event.action, event.before, event.after)
    if said is None or event.is_public:
        return said
    told = tuple(why for why in said.also if why in OF_DUTY)
    return Said(Topic.DESK, said.words, also=told, inside=True) if told else None


def said_of(action: str, before: Any, after: Any) -> Said | None:
    """What the table says of an event; None where it is nobody's message."""
    key = key_of(action, before, after)
    return ACTIONS[key] if key else None


def key_of(action: str, before: Any, after: Any) -> str:
    """The table's key of an event; "" where it is nobody's message."""
    narrower = (f"{action}>{_state(after)}", f"{action}<{_state(before)}", action)
    return next((key for key in narrower if key in ACTIONS), "")


def _state(values: Any) -> str:
    return str(values.get("state", "")) if isinstance(values, dict) else ""


def heard_by(said: Said) -> tuple[Why, ...]:
    """In whose inbox it comes, the first part counting."""
    reminded = (REMINDED,) if said.reminds else ()
    return tuple(dict.fromkeys((*reminded, *TOPICS[said.topic].inbox[:1], *said.also, *TOPICS[said.topic].inbox[1:])))


def topic_of(said: Said, why: Why) -> Topic:
    """Of which kind a message is: a reminder is one, whatever opened; what is done nearby, one of its own."""
    return {REMINDED: Topic.CALL, NEARBY: Topic.NEARBY}.get(why, said.topic)


def told_by_default(topic: str) -> bool:
    """Whether text messages of a topic come without having been asked for."""
    return not TOPICS[Topic(topic)].asked


def after_quiet(local: datetime) -> datetime:
    """The moment itself, or 8:00 where it falls between 21:00 and 8:00 (免打扰). ``local`` is wall-clock time."""
    if QUIET_UNTIL <= local.time() < QUIET_FROM:
        return local
    day = local.date() + timedelta(days=local.time() >= QUIET_FROM)
    return datetime.combine(day, QUIET_UNTIL, tzinfo=local.tzinfo)


def digest_week(local: datetime) -> date | None:
    """The Monday whose digest is due: from 9:00 on, until the quiet hours of that day; None at any other time."""
    weekday, since = DIGEST_AT
    due = local.weekday() == weekday and since <= local.time() < QUIET_FROM
    return local.date() if due else None


def is_desk_time(local: datetime) -> bool:
    """Whether officers are told what waits for them (每天8:30); of a working day."""
    return DESK_FROM <= local.time() < DESK_UNTIL


def shortened(text: str, most: int) -> str:
    """Words no longer than a text message can carry."""
    return text if len(text) <= most else f"{text[: most - 1]}…"


def check_is_village(is_village: bool) -> None:
    """Only a village is followed (只关注村居): of a whole town too much would come."""
    if not is_village:
        raise RuleBroken(gettext("只能关注村居。请从镇街的页面选一个村居。"), code="follows_villages")


def check_can_follow(followed: int) -> None:
    """Nobody follows without end (关注上限)."""
    if followed >= MOST_FOLLOWED:
        raise RuleBroken(
            gettext("已经关注了%(most)d个，请先取消几个") % {"most": MOST_FOLLOWED}, code="follows_too_many"
        )


WORDED = tuple(key for key, said in ACTIONS.items() if TOPICS[said.topic].told and not said.inside)
"""The events that are told one by one outside of the inbox: their words can be changed (通知用语)."""
SWITCHABLE = tuple(topic for topic, row in TOPICS.items() if row.told or row.weekly)
"""The topics that are ever told outside of the inbox, and can be switched on and off there."""


def switchable(*, is_office: bool) -> tuple[Topic, ...]:
    """What a person can switch on and off; who holds an office, the morning's digest too (每日待办汇总)."""
    return (*SWITCHABLE, Topic.DESK) if is_office else SWITCHABLE
