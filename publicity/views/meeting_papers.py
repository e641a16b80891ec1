"""Doors to the papers of a meeting (会议材料): the brief of an item, the sign-in sheet, the minutes as PDF and Word."""

from collections.abc import Callable

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from civic import qr
from civic.limits import DOCUMENT_IP, client_ip
from civic.moments import today
from civic.pages import page
from civic.permissions import allowed, require
from publicity.documents import meetings as papers
from publicity.documents.content import Form
from publicity.documents.facts import Facts
from publicity.views.documents import TYPES, drawn
from voting import documents, queries
from voting.models import AgendaItem, Meeting
from voting.views.meetings import found, naming, readable
from voting.views.members import item_of, room_key


@require_safe
def minutes_file(request: HttpRequest, pk: int, kind: str) -> HttpResponse:
    """会议纪要 as PDF or Word, ready to be signed: for whoever may read them, with names as that reader may see them."""
    meeting = readable(request.user, pk)
    told = documents.minutes_of(meeting, naming=naming(request.user, meeting))
    address = request.build_absolute_uri(reverse("voting:minutes", args=[pk]))
    title = f"{meeting.assembly.name}会议纪要"
    return _file(
        request, lambda: papers.form(meeting, title, lambda: papers.minutes(told), address), kind, "minutes"
    ) or redirect("voting:minutes", pk)


@require_safe
def brief(request: HttpRequest, pk: int, order: int) -> HttpResponse:
    """议题一页纸: one item on one sheet, to read or to print."""
    item = item_of(found(pk), order)
    return _shown(request, item.meeting, _brief(request, item), _("议题一页纸"), "brief", [pk, order])


@require_safe
def brief_file(request: HttpRequest, pk: int, order: int, kind: str) -> HttpResponse:
    """The same as PDF or Word."""
    item = item_of(found(pk), order)
    made = _file(request, lambda: _brief(request, item, is_file=True), kind, f"brief-{order}")
    return made or redirect("publicity:brief", pk, order)


@never_cache
@login_required
@require_safe
def sheet(request: HttpRequest, pk: int) -> HttpResponse:
    """签到表 for those who prepare or run the meeting: names in full, room to sign, the code to sign in with."""
    meeting = _in_hand(request, pk)
    return _shown(request, meeting, _sheet(request, meeting), _("签到表"), "sign_in_sheet", [pk])


@never_cache
@login_required
@require_safe
def sheet_file(request: HttpRequest, pk: int, kind: str) -> HttpResponse:
    """The same as PDF or Word."""
    meeting = _in_hand(request, pk)
    made = _file(request, lambda: _sheet(request, meeting), kind, "sign-in")
    return made or redirect("publicity:sign_in_sheet", pk)


def _in_hand(request: HttpRequest, pk: int) -> Meeting:
    meeting = found(pk)
    if not allowed(request.user, "voting.prepare", meeting):
        require(request.user, "voting.run", meeting)
    return meeting


def _brief(request: HttpRequest, item: AgendaItem, *, is_file: bool = False) -> Form:
    project = item.project
    facts = Facts(project, request.build_absolute_uri(reverse("publicity:by_code", args=[project.code])), names=False)
    return papers.form(item.meeting, "议题材料", lambda: papers.brief(item, facts, is_file=is_file), facts.address)


def _sheet(request: HttpRequest, meeting: Meeting) -> Form:
    """Who runs the meeting gets the room's own code with it, to hang on the door (扫码签到)."""
    runs = allowed(request.user, "voting.run", meeting)
    address = reverse("voting:sign_in", args=[meeting.pk]) + (f"?k={room_key(meeting)}" if runs else "")
    came = {one.member_id: one for one in queries.attendances(meeting)}
    due = list(queries.due(meeting, today()))
    title = f"{meeting.assembly.name}签到表"
    address = request.build_absolute_uri(address)
    return papers.form(meeting, title, lambda: papers.sign_in(meeting, due, came), address, "成员扫码签到")


def _shown(
    request: HttpRequest, meeting: Meeting, form: Form, title: object, route: str, args: list[int]
) -> HttpResponse:
    pdf_url, docx_url = (reverse(f"publicity:{route}_file", args=[*args, kind]) for kind in TYPES)
    return page(
        request,
        "publicity/meeting_paper.html",
        meeting=meeting,
        form=form,
        title=title,
        qr=qr.data_uri(form.address),
        pdf_url=pdf_url,
        docx_url=docx_url,
    )


def _file(request: HttpRequest, make: Callable[[], Form], kind: str, name: str) -> HttpResponse | None:
    DOCUMENT_IP.hit(client_ip(request))
    return drawn(make, kind, name)
