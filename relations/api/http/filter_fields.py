"""Values of a filter in the query."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms

from relations.errors import Refused
from relations.representation.references import Excluded


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
            raise forms.ValidationError("Values must not contain NUL bytes.")
        if self.negatable and text.startswith("!"):
            value = self._converted(text[1:])
            if isinstance(value, Excluded):
                raise forms.ValidationError(f"{text[:40]!r} is negated twice: write one exclamation mark.")
            return Excluded(value)
        try:
            return self.convert(text)
        except ValueError as error:
            raise forms.ValidationError(str(error)) from error
        except Refused as refusal:
            raise forms.ValidationError(refusal.detail) from refusal
