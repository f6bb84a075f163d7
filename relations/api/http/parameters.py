"""Query parameters of every endpoint, read from text; unknown ones are refused, and nothing is silently ignored."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable, Collection, Iterable, Mapping
from typing import TYPE_CHECKING, Any

from relations.codes import NotTwoCountries, parse_pair
from relations.dates import moment_text, read_day, read_moment
from relations.errors import BadParameter, NotFinished, Refused, SomeRefused, UnknownParameter
from relations.queries.clock import newest_finished
from relations.representation.references import country_code, did_you_mean

if TYPE_CHECKING:
    from rest_framework.request import Request


USUAL = {
    "limit": "page_size", "per_page": "page_size", "pagesize": "page_size", "page": "cursor", "offset": "cursor",
    "sort": "ordering", "order": "ordering", "order_by": "ordering", "sort_by": "ordering", "search": "q", "query": "q",
    "select": "fields", "include": "expand", "date": "as_of", "total": "count",
}  # fmt: skip
"""Names that other interfaces have for parameters of this one."""


def refuse_unknown(request: Request, known: Collection[str], *, replaced: Mapping[str, str]) -> None:
    """Names every parameter that the endpoint does not know, each with the one to use instead.

    That is the one by which it was `replaced`, or the nearest one, or one of all.
    """
    unknown = [name for name in request.query_params if name not in known]
    replaced = {name: own for name, own in USUAL.items() if own in known} | {**replaced}
    if unknown:
        every = f" It takes {', '.join(sorted(known))}."
        wrong: list[Refused] = [
            UnknownParameter(
                field=_printable(name), name=_printable(name),
                suggestion=f" Use {replaced[name]!r}." if name in replaced else did_you_mean(name[:60], known) or every,
            )
            for name in unknown
        ]  # fmt: skip
        raise wrong[0] if len(wrong) == 1 else SomeRefused({0: wrong})


def refuse_repeated(params: Any, names: Iterable[str]) -> None:
    for name in names:
        if len(params.getlist(name)) > 1:
            raise BadParameter(field=name, why=f"{name} takes one value.")


def _printable(name: str) -> str:
    return name[:60].replace("\x00", "�")


def single[T](request: Request, name: str, convert: Callable[[str], T]) -> T | None:
    """A parameter that may occur once, converted. Raises `BadParameter`."""
    refuse_repeated(request.query_params, [name])
    text = request.query_params.get(name)
    if text is None:
        return None
    try:
        return convert(readable(text))
    except ValueError as error:
        raise BadParameter(field=name, why=str(error)) from error


def as_of(request: Request) -> dt.date | None:
    """The day in valid time; None for today."""
    return single(request, "as_of", read_day)


def known_at(request: Request) -> dt.datetime | None:
    """The moment in transaction time; None for now. Raises `NotFinished`; before anything is read of that moment."""
    moment = single(request, "known_at", read_moment)
    if moment is not None and moment > (newest := finished(request)):
        raise NotFinished(field="known_at", moment=moment_text(moment), newest=moment_text(newest))
    return moment


def finished(request: Request) -> dt.datetime:
    """The newest moment that was finished when the request first asked for it."""
    known: dt.datetime | None = getattr(request, "newest_finished", None)
    if known is None:
        known = request.newest_finished = newest_finished()  # type: ignore[attr-defined]  # ours
    return known


def chosen_fields(request: Request, known: Collection[str]) -> frozenset[str] | None:
    """`?fields=code,status`; None for all."""
    return _chosen(request, "fields", known)


def expanded(request: Request, known: Collection[str]) -> frozenset[str]:
    """`?expand=sources`: the keys that are shown whole instead of in short."""
    return _chosen(request, "expand", known) or frozenset()


def _chosen(request: Request, name: str, known: Collection[str]) -> frozenset[str] | None:
    given = request.query_params.getlist(name)
    if not given:
        return None
    words = [word.strip() for text in given for word in text.split(",") if word.strip()]
    for word in words:
        if word not in known:
            why = f"{_printable(word)!r} is none of {', '.join(sorted(known))}.{did_you_mean(word[:60], known)}"
            raise BadParameter(field=name, why=why)
    if not words:
        raise BadParameter(field=name, why=f"{name} names nothing; choose from {', '.join(sorted(known))}.")
    return frozenset(words)


def only(body: Mapping[str, Any], fields: frozenset[str] | None) -> dict[str, Any]:
    """The body's chosen keys, in the body's own order."""
    return {key: value for key, value in body.items() if fields is None or key in fields}


# --- one value, from text: what it means, or a ValueError that says how to write it ----------------------------------

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
