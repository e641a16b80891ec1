"""Whether a stranger can find out who is on a roll (名册探测): numbers on it and off it, in turn, at the same door.

The answers must be the same in status, body and length, and take as long: the medians differ by less than 5 ms, and the
rank test finds no difference (p > 0.01). ``over_http`` knocks at a running site; the suite knocks through Django's
client, with fewer numbers.
"""

import http.client
import re
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import chain, count, groupby
from math import erfc, sqrt
from statistics import median
from urllib.parse import urlencode

from tests.drill.finding import Finding
from tests.drill.ground import Ground, roll, town

PAIRS = 300
MOST_GAP_SECONDS = 0.005
LEAST_P = 0.01
TOKEN = "probe" * 6 + "12"  # cookie and form field alike, as a browser sends them
DOORS = {  # path: what a stranger fills in beside the number
    "/login/": {"step": "phone"},
    "/login/staff/": {"password": "guess-2026-guess"},
}
CHANGING = re.compile(r'csrfmiddlewaretoken" value="\w+"|E-\w{8}|1[0-9]{2}\*{4}[0-9]{4}|1[0-9]{10}')

_callers = count(1)


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
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=15)

    def knock(phone: str) -> Answer:
        number = next(_callers)
        headers = {
            "Cookie": f"csrf={TOKEN}",
            "Content-Type": "application/x-www-form-urlencoded",
            "X-Forwarded-For": f"10.{9 + (number >> 16)}.{number >> 8 & 255}.{number & 255}",
        }
        body = urlencode(DOORS[path] | {"phone": phone, "csrfmiddlewaretoken": TOKEN})
        began = time.perf_counter()
        connection.request("POST", path, body, headers)
        response = connection.getresponse()
        text = response.read().decode()
        return Answer(response.status, text + led_to(connection, response, headers), time.perf_counter() - began)

    return knock


def led_to(connection: http.client.HTTPConnection, response: http.client.HTTPResponse, headers: dict[str, str]) -> str:
    """The page an answer leads to, read in the session it began."""
    if response.status != 302:
        return ""
    sent = headers.pop("Cookie") + "".join(
        f"; {one.split(';')[0]}" for one in response.headers.get_all("Set-Cookie", [])
    )
    connection.request("GET", response.headers["Location"], headers=headers | {"Cookie": sent})
    return f"\n{response.headers['Location']}\n{connection.getresponse().read().decode()}"


def drill(ground: Ground) -> Finding:
    """Every door with ``PAIRS`` numbers of either kind, each number once."""
    finding = Finding("A stranger cannot tell by any answer or its time whether a number is on a roll")
    numbers, web = Numbers(town(1).poll), ground.web(TRUSTED_PROXIES="1", SMS_DAY_BUDGET="1000000")
    for path in DOORS:
        door = over_http(web.port, path)
        probe(door, *numbers.taken(10))  # what is loaded once is loaded
        tell(finding, path, twice_at_most(door, numbers))
        ground.say(f"{path} knocked at")
    control(finding, over_http(web.port, "/login/"), numbers)
    finding.notes.append(
        f"{PAIRS} numbers on the roll and {PAIRS} that nobody knows, in turn, at each door; the page an answer leads to is "
        "read and timed with it. The rank test errs once in a hundred by chance: where the times differ, new numbers are "
        "tried once more."
    )
    return finding


class Numbers:
    """Numbers on a poll's roll and as many that nobody knows; each is given out once."""

    def __init__(self, poll: int) -> None:
        from voting.models import Poll

        self.poll, self.strangers = Poll.objects.get(pk=poll), count(1)

    def taken(self, pairs: int) -> tuple[list[str], list[str]]:
        known = [person.phone.removeprefix("+86") for person in roll(self.poll, pairs)]
        return known, [f"137{next(self.strangers):08d}" for _pair in range(pairs)]


def twice_at_most(door: Door, numbers: Numbers) -> Probed:
    """What is real shows again; what was chance does not."""
    found = probe(door, *numbers.taken(PAIRS))
    return found if found.takes_alike_long else probe(door, *numbers.taken(PAIRS))


def tell(finding: Finding, path: str, found: Probed) -> None:
    finding.equal(f"{path}: numbers on the roll and off it answered alike", word(found.answers_alike), "yes")
    is_let_in = {status for status, _body in found.on_roll | found.off_roll} <= {200, 302, 422}
    finding.equal(f"{path}: nobody sent away for coming too often", word(is_let_in), "yes")
    finding.at_most(f"{path}: gap of the medians", abs(found.gap_seconds) * 1000, MOST_GAP_SECONDS * 1000, " ms")
    finding.add(f"{path}: p of the rank test", f"{found.p:.3f}", f"above {LEAST_P}", found.p > LEAST_P)


def word(is_so: bool) -> str:
    return "yes" if is_so else "no"


def control(finding: Finding, door: Door, numbers: Numbers) -> None:
    """A door that takes 6 ms longer for numbers it knows."""
    known, strangers = numbers.taken(PAIRS)
    waits = set(known)

    def slower(phone: str) -> Answer:
        answer = door(phone)
        return replace(answer, seconds=answer.seconds + 0.006 * (phone in waits))

    is_found = not probe(slower, known, strangers).takes_alike_long
    finding.equal("control, numbers on the roll answered 6 ms later: found", word(is_found), "yes")
