"""Form fields of text in several lines, of arrays, and with completion."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.contrib.admin.widgets import AdminTextareaWidget, AutocompleteSelect
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.forms import SimpleArrayField
from django.core.exceptions import ValidationError

from relations.admin.fact_display import field_label


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
