"""Proposals that were said aloud (语音提议): they need no title, and intake writes one down before anything else."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction

from civic import files, moments, people
from civic.models import Attachment, AuditEvent, Role
from civic.moments import now
from civic.rules import RuleBroken
from proposals import similar, tasks
from proposals.models import Draft, PreReview, Project, ProjectState
from proposals.services import drafts, intake, proposing, spoken
from proposals.services import reviews as reviewing
from tests import make, recordings
from tests.proposals import typed
from tests.proposals.test_propose_pages import url

pytestmark = pytest.mark.django_db
PLACEHOLDER = "语音提议，社工听后写下"


def voice(by) -> Attachment:
    return files.store(recordings.wav(), "voice", by, voice_format="wav", seconds=5)


def said(by, its_round, **more) -> Project:
    """Filed with a recording and no title."""
    given = {"round": its_round, "title": "", "voice": voice(by)} | more
    return proposing.propose(typed.proposal(**given), by=by, key=uuid4())


def test_a_voice_goes_the_whole_way_without_a_title(me, person):
    token = uuid4()

    first = me.post(url("propose_step", 1, draft=token), {"title": "", "voice": recordings.upload()})
    me.post(url("propose_step", 2, draft=token), typed.STEP_2)
    me.post(url("propose_step", 3, draft=token), {})
    checked = me.get(url("propose_check", draft=token)).content.decode()
    done = me.post(url("propose_check", draft=token), follow=True).content.decode()

    project = Project.objects.get()
    assert first.status_code == 302
    assert f"/files/{project.voice.token}/" in checked
    assert f"/files/{project.voice.token}/" in done
    assert (project.title, project.spoken, project.state) == (PLACEHOLDER, "waits", ProjectState.FILED)
    assert (project.voice.is_public, project.voice.is_used, project.voice.area_id) == (False, True, make.VILLAGE)
    assert not Draft.objects.exists()


def test_what_is_no_recording_is_said_beside_it_and_the_words_stay(me):
    token = uuid4()

    answer = me.post(
        url("propose_step", 1, draft=token), {"title": "村口路灯不亮", "voice": recordings.upload(b"not a voice")}
    )
    neither = me.post(url("propose_step", 1, draft=uuid4()), {"title": ""})

    html = answer.content.decode()
    assert answer.status_code == 415
    assert "这不是录音。请用手机录一段话再传" in html
    assert "村口路灯不亮" in html
    assert Draft.objects.get(token=token).data["title"] == "村口路灯不亮"
    assert neither.status_code == 422
    assert "写下是什么事（至少5个字）" in neither.content.decode()


def test_where_no_intake_listens_words_are_needed(me, its_round, person):
    its_round.route = ["approval", "notice"]
    its_round.save()

    page = me.post(url("propose_step", 1, draft=uuid4()), {"title": "", "voice": recordings.upload()})
    with pytest.raises(RuleBroken, match="写下是什么事"):
        said(person, its_round)

    assert page.status_code == 422
    assert Project.objects.count() == 0


def test_intake_writes_it_down_before_it_decides(client, person, its_round):
    project = said(person, its_round)
    worker = make.officer(Role.SOCIAL_WORKER)
    client.force_login(worker)
    case = f"/desk/intake/{project.code}/"
    with pytest.raises(RuleBroken, match="先听录音，写下是什么事"):
        intake.accept(project, by=worker)

    page = client.get(case).content.decode()
    refused = client.post(case, {"outcome": "decline", "reason": "不清楚", "rule_from": "other", "rule_text": "第8条"})
    short = client.post(case, {"outcome": "hear", "title": "灯"})
    done = client.post(case, {"outcome": "hear", "title": "村口路灯不亮", "need": "晚上看不见路"}, follow=True)

    project.refresh_from_db()
    event = AuditEvent.objects.get(action="project.write_down")
    assert f"/files/{project.voice.token}/" in page
    assert "先听录音，把是什么事写下来" in page
    assert "outcome=decline" not in page
    assert (refused.status_code, short.status_code) == (409, 422)
    assert done.redirect_chain[-1][0] == case
    assert "outcome=decline" in done.content.decode()
    assert (project.title, project.need, project.spoken) == ("村口路灯不亮", "晚上看不见路", "written")
    assert (event.sentence, event.is_public) == ("听录音后写下：村口路灯不亮", True)
    assert client.post(case, {"outcome": "hear", "title": "又写一次标题"}).status_code == 409
    assert intake.accept(project, by=worker).state == ProjectState.IN_REVIEW


def test_everybody_reads_that_there_is_a_recording_and_nobody_hears_it(client, person, its_round):
    project = said(person, its_round)
    token = str(project.voice.token)
    before = client.get(project.get_absolute_url()).content.decode()
    spoken.write_down(project, by=make.officer(Role.SOCIAL_WORKER), title="村口路灯不亮")

    after = client.get(project.get_absolute_url()).content.decode()

    assert "提议人说了一段录音，社工听后写下是什么事。录音不公开。" in before
    assert "提议人说了一段录音，社工听后写下了上面的事。录音不公开。" in after
    assert token not in before + after
    assert client.get(f"/files/{token}/").status_code == 404


def test_two_recordings_are_not_alike_for_having_no_title(person, its_round):
    project = said(person, its_round)

    assert similar.similar_to("语音提议村口的路", make.VILLAGE[:9]) == []
    assert project.title == PLACEHOLDER


def test_the_database_keeps_what_nobody_heard_at_intake(person, its_round):
    project = said(person, its_round)

    with pytest.raises(IntegrityError, match="project_unheard_waits_at_intake"), transaction.atomic():
        Project.objects.filter(pk=project.pk).update(state=ProjectState.IN_REVIEW)
    with pytest.raises(IntegrityError, match="project_spoken_known"), transaction.atomic():
        Project.objects.filter(pk=project.pk).update(spoken="later")


def test_a_voice_goes_with_its_draft_and_with_its_person(person, its_round):
    token, own = uuid4(), voice(person)
    drafts.keep(token, {}, by=person, voice=[own])
    held = Attachment.objects.get(pk=own.pk).is_used
    drafts.discard(token, by=person)
    project = said(person, its_round)
    people.erase(person)

    tasks.forget_erased_people()
    with moments.at(now() + timedelta(days=3)):
        files.drop_orphans()

    project.refresh_from_db()
    assert held
    assert project.voice is None
    assert not Attachment.objects.filter(kind="voice").exists()


def asked_of(person, worker, its_round) -> Project:
    """Sent back by intake for two things."""
    project = make.project(proposer=person, round=its_round)
    return intake.send_back(project, by=worker, items=["坡道位置", "门口宽度"], reason="看不清")


def test_what_is_missing_is_said_at_once_and_nobody_else_hears_it(client, me, person, its_round):
    worker = make.officer(Role.SOCIAL_WORKER)
    project = asked_of(person, worker, its_round)
    page = me.get(f"/p/{project.code}/complete/").content.decode()

    done = me.post(f"/p/{project.code}/complete/", {"answer_1": "1米2", "voice": recordings.upload()})

    project.refresh_from_db()
    kept = project.screenings.get().voice
    event = AuditEvent.objects.get(action="project.complete")
    public = client.get(project.get_absolute_url()).content.decode()
    client.force_login(worker)
    case = client.get(f"/desk/intake/{project.code}/").content.decode()
    heard = client.get(f"/files/{kept.token}/").status_code
    client.force_login(make.officer(Role.REVIEWER, make.TOWN))
    other_office = client.get(f"/files/{kept.token}/").status_code
    client.force_login(make.person("邻居"))
    assert "最长1分钟，几样可以一次说完" in page
    assert done.status_code == 302
    assert project.state == ProjectState.FILED
    assert (kept.is_public, kept.is_used, kept.area_id) == (False, True, None)
    assert event.sentence == "{who}补充：坡道位置；门口宽度：1米2（有录音，不公开）"
    assert str(kept.token) not in public + f"{event.documents}"
    assert f"/files/{kept.token}/" in case
    assert "见录音" in case
    assert (heard, other_office, client.get(f"/files/{kept.token}/").status_code) == (200, 404, 404)


def test_the_department_that_asked_hears_the_answer(client, person, its_round):
    building = make.organisation("镇建设办")
    builder = make.officer(Role.REVIEWER, make.TOWN, organisation=building)
    project = make.project(ProjectState.IN_REVIEW, proposer=person, round=its_round)
    review = PreReview.objects.create(project=project, duty="建设", department=building)
    reviewing.ask(review, by=builder, items=["坡道位置"], reason="看不清位置")

    intake.complete(project, by=person, answers=[""], voice=voice(person))

    token = project.screenings.get().voice.token
    client.force_login(builder)
    page = client.get(f"/desk/review/{review.pk}/").content.decode()
    own = client.get(f"/files/{token}/").status_code
    client.force_login(make.officer(Role.REVIEWER, make.TOWN, organisation=make.organisation("区财政局")))
    assert f"/files/{token}/" in page
    assert (own, client.get(f"/files/{token}/").status_code) == (200, 404)


def test_neither_words_nor_a_recording_is_no_answer(me, person, its_round):
    project = asked_of(person, make.officer(Role.SOCIAL_WORKER), its_round)
    address = f"/p/{project.code}/complete/"

    empty = me.post(address, {"answer_0": "大门左侧"})
    no_recording = me.post(address, {"answer_0": "大门左侧", "voice": recordings.upload(b"not a voice")})
    too_long = me.post(address, {"answer_0": "大门左侧", "voice": recordings.upload(recordings.wav(61))})

    project.refresh_from_db()
    assert (empty.status_code, no_recording.status_code, too_long.status_code) == (422, 415, 422)
    assert "大门左侧" in no_recording.content.decode()
    assert "最长1分钟。请录短一点" in too_long.content.decode()
    assert project.state == ProjectState.RETURNED
    assert project.screenings.get().voice is None


def test_a_said_answer_goes_with_its_person_and_stands_in_no_other_row(person, its_round):
    worker = make.officer(Role.SOCIAL_WORKER)
    project = asked_of(person, worker, its_round)
    intake.complete(project, by=person, answers=["", ""], voice=voice(person))
    asked = project.screenings.get()
    with pytest.raises(IntegrityError, match="screening_voice_answers"), transaction.atomic():
        project.screenings.update(done_at=None)
    people.erase(person)

    tasks.forget_erased_people()
    with moments.at(now() + timedelta(days=3)):
        files.drop_orphans()

    asked.refresh_from_db()
    assert asked.voice is None
    assert not Attachment.objects.filter(kind="voice").exists()
