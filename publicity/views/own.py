"""Doors to one's own things and to the desk (我的、工作台)."""

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.template.exceptions import TemplateDoesNotExist
from django.template.loader import get_template
from django.views.decorators.http import require_safe

from civic.moments import today
from civic.pages import page, todos
from civic.permissions import require
from publicity.cards import card
from publicity.queries import own

A_PAGE = 20


@login_required
@require_safe
def me(request: HttpRequest) -> HttpResponse:
    """Everything I did, with where it stands (我的)."""
    return page(
        request, "publicity/me.html", tab="me", mine=own.of(request.user), account=_existing("civic/_account.html")
    )


@login_required
@require_safe
def desk(request: HttpRequest) -> HttpResponse:
    """Today's work of someone in office (工作台·今天)."""
    require(request.user, "civic.desk")
    waits = todos(request.user)
    sponsored = Paginator(own.sponsored_by(request.user), A_PAGE).get_page(request.GET.get("page"))
    return page(
        request,
        "publicity/desk.html",
        todos=waits,
        waiting=[todo for todo in waits if todo.count],
        offices=request.user.live_appointments,
        sponsored=sponsored,
        cards=[card(project, today()) for project in sponsored],
    )


def _existing(template: str) -> str:
    """The template's name if there is one; a part another app may bring."""
    try:
        get_template(template)
    except TemplateDoesNotExist:
        return ""
    return template
