"""The one resource by its key: the tracker and a bare ASGI application, now and in time travel."""

from __future__ import annotations

import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from statistics import median
from typing import Any

from tests.benchmarks.lists import generate
from tests.benchmarks.serving import any_day, database, load, serving, table

FACTS, ROUNDS = 2_000, 7
_PATH = "/api/relations/BY-US/"
_ANY_DAY = """
request = function()
    local day = string.format("%04d-%02d-%02d", math.random(2000, 2026), math.random(1, 12), math.random(1, 28))
    return wrk.format("GET", "/api/relations/BY-US/?as_of=" .. day)
end
"""
_ANY_DAY_KNOWN_ANY_TIME = """
request = function()
    local day = string.format("%04d-%02d-%02d", math.random(2000, 2026), math.random(1, 12), math.random(1, 28))
    local moment = string.format("2026-11-23T%02d:%02d:00Z", math.random(0, 23), math.random(0, 59))
    return wrk.format("GET", "/api/relations/BY-US/?as_of=" .. day .. "&known_at=" .. moment)
end
"""


def main() -> None:
    with (
        _facts(),
        serving("tests.benchmarks.bare:app", interface="asgi") as peer,
        serving("tracker.wsgi:application", interface="wsgi") as tracker,
    ):
        url, facts = f"{tracker}{_PATH}", f"{tracker}/api/sanction-events/"
        _compare(
            "100 facts, 8 connections; peer: bare ASGI, JSON by PostgreSQL",
            f"{peer}/facts",
            {
                "GET /api/sanction-events/": (">= 0.35", {"url": facts}),
                "another URL each time: nothing remembered": ("", {"url": facts, "script": any_day("on_after")}),
                "the same, compressed (br)": ("", {"url": facts, "headers": ["Accept-Encoding: br"]}),
                "the same, If-None-Match (304)": ("", {"url": facts, "headers": [_condition(facts)]}),
                "?fields=key,on,action": ("", {"url": f"{facts}?fields=key,on,action"}),
            },
        )
        _compare(
            "One relation by its key, 8 connections; peer: bare ASGI, psycopg pool, orjson",
            f"{peer}/BY-US",
            {
                "GET /api/relations/BY-US/": (">= 0.7", {"url": url}),
                "the same, compressed (br)": (">= 0.6", {"url": url, "headers": ["Accept-Encoding: br"]}),
                "the same, If-None-Match (304)": (">= 0.8", {"url": url, "headers": [_condition(url)]}),
                "?as_of= one day": ("", {"url": f"{url}?as_of=2020-02-02"}),
                "?as_of= any of 27 years' days": ("p50 <= 2 x", {"url": url, "script": _ANY_DAY}),
                "?as_of=&known_at= any": ("p50 <= 2 x", {"url": url, "script": _ANY_DAY_KNOWN_ANY_TIME}),
            },
        )


@contextmanager
def _facts() -> Iterator[None]:
    with database():
        generate(0, FACTS)
        yield


def _condition(url: str) -> str:
    with urllib.request.urlopen(url) as answer:
        return f"If-None-Match: {answer.headers['ETag']}"


def _compare(title: str, peer: str, questions: Mapping[str, tuple[str, dict[str, Any]]]) -> None:
    """Asks the peer and each question in turn, some rounds long, and prints the medians of the rounds and their ratios.

    In turn, because the speed of a machine that others use varies by a third within a minute.
    """
    asked = {"bare ASGI": ("", {"url": peer}), **questions}
    rounds = [{what: load(**how, seconds=1) for what, (_, how) in asked.items()} for _ in range(ROUNDS)]
    first = next(iter(questions))
    rows = []
    for what, (goal, _) in asked.items():
        rate, p50, p99 = (median(getattr(each[what], name) for each in rounds) for name in ("rate", "p50", "p99"))
        ratios = sorted(each[what].rate / each["bare ASGI"].rate for each in rounds)
        rows.append((
            what, f"{rate:,.0f}", f"{median(ratios):.2f}", f"{ratios[1]:.2f} to {ratios[-2]:.2f}", goal, f"{p50:.2f}",
            f"{median(each[what].p50 / each[first].p50 for each in rounds):.2f}", f"{p99:.2f}",
            str(sum(each[what].failures for each in rounds)),
        ))  # fmt: skip
    columns = ("what", "answers/s", "of bare ASGI", "5 of 7 rounds", "goal", "p50 ms", "of the first's p50", "p99 ms")
    table(title, (*columns, "failures"), rows)
