"""What a request's body may hold: types and vocabularies. What the values mean together is the ledger's to judge."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any, ClassVar

from rest_framework import serializers

from relations.api.http.errors import flat
from relations.api.http.values import day
from relations.codes import (
    AMBASSADOR_STATUSES,
    BanAction,
    BanScope,
    BanSubject,
    EventKind,
    Measure,
    SanctionAction,
    Scope,
    SourceKind,
    Stance,
)
from relations.errors import Refused, Unfit, UnknownCountry
from relations.representation.references import country_code, did_you_mean

MAX_ID = 2**63 - 1
MAX_CITATIONS = 100


class Body(serializers.Serializer[Any]):
    """Refuses keys that it does not know; `shown` are keys of the answer, which may come back and change nothing."""

    shown: ClassVar[frozenset[str]] = frozenset()

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, Mapping):
            unknown = [name for name in data if name not in self.fields and name not in self.shown]
            if unknown:
                known = list(self.get_fields())
                raise serializers.ValidationError(
                    {
                        name: [
                            serializers.ErrorDetail(
                                f"There is no field {name[:60]!r} here.{did_you_mean(name[:60], known)}",
                                "unknown_field",
                            )
                        ]
                        for name in unknown
                    }
                )
        return super().to_internal_value(data)


class CountryField(serializers.CharField):
    """A country's code: `BY`, `BLR`, in either case."""

    def to_internal_value(self, data: Any) -> str:
        try:
            return country_code(super().to_internal_value(data))
        except UnknownCountry as refusal:
            raise serializers.ValidationError(refusal.detail, refusal.code) from refusal


class DayField(serializers.DateField):
    """A day as ISO writes it and in no other way."""

    def to_internal_value(self, value: Any) -> dt.date:
        if not isinstance(value, str):
            raise serializers.ValidationError("A day is written 2019-12-31.", "invalid")
        try:
            return day(value)
        except ValueError as error:
            raise serializers.ValidationError(str(error), "invalid") from error


