"""The demo's places, units and people (地方、单位、人). Every person is named 演示…; none is anybody."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from django.conf import settings
from django.contrib.auth.hashers import make_password

from civic.areas import import_areas, read_rows
from civic.models import STAFF_ROLES, Appointment, Area, Level, Organisation, OrganisationKind, Person, Residency, Role
from civic.words import normal_phone

AREAS_FILE = Path(settings.BASE_DIR) / "data/areas/doumen.csv"
SINCE = date(2021, 1, 1)
DISTRICT = "440403000000"

ELSEWHERE = {  # county-level places of the precedents, by GB/T 2260
    "440402": ("珠海市", "香洲区"),
    "440300": ("深圳市", ""),
    "440305": ("深圳市", "南山区"),
    "440310": ("深圳市", "坪山区"),
    "440607": ("佛山市", "三水区"),
    "440783": ("江门市", "开平市"),
    "440282": ("韶关市", "南雄市"),
    "441702": ("阳江市", "江城区"),
    "460108": ("海口市", "美兰区"),
    "350102": ("福州市", "鼓楼区"),
    "350926": ("宁德市", "柘荣县"),
    "410902": ("濮阳市", "华龙区"),
    "410928": ("濮阳市", "濮阳县"),
    "130682": ("保定市", "定州市"),
    "500115": ("重庆市", "长寿区"),
    "330109": ("杭州市", "萧山区"),
}
PROVINCES = {
    "44": "广东省",
    "46": "海南省",
    "35": "福建省",
    "41": "河南省",
    "13": "河北省",
    "50": "重庆市",
    "33": "浙江省",
}


@dataclass(frozen=True)
class Account:
    """One demo sign-in: what it is for, its phone, and whether it uses a password or a code."""

    title: str
    phone: str
    role: Role | None
    area: str
    unit: str = ""


VILLAGE, TOWN = "440403103", "440403103000"
ACCOUNTS = (
    Account("居民（陈阿姨）", "13900000001", None, "xiaohaochong"),
    Account("居民（阿强）", "13900000002", None, "xiaohaochong"),
    Account("驻村社工", "13900000003", Role.SOCIAL_WORKER, "xiaohaochong", "社工机构（演示）"),
    Account("村居两委", "13900000004", Role.VILLAGE_OFFICE, "xiaohaochong", "小濠冲村委会"),
    Account("议事会成员", "13900000005", Role.ASSEMBLY_MEMBER, "xiaohaochong"),
    Account("建设部门审核", "13900000006", Role.REVIEWER, DISTRICT, "区建设部门（演示）"),
    Account("财政部门审核", "13900000007", Role.REVIEWER, DISTRICT, "区财政部门（演示）"),
    Account("民政部门审核", "13900000008", Role.REVIEWER, DISTRICT, "区民政部门（演示）"),
    Account("镇街经办", "13900000009", Role.TOWN_HANDLER, TOWN, "斗门镇政府（演示）"),
    Account("镇街审批", "13900000010", Role.TOWN_APPROVER, TOWN, "斗门镇政府（演示）"),
    Account("施工单位", "13900000011", Role.CONTRACTOR, DISTRICT, "承接单位甲（演示）"),
    Account("监督小组", "13900000012", Role.SUPERVISOR, "xiaohaochong"),
    Account("领办领导", "13900000013", Role.SPONSOR, DISTRICT, "斗门区"),
    Account("区专班", "13900000014", Role.DISTRICT_OFFICE, DISTRICT, "区专班（演示）"),
    Account("审计", "13900000015", Role.AUDITOR, DISTRICT),
    Account("系统管理员", "13900000016", Role.SYSTEM_ADMIN, DISTRICT),
)
UNITS = {
    "社工机构（演示）": (OrganisationKind.SOCIAL_WORK, DISTRICT, ""),
    "区建设部门（演示）": (OrganisationKind.DEPARTMENT, DISTRICT, "建设"),
    "区财政部门（演示）": (OrganisationKind.DEPARTMENT, DISTRICT, "财政"),
    "区民政部门（演示）": (OrganisationKind.DEPARTMENT, DISTRICT, "民政"),
    "区专班（演示）": (OrganisationKind.DEPARTMENT, DISTRICT, ""),
    "承接单位甲（演示）": (OrganisationKind.CONTRACTOR, DISTRICT, ""),
    "斗门区": (OrganisationKind.PARTNER, DISTRICT, ""),
}
MEMBERS = 21  # members due in the demo assembly, as in the worked example of a meeting


def build() -> None:
    """Places, units, the 129 social workers and one account per role."""
    import_areas(read_rows(AREAS_FILE), valid_from=SINCE)
    _elsewhere()
    _units()
    _social_workers()
    for account in ACCOUNTS:
        _open(account)
    _residents()
    _assembly()


def villages() -> list[Area]:
    """The 129 villages and communities, without the industrial zones."""
    return list(Area.objects.filter(level=Level.VILLAGE, is_zone=False, pk__startswith="440403").order_by("pk"))


def village(name: str) -> Area:
    """A village by the name the reports use: 小濠冲村."""
    stem = name.removesuffix("村").removesuffix("社区")
    return Area.objects.get(level=Level.VILLAGE, pk__startswith="440403", name__startswith=stem, is_zone=False)


def account(title: str) -> Person:
    """The demo person of a role's title, as ACCOUNTS names it."""
    return Person.objects.get(phone=normal_phone(next(a.phone for a in ACCOUNTS if a.title == title)))


