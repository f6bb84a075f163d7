"""Bodies with which facts are recorded and corrected."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from relations import codes
from relations.api.http import patterns
from relations.api.http.requests import (
    MAX_NUMBER,
    CountryField,
    DayField,
    IdField,
    KeyField,
    NumberField,
    PatternField,
    RequestBody,
    TextField,
    WordField,
    Words,
)
from relations.api.references.sources import SourceRequest
from relations.errors import Refused
from relations.representation import fact_responses

MAX_CITATIONS = 100

_SOURCE = {"oneOf": [patterns.ID, {"$ref": "#/components/schemas/SourceRequest"}]}


@extend_schema_field(_SOURCE)
class SourceField(serializers.Field[Any, Any, Any, Any]):
    """A source: its id, or all of it, to be found by its URL or made."""

    def to_internal_value(self, data: Any) -> int | dict[str, Any]:
        if isinstance(data, Mapping) and "id" not in data:
            whole = SourceRequest(data=data)
            whole.is_valid(raise_exception=True)
            return dict(whole.validated_data)
        return IdField().to_internal_value(data)


class CitationRequest(RequestBody):
    answer = fact_responses.CitationResponse

    source = SourceField()  # type: ignore[assignment]  # a field, as DRF declares them
    quote = TextField(trim_whitespace=False, help_text="The exact words")
    stance = WordField(choices=codes.Stance.choices, required=False, default=codes.Stance.SUPPORTS)


@extend_schema_field(
    {"oneOf": [{"type": "integer", "minimum": 1, "maximum": MAX_NUMBER}, {"type": "string", "enum": ["*"]}]}
)
class VersionField(NumberField):
    """The version that the client has seen; `*` for any."""

    what = "A version"

    def run_validation(self, data: Any = serializers.empty) -> int | None:
        return None if data == "*" else super().run_validation(data)


class VersionRequest(RequestBody):
    """A row's fact, in the version that the client has seen: `If-Match` of a row."""

    key = KeyField()
    version = VersionField(min_value=1)


VERSION_FIELDS = ("key", "version")


class FactRequest(RequestBody):
    """The fields that every kind of fact has."""

    field_names: ClassVar[Mapping[str, str]] = {}
    """The body's names of the ledger's fields, where they differ."""

    on = PatternField(
        pattern=patterns.EDTF, max_length=100, help_text="EDTF: 2008-03-12, 2008-03, 2014, 2010~, [..2020-02-01]"
    )
    nature = WordField(
        choices=codes.Nature.choices, required=False, allow_null=True, default=None,
        help_text="It happened on that day (event, the default), or was seen to be so (observation)",
    )  # fmt: skip
    announced_on = PatternField(
        pattern=patterns.EDTF, max_length=100, required=False, allow_null=True, allow_blank=True, default=None,
        help_text="EDTF: when it was announced, if on another day",
    )  # fmt: skip
    quantity = NumberField(required=False, allow_null=True, default=None, help_text="A number that belongs to it")
    in_response_to = KeyField(
        required=False, allow_null=True, default=None, help_text="The key of the fact that it answers"
    )
    note = TextField(required=False, allow_blank=True, default="")
    citations = CitationRequest(many=True, max_length=MAX_CITATIONS)  # type: ignore[call-arg]  # the list's argument

    @classmethod
    def completed(cls, values: Mapping[str, Any]) -> Mapping[str, Any]:
        """Adds the values that follow from others, and stores what is not said as the columns have it."""
        stored = dict(values)
        if "nature" in values:
            stored["nature"] = values["nature"] or (
                codes.Nature.OBSERVATION if cls.is_seen(values) else codes.Nature.EVENT
            )
        if "announced_on" in values:
            stored["announced_on"] = values["announced_on"] or ""
        return stored

    @classmethod
    def is_seen(cls, values: Mapping[str, Any]) -> bool:  # noqa: ARG003  # of other kinds they decide
        """True for what is an observation where the body does not say so."""
        return False

    @classmethod
    def renamed[R: Refused](cls, refusal: R) -> R:
        refusal.field = cls.field_names.get(refusal.field, refusal.field)
        return refusal


class _Directed(FactRequest):
    to = CountryField(source="to_country")

    def get_fields(self) -> dict[str, serializers.Field[Any, Any, Any, Any]]:
        # `from` is a word of Python's own.
        return {"from": CountryField(source="from_country"), **super().get_fields()}


class AmbassadorRequest(_Directed):
    answer = fact_responses.AmbassadorResponse

    status = WordField(choices=codes.AMBASSADOR_STATUSES)
    holder = TextField(max_length=200, required=False, allow_blank=True, default="")


class SanctionRequest(_Directed):
    answer = fact_responses.SanctionResponse

    action = WordField(choices=codes.SanctionAction.choices)
    measures = Words(words=codes.Measure, required=False, default=list)
    scope = WordField(choices=codes.Scope.choices, required=False, allow_blank=True, default="")
    programme = IdField(required=False, allow_null=True, default=None)
    instrument = TextField(max_length=300, required=False, allow_blank=True, default="")
    expires_on = DayField(required=False, allow_null=True, default=None)
    extends = WordField(
        choices=codes.SanctionExtension.choices, required=False, allow_blank=True, default="",
        help_text="Whose deadline an extension replaces",
    )  # fmt: skip

    @classmethod
    def is_seen(cls, values: Mapping[str, Any]) -> bool:
        return values.get("action") == codes.SanctionAction.OBSERVED


class EventRequest(_Directed):
    answer = fact_responses.EventResponse

    kind = WordField(choices=codes.EventKind.choices)


class EntryRequest(FactRequest):
    """`from` and `to` follow from the list and the country; they may come back as they were shown."""

    answer = fact_responses.EntryResponse
    field_names = {"to_country": "country", "to": "country", "from_country": "list", "from": "list"}

    country = CountryField(source="to_country", help_text="The country, or that of the person")
    action = WordField(choices=codes.BanAction.choices)
    scope = WordField(choices=codes.BanScope.choices, required=False, allow_blank=True, default="")
    visa_classes = Words(max_length=20, required=False, default=list)
    person = TextField(max_length=200, required=False, allow_blank=True, default="")
    identifiers = Words(max_length=100, required=False, default=list)

    @classmethod
    def completed(cls, values: Mapping[str, Any]) -> Mapping[str, Any]:
        stored = super().completed(values)
        return {**stored, "from_country": values["list"].issuer_id} if "list" in values else stored

    # The last of the fields: from here on `list` in this class is the field.
    list = IdField()
