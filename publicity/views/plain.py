"""Doors to the plain pages (帮助、办法、无障碍、隐私、运行状态)."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from civic.moments import now
from civic.pages import page
from publicity.message_rules import KEPT_DAYS
from publicity.queries import status as standing
from publicity.queries.figures import all_rounds


@require_safe
def help(request: HttpRequest) -> HttpResponse:
    """How to use it, and whom to call (帮助)."""
    return page(request, "publicity/help.html")


@require_safe
def rules(request: HttpRequest) -> HttpResponse:
    """By which rules each round runs (办法)."""
    return page(request, "publicity/rules.html", rounds=all_rounds())


@require_safe
def accessibility(request: HttpRequest) -> HttpResponse:
    """What works for whom, and what does not yet (无障碍说明)."""
    return page(request, "publicity/accessibility.html")


@require_safe
def privacy(request: HttpRequest) -> HttpResponse:
    """What is public, what is not, and how long it is kept (隐私)."""
    return page(request, "publicity/privacy.html", kept_days=KEPT_DAYS)


@require_safe
def status(request: HttpRequest) -> HttpResponse:
    """Whether the record is whole and work is being done (运行状态)."""
    return page(request, "publicity/status.html", standing=standing.status(), at=now())
