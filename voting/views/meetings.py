"""What everyone may look at: the list, a meeting, its projector text, its confirmed minutes."""

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.cache import add_never_cache_headers
from django.views.decorators.http import require_safe

from civic.moments import today
from civic.pages import page
from civic.permissions import User, allowed
from voting import documents, queries
from voting.models import Meeting, MeetingState
from voting.views.room import room

PER_PAGE = 20


@require_safe
def meeting_list(request: HttpRequest) -> HttpResponse:
    """议事会议: those to come, then those held."""
    area = request.GET.get("area", "")
    found = queries.for_list(area)
    coming = found.filter(state__in=[MeetingState.CALLED, MeetingState.OPEN]).order_by("starts_at", "pk")
    held = found.exclude(state__in=[MeetingState.CALLED, MeetingState.OPEN])
    return page(
        request,
        "voting/list.html",
        coming=coming[:PER_PAGE],
        held=Paginator(held, PER_PAGE).get_page(request.GET.get("page")),
        may_call=allowed(request.user, "voting.call"),
    )


@require_safe
def meeting(request: HttpRequest, pk: int) -> HttpResponse:
    """One meeting: agenda with a brief per item, who is there, what was decided."""
    return room(request, found(pk))


@require_safe
def screen(request: HttpRequest, pk: int) -> HttpResponse:
    """会场大屏: the item under vote and how many have voted; never the split before the close.

    Nobody keeps what the wall shows, not even for who has not signed in: it says to the second how old it is.
    """
    meeting = found(pk)
    is_screen = not request.htmx or "screen" in request.GET
    shown = page(
        request,
        "voting/screen.html",
        part="voting/_live.html",
        meeting=meeting,
        live=queries.live(meeting, today()),
        is_screen=is_screen,
        is_member=allowed(request.user, "voting.attend", meeting),
        may_run=allowed(request.user, "voting.run", meeting),
        may_sign_in=meeting.takes_sign_ins(today()),
    )
    if is_screen:
        add_never_cache_headers(shown)
    return shown


@require_safe
def minutes(request: HttpRequest, pk: int) -> HttpResponse:
    """会议纪要: public once the chair has confirmed them; before that for those concerned."""
    meeting = readable(request.user, pk)
    return page(
        request,
        "voting/minutes.html",
        meeting=meeting,
        minutes=documents.minutes_of(meeting, naming=naming(request.user, meeting)),
        may_confirm=meeting.state == MeetingState.CLOSED and allowed(request.user, "voting.confirm", meeting),
        may_correct=meeting.state == MeetingState.CONFIRMED
        and allowed(request.user, "voting.correct_minutes", meeting),
    )


def found(pk: int) -> Meeting:
    return get_object_or_404(queries.for_page(), pk=pk)


def readable(user: User, pk: int) -> Meeting:
    """The meeting if this reader may see its minutes; 404 for minutes that are not public yet or never will be."""
    meeting = found(pk)
    is_public = meeting.state == MeetingState.CONFIRMED
    is_draft = meeting.state in {MeetingState.OPEN, MeetingState.CLOSED}
    if is_public or (is_draft and allowed(user, "voting.read_minutes", meeting)):
        return meeting
    raise Http404


def naming(user: User, meeting: Meeting) -> documents.Naming:
    """Full names only for those who run the meeting and for the office of the place."""
    runs = allowed(user, "voting.run", meeting) or allowed(user, "voting.prepare", meeting)
    return documents.in_full if runs else documents.masked
