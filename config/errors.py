"""What goes wrong, said to a visitor: a broken rule is 409 with its reason, as a page or a part; never a 500.

A database that is away is 503 with Retry-After, wherever on the way through a request it was missed.
"""

import sys
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied, RequestDataTooBig, TooManyFilesSent
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from civic.limits import Crowded, TooOften
from civic.pages import view_mode
from civic.rules import RuleBroken

Respond = Callable[[HttpRequest], HttpResponse]
COME_BACK_SECONDS = 10  # a database is back within that time, or somebody is called anyway


class Answers:
    """Turn the exceptions of views into pages; the API answers for itself (civic.rest.answer)."""

    def __init__(self, get_response: Respond) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if isinstance(response, HttpResponseNotAllowed) and request.method == "GET":
            return _only_by_button(request, response["Allow"])
        return response

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        match error:
            case RuleBroken():
                words = {"message": error.message, "code": error.code, "back_url": _came_from(request)}
                return render(request, "errors/409.html", words, status=409)
            case TooOften():
                return _slower(request, error.retry_after, is_crowded=isinstance(error, Crowded))
            case TooManyFilesSent() | RequestDataTooBig():
                return render(request, "errors/413.html", status=413)
        return None


def _came_from(request: HttpRequest) -> str:
    """The page of ours on which the button was pressed, or nothing."""
    came_from = request.headers.get("Referer", "")
    ours = url_has_allowed_host_and_scheme(came_from, {request.get_host()}, require_https=request.is_secure())
    return came_from if ours else ""


def _only_by_button(request: HttpRequest, methods: str) -> HttpResponse:
    """A phone that opens a closed page anew asks with GET for what a form had posted: a page, not an empty one."""
    response = render(request, "errors/405.html", status=405)
    response["Allow"] = methods
    return response


def _slower(request: HttpRequest, seconds: int, *, is_crowded: bool) -> HttpResponse:
    words = {"retry_after": seconds, "is_crowded": is_crowded}
    response = render(request, "errors/429.html", words, status=429)
    response["Retry-After"] = str(seconds)
    return response


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return render(request, "errors/400.html", status=400)


def forbidden(request: HttpRequest, exception: PermissionDenied | None = None) -> HttpResponse:
    return render(request, "errors/403.html", status=403)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return render(request, "errors/404.html", status=404)


def broken(request: HttpRequest) -> HttpResponse:
    """500, or 503 when it is the database that is away: what was sent may be stored or not, and the page says so."""
    if is_database_away(sys.exception()):
        return come_back(request, "recovering", _("系统正在恢复，请稍后再试"))
    return HttpResponse(render_to_string("errors/500.html", _alone(request)), status=500)


def is_database_away(error: BaseException | None) -> bool:
    """Stopped, starting, full, or busy beyond our limits; a table that is missing (SQLite) is our own fault."""
    return isinstance(error, OperationalError | InterfaceError) and not str(error).startswith("no such")


def come_back(request: HttpRequest, code: str, detail: str) -> HttpResponse:
    """503 with Retry-After: the database is away (``recovering``), or there are too many at once (``busy``)."""
    if request.path.startswith("/api/"):
        told = {"code": code, "detail": detail, "request_id": getattr(request, "id", "")}
        response: HttpResponse = JsonResponse(told, status=503)
    else:
        words = _alone(request) | {"retry_after": COME_BACK_SECONDS, "is_busy": code == "busy"}
        response = HttpResponse(render_to_string("errors/503.html", words), status=503)
    response["Retry-After"] = str(COME_BACK_SECONDS)
    response["Cache-Control"] = "no-store"
    return response


def _alone(request: HttpRequest) -> dict[str, Any]:
    """The words of a page that stands alone, whatever failed: it asks no session and no database."""
    return {
        "request_id": getattr(request, "id", ""),
        "help_phone": settings.HELP_PHONE,
        "view_mode": view_mode(request),
    }


def csrf_failed(request: HttpRequest, reason: str = "") -> HttpResponse:
    return render(request, "errors/403.html", {"expired_form": True}, status=403)
