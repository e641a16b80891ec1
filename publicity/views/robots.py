"""For search engines (搜索引擎): every public page in a site map, and what is none of their business."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib.sitemaps import Sitemap
from django.contrib.sitemaps import views as maps
from django.db.models import Max, QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from civic.models import Area
from proposals.models import Project
from publicity.queries import search
from publicity.queries.areas import places_in
from publicity.queries.search import Wanted

MOST = 5000  # addresses in one file
PAGES = (
    *(f"publicity:{page}" for page in ("home", "projects", "notices", "calendar", "areas", "stats", "money", "data")),
    *(f"publicity:{page}" for page in ("help", "rules", "accessibility", "privacy", "status")),
    "voting:votes",
    "voting:meetings",
    "wishes:board",
)
PRIVATE = ("/desk/", "/me/", "/login/", "/admin/", "/api/", "/propose/", "/p/*/object/", "/p/*/share/", "/p/*/print/")


class Pages(Sitemap):
    """The pages that stand by themselves."""

    protocol = "https" if settings.HTTPS else "http"

    def items(self) -> list[str]:
        return list(PAGES)

    def location(self, item: str) -> str:
        return reverse(item)


class Places(Sitemap):
    """One page a place: the home area, its towns and villages."""

    protocol, limit = Pages.protocol, MOST

    def items(self) -> QuerySet[Area]:
        home = Area(code=settings.HOME_AREA, level=search.level_of(settings.HOME_AREA))
        return places_in(home)

    def location(self, item: Area) -> str:
        return reverse("publicity:area", args=[item.pk])


class Projects(Sitemap):
    """The projects of a year, in files of 5,000."""

    protocol, limit = Pages.protocol, MOST

    def __init__(self, year: int) -> None:
        self.year = year

    def items(self) -> QuerySet[Project]:
        found = Project.objects.filter(search.condition(Wanted(year=str(self.year))))
        return found.only("code", "updated_at").order_by("pk")

    def lastmod(self, item: Project) -> datetime:
        return item.updated_at

    def get_latest_lastmod(self) -> datetime | None:
        latest: datetime | None = self.items().aggregate(latest=Max("updated_at"))["latest"]
        return latest


def _sections() -> dict[str, Any]:
    years = sorted({year for _pk, year, _programme in search.rounds()})
    return {"pages": Pages(), "places": Places(), **{f"projects-{year}": Projects(year) for year in years}}


@require_safe
def sitemap_index(request: HttpRequest) -> HttpResponse:
    """The list of the files: pages, places, and each year's projects."""
    return maps.index(request, _sections(), sitemap_url_name="publicity:sitemap").render()


@require_safe
def sitemap(request: HttpRequest, section: str) -> HttpResponse:
    """One of those files."""
    return maps.sitemap(request, _sections(), section=section).render()


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    """robots.txt: everything public may be found, desks and one's own things not."""
    index = request.build_absolute_uri(reverse("publicity:sitemap_index"))
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in PRIVATE), f"Sitemap: {index}"]
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")
