"""Paper ballots at the desk (纸质票工作页): batches and their printing, who is given one, what came back."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_safe

from civic.moments import now
from civic.pages import page
from civic.permissions import allowed, require
from civic.rules import RuleBroken
from voting import paper_pdf, paper_queries, paper_rules, paper_words
from voting.forms import paper as forms
from voting.models import PaperBatch, PaperHandout, PaperState, Poll, PollState, RollEntry
from voting.services import paper
from voting.views.polls import DONE, form_methods, tried

LATEST = 10


@login_required
@require_safe
def paper_list(request: HttpRequest, pk: int) -> HttpResponse:
    """纸质票: the batches of a poll, and their account together."""
    poll = found_poll(request, pk)
    batches = list(paper_queries.batches(poll))
    accounts = [paper_queries.account(batch) for batch in batches]
    runs = allowed(request.user, "voting.make_paper", poll)
    return page(
        request,
        "voting/paper.html",
        poll=poll,
        rows=list(zip(batches, accounts, strict=True)),
        total=paper_words.of(batches, paper_rules.together(accounts)),
        is_over=poll.state != PollState.OPEN,
        may_make=runs and poll.state == PollState.OPEN,
        may_finish=runs and bool(batches) and {batch.state for batch in batches} == {PaperState.BALANCED},
    )


@login_required
@form_methods
def make(request: HttpRequest, pk: int) -> HttpResponse:
    """做一批: a station and how many."""
    poll = found_poll(request, pk)
    require(request.user, "voting.make_paper", poll)
    if poll.state != PollState.OPEN:
        raise RuleBroken(_("投票期间才能做纸质票"), code="wrong_state")
    form = forms.BatchForm(request.POST if request.method == "POST" else None, poll=poll)
    made: list[PaperBatch] = []
    status = tried(form, lambda: made.append(paper.make_batch(poll, by=request.user, **form.cleaned_data)))
    if made:
        messages.success(request, _("已编好号，可以打印"))
        return redirect("voting:paper_batch", pk, made[0].number)
    return page(request, "voting/paper_new.html", status=status, form=form, poll=poll)


@login_required
@require_safe
def batch_page(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """One batch: where it is, what can be done now, its account."""
    batch = found_batch(request, pk, number)
    account = paper_queries.account(batch)
    gives = allowed(request.user, "voting.hand_out_paper", batch)
    keys = allowed(request.user, "voting.key_paper", batch)
    runs = allowed(request.user, "voting.make_paper", batch.poll)
    is_open, is_closed = batch.poll.state == PollState.OPEN, batch.poll.state == PollState.CLOSED
    counted = {PaperState.RETURNED, PaperState.KEYING}
    return page(
        request,
        "voting/paper_batch.html",
        batch=batch,
        poll=batch.poll,
        lines=paper_words.of([batch], account),
        first=paper_rules.code(batch, batch.first_serial),
        last=paper_rules.code(batch, batch.last_serial),
        may_print=runs and is_open,
        may_give=gives and is_open,
        may_return=gives and is_closed and batch.state in {PaperState.PRINTED, PaperState.HANDING, *counted},
        may_key=keys and is_closed and batch.state in counted,
        may_sign=runs and is_closed and batch.state == PaperState.KEYED,
        is_open=is_open,
    )


@login_required
@form_methods
def print_papers(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """打印: a hundred papers to a file; every time is on the record. Without Pango the browser prints the page."""
    batch = found_batch(request, pk, number)
    require(request.user, "voting.make_paper", batch.poll)
    if request.method != "POST":
        return page(
            request,
            "voting/paper_print.html",
            batch=batch,
            poll=batch.poll,
            parts=list(enumerate(paper_pdf.parts(batch))),
        )
    wanted = request.POST.get("part", "")
    part = int(wanted) if wanted.isascii() and wanted.isdigit() and len(wanted) < 4 else -1
    drawn = paper_pdf.pdf(paper_pdf.html(batch, part, is_pdf=True))
    paper.note_print(batch, by=request.user)
    if drawn is None:
        return HttpResponse(paper_pdf.html(batch, part, is_pdf=False))
    name = f"paper-{pk}-{number}-{part + 1}.pdf"
    return HttpResponse(
        drawn,
        content_type="application/pdf",
        headers={"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"},
    )


@never_cache
@login_required
@sensitive_post_parameters("text", "witness")
@form_methods
def hand_out(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """发纸质票, first half: find somebody on the roll; one press beside the name gives a ballot."""
    batch = _giving(request, pk, number)
    last = batch.handouts.filter(by=request.user).order_by("-pk").first()
    initial = {"witness": last.witness if last else ""}
    form = forms.FindForm(request.POST if request.method == "POST" else None, initial=initial)
    found = paper_queries.entries_named(batch, form.cleaned_data["text"]) if form.is_valid() else None
    return _giving_page(request, batch, form, found)


@never_cache
@login_required
@sensitive_post_parameters("text", "witness")
@form_methods
def give(request: HttpRequest, pk: int, number: int, entry_pk: int) -> HttpResponse:
    """发一张 to this person; what is refused stands above the list, which stays."""
    batch = _giving(request, pk, number)
    if request.method != "POST":
        return redirect("voting:paper_hand_out", pk, number)
    entry = get_object_or_404(RollEntry.objects.select_related("person", "area"), pk=entry_pk, poll=pk)
    form = forms.FindForm(request.POST)
    status = tried(form, lambda: paper.hand_out(batch, entry, by=request.user, witness=form.cleaned_data["witness"]))
    if status == DONE:
        messages.success(request, _("已记下。从这叠票里背面朝上抽一张给他"))
        return redirect("voting:paper_hand_out", pk, number)
    found = paper_queries.entries_named(batch, form.cleaned_data["text"]) if "text" in form.cleaned_data else None
    return _giving_page(request, batch, form, found, status=422 if status == 200 else status)


@never_cache
@login_required
@form_methods
def undo(request: HttpRequest, pk: int, number: int, handout_pk: int) -> HttpResponse:
    """撤回发放 recorded by mistake, with a reason."""
    batch, handout = _given(request, pk, number, handout_pk)
    form = forms.PaperReasonForm(request.POST if request.method == "POST" else None)
    status = tried(form, lambda: paper.undo_handout(handout, by=request.user, **form.cleaned_data))
    if status == DONE:
        messages.success(request, _("已撤回，把那张票收回叠里"))
        return redirect("voting:paper_hand_out", pk, number)
    context = {"form": form, "batch": batch, "poll": batch.poll, "handout": handout}
    return page(request, "voting/paper_undo.html", status=status, **context)


@never_cache
@login_required
@form_methods
def exchange(request: HttpRequest, pk: int, number: int, handout_pk: int) -> HttpResponse:
    """换一张 for a spoiled one."""
    batch, handout = _given(request, pk, number, handout_pk)
    if request.method == "POST":
        paper.exchange(handout, by=request.user)
        messages.success(request, _("已记下换票。写坏的那张留在站里"))
        return redirect("voting:paper_hand_out", pk, number)
    return page(request, "voting/paper_exchange.html", batch=batch, poll=batch.poll, handout=handout)


@login_required
@form_methods
def take_back(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """收回: what the station counted after the close."""
    batch = found_batch(request, pk, number)
    require(request.user, "voting.hand_out_paper", batch)
    paper.check_closed(batch.poll)
    initial = {name: getattr(batch, name) for name in forms.ReturnForm.base_fields}
    form = forms.ReturnForm(request.POST if request.method == "POST" else None, initial=initial)
    status = tried(form, lambda: paper.take_back(batch, by=request.user, **form.facts))
    if status == DONE:
        messages.success(request, _("已记下收回的张数"))
        return redirect("voting:paper_batch", pk, number)
    account = paper_queries.account(found_batch(request, pk, number))
    context = {"form": form, "batch": batch, "poll": batch.poll, "account": account}
    return page(request, "voting/paper_return.html", status=status, **context)


def found_poll(request: HttpRequest, pk: int) -> Poll:
    """A poll whose paper this person may see."""
    poll = get_object_or_404(Poll.objects.select_related("round", "area"), pk=pk)
    require(request.user, "voting.open_paper", poll)
    return poll


def found_batch(request: HttpRequest, pk: int, number: int) -> PaperBatch:
    return get_object_or_404(paper_queries.batches(found_poll(request, pk)), number=number)


def _giving(request: HttpRequest, pk: int, number: int) -> PaperBatch:
    """A batch this person gives from, while its poll takes ballots."""
    batch = found_batch(request, pk, number)
    require(request.user, "voting.hand_out_paper", batch)
    if batch.poll.state != PollState.OPEN:
        raise RuleBroken(_("投票期间才能发纸质票"), code="wrong_state")
    return batch


def _given(request: HttpRequest, pk: int, number: int, handout_pk: int) -> tuple[PaperBatch, PaperHandout]:
    batch = _giving(request, pk, number)
    handouts = batch.handouts.select_related("entry__person", "entry__area")
    return batch, get_object_or_404(handouts, pk=handout_pk)


def _giving_page(
    request: HttpRequest,
    batch: PaperBatch,
    form: forms.FindForm,
    found: list[RollEntry] | None,
    *,
    status: int = 200,
) -> HttpResponse:
    mine = batch.handouts.filter(by=request.user).select_related("entry__person", "batch").order_by("-pk")
    context: dict[str, Any] = {
        "form": form,
        "batch": batch,
        "poll": batch.poll,
        "found": [(entry, getattr(entry, "paper", None)) for entry in found] if found is not None else None,
        "mine": mine[:LATEST],
        "undo_from": now() - paper.UNDO_WITHIN,
        "left": batch.size - paper_queries.account(batch).handed_out,
    }
    return page(request, "voting/paper_hand_out.html", status=status, **context)
