"""The nearest countries, pairs and words to what names none: for pages that refuse something."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import product

from rapidfuzz import fuzz, process

from relations.codes import pair_code
from relations.codes.country_names import name_key
from relations.queries.countries import CountryIndex
from relations.web.search.countries import gazetteer, halves

_NEAR, _NEAR_NAME = 60, 70  # rapidfuzz's scores from which two words look alike, and two names of countries
_MOST = 5
_LONGEST = 100


def nearest_words(text: str, words: Iterable[str], *, titles: Mapping[str, str] | None = None) -> list[str]:
    """At most three of the words, the nearest first, by the word or by its title."""
    by_text = {word.casefold(): word for word in words} | {
        title.casefold(): word for word, title in (titles or {}).items()
    }
    found = process.extract(
        text.casefold()[:_LONGEST], sorted(by_text), scorer=fuzz.ratio, score_cutoff=_NEAR, limit=_MOST
    )
    return list(dict.fromkeys(by_text[key] for key, _, _ in found))[:3]


def nearest_countries(text: str, index: CountryIndex) -> list[str]:
    """Countries that the text names or begins to name, that sound alike, or whose code is one letter away."""
    text = text.strip()[:_LONGEST]
    known, key = gazetteer(index), name_key(text)
    exact = [*known.named(text), *known.alike(text)]
    found: Sequence[tuple[str, float, int]] = ()
    if len(key) > 3:
        found = process.extract(key, sorted(known.by_name), scorer=fuzz.ratio, score_cutoff=_NEAR_NAME, limit=_MOST)
    similar = [code for name, _, _ in found for code in sorted(known.by_name[name])]
    codes = [known.codes[code] for code in sorted(known.codes) if _one_letter_apart(text.upper(), code)]
    return list(dict.fromkeys([*exact, *similar, *codes]))[:_MOST]


def nearest_pairs(text: str, index: CountryIndex) -> list[str]:
    """Pairs of the countries nearest to both halves of the text."""
    text = text.strip()[:_LONGEST]
    certain = gazetteer(index).pairs(text)
    found = [
        pair_code(first, second)
        for left, right in halves(text)
        for first, second in product(nearest_countries(left, index)[:3], nearest_countries(right, index)[:3])
        if first != second
    ]
    return list(dict.fromkeys([*certain, *found]))[:_MOST]


def _one_letter_apart(code: str, other: str) -> bool:
    return len(code) == len(other) and sum(a != b for a, b in zip(code, other, strict=True)) == 1
