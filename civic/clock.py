"""The clock (到期检查): one job that finds what is due. Deadlines live in tables; nothing is queued far ahead."""

import logging
import threading
from collections.abc import Callable

from django.db import close_old_connections

log = logging.getLogger("weishishi.clock")
Job = Callable[[], None]
JOBS: list[Job] = []


def every_minute(job: Job) -> Job:
    """Register a job of the clock. It finds its own due rows and is safe to run twice."""
    JOBS.append(job)
    return job


def tick() -> None:
    """Run every job once; one that fails does not hold up the others."""
    for job in JOBS:
        try:
            job()
        except Exception:  # named in the log, tried again next minute
            log.exception("clock job %s", job.__name__)
            close_old_connections()  # one that broke under it is not the next one's


def run_forever(stop: threading.Event, pause_seconds: float = 60.0) -> None:
    """Tick until told to stop; the embedded default's thread."""
    while not stop.is_set():
        tick()
        close_old_connections()
        stop.wait(pause_seconds)
