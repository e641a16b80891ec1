"""What the routes of polls name in the permission table: polls of 小濠冲村 in every state their acts want."""

from decimal import Decimal
from itertools import count
from typing import Any
from uuid import uuid4

from proposals.models import ProjectState
from publicity.demo.places import account
from tests import make
from tests.voting.polls import build
from tests.voting.results import hall
from voting import tasks
from voting.models import Poll
from voting.services import polls

_number = count(1)
PREPARING = "poll_change, poll_projects, poll_residents, poll_import"


def prepared(rows: Any) -> build.Office:
    """A draft of the village with three projects that wait for it and three people on its roll."""
    handler, village = account("镇街经办"), rows.cast.area
    its_round = make.round_(route=build.ROUTE, rules={"poll_notice_days": 0})
    projects = [
        make.project(ProjectState.IN_POLL, round=its_round, at=village.code, code=f"WSS-P-{next(_number)}")
        for _n in range(3)
    ]
    hours = {"opens_at": build.hour(1), "closes_at": build.hour(48)}
    poll = polls.prepare(its_round, village, by=handler, budget_yuan=Decimal(100000), **hours)
    office = build.Office(its_round, handler, account("镇街审批"), projects, poll)
    for _n in range(3):
        build.on_roll(poll)
    return office


def opened(rows: Any) -> build.Office:
    """An open poll with 居民 on its roll."""
    office = prepared(rows)
    build.on_roll(office.poll, account("居民（阿强）"))
    office.agree("open")
    Poll.objects.filter(pk=office.poll.pk).update(opens_at=build.hour(-0.1))
    polls.open_due(by="test")
    office.fresh()
    return office


def counted(rows: Any) -> build.Office:
    """A poll that was held and counted."""
    office = opened(rows)
    hall.cast(office.poll, account("居民（阿强）"), {office.projects[0].code: 1})
    office.agree("close")
    tasks.open_and_close_polls()
    office.fresh()
    return office


def tell(rows: Any) -> None:
    """Give every route of a poll its row."""
    waits = make.round_(route=build.ROUTE)
    make.project(ProjectState.IN_POLL, round=waits, at=rows.cast.area.code, code=f"WSS-P-{next(_number)}")
    rows.query["voting:poll_new"] = f"?round={waits.pk}&area={rows.cast.area.code}"
    draft, asked, votes, result = prepared(rows), prepared(rows), opened(rows), counted(rows)
    rows.pk(", ".join(f"voting:{name}" for name in ("poll", "poll_roll", *PREPARING.split(", "))), draft.poll)
    given = {"pk": draft.poll.pk}
    rows.given |= {
        "voting:poll_import_checked": given | {"token": uuid4()},
        "voting:poll_ask": given | {"kind": "cancel"},
        "voting:poll_strike": given | {"entry_pk": draft.poll.roll.first().pk},
        "voting:poll_find": given,
        "voting:poll_enrol": given | {"person_pk": account("居民（陈阿姨）").pk},
    }
    act = asked.ask("cancel")
    rows.given |= {f"voting:poll_{name}": {"pk": asked.poll.pk, "act_pk": act.pk} for name in ("confirm", "refuse")}
    rows.pk("voting:ballot, voting:check, voting:receipt", votes.poll)
    rows.pk("voting:poll_result", result.poll)
    shown = counted(rows)
    shown.agree("publish")
    rows.pk("voting:results, voting:rule_file, voting:log_file, voting:ballots_file", shown.poll)
