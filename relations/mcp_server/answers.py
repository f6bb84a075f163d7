"""The five answers: a relation, periods, changes, a search and a source, each with quotes, addresses and both times."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import batched
from typing import Any
from urllib.parse import quote

from relations.dates import moment_text
from relations.mcp_server.asking import NotAnswered, ask
from relations.queries.clock import newest_finished, today

type Body = dict[str, Any]
MOST = 50
"""Rows of an answer: a model reads all of it."""
_KEYS_AT_ONCE = 50
_MOST_OF_A_KIND = 5
"""Results of each kind in a search."""


def relation(pair: str, as_of: str | None = None, known_at: str | None = None) -> Body:
    """The status between two countries on a day (YYYY-MM-DD, default today), as known at a moment (default now).

    `pair` is two ISO 3166-1 codes, such as BY-US. Every status has its value, its start, whether it is disputed or
    stale (its sources said so too long ago), and the keys of its facts, which are quoted under `evidence`. `unknown`
    means that nothing is recorded, and not that there is nothing.
    """
    known_at = known_at or moment_text(newest_finished())
    body = ask(f"relations/{quote(pair, safe='') or '-'}/", as_of=as_of, known_at=known_at)
    keys = list(dict.fromkeys(_keys(body["status"])))
    own = {name: body[name] for name in ("code", "countries", "status", "fact_count", "url")}
    return _answer(own, keys, as_of=body["as_of"], known_at=known_at)


def periods(
    pair: str, track: str | None = None, cursor: str | None = None, known_at: str | None = None
) -> Body:  # fmt: skip
    """The history of statuses of two countries: periods with first and last day, oldest first, 50 at a time.

    `track` may be ambassador, next, sanctions, travel_ban, diplomatic_relations or trend, or one direction of it
    (sanctions:US>BY). `next_cursor` is for the next call.
    """
    page = ask("periods/", pair=pair, track=track, cursor=cursor, known_at=known_at, page_size=MOST)
    keys = list(dict.fromkeys(_keys(page["results"])))
    return _answer(_paged(page), keys, known_at=known_at)


def changes(
    pair: str | None = None, country: str | None = None, track: str | None = None, cursor: str | None = None
) -> Body:  # fmt: skip
    """Changes in the order in which it was recorded, 50 at a time; of a pair, a country or a track, or of all.

    `effective` is the day in the world, `recorded_at` when the tracker learned of it. A change that a retraction
    caused has no quote any more. `next_cursor` is for the next call.
    """
    page = ask("changes/", pair=pair, country=country, track=track, cursor=cursor, page_size=MOST)
    keys = list(dict.fromkeys(row["cause"]["key"] for row in page["results"] if row["cause"]))
    return _answer(_paged(page), keys)


def search(text: str) -> Body:
    """Countries, facts, sources and parties on sanctions lists that the words name; the first five of each."""
    if not text.strip():
        raise NotAnswered("Give the words to search for.")
    results = {
        name: ask(f"{name}/", q=text, page_size=_MOST_OF_A_KIND)["results"] for name in ("countries", "designations")
    }
    results["sources"] = ask(
        "sources/", q=text, page_size=_MOST_OF_A_KIND, fields="id,kind,publisher,title,url,published_on"
    )["results"]
    facts = ask("facts/", q=text, page_size=_MOST_OF_A_KIND)["results"]
    return _answer({**results, "facts": [fact["key"] for fact in facts]}, [], facts=facts)


def source(number: int, cursor: str | None = None) -> Body:
    """A source by its number: what it is, its address, and the facts that rest on it with the words they quote."""
    body = ask(f"sources/{int(number)}/")
    body.pop("text", None)
    page = ask("facts/", source=int(number), cursor=cursor, page_size=MOST)
    own = {"source": body, "facts": [fact["key"] for fact in page["results"]], "next_cursor": _next(page)}
    return _answer(own, [], facts=page["results"])


TOOLS = (relation, periods, changes, search, source)


# --- evidence -------------------------------------------------------------------------------------------------------


def _answer(
    body: Body, keys: Iterable[str], *, as_of: str = "", known_at: str | None = None, facts: Iterable[Body] = ()
) -> Body:  # fmt: skip
    """The answer with both its times, and the facts that it names with their quotes."""
    quoted = [*facts, *_facts(keys, known_at)]
    return {
        "as_of": as_of or today().isoformat(),
        "known_at": known_at or moment_text(newest_finished()),
        **body,
        "evidence": [_evidence(fact) for fact in quoted],
    }


def _facts(keys: Iterable[str], known_at: str | None) -> Iterator[Body]:
    for some in batched(keys, _KEYS_AT_ONCE):
        yield from ask("facts/", key=",".join(some), known_at=known_at, page_size=_KEYS_AT_ONCE)["results"]


def _evidence(fact: Body) -> Body:
    names = ("key", "version", "from", "to", "on", "recorded_at", "disputed", "note", "url")
    kinds = ("status", "holder", "action", "kind", "measures", "programme", "person", "expires_on")
    return {
        **{name: fact[name] for name in names},
        "says": {name: fact[name] for name in kinds if fact.get(name) not in (None, "", [])},
        "quotes": [_quote(citation) for citation in fact["citations"]],
    }


def _quote(citation: Body) -> Body:
    of = citation["source"]
    return {
        "quote": citation["quote"], "stance": citation["stance"], "source": of["id"], "publisher": of["publisher"],
        "title": of["title"], "address": of["url"], "published_on": of["published_on"],
    }  # fmt: skip


def _keys(body: Any) -> Iterator[str]:
    """The keys of facts anywhere in an answer."""
    if isinstance(body, Mapping):
        for name, value in body.items():
            if name in ("facts", "uncertain"):
                yield from value
            else:
                yield from _keys(value)
    elif isinstance(body, list):
        for value in body:
            yield from _keys(value)


def _paged(page: Body) -> Body:
    return {"results": page["results"], "next_cursor": _next(page)}


def _next(page: Body) -> str | None:
    """The cursor of the next page."""
    following: str | None = page["next"]
    return following.rpartition("cursor=")[2] if following else None
