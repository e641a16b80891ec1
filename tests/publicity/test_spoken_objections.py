"""An objection that was said aloud (语音异议): written down before it is answered, heard by who must answer it and nobody else."""

import pytest
from django.db import IntegrityError, transaction

from civic import files
from civic.models import Attachment, AuditEvent, Role
from civic.permissions import allowed
from civic.rules import RuleBroken
from proposals.models import ProjectState as S
from proposals.services import moves
from publicity.models import Objection
from publicity.services import objections
from tests import make, recordings

pytestmark = pytest.mark.django_db
WHAT, WHY = "坡道挡住了消防通道", "消防车转不过来"


def on_notice():
    return moves.advance(make.project(state=S.FOR_APPROVAL), by="test")


def voice(by, seconds=5) -> Attachment:
    return files.store(recordings.wav(seconds), "voice", by, voice_format="wav", seconds=seconds)


def said(by=None, **words) -> Objection:
    by = by or make.person()
    return objections.file(on_notice(), by=by, voice=voice(by), **{"what": "", "why": "", **words})


def rechecked() -> Objection:
    """One that was answered in writing and whose recheck was asked for aloud."""
    objector = make.person()
    objection = objections.file(on_notice(), by=objector, what=WHAT, why=WHY)
    first = make.officer(Role.TOWN_HANDLER, make.TOWN)
    objections.reply(objection, by=first, outcome="not_upheld", reply="现场量过，通道有四米宽")
    return objections.ask_recheck(objection, by=objector, voice=voice(objector))


def test_it_is_said_written_down_by_the_social_worker_and_then_answered(client):
    project, objector = on_notice(), make.person("陈测试")
    worker, handler = make.officer(Role.SOCIAL_WORKER), make.officer(Role.TOWN_HANDLER, make.TOWN)
    client.force_login(objector)
    receipt = client.post(
        f"{project.get_absolute_url()}object/", {"what": "", "why": "", "voice": recordings.upload()}, follow=True
    ).content.decode()
    objection = Objection.objects.get()
    case, token = f"/desk/objections/{objection.number}/", str(objection.voice.token)
    with pytest.raises(RuleBroken, match="先听录音"):
        objections.reply(objection, by=handler, outcome="not_upheld", reply="理由")
    client.force_login(worker)

    queue = client.get("/desk/objections/").content.decode()
    page = client.get(case).content.decode()
    short = client.post(case, {"what": WHAT, "why": ""})
    done = client.post(case, {"what": WHAT, "why": WHY})
    gone = client.get(case)
    client.force_login(handler)
    answering = client.get(case).content.decode()
    client.logout()
    public = client.get(project.get_absolute_url()).content.decode()

    objection.refresh_from_db()
    assert token in receipt and token in page and token in answering and objection.number in queue
    assert (short.status_code, done["Location"], gone.status_code) == (422, "/desk/objections/", 403)
    assert (objection.what, objection.why, objection.spoken) == (WHAT, WHY, "written")
    assert AuditEvent.objects.get(action="objection.write_down").sentence == f"听录音后写下异议{objection.number}"
    assert 'name="outcome"' in answering
    assert "异议人说了一段录音，工作人员听后写下了上面的话。录音不公开。" in public
    assert token not in public
    assert client.get(f"/files/{token}/").status_code == 404
    assert objections.reply(objection, by=handler, outcome="not_upheld", reply="量过").state == "answered"


def everyone() -> dict[str, object]:
    """Somebody of every office that is near it."""
    return {
        "social worker": make.officer(Role.SOCIAL_WORKER),
        "social worker elsewhere": make.officer(Role.SOCIAL_WORKER, make.OTHER_VILLAGE),
        "village office": make.officer(Role.VILLAGE_OFFICE),
        "grid worker": make.officer(Role.GRID_WORKER),
        "handler": make.officer(Role.TOWN_HANDLER, make.TOWN),
        "handler elsewhere": make.officer(Role.TOWN_HANDLER, make.OTHER_TOWN),
        "approver": make.officer(Role.TOWN_APPROVER, make.TOWN),
        "auditor": make.officer(Role.AUDITOR, make.TOWN),
        "supervisor": make.officer(Role.SUPERVISOR),
        "resident": make.resident(),
    }


