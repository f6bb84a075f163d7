"""Other forms of a pair's page: `/relations/BY-US.svg`, `/relations/BY-US/@2020-02-02~2020-03-01.json`; citations.

JSON and CSV are the API's, to which they redirect: one definition of the body, with its own ETag and cache.
"""

from __future__ import annotations

import re
from http import HTTPStatus

import orjson
from django.http import Http404, HttpRequest, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _

from relations.dates import moment_text
from relations.errors import NotFinished
from relations.queries.clock import newest_finished
from relations.web.language import translated
from relations.web.pairs.address import Address
from relations.web.pairs.content import PairContent, of_content
from relations.web.pictures.card import card
from relations.web.pictures.drawing import picture
from relations.web.pictures.lanes import lanes
from relations.web.refusals import reads
from tracker.frame import sent
from tracker.problems import refusal

FORMS = ("json", "csv", "svg", "png", "bib", "csl")
OF_TIMELINE = ("json", "csv", "svg", "png")
_SPECIAL = re.compile(r"([&%$#_{}])")
"""Characters that LaTeX reads as commands and prints after a backslash."""


@reads()
@translated
def form(request: HttpRequest, code: str, form: str, at: str = "") -> HttpResponseBase:
    address = _single(code, at)
    if request.get_full_path() != address.form(form):
        return HttpResponseRedirect(address.form(form))
    if form in {"json", "csv"}:
        return _see_api(f"/api/relations/{address.code}/{address.api}", form)
    if refused := not_finished(request, address):
        return refused
    if form in {"svg", "png"}:
        return of_content(request, address, lambda content: picture(request, card(content), form))
    if form == "bib":
        kind = "application/x-bibtex; charset=utf-8"
        return of_content(request, address, lambda content: sent(request, bibtex(content), kind, is_translated=True))
    kind = "application/vnd.citationstyles.csl+json"
    return of_content(request, address, lambda content: sent(request, csl(content), kind, is_translated=True))


@reads()
@translated
def timeline(request: HttpRequest, code: str, form: str, at: str = "") -> HttpResponseBase:
    """`/relations/BY-US/timeline.svg`, `/relations/BY-US/@~2020-03-01/timeline.svg`."""
    address = _single(code, at)
    home = f"{address.path.rstrip('/')}/timeline.{form}"
    if request.get_full_path() != home:
        return HttpResponseRedirect(home)
    if form in {"json", "csv"}:
        return _see_api(f"/api/relations/{address.code}/timeline/{address.api}", form)
    return not_finished(request, address) or of_content(
        request, address, lambda content: picture(request, lanes(content), form)
    )


def not_finished(request: HttpRequest, address: Address) -> HttpResponseBase | None:
    """409 for a moment of which something may still be recorded; to be asked before anything is read of it."""
    if address.moment is None or address.moment <= (newest := newest_finished()):
        return None
    why = NotFinished(moment=moment_text(address.moment), newest=moment_text(newest)).detail
    return refusal(request, HTTPStatus.CONFLICT, why)


def _single(code: str, at: str) -> Address:
    """Raises `Http404` also for a comparison, which is a page only."""
    address = Address.find(code, at)
    if address.other:
        raise Http404("A comparison of two days has no other form; each of the days has.")
    return address


def _see_api(path: str, form: str) -> HttpResponseBase:
    """307: the same request at the API's address."""
    place = path if form == "json" else f"{path}{'&' if '?' in path else '?'}format={form}"
    return HttpResponseRedirect(place, preserve_request=True)


def citation(one: PairContent) -> str:
    """Names the day, the knowledge, the version, and the address by which the same content is found again."""
    return _("%(pair)s, as of %(day)s, as known on %(known)s (version %(version)s). %(url)s") % {
        "pair": one.title, "day": one.day_in_words, "known": one.known_in_words, "version": one.version, "url": one.url,
    }  # fmt: skip


def bibtex(one: PairContent) -> str:
    title = _SPECIAL.sub(r"\\\1", f"{one.title}: {one.dates}")
    fields = {
        "title": title, "author": "{Tracker}", "year": f"{one.today.year}", "url": one.url,
        "urldate": one.today.isoformat(), "version": f"{one.version}",
    }  # fmt: skip
    lines = ",\n".join(f"  {name} = {{{value}}}" for name, value in fields.items())
    return f"@misc{{tracker-{one.address.code}-{one.day:%Y%m%d},\n{lines}\n}}\n"


def csl(one: PairContent) -> bytes:
    """CSL-JSON 1.0: an array with one item."""
    item = {
        "id": f"tracker-{one.address.code}-{one.day:%Y%m%d}", "type": "dataset",
        "title": f"{one.title}: {one.dates}", "author": [{"literal": "Tracker"}], "version": f"{one.version}",
        "URL": one.url, **{name: {"date-parts": [[one.today.year, one.today.month, one.today.day]]}
                           for name in ("issued", "accessed")},
    }  # fmt: skip
    return orjson.dumps([item], option=orjson.OPT_INDENT_2)


def subscription(content: PairContent) -> str:
    """The command that subscribes a server to the changes of the pair."""
    filters = {"url": "https://example.org/hook", "pairs": [content.address.code]}
    return (
        f'curl -X POST {content.site}/api/webhooks/ -H "Authorization: Bearer $TOKEN" \\\n'
        f"     -H 'Content-Type: application/json' -d '{orjson.dumps(filters).decode()}'"
    )
