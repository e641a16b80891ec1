"""A code told by a call (语音报码): it lets in like the one of a message, counts like one, and is offered only where somebody calls."""

import re
from datetime import timedelta

import pytest
import time_machine

from civic import outbox
from civic.models import DemoMessage, Outbox
from civic.moments import now
from tests import make
from tests.signing import answer, ask, is_signed_in, read_code

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def demo(settings):
    """The code is read where a visitor of the demo reads it."""
    settings.DEMO = True
    make.areas()


class Calls:
    """Stands for who calls: remembers what it was given."""

    made: list = []

    def send(self, phone, template, values):
        self.made.append((phone, template, values["code"]))


@pytest.fixture
def calls(settings):
    settings.VOICE_PROVIDER = f"{__name__}.Calls"
    Calls.made = []
    return Calls.made


def test_a_code_told_by_a_call_lets_in_and_the_one_of_the_message_no_more(client, calls):
    ask(client)
    by_message = read_code()
    with time_machine.travel(now() + timedelta(seconds=61), tick=False):
        page = client.get("/login/").content.decode()
        asked = client.post("/login/", {"step": "call"})
        outbox.run_due()
        [(phone, template, code)] = calls
        old = answer(client, by_message)
        done = answer(client, code)

    assert "打电话报给我" in page
    assert (phone, template, asked.status_code) == ("+8613800138000", "code", 302)
    assert (old.status_code, done.status_code) == (422, 302) or by_message == code
    assert is_signed_in(client)
    assert DemoMessage.objects.count() == 1


def test_a_call_waits_its_minute_and_counts_like_a_message(client, calls, settings):
    settings.SMS_DAY_BUDGET = 2
    ask(client)

    at_once = client.post("/login/", {"step": "call"})
    with time_machine.travel(now() + timedelta(seconds=61), tick=False):
        second = client.post("/login/", {"step": "call"})
    with time_machine.travel(now() + timedelta(seconds=122), tick=False):
        over_budget = client.post("/login/", {"step": "call"})

    assert (at_once.status_code, second.status_code, over_budget.status_code) == (429, 302, 503)
    assert Outbox.objects.filter(topic="voice").count() == 1


def test_where_nobody_calls_there_is_no_button_and_no_call(client, settings):
    settings.VOICE_PROVIDER = ""
    ask(client)

    page = client.get("/login/").content.decode()
    with time_machine.travel(now() + timedelta(seconds=61), tick=False):
        client.post("/login/", {"step": "call"})

    assert "打电话报给我" not in page
    assert not Outbox.objects.filter(topic="voice").exists()


def test_the_demo_shows_what_the_call_would_say_figure_by_figure(client, settings):
    settings.VOICE_PROVIDER = "civic.accounts.sms.DemoCall"
    ask(client)
    with time_machine.travel(now() + timedelta(seconds=61), tick=False):
        client.post("/login/", {"step": "call"})
        outbox.run_due()

        said = DemoMessage.objects.latest("pk").text
        done = answer(client, "".join(re.search(r"(\d) (\d) (\d) (\d) (\d) (\d)", said).groups()))

    assert said.startswith("来电：您的验证码是")
    assert done.status_code == 302
