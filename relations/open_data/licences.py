"""Licences of sources: which of them let a copy be redistributed by anybody, changed and for any purpose.

A licence that is not known to allow it is taken to forbid it. A source without any licence is quoted: its text is never
part of a package, a short quotation with its address is.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

_CC = "https://creativecommons.org/licenses"
_VERSION = r"(?:[ -/](?P<version>[1-4]\.0))?(?: (?:international|unported|igo))?/?"
_QUOTED = "none( given)?( *[;,(].*)?"
_OPEN: tuple[tuple[str, str], ...] = (
    (r"cc0\b.*|creative commons zero.*", "https://creativecommons.org/publicdomain/zero/1.0/"),
    (r"public domain\b.*|us government work.*", "https://creativecommons.org/publicdomain/mark/1.0/"),
    (rf"(?:cc[ -]by|creative commons attribution|{_CC}/by){_VERSION}", f"{_CC}/by/{{version}}/"),
    (rf"(?:cc[ -]by[ -]sa|creative commons attribution[ -]share[ -]?alike|{_CC}/by-sa){_VERSION}",
     f"{_CC}/by-sa/{{version}}/"),
    (r"(?:ogl|open government licen[cs]e)\b.*",
     "https://www.nationalarchives.gov.uk/doc/open-government-licence/version/3/"),
    (r"reuse with attribution \(decision 2011/833/eu\)", "https://eur-lex.europa.eu/eli/dec/2011/833/oj"),
    (r"mit(?: licen[cs]e)?(?: \(.*\))?", "https://opensource.org/license/mit"),
    (r"apache(?:[ -]licen[cs]e)?[ ,-]*(?:version )?2\.0", "https://www.apache.org/licenses/LICENSE-2.0"),
    (r"odbl\b.*|open database licen[cs]e.*", "https://opendatacommons.org/licenses/odbl/1-0/"),
    (r"odc[ -]by\b.*", "https://opendatacommons.org/licenses/by/1-0/"),
    (r"pddl\b.*", "https://opendatacommons.org/licenses/pddl/1-0/"),
    (r"(?:dl-de[/-]by|datenlizenz deutschland namensnennung)\b.*", "https://www.govdata.de/dl-de/by-2-0"),
    (r"(?:etalab|licence ouverte)\b.*", "https://www.etalab.gouv.fr/licence-ouverte-open-licence/"),
    (r"facts, compiled; each row names its page", ""),
)  # fmt: skip
"""The words of open licences, and the address of each text; empty where there is none."""
_RESTRICTED = re.compile(
    r"non-?commercial|\bnc\b|no[- ]?deriv|\bnd\b|academic|all rights|not for|except|\bonly\b", re.IGNORECASE
)


def address_of(licence: str) -> str | None:
    """The address of an open licence's text, empty for a quoted source; None if the licence forbids redistribution."""
    words = " ".join(licence.split())
    if not words or re.fullmatch(_QUOTED, words, re.IGNORECASE):
        return ""
    if _RESTRICTED.search(words):
        return None
    for pattern, address in _OPEN:
        if match := re.fullmatch(pattern, words, re.IGNORECASE):
            return address.format(version=match.groupdict().get("version") or "4.0")
    return None


def forbidding(licences: Iterable[str]) -> list[str]:
    """The licences among these that forbid redistribution, or are not known to allow it."""
    return sorted({one for one in licences if address_of(one) is None})
