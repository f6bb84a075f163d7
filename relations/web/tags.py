"""Template tags of the frame: the release, and the chip of a status."""

from __future__ import annotations

from django import template
from django.conf import settings
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

register = template.Library()

TONES = ("severe", "partial", "calm", "none", "unknown", "stale", "disputed")
"""Each has a colour in `tokens.css` and a shape in `web/chip.html`."""


@register.simple_tag
def version() -> str:
    return settings.VERSION


@register.simple_tag
def chip(tone: str, word: str) -> SafeString:
    """A status as word, shape and colour. Raises `ValueError` for a tone that has no shape."""
    if tone not in TONES:
        raise ValueError(f"{tone!r} is none of {', '.join(TONES)}.")
    return render_to_string("web/chip.html", {"tone": tone, "word": word})
