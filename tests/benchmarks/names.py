"""Names of one party against names of others, among the aliases of four lists: how well the search separates them.

The whole files are no part of the product: TRACKER_SHARED_DATA names their folder. Pairs are divided by a
hash into a half for tuning and a half for the report.
"""

from __future__ import annotations

import hashlib
import os
import random
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import combinations
from pathlib import Path
from typing import Any, NamedTuple

from relations.text import similarity
from relations.text.transliteration import latin_words
from tests.benchmarks import names_across
from tests.benchmarks.serving import table
from tests.importers.rebuilding import lines

type Score = Callable[[str, str], float]

_PAIRS_OF_A_PARTY = 4
_SEEDS = {"tuning": 1, "report": 2}


class Pair(NamedTuple):
    one: str
    other: str
    is_same: bool


class Names(NamedTuple):
    """The names of one party of one list; `kind` is `person` or `entity`."""

    kind: str
    names: tuple[str, ...]


def main() -> None:
    shared = os.environ.get("TRACKER_SHARED_DATA")
    if not shared:
        print("TRACKER_SHARED_DATA names no folder with the whole lists: no name is compared.")
        return
    parties = merged(read(Path(shared)))
    found = []
    for kind in ("person", "entity"):
        halves = pairs([party for party in parties if party.kind == kind])
        for half, some in halves.items():
            found.append((kind, half, str(len(some)), f"{auc(some, similarity.score):.3f}"))
    table("Pairs of names of one party, and of two that share a word", ("kind", "half", "pairs", "AUC"), found)
    _report_across([*names_across.records(Path(shared))])


def _report_across(records: Sequence[names_across.Record]) -> None:
    found = []
    for kind in ("person", "entity"):
        for half, some in names_across.comparisons([each for each in records if each.kind == kind]).items():
            value = auc_of((each.score, each.is_same) for each in some)
            found.append((kind, half, str(len(some)), f"{value:.3f}"))
    table("Names and parties of other lists, joined by numbers", ("kind", "half", "pairs", "AUC"), found)


def read(shared: Path) -> Iterator[Names]:
    """Persons and entities of the lists, with every name."""
    for row in lines(next((shared / "eu").glob("*.jsonl.gz"))):
        kind = "person" if row["subject_type"]["code"] == "person" else "entity"
        yield Names(kind, _unique(alias["whole_name"] for alias in row["name_aliases"]))
    for row in lines(next((shared / "uk").glob("*.jsonl.gz"))):
        if row.get("individual_entity_ship") in {"Individual", "Entity"}:
            kind = "person" if row["individual_entity_ship"] == "Individual" else "entity"
            yield Names(kind, _unique(_british(row)))
    for code, files in (("un", ["un/un_2021-01-27_a706413d.xml"]), ("ofac", [])):
        paths = [shared / name for name in files] or sorted((shared / "ofac/2021-04").glob("[as]*.csv"))
        yield from _imported(code, paths)


def _british(row: dict[str, Any]) -> Iterator[str]:
    for name in row["names"]["names"]:
        yield " ".join(name[part] for part in (f"name{n}" for n in range(1, 7)) if name.get(part))
    for name in (row.get("non_latin_names") or {}).get("names", ()):
        yield name.get("name_non_latin_script") or ""


def _imported(code: str, paths: Sequence[Path]) -> Iterator[Names]:
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tracker.settings")
    django.setup()
    from relations.importers.engine import own_format
    from relations.importers.engine.parties import Party

    for party in own_format.party_list(code, paths).parse(paths):
        if isinstance(party, Party) and party.kind in {"person", "entity"}:
            yield Names(str(party.kind), _unique(name.text for name in party.names))


def _unique(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name.strip() for name in names if len(name.strip()) > 1))


def merged(parties: Iterable[Names]) -> list[Names]:
    """One party of several lists is one: those with a name in common, of two words at least."""
    heads: dict[tuple[str, str], int] = {}
    joined: list[list[Names]] = []
    parents: list[int] = []

    def head(place: int) -> int:
        while parents[place] != place:
            place = parents[place]
        return place

    for party in parties:
        place = len(parents)
        parents.append(place)
        joined.append([party])
        for name in party.names:
            words = latin_words(name)
            if len(words) > 1:
                parents[head(heads.setdefault((party.kind, " ".join(sorted(words))), place))] = head(place)
    clusters: dict[int, dict[str, None]] = defaultdict(dict)
    for place, (party,) in enumerate(joined):
        clusters[head(place)] |= dict.fromkeys(party.names)
    return [Names(joined[place][0].kind, tuple(names)) for place, names in clusters.items()]


def pairs(parties: Sequence[Names]) -> dict[str, list[Pair]]:
    """By half: some pairs of each party, and as many of its names with one of another party that shares a word."""
    having: dict[str, list[int]] = defaultdict(list)
    for place, party in enumerate(parties):
        for word in {word for name in party.names for word in latin_words(name) if len(word) > 2}:
            having[word].append(place)
    halves: dict[str, list[Pair]] = {half: [] for half in _SEEDS}
    for place, party in enumerate(parties):
        digest = hashlib.sha256(party.names[0].encode()).digest()
        half, chance = ("tuning", "report")[digest[0] % 2], random.Random(digest)
        of_one = [
            Pair(one, other, True)
            for one, other in combinations(party.names, 2)
            if sorted(latin_words(one)) != sorted(latin_words(other))
        ]
        for pair in chance.sample(of_one, min(len(of_one), _PAIRS_OF_A_PARTY)):
            if rival := _rival(pair.one, place, parties, having, chance):
                halves[half] += [pair, Pair(pair.one, rival, False)]
    return halves


def _rival(
    name: str, place: int, parties: Sequence[Names], having: dict[str, list[int]], chance: random.Random
) -> str | None:
    """A name of another party with a word of this one."""
    words = [word for word in latin_words(name) if len(having[word]) > 1]
    chance.shuffle(words)
    for word in words:
        other = chance.choice([found for found in having[word] if found != place])
        rival = chance.choice([found for found in parties[other].names if word in latin_words(found)])
        if sorted(latin_words(rival)) != sorted(latin_words(name)):
            return rival
    return None


def auc(some: Sequence[Pair], score: Score) -> float:
    """Chance that a pair of one party scores above a pair of two; equal scores count half."""
    return auc_of((score(pair.one, pair.other), pair.is_same) for pair in some)


def auc_of(scored: Iterable[tuple[float, bool]]) -> float:
    ranked = sorted(scored)
    by_score: dict[float, list[int]] = defaultdict(lambda: [0, 0])
    for value, is_same in ranked:
        by_score[value][is_same] += 1
    below, won = 0, 0.0
    for others, same in by_score.values():
        won += same * (below + others / 2)
        below += others
    return won / (below * sum(same for _, same in by_score.values()))
