"""The life of a poll (投票): prepared, opened and closed by the clock, cancelled. ``_move`` alone assigns ``Poll.state``.

What takes two people is asked for and confirmed in services/poll_acts.py, which calls ``extend``, ``close_early`` and
``cancel`` here. The poll's row is locked first, then its acts, then projects in key order. The ballot box lies in
another database: it is opened before and closed before the row here says so, and either is safe to repeat.
"""

import logging
from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from civic.audit import record
from civic.models import Area, Person
from civic.models.record import Kind
from civic.moments import by_database, now
from civic.offices import over
from civic.rules import RuleBroken
from proposals.models import Project, Round, Step
from proposals.services import moves
from voting import poll_queries as queries
from voting import poll_rules as rules
from voting import poll_sentences as sentences
from voting.ballot_rules import Style
from voting.models import LIVE_POLLS, ActState, BallotMethod, Poll, PollProject
from voting.paper_queries import polls_whose_paper_waits
from voting.permissions import POLL_OFFICE
from voting.services import seeds, urn

log = logging.getLogger("weishishi.polls")
CHANGEABLE = frozenset(
    {"budget_yuan", "opens_at", "closes_at", "method", "limit", "project_max", "min_age", "count_rule", "openings"}
)


def locked(poll: Poll) -> Poll:
    """The poll as it is now, held until the transaction ends."""
    return Poll.objects.select_for_update(of=("self",)).select_related("round", "area").get(pk=poll.pk)


def clock_says(poll: Poll) -> datetime:
    """The moment by the database's own clock."""
    moment: datetime = Poll.objects.filter(pk=poll.pk).values_list(by_database(), flat=True).get()
    return moment


@transaction.atomic
def prepare(
    round: Round,
    area: Area,
    *,
    by: Person | str,
    budget_yuan: Decimal | None = None,
    opens_at: datetime | None = None,
    closes_at: datetime | None = None,
    mark: str = "",
) -> Poll:
    """Begin a poll on all that stands in the round's poll step in a place (筹备投票), by the round's own rules."""
    round = Round.objects.select_for_update(of=("self",)).select_related("area").get(pk=round.pk)
    _check_place(round, area)
    rules.check_moments(opens_at, closes_at)
    terms = round.terms
    poll = Poll(
        round=round,
        area=area,
        method=terms.ballot_method,
        limit=terms.ballot_limit,
        project_max=terms.ballot_project_max,
        budget_yuan=budget_yuan,
        min_age=terms.vote_min_age,
        openings=rules.usual_openings(terms.ballot_method),
        count_rule=terms.count_rule,
        seed_commitment=seeds.make(),
        opens_at=opens_at,
        closes_at=closes_at,
        mark=mark,
    )
    _fix_rule(poll)
    poll.full_clean()
    poll.save(force_insert=True)
    projects = list(queries.waiting_for_poll(round, area))
    _list(poll, projects)
    note(poll, "poll.prepared", by=by, sentence=sentences.prepared(poll, len(projects)), rule=sentences.rule(poll))
    return poll


@transaction.atomic
def change(poll: Poll, *, by: Person | str, **values: Any) -> Poll:
    """Change how and when is voted (改投票安排), while it is a draft whose opening nobody asked for.

    ``values``: any of CHANGEABLE. ValidationError names what no poll can have; RuleBroken what this one cannot.
    """
    if not values.keys() <= CHANGEABLE:
        raise TypeError(f"not of a poll: {values.keys() - CHANGEABLE}")
    poll = locked(poll)
    check_can_change(poll)
    if values.get("min_age", poll.min_age) != poll.min_age and poll.roll.exists():
        raise RuleBroken(_("名册里已经有人，不能再改年龄"), code="roll_begun", field="min_age")
    before = {name: getattr(poll, name) for name in values}
    for name, value in values.items():
        setattr(poll, name, value)
    rules.check_moments(poll.opens_at, poll.closes_at)
    _fix_rule(poll)
    poll.full_clean()
    poll.save()
    note(poll, "poll.changed", by=by, before=before, after=values, sentence=sentences.changed(poll))
    return poll


