"""Whom a worker tells by voice (要打的电话): what was pressed by mistake is taken back the same day."""

from datetime import timedelta

import pytest

from civic import moments
from civic.audit import record
from civic.models import Role
from civic.rules import RuleBroken
from proposals.models import ProjectState as S
from publicity.models import CallTask
from publicity.services import messages
from tests import make

pytestmark = pytest.mark.django_db
LIST = "/desk/calls/"


@pytest.fixture
def task():
    project = make.project(state=S.FILED, proposer=make.person(phone=None))
    messages.tell(record("project.return", by="test", on=project, after={"state": S.RETURNED}))
    return CallTask.objects.get()


def test_a_call_noted_by_mistake_waits_again(client, task):
    client.force_login(make.officer(Role.SOCIAL_WORKER, name="陈社工"))
    client.post(LIST, {"task": task.pk})
    assert "按错了，撤销" in client.get(LIST).content.decode()

    client.post(LIST, {"task": task.pk, "act": "undo"})

    task.refresh_from_db()
    assert (task.done_by, task.done_at) == (None, None)
    assert "没有要打的电话" not in client.get(LIST).content.decode()


def test_anothers_word_and_an_older_one_stand(client, task):
    colleague = make.officer(Role.SOCIAL_WORKER, name="林社工")
    messages.call_done(task, by=colleague)
    client.force_login(make.officer(Role.SOCIAL_WORKER, name="陈社工"))

    assert client.post(LIST, {"task": task.pk, "act": "undo"}).status_code == 404

    with moments.at(moments.now() + timedelta(days=1)), pytest.raises(RuleBroken, match="自己今天"):
        messages.call_undone(task, by=colleague)
    task.refresh_from_db()
    assert task.done_by == colleague
