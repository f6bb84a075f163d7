"""`/api/designations/`: parties on official sanctions lists, as the lists name them.

A search by name finds what sounds alike in any script. It is a search and not a compliance screening.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from typing import Annotated, Any, ClassVar, NotRequired, TypedDict
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.http.response import HttpResponseBase
from django.urls import path
from rest_framework.request import Request

from relations.api.designations.coverage import CoverageResponse, coverage
from relations.api.http import conditional
from relations.api.http.endpoints import DetailEndpoint, Endpoint, ListEndpoint
from relations.api.http.filters import (
    ArrayHolding,
    Countries,
    DayBound,
    Exactly,
    Filters,
    Keys,
    Numbers,
    RecordedBound,
    SingleValue,
    Truth,
    Words,
)
from relations.api.http.parameters import as_of, chosen_fields, known_at, only
from relations.codes import ListCode, PartyChange, PartyKind
from relations.errors import BadParameter, NoSuchDesignation
from relations.models import Designation, EventParty, Listing, on_replaced_list
from relations.queries.party_search import VERY_NAME, search
from relations.representation.json_types import PageLinks, Url, from_row, one_of
from relations.representation.official_lists import OfficialListRef, official_list_ref
from relations.representation.references import site


class ListingResponse(TypedDict):
    listed_on: Annotated[str, "EDTF"]
    delisted_on: Annotated[str | None, "EDTF; null while the party is listed"]
    issuer_listed_on: Annotated[dt.date | None, "The day of listing that the issuer names"]


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
    content: NotRequired[Annotated[dict[str, Any], "The whole record; in a list only where fields names it"]]
    recorded_at: dt.datetime
    superseded_at: dt.datetime | None
    run: int
    score: Annotated[float | None, "1 for the very name, less for near ones; null without q"]
    url: Url
    links: PageLinks


class _Nationality(Countries):
    lookup = "overlap"


class _Under(SingleValue):
    """Versions that put their party under the programme, amended it there or took it from there."""

    def condition_of(self, value: str) -> Q:
        listed = Q(programmes__contains=[value], delisted_on__isnull=True)
        before = Designation.objects.filter(listed, party=OuterRef("party"), version=OuterRef("version") - 1)
        return listed | Q(Exists(before))


class _OfEvent(Keys):
    """Parties of a sanction event, by the event's key: all of them, as their list names them now."""

    def condition(self, values: list[Any]) -> Q:
        return Q(party__in=EventParty.objects.filter(event__key__in=values).values("designation__party"))


class _Current(Truth):
    """Rows on the list. A closed list is not current once its successor has a publication."""

    def condition_of(self, value: bool) -> Q:  # noqa: FBT001  # the value that the filter is given
        request = self.parent.request
        day = as_of(request) or dt.datetime.now(dt.UTC).date()
        current = Q(delisted_on__isnull=True) & ~on_replaced_list(day, known_at=known_at(request))
        return current if value else ~current


class _Query(SingleValue):
    """Rows by name; the list then orders them by their score."""

    def filter(self, qs: QuerySet[Any], value: list[str]) -> QuerySet[Any]:
        return search(qs, value[0]) if value else qs


class DesignationFilters(Filters):
    unfiltered: ClassVar[frozenset[str]] = frozenset({"id", "content"})

    key = Keys("party__key", label="The party's key")
    party = Keys("party__key", label="The same as key")
    list = Words("party__list", words=ListCode, label="The list")
    reference = Exactly("party__reference", label="The issuer's own reference")
    programme = ArrayHolding("programmes", label="A programme, as the list names it")
    programmes = ArrayHolding("programmes", label="The same as programme")
    under = _Under("programmes", label="A programme under which the version listed, amended or delisted the party")
    event = _OfEvent("party", label="The key of a sanction event: its parties")
    kind = Words("kind", words=PartyKind, label="Person, entity, vessel or aircraft")
    turn = Words("change", words=PartyChange, label="What the last publication that spoke of the party did")
    name = Exactly("name", label="Exactly this primary name")
    nationality = _Nationality("nationalities", label="A nationality, where the list gives its code")
    nationalities = _Nationality("nationalities", label="The same as nationality")
    version = Numbers("version", label="The version")
    digest = Exactly("digest", label="The digest of the record's content")
    run = Numbers("run", label="The import that wrote it")
    current = _Current("delisted_on", label="Is on the list (1) or is not (0)")
    listed_on = DayBound("listed_on", "exact", label="Listed on this day")
    listed_after, listed_before = DayBound.pair("listed_on", "Listed on this day")
    delisted_on = DayBound("delisted_on", "exact", label="Delisted on this day")
    delisted_after, delisted_before = DayBound.pair("delisted_on", "Delisted on this day")
    since = DayBound("since", "exact", label="The list says this from this day on")
    recorded_at = RecordedBound("recorded_at", "gte", label="The same as recorded_after")
    recorded_after, recorded_before = RecordedBound.pair("recorded_at", "Recorded then")
    superseded_at = RecordedBound("superseded_at", "gte", label="Superseded then or later")
    q = _Query("name", label="Words of a name in any script: exact before near, each row with a score")


