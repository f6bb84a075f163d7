"""Filters of a subscription, normalised and checked for meaning.

Types of values and lengths of lists of texts are checked before: by the API's serializers and by the columns.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from difflib import get_close_matches
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
        raise _invalid(f"{text!r} names no event ({hint})")
    return text


def country(text: str) -> str:
    code = current_country_index().codes.get(text.upper())
    if code is None:
        raise _invalid(f"there is no country {text!r}")
    return code


def pair(text: str) -> str:
    try:
        return parse_pair(text, country=country)
    except NotTwoCountries as error:
        raise _not_two(error, f"{text!r} names no pair; write BY-US") from None


def direction(text: str) -> str:
    try:
        return parse_direction(text, country=country)
    except NotTwoCountries as error:
        raise _not_two(error, f"{text!r} names no direction; write US>BY") from None


def track(text: str) -> str:
    """`sanctions`, `sanctions:US>BY` or `sanctions:US>BY:7`."""
    kind, *rest = text.split(":")
    if kind not in TrackKind.values or len(rest) > 2:
        raise _invalid(f"{text!r} names no track; there are {', '.join(TrackKind.values)}, and sanctions:US>BY")
    if not rest:
        return kind
    if kind not in DIRECTED:
        raise _invalid(f"the track {kind!r} has no direction")
    name = f"{kind}:{direction(rest[0])}"
    if len(rest) == 1:
        return name
    if not TRACKS[kind].part or not re.fullmatch(r"-|[1-9]\d{0,17}", rest[1]):
        raise _invalid(f"{text!r} names no part of a track; write the id of a programme or of a list")
    return f"{name}:{rest[1]}"


def transition(value: Any) -> dict[str, Any]:
    """`{"track": "ambassador", "old": ["vacant"], "new": ["ambassador"]}`; an empty or missing list is any value."""
    if not isinstance(value, Mapping) or not isinstance(value.get("track"), str):
        raise _invalid('a transition looks like {"track": "ambassador", "old": ["vacant"], "new": []}')
    unknown = sorted(set(value) - {"track", "old", "new"})
    if unknown:
        raise _invalid(f"a transition has no {unknown[0]!r}; its values are `old` and `new`")
    with _within("track"):
        name = track(value["track"])
        kind = Track.named(name).kind
        if kind not in VALUES:
            raise _invalid(f"the track {kind!r} has no values that could change")
    return {"track": name, **{side: _states(kind, side, value.get(side)) for side in ("old", "new")}}


def _states(kind: str, side: str, values: Any) -> list[str]:
    values = [] if values is None else values
    if not isinstance(values, list):
        raise _invalid("`old` and `new` are lists of values", at=side)
    for place, value in enumerate(values):
        if value not in VALUES[kind]:
            raise _invalid(f"{kind} is never {value!r} (but {', '.join(VALUES[kind])})", at=f"{side}/{place}")
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
    """The filters among the values, normalised, and every error: `pairs/2` is the place of the third pair."""
    errors: list[Invalid] = []
    parsed = {name: _parse(name, values[name], errors) for name in sorted(FILTERS.keys() & values.keys())}
    return parsed, errors


def _parse(name: str, values: Sequence[Any], errors: list[Invalid]) -> list[Any]:
    if len(values) > MOST:
        errors.append(_invalid(f"it has at most {MOST} values", at=name))
        return []
    if name == "event_types" and not values:
        errors.append(_invalid(f"name an event, or {ANY!r} for all", at=name))
    parsed: list[Any] = []
    for place, value in enumerate(values):
        try:
            with _within(f"{name}/{place}"):
                one = FILTERS[name](value)
        except Invalid as refusal:
            errors.append(refusal)
        else:
            parsed += [] if one in parsed else [one]
    return parsed


@contextmanager
def _within(place: str) -> Iterator[None]:
    """Puts the place of a value before that of its parts."""
    try:
        yield
    except Invalid as refusal:
        refusal.field = f"{place}/{refusal.field}".removesuffix("/")
        raise


def _not_two(error: NotTwoCountries, otherwise: str) -> Invalid:
    return _invalid(f"two different countries are needed; both are {error.same}" if error.same else otherwise)


def _invalid(why: str, *, at: str = "") -> Invalid:
    return Invalid(field=at, why=f"{why[0].upper()}{why[1:]}.")
