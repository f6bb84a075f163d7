"""Issuers and targets of sanctions programmes: `sources/tables/programmes.csv`."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from relations.importers.engine.tables import table


@dataclass(frozen=True, slots=True, kw_only=True)
class Programme:
    """`target` is an ISO 3166-1 alpha-2 code, or empty for a programme that is aimed at no one state.

    `thematic` is "yes" for one that is about persons or a theme in that state and not about the state.
    """

    list: str
    code: str
    title: str
    issuer: str
    target: str
    legal_basis: str
    source: str
    thematic: str = ""

    @property
    def is_thematic(self) -> bool:
        return self.thematic == "yes"


@cache
def programmes() -> dict[tuple[str, str], Programme]:
    """The programmes by list and code. A code that is missing is reported, never guessed."""
    by_code = {(row["list"], row["code"]): Programme(**row) for row in table("programmes")}
    if len(by_code) < len(table("programmes")):
        raise ValueError("programmes.csv names a code of one list twice")
    return by_code


@cache
def _by_folded_code() -> dict[tuple[str, str], Programme]:
    return {(listed, _folded(code)): programme for (listed, code), programme in programmes().items()}


def programme_of(listed: str, code: str) -> Programme | None:
    """The programme of a list's code, however it is capitalised and spaced (`CAATSA-RUSSIA`); None: unknown."""
    return _by_folded_code().get((listed, _folded(code)))


def _folded(code: str) -> str:
    return "".join(code.casefold().replace("’", "'").split())
