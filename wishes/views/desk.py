"""Doors to the desk of the board (民声黑板的工作台): the queue, and one matter with its acts."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from civic.models import Attachment
from civic.pages import page
from civic.permissions import allowed, require
from proposals.models import Spoken
from wishes import lines, queries
from wishes.forms import board as forms
from wishes.models import MOVES, Demand, DemandState

A_PAGE = 20
TABS = {
    "filed": _("待受理"),
    "doing": _("在办"),
    "done": _("等确认"),
    "town": _("镇里的清单"),
    "closed": _("已办结"),
}
HEAR = "hear"
# act: its tab, its form, its button, what is said when done, who may
ACTS: dict[str, tuple[Any, type[forms.ActForm], Any, Any, str]] = {
    HEAR: (
        _("听后写下"),
        forms.WriteDownForm,
        _("写下来，公开"),
        _("已写下，已公开。现在可以受理了"),
        "wishes.handle",
    ),
    "take_in": (_("受理"), forms.TakeInForm, _("受理，公开答应"), _("已受理，答应的日子已公开"), "wishes.handle"),
    "finish": (
        _("办理"),
        forms.FinishForm,
        _("报已办理"),
        _("已报办理，等报的人说解决了没有"),
        "wishes.handle",
    ),
    "word": (_("说进展"), forms.SayForm, _("公开进展"), _("进展已公开"), "wishes.handle"),
    "extend": (_("改期"), forms.ExtendForm, _("改期，公开理由"), _("已改期，理由已公开"), "wishes.handle"),
    "explain": (_("说明"), forms.ExplainForm, _("公开说明"), _("说明已公开"), "wishes.handle"),
    "hand_on": (_("转12345"), forms.HandOnForm, _("转12345，公开理由"), _("已转12345"), "wishes.handle"),
    "to_project": (
        _("转为项目"),
        forms.ToProjectForm,
        _("转为项目"),
        _("已转为项目，两边的页面互相写明"),
        "wishes.to_project",
    ),
    "visit": (_("现场查看"), forms.VisitForm, _("登记现场查看"), _("现场查看已公开"), "wishes.visit"),
}
STARTS = {
    HEAR: {DemandState.FILED},
    "word": {DemandState.DOING},
    "extend": {DemandState.DOING},
    "visit": {DemandState.DONE},
}


@login_required
@require_safe
def queue(request: HttpRequest) -> HttpResponse:
    """What waits on the board in one's own places, the most urgent first."""
    require(request.user, "wishes.desk")
    tab = request.GET.get("tab", "")
    tab = tab if tab in TABS else "filed"
    counts = queries.desk_counts(request.user)
    found = Paginator(queries.desk(request.user, tab).prefetch_related("photos"), A_PAGE)
    shown = found.get_page(request.GET.get("page"))
    return page(
        request,
        "wishes/desk.html",
        tabs=[_tab(key, label, key == tab, f"?tab={key}", counts.get(key)) for key, label in TABS.items()],
        tab=tab,
        found=shown,
        lines=[lines.line(demand) for demand in shown],
    )


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def case(request: HttpRequest, number: str) -> HttpResponse:
    """One matter: what is known on the left, what can be done on the right."""
    demand = get_object_or_404(queries.public().prefetch_related("photos"), number=number)
    require(request.user, "wishes.see_case", demand)
    offered = [act for act in ACTS if _fits(request, demand, act)]
    asked = request.POST.get("act", "") if request.method == "POST" else request.GET.get("act", "")
    act = asked if asked in ACTS else next(iter(offered), "")
    form = None
    if request.method == "POST":
        require(request.user, ACTS[act][4] if act else "wishes.handle", demand)
    if act and (request.method == "POST" or act in offered):
        form = _form(request, act, demand)
        if form.is_bound and form.attempt(by=request.user):
            messages.success(request, ACTS[act][3])
            return redirect("wishes:case", number) if act == HEAR else redirect("wishes:desk")
    return page(
        request,
        "wishes/case.html",
        status=409 if form is not None and form.refused else 200,
        demand=demand,
        line=lines.line(demand),
        first_promise=lines.first_promise(demand),
        gallery=lines.gallery(demand),
        voices=[each for each in (demand.voice, demand.voice_again) if each and _may_hear(request, each)],
        events=queries.record_for(request.user, demand, A_PAGE),
        act=act,
        form=form,
        button=ACTS[act][2] if act else "",
        tabs=[_tab(key, ACTS[key][0], key == act, f"?act={key}#act") for key in offered],
    )


def _may_hear(request: HttpRequest, voice: Attachment) -> bool:
    return allowed(request.user, "civic.open_file", voice)


def _fits(request: HttpRequest, demand: Demand, act: str) -> bool:
    """Whether the act is this person's and starts from where the matter stands; a recording is written down first."""
    if (act == HEAR) != (demand.spoken == Spoken.WAITS):
        return False
    starts = STARTS.get(act) or MOVES[act][0]
    return demand.state in starts and allowed(request.user, ACTS[act][4], demand)


def _form(request: HttpRequest, act: str, demand: Demand) -> forms.ActForm:
    posted = (request.POST, request.FILES) if request.method == "POST" else (None, None)
    return ACTS[act][1](*posted, demand=demand, by=request.user)


def _tab(key: str, label: Any, current: bool, url: str, count: int | None = None) -> dict[str, Any]:
    return {"key": key, "label": label, "url": url, "current": current, "count": count}
