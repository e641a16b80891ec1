"""The ledger (台账、汇总表): in 万元 to the fen, formulas that add up, made step by step in little memory."""

from decimal import Decimal
from io import BytesIO
from pathlib import Path

import openpyxl
import pytest

from civic import outbox
from civic.models import Role
from delivery.models import Work
from proposals.models import Project, ProjectState
from publicity.documents import ledger
from publicity.models import Bundle, BundleState
from tests import make

pytestmark = pytest.mark.django_db


def asked(client, who, **form) -> Bundle:
    client.force_login(who)
    response = client.post("/desk/ledger/", {"by": "area", "year": ""} | form)
    assert response.status_code == 302
    return Bundle.objects.get(pk=int(response["Location"].split("/")[-2]))


def sheets(client, bundle: Bundle, *, values: bool, read_only: bool = False):
    """The workbook with its formulas, or with the values they were stored with; ``read_only`` reads what is asked for."""
    body = b"".join(client.get(f"/desk/files/{bundle.pk}/file/").streaming_content)
    return openpyxl.load_workbook(BytesIO(body), data_only=values, read_only=read_only)


def reckoned(book, formula: str) -> float:
    """What SUM or ROWS over a column of the ledger comes to, added up here."""
    name, _, inside = formula.removeprefix("=").removesuffix(")").partition("(")
    where, _, cells = inside.rpartition("!")
    sheet = book[where.strip("'")] if where else book["汇总表"]
    column = [cell for (cell,) in sheet[cells.replace("$", "")]]
    return len(column) if name == "ROWS" else sum(cell.value or 0 for cell in column)


def some_projects() -> list[Project]:
    """Three in two villages, one with works; one elsewhere; one draft."""
    make.areas()
    its_round = make.round_()
    known = {"round": its_round, "category": "关爱特殊群体"}
    first = make.project(estimate_yuan=Decimal("52800.01"), approved_yuan=Decimal("50000"), **known)
    Work.objects.create(project=first, granted_yuan=Decimal(50000), contract_yuan=Decimal("48000.50"))
    second = make.project(estimate_yuan=Decimal("33333.33"), **known)
    third = make.project(at=make.OTHER_VILLAGE, estimate_yuan=Decimal("0.07"), title="=1+1", **known)
    make.project(at=make.OTHER_TOWN, **known)
    make.project(ProjectState.DRAFT, **known)
    return [first, second, third]


def test_the_ledger_holds_ones_own_places_and_its_sums_are_formulas_with_right_values(client):
    projects = some_projects()
    bundle = asked(client, make.officer(Role.TOWN_HANDLER, make.TOWN))
    outbox.run_due()
    formulas, values = (sheets(client, bundle, values=known) for known in (False, True))
    rows = list(values["台账"].iter_rows(min_row=3, values_only=True))
    sums = list(values["汇总表"].iter_rows(min_row=3, values_only=True))

    assert [row[1] for row in rows[:-1]] == [project.code for project in projects]
    assert [row[10] for row in rows] == [5.280001, 3.333333, 0.000007, 8.613341]
    assert rows[0][13] == 4.80005
    assert rows[2][2] == "'=1+1"
    assert [row[:3] for row in sums] == [
        ("测试甲村委会", 2, 8.613334), ("测试乙村委会", 1, 0.000007), ("合计", 3, 8.613341),
    ]  # fmt: skip
    for line, kept in zip(formulas["汇总表"].iter_rows(min_row=3), values["汇总表"].iter_rows(min_row=3), strict=True):
        for cell, value in zip(line[1:], kept[1:], strict=True):
            assert reckoned(values, cell.value) == pytest.approx(value.value)


