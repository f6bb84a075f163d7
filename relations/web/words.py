"""Days, values and names of countries in the reader's language."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Mapping
from functools import lru_cache, wraps

from babel import Locale
from babel.numbers import format_decimal, format_percent
from django.conf import settings
from django.utils import formats
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from relations import dates
from relations.codes import TrackKind
from relations.codes.country_names import name_key
from relations.queries.cache import REFERENCE_DATA
from relations.queries.countries import CountryIndex
from relations.web.vocabulary import SOURCE_KINDS, WORDS

_SPAN = re.compile(r"\[(?P<first>[^.\]]*)\.\.(?P<last>[^.\]]*)\]")
_DIGEST = re.compile(r" \(SHA-256 [0-9a-f]{64}\)$")
_YEAR, _MONTH = 4, 7


def once_in_each_language[**P, T](make: Callable[P, T]) -> Callable[P, T]:
    """The words, made once of each argument: a page has thousands of a few kinds."""

    @lru_cache(maxsize=10_000)
    def made(_language: str | None, *args: P.args, **kwargs: P.kwargs) -> T:
        return make(*args, **kwargs)

    @wraps(make)
    def known(*args: P.args, **kwargs: P.kwargs) -> T:
        return made(get_language(), *args, **kwargs)  # type: ignore[arg-type]  # mypy: P.kwargs are not Hashable

    return known


@once_in_each_language
def day_in_words(day: dt.date) -> str:
    """`2 February 2020`; its order and its points are the language's."""
    return formats.date_format(day, _("j F Y"))


@once_in_each_language
def date_in_words(on: str) -> str:
    """An EDTF string as people say it: `[..2020-02-01]` is "1 February 2020 or earlier", `2010~` "about 2010"."""
    span = _SPAN.fullmatch(on)
    if span is None:
        return _plain(on)
    if not span["first"]:
        return _("%(day)s or earlier") % {"day": _plain(span["last"])}
    return _("between %(first)s and %(last)s") % {"first": _plain(span["first"]), "last": _plain(span["last"])}


@once_in_each_language
def since_in_words(on: str) -> str:
    """`since 2 February 2020`, of an EDTF string; "since a day between ..." of a span."""
    words = date_in_words(on)
    span = (on.startswith("[") and not on.startswith("[..")) or "X" in on
    return (_("since a day %(between)s") if span else _("since %(date)s")) % {"date": words, "between": words}


def in_figures(number: int) -> str:
    """`8890` -> "8,890", in German "8.890"."""
    return format_decimal(number, locale=get_language() or settings.LANGUAGE_CODE)


def in_percent(share: float, *, places: int = 0) -> str:
    """`0.125` -> "12.5%", in German "12,5 %" with a space that does not break."""
    return format_percent(share, f"#,##0{'.' * (places > 0)}{'0' * places}%", get_language() or settings.LANGUAGE_CODE)


def _plain(text: str) -> str:
    exact, mark = text.rstrip("~?%"), text[len(text.rstrip("~?%")) :]
    if "X" in exact:
        when = dates.parse(exact)
        words = _("between %(first)s and %(last)s") % {
            "first": day_in_words(when.floor), "last": day_in_words(when.latest),
        }  # fmt: skip
    elif len(exact) == _YEAR:
        words = exact
    else:
        day = dates.parse(exact).latest
        words = formats.date_format(day, _("F Y")) if len(exact) == _MONTH else day_in_words(day)
    match mark:
        case "~":
            return _("about %(date)s") % {"date": words}
        case "":
            return words
        case _:
            return _("perhaps %(date)s") % {"date": words}


@once_in_each_language
def value_in_words(value: str) -> str:
    """`in_force` -> "in force", in the reader's language; other text, such as the name of a list, as it is."""
    return _(WORDS[value]) if value in WORDS else value


@once_in_each_language
def kind_titles() -> Mapping[str, str]:
    """Kinds of tracks in words."""
    return {
        TrackKind.AMBASSADOR: _("Head of mission"), TrackKind.NEXT: _("Next head of mission"),
        TrackKind.SANCTIONS: _("Sanctions"), TrackKind.TRAVEL_BAN: _("Travel bans"),
        TrackKind.DIPLOMATIC_RELATIONS: _("Diplomatic relations"), TrackKind.TREND: _("Trend"),
    }  # fmt: skip


@once_in_each_language
def word_of_status(value: str, *, seen_last: dt.date | None = None) -> str:
    """The value; of a stale one, in which year it was last seen."""
    word = value_in_words(value)
    if seen_last is None:
        return word
    return _("%(value)s, as last seen in %(year)s") % {"value": word, "year": seen_last.year}


@once_in_each_language
def key_in_words(value: str, *, stale: bool) -> str:
    """The value in the key of a picture, where old ones are together, whatever their year."""
    word = value_in_words(value)
    return _("%(value)s, last seen too long ago") % {"value": word} if stale else word


def title_in_words(title: str) -> str:
    """The title of a source without the digest that makes that of a publication unique."""
    return _DIGEST.sub("", title)


def source_kind_in_words(kind: str) -> str:
    """`legal_act` -> "legal act"."""
    return _(SOURCE_KINDS[kind])


def linkable(url: str) -> str:
    """The address if a browser may be sent to it; empty for `javascript:` and the like, and for none."""
    return url if url and url.startswith(("https://", "http://")) else ""


type Names = Mapping[str, str]


def country_names(index: CountryIndex) -> Names:
    """By code: CLDR's names, or our own where CLDR has none, as of most former countries."""
    language = get_language() or settings.LANGUAGE_CODE
    names: Names | None = REFERENCE_DATA.get(("names", language), index.epoch)
    if names is None:
        translated = {} if language == settings.LANGUAGE_CODE else cldr_names(language)
        names = {code: translated.get(code, str(country.name)) for code, country in index.by_code.items()}
        REFERENCE_DATA.store(("names", language), index.epoch, names, weight=200 * len(names))
    return names


@lru_cache(maxsize=10_000)
def in_order(name: str) -> tuple[str, str]:
    """The sort key of a name: as dictionaries have it, Österreich after Oman and Côte d'Ivoire before Cuba."""
    return name_key(name), name


@lru_cache(maxsize=8)
def cldr_names(language: str) -> Names:
    return {code: str(name) for code, name in Locale(language).territories.items() if len(code) == 2}
