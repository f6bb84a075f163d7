"""The words of the World Factbook: dates, titles and names."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable

from relations import dates
from relations.errors import RecordRefused
from relations.importers.engine.text_parsing import MONTH, to_edtf

_LOOSELY = r"(?:late |mid-|mid |early |spring |summer |autumn |fall |winter |NA )"
DATE = (
    rf"{_LOOSELY}?(?:\d{{4}}-\d\d-\d\d|"
    rf"\d{{1,2}}(?:st|nd|rd|th)? ?{MONTH}\.?,? ?\d{{4}}|{MONTH}\.? \d{{1,2}},? \d{{4}}|{MONTH}\.?,? ?\d{{4}}|\d{{4}})"
)
"""A date as the Factbook writes it: `23 February 2015`, `September 9, 2011`, `late January 2018`, `July 2017`."""

NAME = r"[^;()]+?"

_ACTING = r"(?:acting|interim|ad interim|a\.i\.)"
_SINCE = re.compile(
    rf"\(\s*(?P<acting>{_ACTING},?\s+)?(?:(?:since|from)\s+)?(?P<date>{DATE})\s*(?:[-–]\s*present\s*)?"
    r"(?P<more>[;,][^()]*)?(?:\)|$)"
    rf"|,? since (?P<bare>{DATE})\s*$",
    re.IGNORECASE,
)
_UNDATED = re.compile(r"\(\s*since\s+(?:NA|N/A|unknown)?\s*\)", re.IGNORECASE)
_ASIDE = re.compile(r"\s*\((?P<aside>[^()]*)\)")
NO_RELATIONS = re.compile(
    r"\b(?:do(?:es)? not have|(?:have|has|are|with) no) (?:any |formal |official )*diplomatic relations\b",
    re.IGNORECASE,
)
_ELSEWHERE = r"(?:non-?resident\b|(?:resident|resides|residing|based|posted|stationed) (?:in|at)\b)"
_RESIDENT = re.compile(
    rf"[,;]?\s*(?:[-–—]\s*)?(?P<open>\()?\b(?P<where>{_ELSEWHERE}[^();]*?)\s*(?:(?P<close>\))|;\s*|(?=\()|$)",
    re.IGNORECASE,
)
_RESIDENT_NOTE = re.compile(
    rf"\s*(?:(?:he|she|(?:the )?(?:us )?ambassador(?: [^;.()]{{1,60}}?)?) (?:is )?)?{_ELSEWHERE}.*", re.IGNORECASE
)
_VIA = re.compile(r"\bambassador to [^;.()]+ is (?:also )?accredited to\b", re.IGNORECASE)
_ENDED = re.compile(
    r"\b(?:departed|left|until|ended|former|outgoing|resigned|retired|died|deceased|dismissed|removed|withdrawn|recalled"
    r"|expelled|non grata)\b|\b(?:19|20)\d\d(?!-\d\d-)\s*(?:[-–—]|to\b).*\d{4}",
    re.IGNORECASE,
)
_BREAK, _TAG = re.compile(r"<\s*/?\s*(?:br|p|li)\b[^<>]*>", re.IGNORECASE), re.compile(r"<[^<>]*>")
EXCELLENCY = re.compile(r"^(?:(?:his|her) excellency|h\. ?e\.),? ", re.IGNORECASE)
_RANKS = re.compile(
    r",\s*(?:minister(?:[ -]counsell?or)?|counsell?or|(?:first|second|third) secretary|attach[eé]|chief of staff"
    r"|(?:brig\.|maj\.|lt\.)? ?(?:gen|adm|col)\.(?: \(ret\.?\))?)\s*$",
    re.IGNORECASE,
)
_HONOUR = re.compile(
    r"^(?:(?:the )?(?:right )?hono(?:u?rable|\.)|(?:the )?(?:most |right )?reverend|ambassador"
    r"|extraordinary(?: and|,)? plenipotentiary|mr\.|mrs\.|ms\.|dr\.|and"
    r"|(?:interim|acting)?\s?charg[eé] d ?['’] ?affaires(?: a\.? ?i\.?| ad interim)?"
    r"|minister(?:[ -]counsell?or)|counsell?or|(?:first|second|third) secretary|deputy chief of mission"
    r"|\(?(?:interim|acting|a\.i\.)\)?|,? ?e\.p\.)(?:[\s,]+|$)",
    re.IGNORECASE,
)


def plain(text: str) -> str:
    """One line of text without the markup of a page: `Amy&nbsp;DOE<br>note` -> `Amy DOE; note`."""
    text = html.unescape(_TAG.sub(" ", _BREAK.sub("; ", text))) if "<" in text or "&" in text else text
    return " ".join(text.split())


def in_edtf(words: str) -> str:
    """`23 February 2015` -> `2015-02-23`; raises `NotADate` for 31 February and `RecordRefused` for what is no date."""
    words = re.sub(f"^{_LOOSELY}", "", words.strip(), flags=re.IGNORECASE)
    words = re.sub(r"^(\d+)(?:st|nd|rd|th)", r"\1", words)
    on = words if re.fullmatch(r"\d{4}(?:-\d\d-\d\d)?", words) else to_edtf(words)
    if not on:
        raise RecordRefused(why=f"{words!r} is not a date")
    return dates.parse(on).text


def since(text: str) -> tuple[str, str, str]:
    """The text before its date of beginning, that date in EDTF, and the text with it and after it, if there is any.

    "(since 28 March 2018) (2018)" and "(28 December 2016)" occur; the first date in brackets counts. Something in
    brackets that speaks of "since" and is no date is refused.
    """
    text = _UNDATED.sub("", text)
    if match := _SINCE.search(text):
        after = f"{match['acting'] or ''}{match['more'] or ''}{text[match.end() :]}"
        return text[: match.start()].strip(" ,;"), in_edtf(match["date"] or match["bare"]), after
    if re.search(r"\bsince\b", text):
        raise RecordRefused(why=f"the date in {text!r} cannot be read")
    return text.strip(" ,;"), "", ""


def without_asides(name: str, after: str) -> tuple[str, list[str]]:
    """`John SMITH (resident in Canberra)` -> the name, and the words in brackets; `after` is what follows the date."""
    asides = [match["aside"] for match in _ASIDE.finditer(name)] + re.split(r"[()]", after)
    return _ASIDE.sub("", name), [words for aside in asides if (words := aside.strip(" .,;"))]


def residence(words: str) -> tuple[str, str]:
    """`Jane DOE, resident in Colombo (since 2020)` -> `Jane DOE (since 2020)`, `resident in Colombo`.

    The place may have brackets of its own or share those of the date.
    """
    match = _RESIDENT.search(words)
    if match is None:
        return words, ""
    opening = " (" if match["open"] and not match["close"] else ""
    return f"{words[: match.start()]}{opening}{words[match.end() :]}", match["where"]


def residence_in(texts: Iterable[str]) -> str:
    """The first text on where an ambassador lives: `resident in Colombo`, `the US Ambassador to Italy is accredited to
    San Marino`; empty for none."""
    return next((text.strip(" .;") for text in texts if _RESIDENT_NOTE.fullmatch(text) or _VIA.search(text)), "")


def is_over(aside: str) -> bool:
    """True for words that end a service: `departed 3 March 2025`, `2019 to 2021`."""
    return _ENDED.search(aside) is not None


def cleaned(name: str) -> str:
    """The name without ranks, in common letters: `Karen B. STEWART` -> `Karen B. Stewart`."""
    name = EXCELLENCY.sub("", " ".join(name.split()).strip(" ,;:-–"))
    while (shorter := _HONOUR.sub("", _RANKS.sub("", name)).strip()) != name:
        name = shorter
    return " ".join(_common(word) for word in name.split())


def _common(word: str) -> str:
    """`McCOURT` -> `McCourt`, `O’BRIEN` -> `O’Brien`, `PHILLIPS-SPENCER` -> `Phillips-Spencer`, `III` unchanged."""
    return "".join(part if part in "-'’" else _common_part(part) for part in re.split(r"([-'’])", word))


def _common_part(part: str) -> str:
    letters = [letter for letter in part if letter.isalpha()]
    if re.fullmatch(r"[IVX]+\.?|(?:[A-Z]\.)+", part) or len(letters) < 2:
        return part
    if match := re.fullmatch(r"(Mc|Mac|De|Di|La|Le|Du|Van)([^\W\d_]{2,})", part):
        return match[1] + match[2].capitalize() if match[2].isupper() else part
    if not part.isupper():
        return part
    if match := re.fullmatch(r"MC([^\W\d_]{3,})(\W*)", part):
        return "Mc" + match[1].capitalize() + match[2]
    first = next(place for place, letter in enumerate(part) if letter.isalpha())
    return part[:first] + part[first:].capitalize()
