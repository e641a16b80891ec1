"""Paper in the urn (纸质票): who holds one casts nothing else; what was read on papers, and how it becomes ballots.

A paper ballot's pseudonym is made of its number, so it is nobody's. The caller holds the batch's row: two keyings of
one batch come one after the other. docs/adr/0011.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from civic.rules import RuleBroken
from voting import keys, receipts
from voting.ballot_rules import Choices, check_ballot
from voting.models.urn import (
    URN,
    Ballot,
    BallotBox,
    BallotChannel,
    BoxState,
    PaperHold,
    PaperSheet,
    SheetFault,
)
from voting.services.urn import locks
from voting.services.urn.log import append

THIRD = 3  # the turn that settles a difference
LEAF = "PAPER-BATCH"


@dataclass(frozen=True)
class Sheet:
    """One paper ballot as it stands: read once, read twice alike, at variance, or settled."""

    serial: int
    readings: tuple[tuple[Choices | None, str], ...]
    is_settled: bool

    @property
    def is_twice(self) -> bool:
        return len(self.readings) > 1

    @property
    def differs(self) -> bool:
        """Two read it differently and nobody settled it yet (两遍不一样)."""
        return not self.is_settled and self.is_twice and self.readings[0] != self.readings[1]

    @property
    def is_sure(self) -> bool:
        return self.is_settled or (self.is_twice and self.readings[0] == self.readings[1])

    @property
    def outcome(self) -> tuple[Choices | None, str]:
        """What counts: the last reading, or both that agree."""
        return self.readings[-1]


@transaction.atomic(using=URN)
def hold_paper(poll: int, person: int) -> None:
    """Somebody is given a paper ballot (领纸质票): from now on nothing is cast under her pseudonym; twice is once.

    Alone at the box: no ballot of hers is on its way. RuleBroken if one stands already, and outside the hours.
    """
    box = locks.alone(poll)
    if not locks.taking_ballots().filter(pk=box.pk).exists():
        raise RuleBroken(_("现在不在投票时间，不能发纸质票"), code="vote_closed")
    pseudonym = _named(keys.pseudonym, poll, person)
    if Ballot.objects.filter(box=box, pseudonym=pseudonym).exists():
        raise RuleBroken(_("已经投过票，不能再领纸质票"), code="voted_already")
    PaperHold.objects.get_or_create(box=box, pseudonym=pseudonym)


@transaction.atomic(using=URN)
def release_paper(poll: int, person: int) -> None:
    """The paper came back unused (撤回发放): she may cast again."""
    PaperHold.objects.filter(box=locks.alone(poll), pseudonym=_named(keys.pseudonym, poll, person)).delete()


def refuse_who_holds_paper(box: int, pseudonym: str) -> None:
    """For the casting, in its transaction; ``box`` is the box's key."""
    if PaperHold.objects.filter(box_id=box, pseudonym=pseudonym).exists():
        raise RuleBroken(_("您已领纸质票，不能再用别的办法投"), code="paper_given")


@transaction.atomic(using=URN)
def key_sheet(
    *, poll: int, batch: int, serial: int, person: int, choices: Any, fault: str, is_settling: bool = False
) -> None:
    """Keep what somebody read on one paper (录入). RuleBroken for a second reading by the same person, a third one
    that settles nothing, and a ballot beyond its style; nothing is told of what the other read."""
    box = _keyed_box(poll)
    kept = None if fault else check_ballot(choices, box.style)
    read = PaperSheet.objects.filter(box=box, serial=serial)
    turn = _turn(list(read.order_by("turn")), is_settling=is_settling)
    sheet = PaperSheet(
        box=box,
        batch=batch,
        serial=serial,
        turn=turn,
        keyer=_named(keys.keyer, poll, person),
        choices=kept,
        fault=SheetFault(fault) if fault else "",
    )
    try:
        with transaction.atomic(using=URN):
            sheet.save(force_insert=True)
    except IntegrityError:
        if read.filter(keyer=sheet.keyer).exists():
            raise RuleBroken(_("这张您已经录过，要由另一个人录"), code="keyed_by_you", field="serial") from None
        raise


@transaction.atomic(using=URN)
def strike_sheet(*, poll: int, serial: int, person: int) -> None:
    """Take one's own reading back while nobody else read the paper (撤回录入). RuleBroken otherwise."""
    box = _keyed_box(poll)
    read = list(PaperSheet.objects.filter(box=box, serial=serial))
    if [sheet.keyer for sheet in read] != [_named(keys.keyer, poll, person)]:
        raise RuleBroken(_("只能撤回自己录的、别人还没录的票"), code="not_yours_alone", field="serial")
    read[0].delete()


