"""Forms (表单): page, PDF and Word say the same figures, amounts stand in capitals too, names only where they belong."""

import shutil
from io import BytesIO

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from docx import Document

from civic.limits import DOCUMENT_ACCOUNT
from civic.models import Role
from proposals.models import ProjectState
from publicity import posters
from publicity.documents import catalogue, pdf, word
from publicity.documents.content import Form, grid, signs
from publicity.documents.facts import Facts
from tests import make
from tests.delivery import build
from tests.publicity.documents import paper

pytestmark = pytest.mark.django_db
needs_pdftotext = pytest.mark.skipif(shutil.which("pdftotext") is None, reason="poppler-utils reads the PDFs back")
KEYS = [kind.key for kind in catalogue.FORMS]
SETTLED = {
    "approval": ["50,000.00元（大写：人民币伍万元整）", "镇纪要第4号"],
    "procurement": ["48,000.00元（大写：人民币肆万捌仟元整）"],
    "agreement": ["48,000.00元（大写：人民币肆万捌仟元整）", "30,000.00"],
    "change": ["+1,200.50", "49,200.50元", "多铺两米防滑砖"],
    "acceptance": ["坡道长度", "同意通过", "☑合格"],
    "settlement": ["49,100.25元（大写：人民币肆万玖仟壹佰元贰角伍分）", "19,100.25", "100.25", "899.75"],
}


def facts(project, *, names=True) -> Facts:
    return Facts(project, "http://testserver/q/X/", names=names)


@pytest.mark.parametrize("key", sorted(SETTLED))
def test_page_and_word_say_the_same_figures(client, key):
    place = build.town()
    project = paper.settled(place)
    client.force_login(place.handler)

    page = client.get(f"/desk/documents/{project.code}/{key}/").content.decode()
    word_file = client.get(f"/desk/documents/{project.code}/{key}.docx")

    assert word_file["Content-Disposition"] == f'attachment; filename="{project.code}-{key}.docx"'
    for figure in SETTLED[key]:
        assert figure in page
        assert figure in paper.words_of(word_file.content)


@needs_pdftotext
@pytest.mark.parametrize("key", sorted(SETTLED))
def test_the_pdf_says_them_too_and_counts_its_pages(client, key):
    place = build.town()
    project = paper.settled(place)
    client.force_login(place.handler)

    told = paper.text_of(client.get(f"/desk/documents/{project.code}/{key}.pdf").content)

    for figure in SETTLED[key]:
        assert figure in told
    assert f"{project.code}第1页，共" in told
    assert "签字（盖章）：" in told


@pytest.mark.parametrize("key", KEYS)
def test_a_proposal_just_filed_has_every_form_with_room_to_write(key):
    project = make.project(work_type="service")

    form = catalogue.form(catalogue.BY_KEY[key], facts(project))
    told = paper.words_of(word.docx(form))

    assert project.code in told
    assert project.title in told
    assert "None" not in told


def test_what_the_record_lacks_is_an_empty_cell_and_no_zero():
    form = catalogue.form(catalogue.BY_KEY["settlement"], facts(make.project()))

    amounts = next(part for part in form.parts if part.heading == "金额")

    assert {amount for _label, amount in amounts.rows} == {""}


def test_a_settlements_figures_add_up():
    project = paper.settled(build.town())
    form = catalogue.form(catalogue.BY_KEY["settlement"], facts(project))

    amounts = next(part for part in form.parts if part.heading == "金额")
    known = {label: paper.YUAN(amount.replace(",", "")) for label, amount in amounts.rows}

    assert known["合同价"] + known["变更增减"] == known["合同价加变更"]
    assert known["合同价加变更"] - known["核减"] == known["结算金额"]
    assert known["已付款"] + known["未付款"] == known["结算金额"]


