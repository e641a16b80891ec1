"""Doors to the pre-review desk's lists (预审台): one queue over all rounds by days left; naming departments, reminding."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import BadRequest
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.timezone import localdate, localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from civic.models import Role
from civic.moments import now, today
from civic.pages import page
from civic.permissions import allowed, has_role, require
from civic.rules import RuleBroken
from proposals import queries, review_rules
from proposals.forms.reviewing import GiveTogetherForm, TogetherForm
from proposals.models import PreReview, ReviewState
from proposals.permissions import OVERSEERS
from proposals.rules import Clock
from proposals.services import beside, reviews
from proposals.views import desks

MINE = {
    "open": gettext_lazy("待我审"),
    "asked": gettext_lazy("已退回"),
    "passed": gettext_lazy("已转办"),
    "answered": gettext_lazy("已审"),
}
OVERSEEN = {
    "unassigned": gettext_lazy("待指定部门"),
    "overdue": gettext_lazy("已超期"),
    "running": gettext_lazy("正在审"),
}
TOGETHER = {"open": "give", "unassigned": "assign", "overdue": "remind", "running": "remind"}
NEEDED = {  # act: may use it at all, may use it on each
    "give": ("proposals.give_reviews", "proposals.review"),
    "assign": ("proposals.reviews_together", "proposals.assign_review"),
    "remind": ("proposals.reviews_together", "proposals.assign_review"),
}
FORMS: dict[str, Any] = {"give": GiveTogetherForm, "assign": TogetherForm}


@login_required
@require_safe
def queue(request: HttpRequest) -> HttpResponse:
    """预审台: a reviewer's tasks by days left; for overseers what has no department, is late, or is under way."""
    require(request.user, "proposals.reviews")
    lists = _lists(request)
    current = request.GET.get("tab", "")
    current = current if current in lists else next(iter(lists))
    found = desks.paged(request, lists[current])
    labels = {key: label for key, label in (MINE | OVERSEEN).items() if key in lists}
    together = _together(request.user, current)
    return page(
        request,
        "proposals/reviews.html",
        found=found,
        cards=[_card(review, request.user, tick=bool(together)) for review in found],
        tabs=desks.tabs(labels, current, "tab"),
        tab=current,
        together=together,
        form=FORMS[together](reviews=list(found)) if together in FORMS and found else None,
        days_left=_days_left(request, found) if current == "open" else None,
    )


@login_required
@require_POST
def together(request: HttpRequest) -> HttpResponse:
    """What was ticked goes to one colleague or one department, or its departments are reminded; nothing is refused so."""
    act = request.POST.get("act", "")
    if act not in NEEDED:
        require(request.user, "proposals.reviews")
        raise BadRequest("act")
    may_use, may_act = NEEDED[act]
    require(request.user, may_use)
    ticked = [pk for pk in request.POST.getlist("pk") if pk.isascii() and pk.isdigit() and len(pk) < 10]
    waiting = queries.reviews_open(request.user) if act == "give" else queries.reviews_in(request.user)
    found = list(waiting.filter(pk__in=ticked[: desks.A_PAGE]))
    for review in found:
        require(request.user, may_act, review)
    if not found:
        messages.warning(request, _("没有选上一件。先在清单里打勾。"))
    elif act == "remind":
        _remind(request, found)
    else:
        _hand_out(request, act, found)
    tab = request.POST.get("tab", "")
    back = tab if TOGETHER.get(tab) == act else "open" if act == "give" else "running"
    return redirect(f"{reverse('proposals:reviews')}?tab={back}")


def chip(review: PreReview) -> Clock | dict[str, Any]:
    """The department's own clock."""
    if review.state == ReviewState.ANSWERED:
        return {"kind": "done", "days": reviews.used_workdays(review) or 0, "limit": review.limit_workdays}
    return desks.chip(review.due_on, review.limit_workdays, paused=review.left_workdays is not None)


def looked_at(review: PreReview, user: Any) -> str:
    """李*正在审，10:32起: a colleague who opened the case within the last half hour; empty otherwise."""
    who, since = review.looked_by, review.looked_since
    if who is None or since is None or not review_rules.is_looked_at(review, user, now()):
        return ""
    return _("%(name)s正在审，%(time)s起") % {"name": who.staff_name, "time": f"{localtime(since):%H:%M}"}


