"""Pictures of the works: before and after beside each other, the others one by one; of a service none at all."""

from decimal import Decimal

import pytest
from playwright.sync_api import expect

from civic.models import Attachment
from civic.moments import today
from delivery.models import Work
from proposals.models import ProjectState as S
from proposals.models import WorkType
from publicity.queries.works import _paired
from tests import make
from tests.delivery.build import completed, town

BEFORE, DURING, AFTER = ({"part": part, "url": f"/{part}"} for part in ("before", "during", "after"))
BOARD, AWAITED = {"part": "", "url": "/board"}, {"part": "after", "due_on": today()}


@pytest.mark.parametrize(
    ("photos", "pair", "others"),
    [
        ([BOARD, BEFORE, DURING, AFTER], [BEFORE, AFTER], [BOARD, DURING]),
        ([BEFORE, AWAITED], [BEFORE, AWAITED], []),
        ([BOARD, DURING, AFTER], [], [BOARD, DURING, AFTER]),
        ([BEFORE, DURING], [], [BEFORE, DURING]),
        ([], [], []),
    ],
)
def test_before_and_after_make_a_pair_and_the_rest_follows(photos, pair, others):
    assert _paired(photos) == (pair, others)


@pytest.mark.django_db
def test_each_picture_says_what_it_is_when_it_was_taken_and_keeps_its_room(client):
    project = completed(town())
    Attachment.objects.update(is_public=True)

    page = client.get(project.get_absolute_url()).content.decode()

    pair = page.split('id="pair-title"')[1].split("</section>")[0]
    assert pair.count("<figure") == pair.count('loading="lazy"') == 2
    assert "前：" in pair and "后：" in pair
    assert pair.count(f"上传 · {project.code} · 施工单位") == 2
    assert pair.count(' width="') == pair.count(' height="') == 2


def service():
    project = make.project(state=S.IN_PROGRESS, work_type=WorkType.SERVICE, title="上门理发")
    work = Work.objects.create(project=project, granted_yuan=Decimal(20000), is_service=True, visits_planned=72)
    for served in (6, 7):
        work.visits.create(visited_on=today(), served=served, by=make.person())
    return project


@pytest.mark.django_db
def test_a_service_shows_how_often_and_how_many_and_no_pictures(client):
    page = client.get(service().get_absolute_url()).content.decode()

    assert "已上门2次，共72次；服务13人次。" in page
    assert "<figure" not in page and "前后对比" not in page


@pytest.mark.journey
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("js_enabled", [True, False])
def test_the_pictures_are_stepped_through_by_links(page, accessible):
    project = completed(town())
    Attachment.objects.update(is_public=True)
    page.goto(project.get_absolute_url())
    section = page.locator("section", has=page.get_by_role("heading", name="现场照片"))
    section.get_by_role("link", name="下一张").first.click()
    expect(page.locator("#photo-2")).to_be_in_viewport()

    accessible(page)
