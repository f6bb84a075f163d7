"""A picture as a response: SVG as it is, or rendered to PNG."""

from __future__ import annotations

import hashlib
import re
from functools import lru_cache
from html import escape
from importlib.resources import files

import resvg_py
from anyascii import anyascii
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.cache import get_conditional_response, patch_vary_headers
from django.utils.http import quote_etag
from django.utils.translation import get_language

from relations.text.xml import xml_text

WIDTH = 1200
"""Pixels of every PNG."""
_FONTS = [str(files("font_source_sans_pro") / f"files/SourceSansPro-{face}.ttf") for face in ("Regular", "Semibold")]
_FAMILY = "Source Sans Pro"
_NOT_IN_THE_FONT = re.compile("[^\x00-\u052f\u1d00-\u218f\u2190-\u2193\ufffd]+")
"""Scripts other than Latin, Greek and Cyrillic."""


def picture(request: HttpRequest, svg: str, form: str) -> HttpResponseBase:
    """The picture with an ETag of its content; 304, without rendering, where the reader has it."""
    svg = xml_text(svg)
    tag = quote_etag(hashlib.sha256(f"{form} {resvg_py.__version__} {svg}".encode()).hexdigest()[:32])
    headers = {"ETag": tag, "Cache-Control": "no-cache", "Content-Language": get_language() or "en"}
    empty = HttpResponse(headers=headers)
    conditional = get_conditional_response(request, etag=tag, response=empty)
    if conditional is not empty and conditional is not None:
        response: HttpResponseBase = conditional
    elif form == "png":
        response = HttpResponse(png(svg), content_type="image/png", headers=headers)
    else:
        response = HttpResponse(svg, content_type="image/svg+xml; charset=utf-8", headers=headers)
    patch_vary_headers(response, ["Accept-Language", "Cookie"])
    return response


@lru_cache(maxsize=64)
def png(svg: str, width: int = WIDTH) -> bytes:
    """The PNG of an SVG. Scripts that the font lacks are in Latin letters. Raises `ValueError` for no SVG."""
    readable = _NOT_IN_THE_FONT.sub(lambda character: escape(anyascii(character[0])), svg)
    return resvg_py.svg_to_bytes(
        svg_string=readable, width=width, skip_system_fonts=True, font_files=_FONTS, font_family=_FAMILY,
        sans_serif_family=_FAMILY,
    )  # fmt: skip
