"""Refused parameters of a page, with what was probably meant: one rule for every page."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import wraps
from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponseRedirect, QueryDict
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe

from relations.queries.countries import CountryIndex
from relations.web.language import translated
from relations.web.search.countries import gazetteer
from relations.web.search.nearest import nearest_countries, nearest_words
from relations.web.words import country_names
from tracker.frame import page
from tracker.problems import for_programs, problem

LONGEST_SHOWN = 40
_FOREIGN = re.compile(r"utm_\w{1,30}|fbclid|gclid|msclkid|mc_[ce]id")
"""Parameters that other sites add to links, for their own statistics."""

type View = Callable[..., HttpResponseBase]


@dataclass(frozen=True, slots=True)
class Wrong:
    """A refused parameter, in a sentence, and what was probably meant, each with the query that asks for it."""

    name: str
    says: str
    nearest: Sequence[tuple[str, str]] = ()


def reads(*names: str) -> Callable[[View], View]:
    """A view that answers GET and HEAD and takes these parameters; any other is refused with the nearest of them.

    What other sites have added to a link is taken off it, by a redirect.
    """

    def decorated(view: View) -> View:
        @csrf_exempt  # another method is a 405, not a failed check of a form that nobody has filled in
        @require_safe
        @wraps(view)
        def checked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if request.GET.keys() <= set(names):
                return view(request, *args, **kwargs)
            own = {name: texts for name, texts in request.GET.lists() if not _FOREIGN.fullmatch(name)}
            if len(own) < len(request.GET):
                return HttpResponseRedirect(f"{request.path}?{urlencode(own, doseq=True)}".rstrip("?"))
            return _refused(request, names)

        return checked

    return decorated


@translated
def _refused(request: HttpRequest, names: Sequence[str]) -> HttpResponseBase:
    unknown = [name for name in request.GET if name not in names]
    if for_programs(request):
        return problem(request, HTTPStatus.BAD_REQUEST, f"There is no parameter {unknown[0][:LONGEST_SHOWN]!r} here.")
    return page(
        request, "web/error.html", {"status": 400, "title": _("Unknown parameter"),
                                     "wrong": [_no_name(request.GET, name, names) for name in unknown[:5]]},
        status=HTTPStatus.BAD_REQUEST,
    )  # fmt: skip


def _no_name(query: QueryDict, name: str, names: Sequence[str]) -> Wrong:
    """An unknown parameter, with the same query by the nearest names, or without it."""
    others = {key: texts for key, texts in query.lists() if key != name}
    near = [(one, {**others, one: query.getlist(name)}) for one in nearest_words(name, names) if one not in others]
    says = _("This page has no parameter “%(name)s”.") % {"name": name[:LONGEST_SHOWN]}
    return Wrong("", says, [(one, urlencode(asked, doseq=True)) for one, asked in near or [(_("without it"), others)]])


def no_value(text: str) -> str:
    return _("“%(text)s” is none of the values.") % {"text": text[:LONGEST_SHOWN]}


def wrong_word(query: QueryDict, name: str, words: Mapping[str, str]) -> list[Wrong]:
    """A value that is none of the words, with the same query for the nearest of them, or for each."""
    text = query.get(name, "")
    if not text or text in words:
        return []
    near = nearest_words(text, tuple(words), titles=words) or tuple(words)
    return [Wrong(name, no_value(text), [(words[one], _instead(query, name, one)) for one in near])]


def wrong_country(query: QueryDict, name: str, index: CountryIndex, *, is_one: bool = False) -> list[Wrong]:
    """A value that names no country (or several, where it `is_one`), with the same query for the nearest ones."""
    text, names = query.get(name, "").replace("\0", "�").strip()[:100], country_names(index)
    known = gazetteer(index)
    codes = known.named(text)
    if not text or known.one(text) or (codes and not is_one):
        return []
    near = codes or nearest_countries(text, index)
    return [Wrong(name, no_country(text, codes), [(names[one], _instead(query, name, one)) for one in near])]


def no_country(text: str, codes: Sequence[str]) -> str:
    says = _("“%(country)s” is the name of several countries.") if codes else _("No country is named “%(country)s”.")
    return says % {"country": text[:LONGEST_SHOWN]}


def answered(
    request: HttpRequest, template: str, context: Mapping[str, Any], wrong: Sequence[Wrong]
) -> HttpResponseBase:  # fmt: skip
    """The page; with what is wrong, a 400 that says so above the same form."""
    own = {**context, "wrong": wrong, "wrong_fields": {one.name for one in wrong}}
    return page(request, template, own, status=HTTPStatus.BAD_REQUEST if wrong else HTTPStatus.OK)


def _instead(query: QueryDict, name: str, value: str) -> str:
    return urlencode({**{key: text for key, text in query.items() if text and key not in {name, "page"}}, name: value})
