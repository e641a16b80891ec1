"""Objections: a number and a date at once, an answer with reasons, one recheck, and what it does to the project."""

from datetime import timedelta

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction

from civic.calendar import add_workdays
from civic.models import AuditEvent, Person, Role
from civic.moments import at, now, today
from civic.rules import RuleBroken
from proposals.models import ProjectState as S
from proposals.services import moves
from publicity import tasks
from publicity.models import Objection, ObjectionState
from publicity.services import objections
from tests import make
from tests.racing import at_once

pytestmark = pytest.mark.django_db
WORDS = {"what": "坡道挡住了消防通道", "why": "消防车转不过来"}


@pytest.fixture
def project():
    return moves.advance(make.project(state=S.FOR_APPROVAL), by="test")


@pytest.fixture
def handler():
    return make.officer(Role.TOWN_HANDLER, make.TOWN, name="周测试")


@pytest.fixture
def objection(project):
    return objections.file(project, by=make.person("陈测试"), **WORDS)


def state_of(project):
    project.refresh_from_db()
    return project.state


def test_an_objection_gets_its_number_and_reply_day_at_once_and_holds_the_project(project, client):
    client.force_login(make.person("陈测试"))

    answer = client.post(f"/p/{project.code}/object/", WORDS)

    objection = Objection.objects.get()
    assert answer.status_code == 302
    assert answer["Location"] == f"/objections/{objection.number}/"
    assert objection.number == f"YY-{today().year}-0001"
    assert objection.due_on == add_workdays(today(), 5)
    assert state_of(project) == S.OBJECTED
    assert objection.number in client.get(answer["Location"]).content.decode()


def test_the_record_holds_the_number_and_not_the_objectors_words(objection):
    event = AuditEvent.objects.get(action="project.object")

    assert objection.number in event.sentence
    assert objection.what not in event.sentence
    assert event.kind == "objection"


def test_a_stranger_reads_how_to_object_and_has_to_sign_in_to_do_it(client, project):
    shown = client.get(f"/p/{project.code}/object/")
    posted = client.post(f"/p/{project.code}/object/", WORDS)

    assert "用手机号登录后提" in shown.content.decode()
    assert posted.status_code == 302
    assert posted["Location"].startswith("/login/")
    assert not Objection.objects.exists()


def test_a_double_tap_files_one_objection(client, project):
    client.force_login(make.person())

    first = client.post(f"/p/{project.code}/object/", WORDS)
    second = client.post(f"/p/{project.code}/object/", WORDS)

    assert first["Location"] == second["Location"]
    assert Objection.objects.count() == 1


def test_one_person_has_at_most_three_unanswered_objections_to_a_project(client, project):
    client.force_login(make.person())
    answers = [client.post(f"/p/{project.code}/object/", WORDS | {"what": f"第{n}条意见"}) for n in range(4)]

    assert [a.status_code for a in answers] == [302, 302, 302, 409]
    assert "第3条意见" in answers[3].content.decode()
    assert Objection.objects.count() == 3


@pytest.mark.parametrize(
    "data",
    [
        {"what": "", "why": ""},
        {"what": "  ", "why": "理由"},
        {"what": "\u200b\u3164", "why": "理由"},
        {"what": "好", "why": "x" * 1001},
        {"what": "坏\x00字", "why": "理由"},
        {"what": "打我电话13800138000", "why": "理由"},
        {"what": "好", "why": "身份证44040319800101123X"},
    ],
)
def test_a_form_to_mend_keeps_what_was_typed_and_writes_nothing(client, project, data):
    client.force_login(make.person())

    answer = client.post(f"/p/{project.code}/object/", data)

    assert answer.status_code == 422
    assert "处要改" in answer.content.decode()
    assert not Objection.objects.exists()
    assert state_of(project) == S.ON_NOTICE


@pytest.mark.parametrize(
    ("name", "content", "status"),
    [
        ("空.jpg", b"", 422),
        ("x.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>", 415),
        ("page.jpg", b"<html><script>1</script></html>", 415),
        ("../../etc.docm", b"PK\x03\x04rest", 415),
        ("cut.jpg", b"\xff\xd8\xff\xe0" + b"0" * 20, 415),
    ],
)
def test_a_file_we_do_not_take_keeps_the_words(client, project, name, content, status):
    client.force_login(make.person())

    answer = client.post(f"/p/{project.code}/object/", WORDS | {"photos": SimpleUploadedFile(name, content)})

    assert answer.status_code == status
    assert WORDS["why"] in answer.content.decode()
    assert not Objection.objects.exists()