def _hand_out(request: HttpRequest, act: str, found: list[PreReview]) -> None:
    """Give all of them to the colleague, or name the department for all of them."""
    form = FORMS[act](request.POST, reviews=found)
    if not form.is_valid():
        messages.warning(request, _("请选一位同事") if act == "give" else _("请选一个部门"))
        return
    try:
        if act == "give":
            done = beside.give_each(found, by=request.user, to=form.cleaned_data["colleague"])
            said = _("已把%(count)s件交给这位同事") % {"count": len(done)}
        else:
            done = reviews.assign_each(found, by=request.user, to=form.cleaned_data["department"])
            said = _("已给%(count)s件指定部门，时限从今天起算") % {"count": len(done)}
    except RuleBroken as broken:
        messages.warning(request, broken.message)
        return
    messages.success(request, said)


def given_to(review: PreReview, user: Any) -> str:
    """交给您 or 交给李*: to whom of the department the task was given; empty where nobody was named."""
    who = review.given_to
    if who is None:
        return ""
    return _("交给您") if who.pk == user.pk else _("交给%(name)s") % {"name": who.staff_name}


def _remind(request: HttpRequest, found: list[PreReview]) -> None:
    done, refused = reviews.remind_each(found, by=request.user)
    if done:
        messages.success(request, _("已催办%(count)s件，记在全部记录里") % {"count": done})
    if refused:
        messages.warning(request, _("%(count)s件没有催：两天内已经催过，或还没有部门") % {"count": refused})


def _lists(request: HttpRequest) -> dict[str, QuerySet[PreReview]]:
    """The lists this person may read, in order."""
    lists: dict[str, QuerySet[PreReview]] = {}
    if has_role(request.user, Role.REVIEWER):
        mine = queries.reviews_for(request.user)
        lists["open"] = queries.reviews_open(request.user)
        lists["asked"] = mine.filter(state=ReviewState.ASKED)
        lists["passed"] = queries.reviews_passed_on(request.user)
        lists["answered"] = mine.filter(state=ReviewState.ANSWERED).order_by("-answered_at")
    if has_role(request.user, OVERSEERS):
        overseen = queries.reviews_in(request.user)
        lists["unassigned"] = overseen.filter(department=None)
        lists["overdue"] = overseen.filter(due_on__lt=today())
        lists["running"] = overseen
    return lists


def _together(user: Any, tab: str) -> str:
    """What this reader may do with the ticked of a list; giving to a colleague only where there is one's own list."""
    act = TOGETHER.get(tab, "")
    return act if act and allowed(user, NEEDED[act][0]) else ""


def _days_left(request: HttpRequest, found: Any) -> int | None:
    """Days until the first of what was sent back is due, where nothing waits for review."""
    due_on = None if found else queries.next_of_asked(request.user)
    return None if due_on is None else max(0, (due_on - today()).days)


def _card(review: PreReview, user: Any, *, tick: bool) -> dict[str, Any]:
    """A task as a row of the table, which is a card on a phone."""
    passed = review.passed_to
    return desks.card(
        review.project,
        reverse("proposals:review", args=[review.pk]),
        deadline=None if review.state == ReviewState.CLOSED else chip(review),
        note=_note(review, user) + (_("；已转给%(unit)s") % {"unit": passed.name} if passed else ""),
        tick=review.pk if tick else None,
        since=localdate(review.opened_at),
        code=review.project.code,
        village=review.project.area.short_name,
    )


def _note(review: PreReview, user: Any) -> str:
    """Whose field it is, what was found, and who looks at it or kept words."""
    whose = f"{review.department.name if review.department else _('还没有部门')} · {review.duty}"
    is_mine = review.department is not None and has_role(
        user, Role.REVIEWER, review.project.area_id, organisation_id=review.department.pk
    )
    finding = str(review.get_finding_display()) if review.state == ReviewState.ANSWERED else ""
    kept = _("意见已存，未提交") if review.typed and is_mine else ""
    seen = looked_at(review, user) if is_mine else ""
    given = given_to(review, user) if is_mine and review.state == ReviewState.OPEN else ""
    reminded = _("已催办") if review.reminded_at and review.state == ReviewState.OPEN else ""
    return "；".join(part for part in (whose, finding, given, kept, seen, reminded) if part)
