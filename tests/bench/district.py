"""A district at work, for measuring its desks: 128 villages of eight towns, 2,000 in office, projects in every state.

One project of each kind is made as the tests make them, with all that hangs on it; the database then writes as many
copies as are asked for, each in another village, of another town, year and unit, with another day on its clock.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from decimal import Decimal
from functools import partial
from typing import Any

from django.apps import apps
from django.db import connection
from django.db.models import CharField, DateTimeField, ForeignKey, Max, Model, OneToOneField

from civic.clock import tick
from civic.models import Appointment, Area, AuditEvent, AuditSeal, Organisation, OrganisationKind, Person, Role
from civic.moments import now, today
from civic.sealing import GENESIS
from delivery.models import (
    CallBack,
    ChangeOrder,
    Contract,
    FollowUp,
    Payment,
    PaymentState,
    Pool,
    ProgressReport,
    Rating,
    Rectification,
    ReportKind,
)
from delivery.services import works
from proposals.models import (
    Consultation,
    Extension,
    FirstContact,
    Merge,
    PreReview,
    Project,
    ProjectState,
    Round,
    Screening,
    Seconding,
)
from publicity.models import Notice, Objection, Participation
from tests import make
from tests.bench import data
from tests.delivery import build
from voting.models import Assembly, Meeting
from wishes.models import Demand

S = ProjectState
YEARS = 5
CLOCKS, LATE = 41, 10  # the days on which copies are due, and how many of them have passed
TOLD = {  # how a row says that its lateness was told upwards
    "overdue_level": "2",
    "overdue_told": "'town_approver district_office'",
    "escalated_at": "now()",
    "town_at": "now()",
    "town_why": "'overdue'",
}
STRIDE = 10_000  # a copy's keys are the original's and so many times this
DUTIES = ("交通", "水务", "绿化", "民政", "供电", "文体")
POSTS = {  # of each place of a level: role, how many, of each unit of a kind rather than of the place
    "village": [
        (Role.SOCIAL_WORKER, 1),
        (Role.VILLAGE_OFFICE, 2),
        (Role.GRID_WORKER, 2),
        (Role.SUPERVISOR, 1),
        (Role.ASSEMBLY_MEMBER, 7),
    ],
    "town": [(Role.TOWN_HANDLER, 5), (Role.TOWN_APPROVER, 2), (Role.SPONSOR, 4)],
    "county": [(Role.DISTRICT_OFFICE, 6), (Role.AUDITOR, 6)],
}
OF_UNIT = {OrganisationKind.DEPARTMENT: (Role.REVIEWER, 3), OrganisationKind.CONTRACTOR: (Role.CONTRACTOR, 2)}


class District:
    """The places, the people in office, and one project of each kind; ``fill`` adds the copies."""

    def __init__(self) -> None:
        villages = data.places()
        self.town = build.town(pool="100000000")
        self.units = list(_units())
        self.staff = list(_staff([*villages, *Area.objects.filter(level__in=["town", "county"])], self.units))
        _placed(villages, self.units)
        _kinds(self.town, self.units)
        _assemblies(villages, self.town)
        tick()  # notices begin and end as they do within a minute
        Participation.objects.all().delete()
        self.originals, self.copies = Project.objects.count(), 0
        self.tables = _tables()

    def fill(self, projects: int) -> int:
        """Copies until there are so many projects; the answer is how many there are."""
        first, last = self.copies + 1, -(-projects // self.originals) - 1
        with _nobody_guards():
            for table in self.tables:
                _copy(table, self.tables, first, last)
        _sent(first, last)
        _sealed()
        self.copies = last
        _later_keys(self.tables)
        return Project.objects.count()

    def holder(self, role: Role, at: str, organisation: Organisation | None = None) -> Person:
        """Somebody in that office."""
        found = Appointment.objects.filter(role=role, area=at)
        found = found.filter(organisation=organisation) if organisation else found
        return Person.objects.get(pk=found.order_by("pk").values("person")[:1])


@contextmanager
def _nobody_guards() -> Iterator[None]:
    """Without triggers: a closed record takes no rows from anybody, copies of its own neither."""
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SET session_replication_role = DEFAULT")


def _units() -> Iterator[Organisation]:
    """Six departments and twelve contractors of each town, six departments of the district."""
    rows = []
    for town in Area.objects.filter(level="town").order_by("code"):
        rows += [Organisation(name=f"{town.name}{d}站", kind=OrganisationKind.DEPARTMENT, area=town) for d in DUTIES]
        rows += [Organisation(name=f"{town.name}{n}队", kind=OrganisationKind.CONTRACTOR, area=town) for n in range(12)]
    whole = make.area(make.DISTRICT)
    rows += [Organisation(name=f"区{d}局", kind=OrganisationKind.DEPARTMENT, area=whole, duty=d) for d in DUTIES]
    yield from Organisation.objects.bulk_create(rows)


def _staff(places: list[Area], units: list[Organisation]) -> Iterator[Appointment]:
    posts = [(role, area, None) for area in places for role, many in POSTS[area.level] for _n in range(many)]
    for unit in units:
        role, many = OF_UNIT[OrganisationKind(unit.kind)]
        posts += [(role, unit.area, unit)] * many
    people = data.people(len(posts), "151")
    since = today() - timedelta(days=365)
    yield from Appointment.objects.bulk_create(
        [
            Appointment(person=person, role=role, area=area, organisation=unit, starts_on=since)
            for person, (role, area, unit) in zip(people, posts, strict=True)
        ],
        batch_size=2000,
    )


def _placed(villages: list[Area], units: list[Organisation]) -> None:
    """The places copies go to in turn: a village in each of five years, with the year's round and pool of its town."""
    of_town: dict[str, dict[str, list[int]]] = {}
    for unit in units:
        of_town.setdefault(unit.area_id, {}).setdefault(unit.kind, []).append(unit.pk)
    pools: dict[tuple[str, int], Pool] = {}
    rows = []
    for year in range(YEARS):
        for n, village in enumerate(villages):
            town = village.parent_id or ""
            if (town, year) not in pools:
                its_round = make.round_(at=town, year=today().year - year)
                pools[town, year] = Pool.objects.create(area_id=town, round=its_round, amount_yuan=Decimal(10**9))
            pool, its = pools[town, year], of_town[town]
            department = its[OrganisationKind.DEPARTMENT][n % len(DUTIES)]
            builder = its[OrganisationKind.CONTRACTOR][n % 12]
            rows.append((len(rows), village.pk, pool.round_id, pool.pk, department, builder))
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE TABLE bench_place"
            " (n int PRIMARY KEY, village text, round bigint, pool bigint, department bigint, builder bigint)"
        )
        cursor.executemany("INSERT INTO bench_place VALUES (%s, %s, %s, %s, %s, %s)", rows)


