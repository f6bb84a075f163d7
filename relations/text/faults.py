"""Faults of a text or an address: what cannot be stored, or shows a reader something else than is there."""

from __future__ import annotations

import re
import unicodedata
from urllib.parse import urlsplit

_SURROGATE = re.compile("[\ud800-\udfff]")
_OVERRIDE = re.compile("[\u202d\u202e]")
HIDDEN = (
    r"\s\u0000-\u0020\u007f-\u00a0\u00ad\u034f\u0600-\u0605\u061c\u06dd\u070f\u0890\u0891\u08e2\u115f\u1160\u17b4\u17b5"
    r"\u180b-\u180f\u200b-\u200f\u2028-\u202e\u2060-\u206f\u2800\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff9-\ufffb"
)
"""Blanks, controls, formats, fillers and selectors of variants, for a class of a regular expression (ECMA 262 too)."""
_HIDDEN = re.compile(rf"[{HIDDEN}\U000e0000-\U000e0fff]")


def is_storable(text: str) -> bool:
    """PostgreSQL stores no NUL, and UTF-8 has no bytes for half a surrogate pair."""
    return "\x00" not in text and not _SURROGATE.search(text)


def fault_of_text(text: str) -> str:
    """The reason why a text is refused; empty for none.

    An override (U+202D, U+202E) reverses the letters after it on the screen and nothing else: Arabic and Hebrew are
    written without. The other direction marks stay.
    """
    if not is_storable(text):
        return "NUL bytes and lone surrogates cannot be stored."
    if override := _OVERRIDE.search(text):
        return f"It contains {_named(override[0])}, which shows the letters after it in another order: leave it out."
    return ""


def fault_of_address(url: str) -> str:
    """The reason why no source has this address, apart from its form; empty for none.

    A password in it would be published. RFC 3987 (section 4.1) has no direction marks in an address, and what else has
    no shape makes two addresses look like one.
    """
    if hidden := _HIDDEN.search(url):
        return f"An address has no invisible {_named(hidden[0])}: leave it out, or write it percent-encoded."
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return "An address has a host, and a port from 1 to 65535 if any."
    if port == 0:
        return "An address has a host, and a port from 1 to 65535 if any."
    return "An address has no user name or password before its host: it is published." if "@" in parts.netloc else ""


def _named(letter: str) -> str:
    name = unicodedata.name(letter, "").lower()
    return f"U+{ord(letter):04X}" + (f" ({name})" if name else "")
