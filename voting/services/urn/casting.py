"""Casting a ballot (投票): one per pseudonym, changed by naming the version it replaces, nothing after the close."""

from dataclasses import dataclass
from typing import Any, NoReturn

from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from civic.moments import by_database, now
from civic.rules import RuleBroken
from voting import keys, receipts, styles, tickets
from voting.ballot_rules import Choices, check_ballot
from voting.models.urn import URN, Ballot, BallotBox, BallotChannel, PendingLeaf
from voting.receipts import Receipt
from voting.services.urn import locks
from voting.services.urn.paper import refuse_who_holds_paper
from voting.services.urn.putting import put_in
from voting.styles import Fixed

CHANGED = ("version", "choices", "nonce", "commitment", "trail", "channel")
IN_PERSON = frozenset({BallotChannel.ONLINE, BallotChannel.STATION})  # the voter's own hand


@dataclass(frozen=True)
class Standing:
    """That somebody's ballot stands (已投票), through which channel and in which version; never what it says."""

    version: int
    channel: str
    receipt: Receipt


@dataclass(frozen=True)
class Taken:
    """A ballot that stands as it was sent (已收下); ``is_new`` unless it stood before this request."""

    receipt: Receipt
    is_new: bool


@dataclass(frozen=True)
class Sent:
    """A ballot on its way in: within its style, the version it replaces, the key its request came with."""

    choices: Choices
    replaces: int | None
    key: str


class AlreadyCast(RuleBroken):
    """Another ballot of the same voter stands; ``receipt`` is of that one."""

    def __init__(self, message: str, code: str, receipt: Receipt) -> None:
        super().__init__(message, code=code)
        self.receipt = receipt


def cast(ticket: str, choices: Any, *, replaces: int | None = None) -> Receipt:
    """Put a ballot into the box and answer with its receipt, as ``take`` does."""
    return take(ticket, choices, replaces=replaces).receipt


def take(ticket: str, choices: Any, *, replaces: int | None = None, key: str = "") -> Taken:
    """Put a ballot into the box (收票); the same ballot again gives the same receipt.

    A change names the version it replaces. AlreadyCast if that is not the one that stands; RuleBroken for a ticket
    of no use, a ballot beyond its style, outside the opening hours, and for a ``key`` that the standing ballot came
    with when what it holds is another one.
    """
    admitted = tickets.read(ticket, at=now())
    box = styles.fixed(admitted.poll)
    if box is None:
        raise locks.not_open_yet()
    if box.style_hash != admitted.style_hash:
        raise RuleBroken(_("投票凭据无效，请回到投票页再试"), code="ticket_invalid")
    sent = Sent(check_ballot(choices, box.style), replaces, key)
    with transaction.atomic(using=URN):
        if locks.share(admitted.poll):
            if replaces is None and (ballot := _first(box, admitted, sent)):
                return Taken(_receipt(admitted.poll, ballot), is_new=True)
            return _beside_what_stands(box, admitted, sent)
    return _taken_before_the_close(box, admitted, sent)


def standing(poll: int, person: int) -> Standing | None:
    """Whether this person's ballot stands, asked of the urn: the roll keeps no mark (名册不记谁投过)."""
    ballot = _own(poll, person)
    if ballot is None:
        return None
    return Standing(ballot.version, ballot.channel, _receipt(poll, ballot))


def own_ballot(poll: int, person: int) -> Choices | None:
    """What this person's ballot says, to show it to her again; for the voter's own eyes alone."""
    ballot = _own(poll, person)
    return None if ballot is None else ballot.choices


def _receipt(poll: int, stands: Ballot) -> Receipt:
    return Receipt(poll, stands.version, stands.commitment)


def _taken_before_the_close(box: Fixed, admitted: tickets.Ticket, sent: Sent) -> Taken:
    """A ballot that stands keeps its receipt."""
    stands = Ballot.objects.filter(box=box.box, pseudonym=admitted.pseudonym).first()
    if stands is None or stands.choices != sent.choices or stands.channel != admitted.channel:
        _refuse_by_the_clock(box)
    return Taken(_receipt(admitted.poll, stands), receipts.is_marked(stands.nonce, stands.pseudonym, sent.key))


def _own(poll: int, person: int) -> Ballot | None:
    try:
        pseudonym = keys.pseudonym(poll, person)
    except keys.KeyGone:
        raise RuleBroken(_("这次投票的密钥不在了，谁也查不到某个人投了什么"), code="key_gone") from None
    return Ballot.objects.filter(box__poll=poll, pseudonym=pseudonym).first()