def test_a_photo_that_was_taken_in_survives_a_mistake_elsewhere(client, project):
    client.force_login(make.person())
    first = client.post(f"/p/{project.code}/object/", {"what": "", "why": "理由", "photos": picture()})
    token = first.context["form"].fields["photos"].kept[0].token

    answer = client.post(f"/p/{project.code}/object/", WORDS | {"photos-kept": str(token)})

    assert (first.status_code, answer.status_code) == (422, 302)
    photo = Objection.objects.get().photos.get()
    assert (photo.token, photo.is_public, photo.is_used) == (token, True, True)


def picture():
    from io import BytesIO

    from PIL import Image

    out = BytesIO()
    Image.new("RGB", (20, 10), "red").save(out, "JPEG")
    return SimpleUploadedFile("坡道.jpg", out.getvalue(), "image/jpeg")


def test_the_desk_enters_a_paper_with_its_provenance(client, project):
    worker = make.officer(Role.SOCIAL_WORKER, name="林测试")
    client.force_login(worker)
    data = WORDS | {"channel": "paper", "name": "黄测试", "phone": "", "provenance": "11月20日公服站意见箱"}

    answer = client.post(f"/p/{project.code}/object/?for=1", data)

    objection = Objection.objects.get()
    assert answer.status_code == 302
    assert (objection.objector.name, objection.entered_by, objection.channel) == ("黄测试", worker, "paper")
    page = client.get(project.get_absolute_url()).content.decode()
    assert "黄**" in page
    assert "黄测试" not in page
    event = AuditEvent.objects.get(action="project.object")
    assert (event.on_behalf_of, event.channel, event.role) == (objection.objector, "paper", Role.SOCIAL_WORKER)


def test_the_desk_enters_only_for_its_own_place_and_with_provenance(client, project):
    client.force_login(make.officer(Role.SOCIAL_WORKER, make.OTHER_VILLAGE))
    assert client.get(f"/p/{project.code}/object/?for=1").status_code == 403

    client.force_login(make.officer(Role.SOCIAL_WORKER))
    data = WORDS | {"channel": "phone", "name": "黄测试", "provenance": ""}
    assert client.post(f"/p/{project.code}/object/?for=1", data).status_code == 422
    assert not Person.objects.filter(name="黄测试").exists()


def test_a_phone_of_somebody_elses_name_is_no_proof_and_makes_nobody(client, project):
    other = make.person("赵测试")
    client.force_login(make.officer(Role.SOCIAL_WORKER))
    people = Person.objects.count()
    data = WORDS | {"channel": "phone", "name": "黄测试", "phone": other.phone, "provenance": "打到公服站"}

    answer = client.post(f"/p/{project.code}/object/?for=1", data)

    assert answer.status_code == 409
    assert (Objection.objects.count(), Person.objects.count()) == (0, people)


@pytest.mark.parametrize("state", [S.FILED, S.IN_PROGRESS, S.COMPLETED, S.WITHDRAWN])
def test_no_objection_is_taken_outside_its_time(client, state):
    project = make.project(state=state)
    client.force_login(make.person())

    answer = client.post(f"/p/{project.code}/object/", WORDS)

    assert answer.status_code == 409
    assert "不在异议期" in answer.content.decode()
    assert not Objection.objects.exists()


def test_no_objection_is_taken_after_the_notice_closed(client, project, objection):
    client.force_login(make.person())

    with at(project.notices.get().ends_at + timedelta(minutes=1)):
        answer = client.post(f"/p/{project.code}/object/", WORDS)

    assert answer.status_code == 409
    assert Objection.objects.count() == 1


@pytest.mark.parametrize("outcome", ["not_upheld", "partly"])
def test_the_answer_to_the_last_one_brings_the_project_back_on_notice(project, objection, handler, outcome):
    objections.reply(objection, by=handler, outcome=outcome, reply="现场量过，通道有四米宽")

    assert state_of(project) == S.ON_NOTICE
    event = AuditEvent.objects.get(action="project.answer")
    assert (event.reason, event.unit, event.limit_workdays) == ("现场量过，通道有四米宽", "斗门镇", 5)


