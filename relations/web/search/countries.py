"""Countries and pairs that a reader's words name: by any name, code or spelling, in languages of many readers."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import product

from django.conf import settings

from relations.codes import pair_code
from relations.codes.country_names import code_by_name, name_key, typed_names
from relations.queries.cache import REFERENCE_DATA
from relations.queries.countries import CountryIndex
from relations.web.words import cldr_names

_BETWEEN = re.compile(r"\s*[-–—/,;&+→>]\s*|\s+(?:and|und|vs\.?|versus|to|on|with|mit|gegen)\s+|\s+", re.IGNORECASE)
"""Signs and words between the two countries of a pair."""
_DOTS, _HYPHENS = re.compile(r"(?<=\b[^\W\d_])\."), re.compile(r"\s*[-‐–]\s*")
_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue"})
_NO_APOSTROPHES = str.maketrans(dict.fromkeys("'’"))
_OTHERS = ("fr", "ru", "es", "ar", "zh")
"""The other languages of the United Nations, whose names of countries are known, too."""
_SHORTEST_PART = 3
"""Letters from which a part of a name is looked for; codes are shorter and are looked for whole."""
_WORDS, _MOST_WORDS = re.compile(r"[^\s,;:?!()/]+"), 6
"""Words of a sentence, and how many of them may be one name."""


@dataclass(frozen=True, slots=True, eq=False)
class Gazetteer:
    """Codes of countries by every normalised name, and by every code of two or three letters."""

    by_name: Mapping[str, frozenset[str]]
    codes: Mapping[str, str]

    def named(self, text: str) -> list[str]:
        """The countries of which this is a whole name or a code; a code comes first."""
        code, key = self._code(text), spelling_key(text)
        by_code = [code] if code else []
        by_style = code_by_name(text)
        return list(dict.fromkeys([*by_code, *sorted(self.by_name.get(key, ())), *([by_style] if by_style else [])]))

    def one(self, text: str) -> str:
        """The country of a code, or of a name that no other has: `EG` is Egypt, though Germans call the EEC so."""
        codes = self.named(text)
        return codes[0] if len(codes) == 1 or self._code(text) else ""

    def _code(self, text: str) -> str:
        """`US`, `usa`, `U.S.` -> US."""
        return self.codes.get(_DOTS.sub("", text).strip().upper(), "")

    def alike(self, text: str) -> list[str]:
        """Countries with a name that begins with the text, then those with a word in it that does."""
        key = spelling_key(text)
        if len(key) < _SHORTEST_PART:
            return []
        beginning = {code for name, codes in self.by_name.items() if name.startswith(key) for code in codes}
        inside = {code for name, codes in self.by_name.items() if f" {key}" in name for code in codes}
        return [*sorted(beginning), *sorted(inside - beginning)]

    def pairs(self, text: str) -> list[str]:
        """Every pair that the text may name as a whole: `usa belarus`, `BYUS`, `Guinea-Bissau und Kuba`."""
        if self.named(text):
            return []
        return pairs_of((self.named(left), self.named(right)) for left, right in halves(text.strip()))

    def mentioned(self, text: str) -> list[str]:
        """The countries in a sentence, in its order: `sanctions of the US on Belarus`."""
        words, codes, place = _WORDS.findall(text), [], 0
        while place < len(words):
            ends = range(min(place + _MOST_WORDS, len(words)), place, -1)
            names = ((end, " ".join(words[place:end])) for end in ends)
            code, place = next(((code, end) for end, name in names if (code := self._mention(name))), ("", place + 1))
            codes += [code] if code else []
        return list(dict.fromkeys(codes))

    def _mention(self, name: str) -> str:
        """`by`, `is` and `can` are words; `BY`, `IS` and `CAN` are codes."""
        return self.one(name) if name.isupper() or spelling_key(name) in self.by_name else ""

    def likely_pairs(self, text: str) -> list[str]:
        """Pairs of a country that is named whole and one that is named in part: `usa belar`."""
        if self.named(text):  # `russia` is no pair of `rus` and `sia`
            return []
        orders = (order for left, right in halves(text.strip()) for order in ((left, right), (right, left)))
        return pairs_of((self.named(whole), self.alike(part)) for whole, part in orders)


def pairs_of(sides: Iterable[tuple[Iterable[str], Iterable[str]]]) -> list[str]:
    """The pairs of each country of one side with each of the other, each pair once."""
    every = (both for firsts, seconds in sides for both in product(firsts, seconds))
    return list(dict.fromkeys(pair_code(first, second) for first, second in every if first != second))


def spelling_key(name: str) -> str:
    """The key of a name, also without hyphens and without the dots of initials: `U.S.S.R.`, `Sri-Lanka`."""
    return name_key(_HYPHENS.sub(" ", _DOTS.sub("", name)))


def halves(text: str) -> Iterator[tuple[str, str]]:
    """The text cut at everything that may be between two countries, and in the middle of two codes."""
    for place in _BETWEEN.finditer(text):
        if place.start() > 0 and place.end() < len(text):
            yield text[: place.start()], text[place.end() :]
    if len(text) in (4, 6) and text.isascii() and text.isalpha():
        half = len(text) // 2
        yield text[:half], text[half:]


def gazetteer(index: CountryIndex) -> Gazetteer:
    """The gazetteer of this state of the countries; made once for each."""
    cached: Gazetteer | None = REFERENCE_DATA.get("gazetteer", index.epoch)
    if cached is None:
        cached = _gazetteer(index)
        REFERENCE_DATA.store("gazetteer", index.epoch, cached, weight=200 * len(cached.by_name))
    return cached


def _keys(names: Iterable[str]) -> Iterator[str]:
    """The keys of names, also as keyboards without umlauts and apostrophes write them: `Oesterreich`, `dIvoire`."""
    for name in filter(None, names):
        for spelling in (name, name.lower().translate(_UMLAUTS), name.translate(_NO_APOSTROPHES)):
            yield spelling_key(spelling)


def _gazetteer(index: CountryIndex) -> Gazetteer:
    by_name: defaultdict[str, set[str]] = defaultdict(set)
    for code, country in index.by_code.items():
        translated = [cldr_names(language).get(code, "") for language, _ in settings.LANGUAGES]
        for key in _keys((str(country.name), *translated, *typed_names(code))):
            by_name[key].add(code)
    # A name that another country has in English or German is that country's.
    others = {key: code for code in index.by_code for key in _keys(cldr_names(one).get(code, "") for one in _OTHERS)}
    for key, code in others.items():
        by_name.setdefault(key, {code})
    return Gazetteer({name: frozenset(codes) for name, codes in by_name.items()}, index.codes)
