"""Limits of the filters of one request together, each filter being within its own."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from relations.api.http.any_of import AnyOf
from relations.errors import BadParameter

MAX_VALUES_IN_ALL = 300
"""Most values of all filters of a request together."""
MAX_TEXTS, MAX_TEXTS_IN_ALL, MAX_CHARACTERS = 5, 10, 200
"""Texts to search for, each of which is looked for in every row that nothing else rules out; and how long one is."""
_TRIGRAM = re.compile(r"[^\W_]{3}")


def refuse_too_many(asked: Mapping[str, list[Any]], filters: Mapping[str, AnyOf]) -> None:
    """Refuses filters that are too costly together; names the largest."""
    texts = {name: given for name, given in asked.items() if filters[name].longest is not None}
    short = {
        name: [text for text in given if not _TRIGRAM.search(text)]
        for name, given in texts.items()
        if filters[name].is_indexed
    }
    for given, most, what in (
        (asked, MAX_VALUES_IN_ALL, "values of filters"),
        (texts, MAX_TEXTS_IN_ALL, "texts to search for"),
        (short, 1, "text without three letters or digits in a row"),
    ):
        count = sum(map(len, given.values()))
        if count > most:
            why = f"A request takes at most {most} {what} in all, not {count}: ask in several requests."
            raise BadParameter(field=max(given, key=lambda name: len(given[name])), why=why)
