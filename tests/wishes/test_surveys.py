"""Surveys of needs (问需): papers one a row, totals for the village's workers, what of them everybody may see."""

from io import BytesIO

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from openpyxl import load_workbook
from playwright.sync_api import expect

from civic.models import Role
from civic.rules import RuleBroken
from tests import make
from tests.browser import DESK
from tests.publicity.documents import paper
from tests.wishes import build
from wishes import rules, survey_queries
from wishes.models import Sheet, Survey
from wishes.services import surveys

pytestmark = pytest.mark.django_db
NEEDS = ["修路灯", "加长椅", "教用手机"]


@pytest.fixture
def worker():
    make.areas()
    return build.office("林测试", Role.SOCIAL_WORKER)


@pytest.fixture
def survey(worker):
    return surveys.begin(make.area(), make.round_(), by=worker, needs=NEEDS)


def entered(survey, by, count, ticked=(1,), first=1, group="elder"):
    for number in range(first, first + count):
        surveys.enter(survey, by=by, serial=str(number), group=group, numbers=ticked)


def sent(*rows):
    data = {"sheet-TOTAL_FORMS": "10", "sheet-INITIAL_FORMS": "0"}
    for number, row in enumerate(rows):
        data |= {f"sheet-{number}-{name}": value for name, value in row.items()}
    return data


def test_a_survey_is_begun_once_for_a_village_and_round(client, worker):
    its_round = make.round_()
    client.force_login(worker)
    typed = {"area": make.VILLAGE, "round": its_round.pk, "needs": "修路灯\n加长椅\n"}

    first, again = (client.post("/desk/surveys/", typed) for _n in range(2))

    assert first.status_code == 302
    assert [need.words for need in Survey.objects.get().needs.all()] == ["修路灯", "加长椅"]
    assert again.status_code == 422
    assert "已经开过问需" in again.content.decode()
    with pytest.raises(IntegrityError), transaction.atomic():
        Survey.objects.create(area=make.area(), round=its_round, by=worker)


def test_the_papers_add_up(client, worker, survey):
    client.force_login(worker)
    rows = [
        {"serial": "1", "group": "elder", "ticked": "1 3"},
        {"serial": "2", "group": "adult", "ticked": "1，2", "said": "路灯太暗"},
        {"serial": "3"},
    ]

    answer = client.post(survey.get_absolute_url(), sent(*rows))

    assert answer.status_code == 302, answer.content.decode()
    summary = survey_queries.summary(survey)
    assert summary.sheets == 3
    assert summary.needs == [("修路灯", 2), ("加长椅", 1), ("教用手机", 1)]
    assert summary.groups == [("60岁以上", 1), ("18至59岁", 1), ("18岁以下", 0), ("没写", 1)]


def test_a_row_to_mend_keeps_its_words_while_the_others_go_in(client, worker, survey):
    client.force_login(worker)
    surveys.enter(survey, by=worker, serial="9", group="elder", numbers=[1])
    rows = [
        {"serial": "1", "ticked": "1"},
        {"serial": "2", "ticked": "4"},
        {"serial": "", "ticked": "2"},
        {"serial": "9", "ticked": "2"},
        {"serial": "5", "ticked": "一"},
        {"serial": "1", "ticked": "2"},
    ]

    answer = client.post(survey.get_absolute_url(), sent(*rows))

    forms = answer.context["grid"].forms
    assert answer.status_code == 422
    assert [form.kept is not None for form in forms[:6]] == [True, False, False, False, False, False]
    assert forms[1].errors["ticked"] == ["写表上的项号，从1到3，每项一次"]
    assert forms[2].errors["serial"] == ["照表上的编号写"]
    assert forms[3].errors["serial"] == ["这个表号已经录过，内容不一样"]
    assert forms[4].errors["ticked"] == ["写项号，用空格隔开，比如“1 3 5”"]
    assert forms[5].errors["serial"] == ["这个表号上面已经有了"]
    assert 'value="一"' in answer.content.decode()
    assert sorted(Sheet.objects.values_list("serial", flat=True)) == ["1", "9"]


def test_the_same_paper_twice_is_one(worker, survey):
    for _n in range(2):
        surveys.enter(survey, by=worker, serial="1", group="elder", numbers=[1, 2])

    assert Sheet.objects.count() == 1
    with pytest.raises(IntegrityError), transaction.atomic():
        Sheet.objects.create(survey=survey, serial="1", by=worker)


@pytest.mark.parametrize(
    ("count", "told"), [(0, 0), (1, None), (9, None), (10, 10), (20, 20), (21, None), (29, None), (30, 30)]
)
def test_few_who_ticked_and_few_who_did_not_are_not_told(count, told):
    assert rules.tellable(count, 30, 10) == told