def _first(box: Fixed, admitted: tickets.Ticket, sent: Sent) -> Ballot | None:
    """Put in the voter's first ballot; None if one stands, if she holds a paper, or the box takes none at this moment."""
    nonce = receipts.marked(receipts.new_nonce(), admitted.pseudonym, sent.key)
    ballot = Ballot(
        box_id=box.box,
        pseudonym=admitted.pseudonym,
        choices=sent.choices,
        nonce=nonce,
        commitment=receipts.commitment(admitted.poll, box.style_hash, sent.choices, nonce),
        channel=admitted.channel,
    )
    return ballot if put_in(ballot) else None


def _beside_what_stands(box: Fixed, admitted: tickets.Ticket, sent: Sent) -> Taken:
    """The ballot that stands for the voter: the same already, or changed to this one if that is what she asks for."""
    stands = _stands(box, admitted, sent)
    if stands is None:
        if sent.replaces is not None:
            raise RuleBroken(_("没有找到您要改的选票，请刷新后再试"), code="nothing_to_replace")
        refuse_who_holds_paper(box.box, admitted.pseudonym)
        _refuse_by_the_clock(box)
    _check_hand(admitted, stands)
    is_known = receipts.is_marked(stands.nonce, stands.pseudonym, sent.key)
    if is_known:
        _check_same(stands, sent)
    is_new = stands.choices != sent.choices
    if is_new:
        _change(box, stands, admitted, sent)
    return Taken(_receipt(admitted.poll, stands), is_new or is_known)


def _stands(box: Fixed, admitted: tickets.Ticket, sent: Sent) -> Ballot | None:
    """The voter's ballot; its row is held by who would change it. Who only sends again what stands waits for nobody."""
    ballots = Ballot.objects.filter(box=box.box, pseudonym=admitted.pseudonym)
    return (ballots if sent.replaces is None else ballots.select_for_update()).first()


def _change(box: Fixed, stands: Ballot, admitted: tickets.Ticket, sent: Sent) -> None:
    """Put the choices in the place of those that stand, which are gone; the row is held, so the version is sure."""
    _check_version(admitted.poll, stands, sent.replaces)
    stands.version += 1
    stands.trail.append(stands.commitment)
    stands.choices, stands.channel = sent.choices, admitted.channel
    stands.nonce = receipts.marked(receipts.new_nonce(), admitted.pseudonym, sent.key)
    stands.commitment = receipts.commitment(admitted.poll, box.style_hash, sent.choices, stands.nonce)
    changed = Ballot.objects.filter(locks.takes_ballots(), pk=stands.pk).update(
        **{name: getattr(stands, name) for name in CHANGED}
    )
    if not changed:
        _refuse_by_the_clock(box)
    PendingLeaf.objects.create(box_id=box.box, commitment=stands.commitment)


def _check_hand(admitted: tickets.Ticket, stands: Ballot) -> None:
    """What a voter cast with her own hand nobody else replaces, nor finds out by trying what gives the same receipt."""
    if stands.channel in IN_PERSON and admitted.channel not in IN_PERSON:
        raise AlreadyCast(_("本人已经投过票，不能代为更改"), "cast_in_person", _receipt(admitted.poll, stands))
    if stands.channel == BallotChannel.PAPER and admitted.channel != BallotChannel.PAPER:
        raise AlreadyCast(_("已经投了纸质票，不能再改"), "cast_on_paper", _receipt(admitted.poll, stands))


def _check_same(stands: Ballot, sent: Sent) -> None:
    """A key stands for one request: with another ballot, or for another version, it is used twice (键重复使用)."""
    if stands.choices != sent.choices or stands.version != (sent.replaces or 0) + 1:
        raise RuleBroken(_("这个 Idempotency-Key 已经用在另一张选票上，请换一个"), code="key_reused")


def _check_version(poll: int, stands: Ballot, replaces: int | None) -> None:
    receipt = _receipt(poll, stands)
    if stands.channel == BallotChannel.PAPER:
        raise AlreadyCast(_("已经投了纸质票，不能再改"), "cast_on_paper", receipt)
    if replaces != stands.version:
        raise AlreadyCast(
            _("您已投过票，回执%(code)s。要改请点“更改投票”") % {"code": receipt.code}, "cast_already", receipt
        )


def _refuse_by_the_clock(box: Fixed) -> NoReturn:
    """Say whether it is too early or too late; the times shown are the box's own."""
    times = BallotBox.objects.filter(pk=box.box).values_list("opens_at", "closes_at", by_database())
    opens_at, closes_at, clock = times.get()
    if clock < closes_at:
        moment = date_format(timezone.localtime(opens_at), "DATETIME_FORMAT")
        raise RuleBroken(_("还没到投票时间，%(moment)s开始") % {"moment": moment}, code="vote_not_open")
    moment = date_format(timezone.localtime(closes_at), "DATETIME_FORMAT")
    raise RuleBroken(_("投票已经截止（%(moment)s），选票没有收下") % {"moment": moment}, code="vote_closed")
