"""A social worker lets in a resident who gets no text message: her word, written down, once, and never for staff."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from civic import people
from civic.accounts import helper
from civic.limits import HELPER_CODE_IP, HELPER_DAY
from civic.models import Appointment, AuditEvent, HelperCode, Person, Role
from civic.rules import PhoneNotProved, RuleBroken
from civic.sessions import VOUCHED
from tests import make
from tests.signing import is_signed_in, text

pytestmark = [pytest.mark.django_db, pytest.mark.core]
ASK, DESK = "/login/helper/", "/desk/sign-in/"
WRONG = "这4位数不对，或者已经失效"
GO = {"step": "go", "next": "/me/looked-up/"}


@pytest.fixture
def worker():
    make.areas()
    return make.officer(Role.SOCIAL_WORKER, name="陈测试")


@pytest.fixture
def wang(worker):
    return make.person("王小明", phone=None, home_area=make.area())


def asked(client: Client, area: str = make.VILLAGE) -> str:
    """The digits on the screen of somebody who asks for them."""
    client.post(ASK, {"step": "ask", "area": area})
    return re.search(r'data-test="digits">([0-9]{4})<', text(client.get(ASK)))[1]


def at_desk(worker: Person) -> Client:
    client = Client()
    client.force_login(worker)
    return client


def vouched(desk: Client, digits: str, person: Person, **changed):
    desk.post(DESK, {"step": "digits", "digits": digits})
    desk.post(DESK, {"step": "find", "find": person.name})
    return desk.post(DESK, {"step": "vouch", "person": person.pk, "how": "present"} | changed)


def code_of(digits: str) -> HelperCode:
    return HelperCode.objects.get(digits=digits, ended_at=None)


def test_her_browser_comes_in_by_the_workers_word_once_and_under_a_new_key(client, worker, wang):
    digits, desk = asked(client), at_desk(worker)
    before, name = client.session.session_key, client.session[helper.SESSION_KEY]

    early = client.post(ASK, GO)
    done = vouched(desk, digits, wang)
    entered = client.post(ASK, GO)

    assert "社工还没有确认" in text(early) and not early.wsgi_request.user.is_authenticated
    assert (done.status_code, entered.status_code, entered.url) == (302, 302, "/me/looked-up/")
    assert client.session["_auth_user_id"] == str(wang.pk)
    assert client.session[VOUCHED] is True
    assert client.session.session_key != before
    assert helper.enter({helper.SESSION_KEY: name}) is None  # type: ignore[arg-type]
    events = AuditEvent.objects.filter(action__in=("civic.person.vouched", "civic.person.let_in")).order_by("pk")
    told = [(event.action, event.actor, event.on_behalf_of, event.after, event.is_public) for event in events]
    assert told == [
        ("civic.person.vouched", worker, wang, {"how": "present"}, False),
        ("civic.person.let_in", wang, None, {"worker": worker.pk, "how": "present"}, False),
    ]


def test_she_reads_in_her_own_pages_who_let_her_in(client, worker, wang):
    vouched(at_desk(worker), asked(client), wang)
    client.post(ASK, GO)

    shown = text(client.get("/me/looked-up/"))

    assert "社工 陈*" in re.sub(r"<[^>]+>", "", shown) and "帮您登录了" in shown


def test_a_browser_that_asks_by_itself_is_led_on_as_soon_as_it_may(client, worker, wang):
    digits, by_script = asked(client), {"HX-Request": "true"}

    quiet = client.post(ASK, GO, headers=by_script)
    vouched(at_desk(worker), digits, wang)
    led = client.post(ASK, GO, headers=by_script)

    assert (quiet.status_code, quiet.get("HX-Redirect")) == (204, None)
    assert (led.status_code, led["HX-Redirect"], is_signed_in(client)) == (204, "/me/looked-up/", True)


def test_digits_die_of_three_wrong_tries_and_every_refusal_reads_the_same(client, worker, wang):
    desk, far = at_desk(worker), Client()
    digits, elsewhere = asked(client), asked(far, make.OTHER_VILLAGE)
    wrong = next(f"{n:04d}" for n in range(10) if f"{n:04d}" not in (digits, elsewhere))

    def refusal(typed: str) -> tuple[int, bool]:
        answer = desk.post(DESK, {"step": "digits", "digits": typed})
        return answer.status_code, WRONG in text(answer)

    assert [refusal(wrong), refusal(elsewhere), refusal(wrong), refusal(digits)] == [(422, True)] * 4
    assert "刚才的4位数失效了" in text(client.get(ASK))
    assert HelperCode.objects.filter(area=make.OTHER_VILLAGE, wrong_tries=0, ended_at=None).exists()


def test_digits_live_ten_minutes_and_a_session_has_one(client, worker, wang):
    desk = at_desk(worker)
    with time_machine.travel(timezone.now(), tick=False) as clock:
        first, second = asked(client), asked(client)
        assert HelperCode.objects.filter(ended_at=None).count() == 1
        clock.shift(timedelta(minutes=10))
        late = desk.post(DESK, {"step": "digits", "digits": second})
        clock.shift(timedelta(days=1, seconds=1))
        helper.sweep()

    assert (late.status_code, WRONG in text(late)) == (422, True)
    assert len(first) == 4
    assert not HelperCode.objects.exists()


def test_one_address_asks_five_times_an_hour(client, worker):
    for _ in range(HELPER_CODE_IP.most):
        asked(client)

    refused = client.post(ASK, {"step": "ask", "area": make.VILLAGE})

    assert refused.status_code == 429
    assert int(refused["Retry-After"]) > 3000
    assert f'value="{make.VILLAGE}" selected' in text(refused)


def test_one_worker_lets_in_forty_a_day(client, worker, wang):
    for _ in range(HELPER_DAY.most):
        HELPER_DAY.hit(worker.pk)

    refused = vouched(at_desk(worker), asked(client), wang)

    assert refused.status_code == 429
    assert client.post(ASK, GO).status_code == 200 and not is_signed_in(client)


def test_nobody_in_office_nor_herself_nor_a_stranger_nor_an_erased_person_is_let_in(client, worker, wang):
    office = make.officer(Role.VILLAGE_OFFICE, name="王村委")
    Person.objects.filter(pk__in=[office.pk, worker.pk]).update(home_area=make.area())
    later = make.person("王明天", home_area=make.area())
    starts = timezone.localdate() + timedelta(days=1)
    Appointment.objects.create(person=later, role=Role.ASSEMBLY_MEMBER, area=make.area(), starts_on=starts)
    stranger = make.person("王别村", home_area=make.area(make.OTHER_VILLAGE))
    gone = make.person("王走了", home_area=make.area())
    people.erase(gone)
    code, desk = code_of(asked(client)), at_desk(worker)

    for never in (office, worker, later, stranger, gone):
        with pytest.raises(RuleBroken) as refused:
            helper.vouch(code, never, "card", by=worker)
        assert refused.value.code == "not_to_be_let_in"
    desk.post(DESK, {"step": "digits", "digits": code.digits})
    found = text(desk.post(DESK, {"step": "find", "find": "王"}))
    by_phone = text(desk.post(DESK, {"step": "find", "find": stranger.phone}))

    assert re.findall(r'name="person" value="([0-9]+)"', found) == [str(wang.pk)]
    assert "没找到能这样登录的人" in by_phone
    assert AuditEvent.objects.filter(action="civic.person.looked_up", on_behalf_of=stranger, actor=worker).exists()


def test_only_the_social_worker_of_the_village_vouches(client, worker, wang):
    code = code_of(asked(client))

    near, far = make.officer(Role.VILLAGE_OFFICE), make.officer(Role.SOCIAL_WORKER, make.OTHER_VILLAGE)
    opens = []

    for other in (near, far, wang):
        with pytest.raises(PermissionDenied):
            helper.vouch(code, wang, "present", by=other)
        client.force_login(other)
        opens.append(client.get(DESK).status_code)

    assert opens == [403, 200, 403]
    assert Client().get(DESK).url == "/login/?next=/desk/sign-in/"


def test_an_office_ends_such_a_session_and_an_unused_word(client, worker, wang):
    other = Client()
    vouched(at_desk(worker), asked(client), wang)
    vouched(at_desk(worker), asked(other), wang)
    client.post(ASK, GO)
    make_member = {"person": wang, "role": Role.ASSEMBLY_MEMBER, "area": make.area()}
    Appointment.objects.create(**make_member, starts_on=timezone.localdate())

    assert client.get("/login/welcome/").url == "/login/?next=/login/welcome/"
    other.post(ASK, GO)
    assert not is_signed_in(client) and not is_signed_in(other)


def test_who_was_let_in_does_not_erase_the_account(client, worker, wang):
    vouched(at_desk(worker), asked(client), wang)
    client.post(ASK, GO)

    refused = client.post("/me/erase/", {"sure": "on"})

    wang.refresh_from_db()
    assert (refused.status_code, wang.erased_at) == (409, None)
    assert "没有核对手机号，不能注销" in text(client.get("/me/erase/"))
    wang.is_vouched = True
    with pytest.raises(PhoneNotProved):
        people.erase(wang)


def test_what_is_wrong_is_said_beside_the_field_and_a_word_given_twice_is_refused(client, worker, wang):
    desk, digits = at_desk(worker), asked(client)

    assert client.post(ASK, {"step": "ask", "area": "1"}).status_code == 422
    assert desk.post(DESK, {"step": "digits", "digits": "12"}).status_code == 422
    assert vouched(desk, digits, wang, how="").status_code == 422
    code = code_of(digits)
    assert vouched(desk, digits, wang).status_code == 302
    with pytest.raises(RuleBroken) as refused:
        helper.vouch(code, wang, "present", by=worker)
    assert refused.value.code == "helper_code_over"
    assert desk.post(DESK, {"step": "vouch", "person": wang.pk, "how": "present"}).status_code == 409


@pytest.mark.parametrize(
    "broken",
    [
        {"digits": "12a4"},
        {"how": "present"},
        {"how": "guess"},
        {"wrong_tries": 3},
        {"digits": "0001"},
    ],
    ids=str,
)
def test_the_database_refuses_what_the_rules_do(worker, broken):
    plain = {"area": make.area(), "digits": "1234", "dies_at": timezone.now()}
    HelperCode.objects.create(**plain | {"digits": "0001"})

    with pytest.raises(IntegrityError), transaction.atomic():
        HelperCode.objects.create(**plain | broken)
