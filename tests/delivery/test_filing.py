"""合同备案: due some working days after the signing, filed once with its number, told once when late."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from civic import moments
from civic.calendar import add_workdays
from civic.models import AuditEvent, Role
from civic.moments import now, today
from civic.rules import RuleBroken
from delivery import tasks, todo
from delivery.models import Filing
from delivery.services import contracts, filing
from proposals.services import pauses
from publicity.models import Message, Why
from tests import make
from tests.delivery import build
from tests.publicity.told import relayed

pytestmark = pytest.mark.django_db


def later(workdays):
    return moments.at(now() + timedelta(days=(add_workdays(today(), workdays) - today()).days))


def due_of(person) -> list[tuple[str, object]]:
    found = next(each for each in todo.waiting_for(person) if each.items and each.items[0].kind is todo.CONTRACT)
    lines = next(each for each in found.items if each.kind is todo.FILING)
    return list(lines.rows.values_list("line_number", "line_due_on"))


def events(project, action="contract.filing_overdue"):
    return list(AuditEvent.objects.filter(subject=project.code, action=action).values_list("sentence", flat=True))


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


def test_late_it_is_told_once_to_whom_the_round_names_and_never_when_it_was_filed(django_capture_on_commit_callbacks):
    place = build.town()
    late, filed = build.contracted(place, "30000", "29000"), build.contracted(place, "30000", "29000")
    with later(7):
        tasks.tell_late_filings()
        assert events(late) == []
        its_own = Filing.objects.get(contract__items__work__project=filed)
        filing.file(its_own, by=place.handler, number="备1", filed_on=today())

    for days in (8, 8, 20):
        with later(days):
            with django_capture_on_commit_callbacks(execute=True):
                tasks.tell_late_filings()
            relayed()

    number = late.work.item.contract.number
    assert events(late) == [f"合同{number}备案超期1个工作日，已报镇街"]
    assert events(filed) == []
    told = Message.objects.filter(why=Why.SUPERIOR).values_list("person", "event__action")
    assert list(told) == [(place.approver.pk, "contract.filing_overdue")]


def test_the_round_says_who_hears_and_after_how_many_days():
    place = build.town(escalate_to=["town_handler"], escalate_after_workdays=2, overdue_is_public=False)
    project = build.contracted(place)

    with later(8):
        tasks.tell_late_filings()
        assert events(project) == []
    with later(9):
        tasks.tell_late_filings()

    event = AuditEvent.objects.get(action="contract.filing_overdue")
    assert (event.after, event.is_public) == ({"told": "town_handler"}, False)


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
    told = AuditEvent.objects.filter(action="contract.filing_overdue").order_by("pk")
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