class _Designations(Endpoint):
    queryset = Designation.objects.all()
    response_type = DesignationResponse

    def bodies(self, rows: list[Any]) -> list[DesignationResponse]:
        """Designations with one query for the listings of all of them, and one more for those of a past moment."""
        parties, moment = {row.party_id for row in rows}, known_at(self.request)
        listings: defaultdict[int, list[ListingResponse]] = defaultdict(list)
        for listing in Listing.objects.filter(party__in=parties).order_by("party", "days"):
            listings[listing.party_id].append(_listing(listing))
        if moment is not None:
            listings = _known_listings(listings, parties, moment)
        is_past = moment is not None
        return [_body(row, listings[row.party_id], site(self.request), is_past=is_past) for row in rows]


class DesignationList(_Designations, ListEndpoint):
    """Every party on the lists, listed or delisted; `current=1` for those listed now.

    With `as_of` outside the publications that were read, `complete` is false and `coverage` names their days.
    With `q` the parties with such a name, the nearest first unless `ordering` says otherwise.
    """

    parameters = {"GET": {"as_of", "known_at"}}
    filterset_class = DesignationFilters
    orderings = {
        "id": ("id",),
        "name": ("name", "id"),
        "listed_on": ("listed_on", "id"),
        "recorded_at": ("recorded_at", "id"),
        "score": ("score", "id"),
    }
    default_ordering = "id"
    extra_response_type = CoverageResponse
    name = "designations"

    def get_queryset(self) -> QuerySet[Any]:
        day, moment = as_of(self.request), known_at(self.request)
        if day is not None:
            rows = Designation.objects.standing_on(day, known_at=moment)
        else:
            rows = Designation.objects.known_at(moment)
        shown = chosen_fields(self.request, self.keys) or frozenset()
        return (rows if "content" in shown else rows.defer("content")).select_related("party")

    def extra(self) -> dict[str, Any]:
        day = as_of(self.request)
        if day is None:
            return {}
        lists = [code for given in self.request.query_params.getlist("list") for code in given.split(",")]
        return {**coverage(day, lists=lists, known_at=known_at(self.request))}

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


class DesignationHistory(_Designations):
    """Every version of what the list said of the party, the first one first."""

    parameters: ClassVar[Mapping[str, Any]] = {"GET": {"fields"}}

    def get(self, request: Request, key: UUID) -> HttpResponseBase:
        versions = list(Designation.objects.filter(party__key=key).select_related("party").order_by("version"))
        if not versions:
            raise NoSuchDesignation(key=key)
        fields = chosen_fields(request, self.keys)
        rows = [only(body, fields) for body in self.bodies(versions)]
        return conditional.cached(request, {"results": rows}, version=versions[-1].version)


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


def _body(version: Designation, listings: list[ListingResponse], site: str, *, is_past: bool) -> DesignationResponse:
    party, score = version.party, getattr(version, "score", None)
    return from_row(
        DesignationResponse, version,
        key=party.key, list=party.list, official_list=official_list_ref(party.list), reference=party.reference,
        turn=version.change, run=version.run_id,
        listings=listings, superseded_at=None if is_past else version.superseded_at,
        score=None if score is None else score / VERY_NAME, url=f"{site}/api/designations/{party.key}/",
        links={"html": f"{site}/designations/{party.key}/"},
        content=None if "content" in version.get_deferred_fields() else version.content,
    )  # fmt: skip


urlpatterns = [
    path("designations/", DesignationList.as_view(), name="designations"),
    path("designations/<uuid:key>/", DesignationView.as_view(), name="designation"),
    path("designations/<uuid:key>/history/", DesignationHistory.as_view(), name="designation-history"),
]
