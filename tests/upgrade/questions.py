"""Some thousand GET requests that any tracker can be asked, made from its own schema and lists, and their answers.

Two trackers that answer alike are asked alike: nothing is random, and every choice follows from an earlier answer.
"""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

from relations.representation.openapi import in_place

HOST = "127.0.0.1:8000"
"""Sent as `Host` wherever the tracker listens: links and strong ETags contain it."""
REQUEST_ID = "f3f4c0de-0000-4000-8000-000000000001"
"""Sent as `X-Request-ID`, which problems repeat."""
HEADERS = (
    "Allow", "Cache-Control", "Content-Disposition", "Content-Type", "ETag", "Link", "Location", "Retry-After", "Vary",
    "WWW-Authenticate",
)  # fmt: skip
"""The headers that are part of the API."""
MOMENTS = ("2020-02-01T12:00:00Z", "2026-11-27T00:00:00Z")
DAYS = ("1950-06-30", "2014-12-31", "2020-02-02", "2022-02-25", "2031-01-01")
SEARCHED = ("Minsk", "Lukashenko", "Лукашенко", "Smith", "embassy", "Julie Fisher", "bank", "Li")
FIXED = {
    "cursor": (), "page_size": ("1", "0", "501"), "fields": ("url", "id,key,code"),
    "pair": ("BY-US", "eu-by", "BY"), "track": ("sanctions", "sanctions:US>BY", "trend"),
    "after": ("0", "5", "99999999"), "old": ("unknown", "none"), "new": ("eased", "vacant"),
}  # fmt: skip
"""Values of parameters of which neither the schema nor an answer has any."""
ALSO_SEEN_AS = {"country": "from", "target": "to", "issuer": "from", "under": "programmes"}
"""Keys of answers in which the values of other parameters are found."""
LONGEST = 200
WRONG = "~wrong~"
WEAK = "W/"
REQUEST = re.compile(r"(\S+) (\S+)(?: ([\w-]+=.+?))?( \(editor\))?")
"""The name of a request: method, path, at most one header, and whether an editor's token goes with it."""
FEATURED = ("BY-US", "BY-RU", "BY-DE", "BY-EU", "BY-GB", "RU-UA", "RU-US", "UA-US", "CN-US", "CU-US", "IR-US", "BO-US")


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    headers: Mapping[str, str]
    body: bytes

    def json(self) -> Any:
        """None where the body is not JSON."""
        try:
            return json.loads(self.body)
        except ValueError:
            return None


Ask = Callable[[str, str, Mapping[str, str]], Answer]
"""Sends a method, a path with its query, and headers."""


