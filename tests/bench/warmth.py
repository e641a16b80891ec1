"""How warm a server is when a page is asked for, and what the page costs then in statements and bytes."""

import gzip
import sys
import urllib.request

CACHES = {  # how warm the server is, and the switches that make it so
    "cold": {"PUBLIC_CACHE_SECONDS": "0", "FRAGMENT_CACHE": "0"},  # every reader is the first
    "warm": {"PUBLIC_CACHE_SECONDS": "0", "FRAGMENT_CACHE": "1"},  # parts of pages kept until something happens
    "cached": {"PUBLIC_CACHE_SECONDS": "30", "FRAGMENT_CACHE": "1"},  # whole pages kept: what anonymous readers meet
}


def analyse() -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def queries(path: str, warmth: str) -> int:
    """SQL statements of one anonymous request, by Django's own count."""
    from django.core.cache import caches
    from django.db import connection
    from django.test import Client, override_settings
    from django.test.utils import CaptureQueriesContext

    reader = Client(SERVER_NAME="127.0.0.1")
    with override_settings(PUBLIC_CACHE_SECONDS=int(CACHES[warmth]["PUBLIC_CACHE_SECONDS"])):
        for cache in caches.all(initialized_only=False):
            cache.clear()
        if warmth != "cold":
            reader.get(path)
        with CaptureQueriesContext(connection) as captured:
            answer = reader.get(path)
    if answer.status_code != 200:
        sys.exit(f"{path} answered {answer.status_code}")
    return len(captured)


def weight(url: str) -> float:
    """The page's size in kB, gzipped."""
    return len(gzip.compress(urllib.request.urlopen(url).read())) / 1000
