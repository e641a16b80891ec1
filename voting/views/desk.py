"""What the office, the chair and the recorder do: call a meeting, prepare and run it, confirm its minutes.

Each act is a row of `ACTS` or `ITEM_ACTS`: who may, which form, which service, what is said when it is done.
"""

from collections.abc import Callable
from typing import Any, NamedTuple

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from civic.models import Area
from civic.moments import now, today
from civic.pages import page
from civic.permissions import allowed, require, scopes
from civic.qr import svg
from civic.rules import RuleBroken
from proposals.models import Round
from voting import documents, queries
from voting.forms import meetings as forms
from voting.models import AgendaItem, Assembly, ItemState, Meeting, MeetingState, VoteForm
from voting.permissions import OFFICE
from voting.services import assemblies, attendance, items, meetings, minutes, undertakings
from voting.views.meetings import found
from voting.views.members import item_of, room_key


class Deed(NamedTuple):
    """One act of the run page."""

    permission: str
    form: type[forms.ActForm]
    do: Callable[..., Any]
    said: Any


ACTS = {
    "posts": Deed(
        "voting.prepare", forms.PostsForm, meetings.name_posts, gettext_lazy("主持、记录、计票、监票的人已定")
    ),
    "prior_study": Deed(
        "voting.prepare", forms.PriorStudyForm, meetings.record_prior_study, gettext_lazy("已记录前置研究")
    ),
    "cancel": Deed("voting.prepare", forms.ReasonForm, meetings.cancel, gettext_lazy("会议已取消")),
    "reconvene": Deed("voting.prepare", forms.ReconveneForm, meetings.reconvene, gettext_lazy("已另行召集")),
    "tick": Deed("voting.run", forms.TickForm, attendance.tick, gettext_lazy("已签到")),
    "untick": Deed("voting.run", forms.UntickForm, attendance.untick, gettext_lazy("已取消签到")),
    "open": Deed("voting.run", forms.ActForm, meetings.open_meeting, gettext_lazy("会议开始，可以逐项表决")),
    "miss": Deed("voting.run", forms.ActForm, meetings.record_miss, gettext_lazy("已记为人数不足")),
    "undertake": Deed(
        "voting.run", forms.UndertakeForm, undertakings.undertake, gettext_lazy("已记下，办的人会在待办里看到")
    ),
    "close": Deed("voting.run", forms.ActForm, meetings.close_meeting, gettext_lazy("已散会，等主持人确认纪要")),
}
ITEM_ACTS = {
    "open_item": Deed("voting.run", forms.ActForm, items.open_item, gettext_lazy("开始表决，成员可以在手机上投")),
    "close_item": Deed("voting.run", forms.ActForm, items.close_item, gettext_lazy("表决结束")),
    "counts": Deed("voting.run", forms.CountsForm, items.type_counts, gettext_lazy("票数已录入，这一项表决结束")),
    "defer": Deed("voting.run", forms.ReasonForm, items.defer, gettext_lazy("已暂缓")),
    "reopen": Deed("voting.run", forms.ReasonForm, items.reopen_item, gettext_lazy("这一项重新表决，请大家再投一次")),
    "note": Deed("voting.run", forms.NoteForm, items.note, gettext_lazy("记录已存")),
    "conflict_of": Deed("voting.run", forms.ConflictOfForm, attendance.declare_conflict, gettext_lazy("已记录回避")),
}


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def register_assembly(request: HttpRequest) -> HttpResponse:
    """登记议事会 for a place that has none."""
    area = get_object_or_404(Area, pk=request.GET.get("area", ""))
    require(request.user, "voting.call", area)
    form = forms.AssemblyForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        assembly = assemblies.found(area, by=request.user, **form.cleaned_data)
        messages.success(request, _("已登记"))
        return redirect(f"{reverse('voting:call')}?assembly={assembly.pk}")
    return page(request, "voting/assembly.html", form=form, area=area)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def call(request: HttpRequest) -> HttpResponse:
    """安排议事: which assembly and round, then when, where, who and what."""
    require(request.user, "voting.call")
    chosen = _chosen(request)
    if chosen is None:
        return page(request, "voting/call_choose.html", **_choices(request))
    assembly, round = chosen
    require(request.user, "voting.call", assembly.area)
    form = forms.CallForm(
        request.POST if request.method == "POST" else None,
        assembly=assembly,
        round=round,
        by=request.user,
        initial=queries.last_time(assembly) | {"projects": request.GET.getlist("project"), "recorder": request.user.pk},
    )
    status = 200
    if form.is_valid():
        try:
            meeting = meetings.call_meeting(assembly, round, by=request.user, **form.facts)
        except RuleBroken as broken:
            form.add_error(broken.field if broken.field in form.fields else None, broken.message)
            status = 409
        else:
            messages.success(request, _("会议已通知。接着记前置研究，定计票人和监票人"))
            return redirect("voting:run", meeting.pk)
    return page(
        request,
        "voting/call.html",
        status=status,
        form=form,
        assembly=assembly,
        round=round,
        terms=round.terms,
        rule_form=VoteForm(round.terms.vote_form).label,
    )


