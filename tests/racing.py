"""Many people at the same instant: threads that start together, each with its own connection."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from django.db import connections

WAY = 64


def at_once(act: Callable[[int], Any], times: int = WAY) -> list[Any]:
    """What ``act(number)`` gave or raised in each of so many threads that passed one barrier together."""
    barrier = threading.Barrier(times)

    def one(number: int) -> Any:
        try:
            barrier.wait()
            return act(number)
        except Exception as error:
            return error
        finally:
            connections.close_all()

    with ThreadPoolExecutor(times) as pool:
        return list(pool.map(one, range(times)))
