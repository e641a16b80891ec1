"""Doors to carrying a pool's rest over to the next year (结转): two people of the district office."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _

from civic.models import Role
from civic.permissions import require, scopes
from delivery import queries
from delivery.forms.carrying import CarryForm, ConfirmCarryForm, RefuseCarryForm
from delivery.models import CarryOver, Pool
from delivery.rules.money import in_words
from delivery.views.desks import act, door, made


@door
def carry(request: HttpRequest, pk: int) -> HttpResponse:
    """提请结转: of one pool; the page says how much at most."""
    require(request.user, "delivery.carry")
    mine = queries.within(scopes(request.user, Role.DISTRICT_OFFICE))
    pool = get_object_or_404(Pool.objects.filter(mine).select_related("area", "round"), pk=pk)
    most, targets = queries.most_to_carry(pool), queries.next_pools(pool)
    lead = _("%(pool)s最多能结转%(most)s。另一位同事确认以后才转，两边的账上都公开写明。") % {
        "pool": pool,
        "most": in_words(most),
    }
    return act(
        request,
        made(CarryForm, request, targets=targets, version=pool.version, initial={"amount_yuan": most or None}),
        pool,
        done=_("已提请，等另一位同事确认"),
        to=_budget(pool),
        title=_("结转到下年"),
        lead=lead if targets else _("下一年同类的资金池还没有定，先定下一年的总额再结转。"),
        button=_("提请结转"),
    )


def _budget(pool: Pool) -> str:
    return f"{reverse('delivery:budget')}?pool={pool.pk}"


def _found(request: HttpRequest, pk: int) -> CarryOver:
    require(request.user, "delivery.carry")
    found = get_object_or_404(queries.carries_seen(request.user), pk=pk)
    require(request.user, "delivery.settle_carry", found)
    return found


@door
def confirm(request: HttpRequest, pk: int) -> HttpResponse:
    """确认结转: the second person, before a page that names what follows."""
    found = _found(request, pk)
    return act(
        request,
        made(ConfirmCarryForm, request),
        found,
        template="delivery/carry_confirm.html",
        done=_("已结转"),
        to=_budget(found.source),
        carry=found,
    )


@door
def refuse(request: HttpRequest, pk: int) -> HttpResponse:
    """退回结转."""
    found = _found(request, pk)
    return act(
        request,
        made(RefuseCarryForm, request),
        found,
        done=_("已退回"),
        to=_budget(found.source),
        title=_("退回结转"),
        button=_("退回，公开理由"),
    )
