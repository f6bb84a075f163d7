"""`/api/designations/`: parties on official sanctions lists, as the lists name them.

A search by name finds what sounds alike in any script. It is a search and not a compliance screening.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any, ClassVar
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http.response import HttpResponseBase
from django.urls import path
from rest_framework import serializers
from rest_framework.request import Request

from relations.api.designations.search import VERY_NAME, found
from relations.api.http import conditional
from relations.api.http.endpoints import Endpoint, ListEndpoint
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
from relations.models import Designation, EventParty, Listing
from relations.representation.references import country_code, site

KEYS = (
    "key", "list", "reference", "version", "turn", "kind", "name", "programmes", "nationalities", "listed_on",
    "delisted_on", "since", "listings", "content", "recorded_at", "superseded_at", "run", "score", "url",
)  # fmt: skip


class _Nationality(ArrayHolding):
    def __init__(self, field_name: str, *, label: str = "") -> None:
        super().__init__(field_name, convert=country_code, label=label, schema={"type": "string", "example": "BY"})


class _Under(SingleValue):
    """Versions that put their party under the programme, amended it there or took it from there."""

    def cut(self, qs: QuerySet[Any], value: str) -> QuerySet[Any]:
        standing = Q(programmes__contains=[value], delisted_on__isnull=True)
        before = Designation.objects.filter(standing, party=OuterRef("party"), version=OuterRef("version") - 1)
        return qs.filter(standing | Exists(before))


class _Behind(Keys):
    """Parties behind a sanction event, by the event's key: all of them, as their list names them now."""

    def filter(self, qs: QuerySet[Any], value: list[Any]) -> QuerySet[Any]:
        if not value:
            return qs
        behind = EventParty.objects.filter(event__key__in=value)
        return qs.filter(party__in=behind.values("designation__party"))


class _Query(SingleValue):
    """Rows found by name; the list then orders them by their score."""

    def cut(self, qs: QuerySet[Any], value: str) -> QuerySet[Any]:
        return found(qs, value)


class DesignationFilters(Filters):
    unfiltered: ClassVar[frozenset[str]] = frozenset({"id", "content"})

    key = Keys("party__key", label="The party's key")
    party = Keys("party__key", label="The same as key")
    list = Words("party__list", words=ListCode, label="The list")
    reference = Exactly("party__reference", label="The issuer's own reference")
    programme = ArrayHolding("programmes", label="A programme, as the list names it")
    programmes = ArrayHolding("programmes", label="The same as programme")
    under = _Under("programmes", label="A programme under which the version listed, amended or delisted the party")
    event = _Behind("party", label="The key of a sanction event: the parties behind it")
    kind = Words("kind", words=PartyKind, label="Person, entity, vessel or aircraft")
    turn = Words("change", words=PartyChange, label="What the last publication that spoke of the party did")
    name = Exactly("name", label="Exactly this primary name")
    nationality = _Nationality("nationalities", label="A nationality, where the list gives its code")
    nationalities = _Nationality("nationalities", label="The same as nationality")
    version = Numbers("version", label="The version")
    digest = Exactly("digest", label="The digest of the record's content")
    run = Numbers("run", label="The import that wrote it")
    current = Truth("delisted_on", Q(delisted_on__isnull=True), label="Stands on the list (1) or does not (0)")
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


class ListingShape(serializers.Serializer[Any]):
    listed_on = serializers.CharField(help_text="EDTF")
    delisted_on = serializers.CharField(allow_null=True, help_text="EDTF; null while it stands")


