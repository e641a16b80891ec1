"""The roll at the desk (名册): who stands on it, and the three ways onto it; each shows what it would do first."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_safe

from civic.accounts.queries import by_name, in_reach
from civic.areas import BadFile
from civic.limits import LOOK_UP_ACCOUNT
from civic.models import Person
from civic.pages import page
from civic.permissions import allowed, require
from voting import desk_queries, poll_queries, poll_rules
from voting.forms import polls as forms
from voting.models import LIVE_POLLS, AgeBand, Poll, PollAct, PollState, RollSource
from voting.roll_files.people import read
from voting.services import polls, roll, roll_uploads
from voting.views.polls import DONE, form_methods, on_desk, tried

PER_PAGE = 50
MOST_PROBLEMS = 50


@never_cache
@login_required
@require_safe
def roll_page(request: HttpRequest, pk: int) -> HttpResponse:
    """名册: how many, how they came, who."""
    poll = on_desk(request, pk)
    runs = allowed(request.user, "voting.prepare_poll", poll)
    return page(
        request,
        "voting/poll_roll.html",
        poll=poll,
        total=poll.roll.count(),
        counts=_labelled(poll_queries.roll_counts(poll)),
        entries=_paged(request, desk_queries.roll(poll, request.user)),
        may_change=runs and poll.state == PollState.DRAFT and poll_queries.standing_opening(poll) is None,
        may_enrol=allowed(request.user, "voting.enrol_someone", poll) and poll.state in LIVE_POLLS,
    )


@never_cache
@login_required
@form_methods
def residents(request: HttpRequest, pk: int) -> HttpResponse:
    """按已核对的居民身份: an age beside each name takes them onto the roll."""
    poll = _changing(request, pk)
    waiting = Person.objects.filter(pk__in=poll_queries.residents_not_on_roll(poll).values("person"))
    people = _paged(request, waiting.order_by("name", "pk"))
    form = forms.AgesForm(request.POST if request.method == "POST" else None, people=people)
    done: list[roll.Counts] = []
    status = tried(form, lambda: done.append(roll.from_residents(poll, form.ages, by=request.user)))
    if done:
        messages.success(request, _said(done[0]))
        return redirect("voting:poll_roll", pk)
    return page(request, "voting/poll_residents.html", status=status, form=form, poll=poll, people=people)


@never_cache
@login_required
@form_methods
def import_list(request: HttpRequest, pk: int) -> HttpResponse:
    """导入名册, first half: the list is tried out; faults come back by line, a good one is kept for an hour."""
    poll = _changing(request, pk)
    form = forms.ListForm(request.POST, request.FILES) if request.method == "POST" else forms.ListForm()
    if not form.is_valid():
        return page(request, "voting/poll_import.html", form=form, poll=poll)
    data = form.cleaned_data["file"].read()
    try:
        roll.import_roll(poll, read(data), by=request.user, dry_run=True)
    except BadFile as bad:
        return _import_faults(request, poll, form, bad)
    token = roll_uploads.keep(data, poll=poll, by=request.user)
    return redirect("voting:poll_import_checked", pk, token)


@never_cache
@login_required
@form_methods
def import_checked(request: HttpRequest, pk: int, token: UUID) -> HttpResponse:
    """导入名册, second half: what the kept list would do; then it does it."""
    poll = _changing(request, pk)
    data = roll_uploads.kept(token, poll=poll, by=request.user)
    if data is None:
        messages.warning(request, _("名单没有留着了，请再选一次文件"))
        return redirect("voting:poll_import", pk)
    is_trial = request.method != "POST"
    try:
        people = read(data)
        counts = roll.import_roll(poll, people, by=request.user, dry_run=is_trial)
    except BadFile as bad:
        return _import_faults(request, poll, forms.ListForm(), bad)
    if is_trial:
        return page(request, "voting/poll_import_checked.html", poll=poll, people=len(people), counts=counts)
    roll_uploads.forget(token, poll=poll, by=request.user)
    messages.success(request, _said(counts))
    return redirect("voting:poll_roll", pk)


@never_cache
@login_required
@sensitive_post_parameters("name")
@form_methods
def find(request: HttpRequest, pk: int) -> HttpResponse:
    """添加一人, first half: find them by name among the residents of the worker's villages."""
    poll = _enrolling(request, pk)
    form = forms.NameForm(request.POST if request.method == "POST" else None)
    found = None
    if form.is_valid():
        LOOK_UP_ACCOUNT.hit(request.user.pk)
        listed = set(poll.roll.values_list("person_id", flat=True))
        found = [(person, person.pk in listed) for person in by_name(request.user, form.cleaned_data["name"])]
    return page(request, "voting/poll_find.html", form=form, poll=poll, found=found)