def test_the_public_sees_the_totals_once_published_and_no_small_ones(client, worker, survey):
    entered(survey, worker, 12)
    entered(survey, worker, 3, ticked=(2,), first=20)
    page = f"/a/{make.VILLAGE}/"
    assert "修路灯" not in client.get(page).content.decode()
    client.force_login(worker)

    client.post(f"{survey.get_absolute_url()}publish/")

    told = survey_queries.public_summary(make.area())
    assert told.needs == [("修路灯", None), ("加长椅", None), ("教用手机", 0)]
    entered(survey, worker, 8, ticked=(2, 3), first=30)
    told = survey_queries.public_summary(make.area())
    assert (told.sheets, told.needs) == (23, [("修路灯", 12), ("加长椅", 11), ("教用手机", None)])
    client.logout()
    public = client.get(page).content.decode()
    assert "收回23张表" in public and "修路灯" in public and "不公布" in public
    assert "60岁以上" not in public


def test_too_few_papers_are_not_published(worker, survey):
    entered(survey, worker, 9)

    with pytest.raises(RuleBroken, match="收回10张以上才能公开"):
        surveys.publish(survey, by=worker)

    assert Survey.objects.get().published_at is None


def test_only_the_villages_own_workers_see_it(client, survey):
    client.force_login(build.office("邻测试", Role.SOCIAL_WORKER, make.OTHER_VILLAGE))
    paths = ["", "blank/", "summary.csv", "summary.xlsx"]
    assert [client.get(survey.get_absolute_url() + path).status_code for path in paths] == [404] * 4

    client.force_login(make.person())
    assert client.get("/desk/surveys/").status_code == 403


def test_the_files_hold_the_totals_and_nobodys_words(client, worker, survey):
    surveys.enter(survey, by=worker, serial="1", group="elder", numbers=[1], said="路灯太暗")
    client.force_login(worker)

    book = b"".join(client.get(f"{survey.get_absolute_url()}summary.xlsx").streaming_content)
    text = b"".join(client.get(f"{survey.get_absolute_url()}summary.csv").streaming_content).decode("utf-8-sig")

    rows = list(load_workbook(BytesIO(book)).worksheets[0].iter_rows(values_only=True))
    assert rows[1:4] == [("收回", "一共", 1), ("需要", "修路灯", 1), ("需要", "加长椅", 0)]
    assert "需要,修路灯,1" in text
    assert "太暗" not in text


def test_the_summary_is_a_form_with_the_same_figures_as_page_pdf_and_word(client, worker, survey):
    entered(survey, worker, 6, ticked=(2,))
    entered(survey, worker, 2, ticked=(1, 2), first=7, group="adult")
    surveys.enter(survey, by=worker, serial="9", group="unsaid", numbers=(3,), said="陈阿婆家门口暗")
    client.force_login(worker)
    base = f"/desk/surveys/{survey.pk}/summary"

    page = client.get(f"{base}/", HTTP_ACCEPT_LANGUAGE="en").content.decode()
    word, pdf = client.get(f"{base}.docx"), client.get(f"{base}.pdf")

    told = paper.words_of(word.content)
    for row in ("加长椅\n8\n89%", "修路灯\n2\n22%", "60岁以上\n6", "合计\n9"):
        assert row in told
    assert told.index("加长椅") < told.index("修路灯")
    for said in ("需求汇总表", "收回", "9张", "加长椅", "89%", "60岁以上"):
        assert said in page and said in told
    assert "陈阿婆" not in page + told
    assert pdf.content.startswith(b"%PDF") and f"{survey.pk}-needs.pdf" in pdf["Content-Disposition"]


def test_the_empty_paper_has_every_need(client, worker, survey):
    client.force_login(worker)

    page = client.get(f"{survey.get_absolute_url()}blank/").content.decode()

    assert all(f"{number}　{words}" in page for number, words in enumerate(NEEDS, 1))


def test_the_page_asks_as_often_for_three_papers_as_for_one(client, worker, survey):
    client.force_login(worker)
    client.get(survey.get_absolute_url())
    asked = []

    for first, count in ((1, 1), (2, 2)):
        entered(survey, worker, count, first=first)
        with CaptureQueriesContext(connection) as queries:
            client.get(survey.get_absolute_url())
        asked.append(len(queries))

    assert asked[0] == asked[1]


@pytest.mark.journey
@pytest.mark.django_db(transaction=True)
def test_papers_are_entered_by_keyboard_and_the_pages_are_accessible(new_page, accessible, worker):
    survey = surveys.begin(make.area(), make.round_(), by=worker, needs=NEEDS)
    page = new_page(worker, viewport=DESK)
    page.goto(survey.get_absolute_url())
    accessible(page)
    for number in range(1, 4):
        for cell in (str(number), "", "1 3", ""):
            page.keyboard.insert_text(cell)
            page.keyboard.press("Enter")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    expect(page.get_by_text("已录3张").first).to_be_visible()
    assert survey_queries.summary(survey).needs == [("修路灯", 3), ("加长椅", 0), ("教用手机", 3)]

    phone = new_page(worker)
    for path in ("/desk/surveys/", survey.get_absolute_url(), f"{survey.get_absolute_url()}blank/"):
        phone.goto(path)
        accessible(phone)
