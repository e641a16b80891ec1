"""What the public reads of a matter on the board (公开的话), made here for the record.

The record is kept in the place's own language, so nothing here is translated. No personal names: {who} and
{helper} are filled in masked when it is read, and an office is named by its unit and post.
"""

from datetime import date

from civic.models import Appointment, Role
from civic.words import label
from proposals.sentences import by_hand, clip, day
from wishes.models import Demand, Horizon

TOLD = {Horizon.NOW: "答应{day}前", Horizon.DATED: "答应{day}前", Horizon.LONG: "{day}前说下一步"}


def office(held: Appointment) -> str:
    """The unit and post without whose it is: 小濠冲村委会 村居两委."""
    return f"{held.unit_name} {held.post or label(Role(held.role))}"


def promise(horizon: str, due_on: date) -> str:
    return TOLD[Horizon(horizon)].format(day=day(due_on))


def reported(how: str) -> str:
    return "{who}报上来" + by_hand(how)


def written_down(what: str) -> str:
    return clip(f"听录音后写下：{what}")


def taken_in(demand: Demand, held: Appointment) -> str:
    return clip(f"受理，{label(Horizon(demand.horizon))}：{promise(demand.horizon, demand.due_on)}，由{office(held)}办")


def finished(words: str) -> str:
    return clip(f"已办理，等报的人说解决了没有：{words}")


def word(words: str, due_on: date | None) -> str:
    after = f"。下次{day(due_on)}前再说" if due_on else ""
    return clip(f"进展：{words}", 140 - len(after)) + after


def moved(before: date, after: date, horizon: str) -> str:
    return f"改期：原定{day(before)}，改为{day(after)}（{label(Horizon(horizon))}）"


def explained(words: str) -> str:
    return clip(f"已说明：{words}")


def to_project(code: str | None) -> str:
    return f"转为民生微实事项目{code}，进度写在项目页上"


def reopened(demand: Demand, *, denied: bool, by_visit: date | None = None) -> str:
    """What stands open again, with the clock that starts anew."""
    said = f"{day(by_visit)}现场查看：还没有解决" if by_visit else "{who}说还没有解决" if denied else "{who}要求重新办"
    return f"{said}。时限重新算，{promise(demand.horizon, demand.due_on)}"


def solved(by_visit: date | None) -> str:
    return f"{day(by_visit)}现场查看：已解决" if by_visit else "{who}说解决了"


def lifted(joins: int | None) -> str:
    return f"已有{joins}人也碰到，列入镇里的清单" if joins else "过了答应的日子，列入镇里的清单"
