"""A wish of one's own, kept by one press (关注、到时提醒): a stranger presses first, proves the phone, and has it at once;
taken back, it can be undone for a minute."""

from collections.abc import Callable
from typing import Any, NamedTuple

from django.contrib.auth.views import redirect_to_login
from django.core.signing import BadSignature, TimestampSigner
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from civic.models import Person
from civic.permissions import require

UNDO_SECONDS = 60
WANTED_KEY = "follow_when_signed_in"
undo = TimestampSigner(salt="publicity.follows.undo")


class Wish(NamedTuple):
    """What is wished: ``key`` names it in the session and in the link that undoes, ``url`` is its page."""

    key: str
    name: str
    url: str
    permission: str
    on: Any
    keep: Callable[[Person], Any]
    leave: Callable[[Person], Any]


def answered(request: HttpRequest, wish: Wish) -> HttpResponse | None:
    """Do what was pressed, or what a stranger pressed before signing in; None where the page is only to be shown."""
    user = request.user
    if request.method != "POST":
        if not user.is_authenticated or request.session.pop(WANTED_KEY, "") != wish.key:
            return None
        wish.keep(user)
        return redirect(f"{wish.url}?just=1")
    if not user.is_authenticated:
        request.session[WANTED_KEY] = wish.key
        return redirect_to_login(request.path)
    require(user, wish.permission, wish.on)
    if request.POST.get("act") == "stop":
        wish.leave(user)
        return redirect(undoable(wish.url, wish.key))
    wish.keep(user)
    return redirect(f"{wish.url}?just=1")


def undoable(path: str, key: str) -> str:
    """The page that offers for a minute to take it back."""
    return f"{path}?left={undo.sign(key)}"


def left(request: HttpRequest) -> str:
    """What was left within the last minute, which can be undone; empty after that."""
    try:
        return undo.unsign(request.GET.get("left", ""), max_age=UNDO_SECONDS)
    except BadSignature:
        return ""
