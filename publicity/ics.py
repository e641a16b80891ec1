"""A calendar as a file that phones and mail programs subscribe to (iCalendar, RFC 5545). Pure text, no clock."""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import NamedTuple

LONGEST_LINE = 75  # octets, not characters; a Chinese one has three


class Happening(NamedTuple):
    """One event: a moment without a length, for no page says how long a meeting lasts."""

    uid: str
    at: datetime
    summary: str
    place: str
    url: str


def calendar(name: str, happenings: Iterable[Happening], *, stamp: datetime) -> str:
    """The whole file; ``stamp`` is when it was written."""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//weishishi//calendar//ZH", "METHOD:PUBLISH"]
    lines += [f"X-WR-CALNAME:{_text(name)}", f"NAME:{_text(name)}", "REFRESH-INTERVAL;VALUE=DURATION:PT6H"]
    for happening in happenings:
        lines += [
            "BEGIN:VEVENT",
            f"UID:{happening.uid}",
            f"DTSTAMP:{_moment(stamp)}",
            f"DTSTART:{_moment(happening.at)}",
            f"SUMMARY:{_text(happening.summary)}",
            f"LOCATION:{_text(happening.place)}",
            f"URL:{happening.url}",
            "END:VEVENT",
        ]
    return "".join(f"{_folded(line)}\r\n" for line in [*lines, "END:VCALENDAR"])


def _moment(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")


def _text(words: str) -> str:
    escaped = words.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")
    return " ".join(escaped.split())


def _folded(line: str) -> str:
    """A long line in pieces that begin with a space; no character is cut in two."""
    pieces, piece = [], ""
    for letter in line:
        if len((piece + letter).encode()) > LONGEST_LINE:
            pieces.append(piece)
            piece = " "
        piece += letter
    return "\r\n".join([*pieces, piece])
