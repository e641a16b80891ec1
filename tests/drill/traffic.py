"""People who read and vote at an even pace while something is done to the machines; every answer is kept."""

import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

from tests.drill.clients import Answer, Browser, Crowd, Log, p95
from tests.drill.crash import chosen
from tests.drill.ground import Ground, Town
from tests.drill.machines import Web

GOOD = frozenset({200, 302})


@dataclass(frozen=True)
class Seen:
    """One answer, and the moment it came (monotonic)."""

    at: float
    kind: str
    path: str
    answer: Answer


@dataclass
class Traffic:
    """``readers`` and ``voters`` are threads that act every so many seconds; a voter votes once and hands over."""

    ground: Ground
    place: Town
    paths: list[str]
    readers: int = 8
    voters: int = 4
    pause: float = 0.4
    seen: list[Seen] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.port = self.ground.machine(Web).port
        self.log = Log(self.ground.folder() / "acknowledged")
        self.waiting, self.lock = iter(self.place.voters), threading.Lock()

    def running(self) -> Crowd:
        return Crowd(self._one, self.readers + self.voters)

    def _one(self, number: int, stop: threading.Event) -> None:
        browser = Browser(self.port)
        act = self._read if number < self.readers else self._vote
        stop.wait(self.pause * number / (self.readers + self.voters))
        for turn in range(1_000_000):
            began = time.monotonic()
            act(browser, number + turn)
            if stop.wait(max(0.0, self.pause - (time.monotonic() - began))):
                return

    def _read(self, browser: Browser, turn: int) -> None:
        """Every other page is read by somebody who has signed in, for whom no page is kept."""
        path = self.paths[turn % len(self.paths)]
        session = self.place.voters[turn % 50][1] if turn % 2 else ""
        self._keep("read", path, browser.get(path, session))

    def _vote(self, browser: Browser, _turn: int) -> None:
        with self.lock:
            person, session = next(self.waiting)
        path = f"/vote/{self.place.poll}/"
        answer = browser.post(path, session, choices=chosen(self.place, person))
        self._keep("vote", path, answer)
        if answer.status == 302:
            self.log.write("vote", person)

    def _keep(self, kind: str, path: str, answer: Answer) -> None:
        self.seen.append(Seen(time.monotonic(), kind, path, answer))

    def statuses(self) -> str:
        found = Counter(one.answer.status for one in self.seen)
        return ", ".join(f"{status or 'none'}: {count}" for status, count in sorted(found.items()))

    def count(self, which: Callable[[Answer], bool]) -> int:
        return sum(which(one.answer) for one in self.seen)

    def p95(self, kind: str) -> float:
        return p95([one.answer.seconds for one in self.seen if one.kind == kind])

    def last_trouble(self, since: float) -> float:
        """Seconds from a moment to the last answer that was not a good one."""
        return max(
            (one.at - since for one in self.seen if one.answer.status not in GOOD and one.at > since), default=0.0
        )


def is_rightly_refused(answer: Answer) -> bool:
    return answer.status == 503 and answer.retry_after.isdigit()
