"""Form fields of text in several lines, of arrays, with completion, and of countries."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from html import escape
from itertools import groupby
from typing import Any

from anyascii import anyascii
from django import forms
from django.contrib.admin.widgets import AdminTextareaWidget, AutocompleteSelect
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.forms import SimpleArrayField
from django.core.exceptions import ValidationError
from django.forms.models import ModelChoiceIterator
from django.forms.widgets import MediaAsset
from django.utils.html import json_script
from django.utils.safestring import SafeString, mark_safe

from relations.admin.fact_display import field_label
from relations.codes import CountryKind
from relations.codes.country_names import other_names
from relations.models import Country
from relations.queries.countries import current_country_index


class Lines(forms.CharField):
    """Text of several lines, with LF at their ends where browsers send CRLF."""

    widget = AdminTextareaWidget

    def to_python(self, value: Any) -> str:
        return (super().to_python(value) or "").replace("\r\n", "\n")


class OnePerLine(SimpleArrayField):
    """Several short texts, one per line, since an identifier may contain a comma."""

    widget = forms.Textarea(attrs={"rows": 3, "cols": 40})

    def __init__(self, base_field: forms.Field, **kwargs: Any) -> None:
        super().__init__(base_field, delimiter="\n", **kwargs)

    def to_python(self, value: Any) -> Any:
        if isinstance(value, str):
            value = "\n".join(filter(None, (line.strip() for line in value.splitlines())))
        return super().to_python(value)


class Completed(AutocompleteSelect):
    """Django's own completion, which also survives input that is no id. The script names its box for screen readers."""

    @property
    def media(self) -> forms.Media:
        return super().media + forms.Media(js=["admin/js/autocomplete.js", "relations/admin.js"])  # in this order

    def optgroups(self, name: str, value: Sequence[str], attr: dict[str, Any] | None = None) -> Any:
        field: Any = self.field
        return super().optgroups(name, [choice for choice in value if is_key(field.target_field, choice)], attr)


def is_key(key: Any, choice: str) -> bool:
    """Tests if the text can be a key of the column."""
    try:
        key.clean(choice, None)
    except ValidationError:
        return False
    return "\x00" not in choice


def choices_of_array(db_field: Any) -> forms.Field | None:
    """Checkboxes for an array with choices, lines for one without; None for other columns."""
    if not isinstance(db_field, ArrayField):
        return None
    base, help_text = db_field.base_field, db_field.help_text
    common: dict[str, Any] = {"label": field_label(db_field), "required": not db_field.blank}
    if base.choices:
        boxes = forms.CheckboxSelectMultiple
        return forms.MultipleChoiceField(choices=base.choices, widget=boxes, help_text=help_text, **common)
    help_text = f"{help_text or db_field.verbose_name}: one per line"
    return OnePerLine(forms.CharField(max_length=base.max_length), help_text=help_text, **common)


# --- a country: a select of all, which `country.js` replaces by a combobox ------------------------------------------

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

    # As Django's own, which includes two more templates for each of the 252 options: a quarter of a form's time.
    template_name = "admin/relations/country_select.html"

    class Media:
        js = COUNTRY_PICKER

    def __init__(self, attrs: dict[str, Any] | None = None, **kwargs: Any) -> None:
        super().__init__({"class": "tracker-country", **(attrs or {})}, **kwargs)

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        groups = context["widget"]["optgroups"]
        return {**context, "groups": [(group, _written(options)) for group, options, _index in groups]}


def _written(options: Sequence[Mapping[str, Any]]) -> SafeString:
    return mark_safe("".join(map(_option, options)))  # noqa: S308  # each is escaped


def _option(option: Mapping[str, Any]) -> str:
    selected = " selected" if option["selected"] else ""
    return f'\n  <option value="{escape(str(option["value"]))}"{selected}>{escape(option["label"])}</option>'


class _ByKind(ModelChoiceIterator):  # type: ignore[type-arg]  # generic in the stubs only
    def __iter__(self) -> Iterator[Any]:
        if self.field.empty_label is not None:
            yield "", self.field.empty_label
        rows = sorted(current_country_index().by_code.values(), key=lambda each: (_group(each), _in_latin(each.name)))
        for group, countries in groupby(rows, key=_group):
            yield _GROUPS[group], [self.choice(country) for country in countries]


_in_latin = cache(anyascii)


def _group(country: Country) -> int:
    if country.to_year is not None:
        return 2
    return 1 if country.kind == CountryKind.TERRITORY else 0


class CountryField(forms.ModelChoiceField):  # type: ignore[type-arg]  # generic in the stubs only
    """One country of all, offered by kind and name."""

    widget = CountrySelect
    iterator = _ByKind
