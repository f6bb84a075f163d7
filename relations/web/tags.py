"""Template tags of the frame and of pictures: the release, chips, colours, structured data."""

from __future__ import annotations

import datetime as dt
import re
from functools import cache
from typing import Any
from urllib.parse import urlsplit

from django import template
from django.conf import settings
from django.db import DatabaseError
from django.template.loader import render_to_string
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from relations.web.docs.library import library
from relations.web.markup import chip, outlines, status_cell, status_chips
from relations.web.pictures.drawing import colours
from relations.web.search.nearest import nearest_places
from relations.web.structured_data import as_text
from relations.web.tones import TONES, apart, classes
from relations.web.words import date_in_words, day_in_words, in_figures, linkable, value_in_words

register = template.Library()


@register.simple_block_tag
def captured(content: str) -> str:
    """The content of the block under a name, to be written more than once."""
    return content


@register.simple_tag
def version() -> str:
    return settings.VERSION


@register.simple_tag
def nearest_pages(path: str) -> list[tuple[str, str, str]]:
    """Addresses and titles of documentation, pairs and countries that an address that does not exist may have meant.

    The language of a title is empty where it is the reader's.
    """
    documents = [(page.address, page.title, "en") for page in library().nearest(path)]
    try:
        return documents or [(*place, "") for place in nearest_places(path)]
    except DatabaseError:  # the page of an error is shown also without a database
        return []


@register.simple_tag
@cache
def shapes() -> SafeString:
    """The shapes of all tones, once a page: chips and matrices refer to them."""
    return mark_safe(render_to_string("web/shapes.svg", {"tones": TONES}))  # noqa: S308  # our own template


@register.simple_tag
def colour(tone: str) -> str:
    """The colour of a tone in pictures, which know no stylesheet."""
    base, last = apart(tone)
    return colours()[last or base]


register.filter("tone_classes", classes)
register.filter(linkable)
register.filter("in_words", value_in_words)
register.filter("date_in_words", date_in_words)
for tag in (chip, status_cell, status_chips, outlines):
    register.simple_tag(tag)


@register.simple_tag
def json_ld(data: Any) -> SafeString:
    """JSON-LD as the content of a script element: data, which no browser runs."""
    return mark_safe(as_text(data))  # noqa: S308  # without <, > and &


@register.filter
def number(count: int) -> str:
    return in_figures(count)


@register.filter
def day(date: dt.date | None) -> str:
    return day_in_words(date) if date else ""


@register.filter
def host(url: str) -> str:
    """`https://example.org/a/b` -> `example.org`."""
    return urlsplit(url).hostname or url


@register.filter
def with_code(text: str) -> SafeString:
    """A sentence as HTML, where what is between backticks is code."""
    return mark_safe(re.sub(r"`([^`]+)`", r"<code>\1</code>", escape(text)))  # noqa: S308  # escaped before