def _kinds(town: Any, units: list[Organisation]) -> None:
    """One project of each kind that waits on somebody's desk, and those that wait no longer."""
    department, neighbour = units[0], units[1]
    plain = partial(make.project, round=town.round, proposer=town.resident)
    for state in S:
        if state not in {S.DRAFT, S.MERGED}:
            plain(state)
    _at_intake(town, plain)
    _in_review(town, plain, department, neighbour)
    _objected(town, plain)
    build.submitted(town)
    build.approved(town)
    build.contracted(town)
    for progress in (build.begun(town), build.begun(town)):
        _on_site(town, progress)
    build.finished(town)
    build.opened(town)
    build.stand(build.finished(town), S.RECTIFYING)
    for _n in range(3):
        _after(town, build.completed(town))
    for _n in range(6):
        build.stand(build.completed(town), S.COMPLETED)
    Demand.objects.bulk_create(
        Demand(
            number=f"MS-{n}", area=make.area(), what="路灯不亮", place_text="村口", reporter=town.resident,
            due_on=today() + timedelta(days=9), first_due_on=today() + timedelta(days=9), limit_days=15,
            state=state, horizon="dated", handler=Appointment.objects.filter(person=town.social).first(),
        )
        for n, state in enumerate(("filed", "doing"))
    )  # fmt: skip


def _at_intake(town: Any, plain: Any) -> None:
    waits, into = plain(S.FILED), plain(S.FILED)
    FirstContact.objects.create(project=waits, due_on=today() + timedelta(days=2), limit_workdays=3)
    Merge.objects.create(source=waits, target=into, reason="说的是同一段路", proposed_by=town.handler)
    Seconding.objects.create(project=into, person=town.outsider)
    returned = plain(S.RETURNED, resume_state=S.FILED)
    Screening.objects.create(project=returned, outcome="return", reason="缺位置", items=["位置"], by=town.social)