def sheets(poll: int, batch: int) -> list[Sheet]:
    """The papers of a batch that were read at least once, by serial; who read them is not told."""
    found: dict[int, list[PaperSheet]] = {}
    for one in PaperSheet.objects.filter(box__poll=poll, batch=batch).order_by("serial", "turn"):
        found.setdefault(one.serial, []).append(one)
    return [
        Sheet(serial, tuple((one.choices, one.fault) for one in read), any(one.turn == THIRD for one in read))
        for serial, read in found.items()
    ]


def serials_read_by(poll: int, batch: int, person: int) -> set[int]:
    """Which papers of a batch this person has read (自己录过的)."""
    mine = PaperSheet.objects.filter(box__poll=poll, batch=batch, keyer=_named(keys.keyer, poll, person))
    return set(mine.values_list("serial", flat=True))


@transaction.atomic(using=URN)
def take_paper(*, poll: int, batches: Iterable[int], figures: dict[str, int]) -> int:
    """Put the papers of these batches into the closed box and their account into the log (入票箱); how many ballots.

    One entry for all of them together: a station's few ballots are not told apart. What was keyed is erased. Once is
    enough: a second time changes nothing.
    """
    box = locks.alone(poll)
    if box.leaves.filter(data__contains=f'"type":"{LEAF}"').exists():
        return Ballot.objects.filter(box=box, channel=BallotChannel.PAPER).count()
    if box.state != BoxState.CLOSED:
        raise RuleBroken(_("票箱现在不能收纸质票"), code="wrong_state")
    numbers = sorted(batches)
    ballots = [_ballot(box, number, sheet) for number in numbers for sheet in sheets(poll, number) if _counts(sheet)]
    if box.ballots.count() + len(ballots) > box.roll_size:
        raise RuleBroken(_("选票比名册上的人多，不能入票箱"), code="beyond_the_roll")
    Ballot.objects.bulk_create(sorted(ballots, key=lambda one: one.commitment), batch_size=1000)
    box.sheets.all().delete()
    commitments = receipts.digest(sorted(ballot.commitment for ballot in ballots))
    append(
        box,
        {"type": LEAF, "batches": numbers, "ballots": len(ballots), "commitments": commitments, "figures": figures},
    )
    return len(ballots)


def _counts(sheet: Sheet) -> bool:
    """Whether the paper is a ballot. RuleBroken where it is not sure what it says."""
    if not sheet.is_sure:
        raise RuleBroken(_("还有纸质票没有录完两遍"), code="not_keyed")
    return not sheet.outcome[1]


def _ballot(box: BallotBox, batch: int, sheet: Sheet) -> Ballot:
    choices, nonce = sheet.outcome[0] or {}, receipts.new_nonce()
    return Ballot(
        box=box,
        pseudonym=_named(keys.paper_pseudonym, box.poll, batch, sheet.serial),
        choices=choices,
        nonce=nonce,
        commitment=receipts.commitment(box.poll, box.style_hash, choices, nonce),
        channel=BallotChannel.PAPER,
    )


def _turn(read: list[PaperSheet], *, is_settling: bool) -> int:
    """Whose reading this is: the first, the second, or the one that settles a difference."""
    if not is_settling:
        if len(read) > 1:
            raise RuleBroken(_("这张已经录过两遍"), code="keyed_twice", field="serial")
        return len(read) + 1
    if len(read) != 2 or (read[0].choices, read[0].fault) == (read[1].choices, read[1].fault):
        raise RuleBroken(_("这张不用再看"), code="nothing_to_settle", field="serial")
    return THIRD


def _keyed_box(poll: int) -> BallotBox:
    """The box while its papers are read: closed and not written anew. RuleBroken before and after."""
    box = locks.found(poll)
    if box.state != BoxState.CLOSED:
        raise RuleBroken(_("投票截止以后才能录入纸质票"), code="vote_open")
    return box


def _named(make: Callable[..., str], *what: int) -> str:
    """A name under the poll's key. RuleBroken once it is gone."""
    try:
        return make(*what)
    except keys.KeyGone:
        raise RuleBroken(_("这次投票的密钥不在了，请联系镇街"), code="key_gone") from None
