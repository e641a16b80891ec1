"""The sketch map (示意图): places with their numbers of projects, laid out without tiles and without scripts.

Outlines are drawn where every place has one. Else each place gets a cell of a grid: the one nearest to its point where
every place has a point, else the next in the order of the codes, and the page says that this is no geography.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from math import ceil, cos, radians
from textwrap import wrap
from typing import Any

WIDTH, GAP = 328, 8  # the text column of a phone of 360 px
SIZES = {"": (3, 15), "elder": (2, 21), "elder-xl": (2, 27)}  # by view mode: columns, px of the letters
MOST_LINES, LEAST_HEIGHT = 2, 64
Ring = list[tuple[float, float]]


@dataclass(frozen=True)
class Place:
    """A place of the sketch with how many projects of the list lie in it."""

    code: str
    name: str
    count: int
    point: tuple[float, float] | None = None
    """Longitude and latitude."""
    outline: dict[str, Any] | None = None


@dataclass(frozen=True)
class Spot:
    """A place as it is drawn: its box or its outline, the lines of its name and where each is written."""

    place: Place
    x: float
    y: float
    width: float
    height: float
    lines: list[tuple[float, str]]
    number_y: float
    path: str = ""

    @property
    def middle(self) -> float:
        return self.x + self.width / 2


@dataclass(frozen=True)
class Sketch:
    """The drawing; ``kind`` is outlines, points or order, which the page says in words."""

    kind: str
    letters: int
    width: int = WIDTH
    height: int = 0
    spots: list[Spot] = field(default_factory=list)


def drawn(places: Sequence[Place], mode: str = "") -> Sketch:
    """The places as a drawing for the size of letters that this reader wants."""
    columns, letters = SIZES[mode]
    if places and all(place.outline for place in places):
        return _outlined(places, letters)
    has_points = bool(places) and all(place.point for place in places)
    cells = _near(places, columns) if has_points else {place.code: divmod(n, columns) for n, place in enumerate(places)}
    width = (WIDTH - GAP * (columns - 1)) / columns
    names = {place.code: _broken(place.name, int((width - GAP) // letters)) for place in places}
    lines = max(map(len, names.values()), default=1)
    height = max((lines + 1) * letters * 1.4 + 2 * GAP, LEAST_HEIGHT)
    spots = [_tile(place, cells[place.code], names[place.code], width, height, letters) for place in places]
    bottom = max((spot.y + spot.height for spot in spots), default=0)
    return Sketch("points" if has_points else "order", letters, height=ceil(bottom), spots=spots)


def _broken(name: str, most: int) -> list[str]:
    """A name in lines that fit, the last one cut with … where it does not."""
    lines = wrap(name, max(most, 2))
    kept = lines[:MOST_LINES]
    return kept if len(lines) <= MOST_LINES else [*kept[:-1], f"{kept[-1][:-1]}…"]


def _tile(place: Place, cell: tuple[int, int], name: list[str], width: float, height: float, letters: int) -> Spot:
    row, column = cell
    x, y = column * (width + GAP), row * (height + GAP)
    lines = [(round(y + GAP + letters * (1.1 + 1.4 * n), 1), line) for n, line in enumerate(name)]
    return Spot(
        place, round(x, 1), round(y, 1), round(width, 1), round(height, 1), lines, round(y + height - GAP * 1.5, 1)
    )


def _near(places: Sequence[Place], columns: int) -> dict[str, tuple[int, int]]:
    """A cell for each place: the free one nearest to where it lies, so that no two names cover each other."""
    rows = ceil(len(places) / columns) + 1
    at = _fitted({place.code: place.point for place in places if place.point}, columns - 1, rows - 1)
    free = [(row, column) for row in range(rows) for column in range(columns)]
    cells = {}
    for code, (x, y) in at.items():
        cells[code] = min(free, key=lambda cell: ((cell[0] - y) ** 2 + (cell[1] - x) ** 2, cell))
        free.remove(cells[code])
    used = sorted({row for row, _column in cells.values()})
    return {code: (used.index(row), column) for code, (row, column) in cells.items()}


def _fitted(points: dict[str, tuple[float, float]], width: float, height: float) -> dict[str, tuple[float, float]]:
    """Points stretched into a box, north up."""
    west, east = min(x for x, _y in points.values()), max(x for x, _y in points.values())
    south, north = min(y for _x, y in points.values()), max(y for _x, y in points.values())
    across, down = (east - west) or 1, (north - south) or 1
    return {code: ((x - west) / across * width, (north - y) / down * height) for code, (x, y) in points.items()}


def _outlined(places: Sequence[Place], letters: int) -> Sketch:
    """The outlines in true proportion, each with its name and number in its middle."""
    shapes = {place.code: list(rings(place.outline or {})) for place in places}
    every = [point for rings in shapes.values() for ring in rings for point in ring]
    west, north = min(x for x, _y in every), max(y for _x, y in every)
    shrunk = cos(radians(north))  # a degree of longitude is shorter than one of latitude
    scale = WIDTH / (((max(x for x, _y in every) - west) * shrunk) or 1)
    flat = {
        code: [[((x - west) * shrunk * scale, (north - y) * scale) for x, y in ring] for ring in rings]
        for code, rings in shapes.items()
    }
    spots = [_shape(place, flat[place.code], letters) for place in places]
    return Sketch("outlines", letters, height=ceil(max(spot.y + spot.height for spot in spots)), spots=spots)


def _shape(place: Place, rings: list[Ring], letters: int) -> Spot:
    points = [point for ring in rings for point in ring]
    left, top = min(x for x, _y in points), min(y for _x, y in points)
    width, height = max(x for x, _y in points) - left, max(y for _x, y in points) - top
    path = " ".join("M" + "L".join(f"{x:.1f},{y:.1f}" for x, y in ring) + "Z" for ring in rings)
    middle = top + height / 2
    return Spot(
        place, round(left, 1), round(top, 1), round(width, 1), round(height, 1),
        [(round(middle, 1), place.name)], round(middle + letters * 1.4, 1), path,
    )  # fmt: skip


def rings(outline: dict[str, Any]) -> Iterator[Ring]:
    """The outer and inner rings of a GeoJSON polygon or of several, with or without the feature around it."""
    geometry = outline.get("geometry", outline)
    polygons: Iterable[Any] = (
        geometry["coordinates"] if geometry["type"] == "MultiPolygon" else [geometry["coordinates"]]
    )
    for polygon in polygons:
        for ring in polygon:
            yield [(float(x), float(y)) for x, y, *_height in ring]