def _in_review(town: Any, plain: Any, department: Organisation, neighbour: Organisation) -> None:
    due = {"due_on": today() + timedelta(days=5), "limit_workdays": 10}
    for _n in range(2):
        review = PreReview.objects.create(project=plain(S.IN_REVIEW), duty=DUTIES[0], department=department, **due)
    Consultation.objects.create(review=review, unit=neighbour, question="管线在不在下面", asked_by=town.handler, **due)
    Extension.objects.create(review=review, workdays=3, reason="要现场看", asked_by=town.handler)
    PreReview.objects.create(project=plain(S.IN_REVIEW), duty=DUTIES[1])  # its clock begins with its department


def _objected(town: Any, plain: Any) -> None:
    for project in (plain(S.ON_NOTICE), plain(S.OBJECTED)):
        starts, ends = now() - timedelta(days=2), now() + timedelta(days=30)
        notice = Notice.objects.create(
            project=project, kind="result", starts_at=starts, first_ends_at=ends, ends_at=ends, workdays=5
        )
    Objection.objects.create(
        project=project, notice=notice, number="YY-1", objector=town.outsider, what="amount", why="比市场价高",
        due_on=today() + timedelta(days=6), limit_workdays=10,
    )  # fmt: skip


def _on_site(town: Any, project: Project) -> None:
    """A claim, a change, a trouble, and the news of the site."""
    work, week = project.work, today() + timedelta(days=7)
    for batch, state in enumerate((PaymentState.REQUESTED, PaymentState.REVIEWED), 1):
        Payment.objects.create(
            work=work, batch=batch, state=state, amount_yuan=Decimal(1000), requested_by=town.foreman, due_on=week,
            reviewed_by=town.handler if batch == 2 else None, reviewed_at=now() if batch == 2 else None,
        )  # fmt: skip
    ChangeOrder.objects.create(
        work=work,
        reason="地下有管",
        delta_yuan=Decimal(500),
        photo=build.photo(),
        reported_by=town.foreman,
        due_on=week,
        is_over=False,
    )
    for kind in (ReportKind.TROUBLE, ReportKind.PROGRESS):
        ProgressReport.objects.create(work=work, kind=kind, percent=30, note="基层完成", by=town.foreman, due_on=week)
    works.urge(project, by=town.handler, words="请按时完工")


def _after(town: Any, project: Project) -> None:
    """Ratings, a low one answered to, a call to make, and the looks of the year after."""
    ends = now() + timedelta(days=30)
    Rating.objects.create(project=project, person=town.resident, score=4, edit_until=ends)
    low = Rating.objects.create(project=project, person=town.outsider, score=1, edit_until=ends)
    Rectification.objects.create(
        project=project, rating=low, what="坡道太陡", limit_workdays=10, due_on=today() + timedelta(days=8)
    )
    CallBack.objects.create(project=project, person=town.resident, due_on=today())
    if not FollowUp.objects.filter(project=project).exists():
        FollowUp.objects.create(project=project, months=3, due_on=today())


def _assemblies(villages: list[Area], town: Any) -> None:
    """Each village's assembly with a meeting to hold."""
    assemblies = Assembly.objects.bulk_create([Assembly(area=v, name=f"{v.name}议事会") for v in villages])
    chairs = dict(Appointment.objects.filter(role=Role.ASSEMBLY_MEMBER).values_list("area_id", "person_id"))
    figures = {
        "vote_form": "open", "pass_base": "present", "quorum_share_text": "2/3", "pass_share_text": "1/2",
        "rule_book": "测试", "place": "村委会", "round": town.round,
    }  # fmt: skip
    Meeting.objects.bulk_create(
        Meeting(
            assembly=assembly,
            starts_at=now() + timedelta(days=1),
            chair_id=chairs[assembly.area_id],
            recorder=town.social,
            **figures,
        )
        for assembly in assemblies
    )


def _tables() -> list[type[Model]]:
    """What is copied, whatever hangs on a project after it; the log with them."""
    found: list[type[Model]] = [Project, Contract, Demand, AuditEvent]
    grown = True
    while grown:
        grown = False
        for model in apps.get_models():
            if model in found or model._meta.app_label == "voting" or not model.objects.exists():
                continue
            held = [f for f in _keys(model) if f.related_model in found]
            if held and any(f.related_model is not AuditEvent for f in held):
                found.append(model)
                grown = True
    return sorted(found, key=lambda model: _depth(model, found))


