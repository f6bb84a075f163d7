"""The search for parties by name among those of four whole lists, compared with a plain trigram query of PostgreSQL.

The whole files are no part of the product: TRACKER_SHARED_DATA names their folder.
"""

from __future__ import annotations

import os
import random
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from urllib.parse import urlencode

import psycopg

from relations.text.names import fold, parse
from tests.benchmarks.serving import database, manage, serving, table
from tests.importers import rebuilding

_OF_EACH_KIND = 100
_LONGEST = 200
_PLAIN = """
    SELECT party_id, text, word_similarity(%(words)s, folded) AS similarity FROM relations_partyname
    WHERE folded %%> %(words)s ORDER BY similarity DESC LIMIT 100
"""

type Ask = Callable[[str], object]


def main() -> None:
    shared = os.environ.get("TRACKER_SHARED_DATA")
    if not shared:
        print("TRACKER_SHARED_DATA names no folder with the whole lists: nothing is searched for.")
        return
    with tempfile.TemporaryDirectory(prefix="tracker-bench-") as folder, database():
        os.environ["TRACKER_DATA"] = f"{folder}/data"
        for arguments in _imports(Path(shared), Path(folder)):
            manage("import", *arguments)
        with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as connection:
            connection.execute("SET pg_trgm.word_similarity_threshold = 0.45")
            parties = _count(connection)
            asked = _queries(
                [text for (text,) in connection.execute("SELECT text FROM relations_partyname ORDER BY id")]
            )
            with serving("tracker.wsgi:application", workers=1) as tracker:
                _report(parties, asked, _searching(tracker), _trigrams_of(connection))


def _imports(shared: Path, folder: Path) -> Iterator[list[str]]:
    """Arguments of an import, by list."""
    yield ["un", str(shared / "un/un_2021-01-27_a706413d.xml")]
    yield ["ofac", *map(str, sorted((shared / "ofac/2021-04").glob("[as]??.csv"))), "--dated", "2021-04-30"]
    eu, uk = (next((shared / code).glob("*.jsonl.gz")) for code in ("eu", "uk"))
    yield ["eu", str(rebuilding.written(rebuilding.eu_export(rebuilding.lines(eu)), folder / "eu.xml"))]
    yield ["uk", str(rebuilding.written(rebuilding.uk_list(rebuilding.lines(uk)), folder / "uk.xml"))]


def _count(connection: psycopg.Connection) -> int:
    (count,) = connection.execute("SELECT count(*) FROM relations_party").fetchone() or (0,)
    return int(count)


def _queries(names: Sequence[str]) -> dict[str, list[str]]:
    """Names and parts of names, by kind, the same in each run."""
    chance = random.Random(20_000)
    kinds: dict[str, Callable[[str], str]] = {
        "a whole name": lambda name: name,
        "a letter is missing": lambda name: name.replace(chance.choice(name), "", 1),
        "two words": lambda name: " ".join(chance.sample(words := name.split(), min(2, len(words)))),
        "one word": lambda name: chance.choice(name.split()),
    }
    found: dict[str, list[str]] = {}
    for kind, change in kinds.items():
        queries = (change(chance.choice(names))[:_LONGEST] for _ in iter(int, 1))
        found[kind] = [query for query, _ in zip(filter(_has_words, queries), range(_OF_EACH_KIND), strict=False)]
    return found


def _has_words(query: str) -> bool:
    return bool(parse(query).words)


def _searching(tracker: str) -> Ask:
    def ask(query: str) -> object:
        with urllib.request.urlopen(f"{tracker}/api/designations/?{urlencode({'q': query})}") as answer:
            return answer.read()

    return ask


def _trigrams_of(connection: psycopg.Connection) -> Ask:
    return lambda query: connection.execute(_PLAIN, {"words": fold(parse(query))}).fetchall()


def _report(parties: int, asked: dict[str, list[str]], search: Ask, plain: Ask) -> None:
    """Each query of the one, then of the other, so that both have the same share of a busy machine."""
    rows: list[tuple[str, ...]] = []
    every: tuple[list[float], list[float]] = ([], [])
    for kind, queries in {"not counted": asked["two words"][:20], **asked}.items():
        times = [(_milliseconds(search, query), _milliseconds(plain, query)) for query in queries]
        if kind in asked:
            rows.append(_row(kind, [one for one, _ in times], [other for _, other in times]))
            every[0].extend(one for one, _ in times)
            every[1].extend(other for _, other in times)
    table(
        f"Searches by name among {parties:,} parties, one after the other; peer: folded %> words, ORDER BY, LIMIT 100",
        ("query", "p50 ms", "of peer", "p95 ms (goal < 100)", "of peer", "slowest ms", "peer p50 ms", "peer p95 ms"),
        [*rows, _row("all", *every)],
    )


def _milliseconds(ask: Ask, query: str) -> float:
    began = time.perf_counter()
    ask(query)
    return 1000 * (time.perf_counter() - began)


def _row(kind: str, ours: Sequence[float], plain: Sequence[float]) -> tuple[str, ...]:
    (p50, p95), (peer50, peer95) = _percentiles(ours), _percentiles(plain)
    return (
        kind, f"{p50:.1f}", f"{p50 / peer50:.1f}", f"{p95:.1f}", f"{p95 / peer95:.1f}", f"{max(ours):.1f}",
        f"{peer50:.1f}", f"{peer95:.1f}",
    )  # fmt: skip


def _percentiles(times: Sequence[float]) -> tuple[float, float]:
    ordered = sorted(times)
    return ordered[len(ordered) // 2], ordered[len(ordered) * 95 // 100]
