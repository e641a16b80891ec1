"""A matter that was said aloud (语音报事): on the board at once, written down by who takes it in, the voice private."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction

from civic import files, moments, people
from civic.models import Attachment, AuditEvent
from civic.moments import now
from civic.rules import RuleBroken
from tests import make, recordings
from tests.wishes import build
from wishes import tasks
from wishes.models import Demand, Horizon
from wishes.services import answering, handling

pytestmark = pytest.mark.django_db


@pytest.fixture
def officer():
    return build.office()


def voice(by) -> Attachment:
    return files.store(recordings.wav(), "voice", by, voice_format="wav", seconds=5)


def said(by=None) -> Demand:
    by = by or make.person()
    return build.reported(by, what="", voice=voice(by))


def test_it_is_reported_without_a_word_and_written_down_before_anything_else(client, officer):
    client.force_login(make.person("陈测试"))
    sent = {"what": "", "area": make.VILLAGE, "place_text": build.PLACE, "key": str(uuid4())}
    filed = client.post("/board/new/", sent | {"voice": recordings.upload()}, follow=True).content.decode()
    demand = Demand.objects.get()
    case = f"/desk/board/{demand.number}/"
    with pytest.raises(RuleBroken, match="先听录音"):
        handling.take_in(demand, by=officer, horizon=Horizon.NOW, due_on=build.in_days(3))
    client.force_login(officer)

    page = client.get(case).content.decode()
    refused = client.post(case, {"act": "explain", "words": "属电网检修"})
    short = client.post(case, {"act": "hear", "what": "灯"})
    done = client.post(case, {"act": "hear", "what": build.WHAT}, follow=True)
    client.logout()
    public = client.get(demand.get_absolute_url()).content.decode()

    demand.refresh_from_db()
    token = str(demand.voice.token)
    assert token in filed and token in page
    assert "act=take_in" not in page and "act=take_in" in done.content.decode()
    assert (refused.status_code, short.status_code) == (409, 422)
    assert (demand.what, demand.spoken, demand.state) == (build.WHAT, "written", "filed")
    assert AuditEvent.objects.get(action="demand.write_down").sentence == f"听录音后写下：{build.WHAT}"
    assert "报的人说了一段录音，工作人员听后写下了上面的事。录音不公开。" in public
    assert token not in public
    assert client.get(f"/files/{token}/").status_code == 404


def test_neither_a_word_nor_a_voice_is_told_beside_the_field(client):
    client.force_login(make.person())
    sent = {"what": "", "area": make.VILLAGE, "place_text": build.PLACE, "key": str(uuid4())}
    make.areas()

    nothing = client.post("/board/new/", sent)
    broken = client.post("/board/new/", sent | {"voice": recordings.upload(b"x" * 64)})

    assert (nothing.status_code, broken.status_code) == (422, 415)
    assert "写下是什么事（至少5个字）" in nothing.content.decode()
    assert "这不是录音。请用手机录一段话再传" in broken.content.decode()
    assert build.PLACE in broken.content.decode()
    assert Demand.objects.count() == 0


def test_the_database_keeps_it_among_the_new_ones_until_it_was_heard(officer):
    demand = said()

    with pytest.raises(IntegrityError, match="demand_unheard_waits"), transaction.atomic():
        Demand.objects.filter(pk=demand.pk).update(state="doing", handler=officer.appointments.get())


def test_what_is_still_wrong_may_be_said_aloud_and_its_handler_hears_it(client, officer):
    person = make.person()
    demand = build.done(person, officer=officer)
    client.force_login(person)
    door = f"/board/{demand.number}/reopen/"

    broken = client.post(door, {"words": "还是不亮", "voice": recordings.upload(b"x" * 64)})
    answer = client.post(door, {"voice": recordings.upload()})

    demand.refresh_from_db()
    assert broken.status_code == 415 and "还是不亮</textarea>" in broken.content.decode()
    assert (answer.status_code, demand.state, demand.voice_again.is_public) == (302, "doing", False)
    heard = f"/files/{demand.voice_again.token}/"
    client.logout()
    page = client.get(demand.get_absolute_url()).content.decode()
    assert "重新打开时说的录音" in page and heard not in page and client.get(heard).status_code == 404
    client.force_login(officer)
    assert heard in client.get(f"/desk/board/{demand.number}/").content.decode()
    assert client.get(heard).status_code == 200


def test_a_voice_goes_with_its_person(officer):
    person = make.person()
    demand = said(person)
    answering.reopen(build.done(person, officer=officer), by=person, voice=voice(person))
    people.erase(person)

    tasks.forget_erased_people()
    with moments.at(now() + timedelta(days=3)):
        files.drop_orphans()

    demand.refresh_from_db()
    assert demand.voice is None
    assert not Demand.objects.exclude(voice_again=None).exists()
    assert not Attachment.objects.filter(kind="voice").exists()
