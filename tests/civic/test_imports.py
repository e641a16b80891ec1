"""Importing: tried out first, all or nothing, twice the same as once, by whom it belongs to, and looked at afterwards."""

import io
from datetime import timedelta

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction
from django.urls import reverse

from civic import moments, outbox
from civic.areas import BadFile
from civic.imports import services
from civic.imports.kinds import KINDS
from civic.models import (
    Appointment,
    Area,
    AuditEvent,
    Import,
    ImportLine,
    ImportState,
    Organisation,
    Person,
    Residency,
    Role,
)
from tests import make

pytestmark = pytest.mark.django_db
AREAS = "区划代码,名称\n440403103200,测试甲村委会\n440403103202,测试丙村委会\n"
STAFF = (
    "姓名,手机号,角色,村居,单位,单位类别,岗位\n"
    "赵测试,13900000011,驻村社工,测试甲,测试社工站,社工机构,社工\n"
    "钱测试,13900000012,村居两委,测试乙村,,,主任\n"
)
RESIDENTS = "姓名,手机,村居,身份,核对方式\n孙测试,13900000013,测试甲村,居住,户口簿\n周测试,,测试甲村,,本人到场\n"


def brought(words: str, name: str = "表.csv") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, words.encode("gb18030"))


def imported(kind: str, words: str, by="command:test") -> tuple[int, int, int]:
    run = services.import_file(KINDS[kind], "表.csv", words.encode(), by=by)
    return run.added, run.changed, run.same


@pytest.fixture
def admin():
    make.areas()
    return make.officer(Role.SYSTEM_ADMIN, make.DISTRICT)


@pytest.fixture
def worker():
    make.areas()
    return make.officer(Role.SOCIAL_WORKER, make.VILLAGE)


def test_a_file_is_tried_put_right_imported_and_looked_at(client, admin):
    client.force_login(admin)
    tried = client.post(reverse("civic:import_new", args=["areas"]), {"file": brought(AREAS.replace("名称", "叫法"))})
    first = client.get(tried.url)
    again = client.post(tried.url, {"column-0": "code", "column-1": "name"}, follow=True)
    places_before = Area.objects.count()
    done = client.post(reverse("civic:import_begin", args=[Import.objects.get().pk]), follow=True)
    twice = client.post(reverse("civic:import_begin", args=[Import.objects.get().pk]))

    assert "缺少列：名称" in first.content.decode()
    assert "试过了，没有错" in again.content.decode()
    assert "440403103202 测试丙村委会" in again.content.decode()
    assert Area.objects.count() == places_before + 1
    assert "已导入：新增1，修改0，不变1" in done.content.decode()
    assert twice.status_code == 409
    run = Import.objects.get()
    assert (run.state, run.file, run.by) == (ImportState.DONE, None, admin)
    assert list(run.lines.values_list("line", "what", "target")) == [(3, "added", "civic.area:440403103202")]
    event = AuditEvent.objects.get(action="civic.import.done")
    assert (event.actor, event.after["file_hash"], event.after["added"]) == (admin, run.file_hash, 1)
    assert Area.objects.get(pk="440403103202").parent_id == make.TOWN


def test_a_bad_line_among_many_imports_none(client, admin):
    client.force_login(admin)
    rows = "".join(f"44040310{n:04d},测试{n}村委会\n" for n in range(3210, 3300))
    shown = client.post(
        reverse("civic:import_new", args=["areas"]),
        {"file": brought(f"区划代码,名称\n{rows}12,坏行\n")},
        follow=True,
    )
    begun = client.post(reverse("civic:import_begin", args=[Import.objects.get().pk]), follow=True)

    assert "第92行：区划代码要12位数字，现在是“12”" in shown.content.decode()
    assert "没有导入，一行也没有写进去" in begun.content.decode()
    assert not Area.objects.filter(name__startswith="测试9").exists()
    assert not ImportLine.objects.exists()


