"""Names of countries in the reader's language."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from babel import Locale
from django.conf import settings
from django.utils.translation import get_language

from relations.codes.country_names import name_key
from relations.queries.cache import REFERENCE_DATA
from relations.queries.countries import CountryIndex

type Names = Mapping[str, str]


def country_names(index: CountryIndex) -> Names:
    """By code: CLDR's names, or our own where CLDR has none, as of most former countries."""
    language = get_language() or settings.LANGUAGE_CODE
    names: Names | None = REFERENCE_DATA.get(("names", language), index.epoch)
    if names is None:
        translated = {} if language == settings.LANGUAGE_CODE else cldr_names(language)
        names = {code: translated.get(code, str(country.name)) for code, country in index.by_code.items()}
        REFERENCE_DATA.store(("names", language), index.epoch, names, weight=200 * len(names))
    return names


@lru_cache(maxsize=10_000)
def in_order(name: str) -> tuple[str, str]:
    """The sort key of a name: as dictionaries have it, Österreich after Oman and Côte d'Ivoire before Cuba."""
    return name_key(name), name


@lru_cache(maxsize=8)
def cldr_names(language: str) -> Names:
    return {code: str(name) for code, name in Locale(language).territories.items() if len(code) == 2}
