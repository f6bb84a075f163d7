"""Filters of a subscription, normalised and checked for meaning.

Types of values and lengths of lists of texts are checked before: by the API's serializers and by the columns.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from difflib import get_close_matches
from typing import Any

from relations.codes import TrackKind, pair_code
from relations.errors import Invalid
from relations.outbox.matching import ANY, CHANGES, NOTICES, types_of
from relations.queries.countries import current_country_index
from relations.status import DIRECTED, VALUES, Track

MOST = 200
"""Values of one filter."""

_PARTED = (TrackKind.SANCTIONS, TrackKind.TRAVEL_BAN)


def event_type(text: str) -> str:
    if text not in NOTICES and not types_of(text):
        near = get_close_matches(text, (*CHANGES, *NOTICES), n=1)
        hint = f"did you mean {near[0]!r}?" if near else f"there are {', '.join(CHANGES)}, and wildcards: sanctions.*"
        raise _invalid("event_types", f"{text!r} names no event ({hint})")
    return text


def country(text: str, *, field: str = "countries") -> str:
    code = current_country_index().codes.get(text.upper())
    if code is None:
        raise _invalid(field, f"there is no country {text!r}")
    return code


def pair(text: str) -> str:
    first, dash, second = text.partition("-")
    if not dash:
        raise _invalid("pairs", f"{text!r} names no pair; write BY-US")
    return pair_code(*_two("pairs", first, second))


def direction(text: str, *, field: str = "directions") -> str:
    sender, arrow, receiver = text.partition(">")
    if not arrow:
        raise _invalid(field, f"{text!r} names no direction; write US>BY")
    return ">".join(_two(field, sender, receiver))


def track(text: str, *, field: str = "tracks") -> str:
    """`sanctions`, `sanctions:US>BY` or `sanctions:US>BY:7`."""
    kind, *rest = text.split(":")
    if kind not in TrackKind.values or len(rest) > 2:
        raise _invalid(field, f"{text!r} names no track; there are {', '.join(TrackKind.values)}, and sanctions:US>BY")
    if not rest:
        return kind
    if kind not in DIRECTED:
        raise _invalid(field, f"the track {kind!r} has no direction")
    name = f"{kind}:{direction(rest[0], field=field)}"
    if len(rest) == 1:
        return name
    if kind not in _PARTED or not re.fullmatch(r"-|[1-9]\d{0,17}", rest[1]):
        raise _invalid(field, f"{text!r} names no part of a track; write the id of a programme or of a list")
    return f"{name}:{rest[1]}"


def transition(value: Any) -> dict[str, Any]:
    """`{"track": "ambassador", "from": ["vacant"], "to": ["ambassador"]}`; an empty or missing list is any value."""
    if not isinstance(value, Mapping) or not isinstance(value.get("track"), str):
        raise _invalid("transitions", 'a transition looks like {"track": "ambassador", "from": ["vacant"], "to": []}')
    unknown = sorted(set(value) - {"track", "from", "to"})
    if unknown:
        raise _invalid("transitions", f"a transition has no {unknown[0]!r}")
    name = track(value["track"], field="transitions")
    kind = Track.named(name).kind
    if kind not in VALUES:
        raise _invalid("transitions", f"the track {kind!r} has no values that could change")
    return {"track": name, "from": _states(kind, value.get("from")), "to": _states(kind, value.get("to"))}


def _states(kind: str, values: Any) -> list[str]:
    values = [] if values is None else values
    if not isinstance(values, list):
        raise _invalid("transitions", "`from` and `to` are lists of values")
    for value in values:
        if value not in VALUES[kind]:
            raise _invalid("transitions", f"{kind} is never {value!r} (but {', '.join(VALUES[kind])})")
    return list(dict.fromkeys(values))


FILTERS: dict[str, Callable[[Any], Any]] = {
    "event_types": event_type,
    "countries": country,
    "pairs": pair,
    "tracks": track,
    "directions": direction,
    "transitions": transition,
}
"""The filters, with the parser of one value of each."""


def parse_filters(values: Mapping[str, Any]) -> tuple[dict[str, list[Any]], list[Invalid]]:
    """The filters among the values, normalised, and the first error of each."""
    parsed: dict[str, list[Any]] = {}
    errors: list[Invalid] = []
    for name in FILTERS.keys() & values.keys():
        try:
            parsed[name] = _parse(name, values[name])
        except Invalid as refusal:
            errors.append(refusal)
    return parsed, errors


def _parse(name: str, values: Sequence[Any]) -> list[Any]:
    if len(values) > MOST:
        raise _invalid(name, f"it has at most {MOST} values")
    if name == "event_types" and not values:
        raise _invalid(name, f"name an event, or {ANY!r} for all")
    parsed: list[Any] = []
    for value in map(FILTERS[name], values):
        if value not in parsed:
            parsed.append(value)
    return parsed


def _two(field: str, one: str, other: str) -> tuple[str, str]:
    first, second = country(one, field=field), country(other, field=field)
    if first == second:
        raise _invalid(field, f"{first} and {second} are the same country")
    return first, second


def _invalid(field: str, why: str) -> Invalid:
    return Invalid(field=field, why=f"{why[0].upper()}{why[1:]}.")
