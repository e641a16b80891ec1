"""Whether, in a poll (投票规则): what is missing before it opens, what may still change, whose turn it is. Pure.

The count itself is rules/, which a citizen runs without any of this; here its rule becomes a frozen record.
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from hashlib import sha256
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from civic.rules import RuleBroken
from proposals.models import Project, ProjectState, Step
from proposals.round_rules import RoundRules
from voting.models import (
    POLL_MOVES,
    ActKind,
    ActState,
    AgeBand,
    BallotMethod,
    Openings,
    Poll,
    PollAct,
    PollState,
)
from voting.rules.model import Unusable
from voting.rules.records import ENGINE, canonical, from_json, record_named
from voting.rules.thresholds import YesNoTerms
from voting.rules.ties import TIES

YES_NO = "yes_no"
BANDS = {18: AgeBand.UNDER_18, 30: AgeBand.UNDER_30, 45: AgeBand.UNDER_45, 60: AgeBand.UNDER_60, 75: AgeBand.UNDER_75}
ASKED_IN = {  # where the poll stands when an act may be asked for and confirmed
    ActKind.OPEN: {PollState.DRAFT},
    ActKind.EXTEND: {PollState.OPEN},
    ActKind.CLOSE: {PollState.OPEN},
    ActKind.CANCEL: {PollState.DRAFT, PollState.OPEN},
    ActKind.ENROL: {PollState.OPEN},
    ActKind.PUBLISH: {PollState.COUNTED},
    ActKind.RECOUNT: {PollState.COUNTED, PollState.PUBLISHED},
}


@dataclass(frozen=True)
class Missing:
    """One thing a poll lacks before it can open (还缺什么)."""

    code: str
    text: str


@dataclass(frozen=True)
class Facts:
    """What readiness is judged by; ``keys`` says what is wrong with the key folder, empty when nothing is."""

    method: str
    projects: Sequence[tuple[str, str, Decimal | None]]
    budget_yuan: Decimal | None
    roll: int
    opens_at: datetime | None
    closes_at: datetime | None
    rule_is_whole: bool
    keys: str
    officers: int
    notice_days: int
    at: datetime
    is_hour: bool = False


def missing(facts: Facts) -> list[Missing]:
    """Everything the poll still lacks, named one by one (开放前检查). At its hour (``is_hour``) notice is past."""
    return [*_of_projects(facts), *_of_money(facts), *_of_dates(facts), *_of_the_rest(facts)]


def _of_projects(facts: Facts) -> Iterable[Missing]:
    least = 1 if facts.method == BallotMethod.YES_NO else 2
    if len(facts.projects) < least:
        said = _("参投项目至少要%(least)d个，现在%(count)d个") % {"least": least, "count": len(facts.projects)}
        yield Missing("projects", said)
    for code, state, cost in facts.projects:
        if state != ProjectState.IN_POLL:
            said = _("%(code)s现在是“%(state)s”，不在投票这一步")
            yield Missing("project_elsewhere", said % {"code": code, "state": ProjectState(state).label})
        if cost is None:
            yield Missing("cost", _("%(code)s没有核定金额") % {"code": code})
        elif facts.budget_yuan is not None and cost > facts.budget_yuan:
            yield Missing("cost_over_budget", _("%(code)s一项就超过一共的钱") % {"code": code})


def _of_money(facts: Facts) -> Iterable[Missing]:
    if facts.budget_yuan is None and facts.method != BallotMethod.YES_NO:
        yield Missing("budget", _("没有写一共多少钱"))


def _of_dates(facts: Facts) -> Iterable[Missing]:
    if facts.opens_at is None or facts.closes_at is None:
        yield Missing("dates", _("没有写开始和截止时间"))
        return
    if facts.closes_at <= facts.at:
        yield Missing("closes_at", _("截止时间已经过了"))
    if not facts.is_hour and facts.opens_at < facts.at + timedelta(days=facts.notice_days):
        said = _("开始时间离现在不到%(days)d天，来不及提前公布") % {"days": facts.notice_days}
        yield Missing("notice", said)


def _of_the_rest(facts: Facts) -> Iterable[Missing]:
    if facts.roll < 1:
        yield Missing("roll", _("名册还是空的"))
    if not facts.rule_is_whole:
        yield Missing("rule", _("计票规则和它的指纹对不上，请重新保存一次"))
    if facts.keys:
        yield Missing("keys", facts.keys)
    if facts.officers < 2:
        said = _("要两个人办，在岗的只有%(count)d人") % {"count": facts.officers}
        yield Missing("two_people", said)


def check_ready(lacking: Sequence[Missing]) -> None:
    """Nothing is missing (可以开放). RuleBroken names everything."""
    if lacking:
        said = "；".join(one.text for one in lacking)
        raise RuleBroken(_("还不能开放：%(missing)s") % {"missing": said}, code="not_ready")


def rule_record(
    method: str,
    count_rule: str,
    *,
    limit: int,
    budget_yuan: Decimal | None,
    commitment: str,
    terms: RoundRules,
    reserve: int = 0,
) -> tuple[dict[str, Any], str]:
    """The counting rule with every choice in it, and its SHA-256 (规则记录和指纹). RuleBroken for an unknown name.

    Ties are broken by cost, then score, then the public draw whose seed is committed to. A ranking earns the
    first ``limit`` places, ``limit`` points down to one.
    """
    if method == BallotMethod.YES_NO:
        shares = YesNoTerms(quorum_share=terms.quorum_share, majority_share=terms.pass_share)
        text = _canonical({"name": YES_NO, "engine": ENGINE} | asdict(shares))
        return json.loads(text), sha256(text.encode()).hexdigest()
    try:
        record = replace(
            record_named(count_rule),
            tie=replace(TIES["lot"], commitment=commitment),
            reserve=reserve,
            budget=None if budget_yuan is None else f"{budget_yuan:.2f}",
            score_vector=tuple(range(limit, 0, -1)) if method == BallotMethod.RANK else (),
        )
    except Unusable:
        raise RuleBroken(
            _("没有“%(rule)s”这个计票规则") % {"rule": count_rule}, code="unknown_rule", field="count_rule"
        ) from None
    return json.loads(canonical(record)), record.sha256


def reserve_places(route: Sequence[str], terms: RoundRules) -> int:
    """How many runners-up wait (候补): none where another step follows the poll, since who waits is recalled to approval."""
    after = route[route.index(Step.POLL) + 1 :]
    return terms.poll_reserve if after and after[0] == Step.APPROVAL else 0


def rule_is_whole(record: dict[str, Any], fingerprint: str) -> bool:
    """Whether a stored record still has its fingerprint (指纹对得上)."""
    if record.get("name") == YES_NO:
        return sha256(_canonical(record).encode()).hexdigest() == fingerprint
    try:
        return from_json(json.dumps(record)).sha256 == fingerprint
    except Unusable:
        return False


def _canonical(values: dict[str, Any]) -> str:
    """RFC 8785, as rules/records.py writes it: text, whole numbers, truth values and null only."""
    return json.dumps(values, default=str, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def usual_openings(method: str) -> Openings:
    """Sealed where a receipt would say all of a short ballot (逐项表决), open where ballots are lists anyway."""
    return Openings.SEALED if method == BallotMethod.YES_NO else Openings.OPEN


def counted_cost(project: Project) -> Decimal | None:
    """What a project costs in the count: as reviewed, else as estimated."""
    return project.reviewed_yuan or project.estimate_yuan


def poll_target(poll: Poll, action: str) -> str:
    """Where an action leads a poll. RuleBroken if it does not fit where the poll is."""
    sources, target = POLL_MOVES[action]
    if poll.state not in sources:
        raise _wrong_state(poll)
    return target


def check_can_change(poll: Poll, *, opening_stands: bool) -> None:
    """A draft may change until its opening is asked for (还能改)."""
    if poll.state != PollState.DRAFT:
        raise _wrong_state(poll)
    if opening_stands:
        raise RuleBroken(_("已经提请或确认开放，要改先退回开放"), code="opening_stands")


def check_moments(opens_at: datetime | None, closes_at: datetime | None) -> None:
    if opens_at is not None and closes_at is not None and closes_at <= opens_at:
        raise RuleBroken(_("截止时间要在开始时间之后"), code="closes_before_opening", field="closes_at")


def check_act(poll: Poll, kind: str, *, at: datetime, closes_at: datetime | None = None) -> None:
    """An act fits where the poll is now (现在能办). An extension comes before the close and moves it later only."""
    if poll.state not in ASKED_IN[ActKind(kind)]:
        raise _wrong_state(poll)
    if poll.state == PollState.OPEN and poll.closes_at is not None and poll.closes_at <= at:
        raise RuleBroken(_("投票已经截止"), code="poll_closed")
    if kind == ActKind.EXTEND and (closes_at is None or poll.closes_at is None or closes_at <= poll.closes_at):
        raise RuleBroken(_("延长要到原来的截止时间之后"), code="extends_backwards", field="closes_at")


def check_second_person(act: PollAct, person_id: int) -> None:
    """Who confirms is not who asked, nor whom it is about (双人办理)."""
    if person_id in {act.asked_by_id, act.person_id}:
        raise RuleBroken(_("要由另一个人确认"), code="same_person")


def check_waits(act: PollAct) -> None:
    if act.state != ActState.ASKED:
        raise RuleBroken(
            _("这件事现在是“%(state)s”，不用再办") % {"state": ActState(act.state).label}, code="act_settled"
        )


def check_can_refuse(act: PollAct, poll: Poll) -> None:
    """What is asked for may be refused or taken back; a confirmed opening, too, until the poll has begun (退回)."""
    begun = poll.state != PollState.DRAFT
    if act.state == ActState.CONFIRMED and act.kind == ActKind.OPEN and not begun:
        return
    check_waits(act)


def check_of_age(age: int | None, min_age: int) -> None:
    """Whoever is on the roll is old enough on the first day (年龄). An unknown age will not do where there is one."""
    if min_age and age is None:
        raise RuleBroken(_("请写年龄"), code="age_required", field="age")
    if age is not None and age < min_age:
        raise RuleBroken(
            _("到开始投票那天%(age)d岁，不到%(least)d岁") % {"age": age, "least": min_age},
            code="too_young",
            field="age",
        )


def check_evidence(evidence: str) -> None:
    if not evidence.strip():
        raise RuleBroken(_("请写明凭什么添加，比如看了户口簿"), code="evidence_required", field="evidence")


def age_on(birth: date, day: date) -> int:
    """Whole years on a day (周岁); who was born on 29 February has the birthday on 1 March."""
    return day.year - birth.year - ((day.month, day.day) < (birth.month, birth.day))


def band(age: int | None) -> str:
    """The age band (年龄段), empty for an unknown age."""
    if age is None:
        return ""
    return next((name for above, name in BANDS.items() if age < above), AgeBand.OLDER)


def day_of(moment: datetime) -> date:
    """The day of a moment where the poll is."""
    return moment.astimezone(timezone.get_default_timezone()).date()


def shuffled(codes: Iterable[str], *, commitment: str, voter: str) -> list[str]:
    """The projects' order for one voter (选项顺序): random, the same whenever they look, another for another voter.

    Who knows the poll's seed commitment and their own pseudonym can compute it anew; it tells nothing of a ballot.
    """
    return sorted(codes, key=lambda code: sha256(f"{commitment}\n{voter}\n{code}".encode()).digest())


def _wrong_state(poll: Poll) -> RuleBroken:
    said = _("投票现在是“%(state)s”，不能办这一步") % {"state": PollState(poll.state).label}
    return RuleBroken(said, code="wrong_state")
