"""The nearest countries, pairs and words to what names none: for pages that refuse something."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from itertools import islice

from django.utils.translation import gettext as _
from rapidfuzz import fuzz, process

from relations.queries.countries import CountryIndex, current_country_index
from relations.web.search.countries import gazetteer, halves, pairs_of, spelling_key
from relations.web.words import country_names

_NEAR, _NEAR_NAME, _SLIP = 60, 70, 80
"""rapidfuzz's scores from which two words look alike, two names of countries, and one is the other mistyped."""
_MOST = 5
_PLACE = re.compile(r"/(?P<kind>relations|countries)/(?P<text>[^/]{1,100})")
_LONGEST = 100


def nearest_words(text: str, words: Iterable[str], *, titles: Mapping[str, str] | None = None) -> list[str]:
    """At most three of the words, the nearest first, by the word or by its title."""
    by_text = {word.casefold(): word for word in words} | {
        title.casefold(): word for word, title in (titles or {}).items()
    }
    nearest = process.extract(
        text.casefold()[:_LONGEST], sorted(by_text), scorer=fuzz.ratio, score_cutoff=_NEAR, limit=_MOST
    )
    return list(dict.fromkeys(by_text[key] for key, _, _ in nearest))[:3]


def nearest_countries(text: str, index: CountryIndex) -> list[str]:
    """Countries that the text names or begins to name, that sound alike, or whose code is one letter away."""
    text = text.strip()[:_LONGEST]
    known, key = gazetteer(index), spelling_key(text)
    if exact := known.named(text):
        return exact[:_MOST]
    similar = _similar(key, known.by_name, _NEAR_NAME)
    distances = {code: distance for code in known.codes if (distance := _one_letter_apart(text.upper(), code))}
    codes = [known.codes[code] for code in sorted(distances, key=lambda code: (distances[code], code))]
    return list(dict.fromkeys([*known.alike(text), *similar, *codes]))[:_MOST]


def nearly_named(text: str, index: CountryIndex) -> list[str]:
    """Countries of a name that the text has but for a slip of the keyboard."""
    return _similar(spelling_key(text[:_LONGEST]), gazetteer(index).by_name, _SLIP)


def _similar(key: str, by_name: Mapping[str, Iterable[str]], score: int) -> list[str]:
    if len(key) <= 3:
        return []
    nearest = process.extract(key, sorted(by_name), scorer=fuzz.ratio, score_cutoff=score, limit=_MOST)
    return list(dict.fromkeys(code for name, _, _ in nearest for code in sorted(by_name[name])))


def nearest_pairs(text: str, index: CountryIndex) -> list[str]:
    """Pairs of the countries nearest to both halves of the text."""
    text = text.strip()[:_LONGEST]
    certain = gazetteer(index).pairs(text)
    nearest = ([nearest_countries(half, index)[:3] for half in both] for both in _few_halves(text))
    likely = pairs_of((left, right) for left, right in nearest)
    return list(dict.fromkeys([*certain, *likely]))[:_MOST]


def nearest_places(path: str) -> list[tuple[str, str]]:
    """Addresses and titles of pairs and countries near `/relations/XX-US/@2020`, `/countries/Atlantis/`: one query."""
    place = _PLACE.match(path)
    if place is None:
        return []
    index, text = current_country_index(), place["text"].replace("\0", "")
    names, countries, pairs = country_names(index), nearest_countries(text, index), nearest_pairs(text, index)
    if place["kind"] == "relations" and not gazetteer(index).named(text):
        # Both halves may be one country, which is no pair.
        countries = [] if pairs else [code for half in _few_halves(text) for code in nearest_countries(half[0], index)]
    elif not gazetteer(index).pairs(text):
        pairs = []
    titles = [
        (f"/relations/{code}/", _("%(first)s and %(second)s") % {"first": names[code[:2]], "second": names[code[3:]]})
        for code in pairs
    ]  # fmt: skip
    return [*titles, *((f"/countries/{code}/", names[code]) for code in dict.fromkeys(countries))][:_MOST]


def _few_halves(text: str) -> list[tuple[str, str]]:
    return list(islice(halves(text), _MOST))


def _one_letter_apart(code: str, other: str) -> tuple[int, int] | None:
    """The place of the only letter that differs, the last first, and how far apart the two letters are."""
    if len(code) != len(other):
        return None
    different = [place for place, pair in enumerate(zip(code, other, strict=True)) if pair[0] != pair[1]]
    return (-different[0], abs(ord(code[different[0]]) - ord(other[different[0]]))) if len(different) == 1 else None
