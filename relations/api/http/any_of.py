"""The filter that the others are made of: rows whose column is any of several values; its values and their limits."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any, ClassVar

import django_filters
from django import forms
from django.db.models import Q, QuerySet

from relations.api.http.parameters import readable
from relations.errors import BadParameter, Refused
from relations.representation.references import Excluded

MAX_VALUES = 200
"""Most values of one parameter."""
MAX_VALUES_IN_ALL = 300
"""Most values of all filters of a request together."""
MAX_TEXTS, MAX_TEXTS_IN_ALL, MAX_CHARACTERS = 5, 10, 200
"""Texts to search for, each of which is looked for in every row that nothing else rules out; and how long one is."""
_TRIGRAM = re.compile(r"[^\W_]{3}")

type Schema = dict[str, Any]


class _Values(forms.Widget):
    """All values of a parameter: repeated, and where `split` says so, separated by commas."""

    def __init__(self, *, split: bool) -> None:
        super().__init__()
        self.split = split

    def value_from_datadict(self, data: Any, files: Any, name: str) -> list[str]:
        given = data.getlist(name)
        return [part.strip() for text in given for part in text.split(",")] if self.split else given


class ListedField(forms.Field):
    """Several values, each converted, once and in order; with a reason for a wrong one."""

    def __init__(
        self, *, convert: Callable[[str], Any], split: bool, most: int, longest: int | None, negatable: bool,
        **kwargs: Any,
    ) -> None:  # fmt: skip
        super().__init__(widget=_Values(split=split), required=False)
        self.convert, self.most, self.longest, self.negatable = convert, most, longest, negatable

    def clean(self, value: list[str]) -> list[Any]:
        if len(value) > self.most:
            raise forms.ValidationError(
                f"At most {self.most} values are accepted, not {len(value)}: ask for the others in another request."
            )
        return list(dict.fromkeys(self._converted(text) for text in value))

    def _converted(self, text: str) -> Any:
        if not text.strip():
            raise forms.ValidationError("The value is empty: leave the parameter out, or give it a value.")
        if self.longest is not None and len(text) > self.longest:
            raise forms.ValidationError(
                f"A text to search for has at most {self.longest} characters, not {len(text)}: give fewer words of it."
            )
        if self.negatable and text.startswith("!"):
            value = self._converted(text[1:])
            if isinstance(value, Excluded):
                raise forms.ValidationError(f"{text[:40]!r} is negated twice: write one exclamation mark.")
            return Excluded(value)
        try:
            return self.convert(readable(text))
        except ValueError as error:
            raise forms.ValidationError(str(error)) from error
        except Refused as refusal:
            raise forms.ValidationError(refusal.detail) from refusal


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
    always_costly: ClassVar[bool] = False

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
        return self.always_costly

    def as_set(self, values: list[Any]) -> Q:
        """The condition where rows are not tested in any order: of lists of what such rows belong to."""
        return self.selection(values)

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


def refuse_too_many(asked: Mapping[str, list[Any]], filters: Mapping[str, AnyOf]) -> None:
    """Refuses filters that are too costly together; names the largest."""
    texts = {name: given for name, given in asked.items() if filters[name].longest is not None}
    short = {
        name: [text for text in given if not _TRIGRAM.search(text)]
        for name, given in texts.items()
        if filters[name].is_indexed
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
