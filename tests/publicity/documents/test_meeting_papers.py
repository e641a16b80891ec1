"""Papers of a meeting: the brief fits one page, the sheet names everybody due, the minutes equal the log."""

import shutil
import subprocess
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from civic import files
from civic.models import Area, Attachment, AuditEvent
from proposals.models import Project
from tests.publicity.documents import paper
from tests.voting import hall
from voting.models import Choice, How, MeetingVote
from voting.services import attendance, items, meetings, minutes

pytestmark = pytest.mark.django_db
needs_poppler = pytest.mark.skipif(shutil.which("pdftotext") is None, reason="poppler-utils reads the PDFs back")


def pages_of(pdf: bytes) -> int:
    read = subprocess.run(["pdfinfo", "-"], input=pdf, capture_output=True, check=True)
    return int(read.stdout.decode().partition("Pages:")[2].split()[0])


def squeezed(words: str) -> str:
    return "".join(words.split())


def confirmed(**made) -> hall.Hall:
    """One item voted on twice, one put off, a member aside and one from afar; the minutes are public."""
    found = hall.called(members=7, projects=2, **made)
    attendance.sign_in(found.meeting, member=found.members[4], by=found.members[4], how=How.REMOTE)
    found.sign_in(6)
    meetings.open_meeting(found.fresh(), by=found.chair)
    attendance.declare_conflict(found.item(), member=found.members[5], by=found.recorder, reason="亲戚承建")
    found.decide(1, "FAA0-")
    items.reopen_item(found.item(), by=found.chair, reason="有人按错了")
    found.vote(1, "FFFA-")
    items.close_item(found.item(), by=found.chair)
    items.note(found.item(), by=found.recorder, text="问：谁来管养？答：村委会。")
    items.defer(found.item(2), by=found.chair, reason="等电网答复")
    meetings.close_meeting(found.fresh(), by=found.chair)
    minutes.confirm(found.fresh(), by=found.chair)
    found.fresh()
    return found


@pytest.mark.parametrize("ending", ["docx", pytest.param("pdf", marks=needs_poppler)])
def test_the_minutes_equal_the_log(client, ending):
    found = confirmed(rules={"vote_form": "open"})
    read = {"docx": paper.words_of, "pdf": paper.text_of}[ending]

    said = squeezed(read(client.get(f"/meetings/{found.meeting.pk}/minutes.{ending}").content))
    page = squeezed(client.get(f"/meetings/{found.meeting.pk}/minutes/").content.decode())

    log = AuditEvent.objects.filter(subject=found.meeting.audit_subject)
    opened, closed = log.get(action="meeting.opened").after, log.filter(action="item.closed").latest("pk").after
    assert (opened["due"], opened["present"]) == (7, 6)
    assert log.filter(action="meeting.signed_in").count() == opened["present"]
    votes = {"赞成": closed["votes_for"], "反对": closed["votes_against"], "弃权": closed["votes_abstain"]}
    voting = closed["present_count"] - closed["recused_count"]
    not_voted = voting - sum(votes.values())
    assert (votes, not_voted) == ({"赞成": 3, "反对": 1, "弃权": 0}, 1)
    assert MeetingVote.objects.filter(ballot=closed["ballot"], choice=Choice.FOR).count() == votes["赞成"]
    for told in (said, page):
        assert f"应到{opened['due']}人，实到{opened['present']}人" in told
        assert (
            f"赞成{closed['votes_for']}票，至少要{closed['needed_count']}票才通过（按{closed['base_count']}人算）"
            in told
        )
        assert "未通过：实到6，赞成1、反对2、弃权1，回避1；重新表决的理由：有人按错了" in told
        assert "等电网答复" in told
        assert "问：谁来管养？" in told
        assert "（远程）" in told
    for label, number in (*votes.items(), ("未投", not_voted)):
        share = f"{100 * number / voting:.2f}%"
        assert f"{label}{number}（{share}）" in said
    assert "成员" not in said.replace("到会人员", "").replace("缺席人员", "")


def test_a_draft_of_the_minutes_is_for_those_concerned_and_says_so(client):
    found = hall.voted("FFFFF")
    address = f"/meetings/{found.meeting.pk}/minutes.docx"
    assert client.get(address).status_code == 404

    client.force_login(found.recorder)

    told = paper.words_of(client.get(address).content)
    assert "草稿：主持人还没确认" in told
    assert "赵成员0" in told


def test_the_sign_in_sheet_names_all_who_are_due_and_how_they_came(client):
    found = hall.called(members=3)
    attendance.sign_in(found.meeting, member=found.members[0], by=found.members[0], how=How.QR)
    client.force_login(found.recorder)

    page = client.get(f"/meetings/{found.meeting.pk}/sign-in-sheet/").content.decode()
    told = paper.words_of(client.get(f"/meetings/{found.meeting.pk}/sign-in-sheet.docx").content)

    for said in (page, told):
        assert all(member.name in said for member in found.members)
        assert said.count("扫码签到 ") == 1
        assert "成员扫码签到" in said
    assert f"/meetings/{found.meeting.pk}/sign-in/?k=" in told


@pytest.mark.parametrize("ending", ["/", ".docx"])
def test_the_sign_in_sheet_is_for_those_who_prepare_and_run_the_meeting(client, ending):
    found = hall.called(members=3)
    address = f"/meetings/{found.meeting.pk}/sign-in-sheet{ending}"

    assert client.get(address).status_code == 302
    client.force_login(found.members[0])
    assert client.get(address).status_code == 403


@pytest.fixture
def wordy():
    """A meeting on a project with the longest texts there may be, and a photo."""
    found = hall.called(members=3)
    project = found.projects[0]
    Project.objects.filter(pk=project.pk).update(
        need="台阶太高，轮椅上不去。" * 60,
        plan="修一条防滑坡道，装两边扶手。" * 60,
        place_text="村口卫生站门口",
        latitude="22.231",
        longitude="113.302",
        crs="CGCS2000",
    )
    Area.objects.filter(pk=project.area_id).update(latitude="22.228", longitude="113.297")
    project.photos.add(photo())
    return found


def photo() -> Attachment:
    drawn = BytesIO()
    Image.new("RGB", (1600, 1200), "teal").save(drawn, "JPEG")
    kept = files.keep(SimpleUploadedFile("a.jpg", drawn.getvalue(), "image/jpeg"), by=None, caption="台阶")
    return files.use([kept], public=True)[0]


def test_the_brief_of_an_item_says_what_is_decided_on(client, wordy):
    address = f"/meetings/{wordy.meeting.pk}/items/1/brief"

    page = client.get(f"{address}/").content.decode()
    told = paper.words_of(client.get(f"{address}.docx").content)

    for said in (page, told):
        for words in ("第1项", wordy.projects[0].code, "为什么要办", "花多少钱", "预审意见", "附议", "0人", "怎样表决"):
            assert words in said
    assert 'src="data:image/svg+xml;base64,' in page
    assert page.count("/files/") >= 1
    assert "坐标点的东北边，直线约" in told
    assert client.get(f"/meetings/{wordy.meeting.pk}/items/9/brief/").status_code == 404


@needs_poppler
def test_the_brief_fits_one_page_whatever_was_written(client, wordy):
    pdf = client.get(f"/meetings/{wordy.meeting.pk}/items/1/brief.pdf").content

    assert pages_of(pdf) == 1
    assert "怎样表决" in paper.text_of(pdf)
