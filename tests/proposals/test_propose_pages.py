"""The three steps as people walk them: plain forms, a draft that keeps everything, one receipt."""

import re
from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils.html import strip_tags

from civic.models import Person, Role
from civic.moments import now
from proposals import acts
from proposals.models import Draft, Project, ProjectState
from tests import make
from tests.proposals import typed
from tests.proposals.typed import STEP_1, STEP_2, STEP_3

pytestmark = pytest.mark.django_db


def url(name, *args, **query):
    return reverse(f"proposals:{name}", args=args, query=query)


def picture():
    from io import BytesIO

    from PIL import Image

    out = BytesIO()
    Image.new("RGB", (64, 48), "teal").save(out, "JPEG")
    return SimpleUploadedFile("lamp.jpg", out.getvalue(), "image/jpeg")


def test_three_answers_are_enough_and_six_pages_too(me, person):
    pages = [me.get(url("propose"), follow=True)]
    step_1 = pages[-1].request["PATH_INFO"] + "?" + pages[-1].request["QUERY_STRING"]
    pages.append(me.post(step_1, {"title": "村口路灯不亮"}, follow=True))
    step_2 = pages[-1].redirect_chain[-1][0]
    pages.append(me.post(step_2, {"area": make.VILLAGE, "place_text": "村口榕树下"}, follow=True))
    step_3 = pages[-1].redirect_chain[-1][0]
    pages.append(me.post(step_3, {}, follow=True))
    check = pages[-1].redirect_chain[-1][0]
    pages.append(me.post(check, follow=True))

    project = Project.objects.get()
    assert len(pages) <= 6
    assert [answer.status_code for answer in pages] == [200] * len(pages)
    assert pages[-1].request["PATH_INFO"] == url("propose_done", project.code)
    assert project.code in pages[-1].content.decode()
    assert (project.title, project.category, project.place_text) == ("村口路灯不亮", "其他", "村口榕树下")
    assert (project.proposer, project.state) == (person, ProjectState.FILED)


def test_everything_filled_in_arrives(me, its_round):
    token = uuid4()
    me.post(url("propose_step", 1, draft=token), STEP_1)
    me.post(url("propose_step", 2, draft=token), STEP_2 | {"latitude": "22.2301", "longitude": "113.2965"})
    me.post(url("propose_step", 3, draft=token), STEP_3)

    checked = me.get(url("propose_check", draft=token))
    me.post(url("propose_check", draft=token))

    project = Project.objects.get()
    assert all(value in checked.content.decode() for value in ["村口路灯不亮", "测试甲村", "60户", "换成太阳能灯"])
    assert (str(project.latitude), str(project.longitude)) == ("22.230100", "113.296500")
    assert (project.estimate_yuan, project.need, project.round) == (60000, STEP_1["need"], its_round)


def test_the_tab_dies_at_step_two_and_everything_is_there_again(me, person):
    token = uuid4()
    me.post(url("propose_step", 1, draft=token), STEP_1)
    saved = me.post(url("propose_autosave", 2, draft=token), {"place_text": "村口榕"})

    again = me.get(url("propose"), follow=True)

    assert saved.status_code == 204
    assert again.request["PATH_INFO"] == url("propose_step", 2)
    assert 'value="村口榕"' in again.content.decode()
    assert "没写完" in again.content.decode()
    first = me.get(url("propose_step", 1, draft=token)).content.decode()
    assert STEP_1["title"] in first
    assert STEP_1["need"] in first


def test_a_photo_sent_by_itself_is_in_the_draft_before_the_step_is_handed_in(me, person):
    token = uuid4()
    sent = me.post("/files/", {"file": picture()}).json()["token"]

    me.post(url("propose_autosave", 2, draft=token), {"photos-kept": sent})

    assert [str(photo.token) for photo in Draft.objects.get().photos.all()] == [sent]
    assert f'name="photos-kept" value="{sent}"' in me.get(url("propose_step", 2, draft=token)).content.decode()


def test_of_several_drafts_the_one_named_is_gone_on_with(me, person):
    older, newer = typed.draft(person, title="村口加石凳", step="2"), typed.draft(person)

    named = me.get(url("propose", draft=older.token))
    latest = me.get(url("propose"))

    assert named.url == url("propose_step", 2, draft=older.token, again=1)
    assert latest.url == url("propose_check", draft=newer.token)


