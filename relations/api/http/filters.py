"""Filters that take several values; several mean *or*."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from functools import cached_property, reduce
from operator import or_
from typing import Any, ClassVar, Self

import django_filters
from django.contrib.auth import get_user_model
from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import BooleanField, CharField, F, Func, Lookup, Q, QuerySet, TextField

from relations.api.http import patterns
from relations.api.http.any_of import MAX_CHARACTERS, MAX_TEXTS, AnyOf, refuse_too_many, split
from relations.api.http.parameters import fact_key, finished, number, pair_from_text, refuse_repeated, truth
from relations.dates import read_day, read_day_or_moment
from relations.errors import BadParameter, Refused, SomeRefused
from relations.representation.references import country_code, word_of

_MAX_BRANCHES = 8


@CharField.register_lookup
@TextField.register_lookup
class ILike(Lookup):
    """`note__ilike="x"`: the column contains the text, in capitals or not.

    Django's `icontains` compares UPPER(column), which the trigram indexes are not about; ILIKE they answer.
    """

    lookup_name = "ilike"

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, Any]:
        column, params = self.process_lhs(compiler, connection)
        text = str(self.rhs).replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
        return f"{column} ILIKE %s", [*params, f"%{text}%"]


class Words(AnyOf):
    """Rows whose column has any of these words of a vocabulary."""

    def __init__(self, field_name: str, *, words: Iterable[str], label: str = "", empty: Q | None = None) -> None:
        self.words = words = [str(word) for word in words]
        every = [*words, *(["none"] if empty is not None else [])]
        pattern = f"^!?({'|'.join(every).replace('.', '[.]')})$"
        schema = {"type": "string", "pattern": pattern, "example": every[0]}
        super().__init__(field_name, convert=word_of(words), label=label, schema=schema, empty=empty)


class Countries(AnyOf):
    convert = staticmethod(country_code)
    schema = {"type": "string", "pattern": patterns.COUNTRIES, "example": "BY"}


class EitherSide(Countries):
    """Rows with one of the countries, on either side."""

    def __init__(self, *columns: str, label: str = "") -> None:
        super().__init__(columns[0], label=label)
        self.columns = columns

    def condition(self, values: list[str]) -> Q:
        return reduce(or_, (Q(**{f"{column}__in": values}) for column in self.columns))

    def index_branches(self, values: list[Any]) -> list[Q]:
        return [Q(**{column: each}) for column in self.columns for each in split(values)[0]]


class Numbers(AnyOf):
    convert = staticmethod(number)

    def __init__(self, field_name: str, *, label: str = "", empty: Q | None = None) -> None:
        schema = patterns.NUMBER if empty is None else {"type": "string", "pattern": patterns.IDS_OR_NONE}
        super().__init__(field_name, label=label, schema=schema, empty=empty)


class Keys(AnyOf):
    convert = staticmethod(fact_key)
    schema = {"type": "string", "format": "uuid"}


class Pairs(AnyOf):
    convert = staticmethod(pair_from_text)
    schema = {"type": "string", "pattern": patterns.PAIRS, "example": "BY-US"}


class Exactly(AnyOf):
    """Rows whose text is one of these, letter by letter; a comma is part of the text, so several are repeated."""

    split = False


class Author(AnyOf):
    """Rows that one of the users recorded, by their names. The users come first: few rows are of any of them."""

    schema = {"type": "string", "example": "anna"}

    def condition(self, values: list[str]) -> Q:
        users = get_user_model().objects.filter(username__in=values)
        return super().condition(list(users.values_list("pk", flat=True)))


class Searched(Exactly):
    """Texts that are looked for inside of others: few, and none of them long."""

    negatable = False
    most = MAX_TEXTS
    longest = MAX_CHARACTERS

    def __init__(self, *columns: str, label: str = "") -> None:
        super().__init__(columns[0], label=label)
        self.columns = columns


class Containing(Searched):
    """Rows that contain one of the texts, in capitals or not; a comma is part of the text."""

    def condition(self, values: list[str]) -> Q:
        return reduce(or_, (Q(**{f"{column}__ilike": text}) for text in values for column in self.columns))


class Overlapping(Words):
    """Rows whose array has any of the words."""

    lookup = "overlap"


class OverlappingTexts(AnyOf):
    """Rows whose array has any of the texts."""

    lookup = "overlap"


def read_first(keys: QuerySet[Any, Any], column: str = "pk") -> Q:
    """Rows with one of the keys in a column, which are read first, as one array.

    PostgreSQL expects rows that a filter chooses to be spread over the whole list, and would test hundreds of thousands
    in its order.
    """
    return Q(
        Func(F(column), ArraySubquery(keys.order_by()), template="(%(expressions)s))", arg_joiner=" = ANY(",
             output_field=BooleanField())
    )  # fmt: skip


# --- one value only -------------------------------------------------------------------------------------------------


class SingleValue(AnyOf):
    split = False
    negatable = False

    def condition(self, values: list[Any]) -> Q:
        return self.condition_of(values[0])

    def condition_of(self, value: Any) -> Q:
        return Q(**{f"{self.field_name}__{self.lookup}": value})


class Bound(SingleValue):
    """Rows whose value is not earlier (`gte`) or not later (`lte`) than this one."""

    def __init__(self, field_name: str, lookup: str, *, label: str = "") -> None:
        super().__init__(field_name, label=label)
        self.lookup = lookup

    @classmethod
    def pair(cls, field_name: str, label: str) -> tuple[Self, Self]:
        """Both bounds of a column."""
        return cls(field_name, "gte", label=f"{label} or later"), cls(field_name, "lte", label=f"{label} or earlier")


class DayBound(Bound):
    convert = staticmethod(read_day)
    schema = {"type": "string", "format": "date"}


class MomentBound(Bound):
    """A day counts whole, in UTC."""

    convert = staticmethod(read_day_or_moment)
    schema = {"type": "string", "pattern": patterns.DAY_OR_MOMENT, "example": "2020-02-01T12:00:00Z"}

    def condition_of(self, value: dt.date | dt.datetime) -> Q:
        if not isinstance(value, dt.datetime):
            value = dt.datetime.combine(value, dt.time.min if self.lookup == "gte" else dt.time.max, dt.UTC)
        return super().condition_of(value)


class RecordedBound(MomentBound):
    """Transaction time. `gte` ends with the newest finished moment: whoever goes on after the last row has missed none.

    Rows appear with their commits, in another order than they were recorded.
    """

    def condition_of(self, value: dt.date | dt.datetime) -> Q:
        condition = super().condition_of(value)
        if self.lookup == "gte":
            condition &= Q(**{f"{self.field_name}__lte": finished(self.parent.request)})
        return condition


class Truth(SingleValue):
    """Rows that meet a condition (1) or do not (0); by default, that the column is true."""

    convert = staticmethod(truth)
    schema = {"type": "boolean"}

    def __init__(self, field_name: str, condition: Q | None = None, *, label: str = "") -> None:
        super().__init__(field_name, label=label)
        self.positive = condition or Q(**{field_name: True})

    def condition_of(self, value: bool) -> Q:  # noqa: FBT001  # the value that the filter is given
        return self.positive if value else ~self.positive


class Filters(django_filters.FilterSet):  # type: ignore[misc]  # django-filter has no types
    """The filters of one list. Refuses wrong values all at once; unknown parameters are the endpoint's to refuse."""

    base_filters: dict[str, AnyOf]
    unfiltered: ClassVar[frozenset[str]] = frozenset({"id"})
    """Columns that no reader can name. Every other column has a filter: a test sees to it."""
    replaced: ClassVar[Mapping[str, str]] = {}
    """Parameters that there were once, with those to use instead."""

    def __init__(self, data: Any, queryset: QuerySet[Any], *, request: Any = None) -> None:
        # Only the filters of this request: django-filter copies each for every request.
        self.base_filters = {name: each for name, each in type(self).base_filters.items() if name in data}
        super().__init__(data, queryset, request=request)
        self._given: Mapping[str, list[Any]] | None = None

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
        refuse_too_many(self.values, self.filters)
        rows: QuerySet[Any] = super().qs
        return rows

    @property
    def values(self) -> Mapping[str, list[Any]]:
        """The values of the filters that are asked, by name."""
        if self._given is not None:
            return self._given
        return {name: values for name, values in self.form.cleaned_data.items() if values}

    @classmethod
    def given(cls, values: Mapping[str, list[Any]], queryset: QuerySet[Any], *, request: Any) -> Self:
        """The filters with values that were read before."""
        filters = cls(dict.fromkeys(values), queryset, request=request)
        filters._given = values
        return filters

    def filter_queryset(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        for name, values in self.values.items():
            if name not in self.costly:
                queryset = self.filters[name].filter(queryset, values)
        return queryset

    @cached_property
    def costly(self) -> Mapping[str, AnyOf]:
        """The filters that are costly with the values that are asked, by name."""
        return {
            name: self.filters[name] for name, values in self.values.items() if self.filters[name].is_costly(values)
        }

    def index_branches(self) -> list[Q]:
        """Conditions of which the rows meet one: an index answers each of them in order, and no index all of them.

        Empty where no filter has branches, or where there would be many.
        """
        branches = [Q()]
        for name, values in self.values.items():
            if own := self.filters[name].index_branches(values):
                branches = [one & other for one in branches for other in own]
        return branches if 1 < len(branches) <= _MAX_BRANCHES else []


class DirectedFilters(Filters):
    """Filters of what one country does to another."""

    # `from` is a keyword.
    locals()["from"] = Countries("from_country", label="The country that acts")
    locals()["to"] = Countries("to_country", label="The country that is acted upon")
