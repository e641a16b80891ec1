"""What-if copies (测算): how the pool might be spent, tried without counting, compared, and submitted whole."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from civic.models import Role
from civic.pages import page
from civic.permissions import allowed, require, scopes
from delivery import queries
from delivery.forms.whatif import LinesForm, NewForm, SubmitForm
from delivery.models import Pool, WhatIf, WhatIfLine
from delivery.permissions import SEES_MONEY
from delivery.queries.requests import Ask
from delivery.queries.whatifs import compared, lines_of_whatif, whatifs_of, whatifs_seen
from delivery.rules import whatifs as rules
from delivery.views.desks import act, door, made, window
from proposals.models import Project

A_PAGE = 50


@door
def new(request: HttpRequest) -> HttpResponse:
    """做一份测算: of the requests as they stand (?pool=), or a copy of another (?of=)."""
    require(request.user, "delivery.make_whatif")
    pools = queries.pools_within(scopes(request.user, SEES_MONEY))
    of = whatifs_seen(request.user).filter(pk=_key(request, "of")).first()
    pool = of.pool if of else get_object_or_404(pools, pk=_key(request, "pool"))
    form = made(NewForm, request, asks=_mine(request, pool), of=of)
    if form.is_bound and form.attempt(pool, by=request.user):
        return redirect("delivery:whatif", pk=form.made.pk)
    return page(
        request,
        "delivery/act.html",
        status=409 if form.refused else 200,
        form=form,
        title=_("做一份测算"),
        lead=_("测算不作数，提交以前不影响资金池和公开的数字。"),
        button=_("开始测算"),
        back_url=f"{reverse('delivery:budget')}?pool={pool.pk}",
    )


def _mine(request: HttpRequest, pool: Pool) -> list[Ask]:
    """The pool's requests in the places where one handles them."""
    mine = queries.within(scopes(request.user, Role.TOWN_HANDLER))
    asks = queries.table(pool).asks
    keys = set(Project.objects.filter(mine, pk__in=[ask.pk for ask in asks]).values_list("pk", flat=True))
    return [ask for ask in asks if ask.pk in keys]


def _key(request: HttpRequest, name: str) -> int | None:
    value = request.GET.get(name, "")
    return int(value) if value.isdecimal() and len(value) < 10 else None


def _find(request: HttpRequest, pk: int) -> WhatIf:
    return get_object_or_404(whatifs_seen(request.user), pk=pk)


@door
def whatif(request: HttpRequest, pk: int) -> HttpResponse:
    """一份测算: its lines to take in or leave out, to change and to split; what it comes to beside them."""
    found = _find(request, pk)
    if request.method == "POST":
        require(request.user, "delivery.change_whatif", found)
    lines = list(lines_of_whatif(found))
    shown = Paginator(lines, A_PAGE).get_page(request.GET.get("page"))
    form = made(LinesForm, request, lines=list(shown), version=found.version)
    if form.is_bound and form.attempt(found, by=request.user):
        messages.success(request, _("测算已存"))
        return redirect(request.get_full_path())
    if form.refused:
        form.renew(found.version)
    return page(
        request,
        "delivery/whatif.html",
        status=409 if form.refused else 200,
        form=form,
        found=shown,
        may_change=found.submitted_at is None and allowed(request.user, "delivery.change_whatif", found),
        may_copy=allowed(request.user, "delivery.make_whatif"),
        others=whatifs_of(found.pool).exclude(pk=found.pk)[:20],
        **_told(found, lines),
    )


def _told(whatif: WhatIf, lines: list[WhatIfLine]) -> dict[str, Any]:
    """What a copy comes to; one that was submitted is measured against nothing any more."""
    available, waiting = queries.available_in(whatif.pool), queries.proposed_yuan(whatif.pool)
    found = rules.spread(lines, available)
    return {"whatif": whatif, "spread": found, "waiting": waiting, "proposed": waiting + found.this_year_yuan}


@door
def spread(request: HttpRequest, pk: int) -> HttpResponse:
    """What the lines come to as they are typed, for htmx; nothing is kept."""
    found = _find(request, pk)
    require(request.user, "delivery.change_whatif", found)
    lines = list(lines_of_whatif(found))
    shown = list(Paginator(lines, A_PAGE).get_page(request.GET.get("page")))
    form = made(LinesForm, request, lines=shown, version=found.version)
    if form.is_bound and form.is_valid():
        form.typed()
    return page(request, "delivery/_spread.html", wrong=form.is_bound and not form.is_valid(), **_told(found, lines))


@window
def compare(request: HttpRequest, pk: int) -> HttpResponse:
    """两份对比: side by side, project by project."""
    first = _find(request, pk)
    second = get_object_or_404(whatifs_seen(request.user).filter(pool=first.pool_id), pk=_key(request, "with"))
    sides = [list(lines_of_whatif(each)) for each in (first, second)]
    available = queries.available_in(first.pool)
    return page(
        request,
        "delivery/whatif_compare.html",
        first=first,
        second=second,
        rows=compared(*sides),
        sides=[(each, rules.spread(side, available)) for each, side in zip((first, second), sides, strict=True)],
    )


@door
def submit(request: HttpRequest, pk: int) -> HttpResponse:
    """提交测算: all its requests go to the second person at once."""
    found = _find(request, pk)
    require(request.user, "delivery.change_whatif", found)
    told = _told(found, list(lines_of_whatif(found)))
    return act(
        request,
        made(SubmitForm, request),
        found,
        done=_("已提交，等另一位同事审批"),
        to=reverse("delivery:whatif", args=[pk]),
        title=_("提交测算：%(name)s") % {"name": found.name},
        lead=_("%(count)s项一起提交给另一位同事审批。一项不合规定，就一项都不提交。")
        % {"count": told["spread"].projects},
        button=_("提交给另一位同事审批"),
    )
