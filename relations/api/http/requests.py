"""Fields and reading of request bodies. The ledger judges what the values mean together."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from typing import Any, ClassVar, NoReturn
from uuid import UUID

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from relations.api.http import patterns
from relations.api.http.errors import flat
from relations.api.http.formats import UnreadableLine
from relations.api.http.parameters import fact_key
from relations.dates import read_day, read_moment
from relations.errors import Refused, SomeRefused, Unfit
from relations.representation.json_types import keys
from relations.representation.references import country_code, did_you_mean

MAX_NUMBER, MAX_ID = 2**31 - 1, 2**63 - 1


class RequestBody(serializers.Serializer[Any]):
    """Refuses unknown keys. The other keys of the answer may come back, and change nothing."""

    answer: ClassVar[type | None] = None

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, Mapping):
            shown = keys(self.answer) if self.answer else ()
            unknown = [name for name in data if name not in self.fields and name not in shown]
            if unknown:
                raise serializers.ValidationError({name: [self._unknown(name)] for name in unknown})
            if "id" in data and "id" in shown and "id" not in self.fields:
                self._refuse_wrong_id(data["id"])
        return super().to_internal_value(data)

    def _refuse_wrong_id(self, value: Any) -> None:
        try:
            IdField().run_validation(value)
        except serializers.ValidationError as error:
            raise serializers.ValidationError({"id": error.detail}) from error

    def _unknown(self, name: str) -> serializers.ErrorDetail:
        suggestion = did_you_mean(name[:60], list(self.get_fields()))
        return serializers.ErrorDetail(f"There is no field {name[:60]!r} here.{suggestion}", "unknown_field")


def parsed[T](convert: Callable[[str], T], text: str) -> T:
    """The text's value, or DRF's refusal with the reason."""
    try:
        return convert(text)
    except ValueError as error:
        raise serializers.ValidationError(str(error), "invalid") from error
    except Refused as refusal:
        raise serializers.ValidationError(refusal.detail, refusal.code) from refusal


class TextField(serializers.CharField):
    """A text, and no number in its place."""

    def to_internal_value(self, data: Any) -> Any:
        if not isinstance(data, str):
            raise serializers.ValidationError("This must be a text.", "invalid")
        return super().to_internal_value(data)


class ArchivedTextField(TextField):
    """A text that is stored as it is."""

    pattern = patterns.WITHOUT_NUL


class UrlField(TextField, serializers.URLField):
    """An address, as Django understands one."""


class CountryField(TextField):
    """A country's code: `BY`, `BLR`, in either case."""

    pattern = patterns.COUNTRY

    def to_internal_value(self, data: Any) -> str:
        return parsed(country_code, super().to_internal_value(data))


class PatternField(serializers.CharField):
    """A text that the document describes by a pattern, and the ledger judges: a number may be a year."""

    def __init__(self, *, pattern: str, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.pattern = pattern


class DayField(serializers.DateField):
    """A day in ISO format and in no other."""

    def to_internal_value(self, value: Any) -> dt.date:
        if not isinstance(value, str):
            raise serializers.ValidationError("A day is written 2019-12-31.", "invalid")
        return parsed(read_day, value)


class MomentField(serializers.DateTimeField):
    """A moment in ISO format with its offset."""

    def to_internal_value(self, value: Any) -> dt.datetime:
        if not isinstance(value, str):
            raise serializers.ValidationError("A moment is written 2020-02-01T12:00:00Z.", "invalid")
        return parsed(read_moment, value)


class NumberField(serializers.IntegerField):
    """A whole number as JSON writes it: no text, and no truth value."""

    what = "This"

    def __init__(self, *, min_value: int = 0, max_value: int = MAX_NUMBER, **kwargs: Any) -> None:
        super().__init__(min_value=min_value, max_value=max_value, **kwargs)

    def to_internal_value(self, data: Any) -> int:
        if isinstance(data, float) and data.is_integer() and abs(data) <= MAX_ID:
            data = int(data)  # in JSON 1.0 is 1
        if not isinstance(data, int) or isinstance(data, bool):
            raise serializers.ValidationError(f"{self.what} is a whole number.", "invalid")
        return int(super().to_internal_value(data))


class TruthField(serializers.BooleanField):
    """A truth value as JSON writes it, and neither "yes" nor 1."""

    def to_internal_value(self, data: Any) -> bool:
        if not isinstance(data, bool):
            raise serializers.ValidationError("This is true or false.", "invalid")
        return data


class IdField(NumberField):
    """The id of a programme, a list or a source; as an object with an `id`, as answers show it, too."""

    what = "An id"

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(min_value=1, max_value=MAX_ID, **kwargs)

    def to_internal_value(self, data: Any) -> int:
        return super().to_internal_value(data["id"] if isinstance(data, Mapping) and "id" in data else data)


@extend_schema_field({"type": "string", "format": "uuid"})
class KeyField(serializers.Field[Any, Any, Any, Any]):
    """The key of a fact."""

    def to_internal_value(self, data: Any) -> UUID:
        if not isinstance(data, str):
            raise serializers.ValidationError("A key is a text.", "invalid")
        return parsed(fact_key, data)


class WordField(serializers.ChoiceField):
    """A word of a vocabulary; a wrong one is refused with the nearest."""

    def fail(self, key: str, **particulars: Any) -> NoReturn:
        if key != "invalid_choice":
            super().fail(key, **particulars)
        words, wrong = [str(word) for word in self.choices if word != ""], str(particulars["input"])[:40]
        why = f"{wrong!r} is none of {', '.join(words)}.{did_you_mean(wrong, words)}"
        raise serializers.ValidationError(why, "invalid_choice")


class Words(serializers.ListField):
    """A list of words of a vocabulary, each once."""

    def __init__(self, *, words: Iterable[Any] | None = None, max_length: int = 0, **kwargs: Any) -> None:
        child = (
            WordField(choices=[str(word) for word in words]) if words is not None else TextField(max_length=max_length)
        )
        super().__init__(child=child, max_length=1000, **kwargs)

    def to_internal_value(self, data: Any) -> list[Any]:
        return list(dict.fromkeys(super().to_internal_value(data)))


def read(request: type[RequestBody], data: Any, *, partial: bool = False) -> tuple[dict[str, Any], list[Refused]]:
    """The body's values, and everything that is unfit about it; `partial` asks only for the fields that are named."""
    if isinstance(data, UnreadableLine):
        return {}, [Unfit(word="malformed", why=data.why)]
    if not isinstance(data, Mapping):
        return {}, [Unfit(word="invalid", why=f"This must be an object, not {_json_name(data)}.")]
    form = request(data=data)
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


def validated(body: type[RequestBody], given: Any, *, partial: bool = False) -> dict[str, Any]:
    """The body's values. Raises `SomeRefused` with everything that is unfit, or what is wrong with the body itself."""
    values, unfit = read(body, given, partial=partial)
    if unfit and not isinstance(given, Mapping):
        raise unfit[0]
    if unfit:
        raise SomeRefused({0: unfit})
    return values


def _json_name(data: Any) -> str:
    names: dict[type, str] = {
        type(None): "null", bool: "a truth value", int: "a number", float: "a number", str: "a text", list: "a list",
    }  # fmt: skip
    return names[type(data)]
