"""The filter that the others are made of: rows whose column is any of several values."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, ClassVar

import django_filters
from django.db.models import Q, QuerySet

from relations.api.http.filter_fields import Excluded, ListedField

MAX_VALUES = 200
"""Most values of one parameter."""

type Schema = dict[str, Any]


class AnyOf(django_filters.Filter):  # type: ignore[misc]  # django-filter has no types
    """Rows whose column is any of the values and none of those with a `!`; `none` means an empty one where `empty` is.

    django-filter's own filters of several values know neither a limit, nor commas, nor a reason for each wrong value.
    """

    field_class = ListedField
    convert: Callable[[str], Any] = staticmethod(str)
    schema: Schema = {"type": "string"}
    lookup = "in"
    split = True
    negatable: ClassVar[bool] = True
    most: ClassVar[int] = MAX_VALUES
    longest: ClassVar[int | None] = None
    """Characters of a text that is searched for; None for values that are looked up."""
    is_indexed: ClassVar[bool] = True
    """Texts are found by trigrams, which need three letters or digits in a row; for others a column is read whole."""

    def __init__(
        self, field_name: str, *, label: str = "", convert: Callable[[str], Any] | None = None,
        schema: Schema | None = None, empty: Q | None = None,
    ) -> None:  # fmt: skip
        self.empty, self.schema = empty, schema or self.schema
        super().__init__(
            field_name=field_name, label=label, convert=self._or_none(convert or self.convert), split=self.split,
            most=self.most, longest=self.longest, negatable=self.negatable,
        )  # fmt: skip

    def _or_none(self, convert: Callable[[str], Any]) -> Callable[[str], Any]:
        return convert if self.empty is None else lambda text: None if text == "none" else convert(text)

    def filter(self, qs: QuerySet[Any], value: list[Any]) -> QuerySet[Any]:
        return qs.filter(self.selection(value)) if value else qs

    def selection(self, values: list[Any]) -> Q:
        """The condition of the rows that have one of the values, if there are any, and none of the excluded ones."""
        wanted, excluded = split(values)
        chosen = self.condition(wanted) if wanted else Q()
        return chosen & ~self.condition(excluded) if excluded else chosen

    def condition(self, values: list[Any]) -> Q:
        """The condition of the rows; there is one value at least."""
        chosen = Q(**{f"{self.field_name}__{self.lookup}": [each for each in values if each is not None]})
        return chosen | self.empty if self.empty is not None and None in values else chosen

    def is_costly(self, values: list[Any]) -> bool:  # of other filters they decide
        """True where no index answers it: the list then tests its rows in their order, a limited number at a time."""
        return False

    def accepts(self, body: Mapping[str, Any], values: list[Any]) -> bool:  # the condition says all
        """Tests a row as it is shown, for a costly filter that its condition does not state whole."""
        return True

    def index_branches(self, values: list[Any]) -> list[Q]:
        """Conditions that together are the filter, each of which an index answers in the order of a list."""
        return []


def split(values: Iterable[Any]) -> tuple[list[Any], list[Any]]:
    """The values that rows have, and those that they do not have."""
    values = list(values)
    excluded = [each.value for each in values if isinstance(each, Excluded)]
    return [each for each in values if not isinstance(each, Excluded)], excluded


def admits(values: Iterable[Any], value: Any) -> bool:
    """Tests a value as a filter does."""
    wanted, excluded = split(values)
    return (not wanted or value in wanted) and value not in excluded
