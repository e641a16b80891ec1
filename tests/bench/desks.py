"""The desks of a district at work: what each costs at 1,000 and at 100,000 projects, and what is done in the background.

Every page is asked for alone, as one officer does, in turn with a bare view of fifty rows; statements are counted in
this process. What takes long is explained by the database itself, so that the next one to mend it sees where it lies.
"""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from http.client import HTTPConnection
from statistics import median
from typing import Any
from urllib.parse import urlsplit

from tests.bench.demo import apart
from tests.bench.load import served
from tests.bench.warmth import CACHES, analyse

SIZES = (1_000, 100_000)
RUNS, FEWEST, ENOUGH_SECONDS = 40, 8, 4
MOST_TIMES, MOST_MS = 10, 500  # of the floor, or milliseconds: what is slower is explained
LEDGER_ROWS, LEDGER_MB = 20_000, 300
SLOWEST = 6
WORKER = {"STATEMENT_TIMEOUT_SECONDS": "60"}  # as docker-compose.yml gives it to a worker


@dataclass(frozen=True)
class Page:
    """What somebody in office asks for."""

    who: str
    path: str

    @property
    def name(self) -> str:
        return f"{self.who}: {self.path}"


PAGES = (
    Page("social worker", "/desk/"),
    Page("social worker", "/desk/?tab=over"),
    Page("social worker", "/desk/intake/"),
    Page("social worker", "/desk/delivery/"),
    Page("reviewer", "/desk/"),
    Page("reviewer", "/desk/reviews/"),
    Page("town handler", "/desk/"),
    Page("town handler", "/desk/?tab=soon"),
    Page("town handler", "/desk/?tab=over"),
    Page("town handler", "/desk/?kind=push"),
    Page("town handler", "/desk/?place=440403200201"),
    Page("town handler", "/desk/?q=坡道"),
    Page("town handler", "/desk/?page=999999"),
    Page("town handler", "/desk/intake/?state=transferred"),
    Page("town handler", "/desk/reviews/?tab=unassigned"),
    Page("town handler", "/desk/merge/"),
    Page("town handler", "/desk/delivery/"),
    Page("town handler", "/desk/delivery/?view=table"),
    Page("town handler", "/desk/delivery/?view=table&page=6"),
    Page("town handler", "/desk/budget/"),
    Page("town handler", "/desk/objections/"),
    Page("town handler", "/desk/board/"),
    Page("town handler", "/desk/ledger/"),
    Page("town approver", "/desk/"),
    Page("town approver", "/desk/budget/"),
    Page("contractor", "/desk/"),
    Page("contractor", "/site/"),
    Page("supervisor", "/desk/"),
    Page("sponsor", "/desk/"),
    Page("district office", "/desk/"),
    Page("district office", "/desk/?tab=over"),
    Page("district office", "/desk/?place=440403200000"),
    Page("district office", "/desk/?q=坡道"),
    Page("district office", "/desk/?page=999999"),
    Page("district office", "/desk/delivery/"),
    Page("district office", "/desk/sent/"),
    Page("district office", "/district/"),
    Page("district office", "/district/coverage/"),
    Page("district office", "/district/cases/steps/"),
    Page("district office", "/district/audit/"),
    Page("auditor", "/district/audit/?action=审批"),
    Page("auditor", "/district/audit/?code=WSS-2026-0001"),
)


@dataclass(frozen=True)
class Told:
    """Milliseconds of one page, the median and of the slowest of twenty."""

    p50: float
    p95: float


def section() -> str:
    with apart("desks"):
        _no_limit()
        from tests.bench.district import District

        began = time.monotonic()
        district = District()
        people = _people()
        counts = {}
        for size in SIZES:
            filled = district.fill(size)
            analyse()
            counts[filled] = {page: _statements(people[page.who], page.path)[0] for page in PAGES}
        filling = time.monotonic() - began
        floor, times = _times(people)
        slow = [p for p in PAGES if times[p].p50 > MOST_MS or times[p].p50 > MOST_TIMES * floor.p50]
        plans = {page: list(_plans(people[page.who], page.path)) for page in slow}
        lines = [*_pages_told(counts, floor, times, filling), *_explained(plans), *_ledger_told(people)]
        lines += [*_taken_out_told(people), *_daily_told()]
    return "\n".join(lines) + "\n"


