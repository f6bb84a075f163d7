"""Labels of vocabularies, as people read them."""

from __future__ import annotations

from enum import property as enum_property

from django.db.models import TextChoices


class Vocabulary(TextChoices):
    """Words whose labels are in sentence case, where none is given: `interests_section` is "Interests section"."""

    @enum_property
    def label(self) -> str:
        given, by_name = str(self._label_), self.name.replace("_", " ")
        return given if given != by_name.title() else by_name.capitalize()
