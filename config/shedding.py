"""When more is asked than can be answered (系统繁忙): who waited too long is sent away at once, and the rest is served.

Without it every answer comes late, and most to visitors who have left.
"""

import time
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from config.errors import COME_BACK_SECONDS, come_back

LONGEST_WAIT_SECONDS = 5.0  # above the proxy's three for a web process that does not take the connection


class Shedding:
    """503 with Retry-After for a request that waited in line too long; nothing of it has been done."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return _busy(request) if _waited(request) > LONGEST_WAIT_SECONDS else self.get_response(request)


def _waited(request: HttpRequest) -> float:
    """Seconds since our proxy passed the request on; nobody else is believed. Both read one machine's clock."""
    if not settings.TRUSTED_PROXIES:
        return 0.0
    try:
        return time.time() - float(request.headers.get("X-Request-Start", ""))
    except ValueError:
        return 0.0


def _busy(request: HttpRequest) -> HttpResponse:
    return come_back(request, "busy", _("系统繁忙，没有收下，请%(seconds)s秒后再试") % {"seconds": COME_BACK_SECONDS})
