"""Patterns of the OpenAPI document allow what the parsers take, and nothing else that a text shows by itself."""

import re
from collections.abc import Callable
from itertools import product
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from relations.api.http import patterns
from relations.api.http.any_of import ListedField
from relations.dates import parse, read_day_or_moment
from relations.errors import Refused

YEARS = ("0000", "0001", "0004", "0100", "1900", "2000", "2021", "2024", "9999")
TWO_DIGITS = tuple(f"{number:02}" for number in range(34))
DAYS = [
    *YEARS,
    *map("-".join, product(YEARS, TWO_DIGITS[:14])),
    *map("-".join, product(YEARS, TWO_DIGITS[:14], TWO_DIGITS)),
]
DATES = [
    *DAYS, "000X", "001X", "201X", "00XX", "01XX", "20XX", "2010~", "2010-05?", "2010-05-01%", "2010-XX", "2010-05-XX",
    "2010-XX-XX", "2010-13-XX", "[..2020]", "[2019-02..2020~]", "[..2020-02-30]", "[2019..]", "[..]", "2019/2020", "",
    "12010", "-2010", "2010-1", "2010-21", "٢٠١٠",
]  # fmt: skip
MOMENTS = [
    *DAYS, "2020-02-29T23:59Z", "2020-02-29t23:59:59.123456789+05:30", "2021-02-29T00:00Z", "2020-01-01T24:00Z",
    "2020-01-01T00:00", "2020-01-01T00:60Z", "2020-01-01T00:00:60Z", "2020-01-01 00:00Z", "2020-01-01T00:00:00-2359",
]  # fmt: skip


def takes(convert: Callable[[str], Any], text: str) -> bool:
    try:
        convert(text)
    except (ValueError, Refused):
        return False
    return True


@pytest.mark.parametrize(
    ("pattern", "convert", "texts"),
    [(patterns.EDTF, parse, DATES), (patterns.DAY_OR_MOMENT, read_day_or_moment, MOMENTS)],
)
def test_pattern_of_dates_allows_what_is_a_date(pattern: str, convert: Callable[[str], Any], texts: list[str]) -> None:
    wrong = [text for text in texts if bool(re.search(pattern, text, re.ASCII)) != takes(convert, text)]
    assert wrong == []


@pytest.mark.parametrize("split", [True, False])
@pytest.mark.parametrize("negatable", [True, False])
def test_pattern_of_a_filter_allows_what_is_not_empty(split: bool, negatable: bool) -> None:
    field = ListedField(convert=str, split=split, most=9, longest=None, negatable=negatable)
    pattern = patterns.text_of_filter(split=split, negatable=negatable)
    for parts in product(("", "!", " ", ",", "a", "\x00", "\x1c", "\x85"), repeat=4):
        text = "".join(parts)
        given = [part.strip() for part in text.split(",")] if split else [text]
        if re.search(r"!\s*!", text) or (not split and text.lstrip() != text):
            continue  # blanks before and between negations: the pattern need not be as odd as these
        assert bool(re.search(pattern, text)) == _is_clean(field, given), repr(text)


def _is_clean(field: ListedField, given: list[str]) -> bool:
    try:
        field.clean(given)
    except ValidationError:
        return False
    return True