def hearing(file: Attachment) -> set[str]:
    return {name for name, person in everyone().items() if allowed(person, "civic.open_file", file)}


def test_an_objection_is_heard_by_who_must_answer_it_and_who_writes_it_down():
    objection = said()

    assert hearing(objection.voice) == {"social worker", "handler"}
    assert allowed(objection.objector, "civic.open_file", objection.voice)


def test_a_recheck_is_heard_by_who_may_recheck_that_one_and_not_by_who_answered_first():
    objection = rechecked()

    assert hearing(objection.recheck_voice) == {"handler", "approver"}
    assert not allowed(objection.replied_by, "civic.open_file", objection.recheck_voice)


def test_a_recheck_that_was_said_is_written_down_by_who_rechecks_it(client):
    objection, approver = rechecked(), make.officer(Role.TOWN_APPROVER, make.TOWN)
    case = f"/desk/objections/{objection.number}/"
    client.force_login(make.officer(Role.SOCIAL_WORKER))
    stranger = client.get(case)
    client.force_login(approver)

    too_soon = client.post(case, {"outcome": "upheld", "reply": "理由"})
    done = client.post(case, {"reason": "量的不是那一段"})

    objection.refresh_from_db()
    assert (stranger.status_code, too_soon.status_code, done["Location"]) == (403, 422, case)
    assert (objection.recheck_reason, objection.recheck_spoken) == ("量的不是那一段", "written")
    assert 'name="outcome"' in client.get(case).content.decode()


def test_nobody_hears_a_recording_that_no_record_holds():
    assert hearing(voice(make.person())) == set()


def test_neither_a_word_nor_a_voice_is_told_beside_the_fields(client):
    project = on_notice()
    client.force_login(make.person())

    nothing = client.post(f"{project.get_absolute_url()}object/", {"what": "", "why": ""})
    broken = client.post(
        f"{project.get_absolute_url()}object/", {"what": "", "why": WHY, "voice": recordings.upload(b"x" * 64)}
    )

    assert (nothing.status_code, broken.status_code) == (422, 415)
    assert "有2处要改" in nothing.content.decode()
    assert WHY in broken.content.decode()
    assert Objection.objects.count() == 0


def test_a_voice_beside_the_words_waits_for_nobody():
    objection = said(what=WHAT, why=WHY)

    assert (objection.what, objection.spoken) == (WHAT, "")


def test_the_same_recording_twice_is_one_and_another_is_another():
    objector, project = make.person(), on_notice()

    first, again, other = (
        objections.file(project, by=objector, what="", why="", voice=voice(objector, seconds)) for seconds in (5, 5, 6)
    )

    assert first.pk == again.pk != other.pk


def test_the_database_lets_nothing_unheard_be_answered():
    objection = said()

    with pytest.raises(IntegrityError, match="objection"), transaction.atomic():
        Objection.objects.filter(pk=objection.pk).update(
            state="answered", outcome="upheld", reply="好", replied_by=make.person(), replied_at="2026-01-01T00:00Z"
        )
    with pytest.raises(IntegrityError, match="attachment_voice_is_private"), transaction.atomic():
        Attachment.objects.filter(pk=objection.voice_id).update(is_public=True)


def test_whoever_goes_takes_the_voice_and_leaves_what_was_written():
    objection = said()
    objections.write_down(objection, by=make.officer(Role.SOCIAL_WORKER), what=WHAT, why=WHY)

    objections.forget(objection.objector)

    objection.refresh_from_db()
    assert (objection.voice, objection.what) == (None, WHAT)
    assert not Attachment.objects.filter(kind="voice", is_used=True).exists()
