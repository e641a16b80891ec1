"""How every view answers: a page, or its part when HTMX asks for one; and what the shell needs to know."""

from collections.abc import Callable, Iterable
from functools import partial
from typing import Any, NamedTuple

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_vary_headers
from django.utils.functional import SimpleLazyObject

from civic.language import page_language
from civic.models import Area, ViewSize
from civic.permissions import User, allowed
from civic.queue import Lines


class Act(NamedTuple):
    """Something this person may do now with a project: the button's words and where it leads."""

    label: str
    url: str


class Todo(NamedTuple):
    """A queue of the desk (待办): what waits for this person, how many, how many overdue, and where."""

    label: str
    count: int
    url: str
    overdue: int = 0
    items: tuple[Lines, ...] = ()  # read by the desk's own page alone


class Todos(list[Todo]):
    """Every queue of one person, and what waits in all of them together."""

    @property
    def waiting(self) -> int:
        return sum(todo.count for todo in self)

    @property
    def overdue(self) -> int:
        return sum(todo.overdue for todo in self)


Queues = Callable[[Any], list[Todo]]
DESK: list[Queues] = []
Offer = Callable[[HttpRequest, Any], str]
AFTER_ACT: list[Offer] = []
VIEW_MODE_COOKIE = "view"
VIEW_MODES = {size.value: size.value for size in (ViewSize.ELDER, ViewSize.ELDER_XL)}
YEAR_SECONDS = 365 * 24 * 3600


def on_desk(waiting_for: Queues) -> Queues:
    """Show an app's queues beside every desk page, of any app. At most three queries each.

    The settings name the upper apps first, so they come last: the desk reads in the order of a project's life.
    """
    DESK.insert(0, waiting_for)
    return waiting_for


def todos(user: User) -> Todos:
    """Every queue this person works on (待办), empty ones too; none and no query for who holds no office."""
    return Todos(todo for waiting_for in (DESK if allowed(user, "civic.desk") else []) for todo in waiting_for(user))


def after_act(offer: Offer) -> Offer:
    """Offer something of an upper app right after an act on a project (办完事再问): HTML for ``{% after_act %}``, or ""."""
    AFTER_ACT.append(offer)
    return offer


def page(request: HttpRequest, template: str, *, part: str = "", status: int = 200, **context: Any) -> HttpResponse:
    """Render a page; a plain HTMX request gets ``part`` alone. A bound form with errors makes it a 422."""
    if status == 200:
        status = form_status(context.values())
    htmx = getattr(request, "htmx", None)
    wants_part = bool(part and htmx and not htmx.boosted and not htmx.history_restore_request)
    response = render(request, part if wants_part else template, context, status=status)
    patch_vary_headers(response, ["HX-Request"])
    return response


def form_status(values: Iterable[Any]) -> int:
    """200, or 422 where a bound form has errors; 413 and 415 where a file was the reason."""
    broken = [v for v in values if isinstance(v, BaseForm) and v.is_bound and not v.is_valid()]
    codes = {e.code for form in broken for errors in form.errors.values() for e in errors.as_data()}
    return 200 if not broken else 413 if "file_too_big" in codes else 415 if "file_type" in codes else 422


def shell(request: HttpRequest) -> dict[str, Any]:
    """What base.html shows on every page, and desk.html beside it; no query for an anonymous reader."""
    user = getattr(request, "user", AnonymousUser())
    return {
        "site_name": settings.SITE_NAME,
        "page_language": page_language(),
        "help_phone": settings.HELP_PHONE,
        "demo": settings.DEMO,
        "may_mail": bool(settings.MAIL_SENDER),
        "view_mode": view_mode(request),
        "request_id": getattr(request, "id", ""),
        "has_desk": allowed(user, "civic.desk"),
        "idle_seconds": settings.STAFF_SESSION_SECONDS[1],
        "todos": SimpleLazyObject(partial(todos, user)),  # only a desk page looks, and only then is counted
    }


def view_mode(request: HttpRequest) -> str:
    """How large this device wants it (长辈版); empty for the standard."""
    return VIEW_MODES.get(request.COOKIES.get(VIEW_MODE_COOKIE, ""), "")


def keep_view(response: HttpResponse, size: str) -> None:
    """Let this device keep a size (长辈版) for a year."""
    age = {"max_age": YEAR_SECONDS, "samesite": "Lax", "secure": settings.HTTPS}
    response.set_cookie(VIEW_MODE_COOKIE, VIEW_MODES.get(size, ""), **age)


def as_she_reads(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """After signing in on a device where no size was chosen, the size that the person chose elsewhere."""
    size = getattr(request.user, "view_size", "")
    if size and VIEW_MODE_COOKIE not in request.COOKIES:
        keep_view(response, size)
    return response


def chosen_area(request: HttpRequest) -> str:
    """The code of the place this visitor looks at (村居名 ▾): ?area=, else the cookie, else the district."""
    for code in (request.GET.get("area", ""), request.COOKIES.get("area", "")):
        if code.isascii() and code.isdigit() and len(code) == 12 and Area.objects.filter(pk=code).exists():
            return code
    return settings.HOME_AREA
