"""Points of the globe on a flat map, and lines with fewer points."""

from __future__ import annotations

import math

from relations.web.world.topology import Point, Ring

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
