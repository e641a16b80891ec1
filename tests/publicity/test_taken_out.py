"""Tables taken out at the desk (导出): made in the background in parts, two at once, for whoever asked and still may."""

import csv
import io
import zipfile
from datetime import timedelta

import openpyxl
import pytest
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils.translation import override

from civic import outbox
from civic.audit import record
from civic.limits import TooOften
from civic.models import Appointment, AuditEvent, Outbox, Role
from civic.moments import at, now, today
from civic.rules import RuleBroken
from publicity import register
from publicity.models import Bundle, BundleState, Message
from publicity.opendata import formats, taken
from publicity.opendata.datasets import DATASETS
from publicity.queries import audit
from publicity.queries.stats.scope import ALL, of
from publicity.services import bundles
from tests import make
from tests.publicity.taking import asked, fetched, taken_out

pytestmark = pytest.mark.django_db
REGISTER, LOG, WHOLE = "/desk/register/csv/", "/district/audit/file/", "/district/export/"


@pytest.fixture
def office(client):
    """The district office, with five projects of its places and one elsewhere, read two rows a part."""
    make.areas()
    its_round = make.round_()
    for number in range(5):
        make.project(title=f"第{number}处坡道", round=its_round)
    found = make.officer(Role.DISTRICT_OFFICE, make.DISTRICT)
    client.force_login(found)
    return found


@pytest.fixture
def short(monkeypatch):
    monkeypatch.setattr(taken, "PART_ROWS", 2)


def parts_left() -> list[str]:
    try:
        return default_storage.listdir("bundles/parts")[1]
    except FileNotFoundError:
        return []


def test_the_register_in_parts_is_byte_for_byte_the_one_written_in_one_go(
    client, office, short, django_capture_on_commit_callbacks
):
    whole = b"".join(formats.csv_file(register.heads(), register.rows([make.area(make.DISTRICT).prefix])))

    bundle = asked(client, REGISTER)
    with django_capture_on_commit_callbacks(execute=True):
        outbox.run_due()
    bundle.refresh_from_db()

    assert (bundle.total, bundle.rows, bundle.written) == (4, 5, 5), "one step to cut it, three of two rows at most"
    assert fetched(client, bundle) == whole
    assert parts_left() == []


def test_the_register_as_excel_has_the_same_rows_also_when_it_goes_on_in_another_sheet(
    client, office, short, monkeypatch
):
    monkeypatch.setattr(taken, "A_SHEET", 2)
    book = openpyxl.load_workbook(io.BytesIO(taken_out(client, "/desk/register/xlsx/")))
    heads = register.heads()
    rows = [row for sheet in book for row in sheet.iter_rows(min_row=2, values_only=True)]

    assert [sheet.max_row for sheet in book] == [5, 2]
    assert {tuple(cell.value for cell in sheet[1]) for sheet in book} == {tuple(heads)}
    known = register.rows([make.area(make.DISTRICT).prefix])
    assert [row[:2] for row in rows] == [tuple(str(formats.harmless(cell)) for cell in one[:2]) for one in known]


def test_the_log_in_parts_is_the_one_of_its_page_newest_first_narrowed_by_days_and_words(client, office, short):
    with transaction.atomic():
        for number in range(5):
            record("project.note", by="test", on=make.area(make.VILLAGE), reason=f"第{number}条")
    asked_for = {"action": "project.note", "since": today()}
    heads = [str(head) for head in taken.LOG_HEADS]
    whole = b"".join(formats.csv_file(heads, audit.lines(audit.found(office, asked_for))))

    file = taken_out(client, LOG, action="project.note", since=today().isoformat())

    assert file == whole
    assert [row[8] for row in csv.reader(io.StringIO(file.decode("utf-8-sig")))][1:] == [
        f"第{n}条" for n in (4, 3, 2, 1, 0)
    ]
    assert AuditEvent.objects.get(action="export.asked").after["action"] == "project.note"


def test_everything_in_parts_holds_each_set_as_it_is_given_away(client, office, short):
    archive = zipfile.ZipFile(io.BytesIO(taken_out(client, WHOLE)))
    scope = of(make.area(make.DISTRICT), ALL)

    assert archive.testzip() is None
    assert archive.namelist() == [*(f"{name}.csv" for name in DATASETS), "log.csv", "rules.json"]
    for one in DATASETS.values():
        assert archive.read(f"{one.name}.csv") == b"".join(formats.csv_file(one.keys, one.rows(scope))), one.name


def test_a_file_speaks_the_language_it_was_asked_for_in(client, office):
    with override("en"):
        bundle = bundles.ask_log({}, by=office)
    outbox.run_due()

    assert fetched(client, bundle).decode("utf-8-sig").splitlines()[0].startswith("No.,")


def test_its_page_says_how_far_it_is_works_without_scripts_and_gives_the_file(client, office, short):
    page = f"/desk/files/{asked(client, REGISTER).pk}/"
    outbox.run_due(2)
    waiting = client.get(page).content.decode()
    outbox.run_due()
    done = client.get(page).content.decode()

    assert "正在做2/5条，总共办了50%" in waiting
    assert f'href="{page}"' in waiting, "looked at again without scripts"
    assert "留7天" in done and "一共5条" in done and f"{page}file/" in done
    assert Message.objects.get(person=office).event.action == "bundle.made"


