"""Filters that take several values; several mean *or*."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterable
from typing import Any, ClassVar

import django_filters
from django import forms
from django.db.models import CharField, Q, QuerySet, TextField

from relations.api.http.lookups import Holds
from relations.api.http.parameters import refuse_repeated
from relations.api.http.values import day, day_or_moment, fact_key, number, pair_from_text, truth, word_of
from relations.errors import BadParameter, Refused, SomeRefused
from relations.representation.references import country_code

MAX_VALUES, MAX_VALUES_IN_ALL = 200, 300
"""Values of one parameter, and of all filters of a request together."""
MAX_TEXTS, MAX_TEXTS_IN_ALL, MAX_CHARACTERS = 5, 10, 200
"""Texts to search for, each of which is looked for in every row that nothing else rules out; and how long one is."""
_TRIGRAM = re.compile(r"[^\W_]{3}")
_MAX_BRANCHES = 8

type Schema = dict[str, Any]


CharField.register_lookup(Holds)
TextField.register_lookup(Holds)


class _Values(forms.Widget):
    """All values of a parameter: repeated, and where `split` says so, separated by commas."""

    def __init__(self, *, split: bool) -> None:
        super().__init__()
        self.split = split

    def value_from_datadict(self, data: Any, files: Any, name: str) -> list[str]:
        given = data.getlist(name)
        return [part.strip() for text in given for part in text.split(",")] if self.split else given


class _ListedField(forms.Field):
    def __init__(
        self, *, convert: Callable[[str], Any], split: bool, most: int, longest: int | None, **kwargs: Any
    ) -> None:
        super().__init__(widget=_Values(split=split), required=False)
        self.convert, self.most, self.longest = convert, most, longest

    def clean(self, value: list[str]) -> list[Any]:
        if len(value) > self.most:
            raise forms.ValidationError(
                f"At most {self.most} values are taken, not {len(value)}: ask for the others in another request."
            )
        return list(dict.fromkeys(self._converted(text) for text in value))

    def _converted(self, text: str) -> Any:
        if not text.strip():
            raise forms.ValidationError("The value is empty: leave the parameter out, or give it a value.")
        if self.longest is not None and len(text) > self.longest:
            raise forms.ValidationError(
                f"A text to search for has at most {self.longest} characters, not {len(text)}: give fewer words of it."
            )
        if "\x00" in text:
            raise forms.ValidationError("NUL bytes stand in no value.")
        try:
            return self.convert(text)
        except ValueError as error:
            raise forms.ValidationError(str(error)) from error
        except Refused as refusal:
            raise forms.ValidationError(refusal.detail) from refusal


class AnyOf(django_filters.Filter):  # type: ignore[misc]  # django-filter has no types
    """Rows whose column is any of the values; `none` stands for an empty one where `empty` allows it."""

    field_class = _ListedField
    schema: Schema = {"type": "string"}
    split = True
    most: ClassVar[int] = MAX_VALUES
    longest: ClassVar[int | None] = None
    """Characters of a text that is searched for; None for values that are looked up."""

    def __init__(
        self, field_name: str, *, convert: Callable[[str], Any] = str, label: str = "", schema: Schema | None = None,
        empty: Q | None = None, **kwargs: Any,
    ) -> None:  # fmt: skip
        self.empty = empty
        wanted = self._or_none(convert) if empty is not None else convert
        limits = {"most": self.most, "longest": self.longest}
        super().__init__(field_name=field_name, label=label, convert=wanted, split=self.split, **limits, **kwargs)
        self.schema = schema or self.schema

    def index_branches(self, value: list[Any]) -> list[Q]:
        """Conditions that together are the filter, each of which an index answers in the order of a list."""
        return []

    @staticmethod
    def _or_none(convert: Callable[[str], Any]) -> Callable[[str], Any]:
        return lambda text: None if text == "none" else convert(text)

    def filter(self, qs: QuerySet[Any], value: list[Any]) -> QuerySet[Any]:
        if not value:
            return qs
        chosen = Q(**{f"{self.field_name}__in": [each for each in value if each is not None]})
        return qs.filter(chosen | self.empty if self.empty is not None and None in value else chosen)


class Words(AnyOf):
    """Rows whose column holds any of these words of a vocabulary."""

    def __init__(self, field_name: str, *, words: Iterable[str], label: str = "", **kwargs: Any) -> None:
        words = [str(word) for word in words]
        schema = {"type": "string", "enum": [*words, *(["none"] if "empty" in kwargs else [])]}
        super().__init__(field_name, convert=word_of(words), label=label, schema=schema, **kwargs)


class Countries(AnyOf):
    def __init__(self, field_name: str, *, label: str = "") -> None:
        super().__init__(field_name, convert=country_code, label=label, schema={"type": "string", "example": "BY"})


class EitherSide(Countries):
    """Rows that one of the countries stands in, on either side."""

    def __init__(self, *columns: str, label: str = "") -> None:
        super().__init__(columns[0], label=label)
        self.columns = columns

    def filter(self, qs: QuerySet[Any], value: list[str]) -> QuerySet[Any]:
        chosen = Q()
        for column in self.columns if value else ():
            chosen |= Q(**{f"{column}__in": value})
        return qs.filter(chosen)

    def index_branches(self, value: list[str]) -> list[Q]:
        return [Q(**{column: each}) for column in self.columns for each in value]


class Numbers(AnyOf):
    def __init__(self, field_name: str, *, label: str = "", **kwargs: Any) -> None:
        schema = {"type": "integer"} if "empty" not in kwargs else {"type": "string", "example": "12"}
        super().__init__(field_name, convert=number, label=label, schema=schema, **kwargs)


class Keys(AnyOf):
    def __init__(self, field_name: str, *, label: str = "") -> None:
        super().__init__(field_name, convert=fact_key, label=label, schema={"type": "string", "format": "uuid"})


class Pairs(AnyOf):
    def __init__(self, field_name: str, *, label: str = "") -> None:
        super().__init__(field_name, convert=pair_from_text, label=label, schema={"type": "string", "example": "BY-US"})


class Exactly(AnyOf):
    """Rows whose text is one of these, letter by letter; a comma is part of the text, so several are repeated."""

    split = False


class Searched(Exactly):
    """Texts that are looked for inside of others: few, and none of them long."""

    most = MAX_TEXTS
    longest = MAX_CHARACTERS
    is_indexed: ClassVar[bool] = True
    """By trigrams, which help to find three letters or digits in a row: for other texts a column is read whole."""


class Containing(Searched):
    """Rows in which one of the texts stands, in capitals or not; a comma is part of the text."""

    def __init__(self, *columns: str, label: str = "") -> None:
        super().__init__(columns[0], label=label)
        self.columns = columns

    def filter(self, qs: QuerySet[Any], value: list[str]) -> QuerySet[Any]:
        chosen = Q()
        for text in value:
            for column in self.columns:
                chosen |= Q(**{f"{column}__holds": text})
        return qs.filter(chosen) if value else qs


class Overlapping(Words):
    """Rows whose array holds any of the words."""

    def filter(self, qs: QuerySet[Any], value: list[str]) -> QuerySet[Any]:
        return qs.filter(**{f"{self.field_name}__overlap": value}) if value else qs


class ArrayHolding(AnyOf):
    """Rows whose array holds any of the texts."""

    def filter(self, qs: QuerySet[Any], value: list[str]) -> QuerySet[Any]:
        return qs.filter(**{f"{self.field_name}__overlap": value}) if value else qs


# --- one value only -------------------------------------------------------------------------------------------------


class SingleValue(AnyOf):
    split = False

    def filter(self, qs: QuerySet[Any], value: list[Any]) -> QuerySet[Any]:
        return self.cut(qs, value[0]) if value else qs

    def cut(self, qs: QuerySet[Any], value: Any) -> QuerySet[Any]:
        raise NotImplementedError


class DayBound(SingleValue):
    """Rows whose day is not earlier (`gte`) or not later (`lte`) than this one."""

    def __init__(self, field_name: str, lookup: str, *, label: str = "") -> None:
        super().__init__(field_name, convert=day, label=label, schema={"type": "string", "format": "date"})
        self.lookup = lookup

    def cut(self, qs: QuerySet[Any], value: dt.date) -> QuerySet[Any]:
        return qs.filter(**{f"{self.field_name}__{self.lookup}": value})


class MomentBound(SingleValue):
    """Rows whose moment is not earlier (`after`) or not later (`before`); a day counts whole, in UTC."""

    def __init__(self, field_name: str, *, after: bool, label: str = "") -> None:
        schema = {"type": "string", "example": "2020-02-01T12:00:00Z"}
        super().__init__(field_name, convert=day_or_moment, label=label, schema=schema)
        self.after = after

    def cut(self, qs: QuerySet[Any], value: dt.date | dt.datetime) -> QuerySet[Any]:
        if isinstance(value, dt.datetime):
            return qs.filter(**{f"{self.field_name}__{'gte' if self.after else 'lte'}": value})
        midnight = dt.datetime.combine(value, dt.time(), dt.UTC)
        if self.after:
            return qs.filter(**{f"{self.field_name}__gte": midnight})
        # 9999-12-31 has no next day, and nothing is recorded after it.
        return qs if value == dt.date.max else qs.filter(**{f"{self.field_name}__lt": midnight + dt.timedelta(days=1)})


class Truth(SingleValue):
    """Rows of which a condition holds (1) or does not (0)."""

    def __init__(self, field_name: str, condition: Q, *, label: str = "") -> None:
        super().__init__(field_name, convert=truth, label=label, schema={"type": "string", "enum": ["1", "0"]})
        self.condition = condition

    def cut(self, qs: QuerySet[Any], value: bool) -> QuerySet[Any]:  # noqa: FBT001  # django-filter's own call
        return qs.filter(self.condition if value else ~self.condition)


class Filters(django_filters.FilterSet):  # type: ignore[misc]  # django-filter has no types
    """The filters of one list. Refuses wrong values all at once; unknown parameters are the endpoint's to refuse."""

    base_filters: dict[str, AnyOf]
    unfiltered: ClassVar[frozenset[str]] = frozenset({"id"})
    """Columns that no reader can name. Every other column has a filter: a test sees to it."""

    def __init__(self, data: Any, queryset: QuerySet[Any], *, request: Any = None) -> None:
        # Those that are asked for: django-filter copies each of its filters for every request.
        self.base_filters = {name: each for name, each in type(self).base_filters.items() if name in data}
        super().__init__(data, queryset, request=request)

    @classmethod
    def names(cls) -> frozenset[str]:
        return frozenset(cls.base_filters)

    @property
    def qs(self) -> QuerySet[Any]:
        refuse_repeated(self.data, [name for name, each in self.filters.items() if isinstance(each, SingleValue)])
        if not self.is_valid():
            wrong: list[Refused] = [
                BadParameter(field=name, why=" ".join(each["message"] for each in errors))
                for name, errors in self.form.errors.get_json_data().items()
            ]
            raise SomeRefused({0: wrong})
        self._refuse_too_many()
        found: QuerySet[Any] = super().qs
        return found

    def _refuse_too_many(self) -> None:
        """Each filter is within its own limit: all together may still be dear. Names the parameter that asks most."""
        asked = {name: values for name, values in self.form.cleaned_data.items() if values}
        searched = {name: each for name, each in self.filters.items() if isinstance(each, Searched) and name in asked}
        texts = {name: asked[name] for name in searched}
        short = {
            name: [text for text in asked[name] if not _TRIGRAM.search(text)]
            for name, each in searched.items()
            if each.is_indexed
        }
        for given, most, what in (
            (asked, MAX_VALUES_IN_ALL, "values of filters"),
            (texts, MAX_TEXTS_IN_ALL, "texts to search for"),
            (short, 1, "text without three letters or digits in a row"),
        ):
            count = sum(map(len, given.values()))
            if count > most:
                why = f"A request takes at most {most} {what} in all, not {count}: ask in several requests."
                raise BadParameter(field=max(given, key=lambda name: len(given[name])), why=why)

    def index_branches(self) -> list[Q]:
        """Conditions of which the rows meet one: an index answers each of them in order, and no index all of them.

        Empty where no filter has branches, or where there would be many.
        """
        branches = [Q()]
        for name, each in self.filters.items():
            own = each.index_branches(self.form.cleaned_data[name]) if isinstance(each, AnyOf) else []
            if own:
                branches = [one & other for one in branches for other in own]
        return branches if 1 < len(branches) <= _MAX_BRANCHES else []
