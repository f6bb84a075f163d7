"""Countries and pairs that a reader's words name: by any name, code or spelling, in English or German."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from django.conf import settings

from relations.codes import pair_code
from relations.codes.country_names import code_by_name, name_key, typed_names
from relations.queries.cache import REFERENCE_DATA
from relations.queries.countries import CountryIndex
from relations.web.names import cldr_names

_BETWEEN = re.compile(r"\s*[-–—/,;&+→>]\s*|\s+(?:and|und|vs\.?|versus|to|on|with|mit|gegen)\s+|\s+", re.IGNORECASE)
"""Signs and words between the two countries of a pair."""
_SHORTEST_PART = 3
"""Letters from which a part of a name is looked for; codes are shorter and are looked for whole."""


@dataclass(frozen=True, slots=True, eq=False)
class Gazetteer:
    """Codes of countries by every normalised name, and by every code of two or three letters."""

    by_name: Mapping[str, frozenset[str]]
    codes: Mapping[str, str]

    def named(self, text: str) -> list[str]:
        """The countries of which this is a whole name or a code; a code comes first."""
        code, key = self.codes.get(text.strip().upper()), name_key(text)
        by_code = [code] if code else []
        by_style = code_by_name(text)
        return list(dict.fromkeys([*by_code, *sorted(self.by_name.get(key, ())), *([by_style] if by_style else [])]))

    def one(self, text: str) -> str:
        """The country of a code, or of a name that no other has: `EG` is Egypt, though Germans call the EEC so."""
        codes = self.named(text)
        return codes[0] if len(codes) == 1 or text.strip().upper() in self.codes else ""

    def alike(self, text: str) -> list[str]:
        """Countries with a name that begins with the text, then those with a word in it that does."""
        key = name_key(text)
        if len(key) < _SHORTEST_PART:
            return []
        beginning = {code for name, codes in self.by_name.items() if name.startswith(key) for code in codes}
        inside = {code for name, codes in self.by_name.items() if f" {key}" in name for code in codes}
        return [*sorted(beginning), *sorted(inside - beginning)]

    def pairs(self, text: str) -> list[str]:
        """Every pair that the text may name as a whole: `usa belarus`, `BYUS`, `Guinea-Bissau und Kuba`."""
        if self.named(text):
            return []
        codes = (
            pair_code(first, second)
            for left, right in halves(text.strip())
            for first in self.named(left)
            for second in self.named(right)
            if first != second
        )
        return list(dict.fromkeys(codes))

    def likely_pairs(self, text: str) -> list[str]:
        """Pairs of a country that is named whole and one that is named in part: `usa belar`."""
        if self.named(text):  # `russia` is no pair of `rus` and `sia`
            return []
        codes = [
            pair_code(first, second)
            for left, right in halves(text.strip())
            for whole, part in ((left, right), (right, left))
            for first in self.named(whole)
            for second in self.alike(part)
            if first != second
        ]
        return list(dict.fromkeys(codes))


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


def _gazetteer(index: CountryIndex) -> Gazetteer:
    by_name: defaultdict[str, set[str]] = defaultdict(set)
    for code, country in index.by_code.items():
        translated = [cldr_names(language).get(code, "") for language, _ in settings.LANGUAGES]
        for name in filter(None, (str(country.name), *translated, *typed_names(code))):
            by_name[name_key(name)].add(code)
    return Gazetteer({name: frozenset(codes) for name, codes in by_name.items()}, index.codes)
