"""Long imports (RELIABILITY A32): ten thousand rows are all there or none, in sight, and can be taken back on the way."""

import resource
import time
from contextlib import suppress

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.urls import reverse

from civic import moments, outbox
from civic.areas import BadFile
from civic.imports import services
from civic.imports.kinds import KINDS
from civic.models import AuditEvent, Import, ImportLine, ImportState, OrganisationKind, Outbox, Role
from civic.rules import RuleBroken
from proposals.models import Project
from proposals.services import importing
from tests import make

pytestmark = pytest.mark.django_db
MANY = 10_000
BAD_LINE = 7_432
MOST_SECONDS, MOST_MB = 60, 200  # of the processor, some five times what it takes; some 150 in a process of its own


@pytest.fixture
def round_():
    found = make.round_()
    make.organisation("测试甲村委会", kind=OrganisationKind.VILLAGE_OFFICE, at=make.VILLAGE)
    return found


@pytest.fixture
def clerk(round_):
    return make.officer(Role.DISTRICT_OFFICE, make.DISTRICT)


def register(many: int, bad_line: int | None = None) -> bytes:
    """So many projects; the amount of one line is in words."""
    rows = [
        f"第{line}处坡道加扶手,测试甲村,消除安全隐患,工程,{'五万多' if line == bad_line else line * 10}"
        for line in range(2, many + 2)
    ]
    return "\n".join(["项目名称,村居,类别,类型,金额（元）", *rows]).encode("gb18030")


def begun(clerk, data: bytes) -> Import:
    return services.begin(services.take(KINDS["projects"], "清单.csv", data, by=clerk), by=clerk)


def test_of_ten_thousand_rows_with_one_bad_none_comes_in_mended_all_do_and_again_none_is_doubled(clerk):
    began, held = time.process_time(), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss

    with pytest.raises(BadFile) as refused:
        services.import_file(KINDS["projects"], "清单.csv", register(MANY, BAD_LINE), by=clerk)
    assert refused.value.problems == [
        f"第{BAD_LINE}行：“提议估算”写的是“五万多”，认不出来；请写数字，如 52800 或 5.28万元，最小到分"
    ]
    assert [model.objects.count() for model in (Project, Import, ImportLine, AuditEvent, Outbox)] == [0] * 5

    run = begun(clerk, register(MANY))
    outbox.run_due()
    again = services.take(KINDS["projects"], "清单.csv", register(MANY), by=clerk)

    run.refresh_from_db()
    assert (run.state, run.added, run.changed, run.same) == (ImportState.DONE, MANY, 0, 0)
    assert {what: again.trial[what] for what in ("added", "changed", "same")} == {
        "added": 0,
        "changed": 0,
        "same": MANY,
    }
    assert Project.objects.count() == AuditEvent.objects.filter(action="project.listed").count() == MANY
    assert time.process_time() - began < MOST_SECONDS
    assert (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - held) / 1024 < MOST_MB


def test_whoever_waits_sees_how_far_it_is_and_takes_it_back_on_the_way(client, clerk, monkeypatch):
    client.force_login(clerk)
    run = begun(clerk, register(1_000))
    url, tell, seen = reverse("civic:import", args=[run.pk]), services._tell, []

    def told(pk, stage, reached):
        tell(pk, stage, reached)
        seen.append((stage, reached))
        if (stage, reached) == ("checking", 500):
            seen.append(client.get(url, headers={"HX-Request": "true"}).content.decode())
            client.post(url + "cancel/")

    monkeypatch.setattr(services, "_tell", told)
    outbox.run_due()
    shown = client.get(url).content.decode()
    late = client.post(url + "cancel/")

    stages = [one for one in seen if isinstance(one, tuple)]
    assert stages[:3] == [("reading", 0), ("reading", 0), ("reading", 100)]
    assert stages[-1] == ("checking", 500)
    page = next(one for one in seen if isinstance(one, str))
    assert "正在核对500/1,000条，总共办了50%" in page
    assert f'action="{url}cancel/"' in page
    run.refresh_from_db()
    assert (run.state, run.file, late.status_code) == (ImportState.CANCELLED, None, 409)
    assert "已取消，一行也没有写进去" in shown
    assert not Project.objects.exists()
    assert Outbox.objects.filter(topic="civic.import", done_at=None).count() == 0


