"""Contractors for everybody (承接单位): what each does and did, without anybody's name; offices find their desk there."""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from civic.pages import page
from civic.permissions import allowed
from delivery.queries.suppliers import bundles_of, contracts_of, record_of, suppliers

A_PAGE = 50


@require_safe
def supplier_list(request: HttpRequest) -> HttpResponse:
    """Every unit that has or had a contract, by name; looked for by a part of it."""
    text = request.GET.get("q", "").strip()[:40]
    named = suppliers().filter(name__icontains=text) if text else suppliers()
    found = Paginator(named, A_PAGE).get_page(request.GET.get("page"))
    return page(request, "delivery/suppliers.html", tab="projects", found=found, text=text)


@require_safe
def supplier(request: HttpRequest, pk: int) -> HttpResponse:
    """One unit: its projects, how many in time, what had to be put right, money; a contract's shares side by side."""
    unit = get_object_or_404(suppliers(), pk=pk)
    found = Paginator(contracts_of(unit), A_PAGE).get_page(request.GET.get("page"))
    bundles = bundles_of(item.contract_id for item in found)
    return page(
        request,
        "delivery/supplier.html",
        tab="projects",
        unit=unit,
        told=record_of(unit),
        found=found,
        rows=[(item, bundles.get(item.contract_id, [])) for item in found],
        has_desk=allowed(request.user, "delivery.board"),
    )
