"""Where a project lies, drawn small (位置小图): its point beside what is known of its village, without tiles or scripts.

Drawn where the village has an outline or a point of its own; with neither there is nothing to say it by. The sizes are
those of a phone's text column; the letters are the style's, so that one drawing serves every size of type.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from math import atan2, cos, degrees, floor, hypot, log10, radians

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from civic.models import Area
from proposals.models import Project
from proposals.models.projects import ON_THE_GROUND
from publicity.sketch import WIDTH, rings

HEIGHT, EDGE = 210, 48
METRES = 111_320  # of a degree of latitude, and of one of longitude at the equator
LEAST_METRES, BAR = 200, 90  # across what is drawn at least; px of the bar at most
AT_IT = 30  # metres within which a direction would be told too exactly
WINDS = (
    gettext_lazy("北"), gettext_lazy("东北"), gettext_lazy("东"), gettext_lazy("东南"),
    gettext_lazy("南"), gettext_lazy("西南"), gettext_lazy("西"), gettext_lazy("西北"),
)  # fmt: skip
At = tuple[float, float]


@dataclass(frozen=True)
class Pinned:
    """The drawing: the project's pin, the village's point or outline, and a bar of so many metres."""

    name: str
    x: float
    y: float
    words: str
    path: str = ""
    centre: At | None = None
    bar_px: float = 0
    bar_metres: int = 0
    width: int = WIDTH
    height: int = HEIGHT

    @property
    def is_centre_left(self) -> bool:
        """Whether the village's name is written to the right of its point: there is more room."""
        return self.centre is not None and self.centre[0] <= self.width / 2

    @property
    def is_centre_above(self) -> bool:
        """Whether the village's name is written above its point: the pin lies below."""
        return self.centre is not None and self.centre[1] <= self.y


def of_project(project: Project) -> Pinned | None:
    """Where a project lies; nothing where it has no point, or one that would be drawn in the wrong street."""
    if project.latitude is None or project.longitude is None or project.crs not in ON_THE_GROUND:
        return None
    return drawn(float(project.latitude), float(project.longitude), project.area)


def drawn(latitude: float, longitude: float, area: Area) -> Pinned | None:
    """A point of the ground (CGCS2000 or WGS-84) within its village; None where the village is known by name alone."""
    shape = (
        [[_flat(x, y, latitude, longitude) for x, y in ring] for ring in rings(area.outline)] if area.outline else []
    )
    centre = None
    if not shape and area.latitude is not None and area.longitude is not None:
        centre = _flat(float(area.longitude), float(area.latitude), latitude, longitude)
    if not shape and centre is None:
        return None
    fit = _fit([(0.0, 0.0), *([centre] if centre else []), *(point for ring in shape for point in ring)])
    (x, y), metres = fit((0.0, 0.0)), fit.bar()
    return Pinned(
        name=area.short_name,
        x=x,
        y=y,
        words=_words(area.short_name, centre),
        path=" ".join("M" + "L".join(f"{x:.1f},{y:.1f}" for x, y in map(fit, ring)) + "Z" for ring in shape),
        centre=fit(centre) if centre else None,
        bar_px=round(metres * fit.scale, 1),
        bar_metres=metres,
    )


def _flat(longitude: float, latitude: float, south: float, west: float) -> At:
    """Metres east and north of the project."""
    return (longitude - west) * METRES * cos(radians(south)), (latitude - south) * METRES


@dataclass(frozen=True)
class _Fitted:
    """Metres on the ground as px of the drawing, north up."""

    scale: float
    east: float
    north: float

    def __call__(self, at: At) -> At:
        x, y = (at[0] - self.east) * self.scale + WIDTH / 2, (self.north - at[1]) * self.scale + HEIGHT / 2
        return round(x, 1), round(y, 1)

    def bar(self) -> int:
        """The longest of 1, 2, 5, 10 … metres that the bar has room for."""
        most = BAR / self.scale
        power = 10 ** floor(log10(most))
        return int(max(step * power for step in (1, 2, 5) if step * power <= most)) or 1


def _fit(points: Iterable[At]) -> _Fitted:
    """All of them within the picture, and the picture no closer than some two hundred metres."""
    found = list(points)
    west, east = min(x for x, _y in found), max(x for x, _y in found)
    south, north = min(y for _x, y in found), max(y for _x, y in found)
    scale = min(
        (WIDTH - 2 * EDGE) / max(east - west, LEAST_METRES), (HEIGHT - 2 * EDGE) / max(north - south, LEAST_METRES / 2)
    )
    return _Fitted(scale, (west + east) / 2, (south + north) / 2)


def _words(name: str, centre: At | None) -> str:
    """How far the project lies from the village's point and which way, for who does not see the drawing."""
    if centre is None:
        return _("圆点是这个项目，线是%(place)s的边界。") % {"place": name}
    away = hypot(*centre)
    if away < AT_IT:
        return _("就在%(place)s的坐标点旁边。") % {"place": name}
    wind = WINDS[round(degrees(atan2(-centre[0], -centre[1])) / 45) % 8]
    return _("在%(place)s坐标点的%(wind)s边，直线约%(far)s。") % {"place": name, "wind": wind, "far": far(away)}


def far(metres: float) -> str:
    """A distance as people say it: 320米, 1.4公里."""
    if metres < 950:
        return _("%(metres)d米") % {"metres": round(metres, -1)}
    return _("%(kilometres)s公里") % {"kilometres": f"{metres / 1000:.1f}"}
