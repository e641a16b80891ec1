"""The station (投票站): the worker finds a person and opens one screen for her; she votes on it with her own hand.

A screen's pages are kept by no browser, hold no link of the worker's, and its receipt shows nothing of the choice.
What is chosen travels in the form alone, as on the voter's own phone.
"""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from civic.limits import LOOK_UP_ACCOUNT
from civic.moments import now
from civic.pages import page
from civic.permissions import allowed, require
from civic.rules import RuleBroken
from voting import ballot_sentences as sentences
from voting import papers, station_queries, station_rules, styles
from voting.forms.ballots import BallotForm
from voting.forms.station import PaperForm, VoterForm
from voting.models import Poll, RollEntry, StationScreen
from voting.services import station
from voting.views.ballot import chosen_rows

form_methods = require_http_methods(["GET", "HEAD", "POST"])


@never_cache
@login_required
@sensitive_post_parameters("name", "household", "tail")
@form_methods
def find(request: HttpRequest, pk: int) -> HttpResponse:
    """投票站的工作页: find the person on the roll by what she says of herself."""
    poll = receiving(request, pk)
    form = VoterForm(request.POST if request.method == "POST" else None)
    found = None
    if form.is_valid():
        LOOK_UP_ACCOUNT.hit(request.user.pk)
        found = station_queries.found(poll, request.user, **form.cleaned_data)
    return page(
        request,
        "voting/station.html",
        poll=poll,
        form=form,
        found=found,
        is_open=papers.phase(poll, now()) == "open",
        sees_assisted=allowed(request.user, "voting.see_assisted", poll),
    )


@never_cache
@login_required
@form_methods
def open_screen(request: HttpRequest, pk: int, entry_pk: int) -> HttpResponse:
    """开一屏 for exactly this person, once the paper she shows was looked at."""
    entry = receivable(request, pk, entry_pk)
    form = PaperForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        paper = form.cleaned_data["paper"]
        token = station.open_screen(entry, by=request.user, session=_session(request), paper=paper)
        return redirect("voting:station_ballot", pk, token)
    return page(request, "voting/station_open.html", poll=entry.poll, entry=entry, form=form)


@never_cache
@login_required
@sensitive_post_parameters()
@form_methods
def ballot(request: HttpRequest, pk: int, token: str) -> HttpResponse:
    """The voter's screen; POST puts her ballot into the urn and shows the receipt, which has no address."""
    poll = get_object_or_404(papers.shown(), pk=pk)
    try:
        screen = _screen(request, poll, token)
    except station.ScreenOver as over:
        return _over(request, poll, over)
    form = _form(request, screen, poll)
    if request.method != "POST" or not form.is_valid():
        return _paper(request, poll, token, form)
    try:
        receipt = station.vote(poll, token, form.choices, by=request.user, session=_session(request))
    except station.ScreenOver as over:
        return _over(request, poll, over)
    except RuleBroken as broken:
        return _paper(request, poll, token, form, problem=broken.message)
    return page(request, "voting/station_receipt.html", poll=poll, receipt=receipt)


@never_cache
@login_required
@sensitive_post_parameters()
@form_methods
def check(request: HttpRequest, pk: int, token: str) -> HttpResponse:
    """核对后提交 on the voter's screen; ``back`` leads to the ballot as it was filled in."""
    if request.method != "POST":
        return redirect("voting:station_ballot", pk, token)
    poll = get_object_or_404(papers.shown(), pk=pk)
    try:
        screen = _screen(request, poll, token)
    except station.ScreenOver as over:
        return _over(request, poll, over)
    form = _form(request, screen, poll)
    if not form.is_valid() or "back" in request.POST:
        return _paper(request, poll, token, form)
    return page(
        request,
        "voting/station_check.html",
        poll=poll,
        token=token,
        form=form,
        chosen=chosen_rows(poll, form.choices, form.entries),
        told=form.told(),
        total_yuan=sentences.chosen_yuan(form.choices, form.entries) if form.is_of_ticks else None,
    )


@never_cache
@login_required
@require_http_methods(["POST"])
def finish(request: HttpRequest, pk: int) -> HttpResponse:
    """交回给工作人员: the screen goes back to the worker's page."""
    receiving(request, pk)
    messages.success(request, _("可以接待下一位了"))
    return redirect("voting:station", pk)


def receiving(request: HttpRequest, pk: int) -> Poll:
    """A poll in which this worker receives voters."""
    poll = get_object_or_404(papers.shown(), pk=pk)
    require(request.user, "voting.run_station", poll)
    return poll


def receivable(request: HttpRequest, pk: int, entry_pk: int) -> RollEntry:
    """Somebody on the roll whom this worker may receive now: 404 for anybody else, on it or not."""
    poll = receiving(request, pk)
    entry: RollEntry = get_object_or_404(station_queries.receivable(poll, request.user), pk=entry_pk)
    station_rules.check_takes_ballots(poll, now())
    return entry


def _session(request: HttpRequest) -> str:
    return str(request.session.session_key)


def _screen(request: HttpRequest, poll: Poll, token: str) -> StationScreen:
    return station.screen(poll, token, by=request.user, session=_session(request))


def _form(request: HttpRequest, screen: StationScreen, poll: Poll) -> BallotForm:
    fixed = styles.fixed(poll.pk)
    if fixed is None or papers.phase(poll, now()) != "open":
        raise RuleBroken(_("现在不是投票时间"), code="vote_not_open")
    data = request.POST if request.method == "POST" else None
    return BallotForm(data, poll=poll, style=fixed.style, entries=papers.in_order_for(poll, screen.entry.person))


def _paper(request: HttpRequest, poll: Poll, token: str, form: BallotForm, *, problem: str = "") -> HttpResponse:
    """The ballot to fill in, with nothing lost. Whether another one stands is not said: the worker stands beside."""
    refused = problem or (form.is_bound and form.is_refused)
    more: dict[str, Any] = {"status": 409} if refused else {}
    return page(
        request,
        "voting/station_ballot.html",
        poll=poll,
        token=token,
        form=form,
        method=sentences.method(poll),
        words=sentences.words(poll.method),
        most=sentences.most_of(poll, form.entries),
        problem=problem,
        **more,
    )


def _over(request: HttpRequest, poll: Poll, over: station.ScreenOver) -> HttpResponse:
    """One answer for a screen that was used, ran out, is another session's or was made up."""
    return page(request, "voting/station_over.html", status=403, poll=poll, problem=over.message)