class IdField(serializers.IntegerField):
    """The id of a programme, a list or a source; as an object with an `id`, as answers show it, too."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(min_value=1, max_value=MAX_ID, **kwargs)

    def to_internal_value(self, data: Any) -> int:
        if isinstance(data, Mapping) and "id" in data:
            data = data["id"]
        if not isinstance(data, int) or isinstance(data, bool):
            raise serializers.ValidationError("An id is a whole number.", "invalid")
        return int(super().to_internal_value(data))


class Words(serializers.ListField):
    """A list of words of a vocabulary, each once."""

    def __init__(self, *, words: Iterable[Any] | None = None, max_length: int = 0, **kwargs: Any) -> None:
        child = (
            serializers.ChoiceField(choices=[str(word) for word in words])
            if words is not None
            else serializers.CharField(max_length=max_length)
        )
        super().__init__(child=child, max_length=1000, **kwargs)

    def to_internal_value(self, data: Any) -> list[Any]:
        return list(dict.fromkeys(super().to_internal_value(data)))


# --- sources and citations ------------------------------------------------------------------------------------------


class SourceBody(Body):
    shown = frozenset({"id", "sha256", "self"})

    kind = serializers.ChoiceField(choices=SourceKind.choices, required=False, default=SourceKind.ARTICLE)
    publisher = serializers.CharField(max_length=200, required=False, allow_blank=True, default="")
    title = serializers.CharField(max_length=500)
    author = serializers.CharField(max_length=200, required=False, allow_blank=True, default="")
    published_on = DayField(required=False, allow_null=True, default=None)
    url = serializers.URLField(max_length=1000, required=False, allow_blank=True, default="")
    language = serializers.CharField(
        max_length=35, required=False, allow_blank=True, default="", help_text="BCP 47: en, de, zh-Hant"
    )
    licence = serializers.CharField(max_length=200, required=False, allow_blank=True, default="")
    text = serializers.CharField(
        required=False, allow_blank=True, trim_whitespace=False, default="",
        help_text="The archived text, kept byte for byte; quotes are held to it",
    )  # fmt: skip
    syndication_of = IdField(
        required=False, allow_null=True, default=None, help_text="The id of the source of which this is a reprint"
    )


class SourceField(serializers.Field[Any, Any, Any, Any]):
    """A source: its id, or all of it, to be found by its URL or made."""

    def to_internal_value(self, data: Any) -> int | dict[str, Any]:
        if isinstance(data, Mapping) and "id" not in data:
            whole = SourceBody(data=data)
            whole.is_valid(raise_exception=True)
            return dict(whole.validated_data)
        return IdField().to_internal_value(data)


class CitationBody(Body):
    shown = frozenset({"start", "end"})

    source = SourceField()  # type: ignore[assignment]  # a field, as DRF declares them
    quote = serializers.CharField(trim_whitespace=False, help_text="The exact words")
    stance = serializers.ChoiceField(choices=Stance.choices, required=False, default=Stance.SUPPORTS)


# --- facts ----------------------------------------------------------------------------------------------------------


class FactBody(Body):
    """What every kind of fact is recorded with."""

    shown = frozenset(
        {
            "key", "version", "earliest", "latest", "recorded_at", "superseded_at", "independent_sources", "disputed",
            "url", "codes",
        }
    )  # fmt: skip

    on = serializers.CharField(max_length=100, help_text="EDTF: 2008-03-12, 2008-03, 2014, 2010~, [..2020-02-01]")
    note = serializers.CharField(required=False, allow_blank=True, default="")
    citations = CitationBody(many=True, max_length=MAX_CITATIONS)  # type: ignore[call-arg]  # the list's argument


class _Directed(FactBody):
    to = CountryField(source="to_country")

    def get_fields(self) -> dict[str, serializers.Field[Any, Any, Any, Any]]:
        # `from` is a word of Python's own.
        return {"from": CountryField(source="from_country"), **super().get_fields()}


class AmbassadorBody(_Directed):
    status = serializers.ChoiceField(choices=AMBASSADOR_STATUSES)
    holder = serializers.CharField(max_length=200, required=False, allow_blank=True, default="")


class SanctionBody(_Directed):
    action = serializers.ChoiceField(choices=SanctionAction.choices)
    measures = Words(words=Measure, required=False, default=list)
    scope = serializers.ChoiceField(choices=Scope.choices, required=False, allow_blank=True, default="")
    programme = IdField(required=False, allow_null=True, default=None)
    instrument = serializers.CharField(max_length=300, required=False, allow_blank=True, default="")
    expires_on = DayField(required=False, allow_null=True, default=None)


class EventBody(_Directed):
    kind = serializers.ChoiceField(choices=EventKind.choices)


class EntryBody(FactBody):
    """`from` and `to` follow from the list and the country; they may come back as they were shown."""

    shown = FactBody.shown | {"from", "to"}

    country = CountryField(source="to_country", help_text="The country, or that of the person")
    action = serializers.ChoiceField(choices=BanAction.choices)
    scope = serializers.ChoiceField(choices=BanScope.choices, required=False, allow_blank=True, default="")
    visa_classes = Words(max_length=20, required=False, default=list)
    person = serializers.CharField(max_length=200, required=False, allow_blank=True, default="")
    identifiers = Words(max_length=100, required=False, default=list)
    # The last of the fields: from here on `list` in this class is the field.
    list = IdField()


# --- what facts refer to --------------------------------------------------------------------------------------------


class ProgrammeBody(Body):
    shown = frozenset({"id", "self", "list", "code"})

    issuer = CountryField()
    target = CountryField()
    title = serializers.CharField(max_length=300)
    legal_basis = serializers.CharField(required=False, allow_blank=True, default="")
    url = serializers.URLField(max_length=1000, required=False, allow_blank=True, default="")


class ListBody(Body):
    shown = frozenset({"id", "self"})

    issuer = CountryField()
    title = serializers.CharField(max_length=300)
    instrument = serializers.CharField(max_length=300, required=False, allow_blank=True, default="")
    legal_basis = serializers.CharField(required=False, allow_blank=True, default="")
    url = serializers.URLField(max_length=1000, required=False, allow_blank=True, default="")
    subject = serializers.ChoiceField(choices=BanSubject.choices, required=False, default=BanSubject.COUNTRY)


def read(body: type[Body], data: Any, *, partial: bool = False) -> tuple[dict[str, Any], list[Refused]]:
    """The body's values, and everything that is unfit about it; `partial` asks only for the fields that are named."""
    if not isinstance(data, Mapping):
        return {}, [Unfit(word="invalid", why=f"This must be an object, not {_json_name(data)}.")]
    form = body(data=data)
    if partial:
        # DRF's own `partial` would reach into citations and let them come without a quote.
        for name in form.fields.keys() - data.keys():
            del form.fields[name]
    if form.is_valid():
        return dict(form.validated_data), []
    return {}, [
        Unfit(field=pointer.removeprefix("/"), word=str(error.code), why=str(error))
        for pointer, error in flat(form.errors)
    ]


def _json_name(data: Any) -> str:
    names: dict[type, str] = {
        type(None): "null", bool: "a truth value", int: "a number", float: "a number", str: "a text", list: "a list",
    }  # fmt: skip
    return names[type(data)]
