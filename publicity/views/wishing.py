"""A wish of one's own, kept by one press (关注、到时提醒): a stranger presses first, proves the phone, and has it at once;
taken back, it can be had again for a minute (撤销)."""

from collections.abc import Callable
from typing import Any, NamedTuple

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from civic import undo
from civic.models import Person
from civic.permissions import require

WANTED_KEY = "follow_when_signed_in"


class Wish(NamedTuple):
    """What is wished: ``key`` names it in the session and in forms, ``farewell`` says that it is left, ``url`` is its page."""

    key: str
    farewell: str
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
        undo.told(request, wish.farewell, undo.Undo(wish.url))
        return redirect(wish.url)
    wish.keep(user)
    return redirect(f"{wish.url}?just=1")
