"""Every act of the services is done whole or not at all, and whatever it changes stands in the record (RELIABILITY A12).

A project is led from the first word to the archive, with what happens beside the way. Each act on it is first broken off
after its first, its second, its last writing statement: then the tables must be as they were, the record among them.
"""

import copy
import importlib
import inspect
import pkgutil
from collections.abc import Callable, Iterator
from datetime import timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
from django.db import connections, transaction

from civic.audit import record
from civic.models import AuditEvent, Role
from civic.moments import today
from delivery.models import Rectification
from delivery.services import changes, payments, ratings, rectifying, settlement
from proposals.models import PreReview, Project
from proposals.services import intake, merging, pauses, proposing, reviews, seconding
from publicity.services import objections
from tests import make
from tests.delivery import build
from tests.proposals import typed
from tests.proposals.test_reviews import FEASIBLE
from tests.wishes import build as board
from wishes.services import answering, handling

pytestmark = pytest.mark.django_db(databases=["default", "urn"])

APPS = ["proposals", "voting", "delivery", "wishes", "publicity"]
WRITES = ("INSERT", "UPDATE", "DELETE")
BESIDE = {"civic_counter"}  # how often somebody tried counts although it came to nothing


class BrokenOff(Exception):
    """The process died here."""


class Watch:
    """Stands before every service: breaks each outermost act off at every statement, then lets it be done."""

    def __init__(self) -> None:
        self.inside, self.seen, self.torn, self.untold = False, set(), [], []

    def around(self, name: str, act: Callable) -> Callable:
        def watched(*args, **kwargs):
            if self.inside:
                return act(*args, **kwargs)
            self.inside = True
            try:
                return self.watch(name, act, args, kwargs)
            finally:
                self.inside = False

        return watched

    def watch(self, name: str, act: Callable, args: tuple, kwargs: dict):
        before, events, at = held(), AuditEvent.objects.count(), 0
        while True:
            at += 1
            try:
                result, is_done = broken_off(act, at, *copy.deepcopy((args, kwargs))), True
            except BrokenOff:
                is_done = False
                transaction.set_rollback(False)  # what an act without a transaction of its own leaves to the test's
            if is_done:
                break
            if held() != before:
                self.torn.append(f"{name} after statement {at}")
                raise AssertionError(self.torn[-1])
        if held() != before:
            self.seen.add(name)
            if AuditEvent.objects.count() == events:
                self.untold.append(name)
        return result


def broken_off(act: Callable, at: int, args: tuple, kwargs: dict):
    """Do the act; the statement ``at``, counted among those that write, is the last one that is done."""
    written = 0

    def count(execute, sql, params, many, context):
        nonlocal written
        answer = execute(sql, params, many, context)
        written += sql.lstrip().startswith(WRITES)
        if written == at and sql.lstrip().startswith(WRITES):
            raise BrokenOff
        return answer

    with connections["default"].execute_wrapper(count):
        return act(*args, **kwargs)


def held() -> list[tuple]:
    """All rows of all tables, in the order of their keys."""
    connection = connections["default"]
    with connection.cursor() as cursor:
        tables = sorted(set(connection.introspection.table_names(cursor)) - BESIDE)
        rows = []
        for table in tables:
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
            rows.append((table, sorted(map(repr, cursor.fetchall()))))
    return rows


def services() -> Iterator[tuple[object, str, Callable]]:
    """Every public function of a services module: where it stands, its name, itself."""
    for app in APPS:
        package = importlib.import_module(f"{app}.services")
        for found in pkgutil.walk_packages(package.__path__, f"{app}.services."):
            module = importlib.import_module(found.name)
            for name, act in inspect.getmembers(module, inspect.isfunction):
                is_own = act.__module__ == found.name and not name.startswith("_")
                if is_own and not inspect.isgeneratorfunction(inspect.unwrap(act)):
                    yield module, name, act


@pytest.fixture
def watch(monkeypatch):
    watching = Watch()
    for module, name, act in services():
        monkeypatch.setattr(module, name, watching.around(f"{module.__name__}.{name}", act))
    return watching


@pytest.fixture
def place():
    town = build.town()
    town.resident.created_at -= timedelta(days=2)  # on its first day an account proposes once in two minutes
    town.resident.save(update_fields=["created_at"])
    return town


def in_days(days: int):
    return today() + timedelta(days=days)


def proposed(place, **more) -> Project:
    return proposing.propose(typed.proposal(round=place.round, **more), by=place.resident, key=uuid4())


