"""A name of one list against the parties of another: the one that has the same number, and near ones that are others.

Parties are joined by numbers of documents and by the UN's references, not by names, so that the pairs do not depend on
how names are compared. Divided by a hash into a half for tuning and a half for the report, like those of `names`.
"""

from __future__ import annotations

import hashlib
import random
import tempfile
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from heapq import nsmallest
from itertools import permutations
from pathlib import Path
from typing import NamedTuple

from relations.text.names import parse
from relations.text.similarity import scores
from relations.text.transliteration import latin_words
from tests.importers import rebuilding

_NEAREST, _LOOKED_AT, _LEAST_LENGTH, _LEAST_DIGITS = 5, 60, 6, 3
_REFERENCES = {"UNReferenceNumber", "unitedNationId"}


class Record(NamedTuple):
    code: str
    kind: str
    names: tuple[str, ...]
    numbers: frozenset[str]
    words: frozenset[str]
    """The sorted words of each name."""


class Comparison(NamedTuple):
    name: str
    names: tuple[str, ...]
    is_same: bool

    @property
    def score(self) -> float:
        return max(scores(parse(self.name), [*map(parse, self.names)]))


def records(shared: Path) -> Iterator[Record]:
    """Persons and entities of four lists. Django has to be set up."""
    from relations.importers.engine import own_format
    from relations.importers.engine.parties import Party

    with tempfile.TemporaryDirectory(prefix="tracker-bench-") as folder:
        for code, paths in _files(shared, Path(folder)):
            for party in own_format.party_list(code, paths).parse(paths):
                if isinstance(party, Party) and party.kind in {"person", "entity"}:
                    names = tuple(dict.fromkeys(name.text for name in party.names))
                    words = frozenset(map(_words, names))
                    yield Record(code, str(party.kind), names, _numbers(code, party), words)


def _files(shared: Path, folder: Path) -> Iterator[tuple[str, list[Path]]]:
    eu, uk = (next((shared / code).glob("*.jsonl.gz")) for code in ("eu", "uk"))
    yield "un", [shared / "un/un_2021-01-27_a706413d.xml"]
    yield "ofac", sorted((shared / "ofac/2021-04").glob("[as]??.csv"))
    yield "eu", [rebuilding.written(rebuilding.eu_export(rebuilding.lines(eu)), folder / "eu.xml")]
    yield "uk", [rebuilding.written(rebuilding.uk_list(rebuilding.lines(uk)), folder / "uk.xml")]


def _words(name: str) -> str:
    return " ".join(sorted(latin_words(name)))


def _numbers(code: str, party: object) -> frozenset[str]:
    from relations.importers.engine.parties import Party
    from relations.queries.same_party import number_key

    assert isinstance(party, Party)
    written = [document.number for document in party.documents]
    written += [detail.value for detail in party.details if detail.key in _REFERENCES]
    keys = {number_key(number) for number in [*written, *([party.reference] if code == "un" else [])]}
    return frozenset(key for key in keys if len(key) >= _LEAST_LENGTH and sum(map(str.isdigit, key)) >= _LEAST_DIGITS)


def comparisons(every: Sequence[Record]) -> dict[str, list[Comparison]]:
    """By half: a name that the other record does not have letter by letter, and the same name with a near party."""
    having: dict[str, list[int]] = defaultdict(list)
    sharing: dict[str, list[Record]] = defaultdict(list)
    for place, record in enumerate(every):
        for word in {word for words in record.words for word in words.split() if len(word) > 1}:
            having[word].append(place)
        for number in record.numbers:
            sharing[number].append(record)
    halves: dict[str, list[Comparison]] = {"tuning": [], "report": []}
    seen: set[tuple[tuple[str, ...], tuple[str, ...]]] = set()
    for number in sorted(sharing):
        some = sharing[number]
        if len({record.code for record in some}) < len(some):
            continue  # a number of two parties of one list joins nobody
        for one, other in permutations(some, 2):
            if one.kind == other.kind and (one.names, other.names) not in seen:
                seen.add((one.names, other.names))
                digest = hashlib.sha256(min(one.names + other.names).encode()).digest()
                halves[("tuning", "report")[digest[0] % 2]] += _compared(
                    one, other, lambda name: _near(name, every, having), random.Random(digest)
                )
    return halves


def _compared(
    one: Record, other: Record, near: Callable[[str], list[Record]], chance: random.Random
) -> Iterator[Comparison]:
    names = [name for name in one.names if _words(name) not in other.words]
    if not names:
        return
    name = chance.choice(names)
    if rivals := [record for record in near(name) if _is_another(record, one, other)]:
        yield Comparison(name, other.names, is_same=True)
        yield Comparison(name, chance.choice(rivals[:_NEAREST]).names, is_same=False)


def _near(name: str, every: Sequence[Record], having: dict[str, list[int]]) -> list[Record]:
    """Candidates with most words of the name, weighed by how rare they are."""
    weights: dict[int, float] = defaultdict(float)
    for word in dict.fromkeys(latin_words(name)):
        for place in having.get(word, ()):
            weights[place] += len(having[word]) ** -0.5
    return [every[place] for place in nsmallest(_LOOKED_AT, weights, key=lambda place: (-weights[place], place))]


def _is_another(record: Record, *joined: Record) -> bool:
    """Checks that a record has neither a number nor a name of those."""
    return not any(record.numbers & each.numbers or record.words & each.words for each in joined)
