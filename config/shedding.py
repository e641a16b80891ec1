"""When more is asked than can be answered (系统繁忙): who waited too long is sent away at once, and the rest is served.

Without it every answer comes late, and most to visitors who have left.
"""

import time
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

LONGEST_WAIT_SECONDS = 5.0  # above the proxy's three for a web process that does not take the connection
COME_BACK_SECONDS = 10


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
    seconds, request_id = COME_BACK_SECONDS, getattr(request, "id", "")
    if request.path.startswith("/api/"):
        detail = _("系统繁忙，没有收下，请%(seconds)s秒后再试") % {"seconds": seconds}
        response: HttpResponse = JsonResponse({"code": "busy", "detail": detail, "request_id": request_id}, status=503)
    else:
        words = {"request_id": request_id, "help_phone": settings.HELP_PHONE, "retry_after": seconds, "is_busy": True}
        response = HttpResponse(render_to_string("errors/503.html", words), status=503)
    response["Retry-After"] = str(seconds)
    response["Cache-Control"] = "no-store"
    return response