def _keys(model: type[Model]) -> list[Any]:
    return [field for field in model._meta.concrete_fields if isinstance(field, ForeignKey)]


def _depth(model: type[Model], found: list[type[Model]]) -> int:
    """How many steps of keys lie below a table."""
    below = {f.related_model for f in _keys(model)} & set(found) - {model}
    return 1 + max((_depth(each, found) for each in below), default=0)


def _copy(model: type[Model], tables: list[type[Model]], first: int, last: int) -> None:
    """Write the copies of one table's originals."""
    cells = {f'"{field.column}"': _cell(field, tables) for field in model._meta.concrete_fields}
    sql = (
        f"INSERT INTO {model._meta.db_table} ({', '.join(cells)}) SELECT {', '.join(cells.values())}"
        f" FROM {model._meta.db_table} o CROSS JOIN generate_series({first}, {last}) k"
        f" JOIN bench_place p ON p.n = k %% (SELECT count(*) FROM bench_place)"
        f" WHERE o.{model._meta.pk.column} < {STRIDE}"
    ).replace("%%", "%")
    with connection.cursor() as cursor:
        cursor.execute(sql)


def _sent(first: int, last: int) -> None:
    """Messages that left the house over a year: a hundred for each copy, which is two or three for a project."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO civic_dispatch (day, way, template, outcome, parts)"
            " SELECT %s - k %% 365, (ARRAY['sms', 'email'])[1 + n %% 2], 'project_news', 'sent', 1"
            " FROM generate_series(%s::int, %s::int) k CROSS JOIN generate_series(1, 100) n",
            [today(), first, last],
        )


def _sealed() -> None:
    """What the copies left in the log stands in one seal, so that the clock finds the log as it does each minute."""
    waiting = AuditEvent.objects.filter(sealed=None)
    before = AuditSeal.objects.last()
    seal = AuditSeal.objects.create(
        prev_hash=before.hash if before else GENESIS,
        hash=f"{AuditSeal.objects.count() + 1:064x}",
        events=waiting.count(),
    )
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO civic_sealedevent (event_id, seal_id, seq)"
            " SELECT e.id, %s, row_number() OVER (ORDER BY e.id) + (SELECT coalesce(max(seq), 0) FROM civic_sealedevent)"
            " FROM civic_auditevent e LEFT JOIN civic_sealedevent s ON s.event_id = e.id WHERE s.event_id IS NULL",
            [seal.pk],
        )
        cursor.execute("DELETE FROM civic_unsealedevent")


def _cell(field: Any, tables: list[type[Model]]) -> str:
    """What a copy holds in a column."""
    at, related = f'o."{field.column}"', field.related_model
    own = {Area: "p.village", Round: "p.round", Pool: "p.pool"}
    told = f"k % {CLOCKS} < {LATE - 1}"  # of what is late only yesterday's was not told yet
    if (field.primary_key and not isinstance(field, OneToOneField)) or related in tables:
        return f"{at} + k * {STRIDE}"
    if related is Organisation:
        own[Organisation] = "p.builder" if field.name == "contractor" else "p.department"
    if related in own:
        return f"CASE WHEN {at} IS NULL THEN NULL ELSE {own[related]} END"
    if field.name in TOLD:
        return f"CASE WHEN {told} THEN {TOLD[field.name]} ELSE {at} END"
    if isinstance(field, CharField) and (field.unique or field.name in {"subject", "number"}):
        return f"CASE WHEN {at} = '' THEN '' ELSE {at} || '-' || k END"
    if field.name == "target":
        number = f"coalesce(substring({at} from '[0-9]+$'), '0')::bigint + k * {STRIDE}"
        return f"regexp_replace({at}, '[0-9]+$', '') || ({number})"
    if isinstance(field, DateTimeField):
        return f"{at} - k * interval '1 second'"
    if field.name == "due_on":
        return f"CASE WHEN {at} IS NULL THEN NULL ELSE DATE '{today()}' + (k % {CLOCKS} - {LATE})::int END"
    return at


def _later_keys(tables: list[type[Model]]) -> None:
    """Let what is written from now on come after the copies."""
    with connection.cursor() as cursor:
        for model in tables:
            top = model.objects.aggregate(top=Max("pk"))["top"]
            if not isinstance(model._meta.pk, OneToOneField):
                cursor.execute("SELECT setval(pg_get_serial_sequence(%s, 'id'), %s)", [model._meta.db_table, top])
