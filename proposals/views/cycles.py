"""Doors to rounds (轮次): the list, and one round's rules and route in plain words (办法、日程)."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from civic.pages import page
from proposals import queries, rule_words


@require_safe
def cycle_list(request: HttpRequest) -> HttpResponse:
    """轮次: the open ones first."""
    return page(request, "proposals/cycles.html", rounds=queries.rounds())


@require_safe
def cycle(request: HttpRequest, pk: int) -> HttpResponse:
    """One round's rules (办法) and steps, with the version they stand at."""
    round = get_object_or_404(queries.rounds(), pk=pk)
    planned = queries.waiting_change(round)
    return page(
        request,
        "proposals/cycle.html",
        round=round,
        steps=rule_words.steps(round.route, round.terms),
        chapters=rule_words.chapters(round.terms),
        version=round.versions.order_by("-version").first(),
        planned=planned,
        planned_differences=rule_words.differences(round.terms, planned.terms, round.route, planned.route)
        if planned
        else [],
        changes=round.versions.order_by("-version")[:20],
    )
