"""What goes wrong, said to a visitor: a broken rule is 409 with its reason, as a page or a part; never a 500."""

from collections.abc import Callable

from django.conf import settings
from django.core.exceptions import PermissionDenied, RequestDataTooBig, TooManyFilesSent
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.http import url_has_allowed_host_and_scheme

from civic.limits import TooOften
from civic.rules import RuleBroken

Respond = Callable[[HttpRequest], HttpResponse]


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
                return _come_back(request, "errors/429.html", 429, error.retry_after)
            case TooManyFilesSent() | RequestDataTooBig():
                return render(request, "errors/413.html", status=413)
            case OperationalError() if "timeout" in str(error) or "locked" in str(error) or "connect" in str(error):
                return _come_back(request, "errors/503.html", 503, 10)
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


def _come_back(request: HttpRequest, template: str, status: int, seconds: int) -> HttpResponse:
    response = render(request, template, {"retry_after": seconds}, status=status)
    response["Retry-After"] = str(seconds)
    return response


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return render(request, "errors/400.html", status=400)


def forbidden(request: HttpRequest, exception: PermissionDenied | None = None) -> HttpResponse:
    return render(request, "errors/403.html", status=403)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return render(request, "errors/404.html", status=404)


def broken(request: HttpRequest) -> HttpResponse:
    """500: the page stands alone, whatever failed."""
    words = {"request_id": getattr(request, "id", ""), "help_phone": settings.HELP_PHONE}
    return HttpResponse(render_to_string("errors/500.html", words), status=500)


def csrf_failed(request: HttpRequest, reason: str = "") -> HttpResponse:
    return render(request, "errors/403.html", {"expired_form": True}, status=403)