def test_the_list_says_what_is_there_and_what_each_form_lacks(client):
    place = build.town()
    project = build.contracted(place)
    client.force_login(place.village)

    told = client.get(f"/desk/documents/{project.code}/").content.decode()

    assert "缺：还没有验收" in told
    assert "缺：还没有结算" in told
    assert "合同还没有登记" not in told
    assert "缺：没有变更" not in told  # not every project has one
    assert f"/desk/documents/{project.code}/agreement.docx" in told
    assert f"/desk/documents/{project.code}/application.docx" not in told  # a paper for services


def test_who_keeps_the_paper_reads_names_and_others_stars(client):
    place = build.town()
    proposer = make.person("欧阳提议")
    project = build.held(place, build.finished(place, proposer=proposer))
    auditor = make.officer(Role.AUDITOR, make.DISTRICT)

    def told(who, key):
        client.force_login(who)
        return client.get(f"/desk/documents/{project.code}/{key}/").content.decode()

    for who in (place.handler, place.village, auditor):
        assert "欧阳提议" in told(who, "proposal")
        assert "陈居民" in told(who, "acceptance")
    for who in (place.supervisor, place.district):
        assert "欧阳提议" not in told(who, "proposal")
        assert "陈居民" not in told(who, "acceptance")
        assert "陈**" in told(who, "acceptance")


@pytest.mark.parametrize("who", ["resident", "foreman", "outsider"])
def test_residents_and_contractors_have_no_desk_of_forms(client, who):
    place = build.town()
    project = build.begun(place)
    client.force_login(getattr(place, who))

    assert client.get(f"/desk/documents/{project.code}/").status_code == 403
    assert client.get(f"/desk/documents/{project.code}/proposal.docx").status_code == 403


def test_officers_of_other_towns_are_refused(client):
    project = make.project()
    client.force_login(make.officer(Role.TOWN_HANDLER, make.OTHER_TOWN))

    assert client.get(f"/desk/documents/{project.code}/proposal/").status_code == 403


def test_a_sponsoring_leader_opens_the_forms_of_the_own_project(client):
    leader = make.person("区长")
    project = make.project(sponsor=leader)
    client.force_login(leader)

    assert client.get(f"/desk/documents/{project.code}/proposal/").status_code == 200
    assert client.get(f"/desk/documents/{make.project().code}/proposal/").status_code == 403


def test_everybody_has_the_complete_public_forms_without_names(client):
    place = build.town()
    project = build.held(place, build.finished(place, proposer=make.person("欧阳提议")))

    listed = client.get(f"/p/{project.code}/documents/").content.decode()
    proposal = paper.words_of(client.get(f"/p/{project.code}/documents/proposal.docx").content)
    accepted = client.get(f"/p/{project.code}/documents/acceptance/").content.decode()

    assert "acceptance.pdf" in listed
    assert "settlement" not in listed  # not settled yet
    assert "approval" not in listed  # the offices' own paper
    assert "欧阳" not in proposal + accepted
    assert "陈居民" not in accepted
    for key in ("settlement", "approval", "needs", "nonsense"):
        assert client.get(f"/p/{project.code}/documents/{key}/").status_code == 404


def test_nobody_knows_how_many_second_while_people_vote():
    project = make.project(ProjectState.IN_POLL)

    told = paper.words_of(word.docx(catalogue.form(catalogue.BY_KEY["proposal"], facts(project))))

    assert "投票期间不显示" in told


def test_drawing_is_limited_for_an_account_and_waits_its_turn(client, monkeypatch):
    project = make.project()
    worker = make.officer(Role.SOCIAL_WORKER)
    client.force_login(worker)
    address = f"/desk/documents/{project.code}/proposal"

    with posters.turn():
        monkeypatch.setattr(posters, "PATIENCE_SECONDS", 0)
        crowded = client.get(f"{address}.pdf")
    for _time in range(DOCUMENT_ACCOUNT.most - 1):
        DOCUMENT_ACCOUNT.hit(worker.pk)

    assert (crowded.status_code, crowded["Retry-After"]) == (429, "5")
    assert client.get(f"{address}.docx").status_code == 429
    assert client.get(f"{address}/").status_code == 200


