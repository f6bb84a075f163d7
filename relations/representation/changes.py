"""Changes as JSON, as the change log has them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Annotated, NotRequired, TypedDict, cast
from uuid import UUID

from relations.codes import BanScope, Measure, Reason
from relations.models import FACT_MODELS, StatusChange
from relations.queries.countries import CountryIndex, current_country_index
from relations.representation.json_types import PairCode, Url, from_row, one_of
from relations.status import INHERITED_KINDS, Track


class LoggedValue(TypedDict):
    """The value of a track in the log: `value`, and the keys that tracks of its kind have."""

    value: str
    holder: NotRequired[str]
    measures: NotRequired[list[Annotated[str, one_of(Measure)]]]
    scope: NotRequired[Annotated[str, one_of(BanScope, "")]]
    visa_classes: NotRequired[list[str]]
    expires_on: NotRequired[Annotated[str | None, {"format": "date"}]]


class CauseResponse(TypedDict):
    kind: Annotated[str, one_of(model.resource for model in FACT_MODELS)]
    key: UUID
    version: int
    url: Url


class ChangeResponse(TypedDict):
    """One change in the log; `old` and `new` are null on the track `facts`."""

    id: int
    pair: PairCode
    version: int
    track: str
    old: LoggedValue | None
    new: LoggedValue | None
    effective: dt.date
    recorded_at: dt.datetime
    reason: Annotated[str, one_of(Reason)]
    cause: CauseResponse | None
    request_id: str
    reaches: Annotated[list[str], "Pairs of members that inherit it"]
    url: Url


def change_bodies(changes: Sequence[StatusChange], *, site: str) -> list[ChangeResponse]:
    """Changes as JSON; one query where one of them may reach the members of an organisation."""
    tracks = [Track.named(change.track) for change in changes]
    countries = current_country_index() if any(track.kind in INHERITED_KINDS for track in tracks) else None
    return [_body(change, track, countries, site) for change, track in zip(changes, tracks, strict=True)]


def _body(change: StatusChange, track: Track, countries: CountryIndex | None, site: str) -> ChangeResponse:
    return from_row(
        ChangeResponse, change, pair=change.pair_id, cause=_cause(change, site),
        reaches=countries.inheriting(track, change.effective) if countries else [],
        url=f"{site}/api/changes/{change.pk}/",
    )  # fmt: skip


def _cause(change: StatusChange, site: str) -> CauseResponse | None:
    if change.cause_key is None:
        return None
    return {
        "kind": change.cause_kind,
        "key": change.cause_key,
        "version": cast("int", change.cause_version),
        "url": f"{site}/api/{change.cause_kind}/{change.cause_key}/",
    }
