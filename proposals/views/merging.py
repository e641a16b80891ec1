"""Doors to merging (合并): what waits for a second person, two proposals side by side, agreeing, confirming, undoing."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import BadRequest, PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from civic.moments import now, today
from civic.pages import page
from civic.permissions import allowed, require
from proposals import merge_rules, queries
from proposals.forms.acts import ActForm
from proposals.forms.intake import ConfirmForm, ConsentForm, MergeForm, RefuseForm, UndoForm
from proposals.models import Merge, MergeState, Project
from proposals.views import desks

ACTS: dict[str, tuple[type[ActForm], Any, str]] = {  # form, said when done, may
    "confirm": (ConfirmForm, gettext_lazy("已记下，听完意见再合并"), "proposals.answer_merge"),
    "consent": (ConsentForm, gettext_lazy("已记下提议人同意"), "proposals.screen"),
    "refuse": (RefuseForm, gettext_lazy("已记下不合并，各自接着办"), "proposals.answer_merge"),
    "undo": (UndoForm, gettext_lazy("已撤销合并，各自接着办"), "proposals.screen"),
}
MERGED = gettext_lazy("已合并。两个页面都保留，附议都还在")
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
    """One merge: a proposer or the second person agrees or not; within its days it is undone here."""
    case = get_object_or_404(Merge.objects.select_related(*_NEEDED), pk=pk)
    _require_part(request, case)
    act = request.POST.get("act", "") if request.method == "POST" else ""
    if request.method == "POST" and act not in ACTS:
        raise BadRequest("act")
    forms = {name: _form(request, name, case, sent=name == act) for name in ACTS}
    if act:
        may = ACTS[act][2]
        require(request.user, may, case if may == "proposals.answer_merge" else case.source)
        if forms[act].attempt(case, by=request.user):
            case.refresh_from_db()
            is_done = act in {"confirm", "consent"} and case.state == MergeState.DONE
            messages.success(request, MERGED if is_done else ACTS[act][1])
            return redirect("proposals:merge_case", case.pk) if act == "consent" else redirect(_own(request, case))
        case.refresh_from_db()
    names = {project.proposer_id: _whose(project) for project in (case.source, case.target)}
    return page(
        request,
        "proposals/merge_case.html",
        status=forms[act].status if act else 200,
        case=case,
        sides=[_side(case.source), _side(case.target)],
        forms=forms,
        sent=forms.get(act),
        reader=_reader(request, case),
        consents=[(said, names[said.person_id]) for said in case.consents.all()],
        waits_for=[names[pk] for pk in sorted(merge_rules.asked(case.source, case.target) - queries.agreed_to(case))],
        is_over=case.notice_until is None or case.notice_until < today(),
        may_undo=_may_undo(request, case),
        why_not=queries.why_not_merged(case),
    )


def _compare(request: HttpRequest, source: Project, target: Project) -> HttpResponse:
    for project in (source, target):
        require(request.user, "proposals.screen", project)
    form = MergeForm(
        request.POST if request.method == "POST" else None,
        source=source,
        target=target,
        initial={"version": source.version},
    )
    if form.is_bound and form.attempt(source, by=request.user):
        at_once = source.proposer_id is not None and source.proposer_id == target.proposer_id
        messages.success(request, _("已合并") if at_once else _("已提出合并，已告诉提议人。等另一位同事或提议人确认"))
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
    if not (
        allowed(request.user, "proposals.answer_merge", case) or allowed(request.user, "proposals.screen", case.source)
    ):
        raise PermissionDenied("proposals.answer_merge")


def _form(request: HttpRequest, name: str, case: Merge, *, sent: bool) -> ActForm:
    data, kind = request.POST if sent else None, ACTS[name][0]
    return ConsentForm(data, prefix=name, merge=case) if kind is ConsentForm else kind(data, prefix=name)


def _whose(project: Project) -> str:
    return _("“%(title)s”的提议人%(name)s") % {"title": project.title, "name": project.proposer_name}


def _own(request: HttpRequest, case: Merge) -> Project:
    """The page to which somebody goes back who decided: a proposer's own, else the source's."""
    return case.target if request.user.pk == case.target.proposer_id else case.source


def _reader(request: HttpRequest, case: Merge) -> str:
    """What this reader may still do with a considered merge: as its own, agreed, proposer, confirmed, second; "" of others."""
    if case.state != MergeState.PROPOSED:
        return ""
    if case.proposed_by_id == request.user.pk:
        return "own"
    if request.user.pk in merge_rules.asked(case.source, case.target):
        return "agreed" if request.user.pk in queries.agreed_to(case) else "proposer"
    return "confirmed" if case.confirmed_by_id else "second"


def _may_undo(request: HttpRequest, case: Merge) -> bool:
    in_time = case.state == MergeState.DONE and case.undo_until is not None and now() <= case.undo_until
    return in_time and allowed(request.user, "proposals.screen", case.source)


_NEEDED = (
    "source__area",
    "source__round",
    "source__proposer",
    "source__proposing_unit",
    "target__area",
    "target__round",
    "target__proposer",
    "target__proposing_unit",
)
