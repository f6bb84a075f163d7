"""Shapes of TopoJSON (its specification 1.0) on a flat map: cut at the meridian of 180°, projected, simplified."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from operator import ge, le
from typing import Any, NamedTuple

type Point = tuple[float, float]
type Ring = list[Point]


class Shape(NamedTuple):
    """A country of the file: its number of ISO 3166-1 if it has one, its name, and its polygons with their holes."""

    numeric: str
    name: str
    polygons: list[list[Ring]]


def shapes(topology: Mapping[str, Any], layer: str, prepare: Callable[[Ring], Ring]) -> Iterator[Shape]:
    """The shapes of a layer, in degrees. `prepare` simplifies each arc once, so that neighbours share their borders.

    Raises `ValueError` for a geometry that is no polygon.
    """
    arcs = [prepare(arc) for arc in _absolute(topology)]
    for geometry in topology["objects"][layer]["geometries"]:
        polygons = {"Polygon": [geometry.get("arcs")], "MultiPolygon": geometry.get("arcs")}.get(geometry["type"])
        if polygons is None:
            raise ValueError(f"{geometry['type']} is no polygon: {geometry.get('properties')}")
        rings = [[_ring(arcs, each) for each in polygon] for polygon in polygons]
        yield Shape(geometry.get("id", ""), geometry["properties"]["name"], rings)


def _absolute(topology: Mapping[str, Any]) -> Iterator[Ring]:
    """Arcs as longitudes and latitudes: the file has the differences of whole numbers (2.1.2 and 2.1.3)."""
    (scale_x, scale_y), (move_x, move_y) = topology["transform"]["scale"], topology["transform"]["translate"]
    for arc in topology["arcs"]:
        xs, ys = itertools.accumulate(point[0] for point in arc), itertools.accumulate(point[1] for point in arc)
        yield [(x * scale_x + move_x, y * scale_y + move_y) for x, y in zip(xs, ys, strict=True)]


def _ring(arcs: Sequence[Ring], indices: Sequence[int]) -> Ring:
    """Joins arcs, of which each begins where the one before ends; a negative index is an arc in reverse (2.1.4)."""
    ring: Ring = []
    for index in indices:
        arc = arcs[index] if index >= 0 else arcs[~index][::-1]
        ring += arc[1:] if ring else arc
    return ring


WIDTH, HEIGHT = 4000, 1947
"""The map in units of its own; one is about ten kilometres at the equator."""
_A1, _A2, _A3, _A4 = 1.340264, -0.081106, 0.000893, 0.003796
_M = math.sqrt(3) / 2


def _equal_earth(longitude: float, latitude: float) -> Point:
    """Degrees to the plane: Šavrič, Patterson and Jenny, "The Equal Earth map projection" (2018), equations 2 to 4.

    Areas are true to each other: a country must not look larger for its latitude.
    """
    theta = math.asin(_M * math.sin(math.radians(latitude)))
    square = theta * theta
    sixth = square**3
    x = math.radians(longitude) * math.cos(theta)
    x /= _M * (_A1 + 3 * _A2 * square + sixth * (7 * _A3 + 9 * _A4 * square))
    return x, theta * (_A1 + _A2 * square + sixth * (_A3 + _A4 * square))


_EAST = _equal_earth(180, 0)[0]
_NORTH = _equal_earth(0, 90)[1]


def on_the_map(longitude: float, latitude: float) -> Point:
    """Degrees to the units of the map, from its upper left corner."""
    x, y = _equal_earth(longitude, latitude)
    return (x + _EAST) / (2 * _EAST) * WIDTH, (_NORTH - y) / (2 * _NORTH) * HEIGHT


def simplified(degrees: Ring, tolerance: float) -> Ring:
    """A line in degrees without points that are nearer than `tolerance`, in units of the map, to what remains.

    Its ends stay (Douglas and Peucker, 1973).
    """
    line = [on_the_map(*point) for point in degrees]
    needed = [False] * len(line)
    needed[0] = needed[-1] = True
    waiting = [(0, len(line) - 1)]
    while waiting:
        first, last = waiting.pop()
        distance, farthest = max(
            ((_distance(line[each], line[first], line[last]), each) for each in range(first + 1, last)),
            default=(0.0, 0),
        )
        if distance > tolerance:
            needed[farthest] = True
            waiting += [(first, farthest), (farthest, last)]
    return [point for point, is_needed in zip(degrees, needed, strict=True) if is_needed]


def _distance(point: Point, first: Point, last: Point) -> float:
    """From a point to a segment; to its end where both ends are one, as in the arc of an island."""
    dx, dy = last[0] - first[0], last[1] - first[1]
    length = dx * dx + dy * dy
    share = ((point[0] - first[0]) * dx + (point[1] - first[1]) * dy) / length if length else 0.0
    share = min(1.0, max(0.0, share))
    return math.hypot(point[0] - first[0] - share * dx, point[1] - first[1] - share * dy)


def area(ring: Ring) -> float:
    """Square units, whatever the direction of the ring."""
    return abs(sum(x1 * y2 - x2 * y1 for (x1, y1), (x2, y2) in zip(ring, ring[1:] + ring[:1], strict=True))) / 2


def middle(ring: Ring) -> Point:
    """The middle of the box around a ring."""
    xs, ys = [x for x, _ in ring], [y for _, y in ring]
    return (min(xs) + max(xs)) / 2, (min(ys) + max(ys)) / 2


_EDGE, _POLE = 180.0, 90.0


def cut(ring: Ring) -> list[Ring]:
    """The parts of a ring, each between -180° and 180°."""
    whole = _around_the_pole(_continuous(ring))
    east = max(longitude for longitude, _ in whole)
    west = min(longitude for longitude, _ in whole)
    if east <= _EDGE and west >= -_EDGE:
        return [whole]
    parts = [
        _moved(_clipped(_clipped(whole, _EDGE + offset, is_inside=le), offset - _EDGE, is_inside=ge), -offset)
        for offset in (-2 * _EDGE, 0.0, 2 * _EDGE)
    ]
    return [part for part in parts if len(part) > 2]


def is_a_pole(ring: Ring) -> bool:
    """A pole is drawn as a line: on the globe Antarctica's coast is a hole in it."""
    return all(abs(abs(latitude) - _POLE) < 0.01 for _, latitude in ring)


