"""How many parties a list names under a programme, and where they are to be read."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any
from urllib.parse import quote, urlencode

from relations.models.designations import ListProgramme
from relations.queries.titles import ListProgrammes


def listed_bodies(
    words: ListProgrammes, count: Callable[[ListProgramme], int], *, site: str, as_of: dt.date | None = None,
    known_at: dt.datetime | None = None,
) -> dict[str, dict[str, Any]]:  # fmt: skip
    """`{"count": …, "url": …}` by the programme's id; with `&count=1` the URL counts the same.

    `as_of` and `known_at` are what was counted for, None for today and for now.
    """
    return {
        part: {"count": count(word), "url": _url(word, site=site, as_of=as_of, known_at=known_at)}
        for part, word in words.items()
    }


def _url(word: ListProgramme, *, site: str, as_of: dt.date | None, known_at: dt.datetime | None) -> str:
    asked = {"list": word[0], "programme": word[1], "current": "true"}
    if as_of is not None:
        asked["as_of"] = as_of.isoformat()
    if known_at is not None:
        asked["known_at"] = f"{known_at.astimezone(dt.UTC).replace(tzinfo=None).isoformat()}Z"
    return f"{site}/api/designations/?{urlencode(asked, quote_via=quote)}"
