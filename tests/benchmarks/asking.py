"""Every anonymous GET of the OpenAPI document and every page, asked once each; the slow ones are printed."""

from __future__ import annotations

import datetime as dt
import json
import re
import time
import urllib.error
import urllib.parse
import urllib.request
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from http import HTTPStatus
from itertools import chain, combinations
from typing import Any, NamedTuple
from uuid import UUID

from relations.representation.openapi import in_place
from tests.benchmarks.serving import table
from tests.waiting import pace

LIMIT = 1.0
"""Seconds that no anonymous GET may take."""
_PAGES = (
    "/", "/relations/", "/relations/?sanctions=in_force", "/relations/?sanctions=in_force&ambassador=vacant",
    "/relations/?ambassador=unknown", "/relations/?travel_ban=!listed&stale=any", "/relations/?stale=only",
    "/relations/?country=US&track=ambassador", "/relations/?group=EU&track=trend&as_of=2010-05-01",
    "/relations/?country=BY,RU,UA,DE&sanctions=BY>DE:none", "/relations/?page=200", "/relations/RU-US/",
    "/relations/RU-US/@2014-01-01", "/relations/RU-US/@2014-01-01~2022-03-01", "/relations/RU-US.csv",
    "/relations/RU-US.svg", "/embed/relations/RU-US/", "/oembed?url=http://127.0.0.1/relations/RU-US/",
    "/map/", "/map/?from=US", "/map/?to=RU&track=diplomatic_relations", "/map.csv", "/map.json", "/map.svg", "/map.png",
    "/changes/", "/changes/?between=US", "/changes/?between=US+RU", "/changes/?kind=trend", "/changes/?turn=corrected",
    "/changes/?kind=travel_ban&turn=retracted", "/changes/?between=BY&kind=ambassador&turn=newly_known",
    "/search/?q=lukashenko", "/search/?q=a", "/search/?q=US", "/search/?q=sanctions+of+the+european+union",
    "/data/", "/data/packages.json", "/countries/US/", "/countries/US.json", "/countries/US.csv", "/countries/BY/",
    "/countries/RU/", "/programmes/", "/programmes/1/", "/programmes/1/@2015-01-01", "/lists/", "/lists/1/",
    "/lists/ofac/", "/designations/", "/designations/?q=ivanov", "/designations/?list=ofac", "/sources/1/",
    "/sources/2/", "/sources/1/?pair=RU-US", "/sitemap.xml", "/sitemap-relations.xml", "/sitemap-sources-1.xml",
    "/sitemap-pages.xml", "/feeds/changes.atom", "/feeds/countries/US.atom", "/feeds/relations/RU-US.atom",
    "/livez", "/readyz", "/metrics", "/docs/", "/docs/search/?q=fact", "/docs/api/", "/llms.txt",
)  # fmt: skip
_COMBINED = (
    "country", "from", "to", "pair", "track", "value", "status", "action", "kind", "resource", "reason", "ambassador",
    "sanctions", "list", "programme", "measure", "holder", "source", "publisher", "on_after", "on_before",
    "start_after", "since_after", "since_before", "recorded_after", "effective_after", "listed_after", "as_of", "stale",
    "disputed", "uncertain", "q",
)  # fmt: skip
"""Filters of which every two are asked together."""
_OWN_VALUES: Mapping[str, Sequence[str]] = {
    "ambassador": ("unknown", "ambassador", "vacant", "!vacant", "US>BY:vacant", "RU>US:!ambassador"),
    "next": ("unknown", "none", "announced", "!none"), "travel_ban": ("unknown", "listed", "!listed", "US>IR:listed"),
    "sanctions": ("unknown", "none", "in_force", "!none", "US>RU:in_force"),
    "track": ("ambassador", "sanctions", "sanctions:US>RU", "trend", "!ambassador"),
    "pair": ("RU-US", "AD-AF", "!RU-US"), "overlaps": ("2016", "..1950"),
    "list": ("1", "2", "!1"), "programme": ("1", "none", "!1"), "on": ("2014", "2020-02-01"),
    "announced_on": ("none", "2014", "!none"), "in_response_to": ("none", "!none"), "author": ("nobody", "!nobody"),
    "publisher": ("U.S. Department of State", "!Nobody"), "born": ("1961", "1961-05-03"),
}  # fmt: skip
_TEXTS = ("the united states", "smith", "zzqqzz", "li")
_ORDERED = (
    "", "&track=sanctions", "&country=US", "&format=csv", "&page_size=500", "&count=1", "&disputed=1&page_size=500",
    "&holder=smith&page_size=500", "&q=zq", "&recorded_after=2014-01-01&page_size=500",
)  # fmt: skip
"""Filters asked in every order of a list; some have few rows, which are far from its beginning."""
_OF_THE_LIST = {"cursor", "fields", "format", "ordering", "page_size", "count", "expand", "after"}


class _Read(NamedTuple):
    """One read: seconds to the whole body, or to the first 64 kB of an export, and the same of a processor."""

    seconds: float
    processor: float
    status: int
    path: str

    @classmethod
    def of(cls, site: str, path: str, spent: Callable[[], float]) -> _Read:
        before, began = spent(), time.monotonic()
        try:
            with urllib.request.urlopen(site + path, timeout=120) as answer:
                answer.read(65_536 if "format=" in path else None)
                status = answer.status
        except urllib.error.HTTPError as refusal:
            refusal.read()
            status = refusal.code
        return cls(time.monotonic() - began, spent() - before, status, path)

    @property
    def cells(self) -> tuple[str, ...]:
        return f"{self.seconds:.2f}", f"{self.processor:.2f}", str(self.status), urllib.parse.unquote(self.path)[:150]


