"""The voter's doors (投票): the ballot, its check page, the receipt.

What is chosen travels from page to page in the form alone: no address, session, cookie, table, log or report of a fault
holds it before it lies in the urn. A receipt has no address of its own either, since addresses are logged beside people.
"""

from functools import partial
from typing import Any

from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from civic.limits import TooOften, outside_ip
from civic.moments import by_database, now
from civic.pages import page
from civic.permissions import allowed
from civic.rules import RuleBroken
from proposals.rule_words import COUNT_RULES
from voting import ballot_sentences as sentences
from voting import pace, papers, station_queries, station_rules, styles
from voting.forms.ballots import BallotForm
from voting.models import Poll, PollState, RollEntry
from voting.models.urn import BallotChannel
from voting.services import own_ballots, reminders, urn


@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def ballot(request: HttpRequest, pk: int) -> HttpResponse:
    """The ballot (选票); POST puts it into the urn (确认投票) and leads to its receipt.

    What the roll and the urn take is taken without reading the poll: they ask for themselves.
    """
    poll = SimpleLazyObject(partial(_found, pk))
    if request.method != "POST":
        return _paper(request, poll)
    form = _filled(request, pk, poll)
    problem = ""
    if request.user.is_authenticated and form is not None and form.is_valid():
        try:
            pace.from_address(outside_ip(request))
            own_ballots.vote(pk, form.choices, by=request.user, replaces=form.cleaned_data["replaces"])
            return redirect("voting:receipt", pk)
        except RuleBroken as broken:
            problem = broken.message
        except TooOften as often:
            return _slower(request, poll, form, often)
    return _refused(request, poll, form) or _paper(request, poll, form=form, problem=problem, status=409)


@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def check(request: HttpRequest, pk: int) -> HttpResponse:
    """核对后提交: what will be handed in, once more; ``back`` leads to the ballot as it was filled in."""
    poll = _found(pk)
    if request.method != "POST":
        return redirect("voting:ballot", poll.pk)
    form = _filled(request, pk, poll)
    if refused := _refused(request, poll, form):
        return refused
    if "back" in request.POST:
        return _paper(request, poll, form=form)
    return page(
        request,
        "voting/ballot_check.html",
        poll=poll,
        form=form,
        chosen=chosen_rows(poll, form.choices, form.entries),
        told=form.told(),
        total_yuan=sentences.chosen_yuan(form.choices, form.entries) if form.is_of_ticks else None,
    )


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def receipt(request: HttpRequest, pk: int) -> HttpResponse:
    """The receipt (回执) of the voter's own ballot; only POST shows what it says, so that no link or reload does."""
    poll = _found(pk)
    standing = _standing(poll, request)
    if standing is None:
        return redirect("voting:ballot", poll.pk)
    chosen = None
    if request.method == "POST":
        own = own_ballots.shown(poll.pk, by=request.user) or {}
        chosen = chosen_rows(poll, own, papers.in_order_for(poll, request.user))
    return page(
        request,
        "voting/ballot_receipt.html",
        poll=poll,
        phase=papers.phase(poll, poll.clock),
        standing=standing,
        channel=BallotChannel(standing.channel),
        is_shown=chosen is not None,
        chosen=chosen,
    )


@sensitive_post_parameters()
@login_required
@require_http_methods(["POST"])
def remind(request: HttpRequest, pk: int) -> HttpResponse:
    """到时提醒我, or not after all; what is filled in stays on the page and is kept nowhere."""
    poll = _found(pk)
    form = _filled(request, pk, poll)
    if request.user.is_vouched or not allowed(request.user, "voting.cast", poll):
        return _paper(request, poll, form=form, status=403)
    try:
        (reminders.unwish if "stop" in request.POST else reminders.wish)(poll, by=request.user)
    except RuleBroken as broken:
        return _paper(request, poll, form=form, problem=broken.message, status=409)
    return _paper(request, poll, form=form)


def _found(pk: int) -> Poll:
    """The poll with the database's own time beside it: no web server's clock says that it is over."""
    return get_object_or_404(papers.shown().annotate(clock=by_database()), pk=pk)


def _filled(request: HttpRequest, pk: int, poll: Poll) -> BallotForm | None:
    """The form as it was sent; nothing before the box is open."""
    fixed = styles.fixed(pk)
    if fixed is None:
        return None
    reader = request.user if request.user.is_authenticated else None
    entries = SimpleLazyObject(lambda: papers.in_order_for(poll, reader))
    return BallotForm(request.POST, poll=poll, style=fixed.style, entries=entries)


