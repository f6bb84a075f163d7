"""`/map.svg`, `.png`, `.csv` and `.json`: the world map, and its list for programs."""

from __future__ import annotations

import csv
import io
from collections import defaultdict
from typing import Any

import orjson
from django.core.exceptions import BadRequest
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _

from relations.queries.clock import today
from relations.queries.countries import current_country_index
from relations.representation.references import site
from relations.representation.tables import cell
from relations.web.language import in_the_readers_language
from relations.web.overview.map import SIDES, Coloured, CountryMap, asked_map, world, wrong_map
from relations.web.pictures.drawing import INNER, colours, published, sheet
from relations.web.pictures.response import picture
from relations.web.refusals import reads
from relations.web.words import day_in_words, value_in_words
from tracker.frame import tagged

_CENTRE = "centre"
COLUMNS = ("from", "to", "name", "track", "value", "holder", "stale", "disputed", "via", "as_of")


@reads(*SIDES, "track")
@in_the_readers_language
def of_the_world(request: HttpRequest, form: str) -> HttpResponseBase:
    """Raises `Http404` for an unknown country and `BadRequest` for an unknown track or parameter."""
    index = current_country_index()
    wrong = [one.name for one in wrong_map(request.GET, index)]
    if not {*SIDES}.isdisjoint(wrong) or all(request.GET.get(side) for side in SIDES):
        raise Http404("`from` or `to` must name one country, such as US.")
    if wrong:
        raise BadRequest("`track` must be a kind of track, such as sanctions.")
    shown, _other = asked_map(request.GET, index)
    if request.get_full_path() != shown.form(f".{form}"):
        return HttpResponseRedirect(shown.form(f".{form}"))
    if form in {"svg", "png"}:
        return picture(request, _map_sheet(shown, site(request)), form)
    content = _table(shown) if form == "csv" else _json(shown, site(request))
    types = {"csv": "text/csv; charset=utf-8", "json": "application/json"}
    response = HttpResponse(content, content_type=types[form], headers={"Cache-Control": "no-cache"})
    patch_vary_headers(response, ["Accept-Language", "Cookie"])
    return tagged(request, response)


def _map_sheet(shown: CountryMap, host: str) -> str:
    box_width, box_height = (float(each) for each in world().box.split()[2:])
    scale = INNER / box_width
    day = day_in_words(today())
    return sheet(
        "web/pictures/map.svg", title=shown.title, height=int(box_height * scale), url=host + shown.path,
        dates=_("As of %(day)s, as known on %(known)s") % {"day": day, "known": day},
        keys=[*((tone, word) for tone, word, _count in shown.keys), ("unknown", value_in_words("unknown"))],
        notes=[*published(shown.publishers()), shown.source],
        drawing={"world": world(), "scale": round(scale, 5), "tones": _by_tone(shown.places)},
    )  # fmt: skip


def _by_tone(places: list[Coloured]) -> list[tuple[str, str, list[Coloured]]]:
    groups: defaultdict[str, list[Coloured]] = defaultdict(list)
    for place in places:
        groups[place.status.tone if place.status else _CENTRE].append(place)
    fills = {**colours(), _CENTRE: colours()["ink"], "unknown": colours()["sunken"]}
    return [(tone, fills.get(tone, f"url(#{tone})"), own) for tone, own in sorted(groups.items())]


def _rows(shown: CountryMap) -> list[dict[str, Any]]:
    """The countries of which something is known; names and `via` are in the reader's language."""
    return [
        dict(zip(COLUMNS, (*_ends(shown, code), shown.names[code], shown.kind, status.value, status.holder,
                           status.stale, status.disputed, status.via or None, today()), strict=True))
        for code, status in sorted(shown.said.items())
    ]  # fmt: skip


def _ends(shown: CountryMap, other: str) -> tuple[str, str]:
    return (other, shown.country) if shown.is_received else (shown.country, other)


def _json(shown: CountryMap, host: str) -> bytes:
    body = {
        ("to" if shown.is_received else "from"): shown.country, "track": shown.kind,
        "as_of": today(), "known_at": None, "html": host + shown.path,
        "results": _rows(shown),
    }  # fmt: skip
    return orjson.dumps(body)


def _table(shown: CountryMap) -> str:
    file = io.StringIO()
    writer = csv.writer(file)
    writer.writerow(COLUMNS)
    writer.writerows([cell(value) for value in row.values()] for row in _rows(shown))
    return file.getvalue()