class Interview:
    """Asks each request once. `rows` and `pairs` limit how many details and relations it asks for."""

    def __init__(self, ask: Ask, *, token: str = "", rows: int = 4, pairs: int = 8) -> None:
        self.ask, self.token, self.rows, self.pairs = ask, token, rows, pairs
        self.answers: dict[str, Answer] = {}

    def get(self, path: str, *, method: str = "GET", editor: bool = False, **headers: str) -> Answer:
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        shown = (f"{key}={WEAK if value.startswith(WEAK) else value}" for key, value in sent.items())
        name = " ".join([method, path, *shown, *["(editor)"] * editor])
        if name not in self.answers:
            identified = {"Host": HOST, "X-Request-ID": REQUEST_ID} | sent
            if editor:
                identified["Authorization"] = f"Bearer {self.token}"
            self.answers[name] = self.ask(method, path, identified)
        return self.answers[name]

    def again(self, requests: Iterable[str]) -> dict[str, Answer]:
        """Asks what another interview has asked, with its cursors and strong ETags."""
        for name in requests:
            method, path, header, editor = REQUEST.fullmatch(name).groups()
            headers = dict([header.split("=", 1)]) if header else {}
            if headers.get("If-None-Match") == WEAK:
                headers["If-None-Match"] = self.get(path).headers["ETag"]
            self.get(path, method=method, editor=editor is not None, **headers)
        return self.answers

    def whole(self) -> dict[str, Answer]:
        schema = in_place(self.get("/api/schema/").json())
        for path, methods in sorted(schema["paths"].items()):
            if "{" not in path and "get" in methods:
                known = parameters(methods["get"], schema["components"]["schemas"])
                self.listed(path, known, editor=path in ("/api/webhooks/", "/api/imports/"))
        self.relations()
        self.webhooks()
        self.feeds()
        self.refused()
        return self.answers

    # --- lists and their rows ---------------------------------------------------------------------------------------

    def listed(self, path: str, known: Mapping[str, Any], *, editor: bool) -> None:
        first = self.get(path, editor=editor)
        self.conditional(path, first, editor=editor)
        self.get(path)
        seen = seen_values((first.json() or {}).get("results", ()))
        for query in filtered(known, seen):
            self.get(f"{path}?{urlencode(query)}", editor=editor)
        if "page_size" in known:
            for order in ["", *known.get("ordering", {}).get("enum", ())]:
                self.pages(path, {"page_size": "7"} | ({"ordering": order} if order else {}), editor=editor)
        self.get(f"{path}?colour=red", editor=editor)
        self.get(f"{path}?as_of=2020-01-01&as_of=2020-01-02", editor=editor)
        for row in spread((first.json() or {}).get("results", ()), self.rows):
            self.detail(row, editor=editor)

    def pages(self, path: str, query: Mapping[str, str], *, editor: bool) -> None:
        """The first pages, and one step back."""
        place, back = f"{path}?{urlencode(query)}", None
        for _ in range(4):
            page = self.get(place, editor=editor).json() or {}
            back = page.get("previous") or back
            if not page.get("next"):
                break
            place = local(page["next"])
        if back:
            self.get(local(back), editor=editor)

    def detail(self, row: Mapping[str, Any], *, editor: bool) -> None:
        place = next((row[name] for name in ("self", "url") if str(row.get(name, "")).startswith(f"http://{HOST}/api/")),
                     None)  # fmt: skip
        if place is None:
            return
        path = local(place)
        self.conditional(path, self.get(path, editor=editor), editor=editor)
        for rest in ("history/", "?expand=sources", "?fields=url,key,id", "?as_of=2020-02-02",
                     "?known_at=2026-11-27T00:00:00Z"):  # fmt: skip
            self.get(f"{path}{rest}", editor=editor)

    def conditional(self, path: str, answer: Answer, *, editor: bool = False) -> None:
        self.get(path, method="HEAD", editor=editor)
        if tag := answer.headers.get("ETag"):
            self.get(path, editor=editor, If_None_Match=tag)
            self.get(path, editor=editor, If_None_Match='"v0-another"')
            self.get(path, editor=editor, If_None_Match="*")

    # --- relations --------------------------------------------------------------------------------------------------

    def relations(self) -> None:
        results: list[Any] = []
        place: str | None = "/api/relations/?page_size=500&fields=code"
        while place:
            page = self.get(place).json()
            results += page["results"]
            place = local(page["next"]) if page["next"] else None
        codes = [row["code"] for row in results]
        chosen = [*FEATURED, *spread([code for code in codes if code not in FEATURED], self.pairs)]
        unrecorded = ["-".join(pair) for pair in combinations(("AD", "BT", "KI"), 2)]
        logged = seen_values(self.get("/api/changes/").json()["results"])
        moments = [*MOMENTS, *spread(logged.get("recorded_at", ()), 4)]
        for number, code in enumerate([*chosen, *unrecorded]):
            self.relation(code, number=number, moment=quote(moments[number % len(moments)]))

    def relation(self, code: str, *, number: int, moment: str) -> None:
        path, day = f"/api/relations/{code}/", DAYS[number % len(DAYS)]
        self.conditional(path, self.get(path))
        for query in (
            "expand=sources,programme,list", f"as_of={day}", f"known_at={moment}",
            f"as_of={day}&known_at={MOMENTS[1]}&expand=sources", "fields=code,version,status",
            ("format=csv", "format=jsonl", f"format=csv&as_of={day}")[number % 3],
        ):  # fmt: skip
            self.get(f"{path}?{query}")
        self.pages(f"{path}timeline/", {"page_size": "9"}, editor=False)
        for query in ("ordering=day&type=period", f"as_of={day}&type=fact", f"known_at={moment}",
                      "expand=sources&track=sanctions", ("format=csv", "format=jsonl")[number % 2]):  # fmt: skip
            self.get(f"{path}timeline/?{query}")
        self.get(f"/feeds/relations/{code}.atom")
        self.get(f"/api/changes/?pair={code}&page_size=20")

    # --- what only an owner sees, feeds, errors ---------------------------------------------------------------------

    def webhooks(self) -> None:
        for row in (self.get("/api/webhooks/", editor=True).json() or {}).get("results", ()):
            path = local(row["url"]) if row["url"].startswith(f"http://{HOST}/") else f"/api/webhooks/{row['id']}/"
            for rest in ("", "deliveries/", "deliveries/?state=delivered", "deliveries/?format=csv",
                         "deliveries/?page_size=1&count=1", "replay/", "dry-run/"):  # fmt: skip
                found = self.get(f"{path}{rest}", editor=True).json() or {}
                if rest in ("deliveries/", "replay/"):
                    for below in found.get("results", ())[: self.rows]:
                        self.get(f"{path}{rest}{below['id']}/", editor=True)

    def feeds(self) -> None:
        place: str | None = "/feeds/changes.atom"
        for _ in range(3):
            if place is None:
                break
            answer = self.get(place)
            self.conditional(place, answer)
            older = re.search(rb'href="([^"]+)" rel="next"|rel="next" href="([^"]+)"', answer.body)
            place = local((older[1] or older[2]).decode()) if older else None
        for code in ("BY", "US", "EU", "DE", "by", "BLR", "XX"):
            self.get(f"/feeds/countries/{code}.atom")
        for code in ("us-by", "BY-BY", "BY", "BY-XX"):
            self.get(f"/feeds/relations/{code}.atom")
        self.get("/feeds/changes.atom?after=3")

    def refused(self) -> None:
        nobody = "00000000-0000-4000-8000-000000000000"
        for path in (
            "/api/nowhere/", "/nowhere", "/api/relations/XX-YY/", "/api/relations/BY/",
            "/api/relations/us-by/?as_of=2020-01-01", "/api/relations/BLR-USA/", "/api/relations/BY-BY/",
            "/api/relations/BY-US", "/api/relations/BY-US/timeline", "/api/relations/BY-US/?as_of=yesterday",
            "/api/relations/BY-US/?as_of=2020-02-30", "/api/relations/BY-US/?known_at=2020",
            "/api/relations/BY-US/?known_at=2100-01-01T00:00:00Z",
            "/api/relations/BY-US/?fields=colour", "/api/relations/BY-US/?expand=colour",
            "/api/relations/BY-US/?format=xml", "/api/relations/?sanctions=US>BY:red".replace(">", "%3E"),
            f"/api/ambassadors/{nobody}/", f"/api/designations/{nobody}/", f"/api/designations/{nobody}/history/",
            "/api/ambassadors/7/", "/api/sources/999999/", "/api/changes/99999999/", "/api/changes/?after=x",
            "/api/countries/BY/", "/api/countries/DE/", "/api/countries/EU/", "/api/countries/GB/?as_of=2019-12-31",
            "/api/countries/by/", "/api/countries/BLR/", "/api/countries/Belarus/",
            "/api/ambassadors/?statsu=vacant", "/api/ambassadors/?cursor=abc", "/api/ambassadors/?page_size=501",
            "/api/docs/errors/", "/livez", "/",
        ):  # fmt: skip
            self.get(path)
        for accepted in ("text/csv", "application/jsonl", "image/png", "application/json;q=0.1, text/csv"):
            self.get("/api/diplomatic-events/?page_size=3", Accept=accepted)
            self.get("/api/relations/BY-US/", Accept=accepted)
        for method in ("OPTIONS", "PROPFIND"):
            self.get("/api/ambassadors/", method=method)
        for method in ("POST", "PUT", "PATCH", "DELETE"):
            self.get("/api/changes/", method=method)
        for text in SEARCHED:
            for place in ("designations", "ambassadors", "sources", "countries", "diplomatic-events", "relations"):
                self.get(f"/api/{place}/?q={quote(text)}&page_size=5")


