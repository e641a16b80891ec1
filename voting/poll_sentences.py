"""What the public reads of polls (公开的话): when, by which rule, who may vote, and why something was changed. Pure.

As in voting.sentences, the record is kept in the place's own language, so nothing here is translated.
"""

from datetime import datetime

from django.utils import timezone

from proposals.sentences import clip, yuan
from voting.models import ActKind, BallotMethod, Poll

ACTS = {
    ActKind.OPEN: "开放投票",
    ActKind.EXTEND: "延长投票",
    ActKind.CLOSE: "提前截止",
    ActKind.CANCEL: "取消投票",
    ActKind.ENROL: "投票开始后补进名册",
    ActKind.PUBLISH: "公布投票结果",
    ActKind.RECOUNT: "重新计票",
}


def when(moment: datetime | None) -> str:
    """6月20日8:00, as it is said."""
    if moment is None:
        return "（时间没定）"
    local = timezone.localtime(moment)
    return f"{local.month}月{local.day}日{local.hour}:{local:%M}"


def how(poll: Poll) -> str:
    """The method in one line: 每人最多选5项."""
    money = "" if poll.budget_yuan is None else f"一共{yuan(poll.budget_yuan)}"
    said = {
        BallotMethod.CHOOSE: f"每人最多选{poll.limit}项",
        BallotMethod.BUDGET: "选到钱用完为止",
        BallotMethod.POINTS: f"每人{poll.limit}分，每项最多{poll.project_max}分",
        BallotMethod.RANK: f"按喜欢的先后排，最多{poll.limit}项",
        BallotMethod.YES_NO: "逐项赞成或反对",
    }[BallotMethod(poll.method)]
    return "，".join(part for part in (money, said) if part)


def prepared(poll: Poll, projects: int) -> str:
    return f"筹备居民投票：{projects}个项目，{how(poll)}"


def changed(poll: Poll) -> str:
    return f"修改投票安排：{how(poll)}，{when(poll.opens_at)}到{when(poll.closes_at)}"


def listed(projects: int) -> str:
    return f"调整参投项目，现在{projects}个"


def asked(kind: str) -> str:
    return f"提请{ACTS[ActKind(kind)]}，等另一人确认"


def refused(kind: str) -> str:
    return f"{ACTS[ActKind(kind)]}已退回"


def to_open(poll: Poll, roll: int) -> str:
    return f"定于{when(poll.opens_at)}开始投票，{when(poll.closes_at)}截止；{how(poll)}；名册{roll}人"


def extended(poll: Poll) -> str:
    return f"投票延长到{when(poll.closes_at)}"


def opened(poll: Poll) -> str:
    return f"开始投票：名册{poll.roll_size}人，{when(poll.closes_at)}截止"


def closed(*, early: bool, is_seed_known: bool) -> str:
    said = f"投票{'提前' if early else ''}截止，等待计票"
    return f"{said}；抽签种子已公开" if is_seed_known else said


def rewritten() -> str:
    return "选票已打乱重写，先后顺序不再留存"


def seed_shown() -> str:
    return "抽签种子已公开"


def cancelled() -> str:
    return "投票取消"


def in_poll(poll: Poll) -> str:
    """On each project's page: 交居民投票，6月30日20:00截止."""
    return f"交居民投票，{when(poll.closes_at)}截止"


def roll_imported(*, added: int, total: int) -> str:
    return f"导入投票名册{added}人，现在{total}人"


def roll_from_residents(*, added: int, total: int) -> str:
    return f"已核对身份的居民{added}人进入名册，现在{total}人"


def enrolled(*, late: bool) -> str:
    return f"{'投票开始后' if late else ''}名册添加1人，凭据已核对"


def struck(total: int) -> str:
    return f"名册移出1人，现在{total}人"


def rule(poll: Poll) -> str:
    """What an event of the poll names as its rule: 《办法》："""
    return clip(f"《{poll.round.terms.rule_book}》：{how(poll)}")
