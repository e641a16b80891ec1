"""What a phone sends from the site arrives once, however often it is sent, and bears time, project, post and place."""

import re
import uuid
from datetime import timedelta

import pytest
from django.urls import reverse

from civic.models import AuditEvent
from civic.moments import today
from delivery.models import ProgressReport
from delivery.services import works
from tests.delivery import build
from tests.delivery.test_works_pages import picture
from tests.racing import at_once

pytestmark = pytest.mark.django_db
JSON = {"Accept": "application/json"}


@pytest.fixture
def town():
    return build.town(pool="1000000")


def address(project, name="site_photos") -> str:
    return reverse(f"delivery:{name}", args=[project.code])


def test_the_same_key_is_received_once_and_answered_alike(client, town):
    project, key = build.begun(town), str(uuid.uuid4())
    client.force_login(town.foreman)

    answers = [
        client.post(address(project), {"photos": [picture()], "percent": "20", "key": key}, headers=JSON)
        for _n in range(3)
    ]

    assert [(a.status_code, a.json()) for a in answers] == [(201, {"key": key})] * 3
    assert ProgressReport.objects.get().photos.count() == 1
    assert AuditEvent.objects.filter(action="work.report").count() == 1


@pytest.mark.parametrize("name", ["site_photos", "site_trouble"])
def test_a_plain_form_pressed_twice_leaves_one_report(client, town, name):
    project = build.begun(town)
    client.force_login(town.foreman)
    html = client.get(address(project, name)).content.decode()
    key = re.search(r'name="key" value="([0-9a-f-]{36})"', html)[1]

    twice = [client.post(address(project, name), {"note": "沟挖好了", "key": key}).status_code for _n in range(2)]

    assert twice == [302, 302]
    assert ProgressReport.objects.count() == 1


def test_what_the_rules_refuse_is_told_to_the_phone_and_leaves_nothing(client, town):
    project = build.begun(town)
    client.force_login(town.foreman)

    empty = client.post(address(project), {"key": str(uuid.uuid4())}, headers=JSON)
    no_key = client.post(address(project), {"note": "好", "key": "x"}, headers=JSON)
    client.force_login(town.other_foreman)
    others = client.post(address(project), {"note": "好"}, headers=JSON)

    assert (empty.status_code, empty.json()["error"]) == (422, "请传照片，或写一句进展")
    assert (no_key.status_code, others.status_code) == (422, 403)
    assert ProgressReport.objects.count() == 0


def test_a_key_belongs_to_who_sent_it_and_to_one_work(town):
    project, other, key = build.begun(town), build.begun(town), uuid.uuid4()
    first = works.report(project, by=town.foreman, note="挖沟", key=key)

    with pytest.raises(works.RuleBroken, match="已经由别人交上来了"):
        works.report(project, by=town.village, note="挖沟", key=key)

    assert works.report(project, by=town.foreman, note="挖沟", key=key) == first
    assert works.report(other, by=town.foreman, note="挖沟", key=key) != first
    assert ProgressReport.objects.count() == 2


def test_the_stamp_names_time_project_post_and_the_place_a_person_confirmed(client, town):
    project = build.begun(town, place_text="村口大榕树东")
    client.force_login(town.foreman)
    offered = client.get(address(project)).content.decode()

    client.post(address(project), {"photos": [picture()], "percent": "20", "place": "卫生站后门"})

    page = client.get(reverse("delivery:site", args=[project.code])).content.decode()
    report = ProgressReport.objects.get()
    assert 'value="村口大榕树东"' in offered
    assert (report.place, report.post) == ("卫生站后门", "施工单位")
    assert f"{project.code} · 施工单位 · 卫生站后门" in page
    assert AuditEvent.objects.get(action="work.report").sentence == "进度20%（卫生站后门）"


def test_a_door_number_or_a_phone_is_no_place(client, town):
    project = build.begun(town)
    client.force_login(town.foreman)

    told = client.post(address(project), {"note": "好", "place": "13900000001"})

    assert told.status_code == 422
    assert ProgressReport.objects.count() == 0


def test_the_first_screen_of_the_list_has_the_three_buttons_of_each_site(client, town):
    project = build.begun(town)
    client.force_login(town.foreman)

    html = client.get(reverse("delivery:sites")).content.decode()

    assert all(word in html for word in ("传照片", "报完成", "报问题"))
    assert address(project) in html and address(project, "site_trouble") in html