def test_what_will_not_do_is_kept_all_the_same(me):
    token = uuid4()

    answer = me.post(url("propose_step", 1, draft=token), STEP_1 | {"title": "灯"})

    assert answer.status_code == 422
    assert "至少5个字" in answer.content.decode()
    assert Draft.objects.get().data | {"title": "灯", "need": STEP_1["need"]} == Draft.objects.get().data


def test_an_empty_draft_is_not_made_by_looking(me):
    me.get(url("propose"), follow=True)

    assert not Draft.objects.exists()


def test_a_photo_survives_an_error_beside_it_and_can_be_taken_out(me):
    token = uuid4()
    me.post(url("propose_step", 1, draft=token), STEP_1)

    refused = me.post(url("propose_step", 2, draft=token), {"area": make.VILLAGE, "photos": picture()})
    photo = Draft.objects.get().photos.get()
    kept = f'name="photos-kept" value="{photo.token}"'
    mended = me.post(url("propose_step", 2, draft=token), STEP_2 | {"photos-kept": photo.token})
    assert (refused.status_code, mended.status_code) == (422, 302)
    assert kept in refused.content.decode()
    assert kept in me.get(url("propose_step", 2, draft=token)).content.decode()
    assert Draft.objects.get().photos.get() == photo

    me.post(url("propose_step", 2, draft=token), STEP_2 | {"photos-kept": photo.token, "photos-drop": photo.token})
    photo.refresh_from_db()
    assert not Draft.objects.get().photos.exists()
    assert not photo.is_used