def _continuous(ring: Ring) -> Ring:
    """The ring without jumps from one side of the meridian to the other; longitudes may exceed 180° then."""
    offset, line = 0.0, [ring[0]]
    for (before, _), (longitude, latitude) in itertools.pairwise(ring):
        if abs(longitude - before) > _EDGE:
            offset += 2 * _EDGE if longitude < before else -2 * _EDGE
        line.append((longitude + offset, latitude))
    return line


def _around_the_pole(line: Ring) -> Ring:
    """Closes a ring that goes once around a pole, as Antarctica's does, along that pole."""
    (first, _), (last, latitude) = line[0], line[-1]
    if abs(last - first) < _EDGE:
        return line
    pole = _POLE if latitude > 0 else -_POLE
    return [*line, (last, pole), (first, pole)]


def _clipped(ring: Ring, edge: float, *, is_inside: Callable[[float, float], bool]) -> Ring:
    """The part of a ring on one side of a meridian (Sutherland and Hodgman, 1974)."""
    part: Ring = []
    for place, (longitude, latitude) in enumerate(ring):
        before, latitude_before = ring[place - 1]
        if is_inside(longitude, edge) != is_inside(before, edge):
            share = (edge - before) / (longitude - before)
            part.append((edge, latitude_before + share * (latitude - latitude_before)))
        if is_inside(longitude, edge):
            part.append((longitude, latitude))
    return part


def _moved(ring: Ring, degrees: float) -> Ring:
    moved: list[Point] = [(longitude + degrees, latitude) for longitude, latitude in ring]
    return moved
