"""Paper forms in one go (批量录入纸质表): each row by itself, errors beside their cells, one number one paper."""

import time

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from playwright.sync_api import expect

from civic.models import Role
from proposals.models import Project
from tests import make
from tests.browser import DESK, SIZES

pytestmark = pytest.mark.django_db


@pytest.fixture
def worker():
    make.areas()
    make.round_()
    return make.officer(Role.SOCIAL_WORKER, name="林测试")


def sent(*rows, keys=None):
    """What a grid of ten rows posts."""
    data = {"paper-TOTAL_FORMS": "10", "paper-INITIAL_FORMS": "0"}
    for number, row in enumerate(rows):
        key = (keys or {}).get(number, f"00000000-0000-4000-8000-{number:012d}")
        data |= {f"paper-{number}-{name}": value for name, value in ({"key": key} | row).items()}
    return data


def paper(serial="1", **more):
    typed = {
        "serial": serial,
        "name": "陈测试",
        "phone": "",
        "title": f"村口第{serial}盏路灯不亮",
        "place_text": "村口",
    }
    return typed | more


def test_each_row_is_one_proposal_with_its_provenance(client, worker):
    client.force_login(worker)

    answer = client.post("/desk/paper/", sent(paper("1"), paper("2", name="李测试", category="消除安全隐患")))

    assert answer.status_code == 302
    first, second = Project.objects.order_by("pk")
    assert (first.title, first.place_text, first.paper_serial) == ("村口第1盏路灯不亮", "村口", "1")
    assert (first.proposer.name, first.entered_by, first.channel) == ("陈测试", worker, "paper")
    assert (first.assisted_how, first.assisted_note) == ("paper", "纸质表第1号，本人签名")
    assert (second.category, second.state) == ("消除安全隐患", "filed")
    assert str(second.code) in client.get(answer["Location"]).content.decode()


def test_a_row_to_mend_keeps_its_words_while_the_others_are_filed(client, worker):
    client.force_login(worker)

    answer = client.post("/desk/paper/", sent(paper("1"), paper("2", title="灯"), paper("3", phone="123")))

    assert answer.status_code == 422
    page = answer.content.decode()
    assert [form.is_kept for form in answer.context["grid"]][:3] == [True, False, False]
    assert "写下是什么事" in page or "至少写5个字" in page
    assert 'value="灯"' in page and 'value="123"' in page
    assert "1张已录" in page
    assert Project.objects.get().paper_serial == "1"


def test_the_rest_goes_in_when_mended_and_nothing_twice(client, worker):
    client.force_login(worker)
    client.post("/desk/paper/", sent(paper("1"), paper("2", title="灯")))

    again = client.post("/desk/paper/", sent(paper("1"), paper("2")))

    assert again.status_code == 302
    assert sorted(Project.objects.values_list("paper_serial", flat=True)) == ["1", "2"]


def test_a_number_stands_once_in_a_batch_and_once_in_the_round(client, worker):
    client.force_login(worker)
    client.post("/desk/paper/", sent(paper("1")))

    answer = client.post("/desk/paper/", sent({}, paper("1"), paper("2"), paper("2", name="李测试")))

    forms = answer.context["grid"].forms
    assert forms[1].errors["serial"] == [f"这个表号已经录过，是{Project.objects.get(paper_serial='1').code}"]
    assert forms[2].is_kept
    assert forms[3].errors["serial"] == ["这个表号上面已经有了"]
    assert Project.objects.count() == 2


def test_the_database_refuses_a_second_project_of_one_paper(worker):
    first, second = (make.project(round=None) for _n in range(2))
    Project.objects.filter(pk=first.pk).update(paper_serial="1")

    with pytest.raises(IntegrityError), transaction.atomic():
        Project.objects.filter(pk=second.pk).update(paper_serial="1", round=first.round)


