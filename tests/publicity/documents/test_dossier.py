"""一项目一档: asked for, made in the background, told in the inbox, complete by its own list, gone after a week."""

import csv
import hashlib
import io
import re
import shutil
import zipfile
from datetime import timedelta

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from PIL import Image

from civic import outbox
from civic.models import AuditEvent, Role
from civic.moments import at, now
from publicity.documents import catalogue, dossier, pdf
from publicity.models import Bundle, BundleState, Message
from publicity.services import bundles
from tests import make
from tests.delivery import build
from tests.publicity.documents import paper

pytestmark = pytest.mark.django_db
needs_pdftotext = pytest.mark.skipif(shutil.which("pdftotext") is None, reason="poppler-utils reads the PDFs back")


@pytest.fixture
def project():
    """A settled project whose papers lie in the store."""
    place = build.town()
    found = paper.settled(place)
    for file in dossier.papers(dossier.Facts(found, "", names=True)):
        default_storage.save(file.file.name, ContentFile(f"paper {file.pk}".encode()))
    return found


@pytest.fixture
def keeper():
    return make.officer(Role.VILLAGE_OFFICE, name="黄档案")


@pytest.fixture
def undrawn(monkeypatch):
    """The drawing of PDFs is tried elsewhere."""
    for name in ("pdf", "bound"):
        monkeypatch.setattr(pdf, name, lambda *_forms: b"%PDF-")


def asked(client, who, project, kind: str) -> Bundle:
    client.force_login(who)
    response = client.post(f"/desk/documents/{project.code}/dossier/", {"kind": kind})
    assert response.status_code == 302
    return Bundle.objects.latest("pk")


def fetched(client, bundle: Bundle) -> bytes:
    return b"".join(client.get(f"/desk/files/{bundle.pk}/file/").streaming_content)


def test_the_zip_holds_forms_papers_and_record_each_under_its_sha256(client, project, keeper, monkeypatch):
    monkeypatch.setattr(pdf, "pdf", lambda forms: "".join(form.title for form in forms).encode())  # drawn elsewhere
    bundle = asked(client, keeper, project, "zip")
    outbox.run_due()
    pack = zipfile.ZipFile(io.BytesIO(fetched(client, bundle)))
    rows = list(csv.DictReader(io.StringIO(pack.read("manifest.csv").decode())))
    events = pack.read("events.csv").decode("utf-8-sig")

    assert pack.testzip() is None
    assert {row["file"] for row in rows} | {"manifest.csv"} == set(pack.namelist())
    for row in rows:
        assert hashlib.sha256(pack.read(row["file"])).hexdigest() == row["sha256"]
    assert pack.read("00-cover.pdf").decode() == "项目档案"
    assert [name for name in pack.namelist() if name.endswith("-settlement.pdf")]
    assert not [name for name in pack.namelist() if "-needs" in name]  # a paper to fill in by hand
    assert any(name.startswith("papers/") and name.endswith(".pdf") for name in pack.namelist())
    assert "结算" in events
    assert "陈居民" not in events


@needs_pdftotext
def test_the_pdf_begins_with_the_cover_and_says_what_is_missing(client, project, keeper):
    bundle = asked(client, keeper, project, "pdf")
    outbox.run_due()

    told = paper.text_of(fetched(client, bundle))

    year, serial = project.round.year, project.code.rpartition("-")[2]
    assert re.match(r"卷内第1页，共\d+页项目档案", told)
    assert f"斗门镇—测试甲村—{year}—{serial}" in told
    assert "议事会还没有表决" in told
    assert "49,100.25元（大写：人民币肆万玖仟壹佰元贰角伍分）" in told


@needs_pdftotext
def test_every_sheet_is_counted_through_and_the_list_says_on_which_each_form_stands(client, project, keeper):
    bundle = asked(client, keeper, project, "pdf")
    outbox.run_due()

    sheets = paper.sheets_of(fetched(client, bundle))
    listed = dossier.keys(dossier.Facts(project, "", names=True))
    titles = [str(catalogue.BY_KEY[key].title) for key in listed]
    stands = {title: [n for n, told in enumerate(sheets, 1) if f"{title}{project.code}第" in told] for title in titles}

    assert [told for n, told in enumerate(sheets, 1) if f"卷内第{n}页，共{len(sheets)}页" not in told] == []
    assert f"页数共{len(sheets)}页，目录在内" in sheets[0]
    assert [len(found) for found in stands.values()].count(0) == 0
    for title, found in stands.items():
        ends = f"{found[0]}—{found[-1]}" if len(found) > 1 else f"{found[0]}"
        assert re.search(rf"\d{title}有{ends}(?!\d*—)", sheets[0]), title


