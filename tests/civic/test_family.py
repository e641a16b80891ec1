"""Helping in the family (帮家里人办): her own yes by code, few on either side, ended by whoever wants."""

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from civic import family, outbox, people
from civic.models import AuditEvent, DemoMessage, FamilyHelp, Person, Role
from civic.rules import RuleBroken
from tests import make
from tests.signing import other_than, read_code, text

pytestmark = pytest.mark.django_db
LIST, NEW, PHONE, NAME = "/me/family/", "/me/family/new/", "13800138000", "陈测试"


@pytest.fixture
def helper(settings):
    settings.DEMO = True
    make.areas()
    return make.person("李测试", home_area=make.area())


@pytest.fixture
def browser(client, helper):
    client.force_login(helper)
    return client


def ask(browser, **changes):
    return browser.post(NEW, {"step": "phone", "name": NAME, "phone": PHONE} | changes)


def answer(browser, code):
    return browser.post(NEW, {"step": "code", "code": code})


def test_she_agrees_by_reading_out_the_code_that_came_to_her_own_phone(browser, helper):
    sent = ask(browser)
    asked = text(browser.get(NEW))
    wrong = answer(browser, other_than(read_code()))
    before = FamilyHelp.objects.count(), Person.objects.exclude(pk=helper.pk).count()
    done = answer(browser, read_code())

    assert (sent.status_code, wrong.status_code, done.status_code) == (302, 422, 302)
    assert "短信发到了陈测试的手机 138****8000" in asked
    assert before == (0, 0), "nobody is made, and nothing begun, before the right code"
    message = DemoMessage.objects.get()
    assert message.phone == "+8613800138000"
    assert "李**请您同意" in message.text and "不能替您投票" in message.text
    pair = FamilyHelp.objects.get()
    assert (pair.helper, pair.helped.phone, pair.helped.name) == (helper, message.phone, NAME)
    assert pair.helped.phone_verified_at is not None
    event = AuditEvent.objects.get(action="civic.family.begun")
    assert (event.actor, event.on_behalf_of, event.is_public) == (helper, pair.helped, False)
    assert NAME in text(browser.get(LIST))
    browser.force_login(pair.helped)
    assert "李**" in text(browser.get(LIST)).split('data-test="helpers"')[1]


def test_a_known_and_an_unknown_number_are_answered_alike(browser):
    make.person("黄测试", phone="13800138001")

    answers = []
    for phone in (PHONE, "13800138001"):
        sent = ask(browser, phone=phone)
        answers.append((sent.status_code, sent.url, text(browser.get(NEW)).count("尾号"), browser.get(NEW).status_code))

    assert answers[0] == answers[1]


def test_what_is_wrong_stands_beside_its_field_and_what_was_typed_stays(browser, helper):
    own = ask(browser, phone=helper.phone)
    empty = ask(browser, name="")
    make.person("黄测试", phone=PHONE)
    ask(browser)
    other = answer(browser, read_code())

    assert (own.status_code, empty.status_code, other.status_code) == (422, 422, 409)
    assert "这是您自己的手机号" in text(own) and "写下家里人的姓名" in text(empty)
    assert "登记的不是这个姓名" in text(other) and f'value="{NAME}"' in text(other)
    assert not FamilyHelp.objects.exists()


def test_a_code_for_the_family_signs_nobody_in(browser, client):
    ask(browser)
    code = read_code()
    session = browser.session
    session.pop("_auth_user_id")
    session.save()

    assert client.post("/login/", {"step": "code", "code": code}).status_code == 422


def test_who_is_asked_too_often_gets_no_more_messages(browser):
    ask(browser)
    again = browser.post(NEW, {"step": "resend"})

    assert again.status_code == 429 and again["Retry-After"]
    outbox.run_due()
    assert DemoMessage.objects.count() == 1


def test_few_help_and_few_are_helped_and_nobody_helps_themselves(helper):
    helped = [make.person(NAME) for _n in range(5)]
    pairs = [family.begin(helper, person, name=NAME) for person in helped[:4]]
    others = [make.person("李测试"), make.person("李测试")]
    family.begin(others[0], helped[0], name=NAME)

    with pytest.raises(RuleBroken, match="最多帮4位"):
        family.begin(helper, helped[4], name=NAME)
    with pytest.raises(RuleBroken, match="已经有2个人"):
        family.begin(others[1], helped[0], name=NAME)
    with pytest.raises(RuleBroken, match="您自己的"):
        family.begin(others[1], others[1], name="李测试")
    with pytest.raises(PermissionDenied):
        family.begin(make.officer(Role.SOCIAL_WORKER), helped[4], name=NAME)
    assert family.begin(helper, helped[0], name=NAME) == pairs[0], "twice is once"
    family.end(pairs[1], by=helper)
    assert family.begin(helper, helped[4], name=NAME).helper_place == pairs[1].helper_place


@pytest.mark.parametrize(
    "places", [{"helper_place": 5}, {"helped_place": 3}, {"helper_place": 1, "helped_place": 2}, {"himself": True}]
)
def test_the_database_refuses_one_too_many_a_second_pair_and_oneself(helper, places):
    helped = make.person(NAME)
    FamilyHelp.objects.create(helper=helper, helped=helped, helper_place=1, helped_place=1)
    himself = places.pop("himself", False)
    row = {"helper": helper, "helped": helper if himself else make.person(NAME), "helper_place": 2, "helped_place": 1}

    with pytest.raises(IntegrityError), transaction.atomic():
        FamilyHelp.objects.create(**row | places)
    with pytest.raises(IntegrityError), transaction.atomic():
        FamilyHelp.objects.create(helper=helper, helped=helped, helper_place=2, helped_place=2)


def test_either_ends_it_and_nobody_else(client, helper):
    helped = make.person(NAME)
    for ends in (helper, helped):
        pair = family.begin(helper, helped, name=NAME)
        client.force_login(make.person("外测试"))
        stranger = client.post(f"{LIST}{pair.pk}/end/")
        client.force_login(ends)
        done = client.post(f"{LIST}{pair.pk}/end/", follow=True)
        client.post(f"{LIST}{pair.pk}/end/")

        pair.refresh_from_db()
        assert stranger.status_code == 404
        assert "已结束" in text(done) and pair.ended_at is not None
    assert AuditEvent.objects.filter(action="civic.family.ended").count() == 2


def test_she_tells_the_worker_of_her_village_who_ends_it(client, helper):
    helped = make.resident(name=NAME)
    pair = family.begin(helper, helped, name=NAME)
    worker, elsewhere = make.officer(Role.SOCIAL_WORKER), make.officer(Role.SOCIAL_WORKER, make.OTHER_VILLAGE)

    client.force_login(elsewhere)
    assert client.post(f"/desk/family/{pair.pk}/end/").status_code == 404
    client.force_login(worker)
    assert "家里谁在帮着办" in text(client.get(f"/desk/residents/{helped.pk}/"))
    assert client.post(f"/desk/family/{pair.pk}/end/").status_code == 302

    pair.refresh_from_db()
    assert pair.ended_at is not None
    assert AuditEvent.objects.get(action="civic.family.ended").role == Role.SOCIAL_WORKER


@pytest.mark.parametrize("goes", ["helper", "helped"])
def test_whoever_goes_neither_helps_nor_is_helped_any_longer(helper, goes):
    pair = family.begin(helper, make.person(NAME), name=NAME)

    people.erase(getattr(pair, goes))

    pair.refresh_from_db()
    assert pair.ended_at is not None
