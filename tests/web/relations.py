"""Content of the page of a pair, read back from its HTML."""

from functools import cache
from typing import Any

from lxml.cssselect import CSSSelector

from tests.web.conftest import html_of

type Shown = dict[str, Any]


def text(element: Any) -> str:
    return " ".join(element.text_content().split())


_selector = cache(lambda css: CSSSelector(css, translator="html"))


def select(element: Any, css: str) -> list[Any]:
    """`cssselect` of a selector that many pages are asked for: lxml would compile it each time."""
    found: list[Any] = _selector(css)(element)
    return found


def status_of(block: Any) -> Shown:
    """A status without the programmes inside it."""
    (value,) = select(block, ":scope > .status-value")
    chips = select(value, ".chip")
    return {
        "title": text(select(block, ":scope > .status-title")[0]),
        "tone": next(name for name in chips[0].get("class").split() if name.startswith("tone-")),
        "word": text(chips[0]),
        "disputed": len(chips) == 2,
        "holder": "".join(text(each) for each in select(value, "strong")),
        "quiet": [text(each) for each in select(block, ":scope > p.quiet")],
        "parts": [status_of(part) for part in select(block, ":scope > details > .status")],
    }


def shown(response: Any) -> dict[str, Any]:
    html = html_of(response)
    return {
        "relations": [status_of(block) for block in select(html, ".both > .status")],
        "lanes": [[status_of(block) for block in select(lane, ":scope > .status")] for lane in select(html, ".lane")],
    }
