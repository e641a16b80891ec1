"""Whether (规则): pure answers about matters on the board. No query, no request, no clock."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any, NamedTuple

from django.utils.translation import gettext as _

from civic.rules import RuleBroken, check_reason
from proposals.models import Spoken
from wishes.models import MOVES, NOW_DAYS, WAITING, Demand, DemandState, Horizon

WHAT_LEAST, WHAT_MOST, PLACE_MOST, WORDS_MOST = 5, 40, 40, 200
SPOKEN_WHAT = "语音报事，工作人员听后写下"  # until somebody has; kept in the place's own language
INTAKE_DAYS = 3  # 登记后几天内受理
REOPEN_DAYS = 15
LIFT_JOINS = 3
LONGEST_DAYS = {Horizon.NOW: NOW_DAYS, Horizon.DATED: 180, Horizon.LONG: 90}
SOON_DAYS = 2
ENTRIES_A_DAY = 40
VISITS_A_DAY = 200


class WrongState(RuleBroken):
    """The act does not fit the state the matter is in (409)."""

    def __init__(self, state: str) -> None:
        super().__init__(
            _("这件事现在是“%(state)s”，办不了这一步") % {"state": DemandState(state).label}, code="wrong_state"
        )


class Clock(NamedTuple):
    """How the promise stands in days (还剩几天): left, soon or over."""

    kind: str
    days: int


def target_state(state: str, action: str) -> DemandState:
    """Where an act leads. WrongState from where it may not start."""
    sources, target = MOVES[action]
    if state not in sources:
        raise WrongState(state)
    return target


def check_heard(demand: Demand) -> None:
    """What was only said is written down before anything is decided about it (听后写下)."""
    if demand.spoken == Spoken.WAITS:
        raise RuleBroken(_("先听录音，写下是什么事，再办这一步"), code="not_written_down")


def check_awaits_words(demand: Demand) -> None:
    if demand.spoken != Spoken.WAITS:
        raise RuleBroken(_("这件事已经写下来了"), code="written_down")


def clock(due_on: date, today: date) -> Clock:
    """The chip of a promise; calendar days, for a burst pipe does not rest on Sundays."""
    left = (due_on - today).days
    kind = "over" if left < 0 else "soon" if left <= SOON_DAYS else "left"
    return Clock(kind, abs(left))


def check_promise(horizon: str, due_on: date, today: date) -> None:
    """A promise fits its class: 马上办 within 7 days, 限期办 within 180, the next word of 长期办 within 90."""
    if horizon not in Horizon.values:
        raise RuleBroken(_("请选马上办、限期办或长期办"), code="horizon_required", field="horizon")
    if due_on < today:
        raise RuleBroken(_("答应的日子不能在今天以前"), code="promise_in_the_past", field="due_on")
    longest = LONGEST_DAYS[Horizon(horizon)]
    if (due_on - today).days > longest:
        raise RuleBroken(
            _("“%(horizon)s”最多%(days)s天，请改日子或换一类") % {"horizon": Horizon(horizon).label, "days": longest},
            code="promise_too_far",
            field="due_on",
        )


def check_later(demand: Demand, due_on: date, today: date, reason: str) -> None:
    """A day once promised moves only later, never out of its class unseen, and the reason is public (改期)."""
    check_reason(reason)
    if demand.state != DemandState.DOING:
        raise WrongState(demand.state)
    if due_on <= max(demand.due_on, today - timedelta(days=1)):
        raise RuleBroken(_("改期只能改到原来答应的日子以后"), code="not_later", field="due_on")
    check_promise(horizon_after(demand, due_on), due_on, today)


def horizon_after(demand: Demand, due_on: date) -> Horizon:
    """The class a moved promise belongs to: what takes longer than a week is no 马上办 any longer."""
    taken_over = (due_on - demand.first_due_on).days + demand.limit_days
    return Horizon.DATED if demand.horizon == Horizon.NOW and taken_over > NOW_DAYS else Horizon(demand.horizon)


def check_word(demand: Demand, words: str, due_on: date | None, today: date) -> None:
    """News of a matter under way; that of a long one says when the next will come (下次说进展)."""
    check_words(words)
    if demand.state != DemandState.DOING:
        raise WrongState(demand.state)
    if demand.horizon != Horizon.LONG:
        return
    if due_on is None or due_on <= today:
        raise RuleBroken(_("长期办要写下次哪天再说进展"), code="next_word_required", field="due_on")
    check_promise(Horizon.LONG, due_on, today)


def check_words(words: str) -> None:
    if not words.strip():
        raise RuleBroken(_("请写清楚，会公开给大家看"), code="words_required", field="words")


def check_proof(words: str, photos: int) -> None:
    """已办理 carries its proof: what was done, in words, and a photo of it."""
    check_words(words)
    if not photos:
        raise RuleBroken(_("请传办完以后的照片"), code="photo_required", field="photos")


def check_can_reopen(demand: Demand, today: date) -> None:
    """A matter that was closed can be opened anew for 15 days (15天内可以重新打开)."""
    target_state(demand.state, "reopen")
    if demand.reopen_until is None or today > demand.reopen_until:
        raise RuleBroken(_("已经过了15天，请另报一件，写上原来的编号"), code="reopen_late")


def check_visit(
    *, visited_on: date, finished_on: date | None, today: date, words: str, by: Any, finished_by: Any
) -> None:
    """A look on site: not before the work was reported done, not in the future, by another than who did it."""
    check_words(words)
    if visited_on > today:
        raise RuleBroken(_("去看的日子不能在今天以后"), code="visit_in_the_future", field="visited_on")
    if finished_on is not None and visited_on < finished_on:
        raise RuleBroken(_("要在报办理之后再去看"), code="visit_too_early", field="visited_on")
    if by == finished_by:
        raise RuleBroken(_("谁报的办理，就不能由谁来查看"), code="visit_by_another")


def check_can_join(state: str) -> None:
    """Joins are taken while the matter is open (我也碰到)."""
    if state not in WAITING | {DemandState.DONE}:
        raise RuleBroken(
            _("这件事现在是“%(state)s”，不再收“我也碰到”。又碰到了，请另报一件") % {"state": DemandState(state).label},
            code="not_joinable",
        )


NEEDS_MOST = 20


def check_needs(needs: Sequence[str]) -> None:
    """A survey offers at least two needs and at most as many as a sheet of A4 holds."""
    if not 2 <= len(needs) <= NEEDS_MOST:
        raise RuleBroken(_("写2到%(most)d项，每行一项") % {"most": NEEDS_MOST}, code="needs_count", field="needs")
    if len(set(needs)) != len(needs):
        raise RuleBroken(_("有两项写得一样"), code="needs_twice", field="needs")


def check_ticked(numbers: Sequence[int], most: int) -> None:
    """What was ticked stands on the paper, each once."""
    if not all(1 <= number <= most for number in numbers) or len(set(numbers)) != len(numbers):
        raise RuleBroken(
            _("写表上的项号，从1到%(most)d，每项一次") % {"most": most}, code="need_unknown", field="ticked"
        )


def check_publishable(sheets: int, below: int) -> None:
    """Too few papers tell of single people (少于k不公布)."""
    if sheets < below:
        raise RuleBroken(_("收回%(least)d张以上才能公开，现在不够") % {"least": below}, code="too_few_sheets")


def tellable(count: int, total: int, below: int) -> int | None:
    """A count as everybody may see it; None where so few ticked it, or so few did not, that it tells of them."""
    return None if 0 < count < below or 0 < total - count < below else count
