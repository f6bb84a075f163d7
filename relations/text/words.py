"""The tables of `words.toml`: light and common words, legal forms, variants."""

from __future__ import annotations

import re
import tomllib
from collections import defaultdict
from functools import cache, lru_cache
from importlib import resources

_TABLES = tomllib.loads((resources.files(__package__) / "words.toml").read_text("utf-8"))


def _words(key: str) -> frozenset[str]:
    return frozenset(_TABLES[key].split())


TITLES = _words("titles")
LIGHT = TITLES | _words("particles")

FORM_OF = {word: form for form, words in _TABLES["forms"].items() for word in words.split()}
PHRASES = [(tuple(phrase.split()), form) for form, phrases in _TABLES["phrases"].items() for phrase in phrases]
WRITTEN_FORMS = dict(
    sorted(((text, form) for form, texts in _TABLES["written"].items() for text in texts), key=lambda one: -len(one[0]))
)
RUSSIAN_LETTERS: dict[str, str] = _TABLES["russian_letters"]
ABBREVIATIONS = {letters: words.split() for letters, words in _TABLES["abbreviations"].items()}

_GROUPS = {kind: [line.split() for line in lines.strip().splitlines()] for kind, lines in _TABLES["variants"].items()}
_OF_COMPANIES = _GROUPS["undertakings"] + _GROUPS["places"]
_HEADS = {word: group[0] for groups in _GROUPS.values() for group in groups for word in group}
PLACES = frozenset(group[0] for group in _GROUPS["places"])
GENERIC = _words("generic") | {group[0] for group in _GROUPS["undertakings"]}
COMMON = _words("common")

_ENDING = re.compile(r"(\w{5,}?)[aeiouyj]+(?:kh|[ghmnsv])?[aeiouyj]*")
"""Endings of cases and genders in most languages: `nauchno`, `nauchnaya` and `nauchnogo` are `nauchn`."""


@lru_cache(maxsize=1 << 16)
def group(word: str) -> str:
    """The first word of the group that a word belongs to, or ""; endings of the words of undertakings do not matter."""
    return _HEADS.get(word) or _by_stem().get(_stem(word), "")


def _stem(word: str) -> str:
    match = _ENDING.fullmatch(word)
    return match[1] if match else word


@cache
def _by_stem() -> dict[str, str]:
    """First words of groups by stems that no other group has."""
    heads_of: defaultdict[str, set[str]] = defaultdict(set)
    for group in _OF_COMPANIES:
        for word in group:
            heads_of[_stem(word)].add(group[0])
    return {stem: heads.pop() for stem, heads in heads_of.items() if len(heads) == 1}
