"""A district's worth of rows for measuring: projects by the thousand, two of them with 10 and 300 events."""

from datetime import timedelta
from decimal import Decimal
from types import SimpleNamespace

from civic.models import Area, AuditEvent, Level, Person
from civic.moments import now
from proposals.models import Project, ProjectState, Round, Seconding
from proposals.round_rules import CATEGORIES
from tests import make
from tests.delivery import build

STATES = [ProjectState.FILED, ProjectState.FOR_ASSEMBLY, ProjectState.IN_PROGRESS, ProjectState.COMPLETED]
SHORT, LONG = "WSS-BENCH-10", "WSS-BENCH-300"


def places() -> list[Area]:
    """129 villages in eight towns."""
    make.areas()
    rows = []
    for town in range(8):
        code = f"4404032{town:02d}000"
        rows.append(
            Area(code=code, name=f"镇{town}", level=Level.TOWN, parent_id=make.DISTRICT, valid_from="2023-01-01")
        )
        rows += [
            Area(
                code=f"{code[:9]}{n:03d}",
                name=f"村{town}-{n}村委会",
                level=Level.VILLAGE,
                parent_id=code,
                valid_from="2023-01-01",
            )
            for n in range(200, 216)
        ]
    Area.objects.bulk_create(rows, ignore_conflicts=True)
    return [a for a in rows if a.level == Level.VILLAGE]


def people(count: int) -> list[Person]:
    return Person.objects.bulk_create(
        [Person(name=f"王测{n}", phone=f"+86150{n:08d}") for n in range(count)], batch_size=2000
    )


def projects(round_: Round, villages: list[Area], proposers: list[Person], start: int, stop: int) -> None:
    moment = now()
    rows = [
        Project(
            code=f"WSS-B-{n:06d}",
            round=round_,
            area=villages[n % len(villages)],
            title=f"修一段路{n}",
            need="下雨积水",
            category=CATEGORIES[n % 5],
            estimate_yuan=Decimal(10000 + n),
            proposer=proposers[n % len(proposers)],
            state=STATES[n % len(STATES)],
            filed_at=moment,
            updated_at=moment - timedelta(minutes=n),
        )
        for n in range(start, stop)
    ]
    Project.objects.bulk_create(rows, batch_size=2000)


def with_events(place: SimpleNamespace, code: str, count: int) -> None:
    """A project being built, with review, approval, contract and milestones, and so many events in its record."""
    project = build.begun(place, code=code)
    AuditEvent.objects.bulk_create(
        AuditEvent(
            subject=code,
            action="progress.report",
            actor=place.foreman,
            area_id=project.area_id,
            kind="photo",
            target=f"proposals.project:{project.pk}",
            sentence="{who}报进度：基层完成",
            happened_at=now() - timedelta(hours=n),
        )
        for n in range(count - AuditEvent.objects.filter(subject=code).count())
    )
    Seconding.objects.create(project=project, person=place.resident)
