"""What officers hear in the morning: how much waits and how much is late, once a working day, until they say stop."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from civic import moments
from civic.models import DemoMessage, Role
from proposals.models import ProjectState as S
from publicity import tasks
from tests import make
from tests.publicity.told import relayed

pytestmark = pytest.mark.django_db
MORNING = datetime(2026, 11, 30, 8, 30, tzinfo=ZoneInfo("Asia/Shanghai"))  # a Monday


def test_officers_hear_each_working_morning_what_waits_and_what_is_late_and_only_then(client, settings):
    settings.DEMO, settings.SITE_URL = True, "https://wss.example"
    worker = make.officer(Role.SOCIAL_WORKER)
    idle = make.officer(Role.SOCIAL_WORKER, make.OTHER_VILLAGE)
    make.project(S.FILED, due_on=MORNING.date() + timedelta(days=9))
    for moment in (MORNING - timedelta(days=1), MORNING - timedelta(minutes=1), MORNING + timedelta(hours=4)):
        with moments.at(moment):
            tasks.send_desk_digest()
            relayed()
    assert not DemoMessage.objects.exists()

    with moments.at(MORNING):
        for _n in range(2):
            tasks.send_desk_digest()
            relayed()

    assert [message.phone for message in DemoMessage.objects.all()] == [worker.phone]
    text = DemoMessage.objects.get().text
    assert "您今天有1件待办，其中0件快到期、0件超期。去办：https://wss.example/desk/" in text
    client.post(text.rpartition("不想收：https://wss.example")[2])
    with moments.at(MORNING + timedelta(days=1)):
        tasks.send_desk_digest()
        relayed()
    assert DemoMessage.objects.count() == 1, idle.phone
