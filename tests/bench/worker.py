"""What a worker does in the background, in a process of its own, with what requirements.txt locks: seconds and memory.

``python -m tests.bench.locked tests.bench.worker WHAT`` prints JSON: of each thing done its seconds, and the process's
resident memory before and at its highest.
"""

import json
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

Done = tuple[str, float]
EVERY = 10  # of the officers' morning words one in so many is made


def outbox() -> Iterator[Done]:
    """Whatever waits in the outbox, one thing after the other."""
    from civic import outbox as waiting

    while (found := timed("outbox", lambda: waiting.run_due(1)))[1]:
        yield found[0]


def clock() -> Iterator[Done]:
    """One round of the clock (到期检查); unlike the clock itself it stops at a job that fails."""
    from civic.clock import JOBS

    for job in JOBS:
        yield timed(f"{job.__module__}.{job.__name__}", job)[0]


def morning() -> Iterator[Done]:
    """The word at half past eight (每日待办汇总): left for everybody in office, and made for one in EVERY."""
    from civic.models import Outbox
    from civic.moments import today
    from publicity.services import desk_digest

    yield timed("left in the outbox", lambda: desk_digest.leave(today()))[0]
    waits = Outbox.objects.filter(topic=desk_digest.DESK, done_at=None).order_by("pk")
    for payload in list(waits.values_list("payload", flat=True))[::EVERY]:
        yield timed("one officer", lambda payload=payload: desk_digest.send(payload))[0]


def timed(name: str, act: Callable[[], Any]) -> tuple[Done, Any]:
    started = time.monotonic()
    found = act()
    return (name, time.monotonic() - started), found


def memory_mb(what: str) -> float:
    """This process's resident memory by the kernel: VmRSS now, VmHWM at its highest; nobody else's is in it."""
    status = Path("/proc/self/status").read_text()
    return int(status.split(f"{what}:")[1].split()[0]) / 1000


def main() -> None:
    import django

    django.setup()
    from civic.models import Area

    Area.objects.exists()  # connected and warm
    before = memory_mb("VmRSS")
    what, *of = sys.argv[1:]
    done = list({"outbox": outbox, "clock": clock, "morning": morning}[what](*of))
    print(json.dumps({"done": done, "before_mb": before, "peak_mb": memory_mb("VmHWM")}))


if __name__ == "__main__":
    main()