def test_a_cancelled_one_stops_and_leaves_neither_file_nor_parts(
    client, office, short, django_capture_on_commit_callbacks
):
    bundle = asked(client, REGISTER)
    outbox.run_due(3)
    assert parts_left() != []

    with django_capture_on_commit_callbacks(execute=True):
        answer = client.post(f"/desk/files/{bundle.pk}/cancel/")
    outbox.run_due()
    bundle.refresh_from_db()

    assert answer.status_code == 302
    assert (bundle.state, bundle.file.name, bundle.turn, parts_left()) == (BundleState.CANCELLED, "", None, [])
    assert client.get(f"/desk/files/{bundle.pk}/file/").status_code == 404
    assert "已取消" in client.get(f"/desk/files/{bundle.pk}/").content.decode()
    assert AuditEvent.objects.filter(action="bundle.cancelled").count() == 1
    with pytest.raises(RuleBroken):
        bundles.cancel(bundle, by=office)


def test_nobody_else_sees_fetches_or_cancels_it(client, office):
    bundle = asked(client, REGISTER)
    outbox.run_due()
    client.force_login(make.officer(Role.DISTRICT_OFFICE, make.DISTRICT))

    doors = [client.get(f"/desk/files/{bundle.pk}/{end}").status_code for end in ("", "file/")]
    assert [*doors, client.post(f"/desk/files/{bundle.pk}/cancel/").status_code] == [404, 404, 404]


@pytest.mark.parametrize("door", [REGISTER, LOG, WHOLE, "/desk/ledger/"])
def test_whoever_no_longer_works_for_the_place_fetches_it_no_more(client, office, door):
    bundle = asked(client, door, by="area", year="")
    outbox.run_due()
    before = client.get(f"/desk/files/{bundle.pk}/file/").status_code
    Appointment.objects.filter(person=office).update(area=make.TOWN)

    assert (before, client.get(f"/desk/files/{bundle.pk}/file/").status_code) == (200, 403)


def test_one_account_takes_five_tables_out_an_hour_whichever_they_are_each_counted_once(client, office):
    for door in (REGISTER, "/desk/register/xlsx/", LOG, WHOLE):
        asked(client, door)
        outbox.run_due()
    bundles.ask_ledger([make.area(make.DISTRICT).prefix], "area", None, by=office)

    refused = client.post(REGISTER)
    with pytest.raises(TooOften):
        bundles.ask_ledger([make.area(make.DISTRICT).prefix], "area", None, by=office)

    assert (refused.status_code, int(refused["Retry-After"]) > 3500) == (429, True)
    assert Bundle.objects.count() == 5


def test_two_are_made_at_once_and_the_third_stands_in_the_line_until_one_is_over(client, office):
    first, _second, third, fourth = (asked(client, door) for door in (REGISTER, LOG, WHOLE, REGISTER))
    page = client.get(f"/desk/files/{third.pk}/").content.decode()
    turns = list(Bundle.objects.order_by("pk").values_list("turn", flat=True))

    bundles.cancel(first, by=office)
    third.refresh_from_db()
    fourth.refresh_from_db()

    assert turns == [1, 2, None, None]
    assert "排着队：同时只做两份表" in page
    assert (third.turn, fourth.turn) == (1, None)
    outbox.run_due()
    assert set(Bundle.objects.exclude(pk=first.pk).values_list("state", "turn")) == {(BundleState.DONE, None)}


def test_a_step_that_died_is_made_again_and_one_nothing_is_done_about_gives_its_turn_on(
    client, office, short, monkeypatch
):
    stuck, other, waits = (asked(client, door) for door in (REGISTER, LOG, WHOLE))
    with monkeypatch.context() as broken:
        broken.setattr(taken, "part", lambda *_all: 1 / 0)
        outbox.run_due(3)
    Outbox.objects.filter(done_at=None).update(due_at=now())
    Bundle.objects.filter(pk=other.pk).update(moved_at=now() - timedelta(minutes=61))
    Outbox.objects.filter(payload__bundle=other.pk).update(dead=True)
    outbox.run_due()
    stuck.refresh_from_db()
    assert stuck.state == BundleState.DONE
    assert fetched(client, stuck).decode("utf-8-sig").count("\r\n") == 6

    with at(now() + timedelta(minutes=1)):
        bundles.sweep()
    outbox.run_due()

    assert Bundle.objects.get(pk=other.pk).state == BundleState.FAILED
    assert Bundle.objects.get(pk=waits.pk).state == BundleState.DONE


def test_no_statement_reads_more_than_a_part(client, office, short, django_assert_max_num_queries):
    """What a step asks for does not grow with the register."""
    asked(client, REGISTER)
    outbox.run_due(1)
    counted = []
    for _step in range(2):
        with django_assert_max_num_queries(40) as taken_queries:
            outbox.run_due(1)
        counted.append(len(taken_queries))

    assert counted[0] == counted[1]
