"""The ground a drill stands on: a migrated cluster of its own, folders that go when it ends, and an open poll."""

import os
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import count
from pathlib import Path
from typing import Any

from tests import services
from tests.drill.machines import Machine, Postgres, Redis, Web, Worker, copied

BATCH = 1000
numbers = count()


@dataclass
class Ground:
    """What there is; ``web``, ``redis`` and ``worker`` when asked for. All ends with the drill."""

    postgres: Postgres
    stack: ExitStack
    machines: list[Machine] = field(default_factory=list)
    began: float = field(default_factory=time.monotonic)

    def say(self, what: str) -> None:
        """How far it is, for who waits."""
        print(f"  {time.monotonic() - self.began:4.0f} s  {what}", file=sys.stderr, flush=True)

    def folder(self) -> Path:
        return self.stack.enter_context(services.work_folder("weishishi-drill-"))

    def up(self, machine: Machine, *, is_waited_for: bool = True) -> Any:
        """Start a machine that is stopped at the end, the last one first."""
        self.stack.callback(machine.stop)
        self.machines.append(machine)
        machine.start(is_waited_for=is_waited_for)
        return machine

    def machine(self, kind: type) -> Any:
        """The one machine of a kind."""
        [found] = [one for one in self.machines if isinstance(one, kind)]
        return found

    def web(self, application: str = "config.wsgi:application", **env: str) -> Web:
        return self.up(Web(self.folder(), application, **env))

    def redis(self) -> Redis:
        return self.up(Redis(self.folder()))

    def worker(self, **env: str) -> Worker:
        return self.up(Worker(self.folder(), **env))


@contextmanager
def ground(cluster: Path, binaries: Path, **options: str) -> Iterator[Ground]:
    """A copy of the migrated cluster, running, and Django set up on it; for a process of its own."""
    with ExitStack() as stack:
        folder = stack.enter_context(services.work_folder("weishishi-drill-"))
        postgres = Postgres(copied(cluster, folder), binaries, **options)
        found = Ground(postgres, stack)
        found.up(postgres)
        stack.callback(close_connections)
        set_up(postgres.port, found.folder())
        yield found


def set_up(port: int, var: Path) -> None:
    """Django with the settings of production on this cluster."""
    os.environ |= environment(port, var)
    import django

    django.setup()


def environment(port: int, var: Path) -> dict[str, str]:
    (var / "static").mkdir()
    return {
        "DATABASE_URL": services.postgres_url(port, services.ROLE),
        "URN_DATABASE_URL": services.postgres_url(port, f"{services.ROLE}_urn"),
        "REDIS_URL": "",
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "VAR_DIR": str(var),
        "SECRET_KEY": "d" * 60,
        "LOG_LEVEL": "CRITICAL",
        "PYTHONWARNINGS": "ignore",
    }


def close_connections() -> None:
    if "django" in sys.modules:
        from django.db import connections

        connections.close_all()


@dataclass
class Town:
    """An open poll, its voters as cookies of their sessions, and a project to second."""

    poll: int
    choices: list[str]
    voters: list[tuple[int, str]]  # person, session
    seconded: str


def town(voters: int) -> Town:
    """A poll that is open for two days, with so many voters who have signed in."""
    from proposals.models import ProjectState
    from tests import make
    from tests.voting.polls import build
    from voting.models import Poll
    from voting.services import polls

    make.areas()
    office = build.prepared(rules={"ballot_method": "budget"})
    people = roll(office.poll, voters)
    office.agree("open")
    Poll.objects.filter(pk=office.poll.pk).update(opens_at=build.hour(-0.02))
    if polls.open_due(by="drill") != 1:
        raise RuntimeError("the poll did not open")
    wish = make.project(ProjectState.FILED)
    return Town(office.poll.pk, [project.code for project in office.projects], signed_in(people), wish.code)


def roll(poll: Any, voters: int) -> list[Any]:
    from civic.models import Person
    from voting.models import RollEntry, RollSource

    names = [Person(name=f"居民{n}", phone=f"+86139{next(numbers):08d}") for n in range(voters)]
    people = Person.objects.bulk_create(names, batch_size=BATCH)
    RollEntry.objects.bulk_create(
        (
            RollEntry(poll=poll, person=person, area=poll.area, source=RollSource.RESIDENCY, age_band="30-44")
            for person in people
        ),
        batch_size=BATCH,
    )
    return people


def signed_in(people: list[Any]) -> list[tuple[int, str]]:
    """A session for each, as signing in makes it, seen just now."""
    from django.conf import settings
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.sessions.backends.db import SessionStore
    from django.contrib.sessions.models import Session
    from django.utils import timezone

    store, moment = SessionStore(), timezone.now()
    rows = [
        Session(
            session_key=f"drill{person.pk:027d}",
            session_data=store.encode(
                {
                    SESSION_KEY: str(person.pk),
                    BACKEND_SESSION_KEY: settings.AUTHENTICATION_BACKENDS[0],
                    HASH_SESSION_KEY: person.get_session_auth_hash(),
                    "started_at": moment.timestamp(),
                    "seen_at": moment.timestamp(),
                }
            ),
            expire_date=moment + timedelta(days=1),
        )
        for person in people
    ]
    Session.objects.bulk_create(rows, batch_size=BATCH)
    return [(person.pk, row.session_key) for person, row in zip(people, rows, strict=True)]
