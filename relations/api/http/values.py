"""One value of a query, from text: what it means, or a ValueError that says how to write it."""

from __future__ import annotations

import uuid

from relations.codes import NotTwoCountries, parse_pair
from relations.representation.references import country_code

_MAX_BIGINT = 2**63 - 1


def readable(text: str) -> str:
    """The text. Raises ValueError for what the database cannot store, or what nobody wrote: bytes that are no UTF-8."""
    if "\x00" in text:
        raise ValueError("Values must not contain NUL bytes.")
    if "\N{REPLACEMENT CHARACTER}" in text:
        raise ValueError("Values must be UTF-8.")
    return text


def number(text: str) -> int:
    if not (text.isascii() and text.isdigit() and int(text[:20]) <= _MAX_BIGINT and len(text) < 20):
        raise ValueError(f"{text[:40]!r} is not a whole number from 0 to {_MAX_BIGINT}.")
    return int(text)


def truth(text: str) -> bool:
    if text.lower() not in {"1", "0", "true", "false"}:
        raise ValueError(f"{text[:40]!r} is neither 1 nor 0.")
    return text.lower() in {"1", "true"}


def fact_key(text: str) -> uuid.UUID:
    try:
        return uuid.UUID(text)
    except ValueError:
        raise ValueError(f"{text[:40]!r} is not a key; keys look like 7f8d2c1e-0d55-4d3c-9f40-3b8a3f2f6f57.") from None


def pair_from_text(text: str) -> str:
    """`us-by` -> `BY-US`: whichever way round, with two letters or three."""
    try:
        return parse_pair(text, country=country_code)
    except NotTwoCountries as error:
        why = ": a relation has two different countries" if error.same else "; write BY-US"
        raise ValueError(f"{text[:40]!r} names no pair{why}.") from None
