"""An administrator takes away the app of a colleague who lost the phone: with a reason, told, and without reading it."""

from io import StringIO

import pytest
from allauth.mfa.models import Authenticator
from django.core.management import CommandError, call_command
from django.urls import reverse

from civic import people
from civic.accounts import factors
from civic.accounts.factors import Way
from civic.models import AuditEvent, Person, Role
from civic.rules import RuleBroken
from publicity.models import Message, Topic
from publicity.queries import inbox
from publicity.services import messages
from tests import make
from tests.signing import bound, text

pytestmark = pytest.mark.django_db
NO_ROWS = {f"{name}-{what}_FORMS": 0 for name in ("appointments", "residencies") for what in ("TOTAL", "INITIAL")}


@pytest.fixture
def chief(client) -> Person:
    """The system administrator, signed in."""
    make.areas()
    someone = make.officer(Role.SYSTEM_ADMIN, make.DISTRICT, name="周测试")
    client.force_login(someone)
    return someone


def page_of(person: Person) -> str:
    return reverse("admin:civic_person_change", args=[person.pk])


def sent(person: Person, **more: str) -> dict[str, object]:
    return NO_ROWS | {"name": person.name, "is_active": "on", "reset_second_factor": "on"} | more


def last_event() -> AuditEvent:
    return AuditEvent.objects.order_by("-pk").first()


def test_an_administrator_resets_it_with_a_reason_and_never_reads_it(client, chief):
    officer = make.officer(Role.TOWN_HANDLER)
    secret, codes = bound(officer)
    seen = text(client.get(page_of(officer)))

    silent = client.post(page_of(officer), sent(officer))
    assert factors.way_of(officer) == Way.APP
    done = client.post(page_of(officer), sent(officer, reason="手机丢了"))

    assert "已绑定" in seen
    assert not any(word in seen for word in (secret, *codes))
    assert (silent.status_code, done.status_code) == (200, 302)
    assert "请写明理由" in text(silent)
    assert not Authenticator.objects.exists()
    event = last_event()
    assert (event.action, event.actor, event.reason) == ("civic.second_factor.reset", chief, "手机丢了")
    assert not event.is_public
    assert "没有绑定" in text(client.get(page_of(officer)))
    assert "重设登录第二步" not in text(client.get(page_of(officer)))


def test_the_colleague_is_told_in_the_inbox_and_nobody_else(client, chief):
    officer = make.officer(Role.TOWN_HANDLER)
    bound(officer)
    people.reset_second_factor(officer, by=chief, reason="手机丢了")

    messages.tell(last_event())
    messages.tell(last_event())

    message = Message.objects.get()
    assert (message.person, message.topic) == (officer, Topic.ACCOUNT)
    (letter,) = inbox.letters([message])
    assert "系统管理员重设了登录第二步" in letter.text
    assert (letter.reason, letter.url) == ("手机丢了", "/me/second-factor/")
    client.force_login(officer)
    shown = text(client.get("/me/messages/"))
    assert all(word in shown for word in ("您的账号", "手机丢了", "马上打电话找系统管理员"))


@pytest.mark.parametrize("who", ["oneself", "nobody with an app"])
def test_neither_ones_own_nor_what_is_not_there(client, chief, who):
    person = chief if who == "oneself" else make.officer(Role.TOWN_HANDLER)
    if who == "oneself":
        bound(chief)

    response = client.post(page_of(person), sent(person, reason="手机丢了"))

    assert response.status_code == 200
    assert ("另一位管理员" if who == "oneself" else "不用重设") in text(response)
    assert AuditEvent.objects.filter(action="civic.second_factor.reset").count() == 0


def test_only_the_administrator_may(chief):
    officer, other = make.officer(Role.TOWN_HANDLER), make.officer(Role.DISTRICT_OFFICE, make.DISTRICT)
    bound(officer)
    bound(chief)

    for person, by in ((officer, other), (officer, officer), (chief, chief)):
        with pytest.raises(people.PermissionDenied):
            people.reset_second_factor(person, by=by, reason="手机丢了")
    with pytest.raises(RuleBroken):
        people.reset_second_factor(officer, by=chief, reason=" ")

    assert Authenticator.objects.filter(type=factors.APP).count() == 2


def test_whoever_runs_the_machine_helps_the_only_administrator(chief):
    bound(chief)

    call_command("reset_second_factor", chief.phone, reason="唯一的管理员手机丢了", stdout=StringIO())

    assert not Authenticator.objects.exists()
    assert (last_event().action, last_event().job) == ("civic.second_factor.reset", "command:reset_second_factor")
    for phone in (chief.phone, "13900139000", "138"):
        with pytest.raises(CommandError):
            call_command("reset_second_factor", phone, reason="再来一次", stdout=StringIO())
