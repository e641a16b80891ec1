"""Doors to merging (合并): what waits for a second person, two proposals side by side, confirming and undoing."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import BadRequest, PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from civic.moments import now
from civic.pages import page
from civic.permissions import allowed, require
from proposals import queries
from proposals.forms.acts import ActForm
from proposals.forms.intake import ConfirmForm, MergeForm, RefuseForm, UndoForm
from proposals.models import Merge, MergeState, Project
from proposals.views import desks

ACTS: dict[str, tuple[type[ActForm], Any]] = {  # form, said when done
    "confirm": (ConfirmForm, gettext_lazy("已合并。两个页面都保留，附议都还在")),
    "refuse": (RefuseForm, gettext_lazy("已记下不合并，各自接着办")),
    "undo": (UndoForm, gettext_lazy("已撤销合并，各自接着办")),
}
get_or_post = require_http_methods(["GET", "HEAD", "POST"])


@login_required
@get_or_post
def merge(request: HttpRequest) -> HttpResponse:
    """合并台; with ``?source=&target=`` the two side by side and the reason."""
    require(request.user, "proposals.intake")
    source, target = _named(request, "source"), _named(request, "target")
    if source and target:
        return _compare(request, source, target)
    if request.method == "POST":
        raise BadRequest("source and target")
    return page(
        request,
        "proposals/merge.html",
        source=source,
        alike=desks.alike(source) if source else [],
        not_found=[name for name in ("source", "target") if request.GET.get(name) and not _named(request, name)],
        waiting=queries.merges_to_confirm(request.user),
        done=queries.merges(request.user).filter(state__in=[MergeState.DONE, MergeState.PROPOSED])[:20],
        now=now(),
    )


@login_required
@get_or_post
def merge_case(request: HttpRequest, pk: int) -> HttpResponse:
    """One merge: the second person confirms or refuses it; within its days it is undone here."""
    case = get_object_or_404(
        Merge.objects.select_related("source__area", "source__round", "target__area", "target__round"), pk=pk
    )
    _require_part(request, case)
    act = request.POST.get("act", "") if request.method == "POST" else ""
    if request.method == "POST" and act not in ACTS:
        raise BadRequest("act")
    forms = {name: kind(request.POST if name == act else None, prefix=name) for name, (kind, _done) in ACTS.items()}
    if act:
        require(request.user, "proposals.screen" if act == "undo" else "proposals.confirm_merge", case.source)
        if forms[act].attempt(case, by=request.user):
            messages.success(request, ACTS[act][1])
            return redirect(case.source)
        case.refresh_from_db()
    return page(
        request,
        "proposals/merge_case.html",
        status=forms[act].status if act else 200,
        case=case,
        sides=[_side(case.source), _side(case.target)],
        forms=forms,
        sent=forms.get(act),
        is_own=case.proposed_by_id == request.user.pk,
        may_undo=_may_undo(request, case),
        why_not=queries.why_not_merged(case),
    )


def _compare(request: HttpRequest, source: Project, target: Project) -> HttpResponse:
    for project in (source, target):
        require(request.user, "proposals.screen", project)
    form = MergeForm(
        request.POST if request.method == "POST" else None, target=target, initial={"version": source.version}
    )
    if form.is_bound and form.attempt(source, by=request.user):
        at_once = source.proposer_id is not None and source.proposer_id == target.proposer_id
        messages.success(request, _("已合并") if at_once else _("已提出合并，等另一位同事或提议人确认"))
        return redirect("proposals:merge")
    if form.refused:
        source.refresh_from_db()
        form.renew(source.version)
    return page(
        request,
        "proposals/merge_compare.html",
        status=form.status,
        form=form,
        sides=[_side(source), _side(target)],
        source=source,
        target=target,
        at_once=source.proposer_id is not None and source.proposer_id == target.proposer_id,
    )


def _side(project: Project) -> dict[str, Any]:
    """One of two proposals side by side."""
    return {
        "project": project,
        "photos": desks.photos(project),
        "supporters": queries.supporters(project).count(),
        "amount_word": desks.amount_word(project),
    }


def _named(request: HttpRequest, name: str) -> Project | None:
    """The project whose code stands in the address, as typed by a person."""
    code = request.GET.get(name, "").strip().upper()
    found = queries.visible_to(request.user).filter(code=code) if code and "\x00" not in code else None
    return found.first() if found is not None else None


def _require_part(request: HttpRequest, case: Merge) -> None:
    """The case is for who proposed it, who may decide it and who may undo it."""
    if not any(allowed(request.user, name, case.source) for name in ("proposals.confirm_merge", "proposals.screen")):
        raise PermissionDenied("proposals.confirm_merge")


def _may_undo(request: HttpRequest, case: Merge) -> bool:
    in_time = case.state == MergeState.DONE and case.undo_until is not None and now() <= case.undo_until
    return in_time and allowed(request.user, "proposals.screen", case.source)
