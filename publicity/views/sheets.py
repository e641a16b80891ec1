"""Doors to the sheets for the wall (公告栏里的纸): a notice and a vote, each on one A4 with the code that leads to it."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_safe

from civic.moments import now
from civic.pages import page
from civic.qr import data_uri
from publicity.queries import notices
from voting import ballot_sentences, papers


@require_safe
def notice(request: HttpRequest, pk: int) -> HttpResponse:
    """A notice (公示) for whoever reads the wall: what, how much, from when to when, how to object."""
    found = get_object_or_404(notices.listed(), pk=pk)
    address = request.build_absolute_uri(reverse("publicity:by_code", args=[found.project.code]))
    return page(
        request,
        "publicity/notice_sheet.html",
        notice=found,
        project=found.project,
        address=address,
        qr=data_uri(address),
        printed_at=now(),
        size="a3" if request.GET.get("size") == "a3" else "",
    )


@require_safe
def poll(request: HttpRequest, pk: int) -> HttpResponse:
    """A vote (居民投票) for whoever reads the wall: from when to when, how, and between what, by code and in no order of worth."""
    found = get_object_or_404(papers.shown(), pk=pk)
    address = request.build_absolute_uri(reverse("voting:ballot", args=[found.pk]))
    return page(
        request,
        "publicity/poll_sheet.html",
        poll=found,
        phase=papers.phase(found, now()),
        method=ballot_sentences.method(found),
        entries=found.entries.select_related("project").order_by("project__code"),
        address=address,
        qr=data_uri(address),
        printed_at=now(),
    )
