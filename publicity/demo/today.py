"""What goes on in 小濠冲村 today: a meeting that sits, and proposals that are becoming one (合并)."""

from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import date, datetime, time, timedelta

from django.utils import timezone

from civic import audit, moments
from proposals.models import ConsentHow, Merge, Project, Round
from proposals.services import merging
from publicity.demo import DEMO
from publicity.demo.cast import Cast, cast_of
from publicity.demo.stories import Teller
from publicity.demo.tales import TWO_OF_ONE, Tale, sitting_today
from voting.models import How, Meeting
from voting.services import attendance, meetings

CAME = 15  # of 21 members; 14 make a quorum
SAME = "同一处、同一件事，一起做更省（演示）"


def tell(round_: Round) -> None:
    """Two pairs of proposals and the meeting, in the open round."""
    cast, on = cast_of("小濠冲村"), moments.today()
    with audit.marked(DEMO):
        joined, waiting = (_pair(tales, round_, cast, on) for tales in TWO_OF_ONE)
        _merged(joined, cast)
        _to_be_merged(waiting, cast)
        _meeting(Teller(sitting_today(on), round_, cast).tell(), round_, cast)


def _pair(tales: tuple[Tale, Tale], round_: Round, cast: Cast, on: date) -> tuple[Project, Project]:
    first, second = (Teller(replace(tale, proposed_on=on - timedelta(days=4)), round_, cast).tell() for tale in tales)
    return first, second


def _merged(pair: tuple[Project, Project], cast: Cast) -> None:
    """Both proposers said yes, a second officer confirmed it: one joined the other the day before yesterday."""
    source, target = pair
    said = [merging.Consent(one.proposer, ConsentHow.PHONE, "电话里说一起做好") for one in pair if one.proposer]
    with _days_ago(3):
        merge = merging.propose(source, target=target, by=cast.worker, reason=SAME, consents=said)
    with _days_ago(2):
        merging.confirm(merge, by=cast.office)


def _to_be_merged(pair: tuple[Project, Project], cast: Cast) -> Merge:
    """A second officer confirmed it yesterday; the proposers have their working days to say no."""
    source, target = pair
    with _days_ago(1):
        merge = merging.propose(source, target=target, by=cast.worker, reason=SAME)
    with _days_ago(1, hour=16):
        return merging.confirm(merge, by=cast.office)


def _meeting(project: Project, round_: Round, cast: Cast) -> Meeting:
    """Called four days ago for today; most members are there and it has begun, the vote has not."""
    now = timezone.localtime()
    with _days_ago(4):
        meeting = meetings.call_meeting(
            cast.assembly,
            round_,
            by=cast.office,
            projects=[Project.objects.select_related("round", "area").get(pk=project.pk)],
            starts_at=now.replace(minute=now.minute // 30 * 30, second=0, microsecond=0),
            place=f"{cast.area.short_name}文化室",
            chair=cast.office,
            recorder=cast.worker,
            teller=cast.members[0],
            monitor=cast.supervisor,
            mark=DEMO,
        )
    with _days_ago(2):
        on = timezone.localdate() - timedelta(days=3)
        meetings.record_prior_study(meeting, by=cast.office, body="村党组织", on=on, conclusion="同意提交议事会")
    attendance.tick(meeting, members=cast.members[:CAME], by=cast.worker, how=How.TICK)
    return meetings.open_meeting(meeting, by=cast.office)


def _days_ago(days: int, hour: int = 15) -> AbstractContextManager[None]:
    on = timezone.localdate() - timedelta(days=days)
    return moments.at(timezone.make_aware(datetime.combine(on, time(hour))))