@transaction.atomic
def list_projects(poll: Poll, projects: Iterable[Project], *, by: Person | str) -> Poll:
    """Settle which projects are voted on (调整参投项目), with their costs as they are now. RuleBroken for a stranger."""
    poll = locked(poll)
    check_can_change(poll)
    before = list(poll.entries.values_list("project__code", flat=True))
    poll.entries.all().delete()
    wanted = {project.pk for project in projects}
    found = [project for project in queries.waiting_for_poll(poll.round, poll.area) if project.pk in wanted]
    if len(found) < len(wanted):
        raise RuleBroken(_("只能列本轮次、本地方正等投票的项目"), code="not_waiting", field="projects")
    _list(poll, found)
    after = [project.code for project in found]
    note(poll, "poll.listed", by=by, before=before, after=after, sentence=sentences.listed(len(found)))
    return poll


def check_can_change(poll: Poll) -> None:
    rules.check_can_change(poll, opening_stands=queries.standing_opening(poll) is not None)


def readiness(poll: Poll, *, is_hour: bool = False) -> list[rules.Missing]:
    """What is still missing before the poll can open (开放前检查), named one by one; nothing means ready."""
    entries = queries.poll_projects(poll)
    return rules.missing(
        rules.Facts(
            method=poll.method,
            projects=[(one.project.code or "", one.project.state, one.cost_yuan) for one in entries],
            budget_yuan=poll.budget_yuan,
            roll=poll.roll.count(),
            opens_at=poll.opens_at,
            closes_at=poll.closes_at,
            rule_is_whole=rules.rule_is_whole(poll.rule_record, poll.rule_hash),
            keys=seeds.trouble(poll.seed_commitment),
            officers=len({office.person_id for office in over([poll.area_id], POLL_OFFICE)}),
            notice_days=poll.round.terms.poll_notice_days,
            at=clock_says(poll),
            is_hour=is_hour,
        )
    )


def open_due(*, by: str) -> int:
    """Open every poll whose confirmed hour has come (到点开放); how many. One that is not ready stays and is logged."""
    return sum(done(pk, open_poll, by=by) for pk in queries.polls_due_to_open().values_list("pk", flat=True))


def close_due(*, by: str) -> int:
    """Close every poll whose last second is over (到点截止); how many."""
    return sum(done(pk, close_poll, by=by) for pk in queries.polls_due_to_close().values_list("pk", flat=True))


def show_due_seeds(*, by: str) -> int:
    """Make the seeds known that could not be read at the close, the key folder being away (补公开种子); how many."""
    return sum(done(pk, show_seed, by=by) for pk in queries.polls_without_seed().values_list("pk", flat=True))


def rewrite_due(*, by: str) -> int:
    """Have every closed box written anew, so that no order of coming remains (打乱重写); how many."""
    return sum(done(pk, rewrite_box, by=by) for pk in _boxes_to_rewrite())


@transaction.atomic
def open_poll(pk: int, *, by: str) -> bool:
    """Open one poll at its hour (开始投票): the roll is counted and frozen. False if another scheduler has it."""
    poll = queries.polls_due_to_open().select_for_update(of=("self",), skip_locked=True).filter(pk=pk).first()
    if poll is None:
        return False
    rules.check_ready(readiness(poll, is_hour=True))
    poll.roll_size, poll.opened_at = poll.roll.count(), now()
    _open_box(poll)
    event: dict[str, Any] = {
        "after": {"roll_size": poll.roll_size, "rule_hash": poll.rule_hash, "seed_commitment": poll.seed_commitment},
        "rule": sentences.rule(poll),
    }
    _move(poll, "open", "poll.opened", by=by, sentence=sentences.opened(poll), **event)
    _tell_projects(poll, "poll.project_in_poll", by=by, sentence=sentences.in_poll(poll))
    return True


@transaction.atomic
def close_poll(pk: int, *, by: str) -> bool:
    """Close one poll after its last second (截止): the seed becomes public. False if another scheduler has it."""
    poll = queries.polls_due_to_close().select_for_update(of=("self",), skip_locked=True).filter(pk=pk).first()
    if poll is None:
        return False
    _close(poll, by=by, early=False)
    return True


