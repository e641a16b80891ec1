"""Calls of the polls' API for tests; a poll with somebody on its roll who is signed in."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse
from django.test import Client

from civic.models import Person
from tests import make
from tests.voting.polls import build

KEY, OTHER_KEY = "5b0f2a4e-1d3c-4f6a-8b7e-9c0d1e2f3a4b", "0c1d2e3f-4a5b-4c6d-8e7f-9a0b1c2d3e4f"


@dataclass
class Vote:
    """An open poll and one voter at her client."""

    office: build.Office
    voter: Person
    client: Client

    @property
    def codes(self) -> list[str]:
        return [project.code for project in self.office.projects]

    def path(self, tail: str = "") -> str:
        return f"/api/v1/polls/{self.office.poll.pk}/{tail}"

    def cast(self, choices: Any, *, key: str = "", **more: Any) -> HttpResponse:
        return self.post({"choices": choices} | more, key=key)

    def post(self, body: Any, *, key: str = "", tail: str = "ballot/") -> HttpResponse:
        """Whatever body: a text goes as it is, all else as JSON."""
        headers = {"Idempotency-Key": key} if key else None
        return self.client.post(self.path(tail), body, content_type="application/json", headers=headers)

    def get(self, tail: str = "") -> HttpResponse:
        return self.client.get(self.path(tail))


def opened(method: str = "choose", *, limit: int = 2, **more: Any) -> Vote:
    """Three projects of 60,000 yuan, up to two may be chosen, 100,000 in all."""
    office = build.opened(rules={"ballot_method": method, "ballot_limit": limit}, **more)
    voter, client = make.person("陈测试"), Client()
    build.on_roll(office.poll, voter)
    client.force_login(voter)
    return Vote(office, voter, client)


def told(answer: HttpResponse) -> dict[str, Any]:
    """What an answer says, without what differs each time."""
    return {name: value for name, value in answer.json().items() if name != "request_id"}
