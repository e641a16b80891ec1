"""What the doors here share: finding a project, one page with one form."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_http_methods, require_safe

from civic.pages import page
from delivery import queries
from delivery.forms.acts import DeskForm
from delivery.models import Work
from proposals.models import Project
from proposals.queries import visible_to

View = Callable[..., HttpResponse]


def door(view: View) -> View:
    """For people signed in, to look and to act."""
    return login_required(require_http_methods(["GET", "HEAD", "POST"])(view))


def window(view: View) -> View:
    """For people signed in, to look only."""
    return login_required(require_safe(view))


def find(request: HttpRequest, code: str) -> Project:
    """The project of the address, or 404 for one this person may not see."""
    return get_object_or_404(visible_to(request.user), code=code)


def find_work(project: Project) -> Work:
    """A project's work with what its pages show, or 404 before there is a contract."""
    work = queries.works_of(project)
    if work is None:
        return get_object_or_404(Work, project=project)
    return work


def made(kind: type[DeskForm], request: HttpRequest, *, version: int | None = None, **more: Any) -> Any:
    """The form of an act: bound when something was sent. ``initial`` may be given in ``more``."""
    initial = {"version": version} | more.pop("initial", {})
    if request.method != "POST":
        return kind(by=request.user, initial=initial, **more)
    return kind(request.POST, request.FILES, by=request.user, initial=initial, **more)


def act(
    request: HttpRequest,
    form: DeskForm,
    on: Any,
    *,
    done: Any,
    to: str | Any,
    back: str | Any = None,
    template: str = "delivery/act.html",
    **context: Any,
) -> HttpResponse:
    """A page with one act: shown, mended (422), refused (409), or done and on to the next page; ``back``: where else from it."""
    if form.is_bound and form.attempt(on, by=request.user):
        messages.success(request, done)
        return redirect(to)
    if form.refused and form.initial.get("version"):
        form.renew(form.initial["version"])
    return page(
        request, template, status=409 if form.refused else 200, form=form, back_url=_address(back or to), **context
    )


def _address(to: Any) -> str:
    return to if isinstance(to, str) else to.get_absolute_url()
