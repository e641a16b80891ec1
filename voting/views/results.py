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
from voting import (
    paper_queries,
    paper_rules,
    paper_words,
    papers,
    poll_queries,
    receipts,
    recount_steps,
    result_queries,
    result_words,
)
from voting.forms.polls import ReasonForm
from voting.models import ActKind, BallotMethod, LineOutcome, PaperBatch, Poll, PollState, Result, ResultLine
from voting.poll_count import lots
from voting.services import key_ends, poll_acts, recounts, urn
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
    result = _of_number(request, poll)
    told, public = _told(result), _public(result)
    is_open = public["until"] is not None and now() <= public["until"]
    objectable = [row for row in told["others"] if _is_objectable(row["line"])] if is_open else []
    return page(request, "voting/results.html", **told, **public, objectable=objectable)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def review(request: HttpRequest, pk: int) -> HttpResponse:
    """核对投票结果: the office reads the count before anyone else; POST asks that it be published (提请公布)."""
    poll = get_object_or_404(Poll.objects.select_related("round", "area"), pk=pk)
    require(request.user, "voting.ask_poll_act", poll)
    result = result_queries.result_of(poll)
    if result is None:
        raise Http404
    form, status = _asked(request, poll, ActKind.PUBLISH)
    if status == DONE:
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
    result = _published(request, pk)
    if not result.ballots_hash:
        raise Http404
    return _file(result.ballots_file.encode(), papers.file_name(result, ".pb"), "text/plain; charset=utf-8")


@require_safe
def rule_file(request: HttpRequest, pk: int) -> HttpResponse:
    """The counting rule as a file (计票规则记录), in the form whose SHA-256 is its fingerprint."""
    result = _published(request, pk)
    return _file(receipts.canonical(result.rule_record), papers.file_name(result, "-rule.json"), "application/json")


@require_safe
def log_file(request: HttpRequest, pk: int) -> HttpResponse:
    """The poll's public log (投票日志), for ``verify_urn`` and for whoever keeps a receipt: from the opening on its
    entries and signed heads, which say nothing of what was chosen; once the result is published the ballots, too."""
    poll = _begun(pk)
    told = urn.public_log(pk, is_opened=poll.state == PollState.PUBLISHED)
    return _file(receipts.canonical(told), f"poll-{pk}-log.json", "application/json")


@require_safe
def checkpoint(request: HttpRequest, pk: int, size: int | None = None) -> HttpResponse:
    """A signed head of the log (日志签名) as text, for whoever keeps one: the last, or the one over so many entries."""
    note = urn.checkpoint(_begun(pk).pk, size)
    if note is None:
        raise Http404
    return _file(note.encode(), f"poll-{pk}-checkpoint.txt", "text/plain; charset=utf-8")


@require_safe
def recount_page(request: HttpRequest, pk: int) -> HttpResponse:
    """怎样自己再算一遍: which files, which commands, what comes out, and what this does not show."""
    result = _published(request, pk)
    told = recount_steps.told(result)
    return page(request, "voting/recount.html", **told, result=result, poll=result.poll, count_query=_query(result))


@require_safe
def recount_script(request: HttpRequest) -> HttpResponse:
    """The short independent program (独立复核程序): one file of Python's standard library, as it lies in scripts/."""
    return _file(recount_steps.SCRIPT.read_bytes(), recount_steps.SCRIPT.name, "text/x-python; charset=utf-8")


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def recount(request: HttpRequest, pk: int) -> HttpResponse:
    """重新计票: what a count of the box comes to now, beside the one that stands; POST asks that it be done."""
    poll = get_object_or_404(Poll.objects.select_related("round", "area"), pk=pk)
    require(request.user, "voting.ask_poll_act", poll)
    standing = result_queries.result_of(poll)
    if standing is None:
        raise Http404
    form, status = _asked(request, poll, ActKind.RECOUNT)
    if status == DONE:
        return redirect("voting:poll_recount", pk)
    act = poll_queries.pending_acts(poll).first()
    found = recounts.counted_again(standing)
    return page(
        request,
        "voting/poll_recount.html",
        status=status,
        form=form,
        poll=poll,
        standing=standing,
        act=act,
        may_confirm=act is not None and allowed(request.user, "voting.confirm_poll_act", act),
        changed=_changed(found[0]) if found else None,
    )


def _asked(request: HttpRequest, poll: Poll, kind: ActKind) -> tuple[ReasonForm, int]:
    """What one asks and another confirms (提请): the form, and DONE once it is asked."""
    form = ReasonForm(request.POST if request.method == "POST" else None)
    status = tried(form, lambda: poll_acts.ask(poll, kind, by=request.user, **form.cleaned_data))
    if status == DONE:
        messages.success(request, _("已提请，等另一人确认"))
    return form, status


def _begun(pk: int) -> Poll:
    """A poll whose box is open or was; 404 before."""
    return get_object_or_404(papers.shown().exclude(opened_at=None), pk=pk)


def _published(request: HttpRequest, pk: int) -> Result:
    return _of_number(request, get_object_or_404(papers.shown(), pk=pk, state=PollState.PUBLISHED))


def _of_number(request: HttpRequest, poll: Poll) -> Result:
    """The count that ``?count=1`` names, else the newest; 404 for one that is not there."""
    asked = request.GET.get("count", "")
    if asked and not (asked.isascii() and asked.isdigit() and len(asked) < 4):
        raise Http404
    result = result_queries.result_of(poll, int(asked) if asked else None)
    if result is None:
        raise Http404
    return result


def _query(result: Result) -> str:
    """What the address of another than the newest count ends with."""
    return "" if result.number == 1 else f"?count={result.number}"


def _file(content: bytes, name: str, kind: str) -> HttpResponse:
    return HttpResponse(content, content_type=kind, headers={"Content-Disposition": f'attachment; filename="{name}"'})


def _public(result: Result) -> dict[str, Any]:
    """What the public page has beside the result: its other counts, when the key ends, until when to object."""
    poll = result.poll
    published_at = result_queries.published_at(poll)
    numbers = list(poll.results.order_by("number").values_list("number", flat=True))
    return {
        "published_at": published_at,
        "count_query": _query(result),
        "newest": max(numbers),
        "numbers": numbers,
        "changed": _changed(result) if result.number > 1 else None,
        "recounts": result_queries.recounts(poll),
        "until": key_ends.ends_after(poll, published_at) if published_at else None,
    }


def _changed(again: Result) -> dict[str, Any]:
    """A recount's difference in words (重新计票的不同)."""
    titles = dict(again.poll.entries.values_list("project__code", "project__title"))
    return {"why": result_words.recounted(again), "rows": result_words.changed_rows(again, titles)}


def _is_objectable(line: ResultLine) -> bool:
    """Whether the result itself left the project out, in reserve or not; one taken back had ended before."""
    return line.outcome != LineOutcome.WON and line.facts.get("condition") != "withdrawn"


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
        "ages": result_words.ages(result),
        "other_rules": result_words.other_rules(result, titles),
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
