"""Headers that an owner adds to the messages of a subscription: checked, and encrypted like its secrets."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import orjson

from relations.delivery.signing import decrypt, encrypt
from relations.errors import Invalid

MOST, LONGEST_NAME, LONGEST_VALUE, MOST_BYTES = 10, 64, 1024, 4096
NAME = rf"^[!#$%&'*+.^_`|~0-9A-Za-z-]{{1,{LONGEST_NAME}}}$"
"""A token of RFC 9110, 5.6.2."""
VALUE = rf"^[!-~](?:[ -~]{{0,{LONGEST_VALUE - 2}}}[!-~])?$"
_NAME, _VALUE = re.compile(NAME), re.compile(VALUE)
_FORBIDDEN = re.compile(
    "(content|webhook|proxy|sec)-.*|host|connection|keep-alive|te|trailer|transfer-encoding|upgrade|expect|user-agent"
    "|accept|accept-encoding|date|via|forwarded"
)
"""Headers that belong to the message, to its signature or to the connection."""


def parse_headers(values: Mapping[str, Any]) -> dict[str, str]:
    """The headers, as they will be sent. Raises `Invalid`, without the value of any."""
    if len(values) > MOST:
        raise _invalid(f"There are at most {MOST} headers.")
    if len({name.lower() for name in values}) < len(values):
        raise _invalid("A header has one value: names do not differ by case alone.")
    for name, value in values.items():
        if not _NAME.fullmatch(name):
            raise _invalid(
                f"{name[:40]!r} is no name of a header: letters, digits and hyphens, {LONGEST_NAME} at most.", at=name
            )
        if _FORBIDDEN.fullmatch(name.lower()):
            raise _invalid(f"{name!r} is not yours to set: it belongs to the message or to the connection.", at=name)
        if not isinstance(value, str) or not _VALUE.fullmatch(value):
            why = f"is not 1 to {LONGEST_VALUE} printable ASCII characters, no space at either end."
            raise _invalid(f"The value of {name!r} {why}", at=name)
    if sum(len(name) + len(value) for name, value in values.items()) > MOST_BYTES:
        raise _invalid(f"The headers together have more than {MOST_BYTES} bytes.")
    return dict(values)


def seal_headers(headers: Mapping[str, str]) -> bytes | None:
    return encrypt(orjson.dumps(headers)) if headers else None


def open_headers(sealed: bytes | None, *, subscription: int) -> dict[str, str]:
    """Raises `SecretsLocked` if the key that encrypted them is gone."""
    return orjson.loads(decrypt(sealed, subscription=subscription)) if sealed else {}


def _invalid(why: str, *, at: str | None = None) -> Invalid:
    place = "" if at is None else "/" + at.replace("~", "~0").replace("/", "~1")
    return Invalid(field=f"headers{place}", why=why)
