"""合同备案: due some working days after the signing, filed once with its number, told upwards when late, each step once."""

from datetime import timedelta
from decimal import Decimal
from importlib import import_module

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.migrations.loader import MigrationLoader
from django.urls import reverse

from civic import moments
from civic.calendar import add_workdays
from civic.models import AuditEvent, Role
from civic.moments import now, today
from civic.rules import RuleBroken
from delivery import tasks, todo
from delivery.models import Filing
from delivery.services import contracts, filing
from proposals.models import Project
from proposals.services import pauses, telling
from publicity.models import Message, Why
from tests import make
from tests.delivery import build
from tests.publicity.told import relayed
from tests.racing import at_once

pytestmark = pytest.mark.django_db


def later(workdays):
    return moments.at(now() + timedelta(days=(add_workdays(today(), workdays) - today()).days))


def due_of(person) -> list[tuple[str, object]]:
    found = next(each for each in todo.waiting_for(person) if each.items and each.items[0].kind is todo.CONTRACT)
    lines = next(each for each in found.items if each.kind is todo.FILING)
    return list(lines.rows.values_list("line_number", "line_due_on"))


def events(project, action="filing.overdue"):
    found = AuditEvent.objects.filter(subject=project.code, action=action).order_by("pk")
    return list(found.values_list("sentence", flat=True))


def test_a_contract_is_due_to_be_filed_seven_workdays_after_its_signing_and_not_a_day_sooner():
    place = build.town()
    project = build.contracted(place)

    made = Filing.objects.get()

    assert (made.due_on, made.limit_workdays) == (add_workdays(today(), 7), 7)
    assert due_of(place.handler) == due_of(place.village) == [(project.code, made.due_on)]
    assert due_of(make.officer(Role.TOWN_HANDLER, make.OTHER_TOWN)) == []


@pytest.mark.parametrize(("days", "made"), [(0, None), (3, 3)])
def test_the_round_says_within_how_many_days_or_that_none_is_asked_for(days, made):
    place = build.town(contract_filing_workdays=days)
    build.contracted(place)

    assert Filing.objects.values_list("limit_workdays", flat=True).first() == made


def test_it_is_filed_once_with_its_number_and_the_public_reads_it(client):
    place = build.town()
    project = build.contracted(place)
    client.force_login(place.handler)
    address = reverse("delivery:file_contract", args=[project.code])
    assert "应于" in client.get(reverse("delivery:work", args=[project.code])).content.decode()
    assert "7个工作日内备案" in client.get(address).content.decode()

    for wrong in ({"number": ""}, {"filed_on": (today() + timedelta(days=1)).isoformat()}, {"filed_on": "2020-01-01"}):
        typed = {"number": "备2026-7", "filed_on": today().isoformat()} | wrong
        assert client.post(address, typed).status_code == 422
    assert Filing.objects.get().filed_on is None
    answer = client.post(address, {"number": "备2026-7", "filed_on": today().isoformat()})
    again = client.post(address, {"number": "备2026-8", "filed_on": today().isoformat()})

    assert (answer.status_code, again.status_code) == (302, 409)
    assert Filing.objects.get().number == "备2026-7"
    assert "备案号备2026-7" in events(project, "contract.file")[0]
    assert "备2026-7" in client.get(reverse("delivery:work", args=[project.code])).content.decode()
    assert due_of(place.handler) == []
    client.force_login(place.social)
    assert client.get(address).status_code == 403


def test_late_it_is_told_upwards_each_step_once_and_never_when_it_was_filed(django_capture_on_commit_callbacks):
    place = build.town()
    late, filed = build.contracted(place, "30000", "29000"), build.contracted(place, "30000", "29000")
    with later(7):
        tasks.tell_late_filings()
        assert events(late) == []
        its_own = Filing.objects.get(contract__items__work__project=filed)
        filing.file(its_own, by=place.handler, number="备1", filed_on=today())

    for days in (8, 8, 20, 20):
        with later(days):
            with django_capture_on_commit_callbacks(execute=True):
                tasks.tell_late_filings()
            relayed()

    number = late.work.item.contract.number
    assert events(late) == [
        f"斗门镇合同{number}备案超期1个工作日，已报镇街",
        f"斗门镇合同{number}备案超期13个工作日，已报区专班",
    ]
    assert events(filed) == []
    told = Message.objects.filter(why=Why.SUPERIOR).order_by("pk").values_list("person", "event__action")
    assert list(told) == [(place.approver.pk, "filing.overdue"), (place.district.pk, "filing.overdue")]


def test_the_round_says_who_hears_and_after_how_many_days():
    place = build.town(escalate_to=["town_handler"], escalate_after_workdays=2, overdue_is_public=False)
    project = build.contracted(place)

    with later(8):
        tasks.tell_late_filings()
        assert events(project) == []
    with later(9):
        tasks.tell_late_filings()

    event = AuditEvent.objects.get(action="filing.overdue")
    assert (event.after, event.is_public) == ({"told": "town_handler"}, False)


