"""按期公开: how a gift is used and how a sponsored project goes is due each quarter, published once, told when late."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from civic import moments
from civic.calendar import add_workdays, workdays_between
from civic.models import AuditEvent, Role
from civic.moments import now, today
from civic.rules import RuleBroken
from delivery import tasks, todo
from delivery.models import Disclosure, Work
from delivery.rules.acceptance import add_months
from delivery.rules.disclosures import Period, final_due, period_over
from delivery.services import approvals, disclosing
from proposals.models import Project, ProjectState
from proposals.services import pauses
from publicity.models import Message, Why
from tests import make
from tests.delivery import build
from tests.publicity.told import relayed

BEGUN = date(2026, 1, 15)


@pytest.mark.parametrize(
    ("on", "after", "ended", "expected"),
    [
        (date(2026, 4, 14), 0, None, None),
        (date(2026, 4, 15), 0, None, (date(2026, 1, 15), date(2026, 4, 15))),
        (date(2026, 7, 14), 6, None, None),
        (date(2026, 7, 15), 6, None, (date(2026, 4, 15), date(2026, 7, 15))),
        (date(2026, 12, 1), 6, None, (date(2026, 7, 15), date(2026, 10, 15))),
        (date(2026, 12, 1), 0, date(2026, 5, 1), (date(2026, 1, 15), date(2026, 4, 15))),
    ],
)
def test_the_period_that_is_over_is_the_last_whole_one_since_the_works_began(on, after, ended, expected):
    found = period_over(BEGUN, every=3, after=after, on=on, ended_on=ended)

    assert found == (Period(*expected) if expected else None)


def test_a_round_may_ask_for_none():
    assert period_over(BEGUN, every=0, on=date(2027, 1, 1)) is None
    assert final_due(BEGUN, months=0, on=BEGUN) is None


@pytest.mark.parametrize(("on", "expected"), [(date(2026, 1, 15), date(2026, 4, 15)), (date(2026, 4, 16), None)])
def test_all_of_a_gift_is_told_of_within_three_months_of_the_end_and_nothing_long_past_is_asked_for(on, expected):
    assert final_due(BEGUN, months=3, on=on) == expected


# --- in the database -------------------------------------------------------------------------------

pytest_db = pytest.mark.django_db


def in_months(months):
    return moments.at(now() + timedelta(days=(add_months(today(), months) - today()).days))


def later(workdays):
    return moments.at(now() + timedelta(days=(add_workdays(today(), workdays) - today()).days))


def given(place) -> Project:
    """A project with 15,000 yuan of a gift in it, whose works began today."""
    project = build.asking(place)
    request = approvals.submit(
        project, by=place.handler, amount_yuan=project.reviewed_yuan, minutes_no="镇纪要第4号",
        minutes=build.file(place.handler), sources={"donation": build.YUAN("15000")},
    )  # fmt: skip
    ready = build.stand(approvals.approve(request, by=place.approver), ProjectState.AWAITING_START)
    build.contracts.sign(build.terms(place), [(ready, build.YUAN("48000"))], by=place.village)
    return begun(ready)


def begun(project) -> Project:
    Work.objects.filter(project=project).update(started_on=today())
    return build.stand(project, ProjectState.IN_PROGRESS)


def sponsored(place) -> Project:
    return begun(build.contracted(place, sponsor=make.officer(Role.SPONSOR, make.TOWN)))


def owed():
    return list(Disclosure.objects.order_by("pk").values_list("kind", "ends_on", "due_on"))


def due_of(person):
    found = next(each for each in todo.waiting_for(person) if each.items and each.items[0].kind is todo.CONTRACT)
    lines = next(each for each in found.items if each.kind is todo.DISCLOSE)
    return list(lines.rows.values_list("line_number", "line_due_on"))


def said(project, action="disclosure.overdue"):
    return list(AuditEvent.objects.filter(subject=project.code, action=action).values_list("sentence", flat=True))


@pytest_db
def test_a_sponsored_project_is_told_of_each_quarter_within_ten_workdays():
    place = build.town()
    project = sponsored(place)
    plain = begun(build.contracted(place, "30000", "29000"))

    with in_months(2):
        tasks.tell_disclosures()
        assert owed() == []
    with in_months(3):
        tasks.tell_disclosures()
        tasks.tell_disclosures()
        assert owed() == [("sponsor", today(), add_workdays(today(), 10))]
        assert due_of(place.handler) == due_of(place.village) == [(project.code, add_workdays(today(), 10))]
        assert due_of(make.officer(Role.TOWN_HANDLER, make.OTHER_TOWN)) == []
    with in_months(6):
        tasks.tell_disclosures()

    assert [kind for kind, _ends_on, _due_on in owed()] == ["sponsor", "sponsor"]
    assert not Disclosure.objects.filter(project=plain).exists()


@pytest_db
def test_a_gift_is_told_of_from_half_a_year_on_and_whole_after_the_end():
    place = build.town()
    project = given(place)

    with in_months(3):
        tasks.tell_disclosures()
        assert owed() == []
    with in_months(6):
        tasks.tell_disclosures()
        assert [kind for kind, *_days in owed()] == ["donation"]
        Work.objects.filter(project=project).update(accepted_on=today())
        build.stand(project, ProjectState.COMPLETED)
        ended_on = today()
        tasks.tell_disclosures()

    whole = Disclosure.objects.get(kind="gift_final")
    assert (whole.ends_on, whole.due_on) == (ended_on, add_months(ended_on, 3))
    assert whole.limit_workdays == workdays_between(ended_on, whole.due_on)


@pytest_db
def test_works_that_were_paused_or_ended_owe_nothing():
    place = build.town()
    paused = pauses.pause(sponsored(place), by=place.handler, reason="等管线", next_on=add_workdays(today(), 9))
    ended = sponsored(place)
    with in_months(3):
        tasks.tell_disclosures()
        assert list(Disclosure.objects.values_list("project", flat=True)) == [ended.pk]
        pauses.terminate(ended, by=place.handler, reason="拆迁", rule="办法第9条")
        with later(12):
            tasks.tell_disclosures()

    assert paused.state == ProjectState.PAUSED
    assert said(ended) == []


@pytest_db
def test_a_change_of_the_rule_moves_no_day_that_was_set():
    place = build.town()
    sponsored(place)
    with in_months(3):
        tasks.tell_disclosures()
        before = owed()
        place.round.rules |= {"disclosure_workdays": 3, "sponsor_every_months": 6}
        place.round.save()
        tasks.tell_disclosures()

    assert owed() == before


@pytest_db
def test_it_is_published_once_and_everybody_reads_it(client):
    place = build.town()
    project = sponsored(place)
    with in_months(3):
        tasks.tell_disclosures()
        one = Disclosure.objects.get()
        address = reverse("delivery:disclose", args=[one.pk])
        client.force_login(place.handler)
        assert "按期公开" in client.get(reverse("delivery:work", args=[project.code])).content.decode()
        assert "到期" in client.get(address).content.decode()
        for wrong in ({"words": ""}, {"words": "找13800138000"}):
            assert client.post(address, wrong).status_code == 422
        assert Disclosure.objects.get().published_at is None

        taken = client.post(address, {"words": "挖沟铺管，用了3万元"})
        again = client.post(address, {"words": "又一次"})

        assert (taken.status_code, again.status_code) == (302, 409)
        assert Disclosure.objects.get().words == "挖沟铺管，用了3万元"
        assert due_of(place.handler) == []
        client.logout()
        page = client.get(project.get_absolute_url()).content.decode()
        assert "挖沟铺管，用了" in page
        client.force_login(place.social)
        assert client.get(address).status_code == 403


@pytest_db
@pytest.mark.parametrize(
    ("rules", "offices", "told"),
    [({}, "镇街", {"approver"}), ({"escalate_to": ["district_office"]}, "区专班", {"district"})],
)
def test_late_it_is_told_to_whom_the_rules_name(rules, offices, told, django_capture_on_commit_callbacks):
    place = build.town(**rules, near_due_to=["town_handler"])
    project = sponsored(place)

    def clock():
        with django_capture_on_commit_callbacks(execute=True):
            tasks.tell_disclosures()
            tasks.tell_disclosures()
        relayed()

    with in_months(3):
        clock()
        with later(8):
            clock()
        with later(10):
            clock()
            assert said(project) == []
        with later(11):
            clock()

    assert said(project, "disclosure.near_due") == ["斗门镇公开领办情况还剩2个工作日，已提醒镇街经办"]
    assert said(project) == [f"斗门镇公开领办情况超期1个工作日，已报{offices}"]
    late = Message.objects.filter(why=Why.SUPERIOR, event__action="disclosure.overdue")
    sponsors = {project.sponsor_id} if "approver" in told else set()
    assert set(late.values_list("person", flat=True)) == {getattr(place, name).pk for name in told} | sponsors


@pytest_db
def test_what_is_published_late_is_late_no_more_and_two_at_once_leave_the_first():
    place = build.town()
    project = sponsored(place)
    with in_months(3):
        tasks.tell_disclosures()
        stale = Disclosure.objects.get()
        disclosing.publish(Disclosure.objects.get(), by=place.handler, words="铺了管")
        with pytest.raises(RuleBroken, match="已经公开"):
            disclosing.publish(stale, by=place.village, words="又铺了管")
        with later(15):
            tasks.tell_disclosures()

    assert said(project) == []
    assert Disclosure.objects.get().words == "铺了管"


@pytest_db
@pytest.mark.parametrize("wrong", [{"words": "话"}, {"ends_on": date(2020, 1, 1)}, {"kind": "gossip"}])
def test_the_database_refuses_what_is_not_whole(wrong):
    place = build.town()
    sponsored(place)
    with in_months(3):
        tasks.tell_disclosures()

    with pytest.raises(IntegrityError), transaction.atomic():
        Disclosure.objects.update(**wrong)


@pytest_db
def test_many_projects_are_looked_through_in_as_many_queries_as_one(django_assert_num_queries):
    place = build.town("300000")
    sponsored(place)
    with in_months(3):
        tasks.tell_disclosures()
        with django_assert_num_queries(4):
            tasks.tell_disclosures()
    for _n in range(2):
        sponsored(place)
    with in_months(3):
        tasks.tell_disclosures()

        with django_assert_num_queries(4):
            tasks.tell_disclosures()
