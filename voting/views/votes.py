"""Door to all residents' votes (居民投票): what one may vote on now, what comes, what was decided."""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from civic.moments import now
from civic.pages import page
from voting import papers

A_PAGE = 20


@require_safe
def votes(request: HttpRequest) -> HttpResponse:
    """Every vote the public may look at, those that take ballots first; never how one stands."""
    at = now()
    found = Paginator(papers.listed(at), A_PAGE).get_page(request.GET.get("page"))
    lines = [(poll, papers.phase(poll, at)) for poll in found]
    return page(request, "voting/votes.html", found=found, lines=lines)
