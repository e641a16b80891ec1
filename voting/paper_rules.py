"""Whether, with paper ballots (纸质票规则): numbers that cannot be misread, what was keyed, and an account that balances. Pure."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from operator import attrgetter

from django.utils.translation import gettext as _

from civic.rules import RuleBroken
from voting.ballot_rules import Choices
from voting.models import PAPER_MOVES, BallotMethod, PaperBatch, PaperState, SheetFault

DAMM = (  # catches every wrong digit and every two that changed places; H. M. Damm, 2004
    "0317598642", "7092154863", "4206871359", "1750983426", "6123045978",
    "3674209581", "5869720134", "8945362017", "9438617205", "2581436790",
)  # fmt: skip
BLANK = "0"
FAULTS = {  # what stands for a fault on the keypad, and the words themselves
    "*": SheetFault.UNREADABLE,
    "看不清": SheetFault.UNREADABLE,
    "/": SheetFault.OVER_LIMIT,
    "选多了": SheetFault.OVER_LIMIT,
}
SEPARATORS = re.compile(r"[\s,，、;；.。+]+")
MARK = re.compile(r"([0-9]{1,3})(?:[=:：]([0-9]{1,4}))?")
BY_SCORE = frozenset({BallotMethod.POINTS, BallotMethod.YES_NO})
WIDE = {ord(wide): plain for wide, plain in zip("０１２３４５６７８９－＝＊／　", "0123456789-=*/ ", strict=True)}


@dataclass(frozen=True)
class Reading:
    """What somebody read on a paper ballot: its choices, or why it does not count."""

    choices: Choices | None
    fault: str = ""


@dataclass(frozen=True)
class Account:
    """The ballot account (选票账) of a batch, or of all batches together.

    Printed = given + spoiled + left. Given = returned + not returned. Returned = counted + invalid.
    """

    printed: int = 0
    given: int = 0
    spoiled: int = 0
    left: int = 0
    returned: int = 0
    counted: int = 0
    unreadable: int = 0
    over_limit: int = 0
    late: int = 0
    not_on_roll: int = 0
    voted_already: int = 0
    void: int = 0

    @property
    def invalid(self) -> int:
        return sum(self.reasons.values())

    @property
    def reasons(self) -> dict[str, int]:
        """Why papers do not count (无效原因), each with how many."""
        names = ("unreadable", "over_limit", "late", "not_on_roll", "voted_already", "void")
        return {name: getattr(self, name) for name in names}

    @property
    def handed_out(self) -> int:
        """Papers that left the stack (发出): one for each person and one for each that was exchanged."""
        return self.given + self.spoiled

    @property
    def missing(self) -> int:
        """Papers the station cannot show (缺); below zero where there are more than were printed."""
        return self.printed - self.handed_out - self.left

    @property
    def not_returned(self) -> int:
        return max(0, self.given - self.returned)

    @property
    def extra(self) -> int:
        """Papers that came back beyond those given (多收)."""
        return max(0, self.returned - self.given)

    @property
    def surplus(self) -> int:
        """Opened papers beyond those given: nobody can tell which, so none of the batch counts."""
        return max(0, self.returned - self.late - self.not_on_roll - self.voted_already - self.given)

    @property
    def unkeyed(self) -> int:
        """Returned papers of which nobody said yet what they hold."""
        return self.returned - self.counted - self.invalid

    @property
    def totals(self) -> dict[str, int]:
        """What is public of an account whatever its size; why papers do not count is told in groups."""
        names = ("printed", "given", "spoiled", "left", "returned", "not_returned", "counted", "invalid")
        return {name: getattr(self, name) for name in names}

    def gaps(self) -> list[str]:
        """What does not balance (差额), in words; none where all does."""
        said = {
            _("有%(count)d张找不到") % {"count": self.missing}: self.missing > 0,
            _("比印的多%(count)d张") % {"count": -self.missing}: self.missing < 0,
            _("收回比发出多%(count)d张") % {"count": self.extra}: self.extra > 0 and not self.surplus,
            _("收回比发出多%(count)d张，全部作废") % {"count": self.extra}: self.surplus > 0,
            _("收回的还有%(count)d张没有录完") % {"count": self.unkeyed}: self.unkeyed > 0,
            _("录入的比收回的多%(count)d张") % {"count": -self.unkeyed}: self.unkeyed < 0,
        }
        return [words for words, is_so in said.items() if is_so]


def account(batch: PaperBatch, *, given: int, spoiled: int) -> Account:
    """The account of one batch, as far as it is known."""
    return Account(
        printed=batch.size,
        given=given,
        spoiled=spoiled,
        left=batch.left or 0,
        returned=batch.returned or 0,
        **{name: getattr(batch, name) for name in (*Account().reasons, "counted")},
    )


def together(accounts: Iterable[Account]) -> Account:
    """All batches in one account (总账)."""
    kept = list(accounts)
    return Account(*(sum(map(attrgetter(one.name), kept)) for one in fields(Account)))


def check_digit(poll: int, batch: int, serial: int) -> int:
    """The last digit of a ballot's number: a number misread, or of another poll, does not fit."""
    interim = 0
    for digit in f"{poll}{batch:03d}{serial:06d}":
        interim = int(DAMM[interim][int(digit)])
    return interim


