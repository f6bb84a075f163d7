"""TopoJSON (its specification 1.0): shared borders as arcs, of which every country's rings are made."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Mapping, Sequence
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
