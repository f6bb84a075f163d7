"""Which country a list means by a name: CLDR's English names, and the issuers' own in `tables/country_names.csv`."""

from __future__ import annotations

from functools import cache

from babel import Locale

from relations.importers.tables import keyed


@cache
def _codes() -> dict[str, str]:
    english = {str(name).casefold(): code for code, name in Locale("en").territories.items() if len(code) == 2}
    own = {name.casefold(): row["code"] for name, row in keyed("country_names", by="name").items()}
    return english | own


def code_of(name: str) -> str:
    """`Korea, North` -> KP (ISO 3166-1 alpha-2); empty for what names no country, or a former one, or adds words."""
    return _codes().get(name.casefold().replace("’", "'"), "")