def code(batch: PaperBatch, serial: int) -> str:
    """A ballot's number as it is printed and in its square code: 3-0217-5 (批次、编号、校验位)."""
    return f"{batch.number}-{serial:04d}-{check_digit(batch.poll_id, batch.number, serial)}"


def read_code(text: str, batch: PaperBatch) -> int:
    """The serial in a number that was typed or scanned; the batch may be left out. RuleBroken says what is wrong."""
    digits = text.strip().translate(WIDE)
    parts = digits.split("-") if "-" in digits else [digits[:-1], digits[-1:]]
    if len(parts) == 2:
        parts = [str(batch.number), *parts]
    if len(parts) != 3 or not all(re.fullmatch("[0-9]{1,6}", part) for part in parts):
        raise RuleBroken(_("编号要照票上的写，比如 %(code)s") % _example(batch), code="serial_wrong", field="serial")
    number, serial, check = (int(part) for part in parts)
    if number != batch.number:
        raise RuleBroken(
            _("这张是第%(number)d批的，不是这一批") % {"number": number}, code="serial_wrong", field="serial"
        )
    check_serial(batch, serial)
    if check != check_digit(batch.poll_id, number, serial):
        raise RuleBroken(_("没有这个编号，请对着票再看一遍"), code="serial_wrong", field="serial")
    return serial


def check_serial(batch: PaperBatch, serial: int) -> None:
    """The number is one of the batch's."""
    if not batch.first_serial <= serial <= batch.last_serial:
        raise RuleBroken(_("没有这个编号，请对着票再看一遍"), code="serial_wrong", field="serial")


def read_marks(text: str, codes: Sequence[str], method: str) -> Reading:
    """What was keyed for a paper (录入的内容): numbers as they stand on it. RuleBroken says what cannot be read.

    ``3 5`` ticks the third and the fifth; ranked, that is their order. ``3=4`` gives the third four points, or with
    yes and no: 1 is for, 0 against. ``0`` is a blank ballot, which counts.
    """
    plain = text.strip().translate(WIDE)
    if plain in FAULTS:
        return Reading(None, FAULTS[plain])
    if plain == BLANK:
        return Reading({})
    marks = [_mark(part, len(codes), method) for part in SEPARATORS.split(plain) if part]
    if not marks:
        raise RuleBroken(_("写下票上选了第几项；空白票写0"), code="marks_missing", field="choices")
    if len({number for number, _score in marks}) < len(marks):
        raise RuleBroken(_("同一项写了两次，请再看一遍"), code="marks_twice", field="choices")
    if method == BallotMethod.RANK:
        return Reading({codes[number - 1]: place for place, (number, _score) in enumerate(marks, start=1)})
    return Reading({codes[number - 1]: score for number, score in marks})


