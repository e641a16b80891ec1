"""What a poll came to (投票结果): for everyone once it is published, for the office that publishes it before."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from civic.moments import now
from civic.pages import page
from civic.permissions import allowed, require
from voting import paper_queries, paper_rules, paper_words, papers, poll_queries, receipts, result_queries, result_words
from voting.forms.polls import ReasonForm
from voting.models import ActKind, BallotMethod, LineOutcome, PaperBatch, Poll, PollState, Result
from voting.poll_count import lots
from voting.services import poll_acts, urn
from voting.views.polls import DONE, tried


@require_safe
def results(request: HttpRequest, pk: int) -> HttpResponse:
    """投票结果: the table, why each is in or out, how it was counted, how to count again; before that, when."""
    poll = get_object_or_404(papers.shown(), pk=pk)
    if poll.state != PollState.PUBLISHED:
        turnout = papers.turnout(poll)
        return page(
            request,
            "voting/results_later.html",
            poll=poll,
            phase=papers.phase(poll, now()),
            turnout=turnout,
            turned_out=sum(turnout.values()),
        )
    return page(request, "voting/results.html", **_told(result_queries.result_of(poll)))


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def review(request: HttpRequest, pk: int) -> HttpResponse:
    """核对投票结果: the office reads the count before anyone else; POST asks that it be published (提请公布)."""
    poll = get_object_or_404(Poll.objects.select_related("round", "area"), pk=pk)
    require(request.user, "voting.ask_poll_act", poll)
    result = result_queries.result_of(poll)
    if result is None:
        raise Http404
    form = ReasonForm(request.POST if request.method == "POST" else None)
    status = tried(form, lambda: poll_acts.ask(poll, ActKind.PUBLISH, by=request.user, **form.cleaned_data))
    if status == DONE:
        messages.success(request, _("已提请，等另一人确认"))
        return redirect("voting:poll_result", pk)
    act = poll_queries.pending_acts(poll).filter(kind=ActKind.PUBLISH).first()
    return page(
        request,
        "voting/poll_result.html",
        status=status,
        form=form,
        act=act,
        may_confirm=act is not None and allowed(request.user, "voting.confirm_poll_act", act),
        may_ask=act is None and poll.state == PollState.COUNTED,
        **_told(result),
    )


@require_safe
def ballots_file(request: HttpRequest, pk: int) -> HttpResponse:
    """The anonymous ballots (公开选票文件), byte for byte what was hashed; 404 where they stay sealed."""
    result = _published(pk)
    if not result.ballots_file:
        raise Http404
    return _file(result.ballots_file.encode(), f"poll-{pk}.pb", "text/plain; charset=utf-8")


@require_safe
def rule_file(request: HttpRequest, pk: int) -> HttpResponse:
    """The counting rule as a file (计票规则记录), in the form whose SHA-256 is its fingerprint."""
    return _file(receipts.canonical(_published(pk).rule_record), f"poll-{pk}-rule.json", "application/json")


@require_safe
def log_file(request: HttpRequest, pk: int) -> HttpResponse:
    """The poll's public log (投票日志), for ``verify_urn`` and for whoever keeps a receipt."""
    return _file(receipts.canonical(urn.public_log(_published(pk).poll_id)), f"poll-{pk}-log.json", "application/json")


def _published(pk: int) -> Result:
    return get_object_or_404(Result, poll=pk, poll__state=PollState.PUBLISHED)


def _file(content: bytes, name: str, kind: str) -> HttpResponse:
    return HttpResponse(content, content_type=kind, headers={"Content-Disposition": f'attachment; filename="{name}"'})


def _told(result: Result) -> dict[str, Any]:
    """What both pages show of a result."""
    poll = result.poll
    batches = list(paper_queries.batches(poll))
    lines = list(result_queries.result_lines(result))
    titles = {line.project.code or "": line.project.title for line in lines}
    rows = [
        {
            "line": line,
            "score": result_words.score(line, poll.method),
            "sentence": result_words.sentence(line, poll.method),
            "change": result_words.what_would_change(line),
        }
        for line in lines
    ]
    return {
        "poll": poll,
        "result": result,
        "won": [row for row in rows if row["line"].outcome == LineOutcome.WON],
        "others": [row for row in rows if row["line"].outcome != LineOutcome.WON],
        "left_yuan": None if poll.budget_yuan is None else poll.budget_yuan - result.cost_yuan,
        "channels": result_words.channels(result, is_paper_told=bool(batches)),
        "paper": _paper(result, batches),
        "method": result_words.method(result),
        "ties": [result_words.tie(tie, titles) for tie in result.ties],
        "lots": [(code, titles[code], lot) for code, lot in lots(titles, poll.seed).items()],
        "is_by_lots": poll.method != BallotMethod.YES_NO,
    }


def _paper(result: Result, batches: list[PaperBatch]) -> dict[str, Any] | None:
    """The ballot account (选票账) for everybody: all batches together, and why a gap; nothing where paper was not used."""
    if not batches:
        return None
    account = paper_rules.together(map(paper_queries.account, batches))
    return {
        "lines": paper_words.lines(account),
        "reasons": paper_words.reasons(account, result.poll.round.terms.suppress_below),
        "gaps": [batch for batch in batches if batch.gap_reason],
    }
