"""Sixteen residents at their phones: they vote and share wishes over HTTP, and keep what they were told on disk."""

import http.client
import json
import os
import re
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode

TOKEN = "drill" * 6 + "12"  # cookie and form field alike, as a browser sends them
CLIENTS = 16
NOTHING: Mapping[str, str] = {}
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
CODE = re.compile(r"\b[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{2}\b")


@dataclass(frozen=True)
class Answer:
    """``status`` 0: no answer came; ``is_sent`` tells whether the request left at all."""

    status: int
    seconds: float
    is_sent: bool
    text: str = ""
    retry_after: str = ""


class Browser:
    """One connection that is kept, as a phone keeps it, and one session."""

    def __init__(self, port: int, timeout: float = 15) -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=timeout)

    def get(self, path: str, session: str = "") -> Answer:
        return self._ask("GET", path, session)

    def post(self, path: str, session: str, **fields: object) -> Answer:
        return self._ask("POST", path, session, urlencode(fields | {"csrfmiddlewaretoken": TOKEN}, doseq=True), FORM)

    def call(self, path: str, session: str, key: str, **body: object) -> Answer:
        """The API, with an Idempotency-Key."""
        headers = {"Content-Type": "application/json", "X-CSRFToken": TOKEN, "Idempotency-Key": key}
        return self._ask("POST", path, session, json.dumps(body), headers)

    def _ask(
        self, method: str, path: str, session: str, body: str | None = None, more: Mapping[str, str] = NOTHING
    ) -> Answer:
        headers = {"Cookie": f"csrf={TOKEN}; sid={session}"} if session else {}
        headers |= more
        began, is_sent = time.monotonic(), False
        try:
            self.connection.request(method, path, body, headers)
            is_sent = True
            response = self.connection.getresponse()
            text = response.read().decode(errors="replace")
        except (OSError, http.client.HTTPException):
            self.connection.close()
            return Answer(0, time.monotonic() - began, is_sent)
        return Answer(response.status, time.monotonic() - began, True, text, response.headers.get("Retry-After", ""))


class Log:
    """What was acknowledged, one line each, on disk before the next request is sent."""

    def __init__(self, file: Path) -> None:
        self.file, self.lock = file.open("a+b"), threading.Lock()

    def write(self, *words: object) -> None:
        line = "\t".join(str(word) for word in words) + "\n"
        with self.lock:
            self.file.write(line.encode())
            self.file.flush()
            os.fsync(self.file.fileno())

    def lines(self) -> list[list[str]]:
        self.file.seek(0)
        return [line.split("\t") for line in self.file.read().decode().splitlines()]


class Crowd:
    """Threads that act until told to stop; what one of them raises is raised in the end."""

    def __init__(self, act: Callable[[int, threading.Event], None], people: int = CLIENTS) -> None:
        self.stop, self.faults = threading.Event(), []
        self.threads = [threading.Thread(target=self._one, args=(act, n), daemon=True) for n in range(people)]

    def _one(self, act: Callable[[int, threading.Event], None], number: int) -> None:
        try:
            act(number, self.stop)
        except Exception as fault:  # shown where the crowd is waited for
            self.faults.append(fault)

    def __enter__(self) -> "Crowd":
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *_raised: object) -> None:
        self.stop.set()
        for thread in self.threads:
            thread.join(60)
        if self.faults:
            raise self.faults[0]


def p95(seconds: list[float]) -> float:
    return sorted(seconds)[int(len(seconds) * 0.95)] if seconds else float("inf")


def once(value: Callable[[], bool], within: float) -> float:
    """Seconds until it is true, or infinity."""
    began = time.monotonic()
    while time.monotonic() - began < within:
        with suppress(OSError):
            if value():
                return time.monotonic() - began
        time.sleep(0.1)
    return float("inf")
