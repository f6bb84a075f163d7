"""Official lists inside other objects: what a reuse of their records has to name."""

from __future__ import annotations

from functools import cache
from typing import Annotated, TypedDict

from relations.codes.list_descriptions import list_description


class OfficialListRef(TypedDict):
    """A list with its licence, and the address from which its (first) file is fetched."""

    title: str
    publisher: str
    licence: str
    url: Annotated[str | None, {"format": "uri"}, "null for a list that is published at no known address"]


@cache
def official_list_ref(code: str) -> OfficialListRef:
    described = list_description(code)
    return {
        "title": described["title"],
        "publisher": described["publisher"],
        "licence": described["licence"],
        "url": described["files"][0].get("url"),
    }
