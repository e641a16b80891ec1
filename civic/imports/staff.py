"""People in office as a table (导入工作人员): who does what, where, for which unit, from when to when."""

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from civic.audit import record
from civic.imports.kinds import ADDED, CHANGED, CHUNK, SAME, Actor, Faults, Kind, Outcome, differing, importable
from civic.imports.known import People
from civic.imports.places import COLUMNS as PLACE_COLUMNS
from civic.imports.places import Places
from civic.models import Appointment, Area, AuditEvent, Organisation, OrganisationKind, Person, Role
from civic.models.record import Channel
from civic.models.record import Kind as EventKind
from civic.moments import today
from civic.people import ADMIN, SEPARATE
from civic.rules import mask_staff
from civic.tables.layout import Column, Row
from civic.tables.progress import CHECKING, each
from civic.words import label

ROLES = {label(role): role.value for role in Role} | {
    "社工": "social_worker",
    "审批": "town_approver",
    "经办": "town_handler",
}
UNITS = {label(kind): kind.value for kind in OrganisationKind}
COLUMNS = (
    Column("name", _("姓名"), ("名字", "工作人员"), required=True, most=40, example="示例姓名"),
    Column("phone", _("手机号"), ("手机", "手机号码", "电话", "联系电话"), kind="phone", required=True,
           example="13800000000", means=_("按手机号认人")),
    Column("role", _("角色"), ("岗位角色", "身份"), kind="choice", choices=ROLES, required=True, example="驻村社工"),
    *PLACE_COLUMNS,
    Column("unit", _("单位"), ("所在单位", "工作单位", "机构", "部门"), most=80, example="示例社工站",
           means=_("没有的会新建，那时“单位类别”要写")),
    Column("unit_kind", _("单位类别"), ("机构类别",), kind="choice", choices=UNITS, example="社工机构"),
    Column("post", _("岗位"), ("职务", "职位"), most=40),
    Column("starts_on", _("开始日期"), ("任职日期", "上岗日期", "开始"), kind="date", example="2026-01-01",
           means=_("空着就是今天")),
    Column("ends_on", _("结束日期"), ("离任日期", "到期日期", "结束"), kind="date", means=_("当天起失效；一直任职就空着")),
)  # fmt: skip
DATES = ("post", "starts_on", "ends_on")
Office = tuple[Any, str, str, str]  # phone, role, place, unit


def import_staff(rows: Sequence[Row], by: Actor, dry_run: bool) -> list[Outcome]:
    """Appoint people; the same person, role, place and unit is the same office, whose post and days may change."""
    places, faults = Places(), Faults()
    people = People(row.get("phone") for row in rows)
    units = {(one.area_id, one.name): one for one in Organisation.objects.all()}
    held = _held()
    planned: list[tuple[Row, Appointment, tuple[str, ...]]] = []
    for row in each(rows, CHECKING):
        try:
            planned.append(_planned(row, places.of(row), by, people, units, held, faults))
        except ValueError as fault:
            faults.add(row.line, fault)
    _check_separate(planned, held, faults)
    faults.check()
    if not dry_run:
        _write(planned, people, by)
    return [
        Outcome(
            row.line,
            ADDED if one.pk is None or "role" in changed else CHANGED if changed else SAME,
            f"{mask_staff(row.values['name'])} {label(Role(one.role))} {one.unit_name}",
            f"civic.person:{one.person_id}" if one.person_id else "",
            () if "role" in changed else changed,
        )
        for row, one, changed in planned
    ]


def _held() -> dict[Office, Appointment]:
    """Offices that are not over, by phone, role, place and unit."""
    standing = Appointment.objects.exclude(ends_on__lte=today()).select_related("person", "organisation", "area")
    return {_key(one): one for one in standing}


def _key(one: Appointment) -> Office:
    return one.person.phone, one.role, one.area_id, one.organisation.name if one.organisation else ""


