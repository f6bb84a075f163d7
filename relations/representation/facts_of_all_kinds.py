"""Facts of all kinds in one list: each as in the list of its own kind, with the name of that list."""

from __future__ import annotations

from typing import Annotated, TypedDict

from relations.models import FACT_MODELS
from relations.representation.fact_responses import AmbassadorResponse, EntryResponse, EventResponse, SanctionResponse
from relations.representation.json_types import keys, nested_keys, one_of


class _Resource(TypedDict):
    resource: Annotated[str, one_of(model.resource for model in FACT_MODELS), "The kind: the name of its own list"]


class AmbassadorRowResponse(_Resource, AmbassadorResponse):
    pass


class SanctionRowResponse(_Resource, SanctionResponse):
    pass


class EntryRowResponse(_Resource, EntryResponse):
    pass


class EventRowResponse(_Resource, EventResponse):
    pass


AnyFactResponse = AmbassadorRowResponse | SanctionRowResponse | EntryRowResponse | EventRowResponse
_ROWS = (AmbassadorRowResponse, SanctionRowResponse, EntryRowResponse, EventRowResponse)
_AT_THE_END = keys(AmbassadorRowResponse)[keys(AmbassadorRowResponse).index("on") :]

KEYS = (*dict.fromkeys(key for row in _ROWS for key in keys(row) if key not in _AT_THE_END), *_AT_THE_END)
"""The keys of any kind, in one order: columns of a table, empty where a kind has no such key."""
NESTED = {name: own for row in _ROWS for name, own in nested_keys(row).items()}
