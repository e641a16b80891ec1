"""How fast is voted (投票限次): ten new ballots of one account in a minute, 300 of one address, whichever the door.

Counted in this worker's memory and nowhere else. A row would be a mark with a time beside people, which is what roll
and urn lie apart to avoid (docs/adr/0010). It may forget, it never stands in the way: one person one ballot is the
urn's own constraint, and this only keeps an account from filling the public log with changes.
"""

from collections import Counter, deque
from dataclasses import dataclass, field
from threading import Lock
from time import monotonic

from civic.limits import TooOften


@dataclass
class Pace:
    """At most so many ballots of one person in so many seconds; the same version twice is one."""

    most: int
    seconds: int
    _came: deque[tuple[float, int, tuple[int, int]]] = field(default_factory=deque)
    _of: dict[int, dict[tuple[int, int], float]] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock)

    def check(self, person: int) -> None:
        """TooOften when the person's last ballots fill the time."""
        with self._lock:
            self._forget()
            came = self._of.get(person, {})
            if len(came) >= self.most:
                raise TooOften(min(came.values()) + self.seconds - monotonic())

    def count(self, person: int, poll: int, version: int) -> None:
        """A ballot was put in."""
        moment, ballot = monotonic(), (poll, version)
        with self._lock:
            if ballot not in self._of.setdefault(person, {}):
                self._of[person][ballot] = moment
                self._came.append((moment, person, ballot))

    def _forget(self) -> None:
        """Drop what is over; the oldest stands first."""
        over = monotonic() - self.seconds
        while self._came and self._came[0][0] <= over:
            _moment, person, ballot = self._came.popleft()
            del self._of[person][ballot]
            if not self._of[person]:
                del self._of[person]


@dataclass
class Flow:
    """At most so many of one name in so many seconds from the first, and all are forgotten together."""

    most: int
    seconds: int
    _began: float = 0.0
    _of: Counter[str] = field(default_factory=Counter)
    _lock: Lock = field(default_factory=Lock)

    def hit(self, name: str) -> None:
        """Count one. TooOften when there were as many already."""
        with self._lock:
            if monotonic() - self._began >= self.seconds:
                self._began = monotonic()
                self._of.clear()
            if self._of[name] >= self.most:
                raise TooOften(self._began + self.seconds - monotonic())
            self._of[name] += 1


BALLOTS = Pace(most=10, seconds=60)
ADDRESSES = Flow(most=300, seconds=60)


def from_address(ip: str) -> None:
    """Count a ballot that comes from an address; an empty one is nobody's. TooOften after 300 in a minute."""
    if ip:
        ADDRESSES.hit(ip)
