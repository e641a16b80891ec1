"""Who undertook something at a meeting hears of it: when it is noted, before its day, and when it is late (议定事项)."""

from datetime import timedelta

import pytest

from civic import moments
from civic.calendar import add_workdays
from civic.models import AuditEvent, Role
from civic.moments import now, today
from publicity.models import Message
from publicity.queries.inbox import letters
from publicity.services import messages
from tests import make
from tests.publicity.told import relayed
from tests.voting import hall
from voting import tasks
from voting.services import undertakings

pytestmark = pytest.mark.django_db
TEXT = "请供电所装两盏路灯"


@pytest.fixture
def clock(django_capture_on_commit_callbacks):
    """The clock rings twice, and what was recorded is told."""

    def ring():
        with django_capture_on_commit_callbacks(execute=True):
            tasks.tell_of_undertakings()
            tasks.tell_of_undertakings()
        relayed()

    return ring


def later(workdays):
    return moments.at(now() + timedelta(days=(add_workdays(today(), workdays) - today()).days))


def promised(*, owner=None, by=None, workdays=10, **rules):
    found = hall.voted("FFFFF", rules=rules)
    made = undertakings.undertake(
        found.fresh(), by=by or found.recorder, text=TEXT, owner=owner or found.teller,
        due_on=add_workdays(today(), workdays),
    )  # fmt: skip
    return found, made


def said(action):
    return list(AuditEvent.objects.filter(action=action).order_by("pk").values_list("sentence", flat=True))


def heard(action):
    return set(Message.objects.filter(event__action=action).values_list("person", "why"))


def test_who_undertook_it_finds_it_in_the_inbox_with_its_day_and_where_to_say_how_it_went(client):
    found, made = promised()
    messages.tell(AuditEvent.objects.get(action="meeting.undertaken"))

    message = Message.objects.get()
    [letter] = letters([message])

    assert (message.person, message.why) == (found.teller, "undertaker")
    assert (letter.whose, letter.title, letter.url) == ("您答应办的", TEXT, f"/meetings/undertakings/{made.pk}/")
    assert letter.next.endswith("前办好，办得怎样自己写上去")
    client.force_login(found.teller)
    page = client.get("/me/messages/").content.decode()
    assert TEXT in page
    assert client.get(letter.url).status_code == 200


def test_who_notes_it_for_oneself_is_told_nothing_they_know():
    promised_by = make.officer(Role.VILLAGE_OFFICE)
    promised(owner=promised_by, by=promised_by)

    messages.tell(AuditEvent.objects.get(action="meeting.undertaken"))

    assert not Message.objects.exists()


def test_before_its_day_its_owner_is_reminded_once_and_whom_the_rules_name_besides(clock):
    handler = make.officer(Role.TOWN_HANDLER, make.TOWN)
    found, _made = promised(near_due_to=["town_handler"])

    with later(7):
        clock()
        assert said("undertaking.near_due") == []
    with later(8):
        clock()
    with later(9):
        clock()

    assert said("undertaking.near_due") == [f"办“{TEXT}”还剩2个工作日"]
    assert heard("undertaking.near_due") == {(found.teller.pk, "undertaker"), (handler.pk, "superior")}
    assert not AuditEvent.objects.get(action="undertaking.near_due").is_public


def test_nobody_is_reminded_on_the_day_on_which_they_were_told(clock):
    promised(workdays=1)

    clock()

    assert said("undertaking.near_due") == []


@pytest.mark.parametrize(
    ("rules", "offices_named", "told"),
    [({}, "镇街", {"approver"}), ({"escalate_to": ["town_handler"]}, "镇街经办", {"handler"})],
)
def test_late_it_is_told_to_its_owner_and_to_whom_the_rules_name(rules, offices_named, told, clock):
    people = {
        "handler": make.officer(Role.TOWN_HANDLER, make.TOWN),
        "approver": make.officer(Role.TOWN_APPROVER, make.TOWN),
    }
    make.officer(Role.TOWN_APPROVER, make.OTHER_TOWN)
    found, _made = promised(**rules)

    with later(10):
        clock()
        assert said("undertaking.overdue") == []
    with later(11):
        clock()

    assert said("undertaking.overdue") == [f"测试甲村办“{TEXT}”超期1个工作日，已报{offices_named}"]
    above = {(people[name].pk, "superior") for name in told}
    assert heard("undertaking.overdue") == {(found.teller.pk, "undertaker"), *above}


def test_what_stays_late_is_told_one_office_further_once(clock):
    district = make.officer(Role.DISTRICT_OFFICE, make.DISTRICT)
    promised()
    for workdays in (11, 14, 15, 20):
        with later(workdays):
            clock()

    assert [words[-5:] for words in said("undertaking.overdue")] == ["，已报镇街", "已报区专班"]
    assert (district.pk, "superior") in heard("undertaking.overdue")


def test_lateness_that_the_rules_keep_from_the_public_is_told_all_the_same(clock):
    found, _made = promised(overdue_is_public=False)

    with later(11):
        clock()

    assert not AuditEvent.objects.get(action="undertaking.overdue").is_public
    assert (found.teller.pk, "undertaker") in heard("undertaking.overdue")


def test_what_is_done_is_late_no_more(clock):
    found, made = promised()
    undertakings.settle(made, by=found.teller, state="done", outcome="亮了")

    with later(20):
        clock()

    assert said("undertaking.overdue") == said("undertaking.near_due") == []


def test_many_promises_are_read_in_as_many_queries_as_one(django_assert_num_queries):
    found, _made = promised()
    with django_assert_num_queries(1):
        tasks.tell_of_undertakings()
    undertakings.undertake(
        found.fresh(), by=found.recorder, text="再装一盏", owner=found.monitor, due_on=add_workdays(today(), 9)
    )

    with django_assert_num_queries(1):
        tasks.tell_of_undertakings()
