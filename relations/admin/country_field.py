"""Form field for a country: a select of all countries, which `country.js` replaces by a combobox."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from typing import Any

from anyascii import anyascii
from django import forms
from django.forms.models import ModelChoiceIterator
from django.forms.widgets import MediaAsset
from django.utils.html import json_script
from django.utils.safestring import SafeString

from relations.codes import CountryKind
from relations.codes.country_names import other_names
from relations.models import Country
from relations.queries.countries import current_country_index

_GROUPS = ("States and organisations", "Territories", "Former countries")
"""In the order in which countries that match equally well are offered."""
_NAMES = "country-names"


class CountryNames(MediaAsset):
    """JSON in the page, once for all its fields: alpha-3 codes and other names of all countries, by code."""

    def __init__(self) -> None:
        super().__init__(_NAMES)

    def render(self, *, attrs: dict[str, str] | None = None) -> SafeString:
        countries = current_country_index().by_code
        names = {code: [country.alpha3 or code, *other_names(code)] for code, country in countries.items()}
        return json_script(names, _NAMES)


COUNTRY_PICKER = (CountryNames(), forms.Script("relations/country.js", defer=True))
"""Scripts of a page on which a form or a filter has a country."""


class CountrySelect(forms.Select):
    """A plain select where scripts are disabled."""

    class Media:
        js = COUNTRY_PICKER

    def __init__(self, attrs: dict[str, Any] | None = None, **kwargs: Any) -> None:
        super().__init__({"class": "tracker-country", **(attrs or {})}, **kwargs)


class _ByKind(ModelChoiceIterator):  # type: ignore[type-arg]  # generic in the stubs only
    def __iter__(self) -> Iterator[Any]:
        if self.field.empty_label is not None:
            yield "", self.field.empty_label
        rows = sorted(self.queryset, key=lambda country: (_group(country), anyascii(country.name)))
        for group, countries in groupby(rows, key=_group):
            yield _GROUPS[group], [self.choice(country) for country in countries]


def _group(country: Country) -> int:
    if country.to_year is not None:
        return 2
    return 1 if country.kind == CountryKind.TERRITORY else 0


class CountryField(forms.ModelChoiceField):  # type: ignore[type-arg]  # generic in the stubs only
    """One country, offered by kind and name."""

    widget = CountrySelect
    iterator = _ByKind
