"""Shapes of facts as JSON: each kind has its own values between the same head and the same evidence."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Annotated, NotRequired, TypedDict
from uuid import UUID

from relations.codes import (
    AMBASSADOR_STATUSES,
    BanAction,
    BanScope,
    EventKind,
    Measure,
    Nature,
    Reason,
    SanctionAction,
    SanctionExtension,
    Scope,
    Stance,
)
from relations.representation.json_types import CountryCode, FactKey, Url, one_of
from relations.representation.references import ListRef, ProgrammeRef, SourceRef


class CitationResponse(TypedDict):
    source: SourceRef
    quote: str
    start: Annotated[int | None, "First code point of the quote in the archived text"]
    end: Annotated[int | None, "The code point after the quote"]
    stance: Annotated[str, one_of(Stance)]
    verified: Annotated[bool | None, "The quote occurs in the archived text; null where there is no text to compare"]


class Retraction(TypedDict):
    at: dt.datetime
    by: str | None
    why: str
    request_id: str


# `from` is a keyword, so types that have it are written as calls.
Head = TypedDict("Head", {"key": UUID, "version": int, "from": CountryCode, "to": CountryCode})


class Evidence(TypedDict):
    on: Annotated[str, "EDTF"]
    earliest: Annotated[dt.date | None, "First possible day; null for an open start"]
    latest: Annotated[dt.date, "Last possible day: from here on the fact counts"]
    nature: Annotated[str, one_of(Nature), "It happened on that day, or was seen to be so"]
    announced_on: Annotated[str | None, "EDTF: when it was announced, if on another day"]
    quantity: Annotated[int | None, "A number that belongs to it: 35 staff"]
    in_response_to: Annotated[FactKey | None, "The key of the fact that it answers"]
    recorded_at: dt.datetime
    superseded_at: dt.datetime | None
    note: str
    citations: list[CitationResponse]
    independent_sources: Annotated[int, "Supporting witnesses; a reprint is not a second one"]
    confirmations: Annotated[int, "Days on which a source still said so: they are at <url>confirmations/"]
    disputed: bool
    url: Url
    retraction: NotRequired[Annotated[Retraction | None, "In lists with `retracted=1`: when, by whom and why"]]


class AmbassadorValues(TypedDict):
    status: Annotated[str, one_of(word for word, _ in AMBASSADOR_STATUSES)]
    holder: str


class CameoCode(TypedDict):
    cameo: str | None


class EventCodes(CameoCode):
    plover: str | None


class SanctionValues(TypedDict):
    action: Annotated[str, one_of(SanctionAction)]
    measures: list[Annotated[str, one_of(Measure)]]
    scope: Annotated[str, one_of(Scope, "")]
    programme: Annotated[int | ProgrammeRef | None, "An id; with `?expand=programme` the programme in short"]
    instrument: str
    expires_on: dt.date | None
    extends: Annotated[str, one_of(SanctionExtension, ""), "Whose deadline an extension replaces"]
    codes: CameoCode


class EntryValues(TypedDict):
    list: Annotated[int | ListRef, "An id; with `?expand=list` the list in short"]
    country: CountryCode
    action: Annotated[str, one_of(BanAction)]
    scope: Annotated[str, one_of(BanScope, "")]
    visa_classes: Sequence[str]
    person: str
    identifiers: Sequence[str]


class EventValues(TypedDict):
    kind: Annotated[str, one_of(EventKind)]
    codes: EventCodes


class AmbassadorResponse(Head, AmbassadorValues, Evidence):
    """One version of a fact about a head of mission."""


class SanctionResponse(Head, SanctionValues, Evidence):
    """One version of a sanction event."""


class EntryResponse(Head, EntryValues, Evidence):
    """One version of a travel-ban entry."""


class EventResponse(Head, EventValues, Evidence):
    """One version of a diplomatic event."""


type FactResponse = AmbassadorResponse | SanctionResponse | EntryResponse | EventResponse


class Circumstances(TypedDict):
    """The author of a version, and why and in which request it was recorded."""

    recorded_by: str | None
    reason: Annotated[str | None, one_of(Reason)]
    why: str
    request_id: str


class AmbassadorVersionResponse(AmbassadorResponse, Circumstances):
    pass


class SanctionVersionResponse(SanctionResponse, Circumstances):
    pass


class EntryVersionResponse(EntryResponse, Circumstances):
    pass


class EventVersionResponse(EventResponse, Circumstances):
    pass
