"""Refused parameters of a page, with what was probably meant."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from django.http import QueryDict
from django.utils.translation import gettext as _

from relations.web.search.nearest import nearest_words

LONGEST_SHOWN = 40


@dataclass(frozen=True, slots=True)
class Wrong:
    """A refused parameter, in a sentence, and what was probably meant, each with the query that asks for it."""

    name: str
    says: str
    nearest: Sequence[tuple[str, str]] = ()


def no_filter(name: str) -> str:
    return _("There is no filter “%(name)s” here.") % {"name": name[:LONGEST_SHOWN]}


def no_value(text: str) -> str:
    return _("“%(text)s” is none of the values.") % {"text": text[:LONGEST_SHOWN]}


def wrong_word(query: QueryDict, name: str, words: Mapping[str, str]) -> Wrong:
    """A value that is none of the words, with the same query for the nearest of them, or for each."""
    text, others = query.get(name, ""), {key: value for key, value in query.items() if key != name and value}
    near = nearest_words(text, tuple(words)) or tuple(words)
    return Wrong(name, no_value(text), [(words[one], urlencode({**others, name: one})) for one in near])


def wrong_names(query: QueryDict, known: Collection[str]) -> list[Wrong]:
    """Parameters that a page does not have, each with the same query without it."""
    return [
        Wrong("", no_filter(name), [(_("without it"), urlencode({k: v for k, v in query.items() if k != name}))])
        for name in query if name not in known
    ]  # fmt: skip