@transaction.atomic
def show_seed(pk: int, *, by: str) -> bool:
    """Make a closed poll's seed known (公开抽签种子). RuleBroken while it cannot be read; False if it is known."""
    poll = queries.polls_without_seed().select_for_update(of=("self",), skip_locked=True).filter(pk=pk).first()
    if poll is None:
        return False
    poll.seed = seeds.reveal(poll.seed_commitment)
    poll.save(update_fields=["seed"])
    note(poll, "poll.seed_shown", by=by, sentence=sentences.seed_shown(), after={"seed": poll.seed})
    return True


@transaction.atomic
def rewrite_box(pk: int, *, by: str) -> bool:
    """Have the ballots of one closed poll written anew in an order that tells nothing (打乱重写)."""
    poll = locked(Poll(pk=pk))
    if pk not in _boxes_to_rewrite():
        return False
    note(poll, "poll.box_rewritten", by=by, sentence=sentences.rewritten())
    urn.rewrite(poll=pk)
    return True


def extend(poll: Poll, closes_at: datetime, *, by: Person, **event: Any) -> None:
    """Move the close to later (延长投票); the caller holds the row and two people agreed."""
    before, poll.closes_at = poll.closes_at, closes_at
    poll.save(update_fields=["closes_at"])
    urn.move_close(poll=poll.pk, closes_at=closes_at)
    moment = {"before": {"closes_at": before}, "after": event.pop("after", {}) | {"closes_at": closes_at}}
    note(poll, "poll.extended", by=by, kind=Kind.DECISION, sentence=sentences.extended(poll), **moment, **event)
    _tell_projects(poll, "poll.project_in_poll", by=by, sentence=sentences.in_poll(poll))


def close_early(poll: Poll, *, by: Person, **event: Any) -> None:
    """Close before the planned second (提前截止); the caller holds the row and two people agreed."""
    _close(poll, by=by, early=True, **event)


def cancel(poll: Poll, *, by: Person, **event: Any) -> None:
    """Call the poll off (取消投票); its box is closed uncounted. The caller holds the row and two people agreed."""
    rules.poll_target(poll, "cancel")
    if poll.opened_at is not None:
        _close_box(poll, early=True)
    _move(poll, "cancel", "poll.cancelled", by=by, sentence=sentences.cancelled(), **event)
    _tell_projects(poll, "poll.project_out", by=by, sentence=sentences.cancelled(), reason=event.get("reason", ""))
    _lapse(poll)


def note(poll: Poll, action: str, *, by: Person | str, kind: Kind = Kind.DAILY, **event: Any) -> None:
    """Leave an event on the poll's record; what only prepares it is daily business."""
    record(action, by=by, on=poll, roles=POLL_OFFICE, kind=kind, **({"mark": poll.mark} | event))


def counted(poll: Poll, *, by: str, **event: Any) -> None:
    """The count stands (计票完毕); the caller holds the row."""
    _move(poll, "count", "poll.counted", by=by, **event)


def published(poll: Poll, *, by: Person, **event: Any) -> None:
    """The result is public (公布结果); the caller holds the row and two people agreed."""
    _move(poll, "publish", "poll.published", by=by, **event)


def _close(poll: Poll, *, by: Person | str, early: bool, **event: Any) -> None:
    """Nothing holds up a close, not even a seed that cannot be read: it is made known as soon as it can be."""
    rules.poll_target(poll, "close")
    _close_box(poll, early=early)
    is_known = not seeds.trouble(poll.seed_commitment)
    poll.seed, poll.closed_at = seeds.reveal(poll.seed_commitment) if is_known else "", now()
    event["after"] = event.get("after", {}) | {"seed": poll.seed}
    sentence = sentences.closed(early=early, is_seed_known=is_known)
    _move(poll, "close", "poll.closed", by=by, sentence=sentence, **event)
    _tell_projects(poll, "poll.project_closed", by=by, sentence=sentence)
    _lapse(poll)


def _move(poll: Poll, move: str, action: str, *, by: Person | str, **event: Any) -> None:
    """Set the state and leave the event; the caller holds the row."""
    before, poll.state = poll.state, rules.poll_target(poll, move)
    poll.save()
    after = event.pop("after", {}) | {"state": poll.state}
    note(poll, action, by=by, kind=Kind.DECISION, before={"state": before}, after=after, **event)


