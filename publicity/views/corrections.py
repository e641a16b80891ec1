"""The door to corrections (更正): from a line of the record to the new event that puts its words right."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from civic.models.record import Kind
from civic.pages import page
from civic.permissions import allowed, require
from civic.rules import RuleBroken
from proposals.models import Project
from proposals.queries import visible_to
from publicity.forms import CorrectionForm
from publicity.queries import record
from publicity.services import corrections


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def correct(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """更正这条记录: what is right, what was recorded, and why."""
    project = get_object_or_404(visible_to(request.user).select_related("area", "round"), code=code)
    event = get_object_or_404(record.events_of(project.code or ""), pk=pk)
    require(request.user, "civic.correct", event)
    told = record.told([event])[0]
    form = CorrectionForm(request.POST if request.method == "POST" else None)
    problem = ""
    if form.is_valid():
        try:
            made = corrections.correct(project, event, by=request.user, **form.cleaned_data)
        except RuleBroken as broken:
            problem = "" if broken.field else broken.message
            form.add_error(broken.field or None, broken.message)
        else:
            messages.success(request, _("已更正。原来的记录还在，两条互相连着"))
            return redirect(f"{project.get_absolute_url()}#e{made.pk}")
    return page(
        request,
        "publicity/correct.html",
        status=409 if problem else 200,
        form=form,
        project=project,
        event=told,
        is_of_money=event.kind == Kind.MONEY,
        works_url=_works_url(request, project),
        corrected_url=f"{project.get_absolute_url()}{told.corrected_url}" if told.corrected_url else "",
    )


def _works_url(request: HttpRequest, project: Project) -> str:
    """Where sums are changed, for whoever may."""
    return reverse("delivery:work", args=[project.code]) if allowed(request.user, "delivery.manage", project) else ""
