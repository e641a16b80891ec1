"""What the routes of the board name in the permission table: a matter that was just reported, and one reported done."""

from typing import Any
from uuid import uuid4

from civic.models import Person
from civic.moments import today
from publicity.demo import papers
from publicity.demo.places import village
from wishes.models import Demand, Horizon, Visit
from wishes.services import handling, reporting, surveys, visits


def _reported(rows: Any) -> Demand:
    """A matter the proposer of the table reported."""
    matter = reporting.Matter(what="村口路灯又不亮了", place_text="村口", area=village("小濠冲村"))
    return reporting.report(matter, by=rows.projects["filed"].proposer, key=uuid4())


def _done(rows: Any) -> Demand:
    demand = handling.take_in(_reported(rows), by=rows.cast.office, horizon=Horizon.NOW, due_on=today())
    return handling.finish(demand, by=rows.cast.office, words="换了灯泡", photos=[papers.photo("after", "办完以后")])


def _report(_person: Person | None) -> dict[str, Any]:
    return {"what": "村口路灯又不亮了", "area": village("小濠冲村").code, "place_text": "村口"}


def _visit(rows: Any) -> Visit:
    """A visit the worker of the village wrote down."""
    note = visits.Note(
        who="演示居民", said="井盖松了，一踩就响", place_text="村口", area=village("小濠冲村"), visited_on=today()
    )
    return visits.keep(note, by=rows.cast.worker, key=uuid4())


def tell(rows: Any) -> None:
    """Give every route of the board its row."""
    filed, done = {"number": _reported(rows).number}, {"number": _done(rows).number}
    rows.given |= {f"wishes:{name}": filed for name in ("demand", "done", "join", "unjoin", "case")}
    rows.given |= {f"wishes:{name}": done for name in ("confirm", "reopen")}
    rows.given["wishes:case 现场查看"] = done
    rows.sent["wishes:case"] = {"act": "take_in"}
    rows.sent["wishes:case 现场查看"] = {"act": "visit"}
    rows.given |= {f"demands-{name}": filed for name in ("detail", "join", "unjoin")}
    rows.given |= {f"demands-{name}": done for name in ("confirm", "reopen")}
    rows.sent["demands-list"] = _report
    rows.pk("wishes:visit_note", _visit(rows))
    rows.sent["wishes:visit_note"] = {"act": "to_demand"}
    rows.given["publicity:month_file"] = {"kind": "docx"}
    survey = surveys.begin(village("小濠冲村"), rows.round, by=rows.cast.worker, needs=["修路灯", "加长椅"])
    rows.pk("wishes:survey, wishes:survey_publish, wishes:survey_blank, publicity:survey_form", survey)
    rows.given["publicity:survey_file"] = {"pk": survey.pk, "kind": "csv"}
