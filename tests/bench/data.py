"""A district's worth of rows for measuring: projects by the thousand, two of them with 10 and 300 events."""

import json
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from random import Random
from types import SimpleNamespace
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.db import connection, connections
from django.http import HttpResponse
from django.test.utils import CaptureQueriesContext

from civic.models import Area, AuditEvent, Level, Person
from civic.moments import now
from proposals.models import Project, ProjectState, Round, Seconding
from proposals.round_rules import CATEGORIES
from tests import make
from tests.bench.load import CSRF, Queue
from tests.delivery import build
from tests.voting.polls import build as polls
from voting.models import Poll, RollEntry
from voting.models.urn import Ballot
from voting.services.polls import open_due

STATES = [ProjectState.FILED, ProjectState.FOR_ASSEMBLY, ProjectState.IN_PROGRESS, ProjectState.COMPLETED]
BALLOT_PROJECTS = 20
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


def people(count: int, digits: str = "150") -> list[Person]:
    """So many people, told apart by the first digits of their phones."""
    return Person.objects.bulk_create(
        [Person(name=f"王测{n}", phone=f"+86{digits}{n:08d}") for n in range(count)], batch_size=2000
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


def open_poll(voters: int) -> tuple[Poll, list[Person]]:
    """A poll that takes ballots, with so many people on its roll: up to five of twenty projects."""
    office = polls.prepared(projects=BALLOT_PROJECTS, rules={"ballot_method": "choose", "ballot_limit": 5})
    found = people(voters, f"15{Poll.objects.count()}")  # phones of their own
    on_roll = {"poll": office.poll, "area": office.poll.area, "source": "residency", "age_band": "30-44"}
    RollEntry.objects.bulk_create((RollEntry(person=person, **on_roll) for person in found), batch_size=2000)
    office.agree("open")
    Poll.objects.filter(pk=office.poll.pk).update(opens_at=polls.hour(-0.1))
    open_due(by="bench")
    return office.fresh(), found


def codes(poll: Poll) -> list[str]:
    return [entry.project.code or "" for entry in poll.entries.select_related("project").order_by("position")]


def ballots(file: Path, poll: Poll, voters: list[Person], *, as_json: bool = False) -> Queue:
    """A ballot for each voter, ready to be posted in a session of her own: three projects by a fixed chance."""
    chance, known, keys = Random(1), codes(poll), sessions(voters)
    chosen = [chance.sample(known, 3) for _voter in voters]
    if as_json:
        bodies = [json.dumps({"choices": dict.fromkeys(one, 1)}) for one in chosen]
    else:
        bodies = [urlencode({"csrfmiddlewaretoken": CSRF, "choices": one}, doseq=True) for one in chosen]
    file.write_text("".join(f"{key} {body}\n" for key, body in zip(keys, bodies, strict=True)))
    return Queue(file, len(voters))


def sessions(voters: list[Person]) -> list[str]:
    """The keys of a session for each of these people, seen just now."""
    store, moment = SessionStore(), now()
    rows = [
        Session(
            session_key=f"{person.pk:032d}",
            expire_date=moment + timedelta(days=1),
            session_data=store.encode(
                {
                    SESSION_KEY: str(person.pk),
                    BACKEND_SESSION_KEY: settings.AUTHENTICATION_BACKENDS[0],
                    HASH_SESSION_KEY: person.get_session_auth_hash(),
                    "started_at": moment.timestamp(),
                    "seen_at": moment.timestamp() + 3600,
                }
            ),
        )
        for person in voters
    ]
    return [session.session_key for session in Session.objects.bulk_create(rows, batch_size=2000)]


def held(poll: Poll) -> int:
    """How many ballots the box holds."""
    return Ballot.objects.filter(box__poll=poll.pk).count()


def statements(act: Callable[[], HttpResponse]) -> int:
    """SQL statements on both databases while this request is answered."""
    with CaptureQueriesContext(connection) as here, CaptureQueriesContext(connections["urn"]) as urn:
        answer = act()
    if answer.status_code >= 400:
        raise RuntimeError(f"{answer.request['PATH_INFO']} answered {answer.status_code}")
    return len(here) + len(urn)


def execute(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)


def setting(name: str) -> str:
    """A setting of the PostgreSQL that is measured."""
    with connection.cursor() as cursor:
        cursor.execute(f"SHOW {name}")
        return cursor.fetchone()[0]
