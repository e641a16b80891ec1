"""Doors to the map of the list (地图): the sketch on its page, and the points as a small file of their own."""

from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from django.views.decorators.http import etag, require_safe

from civic.audit import last_event
from civic.moments import today
from proposals.models import Project
from proposals.models.projects import ON_THE_GROUND
from publicity import pinned, sketch
from publicity.queries import places
from publicity.queries.search import RoundKey, Wanted

GEOJSON = "application/geo+json"


def told(wanted: Wanted, rounds: list[RoundKey], mode: str) -> dict[str, Any]:
    """What the map of a list shows: the sketch with a link to the list of each place, and where the points are."""
    spread = places.spread(wanted, rounds)
    drawing = sketch.drawn(spread.places, mode)
    here = reverse("publicity:projects")
    return {
        "spread": spread,
        "sketch": drawing,
        "spots": [(spot, f"{here}?{replace(wanted, area=spot.place.code).query}") for spot in drawing.spots],
        "points_url": f"{reverse('publicity:points')}?{wanted.query}",
        "tiles_url": settings.MAP_TILES_URL,
        "attribution": settings.MAP_ATTRIBUTION,
        "review_number": settings.MAP_REVIEW_NUMBER,
    }


def where(project: Project) -> dict[str, Any]:
    """Where a project lies (位置): a map where the city publishes one, else a sketch of its village, else its neighbours'
    pins on plain ground; nothing where it has no point, or one that would be drawn in the wrong street."""
    if project.latitude is None or project.longitude is None or project.crs not in ON_THE_GROUND:
        return {}
    sketched = pinned.of_project(project)
    return {
        "sketch": sketched,
        "points_url": f"{reverse('publicity:points')}?area={project.area_id}",
        "here": "" if sketched and not settings.MAP_TILES_URL else project.code,
        "tiles_url": settings.MAP_TILES_URL,
        "attribution": settings.MAP_ATTRIBUTION,
        "review_number": settings.MAP_REVIEW_NUMBER,
    }


def _mark(request: HttpRequest) -> str:
    """Changes with the list asked for, with any event and with the day (some filters ask what is overdue)."""
    return f'"{urlencode({"q": Wanted.read(request.GET).query})}.{last_event()}.{today()}"'


@require_safe
@etag(_mark)
def points(request: HttpRequest) -> HttpResponse:
    """The points of a list as GeoJSON (坐标点), for the list's own filters: one query, whatever they are."""
    found = places.points(Wanted.read(request.GET))
    features = [
        {
            "type": "Feature",
            "geometry": {"type": "Point", "coordinates": [point.longitude, point.latitude]},
            "properties": {"id": point.code, "title": point.title, "step": point.step},
        }
        for point in found[: places.MOST_POINTS]
    ]
    collection = {"type": "FeatureCollection", "features": features, "left_off": len(found) > places.MOST_POINTS}
    return JsonResponse(collection, content_type=GEOJSON, json_dumps_params={"ensure_ascii": False})