def test_another_open_one_keeps_the_project_held(project, objection, handler):
    objections.file(project, by=make.person(), what="另一条", why="另有理由")

    objections.reply(objection, by=handler, outcome="not_upheld", reply="量过了")

    assert state_of(project) == S.OBJECTED
    assert AuditEvent.objects.filter(action="objection.reply").count() == 1


def test_an_upheld_objection_sends_the_project_back_to_the_step_named(project, objection, handler):
    objections.reply(objection, by=handler, outcome="upheld", reply="确实挡了通道", to_step="review")

    assert state_of(project) == S.IN_REVIEW
    event = AuditEvent.objects.get(action="project.send_back")
    assert event.sentence == f"答复异议{objection.number}：采纳，退回预审重办"
    assert event.reason == "确实挡了通道"


@pytest.mark.parametrize("to_step", ["", "notice", "poll"])
def test_an_upheld_one_needs_a_step_of_the_route(project, objection, handler, to_step):
    with pytest.raises(RuleBroken, match="退回"):
        objections.reply(objection, by=handler, outcome="upheld", reply="挡了通道", to_step=to_step)

    objection.refresh_from_db()
    assert (objection.state, state_of(project)) == (ObjectionState.OPEN, S.OBJECTED)


def test_an_answer_without_a_reason_is_refused(client, objection, handler):
    client.force_login(handler)

    answer = client.post(f"/desk/objections/{objection.number}/", {"outcome": "not_upheld", "reply": " "})

    assert answer.status_code == 422
    assert "请写明理由" in answer.content.decode()
    assert Objection.objects.get().state == ObjectionState.OPEN


def test_two_answers_to_one_objection_is_one_too_many(objection, handler):
    objections.reply(objection, by=handler, outcome="not_upheld", reply="量过了")

    with pytest.raises(RuleBroken, match="不能再答复"):
        objections.reply(objection, by=handler, outcome="upheld", reply="改主意了", to_step="review")


@pytest.mark.parametrize(
    ("who", "status"),
    [
        (lambda: make.officer(Role.TOWN_HANDLER, make.TOWN), 302),
        (lambda: make.officer(Role.DISTRICT_OFFICE, make.DISTRICT), 302),
        (lambda: make.officer(Role.TOWN_APPROVER, make.TOWN), 403),
        (lambda: make.officer(Role.TOWN_HANDLER, make.OTHER_TOWN), 403),
        (lambda: make.officer(Role.SOCIAL_WORKER), 403),
        (lambda: make.person(), 403),
    ],
)
def test_who_answers(client, objection, who, status):
    client.force_login(who())

    answer = client.post(f"/desk/objections/{objection.number}/", {"outcome": "not_upheld", "reply": "量过了"})

    assert answer.status_code == status
    assert (Objection.objects.get().state == ObjectionState.ANSWERED) is (status == 302)


@pytest.mark.parametrize(
    ("role", "at", "status"),
    [
        (Role.TOWN_HANDLER, make.TOWN, 200),
        (Role.TOWN_APPROVER, make.TOWN, 200),
        (Role.TOWN_HANDLER, make.OTHER_TOWN, 403),
        (Role.AUDITOR, make.DISTRICT, 403),
    ],
)
def test_how_an_objection_came_is_seen_by_the_offices_of_its_place_alone(client, project, role, at, status):
    worker = make.officer(Role.SOCIAL_WORKER)
    heard = {"name": "陈测试", "phone": "", "channel": "phone", "provenance": "下午来电，村口第二家", **WORDS}
    objection = objections.enter(project, by=worker, **heard)
    client.force_login(make.officer(role, at))

    answer = client.get(f"/desk/objections/{objection.number}/")

    assert answer.status_code == status
    assert ("村口第二家" in answer.content.decode()) is (status == 200)


def test_nobody_answers_their_own_objection(client, project, handler):
    own = objections.file(project, by=handler, **WORDS)
    client.force_login(handler)

    answer = client.post(f"/desk/objections/{own.number}/", {"outcome": "upheld", "reply": "我说得对"})

    assert answer.status_code == 403
    with pytest.raises(IntegrityError, match="objection_not_self_answered"), transaction.atomic():
        Objection.objects.filter(pk=own.pk).update(replied_by=handler)


