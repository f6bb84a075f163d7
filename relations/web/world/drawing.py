"""Draws `world.svg`: one path for each country, a dot for each small one, and land that has no code of ours."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from django.utils.translation import gettext_noop

from relations.web.world.geometry import (
    HEIGHT,
    WIDTH,
    Point,
    Ring,
    Shape,
    area,
    cut,
    is_a_pole,
    middle,
    on_the_map,
    shapes,
    simplified,
)

FILE = Path(__file__).with_name("world.svg")
SOURCE = gettext_noop(
    "Borders: Natural Earth, 1:50m cultural vectors, public domain, as packed by world-atlas. Equal Earth projection. "
    "Borders are drawn as in the source; the tracker takes no position on them."
)
TOLERANCE = 0.9
SMALL_ISLAND = 9.0
"""Square units: a smaller island is left out, unless it is the largest of its country."""
SMALL_COUNTRY = 130.0
"""Square units: a smaller country gets a dot as well."""
RADIUS = 9
_BY_NAME = {"Kosovo": "XK"}
"""Shapes of the file that have no number, and a code of ours."""
WITHOUT_CODE = frozenset({"Somaliland", "N. Cyprus", "Indian Ocean Ter.", "Siachen Glacier"})
"""Shapes of the file for which there is no code in ISO 3166-1; drawn as land."""
_PLACES: Mapping[str, Point] = {
    "BQ": (-68.3, 12.2), "BV": (3.4, -54.4), "CC": (96.9, -12.1), "CX": (105.6, -10.5), "GF": (-53.1, 3.9),
    "GI": (-5.35, 36.1), "GP": (-61.5, 16.2), "MQ": (-61.0, 14.6), "RE": (55.5, -21.1), "SJ": (15.6, 78.2),
    "TK": (-171.8, -9.2), "TV": (179.2, -8.5), "UM": (166.6, 19.3), "YT": (45.2, -12.8),
}  # fmt: skip
"""Longitude and latitude of codes that the file has no shape for; `UM` at Wake Island."""
FORMER = frozenset({"CS", "DD", "SU", "VD", "YD", "YU"})
"""Countries that ended; the map has the borders of today."""


class UnknownShapesError(ValueError):
    """The file has shapes, or lacks countries, for which there is no decision here."""


def draw(topology: Mapping[str, Any], countries: Mapping[str, str]) -> str:
    """The SVG. `countries` has the number of ISO 3166-1 by code, empty for those without one.

    Raises `UnknownShapesError` unless every shape and every country is either drawn or left out by name.
    """
    by_code, land = _sorted(shapes(topology, "countries", lambda arc: simplified(arc, TOLERANCE)), countries)
    missing = set(countries) - set(by_code) - set(_PLACES) - FORMER
    if missing:
        raise UnknownShapesError(f"The file has no shape for {', '.join(sorted(missing))}.")
    paths = "\n".join(f'<path id="{code}" d="{path(by_code[code])}"/>' for code in sorted(by_code))
    dots = "\n".join(
        f'<circle id="dot-{code}" cx="{round(x)}" cy="{round(y)}" r="{RADIUS}"/>'
        for code, (x, y) in sorted(_dots(by_code).items())
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}">\n'
        f"<title>World map</title>\n<desc>{SOURCE}</desc>\n"
        f'<g class="land">\n<path d="{path(land)}"/>\n</g>\n<g class="countries">\n{paths}\n</g>\n'
        f'<g class="dots">\n{dots}\n</g>\n</svg>\n'
    )


def country_numbers(fixture: Path) -> dict[str, str]:
    """Code and number of every state and territory of `fixtures/countries.json`."""
    rows = [row for row in json.loads(fixture.read_text("utf-8")) if row["model"] == "relations.country"]
    return {row["pk"]: row["fields"].get("numeric") or "" for row in rows if row["fields"]["kind"] != "organisation"}


def _on_the_map(polygons: Iterable[list[Ring]]) -> Iterator[list[Ring]]:
    """Projected polygons. A part beyond the edge of the map is a polygon of its own; no hole of the file is cut."""
    for outline, *holes in _without_poles(polygons):
        first, *others = ([on_the_map(*point) for point in part] for part in cut(outline))
        yield [first, *([on_the_map(*point) for point in hole] for hole in holes)]
        yield from ([other] for other in others)


def _without_poles(polygons: Iterable[list[Ring]]) -> Iterator[list[Ring]]:
    """The polygons; a coast that is a hole in a pole is the outline of one."""
    for polygon in polygons:
        yield from ([hole] for hole in polygon[1:]) if is_a_pole(polygon[0]) else (polygon,)


def _sorted(
    shapes: Iterable[Shape], countries: Mapping[str, str]
) -> tuple[dict[str, list[list[Ring]]], list[list[Ring]]]:
    """The polygons of each country, and those of land without a code."""
    codes = {number: code for code, number in countries.items() if number}
    by_code: dict[str, list[list[Ring]]] = defaultdict(list)
    land: list[list[Ring]] = []
    for shape in shapes:
        code = codes.get(shape.numeric) or _BY_NAME.get(shape.name)
        if code is None and shape.name not in WITHOUT_CODE:
            raise UnknownShapesError(f"{shape.name} ({shape.numeric or 'no number'}) is no country of ours.")
        (land if code is None else by_code[code]).extend(_on_the_map(shape.polygons))
    return {code: _without_islets(polygons) for code, polygons in by_code.items()}, _without_islets(land)


def _without_islets(polygons: list[list[Ring]]) -> list[list[Ring]]:
    """The polygons without small islands."""
    largest = max(polygons, key=lambda polygon: area(polygon[0]), default=None)
    return [polygon for polygon in polygons if polygon is largest or area(polygon[0]) >= SMALL_ISLAND]


def _dots(by_code: Mapping[str, list[list[Ring]]]) -> dict[str, Point]:
    small = {
        code: middle(max((polygon[0] for polygon in polygons), key=area))
        for code, polygons in by_code.items()
        if sum(area(polygon[0]) for polygon in polygons) < SMALL_COUNTRY
    }
    return small | {code: on_the_map(*place) for code, place in _PLACES.items()}


def path(polygons: Iterable[list[Ring]]) -> str:
    """The `d` of a path, in whole units and relative steps (SVG 2, 9.3); rings without an area are left out."""
    rings = (ring for polygon in polygons for ring in polygon)
    return "".join(_steps(points) for ring in rings if len(points := list(_whole(ring))) > 2)


def _whole(ring: Ring) -> Iterator[tuple[int, int]]:
    """Whole points, none twice in a row, and not the first again at the end."""
    points = [(round(x), round(y)) for x, y in ring]
    if points[0] == points[-1]:
        points.pop()
    return (point for place, point in enumerate(points) if place == 0 or point != points[place - 1])


def _steps(points: list[tuple[int, int]]) -> str:
    x, y = points[0]
    steps = [f"M{x} {y}l"]
    for next_x, next_y in points[1:]:
        steps.append(f"{next_x - x} {next_y - y} ")
        x, y = next_x, next_y
    return "".join(steps).rstrip().replace(" -", "-") + "z"