@pytest.mark.parametrize("data", [b"", b"\x00\x01", b"PK\x03\x04junk", "甲,乙\n1,2".encode()])
def test_what_is_no_table_is_refused_beside_the_field(client, admin, data):
    client.force_login(admin)

    answer = client.post(reverse("civic:import_new", args=["areas"]), {"file": SimpleUploadedFile("x.xlsx", data)})

    assert answer.status_code == 422
    assert not Import.objects.exists()


def test_a_large_file_comes_in_through_the_relay(client, admin, monkeypatch):
    monkeypatch.setattr(services, "AT_ONCE", 1)
    client.force_login(admin)
    tried = client.post(reverse("civic:import_new", args=["areas"]), {"file": brought(AREAS)})
    waits = client.post(tried.url + "begin/", follow=True)
    outbox.run_due()
    part = client.get(tried.url, headers={"HX-Request": "true"})

    assert "正在导入0/2条" in waits.content.decode()
    assert "已导入：新增1，修改0，不变1" in part.content.decode()
    assert "<html" not in part.content.decode()


def test_a_file_is_its_owners_and_forgotten_after_an_hour(client, admin):
    services.take(KINDS["areas"], "表.csv", AREAS.encode(), by=admin)
    url = reverse("civic:import", args=[Import.objects.get().pk])
    client.force_login(make.officer(Role.SYSTEM_ADMIN, make.DISTRICT))
    others = client.get(url).status_code
    client.force_login(make.officer(Role.DISTRICT_OFFICE, make.DISTRICT))
    kind = client.get(reverse("civic:import_new", args=["areas"])).status_code
    Import.objects.update(created_at=moments.now() - timedelta(hours=2))
    services.forget_old_files()

    assert (others, kind) == (404, 403)
    assert not Import.objects.exists()


def test_people_come_into_office_once_and_their_post_may_be_corrected(admin):
    first = imported("staff", STAFF, admin)
    again = imported("staff", STAFF, admin)
    mended = imported("staff", STAFF.replace("主任", "书记"), admin)

    assert (first, again, mended) == ((2, 0, 0), (0, 0, 2), (0, 1, 1))
    found = Appointment.objects.exclude(person=admin).order_by("pk")
    assert [(one.person.phone, one.role, one.area_id, one.post) for one in found] == [
        ("+8613900000011", Role.SOCIAL_WORKER, make.VILLAGE, "社工"),
        ("+8613900000012", Role.VILLAGE_OFFICE, make.OTHER_VILLAGE, "书记"),
    ]
    assert Organisation.objects.get(name="测试社工站").kind == "social_work"
    assert not Person.objects.get(phone="+8613900000011").has_usable_password()
    told = [str(values) for values in AuditEvent.objects.values_list("after", "sentence", "before")]
    assert not any("测试" in words or "139000" in words for words in told)


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("赵测试,{own},驻村社工,测试甲,,,", "第2行：不能给自己任命"),
        ("别人,{taken},驻村社工,测试甲,,,", "第2行：这个手机号登记的不是这个姓名，请核对"),
        (
            "赵测试,1.38E+10,驻村社工,测试甲,,,",
            "第2行：“手机号”：被表格软件改成了1.38E+10，请先把这一列设成“文本”，再重新填写",
        ),
        ("赵测试,13900000011,驻村社工,测试丁,,,", "第2行：找不到“测试丁”这个地方"),
        ("赵测试,13900000011,驻村社工,测试甲,某站,,", "第2行：没有“某站”这个单位；要新建，请写单位类别"),
    ],
)
def test_whom_a_list_may_not_appoint(admin, row, said):
    own, taken = (str(one.phone).removeprefix("+86") for one in (admin, make.person()))
    row = row.replace("赵测试,{own}", f"{admin.name},{own}").format(own=own, taken=taken)

    assert faults_of("staff", f"姓名,手机号,角色,村居,单位,单位类别,岗位\n{row}\n", admin) == [said]


def test_three_administrators_are_three_people(admin):
    words = "姓名,手机号,角色,区划代码\n赵测试,13900000011,安全管理员,{0}\n赵测试,13900000011,审计管理员,{0}\n"
    said = "系统、安全、审计管理员要由三个人分别担任"

    assert faults_of("staff", words.format(make.DISTRICT), admin) == [f"第{line}行：{said}" for line in (2, 3)]