def test_a_phone_of_another_name_is_told_beside_the_phone(client, worker):
    make.person("王测试", phone="13800009999")
    client.force_login(worker)

    answer = client.post("/desk/paper/", sent(paper("1", phone="13800009999")))

    assert "登记的不是这个姓名" in answer.context["grid"].forms[0].errors["phone"][0]
    assert Project.objects.count() == 0


def test_an_empty_grid_says_so(client, worker):
    client.force_login(worker)

    answer = client.post("/desk/paper/", sent())

    assert answer.status_code == 422
    assert "还没有写" in answer.content.decode()


def test_past_the_days_number_the_rest_stays_as_written(client, worker, monkeypatch):
    from civic import limits
    from proposals.services import proposing

    monkeypatch.setattr(proposing, "PAPER_ACCOUNT", limits.Limit("proposal-paper", 1, 60))
    client.force_login(worker)

    answer = client.post("/desk/paper/", sent(paper("1"), paper("2")))

    assert answer.status_code == 429
    assert "已经到上限" in answer.content.decode()
    assert "村口第2盏路灯不亮" in answer.content.decode()
    assert Project.objects.get().paper_serial == "1"


def test_out_of_a_round_there_is_no_grid(client, worker):
    from proposals.models import Round

    Round.objects.all().delete()
    client.force_login(worker)

    assert "现在不在征集期" in client.get("/desk/paper/").content.decode()


def test_the_grid_asks_as_often_for_fifty_rows_as_for_ten(client, worker):
    client.force_login(worker)
    client.get("/desk/paper/")
    asked = []

    for rows in (10, 50):
        with CaptureQueriesContext(connection) as queries:
            client.get(f"/desk/paper/?rows={rows}")
        asked.append(len(queries))

    assert asked[0] == asked[1]


@pytest.mark.journey
@pytest.mark.django_db(transaction=True)
@pytest.mark.timeout(300)
def test_fifty_papers_are_entered_without_a_mouse(new_page, accessible, worker, record_property):
    page = new_page(worker, viewport=DESK)
    page.goto("/desk/paper/?rows=50", timeout=60_000)
    keys = page.keyboard
    began = time.monotonic()

    for number in range(1, 51):
        for cell in (str(number), f"陈测试{number}", "", f"村口第{number}盏路灯不亮", "村口榕树下"):
            keys.insert_text(cell)
            keys.press("Enter")
        keys.press("1")
        if number == 1:
            accessible(page)
        if number < 50:
            keys.press("Control+Enter")
    with page.expect_navigation(timeout=120_000):
        keys.press("Enter")
    took = time.monotonic() - began

    expect(page.get_by_text("已录50张").first).to_be_visible()
    assert Project.objects.filter(paper_serial__gt="").count() == 50
    assert set(Project.objects.values_list("channel", flat=True)) == {"paper"}
    record_property("seconds_for_fifty_papers", round(took, 1))
    print(f"fifty papers by keyboard: {took:.1f} s")
    assert took < 240


@pytest.mark.journey
@pytest.mark.django_db(transaction=True)
def test_row_and_column_are_read_out_and_an_empty_row_hands_in(new_page, worker):
    page = new_page(worker, viewport=DESK)
    page.goto("/desk/paper/")
    focused = "document.activeElement.labels[0].textContent"
    assert page.evaluate(focused) == "第1行表号"

    for cell in ("1", "陈测试", "", "村口第一盏路灯不亮", "村口榕树下"):
        page.keyboard.insert_text(cell)
        page.keyboard.press("Enter")
    assert page.evaluate(focused) == "第1行类别"
    page.keyboard.press("Enter")
    assert page.evaluate(focused) == "第2行表号"
    with page.expect_navigation():
        page.keyboard.press("Enter")

    expect(page.get_by_text("已录1张").first).to_be_visible()


@pytest.mark.journey
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("view", SIZES)
def test_the_grid_fits_a_small_phone(new_page, accessible, live_server, worker, view):
    page = new_page(worker)
    page.context.add_cookies([{"name": "view", "value": view, "url": live_server.url}])

    page.goto("/desk/paper/")

    accessible(page)
