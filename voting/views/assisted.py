"""Voting through a worker (代为录入) at the desk, and disputes about it: by the person herself, or written down for her.

What is chosen is seen by the worker while she enters it, and by nobody afterwards.
"""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_safe

from civic import limits
from civic.limits import TooOften
from civic.models.record import Channel
from civic.moments import now
from civic.pages import page
from civic.permissions import allowed, require
from civic.rules import RuleBroken
from voting import ballot_sentences as sentences
from voting import papers, station_queries, station_rules, styles
from voting.forms.ballots import BallotForm
from voting.forms.station import AnswerForm, AssistedForm, DisputeForm
from voting.models import AssistedEntry, RollEntry
from voting.services import assisted
from voting.views.ballot import chosen_rows
from voting.views.polls import DONE, tried
from voting.views.station import form_methods, receivable


@never_cache
@login_required
@sensitive_post_parameters()
@form_methods
def enter(request: HttpRequest, pk: int, entry_pk: int) -> HttpResponse:
    """代为录入: evidence and ballot on one page; POST shows them once more, and with ``sure`` enters the vote."""
    entry = receivable(request, pk, entry_pk)
    evidence, ballot = _forms(request, entry)
    whole = all([evidence.is_valid(), ballot.is_valid()])  # both are looked at, so that both say what is missing
    if request.method != "POST" or not whole or "back" in request.POST:
        return _filling(request, entry, evidence, ballot)
    if "sure" not in request.POST:
        return _checking(request, entry, evidence, ballot)
    try:
        assisted.enter(entry, ballot.choices, by=request.user, **evidence.cleaned_data)
    except TooOften as often:
        return _too_often(request, entry, evidence, ballot, often)
    except RuleBroken as broken:
        return _filling(request, entry, evidence, ballot, problem=broken.message)
    messages.success(request, _("已代为录入，选了什么不再显示"))
    return redirect("voting:assisted_list", pk)


@never_cache
@login_required
@require_safe
def entered(request: HttpRequest, pk: int) -> HttpResponse:
    """代为录入的记录: by whom, for whom, why, and disputes with their answers; never a choice."""
    poll = get_object_or_404(papers.shown(), pk=pk)
    require(request.user, "voting.see_assisted", poll)
    rows = station_queries.assisted(poll, request.user).prefetch_related("documents").order_by("entered_on", "pk")
    return page(
        request,
        "voting/assisted_list.html",
        poll=poll,
        rows=[
            (row, allowed(request.user, "voting.answer_dispute", row), station_rules.is_disputable(row, now()))
            for row in rows
        ],
        days=station_queries.station_days(poll),
        runs_station=allowed(request.user, "voting.run_station", poll),
    )


@never_cache
@login_required
@form_methods
def dispute(request: HttpRequest, pk: int, row_pk: UUID) -> HttpResponse:
    """写下异议 that somebody brought to the desk."""
    row = _row(request, pk, row_pk)
    require(request.user, "voting.dispute_assisted", row)
    form = DisputeForm(request.POST if request.method == "POST" else None)
    how = {"by": request.user, "channel": Channel.DESK}
    status = tried(form, lambda: assisted.dispute(row, **how, **form.cleaned_data))
    if status == DONE:
        messages.success(request, _("已记下，等镇街答复"))
        return redirect("voting:assisted_list", pk)
    return page(request, "voting/assisted_dispute.html", status=status, form=form, row=row, poll=row.entry.poll)


@never_cache
@login_required
@form_methods
def answer(request: HttpRequest, pk: int, row_pk: UUID) -> HttpResponse:
    """答复异议: the count waits for it."""
    row = _row(request, pk, row_pk)
    require(request.user, "voting.answer_dispute", row)
    form = AnswerForm(request.POST if request.method == "POST" else None)
    status = tried(form, lambda: assisted.answer(row, by=request.user, **form.cleaned_data))
    if status == DONE:
        messages.success(request, _("已答复"))
        return redirect("voting:assisted_list", pk)
    return page(request, "voting/assisted_answer.html", status=status, form=form, row=row, poll=row.entry.poll)


@never_cache
@login_required
@form_methods
def own_dispute(request: HttpRequest, pk: int) -> HttpResponse:
    """这不是我的意思: the person herself disputes what was entered for her."""
    poll = get_object_or_404(papers.shown(), pk=pk)
    row = get_object_or_404(station_queries.entered(), entry__poll=poll, entry__person=request.user)
    form = DisputeForm(request.POST if request.method == "POST" else None)
    status = tried(form, lambda: assisted.dispute(row, by=request.user, **form.cleaned_data))
    if status == DONE:
        messages.success(request, _("已收到，镇街答复以后才计票"))
        return redirect("voting:ballot", pk)
    return page(request, "voting/assisted_own.html", status=status, form=form, row=row, poll=poll)


def _forms(request: HttpRequest, entry: RollEntry) -> tuple[AssistedForm, BallotForm]:
    fixed = styles.fixed(entry.poll_id)
    if fixed is None:
        raise RuleBroken(_("现在不是投票时间"), code="vote_not_open")
    is_sent = request.method == "POST"
    evidence = AssistedForm(request.POST if is_sent else None, request.FILES if is_sent else None, by=request.user)
    entries = papers.in_order_for(entry.poll, entry.person)
    return evidence, BallotForm(request.POST if is_sent else None, poll=entry.poll, style=fixed.style, entries=entries)


def _too_often(
    request: HttpRequest, entry: RollEntry, evidence: AssistedForm, ballot: BallotForm, often: TooOften
) -> HttpResponse:
    """429 with nothing lost: in some seconds, or tomorrow."""
    if often.retry_after > limits.PROXY_PAUSE.seconds:
        problem = _("今天代录满%(most)d份了，明天再录") % {"most": limits.PROXY_DAY.most}
    else:
        problem = _("录得太快，%(seconds)d秒后再交") % {"seconds": often.retry_after}
    answer = _filling(request, entry, evidence, ballot, problem=problem, status=429)
    answer["Retry-After"] = str(often.retry_after)
    return answer


def _filling(
    request: HttpRequest,
    entry: RollEntry,
    evidence: AssistedForm,
    ballot: BallotForm,
    *,
    problem: str = "",
    status: int = 409,
) -> HttpResponse:
    refused = problem or (ballot.is_bound and ballot.is_refused)
    return page(
        request,
        "voting/assisted.html",
        status=status if refused else 200,
        poll=entry.poll,
        entry=entry,
        evidence=evidence,
        form=ballot,
        method=sentences.method(entry.poll),
        words=sentences.words(entry.poll.method),
        most=sentences.most_of(entry.poll, ballot.entries),
        problem=problem,
    )


def _checking(request: HttpRequest, entry: RollEntry, evidence: AssistedForm, ballot: BallotForm) -> HttpResponse:
    return page(
        request,
        "voting/assisted_check.html",
        poll=entry.poll,
        entry=entry,
        evidence=evidence,
        sent=[*evidence.sent(), *ballot.sent()],
        chosen=chosen_rows(entry.poll, ballot.choices, ballot.entries),
        told=ballot.told(),
        total_yuan=sentences.chosen_yuan(ballot.choices, ballot.entries) if ballot.is_of_ticks else None,
    )


def _row(request: HttpRequest, pk: int, row_pk: UUID) -> AssistedEntry:
    """A vote that was entered for somebody, as far as this person may see it from the inside."""
    poll = get_object_or_404(papers.shown(), pk=pk)
    require(request.user, "voting.see_assisted", poll)
    row: AssistedEntry = get_object_or_404(station_queries.assisted(poll, request.user), pk=row_pk)
    return row