@never_cache
@login_required
@form_methods
def enrol(request: HttpRequest, pk: int, person_pk: int) -> HttpResponse:
    """添加一人, second half: with evidence; once voting has begun another person confirms."""
    poll = _enrolling(request, pk)
    person = get_object_or_404(in_reach(request.user), pk=person_pk)
    form = forms.EnrolForm(
        request.POST if request.method == "POST" else None,
        request.FILES or None,
        by=request.user,
        poll=poll,
        late=poll.state == PollState.OPEN,
    )
    done: list[Any] = []
    status = tried(form, lambda: done.append(roll.enrol(poll, by=request.user, person=person, **form.facts)))
    if done:
        late = isinstance(done[0], PollAct)
        messages.success(request, _("已提请，等镇街的人确认") if late else _("已添加"))
        return redirect("voting:poll_roll", pk)
    return page(request, "voting/poll_enrol.html", status=status, form=form, poll=poll, person=person)


@never_cache
@login_required
@form_methods
def strike(request: HttpRequest, pk: int, entry_pk: int) -> HttpResponse:
    """移出名册 with a public reason."""
    poll = _changing(request, pk)
    entry = get_object_or_404(desk_queries.roll(poll, request.user), pk=entry_pk)
    form = forms.ReasonForm(request.POST if request.method == "POST" else None)
    status = tried(form, lambda: roll.strike(entry, by=request.user, **form.facts))
    if status == DONE:
        messages.success(request, _("已移出名册"))
        return redirect("voting:poll_roll", pk)
    return page(request, "voting/poll_strike.html", status=status, form=form, poll=poll, entry=entry)


def _changing(request: HttpRequest, pk: int) -> Poll:
    """A poll whose roll this person prepares, while it may change."""
    poll = on_desk(request, pk)
    require(request.user, "voting.prepare_poll", poll)
    polls.check_can_change(poll)
    return poll


def _enrolling(request: HttpRequest, pk: int) -> Poll:
    """A poll to whose roll this worker may add people now."""
    poll = on_desk(request, pk)
    require(request.user, "voting.enrol_someone", poll)
    if poll.state != PollState.OPEN:
        poll_rules.check_can_change(poll, opening_stands=False)
    return poll


def _import_faults(request: HttpRequest, poll: Poll, form: forms.ListForm, bad: BadFile) -> HttpResponse:
    """Every fault by its line, the first of them where there are many."""
    return page(
        request,
        "voting/poll_import.html",
        status=422,
        form=form,
        poll=poll,
        problems=bad.problems[:MOST_PROBLEMS],
        more=max(0, len(bad.problems) - MOST_PROBLEMS),
        total=len(bad.problems),
    )


def _labelled(counts: dict[str, dict[str, int]]) -> dict[str, list[tuple[str, int]]]:
    """The roll's figures in words, in the order of the choices."""
    words = {"source": RollSource.choices, "age_band": [*AgeBand.choices, ("", _("年龄没有登记"))]}
    return {
        field: [(label, counts[field][value]) for value, label in choices if value in counts[field]]
        for field, choices in words.items()
    }


def _said(counts: roll.Counts) -> str:
    said = _("%(added)d人进了名册") % {"added": counts.added}
    young = _("%(young)d人不到投票年龄，没有列入") % {"young": len(counts.too_young)}
    return f"{said}；{young}" if counts.too_young else said


def _paged(request: HttpRequest, rows: QuerySet[Any]) -> Page[Any]:
    return Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
