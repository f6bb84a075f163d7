"""Content of the page of a pair, read back from its HTML."""

from typing import Any

from tests.web.conftest import html_of

type Shown = dict[str, Any]


def text(element: Any) -> str:
    return " ".join(element.text_content().split())


def status_of(block: Any) -> Shown:
    """A status without the programmes inside it."""
    (value,) = block.cssselect(":scope > .status-value")
    chips = value.cssselect(".chip")
    return {
        "title": text(block.cssselect(":scope > .status-title")[0]),
        "tone": next(name for name in chips[0].get("class").split() if name.startswith("tone-")),
        "word": text(chips[0]),
        "disputed": len(chips) == 2,
        "holder": "".join(text(each) for each in value.cssselect("strong")),
        "quiet": [text(each) for each in block.cssselect(":scope > p.quiet")],
        "parts": [status_of(part) for part in block.cssselect(":scope > details > .status")],
    }


def shown(response: Any) -> dict[str, Any]:
    html = html_of(response)
    return {
        "relations": [status_of(block) for block in html.cssselect(".both > .status")],
        "lanes": [
            [status_of(block) for block in lane.cssselect(":scope > .status")] for lane in html.cssselect(".lane")
        ],
    }
