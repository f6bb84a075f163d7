"""Confirmations of a fact: the sources that still said so on a later day, and "still so" by an editor."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar
from uuid import UUID

from django.db.models import QuerySet
from django.http import HttpResponse
from rest_framework.request import Request

from relations.api.facts import commands
from relations.api.facts.requests import SourceField
from relations.api.facts.views import FactEndpoint
from relations.api.http import formats
from relations.api.http.endpoints import ListEndpoint
from relations.api.http.filters import Author, DayBound, Filters, Numbers, RecordedBound
from relations.api.http.formats import JSON_LINES
from relations.api.http.parameters import expanded, known_at
from relations.api.http.permissions import author
from relations.api.http.requests import DayField, KeyField, RequestBody, TextField
from relations.api.http.writing import WRITE, write
from relations.errors import NoSuchFact
from relations.models import Confirmation
from relations.representation.confirmations import ConfirmationResponse, confirmation_body
from relations.representation.facts import SOURCES


class ConfirmationRequest(RequestBody):
    answer = ConfirmationResponse

    source = SourceField()  # type: ignore[assignment]  # a field, as DRF declares them
    day = DayField(help_text="The day of the edition, or that on which somebody looked")
    quote = TextField(
        required=False, allow_blank=True, trim_whitespace=False, default="", help_text="The exact words, if it has any"
    )


class ConfirmationRowRequest(ConfirmationRequest):
    key = KeyField(help_text="The key of the fact")


class ConfirmationFilters(Filters):
    replaced: ClassVar[Mapping[str, str]] = {"recorded_by": "author"}

    day_after, day_before = DayBound.pair("day", "It was still so on this day")
    source = Numbers("source", label="Id of the source that said so")
    recorded_after, recorded_before = RecordedBound.pair("recorded_at", "Recorded then")
    author = Author("recorded_by", label="Name of the user who recorded it")


class FactConfirmations(FactEndpoint, ListEndpoint):
    """The days on which sources still said what the fact says, the last one first; POST adds one.

    They belong to the version that was current then, which each of them names. The same source on the same day counts
    once: the answer to a second POST is 200 with the first one.
    """

    parameters = {"GET": {"known_at"}, "POST": WRITE}
    filterset_class = ConfirmationFilters
    response_type = ConfirmationResponse
    serializer_class = ConfirmationRequest  # type: ignore[assignment]  # a confirmation is no fact
    orderings = {"day": ("day", "id"), "recorded_at": ("recorded_at", "id")}
    default_ordering = "-day"
    resumed_by = None  # a confirmation has no key
    expandable = (SOURCES,)
    accepted = ("201", "What was recorded")
    repeated = "The source has confirmed it for that day already"

    def get_queryset(self) -> QuerySet[Any]:
        key, moment = self.kwargs["key"], known_at(self.request)
        if not self.model.objects.filter(key=key).exists():
            raise NoSuchFact(key=key)
        rows: QuerySet[Any] = Confirmation.objects.filter(**{f"{self.model.column}__key": key})
        rows = rows.select_related("source", "recorded_by", self.model.column).defer("source__text")
        return rows if moment is None else rows.filter(recorded_at__lte=moment)

    def body(self, row: Confirmation) -> ConfirmationResponse:
        version: int = getattr(row, self.model.column).version
        expand = expanded(self.request, self.expandable) if self.request.method != "POST" else ()
        return confirmation_body(row, version=version, expand=expand)

    @write
    def post(self, request: Request, key: UUID) -> HttpResponse:
        self.current(key)
        (row,), is_new = commands.confirm(
            self.model, ConfirmationRequest, [request.data], key=key, author=author(request)
        )
        return formats.answered(self.body(row), status=201 if is_new else 200)


class ConfirmationRows(FactEndpoint):
    """Confirmations of several facts of the kind, all or none; the answer has them in the order of the rows."""

    parameters = {"POST": WRITE}
    parser_classes = (formats.JsonParser, *JSON_LINES)
    bulk_rows = {"POST": (ConfirmationRowRequest,)}
    response_type = ConfirmationResponse
    accepted = ("201", "What was recorded; some may have been recorded before")
    repeated = "The sources have confirmed all of them for these days already"

    @write
    def post(self, request: Request) -> HttpResponse:
        rows, is_new = commands.confirm(self.model, ConfirmationRowRequest, request.data, author=author(request))
        bodies = [confirmation_body(row, version=getattr(row, self.model.column).version) for row in rows]
        return formats.answered(bodies, status=201 if is_new else 200)