def test_the_list_of_the_zip_names_the_file_of_each_form(project):
    facts = dossier.Facts(project, "", names=True)
    listed = ["cover", *dossier.keys(facts)]

    told = dossier.cover(facts, dossier._in_pack(facts, listed))

    forms, papers = (part for part in told.parts if part.kind == "grid")
    assert {row[1]: row[-1] for row in forms.rows}["验收表"] == dossier.entry(listed.index("acceptance"), "acceptance")
    assert next(row[-1] for row in papers.rows).startswith("papers/001.")
    assert {field.label: field.value for field in told.parts[0].rows}["归档日期"] == "还没有归档"


@needs_pdftotext
def test_the_photos_are_pages_of_the_pdf_by_their_numbers_in_the_list(client, project, keeper):
    files = dossier.papers(dossier.Facts(project, "", names=True))
    photos = [(number, file) for number, file in enumerate(files, start=1) if file.kind == "photo"]
    (lost_number, _lost), *kept = photos
    for number, file in kept:
        default_storage.delete(file.file.name)
        default_storage.save(file.file.name, ContentFile(a_picture(number)))
    bundle = asked(client, keeper, project, "pdf")
    outbox.run_due()
    body = fetched(client, bundle)

    told = paper.text_of(body)

    assert len(kept) >= 2
    for number, file in kept:
        assert f"{number}{file}".replace(" ", "") in told
    assert f"打不开的照片：第{lost_number}项" in told
    assert body.count(b"/DCTDecode") == len(kept)


def a_picture(shade: int) -> bytes:
    with io.BytesIO() as made:
        Image.new("RGB", (80, 60), (10 * shade, 0, 0)).save(made, "WEBP")
        return made.getvalue()


def test_whoever_asked_sees_how_far_it_is_and_is_told_in_the_inbox(client, project, keeper, undrawn):
    bundle = asked(client, keeper, project, "zip")
    outbox.run_due(2)
    waiting = client.get(f"/desk/files/{bundle.pk}/").content.decode()
    early = client.get(f"/desk/files/{bundle.pk}/file/").status_code
    outbox.run_due()
    inbox = client.get("/me/messages/").content.decode()

    assert f"第2步，共{bundle.total}步" in waiting
    assert early == 404
    assert "文件做好了，可以下载" in inbox
    assert f"/desk/files/{bundle.pk}/" in inbox
    assert Message.objects.filter(why="asker").get().person == keeper
    assert AuditEvent.objects.filter(action="bundle.made", is_public=False).get().after["sha256"]


def test_a_step_told_twice_is_made_once(client, project, keeper, undrawn):
    bundle = asked(client, keeper, project, "zip")

    bundles.step(bundle.pk, 0)
    again = bundles.step(bundle.pk, 0)

    assert (again.done, again.plan["made"]) == (1, ["pdf"])


def test_a_file_is_kept_a_week_and_one_never_made_is_given_up(
    client, project, keeper, undrawn, django_capture_on_commit_callbacks
):
    made = asked(client, keeper, project, "pdf")
    outbox.run_due()
    stuck = asked(client, keeper, project, "pdf")
    name = Bundle.objects.get(pk=made.pk).file.name
    with at(now() + timedelta(days=6)):
        bundles.sweep()
    kept = default_storage.exists(name)
    with at(now() + timedelta(days=8)), django_capture_on_commit_callbacks(execute=True):
        bundles.sweep()

    assert kept
    assert not default_storage.exists(name)
    assert Bundle.objects.get(pk=made.pk).state == BundleState.GONE
    assert Bundle.objects.get(pk=stuck.pk).state == BundleState.FAILED
    assert "已经清理" in client.get(f"/desk/files/{made.pk}/").content.decode()
    assert client.get(f"/desk/files/{made.pk}/file/").status_code == 404


def test_only_who_reads_names_asks_for_a_dossier_and_loses_it_with_the_office(client, project, keeper, undrawn):
    bundle = asked(client, keeper, project, "pdf")
    outbox.run_due()
    keeper.appointments.update(ends_on=now().date() - timedelta(days=1))
    left = client.get(f"/desk/files/{bundle.pk}/file/").status_code
    client.force_login(make.officer(Role.SUPERVISOR))

    assert left == 403
    assert client.post(f"/desk/documents/{project.code}/dossier/", {"kind": "zip"}).status_code == 403