def _place(code: str) -> str:
    return village("小濠冲村").code if code == "xiaohaochong" else code


def _elsewhere() -> None:
    rows: dict[str, Area] = {}
    for code, (city, county) in ELSEWHERE.items():
        province = code[:2].ljust(12, "0")
        rows[province] = Area(code=province, name=PROVINCES[code[:2]], level=Level.PROVINCE, valid_from=SINCE)
        prefecture = code[:4].ljust(12, "0")
        rows[prefecture] = Area(
            code=prefecture, name=city, level=Level.PREFECTURE, parent_id=province, valid_from=SINCE
        )
        if county:
            full = code.ljust(12, "0")
            rows[full] = Area(code=full, name=county, level=Level.COUNTY, parent_id=prefecture, valid_from=SINCE)
    Area.objects.bulk_create([rows[code] for code in sorted(rows)], ignore_conflicts=True)


def _units() -> None:
    rows = [Organisation(name=n, kind=k, area_id=a, duty=d) for n, (k, a, d) in UNITS.items()]
    rows += [
        Organisation(
            name=f"{town.name}政府（演示）", kind=OrganisationKind.TOWN_OFFICE, area=town, phone=settings.HELP_PHONE
        )
        for town in Area.objects.filter(level=Level.TOWN, pk__startswith="440403")
    ]
    office = OrganisationKind.VILLAGE_OFFICE
    rows += [Organisation(name=v.name, kind=office, area=v, phone=settings.HELP_PHONE) for v in villages()]
    Organisation.objects.bulk_create(rows, ignore_conflicts=True)


def _social_workers() -> None:
    """At least one full-time social worker in every village: the report's 129 of 129."""
    places, unit = villages(), Organisation.objects.get(name="社工机构（演示）")
    locked = make_password(None)
    people = Person.objects.bulk_create(
        [Person(name=f"社工演示{n:03d}", is_demo=True, password=locked) for n in range(1, len(places) + 1)]
    )
    _appoint((p, Role.SOCIAL_WORKER, v, unit, "驻村社工") for p, v in zip(people, places, strict=True))


def _open(entry: Account) -> None:
    place = Area.objects.get(pk=_place(entry.area))
    person = Person.objects.create_person(
        entry.phone,
        f"演示{entry.title.split('（')[0]}",
        settings.DEMO_PASSWORD if entry.role in STAFF_ROLES else None,
        is_demo=True,
        home_area=place,
    )
    if entry.role:
        unit = Organisation.objects.filter(name=entry.unit).first() if entry.unit else None
        _appoint([(person, entry.role, place, unit, "")])


def _residents() -> None:
    worker = account("驻村社工")
    for title in ("居民（陈阿姨）", "居民（阿强）", "议事会成员"):
        person = account(title)
        Residency.objects.create(
            person=person, area=village("小濠冲村"), how_verified="演示：村里登记册", verified_by=worker
        )


def _assembly() -> None:
    """The other members of 小濠冲村's assembly, so that 21 are due."""
    locked, place = make_password(None), village("小濠冲村")
    members = Person.objects.bulk_create(
        [Person(name=f"议演示{n:02d}", is_demo=True, password=locked, home_area=place) for n in range(2, MEMBERS + 1)]
    )
    _appoint((m, Role.ASSEMBLY_MEMBER, place, None, "") for m in members)


def _appoint(rows: Iterable[tuple[Person, Role, Area, Organisation | None, str]]) -> None:
    Appointment.objects.bulk_create(
        Appointment(person=p, role=r, area=a, organisation=o, post=post, starts_on=SINCE) for p, r, a, o, post in rows
    )
