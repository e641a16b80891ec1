"""The register as a table (项目清单): every project's own words in the very layout that an import reads.

The unit stays empty where it is the village's own office, for so the import reads an empty one: what comes out of a
system goes into an empty one and comes out of that again the same.

For the desk alone: unlike the open data it says where a project is to the door, and what people wrote.
"""

from collections.abc import Iterable, Iterator
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.timezone import localdate

from civic.imports.kinds import EXPORTS
from civic.models import Area
from civic.words import label
from proposals.importing import COLUMNS
from proposals.models import Origin, Project, ProjectState, WorkType
from proposals.queries import village_offices

EXPORTS["projects"] = "publicity:register"
AT_ONCE = 2000  # rows fetched at a time
STATES = {state.value: label(state) for state in ProjectState}
WORDS = {
    "work_type": {one.value: label(one) for one in WorkType},
    "origin": {one.value: label(one) for one in Origin},
    "state": STATES,
    "resume_state": STATES,
}
ELSEWHERE = {"round": "round__name", "year": "round__year", "area": "area_id", "unit": "proposing_unit__name"}
WORKED_OUT = {"town", "village", "filed_on"}


def heads() -> list[str]:
    """The headings, amounts with their unit."""
    return [f"{one.title}（元）" if one.kind == "yuan" else one.title for one in COLUMNS]


def rows(prefixes: Iterable[str]) -> Iterator[tuple[Any, ...]]:
    """A row for every project of some places, drafts left out."""
    return lines(found(prefixes))


def found(prefixes: Iterable[str]) -> QuerySet[Project]:
    """The projects of some places, drafts left out, in the order of their keys."""
    inside = Q(pk__in=[])
    for prefix in prefixes:
        inside |= Q(area__code__startswith=prefix)
    return Project.objects.filter(inside).exclude(state=ProjectState.DRAFT).order_by("pk")


def lines(projects: QuerySet[Project]) -> Iterator[tuple[Any, ...]]:
    """Their rows; in three queries, however many."""
    names = {area.pk: area.name for area in Area.objects.only("name")}
    offices = village_offices()
    stored = [ELSEWHERE.get(one.key, one.key) for one in COLUMNS if one.key not in WORKED_OUT]
    for project in projects.values(*stored, "filed_at", "proposing_unit").iterator(AT_ONCE):
        if project["proposing_unit"] and offices.get(project["area_id"]) == project["proposing_unit"]:
            project["proposing_unit__name"] = ""
        yield tuple(_cell(one.key, project, names) for one in COLUMNS)


def _cell(key: str, project: dict[str, Any], names: dict[str, str]) -> Any:
    code = project["area_id"]
    if key == "town":
        return names.get(f"{code[:9]}000", "") if code[6:9] != "000" else ""
    if key == "village":
        return names[code] if code[9:] != "000" else ""
    if key == "filed_on":
        return localdate(project["filed_at"])
    value = project[ELSEWHERE.get(key, key)]
    return WORDS[key].get(value, "") if key in WORDS else value
