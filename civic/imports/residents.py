"""Residents as a table (导入居民): who lives, works or studies in the worker's villages, verified by that worker's word."""

from collections.abc import Sequence

from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from civic.areas import BadFile
from civic.audit import record
from civic.imports.kinds import ADDED, CHANGED, CHUNK, SAME, Actor, Faults, Kind, Outcome, importable
from civic.imports.known import People
from civic.imports.places import COLUMNS as PLACE_COLUMNS
from civic.imports.places import Places
from civic.models import Area, AuditEvent, Level, Person, Residency
from civic.models.record import Channel
from civic.models.record import Kind as EventKind
from civic.permissions import WORKERS, allowed, scopes
from civic.rules import mask_resident
from civic.tables.layout import Column, Row
from civic.tables.progress import CHECKING, each

BASES = {
    "居住": "living", "常住": "living", "户籍": "household", "本村户籍": "household", "工作": "work", "务工": "work",
    "就学": "study", "上学": "study",
}  # fmt: skip
COLUMNS = (
    Column("name", _("姓名"), ("名字", "居民姓名"), required=True, most=40, example="示例姓名"),
    Column("phone", _("手机号"), ("手机", "手机号码", "电话", "联系电话"), kind="phone", means=_("没有手机就空着")),
    *PLACE_COLUMNS,
    Column("basis", _("身份"), ("居民身份", "居住情况"), kind="choice", choices=BASES, example="居住",
           means=_("空着算居住")),
    Column("how", _("怎样核对的"), ("核对方式", "核对依据"), required=True, most=100, example="看了户口簿"),
)  # fmt: skip
LIVING = "living"
Place = tuple[str, str]  # name, village


def import_residents(rows: Sequence[Row], by: Actor, dry_run: bool) -> list[Outcome]:
    """Register and verify residents; by phone, else by name and village. Who is verified there already stays."""
    if not isinstance(by, Person):
        raise BadFile([gettext("居民要由社工或村居的人导入")])
    places, faults = Places(), Faults()
    people = People(row.get("phone") for row in rows if row.get("phone"))
    known, planned = _known(by), []
    for row in each(rows, CHECKING):
        try:
            area = _village(places.of(row), by)
            planned.append((row, *_planned(row, area, by, people, known, faults)))
        except ValueError as fault:
            faults.add(row.line, fault)
    faults.check()
    if not dry_run:
        _write(people, [(one, what) for _row, one, what in planned if what != SAME], by)
    return [_outcome(*one) for one in planned]


def _outcome(row: Row, one: Residency, what: str) -> Outcome:
    label = f"{mask_resident(row.values['name'])} {one.area.short_name}"
    target = f"civic.person:{one.person_id}" if one.person_id else ""
    return Outcome(row.line, what, label, target, ("basis",) if what == CHANGED else ())


def _village(area: Area, by: Person) -> Area:
    if area.level != Level.VILLAGE or area.is_zone:
        raise ValueError(gettext("请选到村居"))
    if not allowed(by, "civic.import_residents", area):
        raise ValueError(gettext("“%(place)s”不在您负责的范围") % {"place": area.short_name})
    return area


def _known(by: Person) -> tuple[dict[tuple[int, str], Residency], dict[Place, list[Residency]]]:
    """Standing residencies of the worker's villages, by person and village, and by name for who has no phone."""
    by_person: dict[tuple[int, str], Residency] = {}
    by_name: dict[Place, list[Residency]] = {}
    near = Q(pk__in=[])
    for prefix in scopes(by, WORKERS):
        near |= Q(area__code__startswith=prefix)
    for one in Residency.objects.filter(near, ended_on=None).select_related("person", "area"):
        by_person[one.person_id, one.area_id] = one
        if one.person.phone is None:
            by_name.setdefault((one.person.name, one.area_id), []).append(one)
    return by_person, by_name


def _planned(
    row: Row,
    area: Area,
    by: Person,
    people: People,
    known: tuple[dict[tuple[int, str], Residency], dict[Place, list[Residency]]],
    faults: Faults,
) -> tuple[Residency, str]:
    """The residency that stands already, or a new one, and what becomes of it. ValueError where it is not clear whose."""
    by_person, by_name = known
    name, phone, basis = row.values["name"], row.get("phone"), row.get("basis")
    if (first := faults.first((phone or name, area.pk), row.line)) != row.line:
        raise ValueError(gettext("与第%(first)d行是同一个人") % {"first": first})
    same = [] if phone else by_name.get((name, area.pk), [])
    if len(same) > 1:
        raise ValueError(gettext("本村有两个没有手机的同名居民，分不清是哪一个"))
    person = same[0].person if same else people.of(name, phone, area)
    if person.pk and person.pk == by.pk:
        raise ValueError(gettext("不能给自己核对居民身份"))
    standing = by_person.get((person.pk, area.pk)) if person.pk else None
    if standing is None:
        how = row.values["how"]
        return Residency(person=person, area=area, basis=basis or LIVING, how_verified=how, verified_by=by), ADDED
    if basis in (None, standing.basis):
        return standing, SAME
    standing.basis = basis
    return standing, CHANGED


def _write(people: People, planned: Sequence[tuple[Residency, str]], by: Person) -> None:
    people.save()
    added = [one for one, what in planned if what == ADDED]
    for one in added:
        one.person = one.person  # its key, which is known only now
    Residency.objects.bulk_create(added, batch_size=CHUNK)
    changed = [one for one, what in planned if what == CHANGED]
    Residency.objects.bulk_update(changed, ["basis"], batch_size=CHUNK)
    events: list[AuditEvent] = []
    for one, what in planned:
        record(
            "civic.residency.verified" if what == ADDED else "civic.residency.changed",
            by=by,
            on=one,
            kind=EventKind.DAILY,
            is_public=False,
            roles=WORKERS,
            channel=Channel.DESK,
            after={"person": one.person_id, "basis": one.basis, "how": one.how_verified},
            into=events,
        )
    AuditEvent.objects.bulk_create(events, batch_size=CHUNK)


importable(
    Kind(
        "residents",
        _("居民"),
        _("您负责的村居里的居民，导入就是您核对过。按手机号认人；没有手机的按姓名和村居认。"),
        COLUMNS,
        "civic.import_residents",
        import_residents,
    )
)
