"""`/api/designations/`: parties on official sanctions lists, as the lists name them.

A search by name finds what sounds alike in any script. It is a search and not a compliance screening.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Annotated, Any, ClassVar, NotRequired, TypedDict
from uuid import UUID

from django.db.models import Count, Q, QuerySet
from django.http.response import HttpResponseBase
from django.urls import path
from rest_framework.request import Request

from relations import dates
from relations.api.designations.content import PartyContent
from relations.api.designations.coverage import CoverageResponse, coverage
from relations.api.designations.filters import DesignationFilters
from relations.api.http import conditional
from relations.api.http.endpoints import DetailEndpoint, Endpoint, ListEndpoint
from relations.api.http.parameters import as_of, chosen_fields, known_at, only
from relations.codes import ListCode, PartyChange, PartyKind
from relations.errors import BadParameter, NoSuchDesignation
from relations.models import Designation, Listing
from relations.queries.party_search import VERY_NAME
from relations.queries.same_party import SameParty, same_parties
from relations.representation.json_types import PageLinks, Url, from_row, keys, one_of
from relations.representation.official_lists import OfficialListRef, official_list_ref
from relations.representation.references import site

_SEARCHED = ("numbers", "births", "address_words", "address_countries", "remark_words")
"""Columns that no answer shows."""


class ListingResponse(TypedDict):
    listed_on: Annotated[str, "EDTF"]
    delisted_on: Annotated[str | None, "EDTF; null while the party is listed"]
    issuer_listed_on: Annotated[dt.date | None, "The day of listing that the issuer names"]


class UncertainDay(TypedDict):
    event: Annotated[str, one_of(("listed", "delisted"))]
    earliest: Annotated[dt.date | None, "null: nothing says how early"]
    latest: dt.date


class IdentifierResponse(TypedDict):
    kind: Annotated[str, "As the other record calls it"]
    number: Annotated[str, "Capital letters and digits only"]


class SamePartyResponse(TypedDict):
    """Another party, of any list, that may be the same one; nothing in the records contradicts it."""

    key: UUID
    list: Annotated[str, one_of(ListCode)]
    reference: str
    name: str
    delisted_on: dt.date | None
    reason: Annotated[str, "What agrees, in words"]
    identifiers: Annotated[Sequence[IdentifierResponse], "The identifiers that agree"]
    birth: Annotated[str, one_of(("agree", "unknown"))]
    url: Url


class DesignationResponse(TypedDict):
    key: UUID
    list: Annotated[str, one_of(ListCode)]
    official_list: OfficialListRef
    reference: str
    version: int
    turn: Annotated[str, one_of(PartyChange)]
    kind: Annotated[str, one_of(PartyKind)]
    name: str
    programmes: Sequence[str]
    nationalities: Sequence[str]
    listed_on: dt.date
    delisted_on: dt.date | None
    since: Annotated[dt.date, "The day from which the list is certain to have said this"]
    listings: Sequence[ListingResponse]
    uncertain: Annotated[Sequence[UncertainDay], "The days of the listings of which only bounds are known"]
    same_as: NotRequired[
        Annotated[
            Sequence[SamePartyResponse],
            "Other parties, of any list, with a common identifier; not asserted. In a list only where fields names it",
        ]
    ]
    content: NotRequired[Annotated[PartyContent, "The whole record; in a list only where fields names it"]]
    recorded_at: dt.datetime
    superseded_at: dt.datetime | None
    run: int
    score: Annotated[float | None, "1 for the very name, less for near ones; null without q"]
    url: Url
    links: PageLinks


class _Designations(Endpoint):
    queryset = Designation.objects.all()
    response_type: type | None = DesignationResponse

    def bodies(self, rows: list[Any]) -> list[DesignationResponse]:
        """Designations with one query for the listings of all, one for a past moment and two for `same_as`."""
        parties, moment = {row.party_id for row in rows}, known_at(self.request)
        listings: defaultdict[int, list[ListingResponse]] = defaultdict(list)
        shown = chosen_fields(self.request, keys(DesignationResponse))
        if has_listings := shown is None or not shown.isdisjoint(("listings", "uncertain")):
            for listing in Listing.objects.filter(party__in=parties).order_by("party", "days"):
                listings[listing.party_id].append(_listing(listing))
        if has_listings and moment is not None:
            listings = _known_listings(listings, parties, moment)
        same = same_parties(rows, known_at=moment) if self.shows_same_parties() else {}
        home, is_past = site(self.request), moment is not None
        return [_body(row, listings[row.party_id], same.get(row.party_id, []), home, is_past=is_past) for row in rows]

    def shows_same_parties(self) -> bool:
        return "same_as" in self.wanted


class DesignationList(_Designations, ListEndpoint):
    """Every party on the lists, listed or delisted; `current=1` for those listed now.

    `coverage` names the publications that were read; `complete` is false where they are not the whole answer.
    With `q` the parties with such a name, the nearest first unless `ordering` says otherwise.
    """

    parameters = {"GET": {"as_of", "known_at"}}
    filterset_class = DesignationFilters
    orderings = {"id": ("id",)} | {name: (name, "id") for name in ("name", "listed_on", "recorded_at", "score")}
    default_ordering = "id"
    extra_response_type = CoverageResponse
    depends_on_day = True
    resumed_by = "party__key"
    name = "designations"

    def get_queryset(self) -> QuerySet[Any]:
        day, moment = as_of(self.request), known_at(self.request)
        if day is not None:
            rows = Designation.objects.listed_on_day(day, known_at=moment)
        else:
            rows = Designation.objects.known_at(moment)
        unread = () if "same_as" in self.wanted else (*_SEARCHED, *({"content"} - self.wanted))
        return rows.defer(*unread).select_related("party")

    def extra(self) -> dict[str, Any]:
        given = self.request.query_params.getlist("list")
        lists = [code.strip() for codes in given for code in codes.split(",")]
        return {**coverage(as_of(self.request), lists=lists, known_at=known_at(self.request))}

    def get(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if "q" in request.query_params:
            self.default_ordering = "-score"
        elif request.query_params.get("ordering") in ("score", "-score"):
            raise BadParameter(field="ordering", why="Only what q has found has a score: give q, or another ordering.")
        return super().get(request, *args, **kwargs)


class DesignationView(_Designations, DetailEndpoint):
    """A party as its list names it now, or named it at `known_at`."""

    parameters: ClassVar[Mapping[str, Any]] = {"GET": {"known_at", "fields"}}

    def get_object(self, **kwargs: Any) -> Designation:
        known = Designation.objects.known_at(known_at(self.request))
        version = known.filter(party__key=kwargs["key"]).select_related("party").first()
        if version is None:
            raise NoSuchDesignation(key=kwargs["key"])
        return version

    def version(self, row: Designation) -> int:
        return row.version


class DesignationHistoryResponse(TypedDict):
    results: list[DesignationResponse]


class DesignationHistory(_Designations):
    """Every version of what the list said of the party, the first one first."""

    response_type = DesignationHistoryResponse
    parameters: ClassVar[Mapping[str, Any]] = {"GET": {"fields"}}

    def get(self, request: Request, key: UUID) -> HttpResponseBase:
        versions = list(Designation.objects.filter(party__key=key).select_related("party").order_by("version"))
        if not versions:
            raise NoSuchDesignation(key=key)
        fields = chosen_fields(request, keys(DesignationResponse))
        rows = [only(body, fields) for body in self.bodies(versions)]
        return conditional.cached(request, {"results": rows}, version=versions[-1].version)

    def shows_same_parties(self) -> bool:
        return False


def _listing(listing: Listing) -> ListingResponse:
    return from_row(ListingResponse, listing, delisted_on=listing.delisted_on or None)


def _known_listings(
    listings: Mapping[int, list[ListingResponse]], parties: Collection[int], moment: dt.datetime
) -> defaultdict[int, list[ListingResponse]]:
    """The listings that had begun for the tracker, and without their ends where these came later.

    A version lists the party, or delists it: its first listing began with the first of the one kind and ended with
    the first of the other.
    """
    versions = Designation.objects.filter(party__in=parties, recorded_at__lte=moment).order_by()
    counted = versions.values_list("party").annotate(
        begun=Count("pk", filter=Q(change=PartyChange.LISTED)), ended=Count("pk", filter=Q(change=PartyChange.DELISTED))
    )
    known: defaultdict[int, list[ListingResponse]] = defaultdict(list)
    for party, begun, ended in counted:
        own = listings[party][:begun]
        known[party] = own[:ended] + [one | {"delisted_on": None} for one in own[ended:]]
    return known


def _body(
    version: Designation, listings: list[ListingResponse], same: list[SameParty], site: str, *, is_past: bool
) -> DesignationResponse:  # fmt: skip
    party, score = version.party, getattr(version, "score", None)
    return from_row(
        DesignationResponse, version,
        key=party.key, list=party.list, official_list=official_list_ref(party.list), reference=party.reference,
        turn=version.change, run=version.run_id,
        listings=listings, superseded_at=None if is_past else version.superseded_at,
        uncertain=list(_uncertain(listings)), same_as=[_same(one, site) for one in same],
        score=None if score is None else score / VERY_NAME, url=f"{site}/api/designations/{party.key}/",
        links={"html": f"{site}/designations/{party.key}/"},
        content=None if "content" in version.get_deferred_fields() else version.content,
    )  # fmt: skip


def _same(one: SameParty, site: str) -> SamePartyResponse:
    party, numbers = one.version.party, [f"{each.kind} {each.number}" for each in one.identifiers]
    return {
        "key": party.key, "list": party.list, "reference": party.reference, "name": one.version.name,
        "delisted_on": one.version.delisted_on,
        "reason": f"Both have {', '.join(numbers)}{' and a year of birth' if one.is_birth_shared else ''}.",
        "identifiers": [{"kind": each.kind, "number": each.number} for each in one.identifiers],
        "birth": "agree" if one.is_birth_shared else "unknown", "url": f"{site}/api/designations/{party.key}/",
    }  # fmt: skip


def _uncertain(listings: list[ListingResponse]) -> Iterator[UncertainDay]:
    for listing in listings:
        for event, on in (("listed", listing["listed_on"]), ("delisted", listing["delisted_on"])):
            if on and (day := dates.parse(on)).earliest != day.latest:
                yield {"event": event, "earliest": day.earliest, "latest": day.latest}


urlpatterns = [
    path("designations/", DesignationList.as_view(), name="designations"),
    path("designations/<uuid:key>/", DesignationView.as_view(), name="designation"),
    path("designations/<uuid:key>/history/", DesignationHistory.as_view(), name="designation-history"),
]
