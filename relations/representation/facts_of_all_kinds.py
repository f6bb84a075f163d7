"""Facts of all kinds in one list: each as in the list of its own kind, with the name of that list."""

from __future__ import annotations

from typing import Annotated, Literal, TypedDict

from relations.representation.fact_responses import AmbassadorResponse, EntryResponse, EventResponse, SanctionResponse
from relations.representation.json_types import keys, nested_keys

_KIND = "The kind: the name of its own list"


class _Ambassador(TypedDict):
    resource: Annotated[Literal["ambassadors"], _KIND]


class _Sanction(TypedDict):
    resource: Annotated[Literal["sanction-events"], _KIND]


class _Entry(TypedDict):
    resource: Annotated[Literal["travel-ban-entries"], _KIND]


class _Event(TypedDict):
    resource: Annotated[Literal["diplomatic-events"], _KIND]


class AmbassadorRowResponse(_Ambassador, AmbassadorResponse):
    pass


class SanctionRowResponse(_Sanction, SanctionResponse):
    pass


class EntryRowResponse(_Entry, EntryResponse):
    pass


class EventRowResponse(_Event, EventResponse):
    pass


type AnyFactResponse = AmbassadorRowResponse | SanctionRowResponse | EntryRowResponse | EventRowResponse
_ROWS = (AmbassadorRowResponse, SanctionRowResponse, EntryRowResponse, EventRowResponse)
_AT_THE_END = keys(AmbassadorRowResponse)[keys(AmbassadorRowResponse).index("on") :]

KEYS = (*dict.fromkeys(key for row in _ROWS for key in keys(row) if key not in _AT_THE_END), *_AT_THE_END)
"""The keys of any kind, in one order: columns of a table, empty where a kind has no such key."""
NESTED = {name: own for row in _ROWS for name, own in nested_keys(row).items()}
