"""What WeChat did not bring goes as a text message (改发短信), where the person has that way switched on as well."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from civic import moments, outbox
from civic.accounts import sms
from civic.audit import record
from civic.models import DemoMessage, Dispatch, Outbox
from proposals.models import ProjectState as S
from publicity import stops
from publicity.models import Topic, Via
from publicity.services import messages, settings
from tests import make

pytestmark = pytest.mark.django_db
HERE = ZoneInfo("Asia/Shanghai")


@pytest.fixture
def project():
    return make.project(state=S.IN_PROGRESS, title="村口坡道", proposer=make.person("提测试", phone="+8613900000001"))


@pytest.fixture
def noon():
    with moments.at(datetime(2026, 11, 25, 12, 0, tzinfo=HERE)):
        yield


def texts():
    return list(DemoMessage.objects.order_by("pk").values_list("text", flat=True))


@pytest.fixture
def deployment(settings):
    """What this house has set up, beside what a person has switched on; the demo's console shows what was sent."""
    settings.DEMO = True
    settings.SITE_URL = "https://wss.example"
    return settings


class Away:
    """A chat service of another house, away."""

    def reaches(self, person):
        return True

    def send(self, person, template, values):
        raise OSError("away")


class Gone:
    """The same service, which this person has left since the message was queued."""

    asked = 0

    def reaches(self, person):
        type(self).asked += 1
        return type(self).asked == 1

    def send(self, person, template, values):
        raise AssertionError("nobody is there")


def wanting_both(project, deployment, chat):
    """The proposer has WeChat and text messages switched on for what happens to the project."""
    deployment.MESSAGE_PROVIDERS = {"wechat": f"{__name__}.{chat}", "email": ""}
    settings.keep(project.proposer, Via.WECHAT, [Topic.WORKS])
    messages.tell(record("project.start", by="test", on=project, after={"state": S.IN_PROGRESS}))


def tried_to_the_end():
    for hour in range(outbox.MOST_ATTEMPTS):
        with moments.at(moments.now() + timedelta(hours=hour, minutes=1)):
            while outbox.run_due():
                pass


def sent_and_failed():
    return sorted(Dispatch.objects.values_list("way", "outcome"))


@pytest.mark.parametrize("chat", ["Away", "Gone"])
def test_a_wechat_message_that_does_not_arrive_goes_as_a_text_message_once(project, noon, deployment, chat):
    Gone.asked = 0
    wanting_both(project, deployment, chat)

    tried_to_the_end()

    assert len(texts()) == 1
    assert texts()[0].startswith("【民生微实事】您提的“村口坡道”已开工")
    stop = texts()[0].split("/stop/")[1].split("/")[0]
    assert stops.read(stop, moments.today()).via == Via.SMS
    assert sent_and_failed() == [("sms", "sent"), *([("wechat", "failed")] if chat == "Away" else [])]


def test_where_text_messages_are_not_wanted_none_stands_in(project, noon, deployment):
    settings.keep(project.proposer, Via.SMS, [])
    wanting_both(project, deployment, "Away")

    tried_to_the_end()

    assert texts() == []
    assert sent_and_failed() == [("wechat", "failed")]


def test_who_stopped_text_messages_meanwhile_gets_none(project, noon, deployment):
    wanting_both(project, deployment, "Away")
    relayed_once = outbox.run_due()
    settings.stop(project.proposer, Via.SMS)

    tried_to_the_end()

    assert relayed_once
    assert texts() == []


def test_a_text_message_in_place_of_another_is_on_the_days_budget(project, noon, deployment):
    deployment.SMS_DAY_BUDGET = 5
    wanting_both(project, deployment, "Away")
    for _n in range(4):
        assert sms.spare("project_news")

    tried_to_the_end()

    assert texts() == []


def test_a_text_message_in_place_of_another_waits_for_the_morning_too(project, deployment):
    evening = datetime(2026, 11, 25, 20, 59, tzinfo=HERE)
    with moments.at(evening):
        wanting_both(project, deployment, "Away")
        relayed_due = outbox.run_due()
        for minutes in (1, 5, 20, 60):
            with moments.at(evening + timedelta(minutes=minutes)):
                outbox.run_due()

    assert relayed_due
    waiting = Outbox.objects.get(topic="sms")
    assert waiting.due_at == datetime(2026, 11, 26, 8, 0, tzinfo=HERE)
