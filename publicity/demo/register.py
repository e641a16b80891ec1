"""The register (项目清单): 2021 filled up to the published totals, and precedents from other places.

624 = 421 民生微实事 + 203 自选动作; of the 421, 77 done and 201 in progress; 34 sponsored by leaders.
"""

import csv
import json
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from itertools import cycle, islice
from pathlib import Path

from django.conf import settings

from civic.models import Area, AuditEvent, Organisation
from civic.models.record import Channel
from civic.words import label
from proposals.models import Origin, Programme, Project, ProjectState, Round, WorkType
from proposals.round_rules import CATEGORIES
from publicity.demo import DEMO, FILLER, REPORTED, REPORTED_ON, YEAR
from publicity.demo.places import DISTRICT, ELSEWHERE, account, villages

PROJECTS = Path(settings.BASE_DIR) / "data/projects"
MICRO_ROUTE = ["screening", "review", "assembly", "approval", "notice"]
JOB = "load_demo"
OUTCOME_STATE = {
    "done": ProjectState.COMPLETED,
    "in_progress": ProjectState.IN_PROGRESS,
    "passed": ProjectState.FOR_APPROVAL,
    "funded": ProjectState.AWAITING_START,
    "deliberating": ProjectState.FOR_ASSEMBLY,
    "rejected": ProjectState.DECLINED,
}
OUTCOME_WORDS = {
    "done": "报道：已完成",
    "in_progress": "报道：实施中",
    "passed": "报道：议事会表决通过",
    "funded": "报道：评审入选，获得资金",
    "deliberating": "报道：正在议事",
    "rejected": "报道：议事会表决没有通过",
}


def figures() -> dict[str, int]:
    """The published totals of Doumen, June 2021."""
    return json.loads((PROJECTS / "published_figures.json").read_text())["doumen_2021_06"]


def samples() -> list[dict[str, str]]:
    """The projects that were really reported, here and elsewhere."""
    with (PROJECTS / "sample_projects.csv").open(encoding="utf-8-sig") as file:
        return list(csv.DictReader(file))


def rounds() -> dict[str, Round]:
    """Six rounds: the two of 2021, the precedents, and three of today with different routes."""
    started = datetime(YEAR, 1, 1, tzinfo=UTC)
    no_limit = {"works_workdays": None}
    rows = {
        "micro": Round(name="2021年民生微实事", route=MICRO_ROUTE, rules=no_limit, year=YEAR),
        "self_chosen": Round(
            name="2021年自选动作",
            route=["approval", "notice"],
            rules=no_limit | {"who_may_propose": ["department"]},
            year=YEAR,
            programme=Programme.SELF_CHOSEN,
        ),
        "precedent": Round(
            name="各地先例", route=MICRO_ROUTE, rules=no_limit, year=YEAR, programme=Programme.PRECEDENT, mark=REPORTED
        ),
        "open": Round(name="2026年民生微实事（演示）", route=MICRO_ROUTE, year=2026, mark=DEMO),
        "assembly_first": Round(
            name="2026年先议后审试点（演示）",
            route=["screening", "assembly", "review", "approval", "notice"],
            year=2026,
            area_id="440403100000",
            mark=DEMO,
        ),
        "voted": Round(
            name="2026年居民投票（演示）",
            route=["screening", "review", "poll", "approval", "notice"],
            year=2026,
            area_id="440403103000",
            mark=DEMO,
        ),
    }
    for key, row in rows.items():
        row.area_id = row.area_id or DISTRICT
        row.opens_at = started if row.year == YEAR else datetime(2026, 1, 5, tzinfo=UTC)
        row.closes_at = datetime(YEAR, 12, 31, tzinfo=UTC) if row.year == YEAR else None
        row.full_clean(exclude=["area"])
        row.save()
        rows[key] = row
    return rows


def fill(rounds_: dict[str, Round], told: dict[str, int]) -> None:
    """Fill the 2021 register up to the published totals; ``told`` counts what the stories already made."""
    want = figures()
    left = {
        ProjectState.COMPLETED: want["micro_done"] - told["done"],
        ProjectState.IN_PROGRESS: want["micro_in_progress"] - told["in_progress"],
    }
    left[ProjectState.AWAITING_START] = want["micro_projects"] - told["done"] - told["in_progress"] - sum(left.values())
    states = [state for state, count in left.items() for _ in range(count)]
    sponsors, chosen = want["leader_sponsored_inside"], want["self_chosen"]
    told_yuan = sum((p.best_yuan or 0 for p in Project.objects.filter(round=rounds_["micro"])), Decimal(0))
    amounts = iter(shares(Decimal(want["planned_yuan"]) - told_yuan, len(states) + chosen))
    _insert(rounds_["micro"], states, Origin.VILLAGE, sponsors - 10, amounts)
    _insert(rounds_["self_chosen"], [ProjectState.AWAITING_START] * chosen, Origin.DEPARTMENT, 10, amounts)


