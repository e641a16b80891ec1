"""What members do: sign in, vote, stand aside."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from civic.moments import today
from civic.pages import page
from civic.permissions import allowed, require
from civic.rules import RuleBroken
from voting import queries
from voting.forms.meetings import ConflictForm, SettleForm, VoteForm
from voting.models import AgendaItem, Choice, How, Meeting
from voting.services import attendance, ballots, undertakings
from voting.views.meetings import found
from voting.views.room import room


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def sign_in(request: HttpRequest, pk: int) -> HttpResponse:
    """签到: by the code on the screen in the room; without it the member takes part from afar (远程)."""
    meeting = found(pk)
    require(request.user, "voting.attend", meeting)
    key = (request.POST if request.method == "POST" else request.GET).get("k", "")
    how = How.QR if constant_time_compare(key, room_key(meeting)) else How.REMOTE
    if request.method == "POST":
        attendance.sign_in(meeting, member=request.user, by=request.user, how=how)
        messages.success(request, _("已签到"))
        return redirect(meeting)
    return page(
        request,
        "voting/sign_in.html",
        meeting=meeting,
        key=key if how == How.QR else "",
        is_remote=how == How.REMOTE,
        may_sign_in=meeting.takes_sign_ins(today()),
        me=queries.attendance_of(meeting, request.user),
        live=queries.live(meeting, today()),
    )


@login_required
@require_POST
def vote(request: HttpRequest, pk: int, order: int) -> HttpResponse:
    """表决: an open vote at once; a secret one, which cannot be changed, after one more page."""
    item = item_of(found(pk), order)
    form = VoteForm(request.POST, auto_id=f"vote-{order}-%s")
    if request.headers.get("Accept") == "application/json":
        return _to_queue(request, item, form)
    if not form.is_valid():
        return room(request, item.meeting, bound={f"vote-{order}": form})
    choice, ballot = form.cleaned_data["choice"], form.cleaned_data["ballot"]
    if item.meeting.is_secret and "sure" not in request.POST and allowed(request.user, "voting.vote", item):
        return page(
            request, "voting/vote_sure.html", item=item, meeting=item.meeting, choice=Choice(choice), ballot=ballot
        )
    ballots.cast(item, by=request.user, choice=choice, ballot=ballot)
    messages.success(request, _("已投票"))
    return redirect(f"{item.meeting.get_absolute_url()}#item-{order}")


def _to_queue(request: HttpRequest, item: AgendaItem, form: VoteForm) -> HttpResponse:
    """The vote a phone kept while it had no network (asking for JSON): 201 once it is in, or why it is not."""
    if not form.is_valid():
        return JsonResponse({"error": " ".join(form.errors.get("choice", []))}, status=422)
    try:
        ballots.cast(item, by=request.user, **form.cleaned_data)
    except RuleBroken as broken:
        return JsonResponse({"error": broken.message}, status=409)
    except PermissionDenied:
        return JsonResponse({"error": _("没有签到，或已声明回避，不能表决这一项")}, status=403)
    return JsonResponse({}, status=201)


@login_required
@require_POST
def conflict(request: HttpRequest, pk: int, order: int) -> HttpResponse:
    """回避: a member stands aside on an item."""
    item = item_of(found(pk), order)
    require(request.user, "voting.attend", item.meeting)
    form = ConflictForm(request.POST, about=item, by=request.user, auto_id=f"conflict-{order}-%s")
    if not form.is_valid():
        return room(request, item.meeting, bound={f"conflict-{order}": form})
    try:
        attendance.declare_conflict(item, member=request.user, by=request.user, **form.facts)
    except RuleBroken as broken:
        form.add_error(None, broken.message)
        return room(request, item.meeting, bound={f"conflict-{order}": form}, status=409)
    messages.success(request, _("已记录回避"))
    return redirect(f"{item.meeting.get_absolute_url()}#item-{order}")


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def undertaking(request: HttpRequest, pk: int) -> HttpResponse:
    """议定事项: what was promised, and a word on how it went by whoever does it or by the office."""
    promised = get_object_or_404(queries.promised(), pk=pk)
    require(request.user, "voting.settle_undertaking", promised)
    form, status = SettleForm(request.POST if request.method == "POST" else None), 200
    if form.is_valid():
        try:
            undertakings.settle(promised, by=request.user, **form.cleaned_data)
        except RuleBroken as broken:
            form.add_error(broken.field if broken.field in form.fields else None, broken.message)
            status = 409
        else:
            messages.success(request, _("已记下，会议页上看得到"))
            return redirect(f"{promised.meeting.get_absolute_url()}#undertakings")
    return page(
        request, "voting/undertaking.html", promised=promised, form=form, late=promised.is_late(today()), status=status
    )


def item_of(meeting: Meeting, order: int) -> AgendaItem:
    """The item of a meeting by its number (第几项)."""
    item = get_object_or_404(meeting.items.select_related("project"), order=order)
    item.meeting = meeting
    return item


def room_key(meeting: Meeting) -> str:
    """What only the code on the screen in the room tells: that whoever follows it is there."""
    return salted_hmac("voting.sign_in", str(meeting.pk), secret=settings.SECRET_KEY).hexdigest()[:16]
