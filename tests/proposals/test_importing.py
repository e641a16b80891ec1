"""The register comes in as districts keep it; a project that lives in the system is no longer the table's."""

from datetime import date
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.timezone import localdate

from civic.imports import services as imports
from civic.imports.kinds import KINDS
from civic.models import AuditEvent, Import, OrganisationKind, Role
from proposals.models import Project
from proposals.models import ProjectState as S
from proposals.services import moves
from tests import make

pytestmark = pytest.mark.django_db
HEADS = "序号,镇街,村居,项目名称,类别,项目类型,建设内容,预算（万元）,批准金额（万元）,进展情况,申报日期"
RAMP = "1,斗门镇,测试甲村,卫生站修坡道,关爱特殊群体,工程类,坡道一条,5.28,,在建,2026年3月1日"
LAMPS = "2,,测试乙村,巷口装路灯,消除安全隐患,货物,路灯六盏,3,2.95,已完成,46082"


def table(*rows: str, heads: str = HEADS) -> bytes:
    return "\n".join(["测试年度民生微实事项目汇总表", "", heads, *rows, "合计,,,,,,,8.28"]).encode("gb18030")


def brought(data: bytes, by="command:test") -> tuple[int, int, int]:
    run = imports.import_file(KINDS["projects"], "清单.csv", data, by=by)
    return run.added, run.changed, run.same


def faults(data: bytes, by="command:test") -> list[str]:
    return imports.take(KINDS["projects"], "清单.csv", data, by=by).trial["problems"]


@pytest.fixture
def round_():
    make.areas()
    for at in (make.VILLAGE, make.OTHER_VILLAGE):
        make.organisation(f"{make.area(at).name}", kind=OrganisationKind.VILLAGE_OFFICE, at=at)
    return make.round_(name="测试年度民生微实事")


def test_a_districts_list_comes_in_with_what_was_reached_and_a_second_time_changes_nothing(client, round_):
    first, again = brought(table(RAMP, LAMPS)), brought(table(RAMP, LAMPS))

    assert (first, again) == ((2, 0, 0), (0, 0, 2))
    ramp, lamps = Project.objects.order_by("pk")
    assert (ramp.state, ramp.area_id, ramp.estimate_yuan, ramp.size_text) == (
        S.IN_PROGRESS,
        make.VILLAGE,
        Decimal("52800.00"),
        "坡道一条",
    )
    assert (lamps.state, lamps.work_type, lamps.approved_yuan) == (S.COMPLETED, "goods", Decimal("29500.00"))
    assert lamps.area_id == make.OTHER_VILLAGE
    assert [localdate(one.filed_at) for one in (ramp, lamps)] == [date(2026, 3, 1)] * 2
    assert ramp.proposing_unit.name == "测试甲村委会"
    assert ramp.code == f"WSS-{round_.year}-0001"
    event = AuditEvent.objects.get(subject=ramp.code)
    assert (event.action, event.sentence) == ("project.listed", "从项目清单登记进来，状态：实施中")
    page = client.get(ramp.get_absolute_url())
    assert page.status_code == 200
    assert "从项目清单登记进来" in page.content.decode()


def test_a_corrected_list_changes_what_no_act_has_touched(round_):
    brought(table(RAMP, LAMPS))
    mended = brought(table(RAMP.replace("5.28", "5.3"), LAMPS))
    ramp = Project.objects.get(title="卫生站修坡道")
    after = AuditEvent.objects.filter(subject=ramp.code).latest("pk").after
    moves.pause(ramp, by="test", reason="雨季")
    late = faults(table(RAMP.replace("5.28", "5.4"), LAMPS))

    assert mended == (0, 1, 1)
    assert (ramp.estimate_yuan, after["estimate_yuan"]) == (Decimal("53000.00"), "53000.00")
    assert late == [f"第4行：{ramp.code} 已经在系统里办理，只能在系统里改；请去掉这一行"]
    assert Project.objects.get(pk=ramp.pk).estimate_yuan == Decimal("53000.00")


def test_one_bad_row_keeps_all_out_and_each_is_named(round_):
    rows = [
        RAMP,
        RAMP.replace("1,", "3,", 1),
        LAMPS.replace("测试乙村", "测试丁村"),
        LAMPS.replace("消除安全隐患", "别的"),
        LAMPS.replace("路灯", "线杆").replace("已完成", "已暂停"),
    ]
    found = faults(table(*rows))

    assert found[0] == "第5行：与第4行是同一个项目"
    assert found[1] == "第6行：找不到“测试丁村”这个地方"
    assert found[2].startswith("第7行：没有“别的”这个类别；有：")
    assert found[3] == "第8行：状态是“已暂停”，要写原状态"
    assert not Project.objects.exists()


def test_the_round_may_be_said_for_the_whole_list(client, round_):
    make.round_(name="另一轮次")
    client.force_login(make.officer(Role.DISTRICT_OFFICE, make.DISTRICT))
    file = SimpleUploadedFile("清单.csv", table(RAMP, LAMPS))
    tried = client.post("/desk/import/new/projects/", {"file": file}, follow=True)
    run = Import.objects.get()
    columns = {f"column-{at}": run.mapping.get(str(at), "-") for at, _head, _sample in run.heads}
    said = columns | {"unit": "yuan", "all-round": round_.name}
    again = client.post(f"/desk/import/{run.pk}/", said, follow=True)

    assert "第4行：要写明轮次；有：" in tried.content.decode()
    assert "试过了，没有错" in again.content.decode()


def test_a_number_that_a_list_brought_is_given_to_nobody_else(round_):
    given = f"WSS-{round_.year}-0001"
    brought(table(f"{given},{RAMP}", f",{LAMPS}", heads=f"项目编号,{HEADS}"))

    assert list(Project.objects.order_by("pk").values_list("code", flat=True)) == [given, f"WSS-{round_.year}-0002"]


def test_the_district_imports_within_its_own_bounds_and_nobody_else(client, round_):
    district = make.officer(Role.DISTRICT_OFFICE, make.OTHER_TOWN)
    handler = make.officer(Role.TOWN_HANDLER, make.TOWN)

    assert faults(table(RAMP), by=district) == ["第4行：“测试甲村”不在您负责的范围"]
    client.force_login(handler)
    assert client.get("/desk/import/new/projects/").status_code == 403
    assert client.get("/desk/import/").status_code == 403


@pytest.mark.postgres
def test_a_thousand_rows_take_as_few_statements_as_ten(round_):
    def asked(first: int, count: int) -> int:
        rows = [RAMP.replace("卫生站", f"第{n}站") for n in range(first, first + count)]
        with CaptureQueriesContext(connection) as queries:
            assert brought(table(*rows)) == (count, 0, 0)
        return len(queries)

    assert asked(1000, 1000) == asked(10, 10)