def _lapse(poll: Poll) -> None:
    """What still waited for a second person is past (已失效)."""
    for act in poll.acts.select_for_update().filter(state=ActState.ASKED):
        act.state, act.settled_at = ActState.LAPSED, now()
        act.save(update_fields=["state", "settled_at"])


def done(pk: int, act: Any, *, by: str) -> bool:
    """One poll that cannot be opened or closed does not hold up the others; it is tried again next minute."""
    try:
        return bool(act(pk, by=by))
    except RuleBroken as fault:
        log.error("%s of poll %s: %s", act.__name__, pk, fault)
    except Exception:  # named in the log, as the clock does with its jobs
        log.exception("%s of poll %s", act.__name__, pk)
    return False


def _boxes_to_rewrite() -> set[int]:
    """Closed boxes that nothing more comes into: paper ballots are put in first."""
    return queries.boxes_to_rewrite() - set(polls_whose_paper_waits().values_list("pk", flat=True))


def _open_box(poll: Poll) -> None:
    """The urn's half of the opening (开箱). ValueError unless dates and roll are settled."""
    if poll.opens_at is None or poll.closes_at is None or poll.roll_size is None:
        raise ValueError("a poll opens with its dates and its roll settled")
    urn.open_box(
        poll=poll.pk,
        style=_style(poll),
        opens_at=poll.opens_at,
        closes_at=poll.closes_at,
        roll_size=poll.roll_size,
        openings=poll.openings,
        facts={"rule_hash": poll.rule_hash, "seed_commitment": poll.seed_commitment},
    )


def _close_box(poll: Poll, *, early: bool) -> None:
    """The urn's half of the close (封箱). A box that closed early while the row here did not is past its close."""
    try:
        if early:
            urn.move_close(poll=poll.pk, closes_at=None)
    except RuleBroken as refused:
        if refused.code != "vote_closed":
            raise
    urn.close_box(poll=poll.pk)


def _style(poll: Poll) -> Style:
    """What a ballot of this poll may hold; a project's id in ballots, lots and published files is its code."""
    return {
        "method": poll.method,
        "limit": poll.limit,
        "project_max": poll.project_max,
        "budget_fen": _fen(poll.budget_yuan),
        "projects": [
            {"id": one.project.code or "", "code": one.project.code or "", "cost_fen": _fen(one.cost_yuan)}
            for one in queries.poll_projects(poll)
        ],
    }


def _fen(yuan: Decimal | None) -> int | None:
    return None if yuan is None else int(yuan.scaleb(2))


def _fix_rule(poll: Poll) -> None:
    """Write the whole counting rule down again (计票规则记录), so that it says what the poll now says."""
    if poll.method not in BallotMethod.values:
        raise ValidationError({"method": _("没有这种投票方式")})
    poll.rule_record, poll.rule_hash = rules.rule_record(
        poll.method,
        poll.count_rule,
        limit=poll.limit,
        budget_yuan=poll.budget_yuan,
        commitment=poll.seed_commitment,
        terms=poll.round.terms,
        reserve=rules.reserve_places(poll.round.route, poll.round.terms),
    )


def _check_place(round: Round, area: Area) -> None:
    if not round.area.covers(area.code) or Step.POLL not in round.route:
        raise RuleBroken(_("这个轮次在这个地方没有投票这一步"), code="no_poll_step")
    if Poll.objects.filter(round=round, area=area, state__in=LIVE_POLLS).exists():
        raise RuleBroken(_("这个轮次在这个地方已经有一个投票"), code="poll_exists")


def _list(poll: Poll, projects: Iterable[Project]) -> None:
    PollProject.objects.bulk_create(
        [
            PollProject(poll=poll, project=project, cost_yuan=rules.counted_cost(project), position=place)
            for place, project in enumerate(projects, start=1)
        ]
    )


def _tell_projects(poll: Poll, action: str, *, by: Person | str, **event: Any) -> None:
    """Leave the event on the page of every project in the poll."""
    for entry in poll.entries.select_related("project").order_by("project_id"):
        moves.touch(entry.project)
        record(action, by=by, on=entry.project, roles=POLL_OFFICE, kind=Kind.DAILY, **event)
