"""The demo in databases of its own beside the measured rows, and the addresses a visitor finds in it."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.services import beside

ADDRESSES = {"default": "DATABASE_URL", "urn": "URN_DATABASE_URL"}
MANAGE = Path(__file__).resolve().parents[2] / "manage.py"


@contextmanager
def demo() -> Iterator[None]:
    """Until the block ends this process and those it starts see the demo, loaded once a run, and nothing else."""
    with apart("demo"):
        _manage("load_demo")
        yield


@contextmanager
def apart(suffix: str) -> Iterator[None]:
    """The same with databases of that name beside the measured rows, as the migrations leave them."""
    from django.db import connections

    before = {variable: os.environ[variable] for variable in ADDRESSES.values()}
    os.environ |= {variable: beside(url, suffix) for variable, url in before.items()}
    _turn_to(lambda name: f"{name}_{suffix}")
    try:
        _manage("migrate")
        _manage("migrate", "--database", "urn")
        yield
    finally:
        connections.close_all()
        _turn_to(lambda name: name.removesuffix(f"_{suffix}"))
        os.environ |= before


def _manage(*command: str) -> None:
    arguments = [sys.executable, str(MANAGE), *command, "--verbosity", "0"]
    subprocess.run(arguments, check=True, stdout=subprocess.DEVNULL)


def _turn_to(named) -> None:
    """Lead each connection to another database of the same server."""
    from django.db import connections

    for alias in ADDRESSES:
        connections[alias].close()
        connections[alias].settings_dict["NAME"] = named(connections[alias].settings_dict["NAME"])


def addresses() -> dict[str, str]:
    """Every family of public pages, by its name: one page of each that a visitor of the demo comes to."""
    from django.conf import settings

    from proposals.models import Project, ProjectState
    from publicity.demo.tales import REPORTED_HERE
    from voting.models import Meeting, Poll, PollState
    from wishes.models import Demand

    done = Project.objects.get(title=REPORTED_HERE[0].title).code
    open_, held = Poll.objects.get(state=PollState.OPEN), Poll.objects.get(state=PollState.PUBLISHED)
    on_notice = Project.objects.filter(state=ProjectState.ON_NOTICE).values_list("code", flat=True)[0]
    return {
        "home": "/",
        "project list": "/projects/",
        "map": "/projects/?view=map",
        "project, done, with pictures": f"/p/{done}/",
        "project, on notice": f"/p/{on_notice}/",
        "areas": "/areas/",
        "area": f"/a/{open_.area_id}/",
        "notices": "/notices/",
        "board": "/board/",
        "matter on the board": f"/board/{Demand.objects.values_list('number', flat=True)[0]}/",
        "statistics": "/stats/",
        "money": "/stats/money/",
        "open data": "/data/",
        "votes": "/vote/",
        "ballot, not signed in": f"/vote/{open_.pk}/",
        "vote result": f"/vote/{held.pk}/results/",
        "calendar": "/calendar/",
        "rounds": "/cycles/",
        "round": f"/cycles/{open_.round_id}/",
        "meetings": "/meetings/",
        "meeting": f"/meetings/{Meeting.objects.values_list('pk', flat=True)[0]}/",
        "big screen": f"/screen/{settings.HOME_AREA}/",
        "help": "/help/",
        "rules": "/rules/",
        "privacy": "/privacy/",
        "accessibility": "/accessibility/",
        "how it runs": "/status/",
        "sign in": "/login/",
    }
