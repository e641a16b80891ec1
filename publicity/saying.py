"""The words of the 现在 card (一句话说清): text made from a project's story, state by state. No query, no clock."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.utils.text import Truncator
from django.utils.timezone import localdate, localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from civic.templatetags.civic import day
from proposals.models import Project
from proposals.models import ProjectState as S
from publicity import steps
from publicity.queries.people import SYSTEM
from publicity.queries.story import Story
from voting import papers

ANSWER_MOST = 100  # characters of another unit's answer in the 现在 card; the record has it whole
WITH_REASON = {
    S.RETURNED: gettext_lazy("要补充材料：%(why)s。补齐后接着办，这段时间不计时。"),
    S.PAUSED: gettext_lazy("暂停：%(why)s。"),
    S.DECLINED: gettext_lazy("没有采纳：%(why)s。"),
    S.TERMINATED: gettext_lazy("终止：%(why)s。没用的钱退回资金池。"),
    S.RESERVE: gettext_lazy("列入候补：%(why)s。"),
}


@dataclass
class Now:
    """The five answers, as c-now-card reads them."""

    sentence: str
    unit: str
    sponsor: str
    chip: steps.Chip | None
    used: int | None
    limit: int | None
    amount_yuan: Decimal | None
    amount_word: str
    next: str
    missing: str
    tone: str


def now_card(story: Story, *, at: datetime) -> Now:
    """到哪一步了、谁在办、还剩几天、花多少钱、下一步是什么."""
    state, limit = story.project.state, story.project.limit_workdays
    timed = story.left is not None and state not in {S.PAUSED, S.COMPLETED}
    return Now(
        sentence=sentence(story, at=at),
        unit=story.unit,
        sponsor=story.sponsor,
        chip=_poll_chip(story, at) or steps.chip(state, left=story.left, limit=limit, passed=_passed(story, at)),
        used=limit - story.left if timed and limit is not None and story.left is not None else None,
        limit=limit if timed else None,
        amount_yuan=story.works.amount_yuan,
        amount_word=story.works.amount_word,
        next=next_step(story),
        missing=missing(story, at=at),
        tone="done" if state == S.COMPLETED else "halted" if state in steps.STOPPED | {S.PAUSED} else "",
    )


def _poll_chip(story: Story, at: datetime) -> steps.Chip | None:
    """The days a vote is still open: everybody's days, not the offices' working days."""
    closes_at = _votes_until(story, at)
    return None if closes_at is None else steps.Chip("till", (localdate(closes_at) - localdate(at)).days)


def _votes_until(story: Story, at: datetime) -> datetime | None:
    """When the vote on this project closes; none unless people can vote now."""
    poll = story.poll
    is_open = story.project.state == S.IN_POLL and poll is not None and papers.phase(poll, at) == "open"
    return poll.closes_at if is_open and poll is not None else None


def _passed(story: Story, at: datetime) -> bool:
    return story.due_on is not None and story.due_on < localtime(at).date()


def sentence(story: Story, *, at: datetime) -> str:
    """Where it is, in one plain sentence."""
    state, mover = S(story.project.state), story.mover
    if state in WITH_REASON and mover and mover.reason:
        return _halted(state, mover.reason, mover.rule) + _told_by(story) + _next_word(story, at)
    if state == S.MERGED and story.merged_into:
        return _merged(story.merged_into, story.seconding.count or 0)
    if state == S.TRANSFERRED and story.handed and story.handed.reply:
        said = Truncator(story.handed.reply.rstrip("。；;. ")).chars(ANSWER_MOST)
        return _("%(unit)s已经答复：%(said)s。") % {"unit": story.handed.transfer_to, "said": said}
    if state == S.TRANSFERRED and mover:
        return _("%(said)s。答复会写在这一页。") % {"said": mover.text}
    if state == S.FOR_ASSEMBLY and story.meeting:
        return _("%(at)s在%(place)s开居民议事会，讨论表决这件事。") % {
            "at": moment_words(story.meeting.starts_at),
            "place": story.meeting.place,
        }
    if state == S.ON_NOTICE and story.notice:
        return _on_notice(story, at)
    if closes_at := _votes_until(story, at):
        return _("居民正在投票，%(until)s截止。") % {"until": moment_words(closes_at)}
    if state == S.OBJECTED:
        return _("收到%(count)d条异议，正在答复。答复以前不会开工。") % {"count": story.open_objections}
    return story.works.progress or str(steps.NOW[state])


def _halted(state: S, reason: str, rule: str) -> str:
    why = f"{reason.rstrip('。；;. ')}（{rule}）" if rule else reason.rstrip("。；;. ")
    return str(WITH_REASON[state]) % {"why": why}


def _merged(target: Project, supporters: int) -> str:
    said = _("已并入%(code)s“%(title)s”。") % {"code": target.code, "title": target.title}
    return said + _("%(count)d位附议人的附议仍记在这里。") % {"count": supporters} if supporters else said


def _told_by(story: Story) -> str:
    """Who said so and when, for what stopped: 镇建设办3月2日说明."""
    mover = story.mover
    if mover is None or mover.who == SYSTEM or story.project.state == S.RETURNED:
        return ""
    told = {"who": mover.who, "day": day(mover.happened_at, "short")}
    if story.project.state == S.PAUSED:
        return _("原因由%(who)s于%(day)s说明。") % told
    return _("%(who)s %(day)s说明。") % told


def _next_word(story: Story, at: datetime) -> str:
    """The day a paused project promised its next word, and whether it was kept (再更新的日子)."""
    if story.project.state != S.PAUSED or story.due_on is None:
        return ""
    words = _("原定%(day)s前再更新，还没有更新。") if _passed(story, at) else _("%(day)s前再更新。")
    return words % {"day": day(story.due_on, "short")}


def _on_notice(story: Story, at: datetime) -> str:
    ends_at = story.notice.ends_at if story.notice else at
    until = moment_words(ends_at)
    if at > ends_at:
        return _("公示%(until)s到期。") % {"until": until}
    return _("公示到%(until)s。有不同意见，现在就能提，%(days)d个工作日内答复。") % {
        "until": until,
        "days": story.project.round.terms.objection_reply_workdays,
    }


def next_step(story: Story) -> str:
    """What comes next and when it is expected."""
    project = story.project
    answered = story.handed is not None and story.handed.reply
    if project.state in {S.DECLINED, S.TERMINATED} or answered:
        if story.objection_until is None:
            return _("异议期已过")
        return _("不同意的，可在%(until)s前提异议") % {"until": moment_words(story.objection_until)}
    if project.state == S.COMPLETED or project.state in steps.NEXT_OF_SIDE or not story.ahead:
        return steps.next_words(project.round.route, project.state, stood=story.stood)
    state, on = story.ahead[0]
    words = str(steps.COMING[S(state)])
    return _("%(words)s，预计%(day)s") % {"words": words, "day": day(on, "short")} if on else words


def missing(story: Story, *, at: datetime) -> str:
    """What the present step still lacks, said publicly."""
    if story.open_objections and story.notice and at > story.notice.ends_at:
        return _("公示期已满，还有%(count)d条异议没有答复，答复后才能开工。") % {"count": story.open_objections}
    return story.works.missing or story.lacking


def coming(story: Story) -> list[dict[str, object]]:
    """The steps ahead as the timeline shows them: words and an expected day."""
    return [{"text": str(steps.COMING[S(state)]), "on": on} for state, on in reversed(story.ahead)]


def today_words(moment: datetime) -> str:
    """A moment of today: 今天09:30."""
    return _("今天%(time)s") % {"time": f"{localtime(moment):%H:%M}"}


def moment_words(moment: datetime) -> str:
    """2月12日17:00."""
    return f"{day(moment, 'short')}{localtime(moment):%H:%M}"