@login_required
@require_safe
def run(request: HttpRequest, pk: int) -> HttpResponse:
    """会场工作页 for those who prepare and those who run the meeting."""
    meeting = found(pk)
    if not allowed(request.user, "voting.prepare", meeting):
        require(request.user, "voting.run", meeting)
    return _run_page(request, meeting)


@login_required
@require_POST
def act(request: HttpRequest, pk: int, name: str) -> HttpResponse:
    """One act on a meeting."""
    meeting = found(pk)
    return _done_or_mended(request, meeting, meeting, name, ACTS[name])


@login_required
@require_POST
def item_act(request: HttpRequest, pk: int, order: int, name: str) -> HttpResponse:
    """One act on an item of a meeting."""
    item = item_of(found(pk), order)
    return _done_or_mended(request, item.meeting, item, name, ITEM_ACTS[name])


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def confirm(request: HttpRequest, pk: int) -> HttpResponse:
    """确认纪要 (定稿): names what follows, then does it."""
    meeting = found(pk)
    require(request.user, "voting.confirm", meeting)
    form = forms.ClosingForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        minutes.confirm(meeting, by=request.user, **form.cleaned_data)
        messages.success(request, _("纪要已确认并公开"))
        return redirect("voting:minutes", meeting.pk)
    if meeting.state != MeetingState.CLOSED:
        raise Http404
    return page(request, "voting/confirm.html", meeting=meeting, items=queries.agenda(meeting), form=form)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def correct(request: HttpRequest, pk: int) -> HttpResponse:
    """更正纪要: what closed minutes say wrongly, put right beside them."""
    meeting = found(pk)
    require(request.user, "voting.correct_minutes", meeting)
    if meeting.state != MeetingState.CONFIRMED:
        raise Http404
    form = forms.MinutesCorrectionForm(request.POST if request.method == "POST" else None, about=meeting)
    status = 200
    if form.is_valid():
        try:
            minutes.correct(meeting, by=request.user, **form.cleaned_data)
        except RuleBroken as broken:
            form.add_error(broken.field or None, broken.message)
            status = 200 if broken.field else 409
        else:
            messages.success(request, _("已更正。纪要没有改，更正写在它前面"))
            return redirect(f"{reverse('voting:minutes', args=[pk])}#corrections")
    return page(request, "voting/correct_minutes.html", status=status, meeting=meeting, form=form)


@login_required
@require_safe
def qr(request: HttpRequest, pk: int) -> HttpResponse:
    """签到二维码 for the screen in the room."""
    meeting = found(pk)
    require(request.user, "voting.run", meeting)
    target = f"{reverse('voting:sign_in', args=[pk])}?k={room_key(meeting)}"
    return HttpResponse(svg(request.build_absolute_uri(target)), content_type="image/svg+xml")


def _done_or_mended(
    request: HttpRequest, meeting: Meeting, about: Meeting | AgendaItem, name: str, deed: Deed
) -> HttpResponse:
    """Ask who, check the form, do it; a form to mend comes back on the run page with what was typed."""
    require(request.user, deed.permission, meeting)
    form = deed.form(request.POST, request.FILES, about=about, by=request.user, auto_id=_auto_id(name, about))
    if not form.is_valid():
        return _run_page(request, meeting, bound=(name, about, form))
    try:
        deed.do(about, by=request.user, **form.facts)
    except RuleBroken as broken:
        if not form.fields:
            raise
        form.add_error(broken.field if broken.field in form.fields else None, broken.message)
        return _run_page(request, meeting, bound=(name, about, form), status=409)
    messages.success(request, deed.said)
    anchor = f"#item-{about.order}" if isinstance(about, AgendaItem) else ""
    return redirect(reverse("voting:run", args=[meeting.pk]) + anchor)