def local(url: str) -> str:
    parts = urlsplit(url)
    return parts.path + (f"?{parts.query}" if parts.query else "")


def spread(rows: Sequence[Any], most: int) -> list[Any]:
    """At most so many, over the whole length."""
    step = max(1, -(-len(rows) // most))
    return list(rows[::step])


def parameters(operation: Mapping[str, Any], schemas: Mapping[str, Any]) -> dict[str, Any]:
    """Query parameters by name; of a repeatable one the shape of a single value, words included that others share."""
    shapes = {
        one["name"]: one["schema"].get("items", one["schema"])
        for one in sorted(operation.get("parameters", ()), key=lambda one: one["name"])
        if one["in"] == "query"
    }
    return {name: schemas.get(shape.get("$ref", "").rpartition("/")[2], shape) for name, shape in shapes.items()}


def seen_values(rows: Sequence[Any]) -> dict[str, list[str]]:
    """Scalars by key, at any depth; a nested object also counts by its own code, key or id."""
    seen: dict[str, list[str]] = defaultdict(list)
    for row in rows:
        for name, value in _scalars("", row):
            if value not in seen[name] and len(value) < LONGEST:
                seen[name].append(value)
    return seen


def filtered(known: Mapping[str, Any], seen: Mapping[str, Sequence[str]]) -> Iterator[list[tuple[str, str]]]:
    """Each parameter alone with two of its values and a wrong one, and with both together with the one before."""
    before: tuple[str, str] | None = None
    for name, shape in known.items():
        # Without a page size each answer would have a hundred rows.
        size = [("page_size", "5")] if "page_size" in known and name not in ("page_size", "format") else []
        values = list(dict.fromkeys(samples(name, shape, seen)))
        yield from ([(name, value), *size] for value in (WRONG, *values[:2]))
        if values and size:
            if before:
                yield [before, *((name, value) for value in values[:2]), *size]
            before = name, values[0]


def _scalars(name: str, value: Any) -> Iterator[tuple[str, str]]:
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _scalars(key, inner)
            if key in ("code", "key", "id"):
                yield from _scalars(name, inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _scalars(name, inner)
    elif value is not None and not isinstance(value, bool):
        yield name, str(value)


def samples(name: str, shape: Mapping[str, Any], seen: Mapping[str, Sequence[str]]) -> Iterator[str]:
    """Values of a parameter that the schema names or answers contain."""
    if name in FIXED:
        yield from FIXED[name]
    elif "enum" in shape:
        yield from spread(shape["enum"], 3)
    elif "|" in shape.get("pattern", ""):
        for word in spread(re.findall(r"[a-z_]{4,}", shape["pattern"]), 2):
            yield from (word, f"US>BY:{word}")
    elif shape.get("format") == "date":
        yield from ("2014-12-31", "2020-02-01")
    elif shape.get("format") == "date-time" or name.endswith(("_after", "_before", "_at")):
        yield from (*MOMENTS, *spread(seen.get("recorded_at", ()), 2))
    else:
        same = seen.get(name) or seen.get(ALSO_SEEN_AS.get(name, name), ())
        yield from spread([value for value in same if value], 2)
        yield from ("BY", "none") if shape.get("type") == "string" else ("0", "1", "99999999")
