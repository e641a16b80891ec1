"""Doors to surveys (问需): beginning one, its papers and totals, and the empty paper to print."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from civic.pages import page
from civic.permissions import require
from civic.rules import RuleBroken
from wishes import survey_queries as queries
from wishes.forms.surveys import ROWS, BeginForm, grid
from wishes.services import surveys as services
from wishes.visit_queries import places

A_PAGE = 50


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def surveys(request: HttpRequest) -> HttpResponse:
    """The surveys of one's villages, and beginning one."""
    require(request.user, "wishes.surveys")
    rounds = queries.rounds()
    offered = "\n".join(rounds[0].terms.categories) if rounds else ""
    posted = request.POST if request.method == "POST" else None
    form = BeginForm(posted, villages=places(request.user), rounds=rounds, initial={"needs": offered})
    if form.is_valid() and (survey := form.begin(request.user)):
        messages.success(request, _("已开问需。先印空白表，收回来再录"))
        return redirect(survey)
    found = Paginator(queries.visible_to(request.user), A_PAGE).get_page(request.GET.get("page"))
    return page(request, "wishes/surveys.html", form=form, found=found, has_rounds=bool(rounds))


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def survey(request: HttpRequest, pk: int) -> HttpResponse:
    """One survey: its papers go in a row each, its totals stand beside."""
    found = get_object_or_404(queries.visible_to(request.user), pk=pk)
    size = next((size for size in ROWS if str(size) == request.GET.get("rows")), ROWS[1])
    rows = grid(request.POST if request.method == "POST" else None, rows=size, survey=found)
    entered = rows.enter(request.user) if rows.is_bound else 0
    if entered and all(form.kept or not form.has_changed() for form in rows):
        messages.success(request, ngettext("已录%(count)d张", "已录%(count)d张", entered) % {"count": entered})
        return redirect(f"{found.get_absolute_url()}?rows={size}")
    return page(
        request,
        "wishes/survey.html",
        status=422 if rows.is_bound else 200,
        survey=found,
        summary=queries.summary(found),
        needs=found.needs.all(),
        grid=rows,
        entered=entered,
        sizes=ROWS,
        size=size,
    )


@login_required
@require_POST
def publish(request: HttpRequest, pk: int) -> HttpResponse:
    """公开汇总."""
    found = get_object_or_404(queries.visible_to(request.user), pk=pk)
    try:
        services.publish(found, by=request.user)
        messages.success(request, _("汇总已公开，村居的页面上看得到"))
    except RuleBroken as broken:
        messages.error(request, broken.message)
    return redirect(found)


@never_cache
@login_required
@require_safe
def blank(request: HttpRequest, pk: int) -> HttpResponse:
    """The empty paper (空白问需表) on A4."""
    found = get_object_or_404(queries.visible_to(request.user), pk=pk)
    return page(request, "wishes/survey_blank.html", survey=found, needs=found.needs.all())
