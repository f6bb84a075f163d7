"""Number of parties that a list names under a programme, with a link to them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, urlencode

from relations.dates import moment_text
from relations.models.designations import ListProgramme
from relations.queries.titles import ListProgrammes


def designation_bodies(
    programmes: ListProgrammes, counts: Mapping[ListProgramme, int], *, site: str, as_of: dt.date | None = None,
    known_at: dt.datetime | None = None,
) -> dict[str, dict[str, Any]]:  # fmt: skip
    """`{"count": …, "url": …}` by the programme's id; with `&count=1` the URL counts the same.

    `as_of` and `known_at` are those of the counts; None for today and for now.
    """
    return {
        part: {"count": counts[programme], "url": _url(programme, site=site, as_of=as_of, known_at=known_at)}
        for part, programme in programmes.items()
    }


def _url(programme: ListProgramme, *, site: str, as_of: dt.date | None, known_at: dt.datetime | None) -> str:
    query = {"list": programme[0], "programme": programme[1], "current": "true"}
    if as_of is not None:
        query["as_of"] = as_of.isoformat()
    if known_at is not None:
        query["known_at"] = moment_text(known_at)
    return f"{site}/api/designations/?{urlencode(query, quote_via=quote)}"
