"""`/api/designations/`: parties on official sanctions lists, as the lists name them.

A search by name finds what sounds alike in any script. It is a search and not a compliance screening.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Annotated, Any, ClassVar, NotRequired, TypedDict
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http.response import HttpResponseBase
from django.urls import path
from rest_framework.request import Request

from relations.api.designations.coverage import CoverageResponse, coverage
from relations.api.designations.search import VERY_NAME, search
from relations.api.http import conditional
from relations.api.http.endpoints import DetailEndpoint, Endpoint, ListEndpoint
from relations.api.http.filters import (
    ArrayHolding,
    DayBound,
    Exactly,
    Filters,
    Keys,
    MomentBound,
    Numbers,
    SingleValue,
    Truth,
    Words,
)
from relations.api.http.parameters import as_of, chosen_fields, known_at, only
from relations.codes import ListCode, PartyChange, PartyKind
from relations.errors import BadParameter, NoSuchDesignation
from relations.models import Designation, EventParty, Listing, on_replaced_list
from relations.representation.json_types import Url, one_of
from relations.representation.references import country_code, site


class ListingResponse(TypedDict):
    listed_on: Annotated[str, "EDTF"]
    delisted_on: Annotated[str | None, "EDTF; null while the party is listed"]
    issuer_listed_on: Annotated[dt.date | None, "The day of listing that the issuer names"]


class DesignationResponse(TypedDict):
    key: UUID
    list: Annotated[str, one_of(ListCode)]
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


class _Nationality(ArrayHolding):
    convert = staticmethod(country_code)
    schema = {"type": "string", "example": "BY"}


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
    listed_after = DayBound("listed_on", "gte", label="Listed on this day or later")
    listed_before = DayBound("listed_on", "lte", label="Listed on this day or earlier")
    delisted_on = DayBound("delisted_on", "exact", label="Delisted on this day")
    delisted_after = DayBound("delisted_on", "gte", label="Delisted on this day or later")
    delisted_before = DayBound("delisted_on", "lte", label="Delisted on this day or earlier")
    since = DayBound("since", "exact", label="The list says this from this day on")
    recorded_at = MomentBound("recorded_at", after=True, label="The same as recorded_after")
    recorded_after = MomentBound("recorded_at", after=True, label="Recorded then or later")
    recorded_before = MomentBound("recorded_at", after=False, label="Recorded then or earlier")
    superseded_at = MomentBound("superseded_at", after=True, label="Superseded then or later")
    q = _Query("name", label="Words of a name in any script: exact before near, each row with a score")


class DesignationList(ListEndpoint):
    """Every party on the lists, listed or delisted; `current=1` for those listed now.

    With `as_of` outside the publications that were read, `complete` is false and `coverage` names their days.
    With `q` the parties with such a name, the nearest first unless `ordering` says otherwise.
    """

    parameters = {"GET": {"as_of", "known_at"}}
    queryset = Designation.objects.all()
    filterset_class = DesignationFilters
    orderings = {
        "id": ("id",),
        "name": ("name", "id"),
        "listed_on": ("listed_on", "id"),
        "recorded_at": ("recorded_at", "id"),
        "score": ("score", "id"),
    }
    default_ordering = "id"
    response_type = DesignationResponse
    extra_response_type = CoverageResponse
    name = "designations"

    def get_queryset(self) -> QuerySet[Any]:
        day, moment = as_of(self.request), known_at(self.request)
        if day is not None:
            rows = Designation.objects.standing_on(day, known_at=moment)
        else:
            rows = Designation.objects.known_at(moment)
        return rows.select_related("party")

    def bodies(self, rows: list[Any]) -> list[DesignationResponse]:
        return bodies(rows, site=site(self.request))

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


class DesignationView(DetailEndpoint):
    """A party as its list names it now, or named it at `known_at`."""

    parameters: ClassVar[Mapping[str, Any]] = {"GET": {"known_at", "fields"}}
    response_type = DesignationResponse

    def get_object(self, **kwargs: Any) -> Designation:
        known = Designation.objects.known_at(known_at(self.request))
        version = known.filter(party__key=kwargs["key"]).select_related("party").first()
        if version is None:
            raise NoSuchDesignation(key=kwargs["key"])
        return version

    def body(self, row: Designation) -> DesignationResponse:
        (body,) = bodies([row], site=site(self.request))
        return body

    def version(self, row: Designation) -> int:
        return row.version


class DesignationHistory(Endpoint):
    """Every version of what the list said of the party, the first one first."""

    parameters: ClassVar[Mapping[str, Any]] = {"GET": {"fields"}}
    response_type = DesignationResponse

    def get(self, request: Request, key: UUID) -> HttpResponseBase:
        versions = list(Designation.objects.filter(party__key=key).select_related("party").order_by("version"))
        if not versions:
            raise NoSuchDesignation(key=key)
        fields = chosen_fields(request, self.keys)
        rows = [only(body, fields) for body in bodies(versions, site=site(request))]
        return conditional.cached(request, {"results": rows}, version=versions[-1].version)


def bodies(versions: Iterable[Designation], *, site: str) -> list[DesignationResponse]:
    """Designations as JSON, with one query for the listings of all of them."""
    versions = list(versions)
    listings: defaultdict[int, list[Listing]] = defaultdict(list)
    for listing in Listing.objects.filter(party__in={one.party_id for one in versions}).order_by("party", "days"):
        listings[listing.party_id].append(listing)
    return [_body(version, listings[version.party_id], site) for version in versions]


def _body(version: Designation, listings: list[Listing], site: str) -> DesignationResponse:
    party, score = version.party, getattr(version, "score", None)
    return {
        "key": party.key,
        "list": party.list,
        "reference": party.reference,
        "version": version.version,
        "turn": version.change,
        "kind": version.kind,
        "name": version.name,
        "programmes": version.programmes,
        "nationalities": version.nationalities,
        "listed_on": version.listed_on,
        "delisted_on": version.delisted_on,
        "since": version.since,
        "listings": [
            {
                "listed_on": one.listed_on,
                "delisted_on": one.delisted_on or None,
                "issuer_listed_on": one.issuer_listed_on,
            }
            for one in listings
        ],
        "content": version.content,
        "recorded_at": version.recorded_at,
        "superseded_at": version.superseded_at,
        "run": version.run_id,
        "score": None if score is None else score / VERY_NAME,
        "url": f"{site}/api/designations/{party.key}/",
    }


urlpatterns = [
    path("designations/", DesignationList.as_view(), name="designations"),
    path("designations/<uuid:key>/", DesignationView.as_view(), name="designation"),
    path("designations/<uuid:key>/history/", DesignationHistory.as_view(), name="designation-history"),
]