def test_one_recheck_by_another_person(client, project, objection, handler):
    objections.reply(objection, by=handler, outcome="not_upheld", reply="量过了")
    client.force_login(objection.objector)
    assert client.post(f"/objections/{objection.number}/", {"reason": "量错了地方"}).status_code == 302
    assert state_of(project) == S.OBJECTED

    client.force_login(handler)
    data = {"outcome": "not_upheld", "reply": "还是这样"}
    assert client.post(f"/desk/objections/{objection.number}/", data).status_code == 403
    client.force_login(make.officer(Role.TOWN_APPROVER, make.TOWN))
    assert client.post(f"/desk/objections/{objection.number}/", data).status_code == 302

    objection.refresh_from_db()
    assert (objection.state, state_of(project)) == (ObjectionState.RECHECKED, S.ON_NOTICE)
    client.force_login(objection.objector)
    assert client.post(f"/objections/{objection.number}/", {"reason": "再来一次"}).status_code == 409


def test_a_recheck_that_upholds_sends_the_project_back(project, objection, handler):
    objections.reply(objection, by=handler, outcome="not_upheld", reply="量过了")
    objections.ask_recheck(objection, by=objection.objector, reason="量错了地方")
    other = make.officer(Role.DISTRICT_OFFICE, make.DISTRICT)

    objections.recheck(objection, by=other, outcome="upheld", reply="确实量错了", to_step="approval")

    assert state_of(project) == S.FOR_APPROVAL


def test_a_recheck_is_asked_for_in_time(objection, handler):
    objections.reply(objection, by=handler, outcome="not_upheld", reply="量过了")

    with at(now() + timedelta(days=30)), pytest.raises(RuleBroken, match="期限已过"):
        objections.ask_recheck(objection, by=objection.objector, reason="量错了地方")


def test_only_the_objector_asks_for_a_recheck(client, objection, handler):
    objections.reply(objection, by=handler, outcome="not_upheld", reply="量过了")
    client.force_login(make.person())

    assert client.post(f"/objections/{objection.number}/", {"reason": "我也不同意"}).status_code == 403
    assert client.get(f"/objections/{objection.number}/").status_code == 302


def test_the_works_do_not_start_while_an_objection_waits(objection, project):
    held = make.project(state=S.AWAITING_START)
    Objection.objects.filter(pk=objection.pk).update(project=held, notice=None)

    with pytest.raises(RuleBroken, match="答复后才能开工"):
        moves.start(held, by="test")

    assert state_of(held) == S.AWAITING_START


def test_a_late_answer_is_told_once(objection):
    with at(now() + timedelta(days=20)):
        tasks.escalate_objections()
        tasks.escalate_objections()

    assert AuditEvent.objects.filter(action="objection.overdue").count() == 1


def test_the_queue_shows_what_waits_with_its_clock(client, objection, handler):
    client.force_login(handler)
    shown = client.get("/desk/objections/").content.decode()
    assert "共1条" in shown
    assert "还剩5个工作日" in shown

    objections.reply(objection, by=handler, outcome="not_upheld", reply="量过了")

    assert "今天没有要答复的异议" in client.get("/desk/objections/").content.decode()
    assert "当天办完（限5天）" in client.get("/desk/objections/?view=done").content.decode()


def test_residents_have_no_queue(client, objection):
    client.force_login(make.person())

    assert client.get("/desk/objections/").status_code == 403


def test_the_answer_is_on_the_project_page_at_once(client, project, objection, handler):
    objections.reply(objection, by=handler, outcome="not_upheld", reply="现场量过，通道有四米宽")

    shown = client.get(project.get_absolute_url()).content.decode()

    assert "答复：不采纳" in shown
    assert "现场量过，通道有四米宽" in shown
    assert "陈**" in shown


def test_the_answer_is_on_the_kept_page_within_the_minute(client, project, objection, handler, settings):
    """With whole pages kept for strangers, as in production, and longer than there."""
    settings.PUBLIC_CACHE_SECONDS = 50
    with time_machine.travel(now(), tick=False) as clock:
        before = client.get(project.get_absolute_url()).content.decode()
        objections.reply(objection, by=handler, outcome="not_upheld", reply="现场量过，通道有四米宽")
        kept = client.get(project.get_absolute_url()).content.decode()
        clock.shift(51)
        shown = client.get(project.get_absolute_url()).content.decode()

    assert kept == before
    assert "现场量过，通道有四米宽" not in before
    assert "现场量过，通道有四米宽" in shown


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_a_double_tap_at_the_same_instant_files_one(project):
    person = make.person()

    at_once(lambda _number: objections.file(project, by=person, **WORDS), times=4)

    assert Objection.objects.count() == 1
