"""What every request passes: an id, a clean URL, the last headers, and how long a session may live."""

import contextvars
import hashlib
import logging
import uuid
from collections.abc import Callable
from functools import lru_cache

from csp.constants import HEADER
from csp.middleware import CSPMiddleware
from csp.utils import build_policy
from django.conf import settings
from django.contrib.auth import logout
from django.core.cache import cache
from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.http import HttpRequest, HttpResponse
from django.http.multipartparser import MultiPartParserError
from django.http.response import HttpResponseBase
from django.shortcuts import render, resolve_url
from django.utils import timezone

from civic.sessions import OWN_PHONE, PLAIN, VOUCHED

Respond = Callable[[HttpRequest], HttpResponse]
current_request_id: contextvars.ContextVar[str] = contextvars.ContextVar("request_id", default="-")
LONGEST_URL = 4096


class RequestIdFilter(logging.Filter):
    """Put the request's id on every log line."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.request_id = current_request_id.get()
        return True


class RequestId:
    """Name each request (编号 E-3F2A…), for error pages, logs and the answer's header."""

    def __init__(self, get_response: Respond) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.id = f"E-{uuid.uuid4().hex[:8].upper()}"
        token = current_request_id.set(request.id)
        try:
            response = self.get_response(request)
        finally:
            current_request_id.reset(token)
        response["X-Request-Id"] = request.id
        return response


class PublicCache:
    """Answer an anonymous reader from memory for some seconds (公开页缓存); signed-in pages never come near it.

    Outermost but for the request's id, so a stored answer carries every header. A page that sets a cookie
    or says no-store or private is not kept.
    """

    VARIES = (
        "HTTP_HX_REQUEST",
        "HTTP_HX_BOOSTED",
        "HTTP_HX_HISTORY_RESTORE_REQUEST",
        "HTTP_ACCEPT",
        "HTTP_X_FORWARDED_PROTO",
    )
    COOKIES = frozenset({"view", "area", settings.LANGUAGE_COOKIE_NAME})  # what changes a page for an anonymous reader
    IGNORED = frozenset({"device"})

    def __init__(self, get_response: Respond) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        seconds = settings.PUBLIC_CACHE_SECONDS
        if not seconds or request.method != "GET" or set(request.COOKIES) - self.COOKIES - self.IGNORED:
            return self.get_response(request)
        key = self._key(request)
        kept = cache.get(key)
        if kept is None:
            response = self.get_response(request)
            if self._may_keep(response):
                cache.set(key, (response.content, response.status_code, list(response.items())), seconds)
            return response
        content, status, headers = kept
        return HttpResponse(content, status=status, headers=dict(headers))

    def _key(self, request: HttpRequest) -> str:
        meta = request.META
        parts = [meta.get("HTTP_HOST", ""), request.get_full_path(), *(meta.get(name, "") for name in self.VARIES)]
        parts += [request.COOKIES.get(name, "") for name in sorted(self.COOKIES)]
        return "page:" + hashlib.sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()

    def _may_keep(self, response: HttpResponse) -> bool:
        cache_control = response.get("Cache-Control", "")
        return (
            response.status_code == 200
            and not response.streaming
            and not response.cookies
            and "no-store" not in cache_control
            and "private" not in cache_control
        )


class ContentPolicy(CSPMiddleware):
    """django-csp, which spells a policy out for every answer; ours is the same wherever no view has its own."""

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        if any(name.startswith("_csp_") for name in vars(response)):
            return super().process_response(request, response)
        response.setdefault(HEADER, _policy())
        return response


@lru_cache
def _policy() -> str:
    return build_policy()


class CleanUrl:
    """Refuse what no link of ours holds: control characters (404), endless URLs (414), odd methods (405)."""

    METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})

    def __init__(self, get_response: Respond) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.method not in self.METHODS:
            return HttpResponse(status=405, headers={"Allow": "GET, HEAD, POST"})
        if len(request.get_full_path()) > LONGEST_URL:
            return render(request, "errors/404.html", status=414)
        if any(ord(c) < 32 or c == "\ufffd" for c in request.path):
            return render(request, "errors/404.html", status=404)
        try:
            if any("\x00" in v for key in request.GET for v in [key, *request.GET.getlist(key)]):
                return render(request, "errors/400.html", status=400)
            request.POST  # noqa: B018  a body that cannot be read is told apart here, once for all views
        except (RequestDataTooBig, TooManyFilesSent):
            return render(request, "errors/413.html", status=413)
        except (UnicodeDecodeError, MultiPartParserError, TooManyFieldsSent):
            return render(request, "errors/400.html", status=400)
        return self.get_response(request)


class ExtraHeaders:
    """The headers Django has no setting for; a signed-in page is never stored."""

    def __init__(self, get_response: Respond) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        response["Cross-Origin-Opener-Policy"] = settings.SECURE_CROSS_ORIGIN_OPENER_POLICY  # a library loosens it
        if not response.has_header("Cache-Control") and not request.path.startswith(settings.STATIC_URL):
            response["Cache-Control"] = self._how_long(request, response)
        return response

    def _how_long(self, request: HttpRequest, response: HttpResponse) -> str:
        user = getattr(request, "user", None)
        if user and user.is_authenticated:
            return "no-store"
        plain = request.method in {"GET", "HEAD"} and response.status_code == 200 and not response.cookies
        return "public, max-age=60" if plain else "no-cache"


class SessionAge:
    """End a session by its own clock: residents 14 days or 2 idle, on their own phone 90 days, people in office 8 hours
    or 30 minutes idle.

    It also tells the person of the request whether only a worker's word opened the session (社工帮我登录); an office
    ends such a session at once. One that began without an office has none of a later one's rights: those want a password
    and a second factor (登录第二步).
    """

    STARTED, SEEN = "started_at", "seen_at"

    def __init__(self, get_response: Respond) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated:
            now = timezone.now().timestamp()
            started = request.session.setdefault(self.STARTED, now)
            seen = request.session.get(self.SEEN, now)
            request.user.is_plain = PLAIN in request.session
            if self._is_over(request, now - started, now - seen) or not request.user.is_active:
                held_office = request.user.holds_office
                logout(request)
                response = self.get_response(request)
                return _to_their_own_door(response) if held_office else response
            request.user.is_vouched = VOUCHED in request.session
            if now - seen > 60 or self.SEEN not in request.session:
                request.session[self.SEEN] = now  # written at most once a minute
        return self.get_response(request)

    def _is_over(self, request: HttpRequest, age: float, idle: float) -> bool:
        """By the shorter limits of people in office, or else the resident's; offices are read only between the two."""
        if VOUCHED in request.session and request.user.held_appointments:
            return True
        if _within(settings.STAFF_SESSION_SECONDS, age, idle):
            return False
        own = request.session.get(OWN_PHONE, False)
        limits = settings.OWN_PHONE_SESSION_SECONDS if own else settings.RESIDENT_SESSION_SECONDS
        return request.user.holds_office or not _within(limits, age, idle)


def _to_their_own_door(response: HttpResponse) -> HttpResponse:
    """Send people in office to the staff's sign-in, where the page that asked would send them to the residents'."""
    door, asked, following = response.get("Location", "").partition("?")
    if door == resolve_url(settings.LOGIN_URL):
        response["Location"] = resolve_url("account_staff_login") + asked + following
    return response


def _within(limits: tuple[int, int], age: float, idle: float) -> bool:
    return age <= limits[0] and idle <= limits[1]
