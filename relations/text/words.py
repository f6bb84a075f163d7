"""The tables of `words.toml`: light and common words, legal forms, variants."""

from __future__ import annotations

import tomllib
from importlib import resources

_TABLES = tomllib.loads((resources.files(__package__) / "words.toml").read_text("utf-8"))


def _words(key: str) -> frozenset[str]:
    return frozenset(_TABLES[key].split())


TITLES = _words("titles")
LIGHT = TITLES | _words("particles")
GENERIC, COMMON = _words("generic"), _words("common")

FORM_OF = {word: form for form, words in _TABLES["forms"].items() for word in words.split()}
PHRASES = [(tuple(phrase.split()), form) for form, phrases in _TABLES["phrases"].items() for phrase in phrases]
WRITTEN_FORMS = dict(
    sorted(((text, form) for form, texts in _TABLES["written"].items() for text in texts), key=lambda one: -len(one[0]))
)

_GROUPS = [line.split() for lines in _TABLES["variants"].values() for line in lines.strip().splitlines()]
VARIANT_OF = {word: group[0] for group in _GROUPS for word in group}
"""The first word of the group that a word belongs to."""
