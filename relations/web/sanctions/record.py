"""A list's record of a party as lines of text, and what differs between two versions of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson
from babel import Locale
from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from relations.web.words import date_in_words, linkable, value_in_words

type Content = Mapping[str, Any]
_MOST, _MOST_CHANGED, _LONGEST = 100, 10, 2000
"""Lines of one kind on a page, lines of one kind in a difference, and characters of a line; the API has all of them."""

TITLES: Mapping[str, str | Promise] = {
    "kind": gettext_lazy("Kind"),
    "names": gettext_lazy("Names"),
    "programmes": gettext_lazy("Programmes"),
    "titles": gettext_lazy("Titles"),
    "positions": gettext_lazy("Positions"),
    "genders": gettext_lazy("Gender"),
    "birth_dates": gettext_lazy("Born on"),
    "birth_places": gettext_lazy("Born in"),
    "nationalities": gettext_lazy("Nationality"),
    "documents": gettext_lazy("Documents and numbers"),
    "addresses": gettext_lazy("Addresses"),
    "measures": gettext_lazy("Measures"),
    "instruments": gettext_lazy("Legal acts"),
    "details": gettext_lazy("Other details of the list"),
    "listed_on": gettext_lazy("Listed on, according to the list"),
    "delisted_on": gettext_lazy("Removed on, according to the list"),
    "remarks": gettext_lazy("Remarks"),
}
"""Keys of a content in the order of the page."""
_ELSEWHERE = frozenset({"kind", "programmes", "listed_on", "delisted_on"})
"""Shown in the head of the page and with the listings."""


@dataclass(frozen=True, slots=True)
class RecordLine:
    """One value in the list's own words, and what belongs to it; `href` is a document's address."""

    text: str
    note: str = ""
    href: str = ""


def sections(content: Content) -> list[tuple[str, list[RecordLine], int]]:
    """Title and lines of each kind of value, and the number of those that are left out."""
    shown = []
    for key, title in TITLES.items():
        if key not in _ELSEWHERE and (values := _values(content, key)):
            shown.append((str(title), [_line(key, one) for one in values[:_MOST]], max(len(values) - _MOST, 0)))
    return shown


def differences(old: Content, new: Content) -> list[dict[str, Any]]:
    """Values of each kind that a version has and the one before had not, and the other way round."""
    changed = []
    for key, title in TITLES.items():
        before, after = ({orjson.dumps(one): one for one in _values(content, key)} for content in (old, new))
        added = [one for text, one in after.items() if text not in before]
        removed = [one for text, one in before.items() if text not in after]
        if added or removed:
            changed.append(
                {
                    "title": str(title),
                    "added": [_line(key, one) for one in added[:_MOST_CHANGED]],
                    "removed": [_line(key, one) for one in removed[:_MOST_CHANGED]],
                    "more": sum(max(len(some) - _MOST_CHANGED, 0) for some in (added, removed)),
                }
            )
    return changed


def _values(content: Content, key: str) -> Sequence[Any]:
    value = content.get(key) or ()
    return value if isinstance(value, list) else [value] if value else ()


def _line(key: str, value: Any) -> RecordLine:
    line = _LINES[key](value) if key in _LINES else RecordLine(value_in_words(str(value)))
    return line if len(line.text) <= _LONGEST else RecordLine(f"{line.text[:_LONGEST]}…", line.note, line.href)


def _joined(*parts: str) -> str:
    return ", ".join(filter(None, parts))


def _name(value: Content) -> RecordLine:
    kind = value["kind"]
    quality = value_in_words(value.get("quality", ""))
    words = (value_in_words(kind) if kind != "primary" else "", quality, _script(value.get("script", "")))
    return RecordLine(value["text"], _joined(*words, value.get("language", ""), value.get("note", "")))


def _script(code: str) -> str:
    """`Arab` -> "Arabic", in the reader's language; nothing for Latin letters, in which most names are."""
    if code in ("", "Latn"):
        return ""
    return str(Locale(get_language() or settings.LANGUAGE_CODE).scripts.get(code, code))


def _born(value: Content) -> RecordLine:
    day = date_in_words(value["on"]) if value.get("on") else value.get("text", "")
    return RecordLine(day, _joined(value.get("calendar", ""), value.get("note", "")))


def _place(value: Content) -> RecordLine:
    parts = ("text", "street", "city", "region", "postcode")
    country = value.get("country", "") or value.get("code", "")
    return RecordLine(_joined(*(value.get(part, "") for part in parts), country), value.get("note", ""))


def _nationality(value: Content) -> RecordLine:
    return RecordLine(value.get("country", "") or value.get("code", ""), value.get("note", ""))


def _document(value: Content) -> RecordLine:
    issued = _("issued %(day)s") % {"day": value["issued"]} if value.get("issued") else ""
    expires = _("expires %(day)s") % {"day": value["expires"]} if value.get("expires") else ""
    country = value.get("country", "") or value.get("code", "")
    note = _joined(country, value.get("issuer", ""), issued, expires, *value.get("flags", ()), value.get("note", ""))
    return RecordLine(f"{value['kind']}: {value['number']}".strip(": "), note)


def _instrument(value: Content) -> RecordLine:
    url = value.get("url", "")
    days = (
        _("published on %(day)s") % {"day": date_in_words(value["published_on"])} if value.get("published_on") else "",
        _("in force since %(day)s") % {"day": date_in_words(value["in_force_on"])} if value.get("in_force_on") else "",
    )
    note = _joined(value.get("programme", ""), *days)
    return RecordLine(value["title"], note, linkable(url))


_LINES: Mapping[str, Callable[[Any], RecordLine]] = {
    "names": _name, "birth_dates": _born, "birth_places": _place, "nationalities": _nationality,
    "documents": _document, "addresses": _place, "instruments": _instrument,
    "details": lambda value: RecordLine(f"{value['key']}: {value['value']}"),
    **dict.fromkeys(("listed_on", "delisted_on"), lambda value: RecordLine(date_in_words(value))),
}  # fmt: skip
"""Writers of values that are no text."""
