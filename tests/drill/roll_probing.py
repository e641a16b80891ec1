"""Whether a stranger can find out who is on a roll (名册探测): numbers on it and off it, in turn, at the same door.

The answers must be the same in status, body and length, and take as long: the medians differ by less than 5 ms, and the
rank test finds no difference (p > 0.01). ``over_http`` knocks at a running site; the suite knocks through Django's
client, with fewer numbers.
"""

import http.client
import re
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import chain, groupby
from math import erfc, sqrt
from statistics import median
from urllib.parse import urlencode

PAIRS = 300
MOST_GAP_SECONDS = 0.005
LEAST_P = 0.01
TOKEN = "probe" * 6 + "12"  # cookie and form field alike, as a browser sends them
DOORS = {  # path: what a stranger fills in beside the number
    "/login/": {"step": "phone"},
    "/login/staff/": {"password": "guess-2026-guess"},
}
CHANGING = re.compile(r'csrfmiddlewaretoken" value="\w+"|E-\w{8}|1[0-9]{2}\*{4}[0-9]{4}|1[0-9]{10}')


@dataclass(frozen=True)
class Answer:
    status: int
    body: str
    seconds: float


Door = Callable[[str], Answer]  # a phone, and what is answered


@dataclass(frozen=True)
class Probed:
    """What a door gave away: kinds of answers on either side, the gap of the medians, and the rank test's p."""

    on_roll: set[tuple[int, str]]
    off_roll: set[tuple[int, str]]
    gap_seconds: float
    p: float

    @property
    def answers_alike(self) -> bool:
        return self.on_roll == self.off_roll and len(self.on_roll) == 1

    @property
    def takes_alike_long(self) -> bool:
        return abs(self.gap_seconds) < MOST_GAP_SECONDS and self.p > LEAST_P


def probe(door: Door, on_roll: Sequence[str], off_roll: Sequence[str]) -> Probed:
    """Knock with one number of each in turn; who comes first changes, so that a drift falls on both alike."""
    answers: tuple[list[Answer], list[Answer]] = ([], [])
    for number, pair in enumerate(zip(on_roll, off_roll, strict=True)):
        for side in (0, 1) if number % 2 else (1, 0):
            answers[side].append(door(pair[side]))
    kinds = [{(one.status, told(one.body)) for one in side} for side in answers]
    times = [[one.seconds for one in side] for side in answers]
    return Probed(*kinds, gap_seconds=median(times[0]) - median(times[1]), p=mann_whitney(*times))


def told(body: str) -> str:
    """What a page says, without what differs each time it is made and without the caller's own number."""
    return CHANGING.sub("", body)


def mann_whitney(one: Sequence[float], other: Sequence[float]) -> float:
    """The two-sided p that both come from one distribution: ranks, normal approximation, corrected for ties."""
    ranks: dict[float, float] = {}
    place, ties = 0, 0
    for value, same in groupby(sorted(chain(one, other))):
        many = len(list(same))
        ranks[value] = place + (many + 1) / 2
        place, ties = place + many, ties + many**3 - many
    n, m = len(one), len(other)
    u = sum(ranks[value] for value in one) - n * (n + 1) / 2
    spread = sqrt(n * m / 12 * (n + m + 1 - ties / ((n + m) * (n + m - 1))))
    return 1.0 if not spread else erfc(max(0.0, abs(u - n * m / 2) - 0.5) / spread / sqrt(2))


def over_http(port: int, path: str) -> Door:
    """The door of a running site that trusts one proxy: every caller has an address and a session of her own."""
    connection, callers = http.client.HTTPConnection("127.0.0.1", port, timeout=15), iter(range(1, 1 << 16))

    def knock(phone: str) -> Answer:
        number = next(callers)
        headers = {
            "Cookie": f"csrf={TOKEN}",
            "Content-Type": "application/x-www-form-urlencoded",
            "X-Forwarded-For": f"10.9.{number >> 8}.{number & 255}",
        }
        body = urlencode(DOORS[path] | {"phone": phone, "csrfmiddlewaretoken": TOKEN})
        began = time.perf_counter()
        connection.request("POST", path, body, headers)
        response = connection.getresponse()
        text = response.read().decode()
        return Answer(response.status, f"{response.headers.get('Location', '')}\n{text}", time.perf_counter() - began)

    return knock


def drill(port: int, on_roll: Sequence[str], off_roll: Sequence[str]) -> dict[str, Probed]:
    """Every door with ``PAIRS`` numbers of either kind; a site for drills has no use for the numbers afterwards."""
    return {path: probe(over_http(port, path), on_roll[:PAIRS], off_roll[:PAIRS]) for path in DOORS}