Bound = tuple[str, Meeting | AgendaItem, forms.ActForm]


def _run_page(request: HttpRequest, meeting: Meeting, *, bound: Bound | None = None, status: int = 200) -> HttpResponse:
    runs, prepares = (allowed(request.user, f"voting.{act}", meeting) for act in ("run", "prepare"))
    views = queries.item_views(meeting, request.user)
    wanted = _acts_now(meeting, runs=runs, prepares=prepares)
    entries = [
        {"item": v.item, "view": v, "forms": _forms(_item_acts_now(v.item, runs=runs), v.item, request, bound)}
        for v in views
    ]
    return page(
        request,
        "voting/run.html",
        status=status,
        meeting=meeting,
        live=queries.live(meeting, today(), [view.item for view in views]),
        present=queries.attendances(meeting),
        undertakings=queries.undertakings(meeting),
        corrections=documents.corrections_of(meeting, naming=documents.in_full),
        on=today(),
        forms=_forms({name: ACTS[name] for name in wanted}, meeting, request, bound),
        entries=entries,
        waiting=sum(entry["item"].state != ItemState.CLOSED for entry in entries),
        runs=runs,
        prepares=prepares,
        may_sign_in=meeting.takes_sign_ins(today()),
        may_confirm=meeting.state == MeetingState.CLOSED and allowed(request.user, "voting.confirm", meeting),
        bound_form=bound[2] if bound else None,
    )


def _forms(
    deeds: dict[str, Deed], about: Meeting | AgendaItem, request: HttpRequest, bound: Bound | None
) -> dict[str, forms.ActForm]:
    """A form for each act that fits now; the one to mend keeps what was typed."""
    made = {
        name: deed.form(about=about, by=request.user, auto_id=_auto_id(name, about)) for name, deed in deeds.items()
    }
    if bound and bound[1].pk == about.pk and type(bound[1]) is type(about):
        made[bound[0]] = bound[2]
    return made


def _acts_now(meeting: Meeting, *, runs: bool, prepares: bool) -> list[str]:
    """The acts the page offers in this state; the services hold the rules."""
    by_state = {
        MeetingState.CALLED: ["posts", "prior_study", "cancel", "tick", "untick", "open", "miss"],
        MeetingState.OPEN: ["tick", "untick", "undertake", "close"],
        MeetingState.CLOSED: ["undertake"],
        MeetingState.INQUORATE: [] if hasattr(meeting, "reconvened") else ["reconvene"],
    }
    may = {"voting.run": runs, "voting.prepare": prepares}
    closed_doors = set() if meeting.takes_sign_ins(today()) else {"tick", "untick", "open"}
    closed_doors |= set() if meeting.starts_at <= now() else {"miss"}
    names = by_state.get(MeetingState(meeting.state), [])
    return [name for name in names if may[ACTS[name].permission] and name not in closed_doors]


def _item_acts_now(item: AgendaItem, *, runs: bool) -> dict[str, Deed]:
    sits, is_draft = item.meeting.state == MeetingState.OPEN, item.meeting.state == MeetingState.CLOSED
    names: list[str] = []
    if sits:
        names = {
            ItemState.WAITING: ["open_item", "defer", "note", "conflict_of"],
            ItemState.OPEN: ["close_item", "counts", "defer", "note", "conflict_of"],
            ItemState.CLOSED: ["reopen", "note"],
        }[ItemState(item.state)]
    elif is_draft:
        names = ["note"]
    return {name: ITEM_ACTS[name] for name in names if runs}


def _auto_id(name: str, about: Meeting | AgendaItem) -> str:
    where = f"item-{about.order}-" if isinstance(about, AgendaItem) else ""
    return f"{where}{name}-%s"


def _chosen(request: HttpRequest) -> tuple[Assembly, Round] | None:
    """The assembly and round named in the address, or the only ones there are."""
    pairs = _choices(request)["pairs"]
    wanted = (request.GET.get("assembly", ""), request.GET.get("round", ""))
    for assembly, round, _count in pairs:
        if (str(assembly.pk), str(round.pk)) == wanted:
            return assembly, round
    if len(pairs) == 1 and wanted in {("", ""), (str(pairs[0][0].pk), "")}:
        return pairs[0][0], pairs[0][1]
    return None


def _choices(request: HttpRequest) -> dict[str, Any]:
    """Each assembly within reach with each round that has projects waiting for it."""
    return queries.calls_to_make(scopes(request.user, OFFICE))