def _refused(request: HttpRequest, poll: Poll, form: BallotForm | None) -> HttpResponse | None:
    """The ballot again with nothing lost: let in by a worker or not on the roll 403, not open or beyond its style 409,
    unreadable 422."""
    if not request.user.is_authenticated:
        return redirect_to_login(reverse("voting:ballot", args=[poll.pk]))
    if request.user.is_vouched or not allowed(request.user, "voting.cast", poll):
        return _paper(request, poll, form=form, status=403)
    if form is None or poll.state != PollState.OPEN:  # the last second is the urn's to tell
        return _paper(request, poll, form=form, status=409)
    if not form.is_valid():
        return _paper(request, poll, form=form, status=409 if form.is_refused else 422)
    return None


def _slower(request: HttpRequest, poll: Poll, form: BallotForm | None, often: TooOften) -> HttpResponse:
    """操作太频繁: what was chosen stays on the page."""
    problem = _("操作太频繁，请 %(seconds)s 秒后再试") % {"seconds": often.retry_after}
    response = _paper(request, poll, form=form, problem=problem, status=429)
    response["Retry-After"] = str(often.retry_after)
    return response


def _paper(
    request: HttpRequest, poll: Poll, *, form: BallotForm | None = None, problem: str = "", status: int = 200
) -> HttpResponse:
    """The poll's page for this reader: a ballot to fill in, or the projects and why there is nothing to fill in."""
    reader = request.user if request.user.is_authenticated else None
    phase, entry = papers.phase(poll, poll.clock), papers.entry_of(poll, reader)
    on_roll, handout = entry is not None, getattr(entry, "paper", None)
    is_vouched = reader is not None and reader.is_vouched
    turnout = papers.turnout(poll)
    standing = _standing(poll, request) if on_roll else None
    takes = (
        phase == "open"
        and handout is None
        and not is_vouched
        and (standing is None or standing.channel != BallotChannel.PAPER)
    )
    is_change = takes and standing is not None and ("change" in request.GET or form is not None)
    entries = form.entries if form else papers.in_order_for(poll, reader)
    if form is None and takes and on_roll and (standing is None or is_change):
        form = _fresh(request, poll, entries, standing)
    return page(
        request,
        "voting/ballot.html",
        status=status,
        poll=poll,
        phase=phase,
        method=sentences.method(poll),
        count_rule=COUNT_RULES.get(poll.count_rule, poll.count_rule),
        words=sentences.words(poll.method),
        most=sentences.most_of(poll, entries),
        entries=entries,
        form=form if takes else None,
        on_roll=on_roll,
        absence=papers.absence(poll, request.user) if reader and not on_roll and phase == "open" else None,
        standing=standing,
        handout=handout,
        replaces=standing.version if standing else "",
        is_change=is_change,
        problem=problem,
        turnout=turnout,
        turned_out=sum(turnout.values()),
        reminder=_reminder(poll, entry) if form and takes and entry and standing is None else None,
        assisted=_assisted(poll, request, standing),
        sign_in_url=f"{reverse('account_login')}?next={request.path}",
    )


def _fresh(request: HttpRequest, poll: Poll, entries: list[Any], standing: urn.Standing | None) -> BallotForm | None:
    """An empty ballot, or the voter's own to change."""
    fixed = styles.fixed(poll.pk)
    own = own_ballots.shown(poll.pk, by=request.user) if standing else None
    return BallotForm(poll=poll, style=fixed.style, entries=entries, own=own) if fixed else None


def _standing(poll: Poll, request: HttpRequest) -> urn.Standing | None:
    """Whether the reader's ballot stands; nobody knows any more once the key is gone, or before it is made, and it is
    not told where a worker let the reader in."""
    if request.user.is_vouched:
        return None
    try:
        return urn.standing(poll.pk, request.user.pk)
    except RuleBroken:
        return None


def _reminder(poll: Poll, entry: RollEntry) -> str:
    """Whether a reminder is wished, may be wished, or neither (到时提醒我)."""
    if entry.wishes_reminder:  # type: ignore[attr-defined]
        return "wished"
    return "offered" if entry.person.phone and reminders.can_be_wished(poll, poll.clock) else ""


def _assisted(poll: Poll, request: HttpRequest, standing: urn.Standing | None) -> dict[str, Any] | None:
    """Who entered the reader's vote on her behalf, and whether she may still dispute it (代为录入)."""
    row = station_queries.assisted_of(poll, request.user) if standing else None
    if row is None:
        return None
    return {"row": row, "is_disputable": station_rules.is_disputable(row, now())}


def chosen_rows(poll: Poll, choices: dict[str, int], entries: list[Any]) -> list[dict[str, Any]]:
    """The chosen projects with what each was given; ranked ones by their place, others in the voter's order."""
    rows = [
        {
            "entry": entry,
            "score": choices[entry.project.code],
            "words": sentences.score(poll.method, choices[entry.project.code]),
        }
        for entry in entries
        if entry.project.code in choices
    ]
    return sorted(rows, key=lambda row: row["score"]) if poll.method == "rank" else rows
