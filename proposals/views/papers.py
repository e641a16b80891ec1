"""The door to paper forms (批量录入纸质表): a village, a grid of rows, and what was entered today."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from civic.limits import TooOften
from civic.models import Area
from civic.moments import now
from civic.pages import page
from civic.permissions import require
from proposals import queries
from proposals.forms.papers import ROWS, grid
from proposals.models import Round


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def papers(request: HttpRequest) -> HttpResponse:
    """Every row that holds is filed by itself; the rest stays as written, with what to mend beside its field."""
    require(request.user, "proposals.propose_for")
    villages = queries.entered_for(request.user)
    area = next(
        (village for village in villages if village.code == request.GET.get("area")), next(iter(villages), None)
    )
    round = _round(area)
    if area is None or round is None:
        latest = queries.latest_round(area.code) if area else None
        return page(request, "proposals/papers_closed.html", villages=villages, area=area, round=latest, now=now())
    posted = (request.POST, request.FILES) if request.method == "POST" else (None, None)
    rows = grid(*posted, rows=_rows(request), round=round, area=area, by=request.user)
    filed, problem = 0, ""
    if rows.is_bound:
        try:
            filed = rows.enter(request.user)
        except TooOften:
            filed, problem = sum(form.is_kept for form in rows), _("今天录的已经到上限，其余的明天再交。写的都还在")
        left = sum(form.has_changed() and not form.is_kept for form in rows)
        if filed and not left:
            messages.success(request, ngettext("已录%(count)d张", "已录%(count)d张", filed) % {"count": filed})
            query = urlencode({"area": area.code, "rows": _rows(request)})
            return redirect(f"{reverse('proposals:papers')}?{query}")
    return page(
        request,
        "proposals/papers.html",
        status=(429 if problem else 422) if rows.is_bound else 200,
        grid=rows,
        filed=filed,
        problem=problem,
        villages=villages,
        area=area,
        round=round,
        sizes=ROWS,
        size=_rows(request),
        today=queries.papers_of_today(request.user, area),
    )


def _rows(request: HttpRequest) -> int:
    """How many rows the grid has: one of those offered."""
    return next((size for size in ROWS if str(size) == request.GET.get("rows")), ROWS[0])


def _round(area: Area | None) -> Round | None:
    """The round in which a resident of the village proposes now."""
    return queries.nearest_round(queries.rounds_open(now()), area.code, {"resident"}) if area else None
