"""Errors in the markup of a page, of which browsers say nothing."""

import re
from collections import Counter
from collections.abc import Iterator
from functools import cache
from typing import Any

import lxml.html

from tests.web.relations import select

VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
SHAPES = {"path", "circle", "rect", "use", "line"}
"""Elements of SVG that close themselves."""

_TAG = re.compile(r"""<!--.*?-->|<(/?)([a-z][^\s/>]*)((?:[^"'>]++|"[^"]*"|'[^']*')*+)>""", re.DOTALL | re.IGNORECASE)
_ATTRIBUTE = re.compile(r"""([^\s"'>/=]+)(?:\s*=\s*(?:"[^"]*"|'[^']*'|[^\s"'>]+))?""")


@cache
def _has_twice(attributes: str) -> bool:
    """Pages have many tags in common, of the frame and of tables."""
    names = _ATTRIBUTE.findall(attributes)
    return len(names) != len(set(names))


def not_closed(text: str) -> Iterator[str]:
    """Elements that are not closed in the order in which they were opened, and attributes that a tag has twice."""
    opened: list[str] = []
    for found in _TAG.finditer(text):
        ends, tag, rest = found.groups()
        if not tag:
            continue  # a comment
        if ends:
            if not opened or opened.pop() != tag:
                yield f"</{tag}> at {found.start()}"
            continue
        if _has_twice(rest):
            yield f"an attribute twice on <{tag}>"
        if rest.endswith("/"):
            if tag not in VOID | SHAPES:
                yield f"<{tag}/>"
        elif tag not in VOID:
            opened.append(tag)
    yield from opened


def wrong_in_markup(text: str, html: Any = None) -> Iterator[str]:
    """Everything that is wrong with a page; `html` is the same text parsed, where the caller has it."""
    yield from not_closed(text)
    html = lxml.html.document_fromstring(text) if html is None else html
    ids = Counter(html.xpath("//@id"))
    yield from sorted(f"id {each} twice" for each, times in ids.items() if times > 1)
    yield from (f"{len(found)} h1" for found in [select(html, "h1")] if len(found) != 1)
    yield from (f"label for {each.get('for')}" for each in html.iter("label") if each.get("for") not in ids)
    yield from ("an image without alt" for each in html.iter("img") if each.get("alt") is None)
    yield from (f"no {each}" for each in html.xpath("//@aria-labelledby") if each not in ids)
    if not select(html, "main :is(h1, h2, h3, h4, h5)"):
        yield "no heading"