def test_no_form_is_written_as_anything_but_pdf_and_word(client):
    project = make.project()
    client.force_login(make.officer(Role.SOCIAL_WORKER))

    assert client.get(f"/desk/documents/{project.code}/proposal.exe").status_code == 404
    assert client.get(f"/desk/documents/{project.code}/nonsense.pdf").status_code == 404


def test_the_list_asks_as_much_for_three_changes_as_for_one(client):
    place = build.town()
    project = build.begun(place, price="40000")
    client.force_login(place.handler)
    address = f"/desk/documents/{project.code}/"

    def asked() -> int:
        paper.changed(place, project)
        client.get(address)
        with CaptureQueriesContext(connection) as queries:
            client.get(address)
        return len(queries)

    assert asked() == asked() == asked()


@needs_pdftotext
def test_no_signature_stands_alone_on_a_sheet():
    def alone(rows: int) -> bool:
        table = grid(("科目", "金额（元）"), [(f"第{n}项", "1.00") for n in range(rows)])
        form = Form(
            "结算表", "WSS-1", (table, signs("承接单位", "村居两委", "镇街财政")), "镇", "http://t/", "2026年1月1日"
        )
        *_before, last = paper.sheets_of(pdf.pdf([form]))
        return "签字（盖章）：" in last and "项1.00" not in last

    lengths = (26, 28, 30)  # rows after which the signatures just do not fit any more

    assert [rows for rows in lengths if alone(rows)] == []


def test_no_signature_stands_alone_in_word_either():
    told = Document(BytesIO(word.docx(catalogue.form(catalogue.BY_KEY["agreement"], facts(make.project())))))

    *_others, above, signed = told.tables
    stays = [line.paragraph_format.keep_with_next for row in above.rows[-3:] for line in row.cells[1].paragraphs]
    last = [line.paragraph_format.keep_with_next for line in signed.rows[-1].cells[0].paragraphs]

    assert stays == [True] * len(stays)
    assert {line.paragraph_format.keep_with_next for line in signed.rows[0].cells[0].paragraphs} == {True}
    assert last == [None] * len(last)


def test_in_word_a_day_has_room_for_one_line_and_a_long_title_the_most():
    rows = [("1", "卫生站门口修坡道（WSS-2026-0137）", "2021年12月26日", "105,600.00")]
    form = Form("表", "WSS-1", (grid(("序号", "项目", "计划", "金额（元）"), rows),), "镇", "http://t/", "2026年1月1日")

    *_head, table = Document(BytesIO(word.docx(form))).tables
    number, title, planned, amount = (column.width.cm for column in table.columns)

    assert planned >= 3  # 14 letters of 11 points and the cell's edges
    assert title > planned > number
    assert number + title + planned + amount == pytest.approx(17, abs=0.05)


def test_what_the_office_fills_in_has_lines_to_write_on_and_what_is_known_has_none(client):
    place = build.town()
    project = paper.settled(place)
    client.force_login(place.handler)

    agreement = client.get(f"/desk/documents/{project.code}/agreement/").content.decode()
    settled = client.get(f"/desk/documents/{project.code}/settlement/").content.decode()

    line = '<span class="document-line"></span>'
    assert f"甲方</th><td>{line}</td>" in agreement
    assert f"验收标准</th><td>{line * 3}</td>" in agreement
    assert line not in settled


def test_a_short_table_is_not_torn_apart_and_a_day_stays_on_one_line():
    rows = [("准备", "2021年2月26日", ""), ("主体", "", "下雨停工到2021年3月14日")]
    short, long = grid(("里程碑", "计划", "原因"), rows), grid(("里程碑",), [("准备",)] * 7)

    assert (short.days, short.is_short, long.is_short) == ((1,), True, False)