def test_before_its_day_those_hear_whom_the_rules_want_reminded_once_and_by_the_rules_of_then():
    place = build.town(near_due_to=["town_handler"])
    project = build.contracted(place)

    for days in (4, 5, 5):
        with later(days):
            tasks.tell_late_filings()
    said = f"斗门镇合同{project.work.item.contract.number}备案还剩2个工作日，已提醒镇街经办"
    assert events(project, "filing.near_due") == [said]
    place.round.rules |= {"escalate_to": ["district_office"], "near_due_to": []}
    place.round.save()
    for days in (7, 8):
        with later(days):
            tasks.tell_late_filings()

    assert events(project, "filing.near_due") == [said]
    assert AuditEvent.objects.get(action="filing.overdue").after == {"told": "district_office"}


def test_many_that_have_nothing_new_do_not_keep_back_one_that_has(monkeypatch):
    monkeypatch.setattr(telling, "BATCH", 2)
    place = build.town(escalate_after_workdays=60)
    *_patient, last = [build.contracted(place, "3000", "2900") for _n in range(6)]
    Project.objects.filter(pk=last.pk).update(round=make.round_())

    with later(9):
        tasks.tell_late_filings()

    assert list(AuditEvent.objects.filter(action="filing.overdue").values_list("subject", flat=True)) == [last.code]


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_two_clocks_tell_it_once_and_without_the_lock_twice(monkeypatch):
    place = build.town()
    late = build.contracted(place)

    def ring(_n):
        with later(8):
            tasks.tell_late_filings()

    at_once(ring, 2)
    assert len(events(late)) == 1

    Filing.objects.update(overdue_level=0)
    held = [(late, each) for each in (Filing.objects.select_related("contract").get() for _clock in range(2))]
    monkeypatch.setattr(filing, "_held", lambda _filing: ([held[0][0]], held.pop()[1]))
    at_once(ring, 2)
    assert len(events(late)) == 3


def test_what_was_told_before_it_went_by_steps_is_not_told_again_at_the_first():
    migration = import_module("delivery.migrations.0004_filings_told_by_rule")
    place = build.town()
    told, new = build.contracted(place, "30000", "29000"), build.contracted(place, "30000", "29000")
    state = MigrationLoader(connection).project_state(("delivery", "0003_signed_lists_stand"))
    for step in migration.Migration.operations[:3]:
        step.state_forwards("delivery", state)
    its_own = Filing.objects.get(contract__items__work__project=told)
    state.apps.get_model("delivery", "Filing").objects.filter(pk=its_own.pk).update(told_at=now())

    migration.fill(state.apps, None)
    with later(8):
        tasks.tell_late_filings()
        assert (len(events(told)), len(events(new))) == (0, 1)
    with later(11):
        tasks.tell_late_filings()

    assert [said[-3:] for said in events(told)] == ["区专班"]


def test_a_pause_of_the_works_does_not_stop_the_clock_of_the_law():
    place = build.town()
    project = build.begun(place)
    pauses.pause(project, by=place.handler, reason="等管线", next_on=add_workdays(today(), 20))

    with later(8):
        tasks.tell_late_filings()

    assert len(events(project)) == 1


def test_a_contract_of_several_projects_is_filed_once_for_all(django_assert_num_queries):
    place = build.town()
    first, second = build.approved(place, "30000"), build.approved(place, "30000")
    shares = [(first, Decimal(20000)), (second, Decimal(20000))]
    contracts.sign(build.terms(place, "40000"), shares, by=place.village)

    assert [number for number, _due_on in due_of(place.handler)] == [first.code]
    with later(8):
        tasks.tell_late_filings()
    filing.file(Filing.objects.get(), by=place.handler, number="备9", filed_on=today())

    assert len(events(first)) == len(events(second)) == 1
    told = AuditEvent.objects.filter(action="filing.overdue").order_by("pk")
    assert [event.after for event in told] == [{"told": "town_approver"}, None]
    assert len(events(second, "contract.file")) == 1


@pytest.mark.parametrize("wrong", [{"number": "备1"}, {"filed_on": "2026-01-05"}])
def test_a_filing_is_whole_or_open(wrong):
    build.contracted(build.town())

    with pytest.raises(IntegrityError), transaction.atomic():
        Filing.objects.update(**wrong)


def test_two_who_note_it_at_once_leave_the_first(monkeypatch):
    place = build.town()
    build.contracted(place)
    stale = Filing.objects.get()
    filing.file(Filing.objects.get(), by=place.handler, number="备1", filed_on=today())

    with pytest.raises(RuleBroken, match="已经登记过备案"):
        filing.file(stale, by=place.village, number="备2", filed_on=today())

    assert Filing.objects.get().number == "备1"