def ask_everything(site: str, *, spent: Callable[[], float], forget: Callable[[], object]) -> None:
    """Asks one at a time, so that nothing waits for another; prints what took longer than `LIMIT`, or failed.

    What took longer is asked again, as other work on the machine may have been the reason. `spent` gives the seconds of
    a processor that the site has used so far; `forget` makes it forget the pages that it would send again.
    """
    slow, statuses, worst = [], Counter[int](), 0.0
    for path in chain(_PAGES, _of_the_document(site)):
        one = _Read.of(site, path, spent)
        if one.seconds > LIMIT or one.status == HTTPStatus.SERVICE_UNAVAILABLE:
            pace(1)  # an export that was not read to its end may still have its place
            forget()
            one = min(_Read.of(site, path, spent), one, key=lambda read: (read.status >= 500, read.seconds))
        worst = max(worst, one.seconds)
        statuses[one.status] += 1
        if one.seconds > LIMIT or one.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            slow.append(one)
            print(*one.cells, flush=True)
    counted = ", ".join(f"{count:,} x {status}" for status, count in sorted(statuses.items()))
    table(f"Slowest of {counted}: {worst:.2f} s (goal <= {LIMIT:.0f} s)", ("s", "of processor", "status", "GET"),
          [one.cells for one in sorted(slow, reverse=True)])  # fmt: skip


def _json(url: str) -> Any:
    with urllib.request.urlopen(url, timeout=120) as answer:
        return json.load(answer)


def _of_the_document(site: str) -> Iterator[str]:
    document = in_place(_json(f"{site}/api/schema/"))
    for template, operations in document["paths"].items():
        operation = operations.get("get")
        if operation is None or {} not in operation.get("security", [{}]):
            continue
        path = _with_values(site, template)
        if path is None:
            continue
        yield path
        own = {each["name"]: each for each in operation.get("parameters", ()) if each["in"] == "query"}
        is_list = "ordering" in own
        yield from (f"{path}?{query}" for query in _queries(site, path, own, document, is_list=is_list))


def _with_values(site: str, template: str) -> str | None:
    """The path with the values of the first row of its list; None where that has none."""
    if "{code}" in template:
        return template.replace("{code}", "US" if "countries" in template else "RU-US")
    if "{" not in template:
        return template
    rows = _json(site + template.partition("{")[0])["results"]
    return re.sub(r"{\w+}", str(rows[0].get("key") or rows[0]["id"]), template) if rows else None


def _queries(site: str, path: str, own: Mapping[str, Any], document: Any, *, is_list: bool) -> Iterator[str]:
    for name in own.keys() - _OF_THE_LIST:
        for value in _values(name, own[name]["schema"], document):
            query = urllib.parse.urlencode({name: value})
            yield from (query, f"{query}&count=1", f"{query}&page_size=500") if is_list else (query,)
    if is_list:
        yield from _whole_lists(own["ordering"]["schema"], document)
        yield from _together(own, document)
        yield from _pages(f"{site}{path}?page_size=500")


def _together(own: Mapping[str, Any], document: Any) -> Iterator[str]:
    """Two filters at once, as analysts combine them; the page, and the number of its rows."""
    first = {name: _values(name, own[name]["schema"], document)[0] for name in _COMBINED if name in own}
    for pair in combinations(first.items(), 2):
        query = urllib.parse.urlencode(pair)
        yield from (query, f"{query}&count=1")


def _whole_lists(orderings: Any, document: Any) -> Iterator[str]:
    for ordering in _values("ordering", orderings, document):
        for more in _ORDERED:
            yield f"ordering={urllib.parse.quote(ordering)}{more}"
    yield from ("format=csv", "format=jsonl")
    yield from (f"expand={one}&page_size=500" for one in ("sources", "programme", "list"))


def _pages(url: str) -> Iterator[str]:
    for _ in range(5):
        page = _json(url)
        url = page.get("next")
        if not url:
            return
        yield url.partition("?")[2]


def _values(name: str, schema: Any, document: Any) -> Sequence[str]:
    """Values that a parameter takes: all words of a vocabulary, both truths, or some that find much and nothing."""
    if reference := schema.get("$ref"):
        schema = document["components"]["schemas"][reference.rpartition("/")[2]]
    schema = schema.get("items", schema)
    vocabulary = re.fullmatch(r"\^!?\((?:\?:)?([\w.|-]+)\)\$", schema.get("pattern", "").replace("[.]", "."))
    words = schema.get("enum") or (vocabulary[1].split("|") if vocabulary else [])
    today = dt.datetime.now(dt.UTC)
    if name in _OWN_VALUES:
        values: Sequence[str] = _OWN_VALUES[name]
    elif name == "known_at":
        values = [f"{today - dt.timedelta(seconds=30):%Y-%m-%dT%H:%M:%SZ}"]
    elif "US" in words:
        values = ["US", "AD", "!US"]
    elif words:
        values = [*words, f"!{words[0]}"]
    elif schema.get("type") == "boolean":
        values = ["1", "0"]
    elif schema.get("type") == "integer" or schema.get("example") == "12":
        values = ["1", "3", "!1"]
    elif schema.get("format") == "uuid":
        values = [str(UUID(int=0)), f"!{UUID(int=0)}"]
    elif schema.get("format") == "date" or re.search("after|before|^since", name):
        values = ["1990-01-01", "2024-06-01", f"{today:%Y-%m-%d}"]
    else:
        values = [*([schema["example"]] if "example" in schema else []), *_TEXTS]
    return values