class DesignationShape(serializers.Serializer[Any]):
    key = serializers.UUIDField()
    list = serializers.ChoiceField(choices=ListCode.choices)
    reference = serializers.CharField()
    version = serializers.IntegerField()
    turn = serializers.ChoiceField(choices=PartyChange.choices)
    kind = serializers.ChoiceField(choices=PartyKind.choices)
    name = serializers.CharField()
    programmes = serializers.ListField(child=serializers.CharField())
    nationalities = serializers.ListField(child=serializers.CharField())
    listed_on = serializers.DateField()
    delisted_on = serializers.DateField(allow_null=True)
    since = serializers.DateField(help_text="The day from which the list is certain to have said this")
    listings = ListingShape(many=True)
    content = serializers.DictField(required=False, help_text="The whole record; in a list only where fields names it")
    recorded_at = serializers.DateTimeField()
    superseded_at = serializers.DateTimeField(allow_null=True)
    run = serializers.IntegerField()
    score = serializers.FloatField(allow_null=True, help_text="1 for the very name, less for near ones; null without q")
    url = serializers.URLField()


class DesignationList(ListEndpoint):
    """Every party on the lists, the standing ones and those that were taken off; `current=1` for the former alone.

    With `q` those that are found by name, the nearest first unless `ordering` says otherwise.
    """

    parameters = {"GET": {"as_of", "known_at"}}
    model = Designation
    filters = DesignationFilters
    orderings = {
        "id": ("id",),
        "name": ("name", "id"),
        "listed_on": ("listed_on", "id"),
        "recorded_at": ("recorded_at", "id"),
        "score": ("score", "id"),
    }
    default_ordering = "id"
    keys = KEYS
    unasked = frozenset({"content"})
    shape = DesignationShape
    name = "designations"

    def rows(self) -> QuerySet[Any]:
        day, moment = as_of(self.request), known_at(self.request)
        if day is not None:
            rows = Designation.objects.standing_on(day, known_at=moment)
        else:
            rows = Designation.objects.known_at(moment)
        return rows.select_related("party")

    def bodies(self, rows: list[Any]) -> list[dict[str, Any]]:
        return bodies(rows, site=site(self.request))

    def get(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if "q" in request.query_params:
            self.default_ordering = "-score"  # type: ignore[misc]  # of this request
        elif request.query_params.get("ordering") in ("score", "-score"):
            raise BadParameter(field="ordering", why="Only what q has found has a score: give q, or another ordering.")
        return super().get(request, *args, **kwargs)


class DesignationView(Endpoint):
    """A party as its list names it now, or named it at `known_at`."""

    parameters: ClassVar[Mapping[str, Any]] = {"GET": {"known_at", "fields"}}
    model = Designation
    shape = DesignationShape

    def get(self, request: Request, key: UUID) -> HttpResponseBase:
        version = Designation.objects.known_at(known_at(request)).filter(party__key=key).select_related("party").first()
        if version is None:
            raise NoSuchDesignation(key=key)
        (body,) = bodies([version], site=site(request))
        return conditional.cached(request, only(body, chosen_fields(request, KEYS)), version=version.version)


class DesignationHistory(Endpoint):
    """Every version of what the list said of the party, the first one first."""

    parameters: ClassVar[Mapping[str, Any]] = {"GET": {"fields"}}
    model = Designation
    shape = DesignationShape

    def get(self, request: Request, key: UUID) -> HttpResponseBase:
        versions = list(Designation.objects.filter(party__key=key).select_related("party").order_by("version"))
        if not versions:
            raise NoSuchDesignation(key=key)
        fields = chosen_fields(request, KEYS)
        rows = [only(body, fields) for body in bodies(versions, site=site(request))]
        return conditional.cached(request, {"results": rows}, version=versions[-1].version)


def bodies(versions: Iterable[Designation], *, site: str) -> list[dict[str, Any]]:
    """Designations as JSON, with one query for the listings of all of them."""
    versions = list(versions)
    listings: defaultdict[int, list[Listing]] = defaultdict(list)
    for listing in Listing.objects.filter(party__in={one.party_id for one in versions}).order_by("party", "days"):
        listings[listing.party_id].append(listing)
    return [_body(version, listings[version.party_id], site) for version in versions]


def _body(version: Designation, listings: list[Listing], site: str) -> dict[str, Any]:
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
        "listings": [{"listed_on": one.listed_on, "delisted_on": one.delisted_on or None} for one in listings],
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