def test_residents_are_verified_by_who_brings_them_and_only_in_the_own_village(worker):
    first, again = imported("residents", RESIDENTS, worker), imported("residents", RESIDENTS, worker)

    assert (first, again) == ((2, 0, 0), (0, 0, 2))
    found = Residency.objects.order_by("pk").values_list("person__name", "area_id", "how_verified", "verified_by")
    assert list(found) == [
        ("孙测试", make.VILLAGE, "户口簿", worker.pk),
        ("周测试", make.VILLAGE, "本人到场", worker.pk),
    ]
    other = faults_of("residents", RESIDENTS.replace("测试甲村", "测试乙村"), worker)
    assert other == [f"第{line}行：“测试乙村”不在您负责的范围" for line in (2, 3)]


def test_faults_stand_in_the_order_of_the_file_whoever_found_them(worker):
    """A cell is judged before the place is looked up, so the third line's fault is found first."""
    found = faults_of(
        "residents",
        RESIDENTS.replace("孙测试,13900000013,测试甲村", "孙测试,13900000013,测试乙村").replace(
            "周测试,,", "周测试,12,"
        ),
        worker,
    )

    assert [fault[:4] for fault in found] == ["第2行：", "第3行："]


def faults_of(kind: str, words: str, by) -> list[str]:
    run = services.take(KINDS[kind], "表.csv", words.encode(), by=by)
    return run.trial["problems"]


def test_how_many_live_in_a_place_comes_with_it_and_stays_where_a_later_file_is_silent():
    make.areas()
    place = Area.objects.get(pk=make.VILLAGE)
    row = f"{place.code},{place.name},村居,{place.parent_id}"

    imported("areas", f"区划代码,名称,级别,上级代码,常住人口\n{row},3260人\n")
    imported("areas", f"区划代码,名称,级别,上级代码\n{row}\n")

    place.refresh_from_db()
    assert place.population == 3260


@pytest.mark.parametrize("people", ["0", "200000000"])
def test_a_place_of_nobody_or_of_too_many_is_refused(people):
    make.areas()
    place = Area.objects.get(pk=make.VILLAGE)

    with pytest.raises(BadFile, match="常住人口要大于0"):
        imported("areas", f"区划代码,名称,常住人口\n{place.code},{place.name},{people}\n")
    with pytest.raises(IntegrityError), transaction.atomic():
        Area.objects.filter(pk=place.pk).update(population=people)


@pytest.mark.parametrize("kind", ["areas", "staff", "projects", "pools", "residents"])
def test_every_kind_has_templates_in_its_own_words(client, kind):
    make.areas()
    roles = (Role.SYSTEM_ADMIN, Role.DISTRICT_OFFICE, Role.SOCIAL_WORKER)
    person = make.officer(roles[0], make.DISTRICT)
    for role in roles[1:]:
        Appointment.objects.create(person=person, role=role, area=make.area(make.DISTRICT))
    client.force_login(person)

    book = client.get(reverse("civic:import_template", args=[kind, "xlsx"]))
    sheet = openpyxl.load_workbook(io.BytesIO(book.content)).worksheets[0]
    page = client.get(reverse("civic:import_new", args=[kind]))

    heads = [str(cell.value).strip("*") for cell in sheet[1]]
    assert heads == ["序号", *(str(column.label) for column in KINDS[kind].columns)]
    assert page.status_code == 200


def test_the_command_is_the_same_door(tmp_path, capsys):
    make.areas()
    file = tmp_path / "表.csv"
    file.write_text(AREAS)
    call_command("import_file", "areas", str(file), "--dry-run")
    before = Area.objects.filter(pk="440403103202").exists(), Import.objects.exists()
    call_command("import_file", "areas", str(file))
    file.write_text("区划代码,名称\n12,坏\n")

    with pytest.raises(CommandError, match="第2行"):
        call_command("import_file", "areas", str(file))
    assert before == (False, False)
    assert capsys.readouterr().out.splitlines() == [
        "2 rows: 1 to add, 0 changed, 1 as before",
        "2 rows: 1 added, 0 changed, 1 as before",
    ]
