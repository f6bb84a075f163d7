"""Form fields for what the tracker's columns hold."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.contrib.admin.widgets import AdminTextareaWidget, AutocompleteSelect
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.forms import SimpleArrayField
from django.core.exceptions import ValidationError


class Lines(forms.CharField):
    """Text of several lines. Browsers send every line end as CRLF; what is stored has LF, as it was typed or pasted."""

    widget = AdminTextareaWidget

    def to_python(self, value: Any) -> str:
        return (super().to_python(value) or "").replace("\r\n", "\n")


class OnePerLine(SimpleArrayField):
    """Several short texts, each on a line of its own: a number or a class of visas may hold a comma."""

    widget = forms.Textarea(attrs={"rows": 3, "cols": 40})

    def __init__(self, base_field: forms.Field, **kwargs: Any) -> None:
        super().__init__(base_field, delimiter="\n", **kwargs)

    def to_python(self, value: Any) -> Any:
        if isinstance(value, str):
            value = "\n".join(filter(None, (line.strip() for line in value.splitlines())))
        return super().to_python(value)


class Completed(AutocompleteSelect):
    """Django's own completion, which shows again what was chosen before: nothing where that is no id at all. Its box
    gets the name of the field, which a screen reader would not find."""

    @property
    def media(self) -> forms.Media:
        return super().media + forms.Media(js=["admin/js/autocomplete.js", "relations/admin.js"])  # in this order

    def optgroups(self, name: str, value: Sequence[str], attr: dict[str, Any] | None = None) -> Any:
        field: Any = self.field
        return super().optgroups(name, [choice for choice in value if _may_be(field.target_field, choice)], attr)


def _may_be(key: Any, choice: str) -> bool:
    try:
        key.clean(choice, None)
    except ValidationError:
        return False
    return "\x00" not in choice


def choices_of_array(db_field: Any) -> forms.Field | None:
    """A box to tick for each word of an array's vocabulary, or lines where it has none; None for other columns."""
    if not isinstance(db_field, ArrayField):
        return None
    told: dict[str, Any] = {"required": not db_field.blank, "help_text": db_field.help_text}
    told["label"] = str(db_field.verbose_name).capitalize()
    base = db_field.base_field
    if base.choices:
        return forms.MultipleChoiceField(choices=base.choices, widget=forms.CheckboxSelectMultiple, **told)
    told["help_text"] = f"{db_field.help_text or db_field.verbose_name}: one on each line"
    return OnePerLine(forms.CharField(max_length=base.max_length), **told)