def test_the_page_without_a_network_opens_for_anybody_and_says_nothing_of_anybody(client, town):
    build.begun(town)

    html = client.get(reverse("delivery:site_offline")).content.decode()
    worker = client.get("/sw.js").content.decode()

    assert "先存在这部手机里" in html and "csrfmiddlewaretoken" not in html
    assert 'var SITE = "/site/offline/"' in worker
    assert "js/site-queue" in worker


def finishing(project, **extra) -> dict:
    """What a phone sends of the project's next stage."""
    stage = project.work.milestones.filter(actual_on=None).first()
    return {"stage": stage.pk, "on": str(today()), "key": str(uuid.uuid4()), "photos": [picture()]} | extra


def test_a_stage_reported_done_however_often_is_finished_once(client, town):
    project = build.begun(town)
    client.force_login(town.foreman)
    sent = finishing(project)

    answers = [
        client.post(address(project, "site_done"), sent | {"photos": [picture()]}, headers=JSON) for _n in range(3)
    ]

    assert [(a.status_code, a.json()) for a in answers] == [(201, {"key": sent["key"]})] * 3
    first = project.work.milestones.first()
    assert (first.actual_on, first.post) == (today(), "施工单位")
    assert project.work.milestones.filter(actual_on__isnull=False).count() == 1
    assert AuditEvent.objects.filter(action="milestone.finish").count() == 1


def test_a_stage_without_its_required_photo_is_refused_with_the_reason(client, town):
    project = build.begun(town)
    client.force_login(town.foreman)
    first = project.work.milestones.first()

    told = client.post(address(project, "site_done"), finishing(project, photos=[]), headers=JSON)

    assert (told.status_code, told.json()["error"]) == (
        422,
        f"要传一张“{first.get_photo_slot_display()}”照片才能报完成",
    )
    assert ProgressReport.objects.count() == 0
    assert not project.work.milestones.filter(actual_on__isnull=False).exists()


def test_a_late_stage_says_why_and_a_stage_finished_by_another_report_is_not_finished_again(client, town):
    project = build.begun(town)
    client.force_login(town.foreman)
    stage = project.work.milestones.first()
    project.work.milestones.filter(pk=stage.pk).update(planned_on=today() - timedelta(days=2))

    silent = client.post(address(project, "site_done"), finishing(project), headers=JSON)
    said = client.post(address(project, "site_done"), finishing(project, late_reason="下雨停工"), headers=JSON)
    again = client.post(address(project, "site_done"), finishing(project, stage=stage.pk), headers=JSON)

    assert (silent.status_code, silent.json()["error"]) == (422, "比计划晚了2天，请写明原因，会公开")
    assert said.status_code == 201
    assert (again.status_code, again.json()["error"]) == (409, "这个里程碑已经完成了")


def test_a_report_that_names_no_stage_finishes_the_next_and_then_the_whole(client, town):
    project = build.begun(town)
    client.force_login(town.foreman)
    stages = project.work.milestones.count()

    for _n in range(stages + 1):
        sent = {"key": str(uuid.uuid4()), "on": str(today()), "photos": [picture()]}
        assert client.post(address(project, "site_done"), sent, headers=JSON).status_code == 201

    project.refresh_from_db()
    assert not project.work.milestones.filter(actual_on=None).exists()
    assert project.state == "for_acceptance"


def test_a_stage_of_another_site_is_not_finished_from_here(client, town):
    project, other = build.begun(town), build.begun(town)
    client.force_login(town.foreman)

    told = client.post(address(project, "site_done"), finishing(other), headers=JSON)

    assert (told.status_code, told.json()["error"]) == (409, "这个工地没有这个里程碑")
    assert ProgressReport.objects.count() == 0


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_a_stage_reported_done_by_four_at_once_is_finished_once():
    town = build.town()
    project, key = build.begun(town), uuid.uuid4()
    photo = build.photo(town.foreman)

    found = at_once(lambda _n: works.report_finished(project, by=town.foreman, photos=[photo], key=key).pk, 4)

    assert len(set(found)) == 1
    assert project.work.milestones.filter(actual_on__isnull=False).count() == 1


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_a_phone_that_sends_four_times_at_once_is_received_once():
    town = build.town()
    project, key = build.begun(town), uuid.uuid4()

    found = at_once(lambda _n: works.report(project, by=town.foreman, note="挖沟", key=key).pk, 4)

    assert len(set(found)) == 1
    assert ProgressReport.objects.count() == 1
