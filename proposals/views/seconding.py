"""Doors to seconding (附议): plain buttons on the project page."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from civic import family, limits, undo
from civic.pages import page
from civic.permissions import require
from civic.rules import RuleBroken
from proposals import queries
from proposals.forms.seconding import FamilyForm
from proposals.services import seconding


@require_POST
def second(request: HttpRequest, code: str) -> HttpResponse:
    """附议; of a merged project the page offers the one it was merged into."""
    project = get_object_or_404(queries.visible_to(request.user), code=code)
    if not request.user.is_authenticated:
        return redirect_to_login(project.get_absolute_url())
    require(request.user, "proposals.second", project)
    draft = _draft(request)
    limits.flag(request)
    try:
        seconding.second(project, by=request.user, instead_of=draft)
    except RuleBroken as broken:
        target = queries.merge_target(project)
        if target is None:
            raise
        return page(
            request, "proposals/second_merged.html", status=409, project=project, target=target, message=broken.message
        )
    words = _("已附议。附议不是投票，只告诉大家有多少人也想办。")
    if draft:
        messages.success(request, words)  # the draft is gone and does not come back
    else:
        undo.told(request, words, undo.Undo(reverse("proposals:unsecond", args=[project.code])))
    return redirect(f"{project.get_absolute_url()}?just=1")


@require_POST
def unsecond(request: HttpRequest, code: str) -> HttpResponse:
    """取消附议."""
    project = get_object_or_404(queries.visible_to(request.user), code=code)
    if not request.user.is_authenticated:
        return redirect_to_login(project.get_absolute_url())
    require(request.user, "proposals.second", project)
    seconding.unsecond(project, by=request.user)
    undo.told(request, _("已取消附议。"), undo.Undo(reverse("proposals:second", args=[project.code])))
    return redirect(project)


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def for_family(request: HttpRequest, code: str) -> HttpResponse:
    """替家里人附议: for whom, each with what stands; pressed again it is taken back."""
    project = get_object_or_404(queries.visible_to(request.user), code=code)
    require(request.user, "civic.help_family")
    helped = [pair.helped for pair in family.helped_by(request.user)]
    form = FamilyForm(request.POST if request.method == "POST" else None, helped=helped, project=project)
    status = 200
    if form.is_valid():
        try:
            messages.success(request, form.act(by=request.user))
            return redirect("proposals:second_family", project.code)
        except RuleBroken as broken:
            form.add_error(None, broken.message)
            status = 409
    rows = queries.seconded_of_family(project, request.user, helped)
    return page(request, "proposals/second_family.html", status=status, project=project, form=form, rows=rows)


def _draft(request: HttpRequest) -> UUID | None:
    """The draft of the same thing, where somebody seconds instead of proposing again."""
    try:
        return UUID(request.POST.get("draft", ""))
    except ValueError:
        return None
