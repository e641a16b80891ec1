"""Acceptance (验收): opened, filled item by item, signed, concluded; and what has to be put right."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _

from civic import smaller
from civic.moments import today
from civic.permissions import allowed, require
from civic.rules import RuleBroken
from delivery import queries
from delivery.forms import acceptance as forms
from delivery.models import Acceptance, Conclusion, FollowUp, ItemResult, Rectification
from delivery.permissions import capacities
from delivery.queries.photos import pair_of
from delivery.rules import acceptance as rules
from delivery.rules.acceptance import missing_signatures
from delivery.views.desks import act, door, find, made
from proposals.models import Project, ProjectState
from proposals.views.desks import chip


@door
def accept(request: HttpRequest, code: str) -> HttpResponse:
    """验收页: begin an attempt, or see how far it is; earlier attempts below."""
    project = find(request, code)
    require(request.user, "delivery.accept", project)
    attempts = list(queries.attempts_of(project))
    open_ = next((attempt for attempt in attempts if not attempt.conclusion), None)
    required = project.round.terms.acceptance_signatures
    signed = {s.role for s in open_.signatures.all()} if open_ else set()
    return act(
        request,
        made(forms.OpenForm, request, initial={"held_on": today()}),
        project,
        template="delivery/accept.html",
        done=_("开始验收，先逐项填写"),
        to=_url(project),
        project=project,
        attempts=attempts,
        open=open_,
        missing=missing_signatures(required, signed) if open_ else [],
        pair=_pair(project),
        fixes=queries.fixes_of(project).filter(acceptance__isnull=False),
        is_due=project.state == ProjectState.FOR_ACCEPTANCE,
        chip=chip(project.due_on, project.limit_workdays),
    )


def _pair(project: Project) -> list[dict[str, Any]]:
    """Before and after from the same spot, for those who judge the work (前后对比)."""
    work = queries.works_of(project)
    return [
        {"url": smaller.address(photo.token), "thumb_url": smaller.address(photo.token, "page"), "slot": slot}
        | {"caption": slot, "alt": slot, "width": photo.width, "height": photo.height}
        for slot, photo in (pair_of(work) if work else [])
    ]


def _url(project: Project) -> str:
    return reverse("delivery:accept", args=[project.code])


def _open_attempt(project: Project) -> Acceptance:
    """The attempt under way. RuleBroken where there is none: the page was left open too long, or skipped a step."""
    attempt = queries.open_attempt(project)
    if attempt is None:
        raise RuleBroken(_("现在没有正在进行的验收"), code="no_open_acceptance")
    return attempt


@door
def items(request: HttpRequest, code: str) -> HttpResponse:
    """逐项填写."""
    project = find(request, code)
    require(request.user, "delivery.accept", project)
    attempt = _open_attempt(project)
    if request.method != "POST":
        rules.check_unsigned(len(attempt.signatures.all()))
    initial = _written(attempt)
    lines = max(sum(1 for name in initial if name.startswith("name_")) + 1, forms.ITEMS)
    return act(
        request,
        made(forms.ItemsForm, request, version=attempt.version, lines=lines, initial=initial),
        attempt,
        template="delivery/accept_items.html",
        done=_("验收项已记下"),
        to=_url(project),
        project=project,
    )


def _written(attempt: Acceptance) -> dict[str, Any]:
    """What is written already, for the form to begin with; else the last attempt's items, without their measures
    unless it was set aside."""
    written, initial = attempt, dict[str, Any]()
    if not attempt.items.all():
        written = queries.attempts_of(attempt.project).exclude(pk=attempt.pk).first() or attempt
    as_it_was = written == attempt or written.conclusion == Conclusion.VOID
    for n, item in enumerate(written.items.all(), start=1):
        initial |= {
            f"name_{n}": item.name,
            f"unit_{n}": item.unit,
            f"contract_quantity_{n}": item.contract_quantity,
        }
        if as_it_was:
            initial |= {f"measured_{n}": item.measured, f"result_{n}": item.result, f"note_{n}": item.note}
            initial |= {f"photo_{n}": [item.photo] if item.photo else []}
    return initial


@door
def set_aside(request: HttpRequest, code: str) -> HttpResponse:
    """验收作废: a full page before signatures count no more."""
    project = find(request, code)
    require(request.user, "delivery.accept", project)
    attempt = _open_attempt(project)
    signatures = list(attempt.signatures.all())
    if request.method != "POST":
        rules.check_signed(len(signatures))
    return act(
        request,
        made(forms.SetAsideForm, request, version=attempt.version),
        attempt,
        template="delivery/accept_set_aside.html",
        done=_("这次作废，已开始下一次。改好写错的，再请人签"),
        to=reverse("delivery:accept_items", args=[project.code]),
        back=_url(project),
        project=project,
        signatures=signatures,
    )


@door
def witness(request: HttpRequest, code: str) -> HttpResponse:
    """代录签字: someone signs on paper or in person before the worker."""
    project = find(request, code)
    require(request.user, "delivery.accept", project)
    attempt = _open_attempt(project)
    rules.check_filled(attempt.items.all())
    return act(
        request,
        made(forms.WitnessForm, request, roles=list(project.round.terms.acceptance_signatures)),
        attempt,
        done=_("签字已记下"),
        to=_url(project),
        project=project,
        title=_("记一个签字"),
        lead=_("本人在场签字或在纸上签字，您来记。记录里写明是现场见证。"),
        button=_("记下签字"),
    )


@door
def sign(request: HttpRequest, code: str) -> HttpResponse:
    """本人签字."""
    project = find(request, code)
    require(request.user, "delivery.sign", project)
    attempt = _open_attempt(project)
    rules.check_filled(attempt.items.all())
    return act(
        request,
        made(forms.SignForm, request, roles=capacities(request.user, project)),
        attempt,
        template="delivery/sign.html",
        done=_("已签字。谢谢您来验收"),
        to=project,
        project=project,
        attempt=attempt,
        pair=_pair(project),
    )


@door
def conclude(request: HttpRequest, code: str) -> HttpResponse:
    """验收结论: a full page before what cannot be undone."""
    project = find(request, code)
    require(request.user, "delivery.accept", project)
    attempt = _open_attempt(project)
    items, signatures = list(attempt.items.all()), list(attempt.signatures.all())
    failed = [item for item in items if item.result == ItemResult.FAIL]
    if request.method != "POST":  # nothing to confirm before all is filled in and signed
        open_fixes = project.rectifications.filter(done_on=None).count()
        rules.conclude(items, signatures, project.round.terms.acceptance_signatures, open_fixes)
    return act(
        request,
        made(forms.ConcludeForm, request, version=attempt.version),
        attempt,
        template="delivery/accept_conclude.html",
        done=_("验收结论已公开"),
        to=_url(project),
        project=project,
        attempt=attempt,
        failed=failed,
        dissents=[s for s in signatures if s.dissent],
        days=project.round.terms.rectify_workdays,
    )


@door
def fix(request: HttpRequest, pk: int) -> HttpResponse:
    """报改好，或公开答复居民."""
    found = get_object_or_404(Rectification.objects.select_related("project__round", "rating__voice"), pk=pk)
    project = find(request, found.project.code)
    found.project = project
    require(request.user, "delivery.mend", found)
    office = allowed(request.user, "delivery.follow_works", project)
    return act(
        request,
        made(forms.FixForm, request),
        found,
        done=_("已记下，会公开") if found.acceptance_id else _("已答复，会再问居民解决了没有"),
        to=reverse("delivery:work" if office else "delivery:site", args=[project.code]),
        project=project,
        title=_("报改好") if found.acceptance_id else _("答复居民"),
        lead=found.what,
        voices=queries.voices_of(found.rating) if found.rating else [],
        button=_("报改好") if found.acceptance_id else _("答复，公开"),
    )


@door
def follow_up(request: HttpRequest, pk: int) -> HttpResponse:
    """回头看."""
    visit = get_object_or_404(FollowUp.objects.select_related("project"), pk=pk)
    project = find(request, visit.project.code)
    require(request.user, "delivery.follow_up", visit)
    if request.method != "POST":
        rules.check_follow_up(visit, today())
    return act(
        request,
        made(forms.FollowUpForm, request),
        visit,
        done=_("已记下，会公开"),
        to=reverse("delivery:work", args=[project.code]),
        project=project,
        title=_("回头看（%(months)d个月）") % {"months": visit.months},
        lead=_("到现场看看还好不好用，有没有人管。"),
        button=_("记下来"),
    )
