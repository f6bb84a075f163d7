"""Regular expressions (ECMA 262) of texts in requests, for the OpenAPI document: the rules of a text by itself.

The calendar is among them. Which countries there are, and what fits together, is not.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from relations.codes import DIRECTED, TRACKS, TrackKind
from relations.text.faults import HIDDEN

_YEAR = r"(?:\d{3}[1-9]|\d\d[1-9]\d|\d[1-9]\d\d|[1-9]\d{3})"
_LEAP_YEAR = r"(?:\d\d(?:0[48]|[2468][048]|[13579][26])|(?:0[48]|[2468][048]|[13579][26])00)"
_MONTH = r"(?:0[1-9]|1[0-2])"
_IN_ANY_YEAR = (
    r"(?:(?:0[13578]|1[02])-(?:0[1-9]|[12]\d|3[01])|(?:0[469]|11)-(?:0[1-9]|[12]\d|30)|02-(?:0[1-9]|1\d|2[0-8]))"
)
_DAY = f"(?:{_YEAR}-{_IN_ANY_YEAR}|{_LEAP_YEAR}-02-29)"
_TIME = r"[Tt](?:[01]\d|2[0-3]):[0-5]\d(?::[0-5]\d(?:\.\d{1,9})?)?(?:[Zz]|[+-](?:[01]\d|2[0-3]):?[0-5]\d)"
_DECADE = r"(?:(?:\d\d[1-9]|\d[1-9]\d|[1-9]\d\d)X|(?:\d[1-9]|[1-9]\d)XX)"
_DATE = f"(?:{_DAY}|{_YEAR}(?:-{_MONTH}(?:-XX)?|-XX)?|{_DECADE})[~?%]?"
_EDTF = rf"(?:{_DATE}|\[(?:{_DATE})?\.\.{_DATE}\])"
_BLANK = r"\s\u001c-\u001f\u0085"
"""Blanks as Python strips them; some of them are none to ECMA's own class."""
_COUNTRY = "[A-Za-z]{2,3}"
_SIDES = f"{_COUNTRY}>{_COUNTRY}"
_TRACK = "|".join(
    (
        *TrackKind.values,
        *(f"{kind}:{_SIDES}" + (r"(?::(?:-|[1-9]\d{0,17}))?" if TRACKS[kind].part else "") for kind in DIRECTED),
    )
)


def whole(expression: str) -> str:
    return f"^(?:{expression})$"


EDTF = whole(_EDTF)
DAY_OR_MOMENT = whole(f"{_DAY}(?:{_TIME})?")
COUNTRY, PAIR, SIDES, TRACK = whole(_COUNTRY), whole(f"{_COUNTRY}-{_COUNTRY}"), whole(_SIDES), whole(_TRACK)
COUNTRIES, PAIRS, TRACKS_OR_NOT = (whole(f"!?(?:{each})") for each in (_COUNTRY, f"{_COUNTRY}-{_COUNTRY}", _TRACK))
DATES = whole(f"!?{_EDTF}")
DATES_OR_NONE = whole(f"!?(?:{_EDTF}|none)")
IDS_OR_NONE = whole(r"!?(?:\d{1,18}|none)")
KEYS_OR_NONE = whole("!?(?:[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|none)")
REGIME = "^[A-Z0-9]+(-[A-Z0-9]+)*$"
URL = rf"^(?:https?|ftps?)://[^@/?#{HIDDEN}]+(?:[/?#][^{HIDDEN}]*)?$"
HTTPS_URL, HTTP_URL = r"^https://[^\s\u0000]+$", r"^https?://[^\s\u0000]+$"
MESSAGE = whole("(?:msg_)?[0-9a-f]{32}")
SPAN_OF_DAYS = whole(rf"{_DATE}(?:\.\.(?:{_DATE})?)?|\.\.(?:{_DATE})?")
IMO = whole(r"(?:IMO)?\d{7}")
READABLE = r"^[^\u0000\uFFFD]*$"
WITHOUT_NUL = r"^[^\u0000]*$"
_REFUSED = r"\u0000\u202d\u202e"
TEXT = rf"^[^{_REFUSED}]*$"
NOT_BLANK = rf"^[^{_REFUSED}]*[^{_BLANK}{_REFUSED}][^{_REFUSED}]*$"
VISIBLE = "^[!-~]{1,255}$"
"""An `Idempotency-Key`."""

ID = {"type": "integer", "minimum": 1, "maximum": 2**63 - 1}
NUMBER = {"type": "integer", "minimum": 0, "maximum": 2**63 - 1}


def or_empty(pattern: str) -> str:
    return f"^$|{pattern}"


def text_of_filter(*, split: bool, negatable: bool) -> str:
    """A value of a filter: not blank; a comma separates values where the filter splits, and `!` negates one."""
    comma = "," if split else ""
    first = rf"[^{_BLANK}\u0000\uFFFD{comma}{'!' if negatable else ''}]"
    value = rf"[{_BLANK}]*{'!?' if negatable else ''}[{_BLANK}]*{first}[^\u0000\uFFFD{comma}]*"
    return whole(f"{value}(?:,{value})*" if split else value)


def one_of(*words: str) -> str:
    return whole("|".join(map(re.escape, words)))


def some_of(words: Iterable[str]) -> str:
    """Words of a vocabulary, separated by commas."""
    one = f"(?:{'|'.join(map(re.escape, sorted(words)))})"
    return whole(f"{one}(?:,{one})*")