def shares(total: Decimal, count: int) -> list[Decimal]:
    """A total spread evenly in whole hundreds of yuan; the last takes what is left over."""
    each = Decimal(total // count // 100 * 100)
    return [each] * (count - 1) + [total - each * (count - 1)]


def _insert(round_: Round, states: Sequence[str], origin: Origin, sponsored: int, amounts: Iterator[Decimal]) -> None:
    places = list(islice(cycle(villages()), len(states)))
    units = {o.area_id: o for o in Organisation.objects.filter(kind="village_office")}
    department = Organisation.objects.get(name="区专班（演示）")
    types, kinds = list(WorkType.values), CATEGORIES[:5]
    start, sponsor = Project.objects.filter(code__startswith=f"WSS-{YEAR}-").count(), account("领办领导")
    projects = [
        Project(
            code=f"WSS-{YEAR}-{start + n:04d}",
            round=round_,
            area=place,
            title=f"演示填充：{kinds[n % 5]}项目{n:03d}",
            need="公开报道只有总数，没有这一项的名称和金额。为了让清单与公布的总数对得上而列出，金额是平均分摊的。",
            estimate_yuan=next(amounts),
            category=kinds[n % 5],
            work_type=types[n % 3],
            origin=origin,
            place_text=place.short_name,
            proposing_unit=department if origin == Origin.DEPARTMENT else units[place.pk],
            sponsor=sponsor if n <= sponsored else None,
            channel=Channel.SYSTEM,
            state=state,
            state_since=REPORTED_ON,
            updated_at=REPORTED_ON,
            filed_at=REPORTED_ON,
            mark=FILLER,
        )
        for n, (state, place) in enumerate(zip(states, places, strict=True), 1)
    ]
    Project.objects.bulk_create(projects, batch_size=500)
    AuditEvent.objects.bulk_create([_filler_event(p) for p in projects], batch_size=500)


def _filler_event(project: Project) -> AuditEvent:
    return AuditEvent(
        subject=project.audit_subject,
        happened_at=REPORTED_ON,
        date_only=True,
        action="project.listed",
        job=JOB,
        channel=Channel.SYSTEM,
        area_id=project.area_id,
        target=f"proposals.project:{project.pk}",
        sentence=f"列入2021年项目清单，状态：{label(ProjectState(project.state))}",
        mark=FILLER,
    )


def precedents(round_: Round) -> None:
    """Projects reported in other places (各地先例), each with what its report says and no more."""
    unit = Organisation.objects.create(name="公开报道所载单位", kind="partner", area_id="440000000000")
    for row in samples()[6:]:
        project = Project.objects.create(
            code=f"WSS-XL-{int(row['no']):03d}",
            round=round_,
            area=_reported_area(row),
            title=row["title"][:40],
            category=row["category"],
            work_type=row["type"],
            origin=Origin.RESIDENT,
            place_text="".join([row["district"], row["town"], row["village"]]) or row["prefecture"],
            size_text=row["size"],
            approved_yuan=Decimal(row["amount_yuan"]) if row["amount_yuan"] else None,
            proposing_unit=unit,
            channel=Channel.SYSTEM,
            state=OUTCOME_STATE[row["outcome"]],
            state_since=REPORTED_ON,
            updated_at=REPORTED_ON,
            filed_at=REPORTED_ON,
            mark=REPORTED,
        )
        AuditEvent.objects.create(
            subject=project.audit_subject,
            happened_at=REPORTED_ON,
            date_only=True,
            action="project.decline" if row["outcome"] == "rejected" else "project.listed",
            job=JOB,
            channel=Channel.SYSTEM,
            area_id=project.area_id,
            target=f"proposals.project:{project.pk}",
            sentence="；".join(filter(None, [OUTCOME_WORDS[row["outcome"]], row["outcome_note"], row["funding"]])),
            reason="议事会举手表决，没有通过" if row["outcome"] == "rejected" else "",
            rule="居民议事会表决（据报道）" if row["outcome"] == "rejected" else "",
            mark=REPORTED,
        )


def _reported_area(row: dict[str, str]) -> Area:
    for code, (city, county) in ELSEWHERE.items():
        if city == row["prefecture"] and county == row["district"]:
            return Area.objects.get(pk=code.ljust(12, "0"))
    return Area.objects.get(name=row["prefecture"], level="prefecture")