@pytest.mark.parametrize(
    ("by", "names"),
    [("type", ["工程"]), ("category", ["关爱特殊群体"]), ("stage", ["待受理"]), ("sponsor", ["没有"])],
)
def test_it_is_put_together_by_what_was_asked(client, by, names):
    some_projects()
    bundle = asked(client, make.officer(Role.TOWN_HANDLER, make.TOWN), by=by)
    outbox.run_due()
    sums = list(sheets(client, bundle, values=True)["汇总表"].iter_rows(min_row=3, values_only=True))

    assert [row[0] for row in sums] == [*names, "合计"]
    assert sums[-1][1] == 3


def test_a_group_that_goes_on_in_the_next_step_stays_one(client, monkeypatch):
    monkeypatch.setattr(ledger, "STEP_ROWS", 1)
    some_projects()
    bundle = asked(client, make.officer(Role.TOWN_HANDLER, make.TOWN))
    outbox.run_due()
    sums = list(sheets(client, bundle, values=True)["汇总表"].iter_rows(min_row=3, values_only=True))

    assert [row[:2] for row in sums] == [("测试甲村委会", 2), ("测试乙村委会", 1), ("合计", 3)]


def test_an_empty_ledger_and_one_of_a_year_nobody_knows_are_refused(client):
    make.areas()
    make.round_()
    client.force_login(make.officer(Role.TOWN_HANDLER, make.TOWN))

    assert client.post("/desk/ledger/", {"by": "area", "year": ""}).status_code == 409
    assert client.post("/desk/ledger/", {"by": "area", "year": "1999"}).status_code == 422
    assert client.post("/desk/ledger/", {"by": "phone", "year": ""}).status_code == 422
    assert Bundle.objects.count() == 0


def test_residents_and_contractors_make_no_ledgers_and_nobody_opens_anothers(client):
    some_projects()
    bundle = asked(client, make.officer(Role.TOWN_HANDLER, make.TOWN))
    client.force_login(make.officer(Role.AUDITOR, make.DISTRICT))
    others = [client.get(f"/desk/files/{bundle.pk}/{end}").status_code for end in ("", "file/")]
    for who in (make.person(), make.officer(Role.CONTRACTOR, make.TOWN, organisation=make.organisation())):
        client.force_login(who)
        assert client.get("/desk/ledger/").status_code == 403

    assert others == [404, 404]


def memory(name: str) -> int:
    """A figure of this process in MB, as the kernel tells it."""
    told = Path("/proc/self/status").read_text()
    return int(next(line for line in told.splitlines() if line.startswith(name)).split()[1]) // 1024


def test_twenty_thousand_rows_are_written_in_little_memory(client):
    """Peak of the resident memory while the steps run and the file is joined; the kernel's own high-water mark."""
    make.areas()
    its_round, proposer, now = make.round_(), make.person(), make.now()
    Project.objects.bulk_create(
        [
            Project(
                round=its_round,
                area_id=make.VILLAGE if n % 2 else make.OTHER_VILLAGE,
                code=f"WSS-L-{n:05}",
                title=f"村道补平第{n}段",
                category="提升居住环境",
                estimate_yuan=Decimal("10000.01"),
                proposer=proposer,
                state=ProjectState.FILED,
                filed_at=now,
            )
            for n in range(20_000)
        ],
        batch_size=1000,
    )
    bundle = asked(client, make.officer(Role.TOWN_HANDLER, make.TOWN))
    Path("/proc/self/clear_refs").write_text("5")  # forget the peak so far
    before = memory("VmRSS")

    assert outbox.run_due(10) == 10
    bundle.refresh_from_db()
    assert (bundle.state, bundle.done, bundle.total) == (BundleState.WAITING, 10, 20)
    outbox.run_due()
    grown = memory("VmHWM") - before
    bundle.refresh_from_db()

    assert bundle.state == BundleState.DONE
    assert grown < 100, f"{grown} MB on top of {before}"
    book = sheets(client, bundle, values=True, read_only=True)
    last = list(book["汇总表"].iter_rows(min_row=3, values_only=True))[-1]
    assert last[:3] == ("合计", 20_000, 20000.02)