def screened_and_reviewed(place) -> Project:
    """From the proposal over what was asked for to the departments' answers."""
    officers = [
        make.officer(Role.REVIEWER, make.DISTRICT, organisation=make.organisation(f"{duty}局", duty=duty))
        for duty in ("建设", "财政")
    ]
    project = proposed(place)
    seconding.second(project, by=place.supervisor)
    seconding.unsecond(project, by=place.supervisor)
    project = intake.send_back(project, by=place.social, items=["坡道位置照片"], reason="看不清位置")
    project = intake.complete(project, by=place.resident, answers=["在卫生站门口左边"])
    project = intake.accept(project, by=place.social)
    project = pauses.pause(project, by=place.handler, reason="等管线迁改", next_on=in_days(20))
    project = pauses.say_more(project, by=place.handler, news="管线下周迁完", next_on=in_days(30))
    project = pauses.resume(project, by=place.handler)
    for task in PreReview.objects.filter(project=project).order_by("pk"):
        officer = next(one for one in officers if one.appointments.get().organisation_id == task.department_id)
        reviews.answer(task, by=officer, answer=FEASIBLE)
    return project


def built_and_closed(place) -> Project:
    """From the request for money to the archive."""
    project = build.begun(place)
    change = changes.report(
        project, by=place.foreman, reason="扶手改不锈钢", delta_yuan=Decimal("1200"), photo=build.photo()
    )
    changes.confirm(change, by=place.handler)
    project = build.done(place, Project.objects.get(pk=project.pk))
    project = build.held(place, project)
    settlement.settle(project, by=place.handler, settled_yuan=Decimal("48000"), sheet=build.file(), note="按实核减")
    claim = payments.request(project, by=place.foreman, amount_yuan=Decimal("48000"))
    payments.pay(payments.review(claim, by=place.handler), by=place.approver)
    ratings.rate(project, by=place.resident, score=1, words="扶手松了")
    fix = rectifying.answer(Rectification.objects.get(), by=place.village, reply="已加固")
    rectifying.confirm(fix, by=place.resident, solved=True)
    return settlement.archive(project, by=place.handler)


def test_a_life_of_a_project_is_made_of_whole_acts(place, watch):
    screened_and_reviewed(place)
    built_and_closed(place)

    assert (watch.torn, watch.untold) == ([], [])
    assert len(watch.seen) >= 25


def test_what_happens_beside_the_way_is_whole_too(place, watch):
    one, other = proposed(place), proposed(place, title="村口再装一盏路灯")
    merging.undo(
        merging.propose(one, target=other, by=place.social, reason="同一件事"), by=place.social, reason="不是一件事"
    )
    proposing.withdraw(Project.objects.get(pk=one.pk), by=place.resident)
    refused = intake.decline(
        Project.objects.get(pk=other.pk), by=place.social, reason="属于物业管理范围", rule="办法第8条"
    )
    objection = objections.file(refused, by=place.resident, what="不该不办", why="楼道是大家的")
    objections.reply(objection, by=place.handler, outcome="not_upheld", reply="查过物业合同")
    demand = board.reported(by=place.resident)
    demand = handling.take_in(demand, by=place.village, horizon="now", due_on=in_days(5))
    demand = handling.finish(demand, by=place.village, words="换了灯泡", photos=[board.picture(place.village)])
    demand = answering.reopen(demand, by=place.resident, words="晚上又灭了")
    demand = handling.finish(demand, by=place.village, words="换了整盏灯", photos=[board.picture(place.village)])
    answering.confirm(demand, by=place.resident)

    assert (watch.torn, watch.untold) == ([], [])
    assert len(watch.seen) >= 10


def test_the_control_without_a_transaction_is_found(place):
    def approve_in_two_halves(project: Project, *, by) -> None:
        Project.objects.filter(pk=project.pk).update(title="改了名字")
        record("project.rename", by=by, on=project)

    with pytest.raises(AssertionError, match="in two halves after statement 1"):
        Watch().around("in two halves", approve_in_two_halves)(build.asking(place), by=place.approver)


def test_the_control_that_keeps_silent_is_found(place):
    def rename(project: Project) -> None:
        with transaction.atomic():
            Project.objects.filter(pk=project.pk).update(title="改了名字")

    watching = Watch()
    watching.around("rename", rename)(build.asking(place))

    assert watching.untold == ["rename"]
