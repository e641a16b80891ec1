"""The register as a table (导入项目清单): projects kept elsewhere until today come in, with what was reached.

A project that came by a table belongs to the table until the first act upon it in the system: until then a corrected
file changes it; from then on its life is the record's, and a file that says otherwise is refused.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, time
from typing import Any

from django.conf import settings
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from civic.audit import record
from civic.imports.kinds import ADDED, CHANGED, CHUNK, SAME, Actor, Faults, Outcome, chunks, differing
from civic.imports.places import Places
from civic.models import Area, AuditEvent, Organisation, OrganisationKind, Person, Role
from civic.models.record import Channel
from civic.moments import now
from civic.permissions import allowed
from civic.serials import next_numbers
from civic.tables.layout import Row, bare
from civic.tables.progress import CHECKING, each
from proposals import sentences
from proposals.models import Origin, Project, ProjectState, Round
from proposals.models.rounds import Programme
from proposals.services.moves import RESUMABLE

LISTED, RELISTED = "project.listed", "project.relisted"
PLAIN = (
    "title", "category", "work_type", "origin", "need", "plan", "place_text", "beneficiaries", "size_text", "mark",
    "estimate_yuan", "reviewed_yuan", "approved_yuan", "due_on", "archived_on",
)  # fmt: skip
OWN = ("round", "area", "proposing_unit", "filed_at", "state", "resume_state")
Key = tuple[int, str, str]  # round, place, title


@dataclass
class Known:
    """All that rows could mean, loaded at once."""

    rounds: list[Round] = field(default_factory=list)
    offices: dict[str, Organisation] = field(default_factory=dict)
    units: dict[str, list[Organisation]] = field(default_factory=dict)
    by_code: dict[str, Project] = field(default_factory=dict)
    by_key: dict[Key, Project] = field(default_factory=dict)
    lived: set[str] = field(default_factory=set)


@dataclass
class Planned:
    row: Row
    project: Project
    changed: tuple[str, ...]
    is_new: bool


def import_projects(rows: Sequence[Row], by: Actor, dry_run: bool) -> list[Outcome]:
    """Enter projects and correct those a table entered; by code, else by round, place and title."""
    places, known, faults = Places(), _known(rows), Faults()
    planned = []
    for row in each(rows, CHECKING):
        try:
            planned.append(_planned(row, places.of(row), known, by, faults))
        except ValueError as fault:
            faults.add(row.line, fault)
    faults.check()
    if not dry_run:
        _write(planned, by)
    return [
        Outcome(
            one.row.line,
            ADDED if one.is_new else CHANGED if one.changed else SAME,
            _label(one.project),
            f"proposals.project:{one.project.pk}" if one.project.pk else "",
            () if one.is_new else one.changed,
        )
        for one in planned
    ]


def _label(project: Project) -> str:
    """What a clerk checks a line by: code, title, place and the amount as it was understood."""
    said = [f"{project.code or ''} {project.title}".strip(), project.area.short_name]
    return " · ".join(said + ([sentences.yuan(project.best_yuan)] if project.best_yuan else []))


def round_names() -> list[str]:
    """The rounds that a whole list may be of, the newest first."""
    return list(dict.fromkeys(Round.objects.order_by("-year", "pk").values_list("name", flat=True)))


def _known(rows: Sequence[Row]) -> Known:
    found = Known()
    found.rounds = list(Round.objects.select_related("area"))
    for unit in Organisation.objects.order_by("pk"):
        found.units.setdefault(bare(unit.name), []).append(unit)
        if unit.kind == OrganisationKind.VILLAGE_OFFICE:
            found.offices.setdefault(unit.area_id, unit)
    for codes in chunks(row.get("code") for row in rows if row.get("code")):
        found.by_code |= {str(one.code): one for one in _projects(code__in=codes)}
    for titles in chunks(row.get("title") for row in rows if not row.get("code")):
        for one in _projects(title__in=titles).exclude(code=None):
            found.by_key[one.round_id, one.area_id, one.title] = one
    codes_known = [str(one.code) for one in [*found.by_code.values(), *found.by_key.values()]]
    for codes in chunks(codes_known):
        acts = AuditEvent.objects.filter(subject__in=codes).exclude(action__in=[LISTED, RELISTED])
        found.lived |= set(acts.values_list("subject", flat=True).distinct())
    return found


def _projects(**which: Any) -> Any:
    return Project.objects.filter(**which).select_related("round", "area", "proposing_unit")


def _planned(row: Row, area: Area, known: Known, by: Actor, faults: Faults) -> Planned:
    """The project a row means, with what it says of it. ValueError, in words, for what cannot be."""
    if isinstance(by, Person) and not allowed(by, "proposals.import_projects", area):
        raise ValueError(_("“%(place)s”不在您负责的范围") % {"place": area.short_name})
    round = _round(row, area, known)
    code = row.get("code")
    key = code or (round.pk, area.pk, row.values["title"])
    if (first := faults.first(key, row.line)) != row.line:
        raise ValueError(_("与第%(first)d行是同一个项目") % {"first": first})
    project = known.by_code.get(code) if code else known.by_key.get((round.pk, area.pk, row.values["title"]))
    values = {name: row.get(name) for name in PLAIN if name in row.values}
    values |= _own(row, area, round, known, project)
    if values.get("origin", "") is None:
        del values["origin"]  # an empty cell says nothing of it
    _check(row, values, round)
    if project is None:
        return Planned(row, _new(code, values), (), is_new=True)
    changed = differing(project, values)
    if changed and project.code in known.lived:
        raise ValueError(_("%(code)s 已经在系统里办理，只能在系统里改；请去掉这一行") % {"code": project.code})
    for name in changed:
        setattr(project, name, values[name])
    return Planned(row, project, changed, is_new=False)


def _round(row: Row, area: Area, known: Known) -> Round:
    """The round a row names, or the only one that calls for proposals there now. ValueError otherwise."""
    name, year = row.get("round"), row.get("year")
    every = [one for one in known.rounds if one.area.covers(area.pk) or one.programme == Programme.PRECEDENT]
    if name:
        found = [one for one in every if bare(one.name) == bare(name) and (year is None or one.year == year)]
    else:
        found = [one for one in every if one.is_open and (year is None or one.year == year)]
    if len(found) == 1:
        return found[0]
    choices = "、".join(one.name for one in every[:6])
    if name and not found:
        raise ValueError(_("这个地方没有“%(name)s”这个轮次；有：%(choices)s") % {"name": name, "choices": choices})
    raise ValueError(_("要写明轮次；有：%(choices)s") % {"choices": choices})


def _own(row: Row, area: Area, round: Round, known: Known, project: Project | None) -> dict[str, Any]:
    """What is looked up or worked out; what the file does not say stays as it is."""
    values: dict[str, Any] = {"round": round, "area": area}
    if row.get("unit"):
        values["proposing_unit"] = _unit(row.get("unit"), area, known)
    elif project is None:
        values["proposing_unit"] = known.offices.get(area.pk) or _unit("", area, known)
    if row.get("filed_on"):
        values["filed_at"] = timezone.make_aware(datetime.combine(row.get("filed_on"), time(12)))
        if project and project.filed_at and timezone.localdate(project.filed_at) == row.get("filed_on"):
            values["filed_at"] = project.filed_at
    if row.get("state"):
        values["state"] = row.get("state")
        values["resume_state"] = (row.get("resume_state") or "") if row.get("state") in RESUMABLE else ""
    return values


def _unit(name: str, area: Area, known: Known) -> Organisation:
    """The unit of that name nearest to the place."""
    found = known.units.get(bare(name), []) if name else []
    near = [one for one in found if one.area_id[:6] == area.pk[:6]] or found
    if len(near) != 1:
        said = _("要写申报单位") if not name else _("找不到“%(unit)s”这个单位") if not near else _("有两个“%(unit)s”")
        raise ValueError(said % {"unit": name[:20]} if name else said)
    return near[0]


def _check(row: Row, values: Mapping[str, Any], round: Round) -> None:
    """What a project may be, whoever enters it. ValueError in words."""
    category = values.get("category")
    categories = round.terms.categories
    if category and round.programme == Programme.MICRO and category not in categories:
        raise ValueError(
            _("没有“%(category)s”这个类别；有：%(choices)s") % {"category": category, "choices": "、".join(categories)}
        )
    if values.get("state") in RESUMABLE and not values.get("resume_state"):
        raise ValueError(_("状态是“%(state)s”，要写原状态") % {"state": ProjectState(values["state"]).label})


def _new(code: str | None, values: Mapping[str, Any]) -> Project:
    given: dict[str, Any] = {"origin": Origin.VILLAGE, "state": ProjectState.FILED, "filed_at": now()} | dict(values)
    return Project(code=code, channel=Channel.SYSTEM, state_since=given["filed_at"], updated_at=now(), **given)


def _write(planned: Sequence[Planned], by: Actor) -> None:
    new = [one.project for one in planned if one.is_new]
    _number(new)
    Project.objects.bulk_create(new, batch_size=CHUNK)
    changed = [one for one in planned if one.changed]
    for one in changed:
        one.project.updated_at, one.project.version = now(), F("version") + 1
    fields = [*PLAIN, *OWN, "updated_at", "version"]
    Project.objects.bulk_update([one.project for one in changed], fields, batch_size=CHUNK)
    events: list[AuditEvent] = []
    for one in planned:
        if one.is_new or one.changed:
            _note(one, by, events)
    AuditEvent.objects.bulk_create(events, batch_size=CHUNK)


def _note(one: Planned, by: Actor, events: list[AuditEvent]) -> None:
    state = ProjectState(one.project.state)
    record(
        LISTED if one.is_new else RELISTED,
        by=by,
        on=one.project,
        roles=(Role.DISTRICT_OFFICE,),
        channel=Channel.DESK,
        sentence=sentences.listed(state) if one.is_new else sentences.relisted(),
        after={"state": state} | {name: str(getattr(one.project, name)) for name in one.changed},
        into=events,
    )


def _number(projects: Sequence[Project]) -> None:
    """Codes for those that came without (编号): the next of their year that nobody has."""
    by_year: dict[int, list[Project]] = {}
    for project in projects:
        if not project.code:
            by_year.setdefault(project.round.year, []).append(project)
    taken = {project.code for project in projects}
    for year, waiting in by_year.items():
        while waiting:
            numbers = next_numbers(f"project:{year}", len(waiting))
            codes = [f"{settings.CODE_PREFIX}-{year}-{number:04d}" for number in numbers]
            taken |= set(Project.objects.filter(code__in=codes).values_list("code", flat=True))
            for code in [code for code in codes if code not in taken]:
                waiting.pop(0).code = code
