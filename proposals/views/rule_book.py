"""Doors to changing a round's rules (改规则): look at what changes in plain words, then let it hold from a day on."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from civic.models import Role
from civic.pages import page
from civic.permissions import require, scopes
from civic.rules import RuleBroken
from proposals import queries, round_rules, rule_words
from proposals.forms.rule_book import RulesForm
from proposals.models import Round, RuleChange
from proposals.services import rule_changes


@login_required
@require_safe
def listed(request: HttpRequest) -> HttpResponse:
    """The rounds of one's place, with the version each stands at and what waits."""
    require(request.user, "proposals.rule")
    return page(
        request, "proposals/rules.html", rounds=queries.rounds_to_rule(scopes(request.user, Role.DISTRICT_OFFICE))
    )


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def change(request: HttpRequest, pk: int) -> HttpResponse:
    """The rules as a form; posted, what would change, and posted again with ``step=keep``, decided."""
    round = get_object_or_404(Round.objects.select_related("area"), pk=pk)
    require(request.user, "proposals.rule", round.area)
    form, status = RulesForm(request.POST if request.method == "POST" else None, round=round), 200
    if form.is_valid() and request.POST.get("step") == "keep":
        try:
            waits = rule_changes.decide(round, by=request.user, **form.decided)
        except RuleBroken as broken:
            form.add_error(broken.field or None, broken.message)
            status = 409
        else:
            said = _("已定好，到那天自动生效") if waits else _("新规则从现在起生效")
            messages.success(request, said)
            return redirect("proposals:cycle", pk)
    if form.is_bound and form.is_valid() and request.POST.get("step") != "mend":
        return _preview(request, round, form)
    waiting = queries.waiting_change(round)
    return page(request, "proposals/rules_form.html", status=status, form=form, round=round, waiting=waiting)


@login_required
@require_POST
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Take back a change that waits (撤回)."""
    planned = get_object_or_404(RuleChange.objects.select_related("round__area"), pk=pk)
    require(request.user, "proposals.rule", planned.round.area)
    try:
        rule_changes.withdraw(planned, by=request.user)
    except RuleBroken as broken:
        messages.error(request, broken.message)
    else:
        messages.success(request, _("已撤回，规则照旧"))
    return redirect("proposals:rules_change", planned.round_id)


def _preview(request: HttpRequest, round: Round, form: RulesForm) -> HttpResponse:
    given = form.cleaned_data
    found = rule_words.differences(round.terms, round_rules.read(given["rules"]), round.route, given["route"])
    return page(request, "proposals/rules_preview.html", form=form, round=round, differences=found, given=given)