def _planned(
    row: Row,
    area: Area,
    by: Actor,
    people: People,
    units: dict[tuple[str, str], Organisation],
    held: dict[Office, Appointment],
    faults: Faults,
) -> tuple[Row, Appointment, tuple[str, ...]]:
    """The office a row means, with what changes of it. ValueError, in words, for what cannot be."""
    person = people.of(row.values["name"], row.values["phone"])
    if isinstance(by, Person) and person.pk == by.pk:
        raise ValueError(gettext("不能给自己任命"))
    values = {name: row.get(name) for name in DATES if name in row.values and row.get(name) is not None}
    wanted = Appointment(person=person, role=row.values["role"], area=area, organisation=_unit(row, area, units))
    key = _key(wanted)
    if (first := faults.first(key, row.line)) != row.line:
        raise ValueError(gettext("与第%(first)d行是同一个任职") % {"first": first})
    stands = held.get(key) if person.pk else None
    if "ends_on" in row.values:
        values["ends_on"] = row.get("ends_on")
    changed = differing(stands, values) if stands else ("role",)
    one = stands or wanted
    for name, value in values.items():
        setattr(one, name, value)
    if one.ends_on is not None and one.ends_on < one.starts_on:
        raise ValueError(gettext("结束日期不能早于开始日期"))
    return row, one, changed


def _unit(row: Row, area: Area, units: dict[tuple[str, str], Organisation]) -> Organisation | None:
    """The unit of that name here or above, or a new one of the named kind."""
    name = row.get("unit")
    if not name:
        return None
    for (place, called), unit in units.items():
        if called == name and (place == area.pk or unit.area_id in _above(area.pk)):
            return unit
    if not row.get("unit_kind"):
        raise ValueError(gettext("没有“%(unit)s”这个单位；要新建，请写单位类别") % {"unit": name})
    units[area.pk, name] = Organisation(name=name, kind=row.get("unit_kind"), area=area)
    return units[area.pk, name]


def _above(code: str) -> set[str]:
    return {code[:digits].ljust(12, "0") for digits in (2, 4, 6, 9)}


def _check_separate(
    planned: Sequence[tuple[Row, Appointment, tuple[str, ...]]], held: dict[Office, Appointment], faults: Faults
) -> None:
    """The three administrators are three people (三员分立), those of the file and those in office together."""
    offices: dict[Any, set[str]] = {}
    for one in [*held.values(), *(one for _row, one, _changed in planned)]:
        if one.role in SEPARATE:
            offices.setdefault(one.person.phone, set()).add(one.role)
    for row, one, _changed in planned:
        if one.role in SEPARATE and len(offices[one.person.phone]) > 1:
            faults.add(row.line, gettext("系统、安全、审计管理员要由三个人分别担任"))


def _write(planned: Sequence[tuple[Row, Appointment, tuple[str, ...]]], people: People, by: Actor) -> None:
    people.save()
    new = [one for _row, one, changed in planned if "role" in changed]
    fresh: dict[int, Organisation] = {}
    for one in new:
        if one.organisation is not None and one.organisation.pk is None:
            fresh[id(one.organisation)] = one.organisation
    Organisation.objects.bulk_create(list(fresh.values()))
    for one in new:
        one.person, one.organisation = one.person, one.organisation  # their keys, which are known only now
    Appointment.objects.bulk_create(new, batch_size=CHUNK)
    changed = [one for _row, one, fields in planned if fields and "role" not in fields]
    Appointment.objects.bulk_update(changed, DATES, batch_size=CHUNK)
    events: list[AuditEvent] = []
    for action, ones in (("made", new), ("changed", changed)):
        for one in ones:
            after = {"person": one.person_id, "role": one.role, "starts_on": one.starts_on, "ends_on": one.ends_on}
            record(
                f"civic.appointment.{action}",
                by=by,
                on=one,
                kind=EventKind.DAILY,
                is_public=False,
                roles=ADMIN,
                channel=Channel.DESK,
                after=after,
                into=events,
            )
    AuditEvent.objects.bulk_create(events, batch_size=CHUNK)


importable(
    Kind(
        "staff",
        _("工作人员"),
        _("谁在哪里、替哪个单位、担任什么。按手机号认人；表里没有的人不会被免职。"),
        COLUMNS,
        "civic.import_staff",
        import_staff,
    )
)
