"""Rings in degrees that cross the meridian of 180°, cut there: on the map it is both the left and the right edge."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from operator import ge, le

from relations.web.world.topology import Point, Ring

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
