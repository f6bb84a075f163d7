"""The one resource by its key: the tracker beside a bare ASGI application, now and in time travel."""

from __future__ import annotations

import urllib.request

from tests.benchmarks.lists import generate
from tests.benchmarks.serving import Load, any_day, database, load, serving, table

FACTS = 2_000
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
    with database():
        generate(0, FACTS)
        with serving("tests.benchmarks.bare:app", interface="asgi") as peer:
            bare = load(f"{peer}/BY-US")
            bare_facts = load(f"{peer}/facts")
        with serving("tracker.wsgi:application", interface="wsgi") as tracker:
            url = f"{tracker}{_PATH}"
            with urllib.request.urlopen(url) as answer:
                etag = answer.headers["ETag"]
            now = load(url)
            rows = [
                ("GET /api/relations/BY-US/", now, ">= 0.7"),
                ("the same, compressed (br)", load(url, headers=["Accept-Encoding: br"]), ">= 0.6"),
                ("the same, If-None-Match (304)", load(url, headers=[f"If-None-Match: {etag}"]), ">= 0.8"),
                ("?as_of= one day", load(f"{url}?as_of=2020-02-02"), ""),
                ("?as_of= any of 27 years' days", load(url, script=_ANY_DAY), "p50 <= 2 x"),
                ("?as_of=&known_at= any", load(url, script=_ANY_DAY_KNOWN_ANY_TIME), "p50 <= 10 x"),
            ]
            facts_url = f"{tracker}/api/sanction-events/"
            with urllib.request.urlopen(facts_url) as answer:
                facts_tag = answer.headers["ETag"]
            lists = [
                ("GET /api/sanction-events/", load(facts_url), ">= 0.35"),
                ("another URL each time: nothing remembered", load(facts_url, script=any_day("on_after")), ""),
                ("the same, compressed (br)", load(facts_url, headers=["Accept-Encoding: br"]), ""),
                ("the same, If-None-Match (304)", load(facts_url, headers=[f"If-None-Match: {facts_tag}"]), ""),
                ("?fields=key,on,action", load(f"{facts_url}?fields=key,on,action"), ""),
            ]
    table(
        "100 facts, 8 connections; peer: bare ASGI, JSON by PostgreSQL",
        ("what", "answers/s", "of bare ASGI", "goal", "p50 ms", "of the list's p50", "p99 ms", "failures"),
        [
            _row(what, each, bare_facts, lists[0][1], goal)
            for what, each, goal in [("bare ASGI", bare_facts, ""), *lists]
        ],
    )
    table(
        "One relation by its key, 8 connections; peer: bare ASGI, psycopg pool, orjson",
        ("what", "answers/s", "of bare ASGI", "goal", "p50 ms", "of current p50", "p99 ms", "failures"),
        [_row("bare ASGI", bare, bare, now, ""), *(_row(what, each, bare, now, goal) for what, each, goal in rows)],
    )


def _row(what: str, each: Load, bare: Load, now: Load, goal: str) -> tuple[str, ...]:
    return (
        what, f"{each.rate:,.0f}", f"{each.rate / bare.rate:.2f}", goal, f"{each.p50:.2f}", f"{each.p50 / now.p50:.2f}",
        f"{each.p99:.2f}", str(each.failures),
    )  # fmt: skip
