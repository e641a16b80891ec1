"""What papers say (录入纸质票): the grid for one pair of eyes at a time, what differs, the account, and into the urn."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_safe

from civic.pages import page
from civic.permissions import require
from voting import paper_queries, paper_rules, paper_words
from voting.forms import paper as forms
from voting.models import PaperBatch, PaperState, SheetFault
from voting.services import paper, paper_account, paper_keying, urn
from voting.views.paper import found_batch, found_poll
from voting.views.polls import DONE, form_methods, tried


@never_cache
@login_required
@sensitive_post_parameters()
@form_methods
def key(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """录入: ten papers to a sheet, by keyboard alone. What is right is kept, what is not stays with its reason."""
    batch = _reading(request, pk, number)
    grid = forms.grid(request.POST if request.method == "POST" else None, batch)
    if request.method != "POST":
        return _key_page(request, batch, grid)
    if not grid.management_form.is_valid():
        return _key_page(request, batch, forms.grid(None, batch), status=422)
    filled = [row for row in grid if row.has_changed()]
    statuses = [tried(row, lambda row=row: _keep(row, request, batch)) for row in filled]
    saved = statuses.count(DONE)
    if filled and saved == len(filled):
        messages.success(request, _("已录%(count)d张") % {"count": saved})
        batch.refresh_from_db()
        done = batch.state == PaperState.KEYED
        return redirect("voting:paper_batch" if done else "voting:paper_key", pk, number)
    return _key_page(request, batch, grid, status=409 if 409 in statuses else 422, saved=saved, is_blank=not filled)


@never_cache
@login_required
@form_methods
def strike(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """撤回一张 keyed under a wrong number."""
    batch = _reading(request, pk, number)
    form = forms.StrikeForm(request.POST if request.method == "POST" else None, batch=batch)
    status = tried(form, lambda: paper_keying.strike(batch, form.cleaned_data["serial"], by=request.user))
    if status == DONE:
        messages.success(request, _("已撤回，可以重录"))
        return redirect("voting:paper_key", pk, number)
    return page(request, "voting/paper_strike.html", status=status, form=form, batch=batch, poll=batch.poll)


@never_cache
@login_required
@require_safe
def differences(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """两遍不一样的: each with both readings; whoever read neither settles it with the paper in hand."""
    batch = _reading(request, pk, number)
    return _differences_page(request, batch)


@never_cache
@login_required
@sensitive_post_parameters()
@form_methods
def settle(request: HttpRequest, pk: int, number: int, serial: int) -> HttpResponse:
    """第三人定 one of them."""
    batch = _reading(request, pk, number)
    if request.method != "POST":
        return redirect("voting:paper_differences", pk, number)
    if serial not in {sheet.serial for sheet in urn.sheets(pk, number)}:
        raise Http404
    form = forms.ReadingForm(
        request.POST, batch=batch, codes=paper_queries.codes(batch), prefix=str(serial), auto_id="id_%s"
    )
    status = tried(form, lambda: paper_keying.settle(batch, serial, by=request.user, **form.facts))
    if status == DONE:
        messages.success(request, _("已定下"))
        batch.refresh_from_db()
        done = batch.state == PaperState.KEYED
        return redirect("voting:paper_batch" if done else "voting:paper_differences", pk, number)
    return _differences_page(request, batch, {serial: form}, status=422 if status == 200 else status)


@login_required
@form_methods
def account(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """选票账 of a batch: shown at any time, signed by one and then by another once all is read."""
    batch = found_batch(request, pk, number)
    form = forms.SignForm(request.POST if request.method == "POST" else None)
    status = 200
    if request.method == "POST":
        require(request.user, "voting.make_paper", batch.poll)
        status = tried(form, lambda: _sign(request, batch, form))
        if status == DONE:
            messages.success(request, _("已签字"))
            return redirect("voting:paper_account", pk, number)
    kept = paper_queries.account(batch)
    return page(
        request,
        "voting/paper_account.html",
        status=status,
        form=form,
        batch=batch,
        poll=batch.poll,
        account=kept,
        lines=paper_words.of([batch], kept),
        reasons=paper_words.reasons(kept),
        gaps=kept.gaps() if batch.returned is not None else [],
        waits_for_first=batch.state == PaperState.KEYED and batch.asked_by_id is None,
        waits_for_second=batch.state == PaperState.KEYED and batch.asked_by_id is not None,
    )


@login_required
@form_methods
def into_urn(request: HttpRequest, pk: int) -> HttpResponse:
    """入票箱: names what follows, then it is done."""
    poll = found_poll(request, pk)
    require(request.user, "voting.make_paper", poll)
    paper.check_closed(poll)
    if request.method == "POST":
        ballots = paper_account.into_urn(poll, by=request.user)
        messages.success(request, _("%(count)d张纸质票已入票箱，等计票") % {"count": ballots})
        return redirect("voting:paper", pk)
    return page(
        request, "voting/paper_into_urn.html", poll=poll, lines=paper_words.lines(paper_queries.account_of_poll(poll))
    )


def _reading(request: HttpRequest, pk: int, number: int) -> PaperBatch:
    """A batch whose papers this person may read now. RuleBroken before the close and once all is sure."""
    batch = found_batch(request, pk, number)
    require(request.user, "voting.key_paper", batch)
    paper.check_closed(batch.poll)
    paper_rules.target(batch, "key")
    return batch


def _keep(row: forms.SheetForm, request: HttpRequest, batch: PaperBatch) -> None:
    paper_keying.key(batch, row.cleaned_data["serial"], by=request.user, **row.facts)
    row.is_saved = True


def _sign(request: HttpRequest, batch: PaperBatch, form: forms.SignForm) -> None:
    """The first signature, or the second where there is one."""
    if batch.asked_by_id is None:
        paper_account.ask_signature(batch, by=request.user, **form.cleaned_data)
    else:
        paper_account.confirm_signature(batch, by=request.user)


def _key_page(
    request: HttpRequest, batch: PaperBatch, grid: Any, *, status: int = 200, saved: int = 0, is_blank: bool = False
) -> HttpResponse:
    batch = found_batch(request, batch.poll_id, batch.number)
    return page(
        request,
        "voting/paper_key.html",
        status=status,
        grid=grid,
        batch=batch,
        poll=batch.poll,
        entries=paper_queries.projects(batch),
        mine=len(urn.serials_read_by(batch.poll_id, batch.number, request.user.pk)),
        saved=saved,
        is_blank=is_blank,
        example=paper_rules.code(batch, batch.first_serial),
    )


def _differences_page(
    request: HttpRequest, batch: PaperBatch, bound: dict[int, forms.ReadingForm] | None = None, *, status: int = 200
) -> HttpResponse:
    codes, method = paper_queries.codes(batch), batch.poll.method
    mine = urn.serials_read_by(batch.poll_id, batch.number, request.user.pk)
    rows = [
        {
            "code": paper_rules.code(batch, sheet.serial),
            "serial": sheet.serial,
            "readings": [_told(reading, codes, method) for reading in sheet.readings],
            "form": (bound or {}).get(sheet.serial)
            or forms.ReadingForm(batch=batch, codes=codes, prefix=str(sheet.serial)),
            "is_mine": sheet.serial in mine,
        }
        for sheet in urn.sheets(batch.poll_id, batch.number)
        if sheet.differs
    ]
    return page(
        request,
        "voting/paper_differences.html",
        status=status,
        batch=batch,
        poll=batch.poll,
        rows=rows,
        entries=paper_queries.projects(batch),
    )


def _told(reading: Any, codes: list[str], method: str) -> str:
    """A reading as it is keyed, or its fault in words."""
    choices, fault = reading
    if fault:
        return str(SheetFault(fault).label)
    return paper_rules.in_numbers(choices, codes, method) if choices else _("空白票")
