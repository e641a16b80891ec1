"""Doors to proposals written down at a resident's door (上门代录), also without a network: the phone keeps them sealed."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import cache_control, never_cache
from django.views.decorators.http import require_http_methods, require_safe

from civic.devices import seal_of
from civic.limits import TooOften
from civic.pages import page
from civic.permissions import require
from civic.rules import RuleBroken
from proposals import queries
from proposals.forms.door import DoorForm
from proposals.models import Project

SHELL_SECONDS = 3600
JSON = "application/json"


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def door(request: HttpRequest) -> HttpResponse:
    """上门代录; a phone that kept some sends each by itself and reads the answer as JSON."""
    require(request.user, "proposals.propose_for")
    villages = queries.entered_for(request.user)
    sent = (request.POST, request.FILES) if request.method == "POST" else ()
    form = DoorForm(*sent, villages=villages, by=request.user)
    as_json, status = JSON in request.headers.get("Accept", ""), 200
    if form.is_bound:
        project, status = _entered(request, form)
        if project is not None and as_json:
            return JsonResponse({"key": str(form.cleaned_data["key"]), "code": project.code})
        if project is not None:
            messages.success(request, _("已代录，编号%(code)s") % {"code": project.code})
            return redirect("proposals:door")
        if as_json:
            return JsonResponse({"detail": form.faults} | _stands(request, form), status=status)
    return page(
        request,
        "proposals/door.html",
        part="proposals/_door_rows.html",
        status=status,
        form=form,
        entered=queries.entered_today(request.user)[:50],
        account=request.user.pk,
        seal=seal_of(request.user, "proposals.door"),
    )


@cache_control(public=True, max_age=SHELL_SECONDS)
@require_safe
def without_network(request: HttpRequest) -> HttpResponse:
    """What a worker's phone shows instead without a network: the empty fields. It names nobody."""
    return page(request, "proposals/door_offline.html", form=DoorForm(villages=[]))


def _stands(request: HttpRequest, form: DoorForm) -> dict[str, Any]:
    """What this worker filed under the same key in other words or with other photos, to be shown beside."""
    filed = queries.entered_under(request.user, form.cleaned_data.get("key"))
    if filed is None or not form.has_error(NON_FIELD_ERRORS, "key_reused"):
        return {}
    photos = filed.photos.count()
    pictured = ngettext("%(count)d张照片", "%(count)d张照片", photos) % {"count": photos} if photos else ""
    names = ("code", "title", "place_text", "need")
    return {"stands": {name: getattr(filed, name) for name in names} | {"pictured": pictured}}


def _entered(request: HttpRequest, form: DoorForm) -> tuple[Project | None, int]:
    """The project, or why there is none and how that is answered."""
    if not form.is_valid():
        return None, 422
    require(request.user, "proposals.propose_for", form.cleaned_data["area"])
    try:
        return form.enter(request.user), 200
    except RuleBroken as broken:
        field = "resident_phone" if broken.field == "phone" else broken.field
        form.add_error(field if field in form.fields else None, ValidationError(broken.message, code=broken.code))
        return None, 409
    except TooOften:
        form.add_error(None, _("今天代录的已经到上限，明天再传。写的都还在"))
        return None, 429
