"""A foreman's whole day (工头的一天): photos, 报完成 and 报问题 without a network, then the line is back and money is asked
for; and the new photo taken against the old one."""

import pytest
from playwright.sync_api import expect

from delivery.models import Payment, ProgressReport
from delivery.services import works
from tests.delivery import build
from tests.journeys.test_site_offline import photo
from tests.journeys.walk import attach

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True), pytest.mark.timeout(180)]
CAMERA = """navigator.mediaDevices.getUserMedia = async () => {
  const canvas = document.createElement("canvas"); canvas.width = 64; canvas.height = 48;
  setInterval(() => canvas.getContext("2d").fillRect(0, 0, 64, 48), 20);
  return canvas.captureStream(25); };"""
NO_CAMERA = "navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException('', 'NotAllowedError'));"


@pytest.fixture
def town():
    return build.town(pool="1000000")


def test_a_foremans_day_from_the_first_photo_to_the_office_that_pays(new_page, accessible, town):
    project, page = build.begun(town), new_page(town.foreman)
    queue = page.locator("[data-test=queue]")
    page.goto("/site/")
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    page.reload()
    page.context.set_offline(True)

    page.goto(f"/site/{project.code}/photos/")
    page.get_by_label("照片", exact=False).first.set_input_files([photo("a.jpg")])
    page.get_by_label("说一句进展").fill("材料进场")
    page.get_by_role("button", name="交上去").click()
    expect(queue).to_contain_text("1张照片等网络，别删")

    page.goto(f"/site/{project.code}/")
    page.get_by_role("link", name="报完成").click()
    page.get_by_role("button", name="报完成").click()
    expect(queue).to_contain_text("照片才能报完成")
    page.locator("form:visible input[type=file]").set_input_files([photo("b.jpg", "red")])
    page.get_by_role("button", name="报完成").click()
    expect(queue).to_contain_text("2张照片等网络，别删")
    accessible(page)

    page.goto(f"/site/{project.code}/trouble/")
    page.get_by_label("遇到什么问题").fill("地下有旧水管")
    page.get_by_role("button", name="报问题").click()
    expect(queue.locator("li")).to_have_count(3)
    assert ProgressReport.objects.count() == 0

    page.context.set_offline(False)
    expect(queue).to_contain_text("都传上去了", timeout=15000)
    assert sorted(ProgressReport.objects.values_list("kind", flat=True)) == ["done", "progress", "trouble"]
    assert project.work.milestones.filter(actual_on__isnull=False).count() == 1

    page.goto(f"/site/{project.code}/")
    expect(page.locator("[data-test=reports]")).to_contain_text("材料进场")
    expect(page.locator("main")).to_contain_text("等村居或镇街答复")
    page.get_by_role("link", name="请款").click()
    page.get_by_label("请款金额").fill("10000")
    page.get_by_role("button", name="请款").click()
    expect(page.get_by_role("status").filter(has_text="请款已交")).to_be_visible()

    office = new_page(town.handler)
    office.goto("/desk/delivery/")
    office.get_by_role("link", name="审核请款10,000元").click()
    expect(office.get_by_role("heading", level=1)).to_be_visible()
    assert Payment.objects.get().work.project_id == project.pk
    accessible(office)


def at_the_last_stage(town):
    project = build.begun(town)
    first, *others = project.work.milestones.all()
    works.finish_milestone(first, by=town.foreman, photo=build.photo(town.foreman))
    for stage in others[:-1]:
        works.finish_milestone(stage, by=town.foreman, photo=build.photo(town.foreman))
    return project


def test_the_new_photo_is_taken_through_the_old_one(new_page, accessible, town):
    project, page = at_the_last_stage(town), new_page(town.foreman)
    page.add_init_script(CAMERA)
    page.goto(f"/site/{project.code}/done/")

    page.get_by_role("button", name="打开相机，对着旧照片拍").click()
    expect(page.locator(".camera img")).to_have_css("opacity", "0.5")
    page.wait_for_function("document.querySelector('.camera video').videoWidth > 0")
    accessible(page)
    page.get_by_role("button", name="拍下来").click()
    expect(page.locator(".kept-file img")).to_be_visible()
    page.get_by_role("button", name="报完成").click()

    page.wait_for_url(f"**/site/{project.code}/")
    assert not project.work.milestones.filter(actual_on=None).exists()


def test_who_refuses_the_camera_sends_a_file_as_before(new_page, town):
    project, page = at_the_last_stage(town), new_page(town.foreman)
    page.add_init_script(NO_CAMERA)
    page.goto(f"/site/{project.code}/done/")

    page.get_by_role("button", name="打开相机，对着旧照片拍").click()
    expect(page.get_by_role("status").filter(has_text="相机没有打开")).to_be_visible()
    attach(page.locator("form input[type=file]"), photo("after.jpg"))
    page.get_by_role("button", name="报完成").click()

    page.wait_for_url(f"**/site/{project.code}/")
    assert not project.work.milestones.filter(actual_on=None).exists()


def test_what_was_refused_later_is_mended_and_goes_under_its_own_key(new_page, town):
    project, page = build.begun(town), new_page(town.foreman)
    page.add_init_script("delete Navigator.prototype.serviceWorker")
    page.goto(f"/site/{project.code}/done/")
    page.get_by_label("哪天完成的").fill("2001-01-01")  # before the works began
    attach(page.locator("form input[type=file]"), photo("a.jpg"))
    page.context.set_offline(True)
    page.get_by_role("button", name="报完成").click()
    expect(page.locator("[data-test=queue]")).to_contain_text("1张照片等网络，别删")
    page.context.set_offline(False)
    expect(page.locator("[data-test=queue]")).to_contain_text("日期不能早于开工")

    page.get_by_role("link", name="改一改再交").click()
    expect(page.locator(".kept-file img")).to_be_visible()
    page.get_by_label("哪天完成的").fill(page.evaluate("new Date(Date.now() + 8 * 36e5).toISOString().slice(0, 10)"))
    page.get_by_role("button", name="报完成").click()

    page.wait_for_url(f"**/site/{project.code}/")
    assert ProgressReport.objects.get().kind == "done"
    assert project.work.milestones.filter(actual_on__isnull=False).count() == 1
