"""Filters of a subscription, normalised and checked for meaning.

Types of values and lengths of lists of texts are checked before: by the API's serializers and by the columns.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from difflib import get_close_matches
from functools import partial
from typing import Any

from relations.codes import TRACKS, NotTwoCountries, TrackKind, parse_direction, parse_pair
from relations.errors import Invalid
from relations.outbox.matching import ANY, CHANGES, NOTICES, types_of
from relations.queries.countries import current_country_index
from relations.status import DIRECTED, VALUES, Track

MOST = 200
"""Values of one filter."""


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
    try:
        return parse_pair(text, country=partial(country, field="pairs"))
    except NotTwoCountries as error:
        raise _not_two("pairs", error, f"{text!r} names no pair; write BY-US") from None


def direction(text: str, *, field: str = "directions") -> str:
    try:
        return parse_direction(text, country=partial(country, field=field))
    except NotTwoCountries as error:
        raise _not_two(field, error, f"{text!r} names no direction; write US>BY") from None


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
    if not TRACKS[kind].part or not re.fullmatch(r"-|[1-9]\d{0,17}", rest[1]):
        raise _invalid(field, f"{text!r} names no part of a track; write the id of a programme or of a list")
    return f"{name}:{rest[1]}"


def transition(value: Any) -> dict[str, Any]:
    """`{"track": "ambassador", "old": ["vacant"], "new": ["ambassador"]}`; an empty or missing list is any value."""
    if not isinstance(value, Mapping) or not isinstance(value.get("track"), str):
        raise _invalid("transitions", 'a transition looks like {"track": "ambassador", "old": ["vacant"], "new": []}')
    unknown = sorted(set(value) - {"track", "old", "new"})
    if unknown:
        raise _invalid("transitions", f"a transition has no {unknown[0]!r}; its values are `old` and `new`")
    name = track(value["track"], field="transitions")
    kind = Track.named(name).kind
    if kind not in VALUES:
        raise _invalid("transitions", f"the track {kind!r} has no values that could change")
    return {"track": name, "old": _states(kind, value.get("old")), "new": _states(kind, value.get("new"))}


def _states(kind: str, values: Any) -> list[str]:
    values = [] if values is None else values
    if not isinstance(values, list):
        raise _invalid("transitions", "`old` and `new` are lists of values")
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


def _not_two(field: str, error: NotTwoCountries, otherwise: str) -> Invalid:
    return _invalid(field, f"two different countries are needed; both are {error.same}" if error.same else otherwise)


def _invalid(field: str, why: str) -> Invalid:
    return Invalid(field=field, why=f"{why[0].upper()}{why[1:]}.")
