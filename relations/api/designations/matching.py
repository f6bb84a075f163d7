"""`/api/designations/match/`: which parties on the lists may be those of a list of one's own. Reads only."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Annotated, Any, TypedDict
from uuid import UUID

from django.http import HttpResponse
from django.urls import path
from drf_spectacular.utils import extend_schema_field
from rest_framework import permissions, serializers
from rest_framework.request import Request

from relations.api.designations.coverage import CoverageResponse, coverage
from relations.api.http import formats, patterns
from relations.api.http.endpoints import Endpoint
from relations.api.http.requests import CountryField, NumberField, RequestBody, TextField, WordField, parsed, validated
from relations.codes import ListCode, PartyKind
from relations.dates import MAX_LENGTH, When, parse_field
from relations.queries.party_match import Candidate, PartyQuery, match
from relations.queries.party_search import MAX_WORDS
from relations.representation.json_types import Url, one_of
from relations.representation.references import site
from relations.text.names import parse

MAX_QUERIES, MAX_CANDIDATES, CANDIDATES = 100, 20, 5
_MAX_ID, _MAX_NUMBER = 100, 100


@extend_schema_field({"type": "string", "maxLength": MAX_LENGTH, "pattern": patterns.EDTF})
class BirthField(serializers.Field[Any, Any, Any, Any]):
    """A date in EDTF: `1961`, `1961-05-03`."""

    def to_internal_value(self, data: Any) -> When:
        if not isinstance(data, str) or len(data) > MAX_LENGTH:
            raise serializers.ValidationError("A date of birth is written 1961 or 1961-05-03.", "invalid")
        return parsed(lambda text: parse_field(text, "birth"), data)


class PartyQueryRequest(RequestBody):
    id = TextField(max_length=_MAX_ID, required=False, help_text="Comes back with the candidates")
    name = TextField(max_length=MAX_WORDS, required=False, help_text="In any script and order")
    kind = WordField(choices=list(PartyKind.values), required=False, help_text="No others are offered")
    birth = BirthField(required=False, help_text="In EDTF: 1961 or 1961-05-03")
    country = CountryField(required=False, help_text="A nationality, or the country of an address")
    document = TextField(max_length=_MAX_NUMBER, required=False, help_text="The number of any document")

    def validate_name(self, name: str) -> str:
        if not parse(name).words:
            raise serializers.ValidationError("Give the words of a name.", "invalid")
        return name

    def validate_document(self, document: str) -> str:
        if not any(map(str.isalnum, document)):
            raise serializers.ValidationError("Give a number with digits or letters.", "invalid")
        return document

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if not attrs.keys() & {"name", "document"}:
            raise serializers.ValidationError({"name": ["Give a name or the number of a document."]}, "required")
        return attrs


class MatchRequest(RequestBody):
    queries = serializers.ListField(child=PartyQueryRequest(), min_length=1, max_length=MAX_QUERIES)
    limit = NumberField(
        min_value=1, max_value=MAX_CANDIDATES, required=False, default=CANDIDATES, help_text="Candidates of each query"
    )


class ReasonResponse(TypedDict):
    about: Annotated[str, one_of(("name", "birth", "country", "document"))]
    result: Annotated[str, one_of(("agree", "similar", "contradict", "unknown"))]
    values: Annotated[Sequence[str], "The values of the list that were compared"]


class CandidateResponse(TypedDict):
    key: UUID
    list: Annotated[str, one_of(ListCode)]
    reference: str
    kind: Annotated[str, one_of(PartyKind)]
    name: str
    listed_on: dt.date
    delisted_on: dt.date | None
    score: Annotated[float, {"minimum": 0, "maximum": 1}]
    reasons: Sequence[ReasonResponse]
    url: Url


class QueryCandidates(TypedDict):
    id: str
    candidates: Annotated[Sequence[CandidateResponse], "The best first; empty: no party is like it"]


class MatchResponse(CoverageResponse):
    results: Annotated[Sequence[QueryCandidates], "One for each query, in the same order"]


class DesignationMatch(Endpoint):
    """Candidates for up to 100 parties, by name or document, compared by birth, country and documents as well.

    Candidates are offered and nothing is asserted: the score ranks, and the reasons say what agrees. Reads only.
    """

    permission_classes = (permissions.AllowAny,)
    serializer_class, response_type = MatchRequest, MatchResponse
    accepted = ("200", "The candidates of each query")

    def post(self, request: Request) -> HttpResponse:
        values = validated(MatchRequest, request.data)
        queries = [_query(each) for each in values["queries"]]
        with formats.export_place():
            matches = match(queries, limit=values["limit"])
        results = [
            {"id": query.get("id", str(place)), "candidates": [_body(each, site(request)) for each in candidates]}
            for place, (query, candidates) in enumerate(zip(values["queries"], matches, strict=True))
        ]
        return formats.answered({**coverage(None, lists=(), known_at=None), "results": results})


def _query(values: Mapping[str, Any]) -> PartyQuery:
    return PartyQuery(**{name: value for name, value in values.items() if name != "id"})


def _body(candidate: Candidate, site: str) -> CandidateResponse:
    version, party = candidate.version, candidate.version.party
    return {
        "key": party.key, "list": party.list, "reference": party.reference, "kind": version.kind, "name": version.name,
        "listed_on": version.listed_on, "delisted_on": version.delisted_on, "score": candidate.score,
        "reasons": [{"about": each.about, "result": each.result, "values": each.values} for each in candidate.reasons],
        "url": f"{site}/api/designations/{party.key}/",
    }  # fmt: skip


urlpatterns = [path("designations/match/", DesignationMatch.as_view(), name="designation-match")]
