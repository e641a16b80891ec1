"""Workers with a scheduler each, killed in the middle: what waits is done exactly once, an import all or nothing (A18, A19, A32)."""

import random
import time
from collections import Counter
from collections.abc import Callable
from datetime import timedelta

from tests.drill.finding import Finding
from tests.drill.ground import Ground, close_connections
from tests.drill.machines import Worker

JOBS, LATE, ROWS = 300, 120, 4000
KILLS = 3  # of each kind of work
WAIT_SECONDS = 180
EFFECTS = "tests.drill.effects"


def drill(ground: Ground) -> Finding:
    finding = Finding("Workers killed in the middle lose nothing and do nothing twice, with two schedulers at once")
    redis = ground.redis()
    workers = [ground.worker(application=EFFECTS, REDIS_URL=redis.url) for _two in range(2)]
    finding.notes.append(
        "Two Celery workers, each with a beat of its own; SIGKILL to the whole of one, or of both, while it is seen at "
        "work, then it starts again. A lease that a killed worker left behind is ended by hand, not waited for."
    )
    ring = ticks(redis.url)
    jobs(finding, workers)
    ground.say("what waits is sent; now the clock")
    steps(finding, workers, ring)
    ground.say("what is late is told; now an import")
    imports(finding, workers)
    ground.say("the import is there; now the control")
    control(finding, ground, redis.url)
    close_connections()
    return finding


def ticks(url: str) -> Callable[[], None]:
    """Two more schedulers at the same moment, which do not keep to their minute: at most every half second."""
    from celery import Celery

    app, rung = Celery(broker=url), [0.0]

    def ring() -> None:
        if time.monotonic() - rung[0] < 0.5:
            return
        rung[0] = time.monotonic()
        for _two in range(2):
            app.send_task("civic.tasks.tick")

    return ring


def jobs(finding: Finding, workers: list[Worker]) -> None:
    from civic import outbox

    keys = {f"{number:06d}" for number in range(JOBS)}
    outbox.many("drill", {key: {"key": key} for key in sorted(keys)})
    kills = killed_at_work(workers, lambda: sum(done().values()), JOBS)
    until(lambda: set(done()) >= keys)
    wrong = [key for key in keys if done()[key] != 1]
    finding.at_least("workers killed while they sent what waited", kills, KILLS)
    finding.equal(f"things of the outbox not done exactly once, of {JOBS}", len(wrong), 0)


def steps(finding: Finding, workers: list[Worker], ring: Callable[[], None]) -> None:
    from civic.models import AuditEvent
    from civic.moments import today
    from proposals.models import ProjectState
    from tests import make

    its_round = make.round_()
    since = today() - timedelta(days=9)
    late = {
        make.project(ProjectState.FILED, round=its_round, due_on=since, limit_workdays=60).code for _n in range(LATE)
    }

    def told() -> Counter:
        return Counter(AuditEvent.objects.filter(action="project.overdue").values_list("subject", flat=True))

    def rung() -> int:
        ring()
        return sum(told().values())

    kills = killed_at_work(workers, rung, LATE)
    until(lambda: ring() or set(told()) >= late)
    for _more in range(3):
        ring()
    time.sleep(3)
    finding.at_least("workers killed while the clock told of what is late", kills, 1)
    finding.equal(f"late steps not told exactly once, of {LATE}", sum(told()[code] != 1 for code in late), 0)


def imports(finding: Finding, workers: list[Worker]) -> None:
    from civic.imports import services
    from civic.imports.kinds import KINDS
    from civic.models import Import, ImportState, OrganisationKind, Outbox, Role
    from civic.moments import now
    from proposals.models import Project
    from tests import make

    its_round, seen, halves = make.round_(), set(), 0
    make.organisation("测试甲村委会", kind=OrganisationKind.VILLAGE_OFFICE, at=make.VILLAGE)
    clerk = make.officer(Role.DISTRICT_OFFICE, make.DISTRICT)
    rows = [f"第{n}处坡道加扶手,{its_round.name},测试甲村,消除安全隐患,工程" for n in range(ROWS)]
    data = "\n".join(["项目名称,轮次,村居,类别,类型", *rows]).encode()
    run = services.begin(services.take(KINDS["projects"], "清单.csv", data, by=clerk), by=clerk)
    brought = Project.objects.filter(round=its_round)

    for _kill in range(KILLS):
        stage = random.choice(["reading", "checking", "writing"])
        until(
            lambda stage=stage: Import.objects.filter(pk=run.pk, stage=stage, reached__gte=stage != "writing").exists()
        )
        seen.add(stage)
        for worker in workers:
            worker.kill()
        halves += brought.count() not in {0, ROWS}
        Import.objects.filter(pk=run.pk, state=ImportState.WAITING).update(stage="", reached=0)
        Outbox.objects.filter(topic=services.TOPIC, done_at=None).update(due_at=now())
        for worker in workers:
            worker.start()
    until(lambda: Import.objects.get(pk=run.pk).state == ImportState.DONE)
    finding.notes.append(f"The import of {ROWS} rows was killed {KILLS} times, while {'、'.join(sorted(seen))}.")
    finding.equal("kills after which some rows of an import stood and others did not", halves, 0)
    finding.equal("rows of the import in the end", brought.count(), ROWS)


def control(finding: Finding, ground: Ground, url: str) -> None:
    from civic import outbox
    from civic.models import DemoMessage

    for machine in [one for one in ground.machines if isinstance(one, Worker)]:
        machine.kill()
    DemoMessage.objects.all().delete()
    keys = {f"c{number:05d}" for number in range(JOBS // 2)}
    outbox.many("drill", {key: {"key": key} for key in sorted(keys)})
    careless = [ground.worker(application=EFFECTS, REDIS_URL=url, DRILL_CARELESS="1") for _two in range(2)]
    killed_at_work(careless, lambda: sum(done().values()), len(keys))
    until(lambda: not waiting())
    time.sleep(1)
    lost = sum(done()[key] != 1 for key in keys)
    finding.at_least("control, marked done before the work: lost", lost, 1)


def done() -> Counter:
    from civic.models import DemoMessage

    return Counter(DemoMessage.objects.filter(text="drill").values_list("phone", flat=True))


def waiting() -> bool:
    from civic.models import Outbox

    return Outbox.objects.filter(topic="drill", done_at=None).exists()


def killed_at_work(workers: list[Worker], count: Callable[[], int], whole: int) -> int:
    """Kill one after the other while the figure grows, some way into each part of the whole; how often that was."""
    kills = 0
    for number in range(KILLS):
        aim = whole * (number + 1) // (KILLS + 2)
        until(lambda aim=aim: count() >= aim)
        victim = workers[number % len(workers)]
        time.sleep(random.uniform(0, 0.1))
        kills += count() < whole
        victim.kill()
        victim.start()
    return kills


def until(is_so: Callable[[], object]) -> None:
    """Wait for it; RuntimeError after three minutes."""
    deadline = time.monotonic() + WAIT_SECONDS
    while not is_so():
        if time.monotonic() > deadline:
            raise RuntimeError("the workers did not get on")
        time.sleep(0.02)