@pytest.mark.parametrize(
    ("files", "status", "words"),
    [
        ([b"\xff" * (12 * 1024 * 1024)], 413, "超过10MB"),
        ([b""], 422, "空的"),
        ([b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>"], 415, "仅支持"),
        ([b"<html>"] * 21, 422, "最多传20个文件"),
    ],
    ids=["12 MB", "empty", "svg", "21 files"],
)
def test_a_file_we_do_not_take_is_told_in_place_and_the_words_stay(me, files, status, words):
    token = uuid4()
    uploads = [SimpleUploadedFile(f"../../{n}.jpg", data, "image/jpeg") for n, data in enumerate(files)]

    answer = me.post(url("propose_step", 2, draft=token), STEP_2 | {"photos": uploads})

    assert answer.status_code == status
    assert words in answer.content.decode()
    assert f'value="{STEP_2["place_text"]}"' in answer.content.decode()
    assert not Draft.objects.get().photos.exists()


def test_a_second_press_on_submit_leads_to_the_same_receipt(me, person):
    draft = typed.draft(person)

    first, second = (me.post(url("propose_check", draft=draft.token)) for _ in range(2))

    assert first.url == second.url == url("propose_done", Project.objects.get().code)


def test_an_incomplete_draft_cannot_be_handed_in(me, person):
    draft = typed.draft(person, place_text="")

    answer = me.post(url("propose_check", draft=draft.token))

    assert answer.status_code == 422
    assert "写旁边有什么，比如“村口榕树下”" in answer.content.decode()
    assert not Project.objects.exists()


def test_somebody_elses_draft_is_not_there(me):
    other = typed.draft(make.person())

    assert me.get(url("propose_step", 1, draft=other.token)).status_code == 404
    assert me.post(url("propose_autosave", 1, draft=other.token), STEP_1).status_code == 404
    assert me.post(url("propose_check", draft=other.token)).status_code == 404
    me.post(url("propose_discard", draft=other.token))
    assert Draft.objects.get() == other


def test_a_draft_can_be_thrown_away(me, person):
    draft = typed.draft(person)

    answer = me.post(url("propose_discard", draft=draft.token), {"next": "/propose/?new=1"})

    assert (answer.status_code, answer.url) == (302, "/propose/?new=1")
    assert not Draft.objects.exists()


def test_nobody_proposes_without_signing_in(client, its_round):
    answer = client.get(url("propose"))

    assert (answer.status_code, answer.url) == (302, f"{reverse('account_login')}?next=/propose/")


def test_the_receipt_is_for_whoever_handed_it_in(me, client):
    project = make.project()

    assert me.get(url("propose_done", project.code)).status_code == 404


def test_who_has_no_name_yet_gives_it_and_it_is_kept(client, its_round):
    nameless = make.person(name="", home_area=make.area())
    client.force_login(nameless)
    token = uuid4()
    client.post(url("propose_step", 1, draft=token), STEP_1)
    client.post(url("propose_step", 2, draft=token), STEP_2)

    missing = client.post(url("propose_step", 3, draft=token), {"name": ""})
    client.post(url("propose_step", 3, draft=token), {"name": "何测试"})
    client.post(url("propose_check", draft=token))

    nameless.refresh_from_db()
    assert missing.status_code == 422
    assert "请写姓名" in missing.content.decode()
    assert (nameless.name, Project.objects.get().proposer_name) == ("何测试", "何**")


def test_the_phone_is_never_on_a_page(me, person):
    draft = typed.draft(person)

    pages = [me.get(url("propose_step", n, draft=draft.token)) for n in (1, 2, 3)]
    pages += [
        me.get(url("propose_check", draft=draft.token)),
        me.post(url("propose_check", draft=draft.token), follow=True),
    ]

    assert not any(person.phone[3:] in answer.content.decode() for answer in pages)


# --- Closed, full -------------------------------------------------------------------------------------


def test_after_the_calling_time_the_page_says_when_it_ended_and_how_many_came(me, its_round):
    from datetime import datetime

    from django.utils import timezone

    make.project(round=its_round)
    its_round.closes_at = timezone.make_aware(datetime(2026, 6, 10, 18))
    its_round.opens_at = timezone.make_aware(datetime(2026, 6, 1))
    its_round.save()

    answer = me.get(url("propose"))

    assert "6月10日" in answer.content.decode()
    assert "共收到1条" in answer.content.decode()


def test_a_round_that_closes_meanwhile_keeps_the_text(me, its_round):
    token = uuid4()
    me.post(url("propose_step", 1, draft=token), STEP_1)
    its_round.delete()

    answer = me.post(url("propose_step", 2, draft=token), STEP_2)

    assert answer.status_code == 409
    assert "草稿" in answer.content.decode()
    assert Draft.objects.get().data["place_text"] == STEP_2["place_text"]


def test_a_second_one_right_after_the_first_of_a_new_account_waits_as_a_draft(me, person, its_round):
    me.post(url("propose_check", draft=typed.draft(person).token))
    draft = typed.draft(person)

    answer = me.post(url("propose_check", draft=draft.token))

    assert (answer.status_code, 0 < int(answer["Retry-After"]) <= 120) == (429, True)
    assert "您刚提过一件，请过" in answer.content.decode()
    assert (Project.objects.count(), Draft.objects.get()) == (1, draft)


def test_the_fourth_of_a_day_is_told_and_stays_a_draft(me, person, its_round):
    Person.objects.update(created_at=now() - timedelta(days=2))
    for _ in range(3):
        me.post(url("propose_check", draft=typed.draft(person).token))
    draft = typed.draft(person)

    answer = me.post(url("propose_check", draft=draft.token))

    assert answer.status_code == 429
    assert int(answer["Retry-After"]) > 3600
    assert "小时后可以再提" in answer.content.decode()
    assert (Project.objects.count(), Draft.objects.get()) == (3, draft)


# --- Similar ones -------------------------------------------------------------------------------------


@pytest.fixture
def ramp(its_round):
    return make.project(title="卫生站门口修坡道", round=its_round, at=make.OTHER_VILLAGE)


def test_a_known_title_offers_that_project_before_the_second_step(me, ramp):
    token = uuid4()

    answer = me.post(url("propose_step", 1, draft=token), STEP_1 | {"title": "卫生站坡道"}, follow=True)

    assert answer.request["PATH_INFO"] == url("similar")
    assert "卫生站门口修坡道" in answer.content.decode()
    assert "就是这件事，我也附议" in answer.content.decode()
    assert url("propose_step", 2) in answer.content.decode()


def test_it_is_offered_once_not_at_every_correction(me, ramp):
    token = uuid4()
    me.post(url("propose_step", 1, draft=token), STEP_1 | {"title": "卫生站坡道"})

    again = me.post(url("propose_step", 1, draft=token), STEP_1 | {"title": "卫生站坡道", "need": "轮椅"})

    assert again.url == url("propose_step", 2, draft=token)


def test_how_far_a_similar_one_lies_from_the_pin_is_told_in_words(me, person, ramp):
    Project.objects.filter(pk=ramp.pk).update(latitude="22.230000", longitude="113.296000")
    near = typed.draft(person, latitude="22.231080", longitude="113.296000")
    far, off = typed.draft(person, latitude="22.25", longitude="113.296"), typed.draft(person, latitude="NaN")

    shown = [
        me.get(url("similar", title="卫生站坡道", draft=draft.token)).content.decode() for draft in (near, far, off)
    ]

    assert [re.findall(r"约[^<]+", html) for html in shown] == [["约120米"], ["约2.2公里"], []]


def test_while_typing_the_part_alone_comes(me, ramp):
    typed_so_far = me.get(url("similar", title="卫生站坡道", draft=uuid4()), headers={"HX-Request": "true"})
    too_short = me.get(url("similar", title="卫生站", draft=uuid4()), headers={"HX-Request": "true"})

    assert "卫生站门口修坡道" in typed_so_far.content.decode()
    assert "<html" not in typed_so_far.content.decode()
    assert "卫生站门口修坡道" not in too_short.content.decode()


@pytest.mark.parametrize(
    ("state", "at"), [("withdrawn", make.VILLAGE), ("completed", make.VILLAGE), ("filed", make.OTHER_TOWN)]
)
def test_ended_ones_and_other_towns_are_not_offered(me, its_round, state, at):
    make.project(state, title="卫生站门口修坡道", round=its_round, at=at)

    answer = me.post(url("propose_step", 1, draft=uuid4()), STEP_1 | {"title": "卫生站坡道"}, follow=True)

    assert answer.request["PATH_INFO"] == url("propose_step", 2)


def test_seconding_instead_throws_the_draft_away(me, person, ramp):
    draft = typed.draft(person)

    answer = me.post(url("second", ramp.code), {"draft": draft.token})

    assert (answer.status_code, answer.url) == (302, f"{ramp.get_absolute_url()}?just=1")
    assert ramp.secondings.get().person == person
    assert not Draft.objects.exists()


# --- For somebody else --------------------------------------------------------------------------------


@pytest.fixture
def desk(client, its_round):
    worker = make.officer(Role.SOCIAL_WORKER, name="陈测试")
    client.force_login(worker)
    client.worker = worker
    return client


def test_a_worker_enters_for_a_resident_and_the_check_page_shows_it(desk):
    draft = typed.draft(desk.worker, **typed.FOR_RESIDENT)

    checked = desk.get(url("propose_check", draft=draft.token)).content.decode()
    receipt = desk.post(url("propose_check", draft=draft.token), follow=True).content.decode()

    project = Project.objects.get()
    assert "替居民提（代录）" in checked
    assert (project.proposer.name, project.entered_by) == ("王测试", desk.worker)
    assert "王**提出，您代录（本人在场）" in strip_tags(receipt)


def test_a_link_from_the_desk_has_the_choice_made(desk):
    start = desk.get(url("propose", who="resident"))
    token = start.url.split("draft=")[1][:36]
    desk.post(start.url, STEP_1)
    desk.post(url("propose_step", 2, draft=token), STEP_2)

    page = desk.get(url("propose_step", 3, draft=token)).content.decode()

    assert 'value="resident" id="id_who_1" checked' in page or 'value="resident" required id="id_who_1" checked' in page


def test_a_resident_is_not_asked_whose_it_is(me, person):
    page = me.get(url("propose_step", 3, draft=typed.draft(person).token)).content.decode()

    assert 'name="who"' not in page
    assert 'name="resident_name"' not in page


# --- Taking back --------------------------------------------------------------------------------------


def test_taking_back_names_the_consequence_before_the_act(me, person):
    project = make.project(proposer=person)

    asked = me.get(url("withdraw", project.code))
    done = me.post(url("withdraw", project.code), {"reason": "已经修好了"})

    project.refresh_from_db()
    assert "不再办理" in asked.content.decode()
    assert (done.status_code, project.state) == (302, ProjectState.WITHDRAWN)


@pytest.mark.parametrize(("state", "answer"), [("filed", 403), ("for_approval", 403)])
def test_only_the_proposer_takes_back(me, state, answer):
    project = make.project(state)

    assert me.post(url("withdraw", project.code)).status_code == answer
    project.refresh_from_db()
    assert project.state == state


def test_what_went_too_far_cannot_be_taken_back(me, person):
    project = make.project("for_approval", proposer=person)

    assert me.get(url("withdraw", project.code)).status_code == 409
    assert me.post(url("withdraw", project.code)).status_code == 409


@pytest.mark.parametrize(("state", "offered"), [("filed", True), ("for_assembly", True), ("for_approval", False)])
def test_taking_back_is_offered_to_the_proposer_while_it_can_be_done(person, state, offered):
    project = make.project(state, proposer=person)

    mine, others = (acts.for_project(who, project) for who in (person, make.person()))

    assert (url("withdraw", project.code) in [act.url for act in mine]) is offered
    assert others == []
