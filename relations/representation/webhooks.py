"""Messages to subscribers: the `data` of each type of event."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Annotated, NotRequired, TypedDict

from relations.codes import DisabledReason, ListCode, PartyChange, Reason, SubscriptionState
from relations.representation.causes import MessageCause
from relations.representation.changes import LoggedValue
from relations.representation.json_types import CountryCode, PairCode, Url, one_of
from relations.representation.relations import StatusResponse

_Reached = Annotated[list[PairCode], "Pairs of members that inherit it"]
SCHEMA_VERSION = 2
"""Version of the shapes below. Bodies of version 1 name none, and have `from` and `to` for `old` and `new`."""
PARTIES_NAMED = 20
"""Parties that one message names."""
_NO_TARGET = "Null where the programme is aimed at no one state"


class RelationSnapshot(TypedDict):
    code: PairCode
    version: int
    as_of: dt.date
    status: Annotated[StatusResponse, "As /api/relations/BY-US/ shows it"]


class ChangeMessage(TypedDict):
    """`snapshot` is there where the subscription's `include` says so"""

    pair: PairCode
    version: Annotated[int, "Of the pair: drop what is not newer for the same pair and track"]
    track: str
    old: LoggedValue | None
    new: LoggedValue | None
    effective: Annotated[dt.date, "The day in the world from which `new` is the value"]
    reason: Annotated[str, one_of(Reason)]
    cause: Annotated[MessageCause | None, "Null where a day came, and no fact"]
    sequence: Annotated[int, "The id of the change in /api/changes/"]
    url: Url
    reaches: _Reached
    snapshot: NotRequired[RelationSnapshot]


class NamedProgramme(TypedDict):
    code: Annotated[str, "As the list names it"]
    title: Annotated[str | None, "Null where the tracker does not know the code"]
    id: Annotated[int | None, _NO_TARGET]
    url: Url | None


class NamedParty(TypedDict):
    turn: Annotated[str, one_of(PartyChange)]
    reference: str
    name: str
    url: Url


class ListChangeMessage(TypedDict):
    """Changes of one import to the parties of one programme"""

    list: Annotated[str, one_of(ListCode)]
    list_title: str
    publication: dt.date
    run: Annotated[Url, "The import"]
    programme: NamedProgramme
    issuer: CountryCode
    target: Annotated[CountryCode | None, _NO_TARGET]
    pair: Annotated[PairCode | None, _NO_TARGET]
    direction: Annotated[str | None, {"examples": ["US>BY"]}, _NO_TARGET]
    listed: int
    amended: int
    delisted: int
    parties: Annotated[
        Sequence[NamedParty],
        {"maxItems": PARTIES_NAMED},
        "The first of them: those listed, then those delisted, then those amended",
    ]
    parties_url: Annotated[Url, "All of them, as they were then"]
    sequence: Annotated[int, "Numbered together with the changes of /api/changes/"]
    url: Annotated[Url | None, "The relation; null where there is no pair"]
    reaches: _Reached
    snapshot: NotRequired[RelationSnapshot]


class PingMessage(TypedDict):
    subscription: int
    url: Url


class NoticeMessage(PingMessage):
    state: Annotated[str, one_of(SubscriptionState)]
    failing_since: dt.datetime | None
    failures: int
    reason: Annotated[str | None, one_of(DisabledReason)]