def test_what_was_taken_back_before_anybody_began_stays_so_and_what_is_written_cannot_be(clerk):
    early, late = begun(clerk, register(600)), begun(clerk, register(600))
    services.cancel(early, by=clerk)
    outbox.run_due()

    with pytest.raises(RuleBroken, match="已经办完，取消不了"):
        services.cancel(late, by=clerk)
    assert list(Import.objects.order_by("pk").values_list("state", "added")) == [("cancelled", 0), ("done", 600)]
    assert Project.objects.count() == 600


def test_two_come_in_at_once_and_the_third_stands_in_the_line_until_one_is_over(client, clerk):
    """§E: two imports at once on the whole site. None is turned away, and one taken back gives its turn on."""
    first, second, third = (begun(clerk, register(501)) for _n in range(3))
    small = begun(clerk, register(2))
    client.force_login(clerk)
    waits = client.get(reverse("civic:import", args=[third.pk])).content.decode()
    begun_at_once = set(Outbox.objects.filter(topic="civic.import").values_list("payload__import", flat=True))

    services.cancel(first, by=clerk)
    third.refresh_from_db()
    given_on = third.turn
    outbox.run_due()

    assert (first.turn, second.turn, given_on) == (1, 2, 1)
    assert begun_at_once == {first.pk, second.pk}
    assert "排着队：同时只导入两份" in waits
    assert small.state == ImportState.DONE, "what is done while one waits needs no turn"
    states = Import.objects.filter(pk__in=[second.pk, third.pk]).values_list("state", "turn")
    assert set(states) == {(ImportState.DONE, None)}


def test_the_database_keeps_a_third_from_having_a_turn(clerk):
    first, second = (begun(clerk, register(501)) for _n in range(2))

    for run, turn in ((second, first.turn), (second, 3)):
        with pytest.raises(IntegrityError), transaction.atomic():
            Import.objects.filter(pk=run.pk).update(turn=turn)


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_workers_killed_over_an_import_leave_none_of_it_and_the_next_brings_all_of_it_once(clerk, monkeypatch):
    run, deaths = begun(clerk, register(600)), ["reading", "checking", "writing"]
    tell, note = services._tell, importing._note

    def told(pk, stage, reached):
        tell(pk, stage, reached)
        if reached and deaths[:1] == [stage]:
            deaths.pop(0)
            die()

    def noted(*args):
        if deaths == ["writing"]:
            deaths.pop()
            die()  # the projects are written, what the record says of them is not
        note(*args)

    monkeypatch.setattr(services, "_tell", told)
    monkeypatch.setattr(importing, "_note", noted)
    stood = []
    for _worker in range(4):
        try:
            outbox.run_due()
        except DatabaseError:  # the next worker has a session of its own
            connection.close()
        stood.append(Project.objects.count())
        Outbox.objects.filter(done_at=None).update(due_at=moments.now())

    assert (deaths, stood) == ([], [0, 0, 0, 600])
    assert AuditEvent.objects.filter(action="project.listed").count() == 600
    run.refresh_from_db()
    assert (run.state, run.added) == (ImportState.DONE, 600)

    coded = "\n".join(f"WSS-2099-{n:04d},第{n}处水渠,测试甲村,消除安全隐患,工程" for n in range(60))
    other = services.take(KINDS["projects"], "别的.csv", f"编号,项目名称,村居,类别,类型\n{coded}".encode(), by=clerk)
    deaths.append("writing")
    with suppress(DatabaseError):
        KINDS["projects"].service(services._rows(other, KINDS["projects"]), clerk, False)
    connection.close()
    assert Project.objects.count() == 660, (
        "the control, without the transaction, leaves projects of which no record tells"
    )
    assert AuditEvent.objects.filter(action="project.listed").count() == 600


def die() -> None:
    """What the server sees of a worker that is killed: the session ends, its transaction with it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(pg_backend_pid())")
