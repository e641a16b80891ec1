"""Two residents' votes (居民投票): one held, counted and published, and one that is open for whoever tries the demo.

Every voter is 演示…; choices are drawn from a fixed seed. Told through the same services as the stories, at the
time it happened; only the box is written anew (打乱重写) when it is loaded.
"""

from collections.abc import Sequence
from contextlib import AbstractContextManager
from datetime import datetime, time, timedelta
from decimal import Decimal
from random import Random

from django.db import transaction
from django.utils import timezone

from civic import moments
from proposals.models import Round
from publicity.demo import DEMO
from publicity.demo.cast import cast_of
from publicity.demo.places import account
from publicity.demo.stories import Teller
from publicity.demo.tales import Tale, to_be_voted_on
from voting import paper_queries, tasks
from voting.models import ActKind, PaperBatch, Poll, RollEntry
from voting.models.urn import URN, BallotChannel
from voting.roll_files.people import Listed
from voting.services import paper, paper_account, paper_keying, poll_acts, polls, roll, tickets, urn

ROLL = 1286
HANDS = {BallotChannel.ONLINE: 402, BallotChannel.STATION: 121}
DAYS = {
    "prepared": -33,
    "enrolled": -32,
    "asked": -31,
    "opens": -25,
    "votes": -20,
    "closes": -10,
    "papers": -9,
    "published": -7,
}
PRINTED, HANDED, LOST, LATE, OVER_LIMIT = 100, 82, 2, 3, 1  # paper ballots of the station
HELD_YUAN, OPEN_YUAN = Decimal(300_000), Decimal(150_000)


def held(round_: Round) -> Poll:
    """小濠冲村 voted last month: a roll of 1,286, ballots by web, at the station and on paper, closed, counted, published."""
    _stories(round_, to_be_voted_on("held", moments.today()))
    poll = _prepared(round_, HELD_YUAN, opens=DAYS["opens"], closes=DAYS["closes"], prepared=DAYS["prepared"])
    with _day(DAYS["enrolled"], 10):
        roll.import_roll(poll, _list(ROLL), by=account("镇街经办"))
    _open(poll, asked=DAYS["asked"], opens=DAYS["opens"])
    with _day(DAYS["votes"], 19), transaction.atomic(using=URN):
        _vote(poll)
    with _day(DAYS["closes"], 20, 1):
        tasks.open_and_close_polls()
    with _day(DAYS["papers"], 9):
        _read_papers(poll)
    with _day(DAYS["papers"], 17):
        tasks.rewrite_closed_boxes()
        tasks.open_and_close_polls()
    with _day(DAYS["published"], 9):
        _agreed(poll, ActKind.PUBLISH, "计票已复核，公布结果")
    return poll


def open_now(round_: Round) -> Poll:
    """A second vote of 小濠冲村, open for twelve days more: the demo's residents are on its roll and may vote."""
    _stories(round_, to_be_voted_on("open", moments.today()))
    poll = _prepared(round_, OPEN_YUAN, opens=-2, closes=12, prepared=-8, method="budget")
    with _day(-7, 10):
        found = {account(title).pk: 40 for title in ("居民（陈阿姨）", "居民（阿强）", "议事会成员")}
        roll.from_residents(poll, found, by=account("镇街经办"))
    _open(poll, asked=-6, opens=-2)
    return poll


def _stories(round_: Round, tales: Sequence[Tale]) -> None:
    for tale in tales:
        Teller(tale, round_, cast_of(tale.place)).tell()


def _prepared(round_: Round, budget_yuan: Decimal, *, opens: int, closes: int, prepared: int, **more: str) -> Poll:
    handler = account("镇街经办")
    with _day(prepared, 9):
        hours = {"opens_at": _hour(opens, 8), "closes_at": _hour(closes, 20)}
        area = cast_of("小濠冲村").area
        poll = polls.prepare(round_, area, by=handler, budget_yuan=budget_yuan, mark=DEMO, **hours)
        return polls.change(poll, by=handler, **more) if more else poll


def _list(people: int) -> list[Listed]:
    """The village's list (名单): everybody is of age, none of them is anybody."""
    return [
        Listed(line, f"演示居民{line:04d}", None, None, 18 + line * 7 % 70, "小濠冲村", f"{line // 3 + 1}")
        for line in range(1, people + 1)
    ]


def _open(poll: Poll, *, asked: int, opens: int) -> None:
    with _day(asked, 15):
        _agreed(poll, ActKind.OPEN, "名册和参投项目已经核对")
    with _day(opens, 8, 1):
        tasks.open_and_close_polls()


def _agreed(poll: Poll, kind: ActKind, reason: str) -> None:
    """What takes two people: 镇街经办 asks, 镇街审批 confirms."""
    act = poll_acts.ask(Poll.objects.get(pk=poll.pk), kind, by=account("镇街经办"), reason=reason)
    poll_acts.confirm(act, by=account("镇街审批"))


def _vote(poll: Poll) -> None:
    """Ballots by channel and papers handed out, of voters and choices drawn from a fixed seed; the first projects are liked best."""
    drawn = Random(2026)  # noqa: S311  a demo that is the same every time
    codes = [entry.project.code or "" for entry in poll.entries.select_related("project").order_by("position")]
    voters = list(RollEntry.objects.filter(poll=poll).order_by("pk").values_list("person", flat=True))
    drawn.shuffle(voters)
    for channel, ballots in HANDS.items():
        for voter in (voters.pop() for _n in range(ballots)):
            urn.cast(tickets.issue(poll.pk, voter, channel=channel), dict.fromkeys(_liked(codes, drawn), 1))
    batch = paper.make_batch(poll, "小濠冲站", PRINTED, by=account("镇街经办"))
    for entry in RollEntry.objects.filter(poll=poll, person__in=voters[:HANDED]):
        paper.hand_out(batch, entry, by=account("驻村社工"), witness="演示居民代表")


def _read_papers(poll: Poll) -> None:
    """What came back to the station, each paper read by two people, the account signed by two, and into the box."""
    drawn, batch = Random(412), PaperBatch.objects.get(poll=poll)  # noqa: S311
    worker, office, handler = account("驻村社工"), account("村居两委"), account("镇街经办")
    codes, returned = paper_queries.codes(batch), HANDED - LOST
    paper.take_back(batch, by=worker, left=PRINTED - HANDED, returned=returned, late=LATE)
    for serial in range(batch.first_serial, batch.first_serial + returned - LATE):
        is_over = serial < batch.first_serial + OVER_LIMIT
        read = {"fault": "over_limit"} if is_over else {"choices": dict.fromkeys(_liked(codes, drawn), 1)}
        for reader in (worker, office):
            paper_keying.key(batch, serial, by=reader, **read)
    paper_account.ask_signature(batch, by=handler)
    paper_account.confirm_signature(batch, by=account("镇街审批"))
    paper_account.into_urn(poll, by=handler)


def _liked(codes: Sequence[str], drawn: Random) -> list[str]:
    weights = range(len(codes) + 2, 2, -1)
    return sorted(set(drawn.choices(codes, weights=weights, k=drawn.choice((2, 3, 4, 5)))))


def _hour(day: int, hour: int, minute: int = 0) -> datetime:
    """A moment so many days from today."""
    on = timezone.localdate() + timedelta(days=day)
    return timezone.make_aware(datetime.combine(on, time(hour, minute)))


def _day(day: int, hour: int, minute: int = 0) -> AbstractContextManager[None]:
    return moments.at(_hour(day, hour, minute))
