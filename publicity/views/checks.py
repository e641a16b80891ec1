"""Doors of the random spot check (随机抽查): draw, look at the list, write down what was seen."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from civic.pages import page
from civic.permissions import require, scopes
from civic.rules import RuleBroken
from proposals.models import CheckedProject, SpotCheck
from proposals.permissions import INSPECTORS
from proposals.services import checks as checking
from publicity.forms import DrawForm, FindingForm
from publicity.queries import checks as queries

A_PAGE = 20


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def listed(request: HttpRequest) -> HttpResponse:
    """The draws, the newest first; and drawing anew."""
    require(request.user, "proposals.inspect")
    places = queries.places_of(request.user)
    form, status = DrawForm(request.POST if request.method == "POST" else None, places=places), 200
    if form.is_valid():
        given = form.cleaned_data
        area = next(place for place in places if place.code == given["area"])
        try:
            check = checking.draw(area, among=given["among"], size=given["size"], by=request.user)
        except RuleBroken as broken:
            form.add_error(broken.field or None, broken.message)
            status = 409
        else:
            messages.success(request, _("抽了%(size)s项") % {"size": check.size})
            return redirect("publicity:check", check.pk)
    found = Paginator(queries.draws(scopes(request.user, INSPECTORS)), A_PAGE).get_page(request.GET.get("page"))
    return page(request, "publicity/checks.html", status=status, form=form, found=found)


@login_required
@require_safe
def check(request: HttpRequest, pk: int) -> HttpResponse:
    """One draw: the projects in the order drawn, what was found, and how to draw the same again."""
    drawn = get_object_or_404(SpotCheck.objects.select_related("area", "drawn_by"), pk=pk)
    require(request.user, "proposals.inspect", drawn.area)
    return page(request, "publicity/check.html", check=drawn, items=queries.items_of(drawn))


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def find(request: HttpRequest, pk: int, order: int) -> HttpResponse:
    """Write down what was seen of one project (登记结果)."""
    found = CheckedProject.objects.select_related("check_of__area", "project__area", "checked_by")
    item = get_object_or_404(found, check_of=pk, order=order)
    require(request.user, "proposals.inspect", item.check_of.area)
    form, status = FindingForm(request.POST or None, request.FILES or None, by=request.user), 200
    if form.is_valid():
        try:
            checking.find(item, by=request.user, **form.cleaned_data)
        except RuleBroken as broken:
            form.add_error(broken.field or None, broken.message)
            status = 409
        else:
            messages.success(request, _("已登记，公开在项目页上"))
            return redirect("publicity:check", pk)
    return page(request, "publicity/check_find.html", status=status, form=form, item=item, check=item.check_of)