def in_numbers(choices: Choices, codes: Sequence[str], method: str) -> str:
    """A reading as it is keyed, for who compares it with the paper."""
    numbers = {code: place for place, code in enumerate(codes, start=1)}
    if not choices:
        return BLANK
    if method == BallotMethod.RANK:
        return " ".join(str(numbers[one]) for one in sorted(choices, key=choices.__getitem__))
    marks = sorted((numbers[one], score) for one, score in choices.items())
    return " ".join(f"{number}={score}" if method in BY_SCORE else str(number) for number, score in marks)


def target(batch: PaperBatch, action: str) -> str:
    """Where an action leads a batch. RuleBroken if it does not fit where the batch is."""
    sources, found = PAPER_MOVES[action]
    if batch.state not in sources:
        said = _("这一批现在是“%(state)s”，不能办这一步") % {"state": PaperState(batch.state).label}
        raise RuleBroken(said, code="wrong_state")
    return found


def check_stack(batch: PaperBatch, *, taken: int) -> None:
    """There is a paper left to give (还有票)."""
    if taken >= batch.size:
        raise RuleBroken(_("这一批%(size)d张已经发完") % {"size": batch.size}, code="batch_empty")


def check_return(batch: PaperBatch, *, keyed: int) -> None:
    """The station's figures can be (收回的数). Gaps are named in the account; what cannot be is refused here."""
    if batch.to_key < 0:
        said = _("不拆封的%(aside)d张比收回的多") % {"aside": batch.set_aside}
        raise RuleBroken(said, code="set_aside_beyond_returned", field="returned")
    if (batch.left or 0) > batch.size:
        raise RuleBroken(_("没发出的比印的%(size)d张多") % {"size": batch.size}, code="left_beyond_size", field="left")
    if (batch.returned or 0) > batch.size:
        raise RuleBroken(
            _("收回的比印的%(size)d张多") % {"size": batch.size}, code="returned_beyond_size", field="returned"
        )
    if batch.to_key < keyed:
        said = _("已经录了%(keyed)d张，要录的不能比这少") % {"keyed": keyed}
        raise RuleBroken(said, code="keyed_beyond_returned", field="returned")


def check_signable(account: Account, reason: str) -> None:
    """The account balances, or its gap has a reason the public reads (账要平，不平要说明)."""
    if account.unkeyed:
        raise RuleBroken("；".join(account.gaps()), code="not_keyed")
    if account.gaps() and not reason.strip():
        said = _("账不平：%(gaps)s。请写明原因") % {"gaps": "；".join(account.gaps())}
        raise RuleBroken(said, code="gap_unexplained", field="reason")


def check_second_signature(batch: PaperBatch, person_id: int) -> None:
    if batch.asked_by_id is None:
        raise RuleBroken(_("还没有人先签字"), code="not_asked")
    if batch.asked_by_id == person_id:
        raise RuleBroken(_("要由另一个人确认"), code="same_person")


def _mark(part: str, most: int, method: str) -> tuple[int, int]:
    """One project's number with what it was given; 1 where ticks or places are enough."""
    found = MARK.fullmatch(part)
    if found is None or (found[2] is None) is (method in BY_SCORE):
        example = "3=4" if method == BallotMethod.POINTS else "3=1" if method in BY_SCORE else "3 5"
        said = _("“%(part)s”看不懂，写成 %(example)s 这样") % {"part": part[:20], "example": example}
        raise RuleBroken(said, code="marks_unread", field="choices")
    if not 1 <= int(found[1]) <= most:
        said = _("票上没有第%(number)s项，一共%(most)d项") % {"number": found[1], "most": most}
        raise RuleBroken(said, code="marks_unread", field="choices")
    return int(found[1]), int(found[2] or 1)


def _example(batch: PaperBatch) -> dict[str, str]:
    return {"code": code(batch, batch.first_serial)}
