"""The map: every country once, within the frame, drawn from shapes about which there is a decision."""

import json
import re
from typing import Any

import lxml.etree
import pytest
from django.conf import settings
from django.core.management import call_command
from django.core.management.base import CommandError

from relations.web.world import drawing
from relations.web.world.geometry import HEIGHT, WIDTH, cut, on_the_map, simplified

COUNTRIES = drawing.country_numbers(settings.ROOT / "fixtures/countries.json")
SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(scope="module")
def world() -> Any:
    return lxml.etree.parse(drawing.FILE).getroot()


def test_every_country_of_today_is_on_the_map_and_nothing_else(world):
    paths = {path.get("id") for path in world.iterfind(f".//{SVG}g[@class='countries']/{SVG}path")}
    dots = {dot.get("id").removeprefix("dot-") for dot in world.iter(f"{SVG}circle")}
    assert paths | dots == set(COUNTRIES) - drawing.FORMER


def test_small_countries_have_a_dot(world):
    dots = {dot.get("id").removeprefix("dot-") for dot in world.iter(f"{SVG}circle")}
    assert {"TV", "VA", "MC", "SG", "MT", "NR", "AD"} <= dots
    assert {"FR", "BY", "US", "BE"} & dots == set()


def test_the_file_is_small_and_names_its_source(world):
    assert drawing.FILE.stat().st_size < 300_000
    assert "Natural Earth" in world.findtext(f"{SVG}desc")
    assert "public domain" in world.findtext(f"{SVG}desc")


def test_no_line_leaves_the_frame(world):
    for path in world.iter(f"{SVG}path"):
        for ring in re.findall(r"M(-?\d+) (-?\d+)l([^z]*)z", path.get("d")):
            x, y = int(ring[0]), int(ring[1])
            numbers = [int(number) for number in re.findall(r"-?\d+", ring[2])]
            for dx, dy in zip(numbers[::2], numbers[1::2], strict=True):
                x, y = x + dx, y + dy
                assert -1 <= x <= WIDTH + 1, path.get("id")
                assert -1 <= y <= HEIGHT + 1, path.get("id")
                # Only the pole is as long as the map is wide.
                assert abs(dx) < WIDTH / 2 or y > HEIGHT - 20, path.get("id")


@pytest.mark.parametrize(
    ("place", "point"),
    [((0, 0), (WIDTH / 2, HEIGHT / 2)), ((-180, 0), (0, HEIGHT / 2)), ((180, 0), (WIDTH, HEIGHT / 2)),
     ((0, 90), (WIDTH / 2, 0)), ((0, -90), (WIDTH / 2, HEIGHT))],
)  # fmt: skip
def test_the_projection_fills_the_frame(place, point):
    assert on_the_map(*place) == pytest.approx(point)


def test_a_line_loses_what_nobody_sees():
    assert simplified([(0, 0), (10, 0.001), (20, 0)], 0.9) == [(0, 0), (20, 0)]
    assert simplified([(0, 0), (10, 10), (20, 0)], 0.9) == [(0, 0), (10, 10), (20, 0)]


def test_a_ring_is_cut_at_the_antimeridian():
    west, east = cut([(170, 60), (-170, 60), (-170, 70), (170, 70), (170, 60)])
    assert {x for x, _ in east} | {x for x, _ in west} == {170, 180, -180, -170}
    assert cut([(0, 0), (10, 0), (10, 10), (0, 0)]) == [[(0, 0), (10, 0), (10, 10), (0, 0)]]


def topology(*geometries: dict[str, Any]) -> dict[str, Any]:
    square = [[0, 0], [100, 0], [0, 100], [-100, 0], [0, -100]]
    return {"transform": {"scale": [0.1, 0.1], "translate": [0, 0]}, "arcs": [square],
            "objects": {"countries": {"geometries": list(geometries)}}}  # fmt: skip


def shape(number: str, name: str, kind: str = "Polygon") -> dict[str, Any]:
    return {"type": kind, "id": number, "properties": {"name": name}, "arcs": [[0]]}


def test_a_drawing_has_a_path_for_a_country():
    svg = drawing.draw(topology(shape("112", "Belarus")), {"BY": "112"})
    assert re.search(r'<path id="BY" d="M2000 974l[^"]+z"/>', svg)


@pytest.mark.parametrize(
    ("geometries", "countries", "reason"),
    [
        ([shape("999", "Atlantis")], {"BY": "112"}, r"Atlantis \(999\) is no country of ours"),
        ([shape("112", "Belarus")], {"BY": "112", "US": "840"}, "no shape for US"),
        ([shape("112", "Belarus", "Point")], {"BY": "112"}, "Point is no polygon"),
    ],
)
def test_what_nobody_decided_is_not_drawn(geometries, countries, reason):
    with pytest.raises(ValueError, match=reason):
        drawing.draw(topology(*geometries), countries)


def test_a_file_that_is_no_map_is_refused_and_the_map_remains(tmp_path):
    before = drawing.FILE.read_bytes()
    for content in ("", "{}", json.dumps(topology())):
        (tmp_path / "file").write_text(content)
        with pytest.raises(CommandError, match="cannot be drawn"):
            call_command("draw_world", tmp_path / "file")
    assert drawing.FILE.read_bytes() == before
