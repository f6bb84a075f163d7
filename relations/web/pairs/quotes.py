"""Quotes with markup as a person reads them: the register of chiefs of mission is XML, and its quotes are exact."""

from __future__ import annotations

import html
import re

_TAG = re.compile(r"<(?P<end>/?)(?P<name>[\w.:-]+)(?:\s[^<>]*?)?(?P<empty>/?)>")
_NAMED = 2
"""Levels of elements that name a part: `started date`; markup within a note does not."""


def words_of(quote: str) -> str:
    """`<started><date>2017</date><note/></started>` -> `started date: 2017`; a quote without markup as it is.

    Every word is the quote's own, in its order; what is left out are brackets, blanks and empty elements.
    """
    if "</" not in quote and "/>" not in quote:
        return quote
    names: list[str] = []
    parts: list[tuple[str, str]] = []
    place = 0
    for tag in [*_TAG.finditer(quote), None]:
        text = " ".join(html.unescape(quote[place : tag.start() if tag else None]).split())
        name = " ".join(names[:_NAMED])
        if text and parts and parts[-1][0] == name and names:
            parts[-1] = name, f"{parts[-1][1]} {text}"
        elif text:
            parts.append((name, text))
        if tag is None:
            break
        place = tag.end()
        if tag["end"]:
            del names[-1:]
        elif not tag["empty"]:
            names.append(tag["name"])
    return "; ".join(f"{name}: {text}" if name else text for name, text in parts)
