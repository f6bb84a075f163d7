"""Responses about a relation: its status on a day, its facts, its timeline."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Annotated, Any, TypedDict
from urllib.parse import urlencode

from relations.codes import (
    BAN_STRENGTH,
    VALUES,
    BanScope,
    Measure,
    RelationsValue,
    SanctionValue,
    SourceKind,
    TrackKind,
    Trend,
    pair_sides,
)
from relations.dates import moment_text
from relations.queries.countries import CountryIndex
from relations.representation.fact_responses import AmbassadorResponse, EntryResponse, EventResponse, SanctionResponse
from relations.representation.json_types import CountryCode, FactKey, PairCode, Url, one_of
from relations.representation.references import CountryRef, TitleRef, country_ref
from relations.status.inheritance import InheritanceRoute

_Directed = TypedDict("_Directed", {"from": CountryCode, "to": CountryCode})


class LastKnownResponse(TypedDict):
    """The value that was known last of a track that is unknown now."""

    value: str
    on: Annotated[dt.date | None, "The last day on which a source said so"]


class SinceResponse(TypedDict):
    """The start of an unbroken run of one value."""

    since: Annotated[str | None, "EDTF: the first fact of the unbroken run, or a day"]
    since_earliest: Annotated[dt.date | None, "The first day that `since` may mean; null where that is open"]
    since_latest: Annotated[dt.date | None, "The last day that `since` may mean"]


class _Track(SinceResponse):
    """Beginning of a track's value, and its facts. `uncertain` are those that may have happened by then."""

    facts: Annotated[Sequence[FactKey], "The first, those that set measures, and the last: at most 20"]
    fact_count: Annotated[int, "All facts of the value"]
    uncertain: Sequence[FactKey]
    disputed: bool
    stale: Annotated[bool, "Whether the last word of its sources is too old to speak of the day"]
    confirmed_on: Annotated[dt.date | None, "The latest day, up to the one asked for, on which a source said so"]
    basis: Annotated[str, one_of(SourceKind, "")]
    last_known: Annotated[LastKnownResponse | None, "Of a track that is unknown, where it was known before"]


class DiplomaticRelationsResponse(_Track):
    value: Annotated[str, one_of(RelationsValue)]
    implied: Annotated[bool, "Whether only the posts say so"]


class TrendResponse(_Track):
    value: Annotated[str, one_of(Trend)]


class PostResponse(_Track):
    value: Annotated[str, one_of(VALUES[TrackKind.AMBASSADOR])]
    holder: str


class NextResponse(_Track):
    value: Annotated[str, one_of(VALUES[TrackKind.NEXT])]
    holder: str


class MissionResponse(_Directed):
    """The head of mission whom one of the two sends to the other."""

    post: PostResponse
    next: NextResponse


class DesignationCountResponse(TypedDict):
    """The parties that a list names under a programme, on the day and as it is known at the time of the answer."""

    count: int
    url: Annotated[Url, "They themselves"]


class _Imposed(_Track):
    """Sanctions: their measures, since when and by which facts."""

    value: Annotated[str, one_of(SanctionValue)]
    measures: Sequence[Annotated[str, one_of(Measure)]]
    expires_on: dt.date | None


class ProgrammeStatusResponse(_Imposed):
    programme: TitleRef | None
    designations: Annotated[DesignationCountResponse | None, "Null where no list names parties under the programme"]


class SanctionsStatusResponse(_Directed, _Imposed):
    via: Annotated[CountryCode | None, "The organisation by way of which it reaches the sender"]
    programmes: list[ProgrammeStatusResponse]


class TravelBanStatusResponse(_Directed, _Track):
    via: Annotated[CountryCode | None, "The organisation by way of which it reaches the issuer"]
    list: TitleRef
    value: Annotated[str, one_of(BAN_STRENGTH)]
    scope: Annotated[str, one_of(BanScope, "")]
    visa_classes: Sequence[str]


class StatusResponse(TypedDict):
    diplomatic_relations: DiplomaticRelationsResponse
    trend: TrendResponse
    ambassadors: list[MissionResponse]
    sanctions: list[SanctionsStatusResponse]
    travel_bans: list[TravelBanStatusResponse]


# --- one relation, and rows of the list -----------------------------------------------------------------------------


class RelationRowResponse(TypedDict):
    code: PairCode
    url: Url
    version: Annotated[int, "Changes in the pair's log"]
    countries: list[CountryRef]
    as_of: dt.date
    known_at: dt.datetime | None
    status: StatusResponse


class RelationFactsResponse(TypedDict):
    ambassadors: list[AmbassadorResponse]
    sanction_events: list[SanctionResponse]
    travel_ban_entries: list[EntryResponse]
    diplomatic_events: list[EventResponse]


class RelationLinksResponse(TypedDict):
    html: Annotated[Url, "The page for people"]
    facts: Annotated[Url, "All its facts, as JSON Lines"]
    timeline: Url
    periods: Annotated[Url, "The history of its statuses"]
    changes: Url
    csv: Url
    via: Annotated[dict[str, Url], "Relations of the organisations that reach it"]


class RelationResponse(RelationRowResponse):
    facts: Annotated[RelationFactsResponse, "The last 100 of all kinds together"]
    fact_count: Annotated[int, "All its facts, without those that cannot have happened by `as_of`"]
    links: RelationLinksResponse


MOST_FACTS = 100
"""Facts in the body of a relation, the last ones; a link leads to all."""


def relation_row(
    code: str, *, version: int, day: dt.date, known_at: dt.datetime | None, countries: CountryIndex,
    status: Mapping[str, Any], site: str,
) -> dict[str, Any]:  # fmt: skip
    """A row of the list, and the beginning of the body of one relation."""
    return {
        "code": code,
        "url": f"{site}/api/relations/{code}/",
        "version": version,
        "countries": [country_ref(countries.by_code[each]) for each in pair_sides(code)],
        "as_of": day,
        "known_at": known_at,
        "status": status,
    }


def relation_links(
    code: str, *, routes: Iterable[InheritanceRoute], as_of: dt.date | None, known_at: dt.datetime | None, site: str
) -> dict[str, Any]:  # fmt: skip
    """`routes` are those of the day to pairs with facts; `as_of` is None for today."""
    url = f"{site}/api/relations/{code}/"
    asked = {"as_of": as_of, "known_at": known_at and moment_text(known_at)}
    query = urlencode({"pair": code, **{name: value for name, value in asked.items() if value}})
    return {
        "html": f"{site}/relations/{code}/",
        "facts": f"{site}/api/facts/?{query}",
        "timeline": f"{url}timeline/",
        "periods": f"{url}periods/",
        "changes": f"{site}/api/changes/?pair={code}",
        "csv": f"{url}?format=csv",
        "via": _via(list(routes), site),
    }


def _via(routes: Sequence[InheritanceRoute], site: str) -> dict[str, str]:
    """Relations from which entries may come, by organisation; by direction where it has two of them."""
    of_organisation = Counter(route.organisation for route in routes)
    return {
        route.organisation
        if of_organisation[route.organisation] == 1
        else f"{route.organisation}>{route.target}": f"{site}/api/relations/{route.pair}/"
        for route in routes
    }