def _no_limit() -> None:
    """Let this process's own statements take as long as filling takes."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = 0")


def _people() -> dict[str, Any]:
    """One in each office, by what the pages call them; of places and units that work like the others."""
    from civic.models import Appointment, Organisation, Person, Role

    town, village, whole = "440403200000", "440403200201", "440403000000"
    department, builder = (
        Organisation.objects.filter(area=town, kind=kind).order_by("pk")[0] for kind in ("department", "contractor")
    )
    offices = {
        "social worker": {"role": Role.SOCIAL_WORKER, "area": village},
        "supervisor": {"role": Role.SUPERVISOR, "area": village},
        "reviewer": {"role": Role.REVIEWER, "organisation": department},
        "contractor": {"role": Role.CONTRACTOR, "organisation": builder},
        "town handler": {"role": Role.TOWN_HANDLER, "area": town},
        "town approver": {"role": Role.TOWN_APPROVER, "area": town},
        "sponsor": {"role": Role.SPONSOR, "area": town},
        "district office": {"role": Role.DISTRICT_OFFICE, "area": whole},
        "auditor": {"role": Role.AUDITOR, "area": whole},
    }
    first = {who: Appointment.objects.filter(**office).order_by("-pk")[0].person_id for who, office in offices.items()}
    found = Person.objects.in_bulk(first.values())
    return {who: found[pk] for who, pk in first.items()}


def _statements(person: Any, path: str) -> tuple[int, list[dict[str, str]]]:
    """How many statements one request takes, and which."""
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    client = Client(SERVER_NAME="127.0.0.1")
    client.force_login(person)
    client.get(path)  # whatever is read once for all
    with CaptureQueriesContext(connection) as taken:
        answer = client.get(path)
    if answer.status_code != 200:
        raise RuntimeError(f"{path} answered {answer.status_code} to {person.pk}")
    return len(taken), taken.captured_queries


def _times(people: dict[str, Any]) -> tuple[Told, dict[Page, Told]]:
    """The floor and every page, each in turn with the floor."""
    from tests.bench import data

    keys = dict(zip(people, data.sessions(list(people.values())), strict=True))
    floors: list[float] = []
    found: dict[Page, Told] = {}
    with (
        served("tests.bench.bare:application", 8191, {}, "/plain/") as bare,
        served("config.wsgi:application", 8198, CACHES["warm"], "/") as ours,
    ):
        for page in PAGES:
            floors += _asked(bare.url, "/fifty/", "")
            found[page] = _told(_asked(ours.url, page.path, keys[page.who]))
    return _told(floors), found


def _asked(url: str, path: str, session: str) -> list[float]:
    """Milliseconds of request after request on one connection, the first left out; fewer of what takes long."""
    from urllib.parse import quote

    address = urlsplit(url)
    connection = HTTPConnection(address.hostname or "", address.port, timeout=30)
    taken: list[float] = []
    began = time.monotonic()
    while len(taken) <= FEWEST or (len(taken) <= RUNS and time.monotonic() - began < ENOUGH_SECONDS):
        started = time.monotonic()
        connection.request("GET", quote(path, safe="/?=&"), headers={"Cookie": f"sid={session}"})
        answer = connection.getresponse()
        answer.read()
        taken.append(1000 * (time.monotonic() - started))
        if answer.status != 200:
            raise RuntimeError(f"{path} answered {answer.status}")
    connection.close()
    return taken[1:]


def _told(taken: list[float]) -> Told:
    return Told(median(taken), sorted(taken)[int(0.95 * (len(taken) - 1))])


def _plans(person: Any, path: str) -> Iterator[tuple[float, str, str]]:
    """The slowest statements of a page: milliseconds, the statement, and how the database goes about it."""
    from django.db import connection

    _many, statements = _statements(person, path)
    for one in sorted(statements, key=lambda each: -float(each["time"]))[:2]:
        if not one["sql"].startswith(("SELECT", "(SELECT")):
            continue
        with connection.cursor() as cursor:
            cursor.execute("EXPLAIN (ANALYZE, COSTS OFF, TIMING OFF, SUMMARY OFF) " + one["sql"].replace("%", "%%"), [])
            plan = "\n".join(row[0] for row in cursor.fetchall())
        yield 1000 * float(one["time"]), one["sql"], plan


def _pages_told(counts: dict[int, Any], floor: Told, times: dict[Page, Told], filling: float) -> Iterator[str]:
    small, large = counts
    grown = [page.name for page in PAGES if counts[small][page] != counts[large][page]]
    slow = [page.name for page in PAGES if times[page].p50 > MOST_MS]
    yield "## The desks of a district\n"
    yield f"{date.today()}: 128 villages in eight towns, some 2,000 people in office, projects in every state with all"
    yield f"that hangs on them, written in {filling:.0f} s. Each page is asked for alone by one officer who is signed in, in turn"
    yield f"with a bare view of one indexed SELECT of 50 rows, which takes {floor.p50:.1f} ms (p95 {floor.p95:.1f}). SQL: statements at {small:,}"
    yield f"and at {large:,} projects; times are at {large:,}.\n"
    yield "| whose page | SQL, 1,000 | SQL, 100,000 | p50 ms | p95 ms | × the bare |"
    yield "|---|" + "---:|" * 5
    for page in PAGES:
        one = times[page]
        figures = f"{one.p50:,.0f} | {one.p95:,.0f} | {one.p50 / floor.p50:,.0f}"
        yield f"| {page.who} `{page.path}` | {counts[small][page]} | {counts[large][page]} | {figures} |"
    yield ""
    yield f"Wanted: as many statements whatever the number of projects (more: {', '.join(grown) or 'none'}); {MOST_MS} ms at"
    yield f"most (slower: {', '.join(slow) or 'none'}); no statement may take more than 5 s.\n"


def _explained(plans: dict[Page, Any]) -> Iterator[str]:
    """On the standard error, for whoever mends it: the report keeps figures only."""
    for page, slowest in plans.items():
        for taken, sql, plan in slowest:
            print(f"\n{page.name}: {taken:.0f} ms\n{sql[:3000]}\n{plan}", file=sys.stderr)
    yield ""


def _worked(*what: str, limits: dict[str, str] = WORKER) -> dict[str, Any]:
    """What a worker of its own does and takes for it."""
    command = [sys.executable, "-m", "tests.bench.locked", "tests.bench.worker", *what]
    found = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True, env=os.environ | limits)
    return json.loads(found.stdout)


def _ledger_told(people: dict[str, Any]) -> Iterator[str]:
    """A ledger of one year, asked for by the district office and made by a worker, while its page is looked at."""
    from civic.moments import today
    from publicity.models import Bundle, BundleState
    from publicity.services import bundles

    _worked("outbox")  # whatever else waits
    asked = bundles.ask_ledger(["440403"], "area", today().year, by=people["district office"])
    rows = len(asked.plan["keys"])
    command = [sys.executable, "-m", "tests.bench.locked", "tests.bench.worker", "outbox"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=os.environ | WORKER)
    seen = set()
    while process.poll() is None:
        seen.add(Bundle.objects.values_list("done", flat=True).get(pk=asked.pk))
        time.sleep(0.05)
    found = json.loads(process.communicate()[0])
    asked.refresh_from_db()
    if asked.state != BundleState.DONE:
        raise RuntimeError("the ledger was not made")
    steps = [seconds for _name, seconds in found["done"]]
    yield "### A ledger in the background\n"
    yield f"{rows:,} rows of one year in {len(steps)} steps of the outbox: {sum(steps):.1f} s, the longest step"
    yield f"{max(steps):.1f} s; its page could say how far it is {len(seen)} times. The file is {asked.file.size / 1e6:.1f} MB. The worker's"
    yield f"resident memory, by the kernel: {found['before_mb']:.0f} MB before, {found['peak_mb']:.0f} MB at its highest (wanted: {LEDGER_MB} MB at most).\n"


def _taken_out_told(people: dict[str, Any]) -> Iterator[str]:
    """What is taken out at a desk, each asked for by who may and made by a worker in a process of its own."""
    from civic.models import Area
    from publicity.models import BundleKind, BundleState
    from publicity.services import bundles

    office, auditor = people["district office"], people["auditor"]
    town = Area.objects.get(code="440403200000")
    doors: dict[str, Callable[[], Any]] = {
        "register.csv": lambda: bundles.ask_register(BundleKind.REGISTER_CSV, by=office),
        "register.xlsx": lambda: bundles.ask_register(BundleKind.REGISTER_XLSX, by=office),
        "log.csv": lambda: bundles.ask_log({"code": "", "action": "审批"}, by=auditor),
        "everything.zip": lambda: bundles.ask_whole(town, by=auditor),
    }
    yield "### What is taken out\n"
    yield "The register of the whole district, the approvals in its log, everything of one of its eight towns with its log;"
    yield "each cut into parts of two thousand rows, a step of the outbox each, and joined.\n"
    yield f"| file | rows | steps | seconds | longest step, s | MB | memory before, MB | at its highest (wanted: {LEDGER_MB}) |"
    yield "|---|" + "---:|" * 7
    for name, ask in doors.items():
        asked = ask()
        found = _worked("outbox")
        asked.refresh_from_db()
        if asked.state != BundleState.DONE:
            raise RuntimeError(f"{name} was not made")
        steps = [seconds for _name, seconds in found["done"]]
        figures = (
            f"{asked.written:,} | {len(steps)} | {sum(steps):.1f} | {max(steps):.1f} | {asked.file.size / 1e6:.1f}"
        )
        yield f"| {name} | {figures} | {found['before_mb']:.0f} | {found['peak_mb']:.0f} |"
    yield ""


def _daily_told() -> Iterator[str]:
    """A first round of the clock with a day's lapses, the next one with nothing new, and the morning's word."""
    first, second = _worked("clock"), _worked("clock")
    morning = _worked("morning")
    words = [seconds for name, seconds in morning["done"] if name == "one officer"]
    slowest = sorted(first["done"], key=lambda each: -each[1])[:SLOWEST]
    of_next = dict(second["done"])
    yield "### The daily round\n"
    yield "The clock's first round after midnight, when a day's deadlines have passed, takes"
    yield f"{sum(each[1] for each in first['done']):.1f} s and {first['peak_mb']:.0f} MB at its highest ({first['before_mb']:.0f} MB before);"
    yield f"the next one {sum(of_next.values()):.2f} s and {second['peak_mb']:.0f} MB.\n"
    yield "| job | first round, s | next round, s |"
    yield "|---|---:|---:|"
    for name, seconds in slowest:
        yield f"| `{name}` | {seconds:.2f} | {of_next[name]:.2f} |"
    yield ""
    yield f"The word at half past eight: {len(words)} of the officers, one in ten, in {sum(words):.1f} s ({1000 * median(words):.0f} ms each, at most"
    yield f"{1000 * max(words):.0f} ms), {morning['peak_mb']:.0f} MB at its highest."
