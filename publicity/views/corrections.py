"""The door to corrections (更正): from a line of the record to the new event that puts its words right."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from civic.forms import CorrectionForm
from civic.models.record import Kind
from civic.pages import page
from civic.permissions import allowed, require
from civic.rules import RuleBroken
from proposals.models import Project
from proposals.queries import visible_to
from publicity.queries import record
from publicity.services import corrections
from wishes import queries as board
from wishes.models import Demand

methods = require_http_methods(["GET", "HEAD", "POST"])


@login_required
@methods
def correct(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """更正这条记录 of a project."""
    project = get_object_or_404(visible_to(request.user).select_related("area", "round"), code=code)
    return _correct(request, project, code, pk, title=project.title, works_url=_works_url(request, project))


@login_required
@methods
def correct_matter(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    """更正这条记录 of a matter on the board (民声黑板)."""
    demand = get_object_or_404(board.public(), number=number)
    return _correct(request, demand, number, pk, title=demand.what)


def _correct(request: HttpRequest, on: Project | Demand, code: str, pk: int, **told_of: str) -> HttpResponse:
    """What is right, what was recorded, and why."""
    event = get_object_or_404(record.events_of(code), pk=pk)
    require(request.user, "civic.correct", event)
    told, url = record.told([event])[0], on.get_absolute_url()
    form = CorrectionForm(request.POST if request.method == "POST" else None)
    problem = ""
    if form.is_valid():
        try:
            made = corrections.correct(on, event, by=request.user, **form.cleaned_data)
        except RuleBroken as broken:
            problem = "" if broken.field else broken.message
            form.add_error(broken.field or None, broken.message)
        else:
            messages.success(request, _("已更正。原来的记录还在，两条互相连着"))
            return redirect(f"{url}#e{made.pk}")
    return page(
        request,
        "publicity/correct.html",
        status=409 if problem else 200,
        form=form,
        code=code,
        back_url=f"{url}#e{pk}",
        event=told,
        is_of_money=event.kind == Kind.MONEY,
        corrected_url=f"{url}{told.corrected_url}" if told.corrected_url else "",
        **told_of,
    )


def _works_url(request: HttpRequest, project: Project) -> str:
    """Where sums are changed, for whoever may."""
    return reverse("delivery:work", args=[project.code]) if allowed(request.user, "delivery.manage", project) else ""
