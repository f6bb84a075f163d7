"""Pictures with an address of their own: `/data.svg`, `/relations.svg`, `/map.svg`, each as `.png`, too.

How much is known, by track and by year; the matrix of the page with the same filters; the world map, which is also a
list for programs (`.csv`, `.json`).
"""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections import defaultdict
from collections.abc import Iterator, Sequence
from html import escape
from typing import Any

import orjson
from django.core.exceptions import BadRequest
from django.http import Http404, HttpRequest, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from relations.queries.clock import today
from relations.queries.countries import current_country_index
from relations.queries.coverage import Holdings, holdings
from relations.representation.references import site
from relations.representation.tables import cell
from relations.web.data import charts, data_sets, directed_pairs, shares
from relations.web.language import in_the_readers_language
from relations.web.overview.map import SIDES, Coloured, CountryMap, asked_map, world, wrong_map
from relations.web.overview.matrix import MOST_COUNTRIES, SHAPE, SIDE, Cell, Matrix, axes
from relations.web.overview.relations import grid_of, track_of
from relations.web.overview.selection import NAMES, Selection
from relations.web.pictures.drawing import INNER, TOP, colours, picture, published, sheet
from relations.web.refusals import reads
from relations.web.tones import hatch
from relations.web.words import (
    country_names,
    day_in_words,
    in_figures,
    kind_titles,
    source_kind_in_words,
    value_in_words,
)
from tracker.frame import sent

_STEP, _LABELS, _NUMBERS, _CHART = 32, 230, 390, 200
"""Pixels of the coverage: of a row; for titles and numbers on either side of its bar; of a chart by year."""
_LARGEST = 1.5
"""The most that a small matrix is enlarged."""
_CENTRE = "centre"
COLUMNS = ("from", "to", "name", "track", "value", "holder", "stale", "disputed", "via", "as_of")


@reads()
@in_the_readers_language
def of_data(request: HttpRequest, form: str) -> HttpResponseBase:
    return picture(request, _coverage_sheet(site(request)), form)


def _coverage_sheet(host: str) -> str:
    day = today()
    counts = holdings(current_country_index(), day)
    own, years = shares(counts), charts(counts)
    top = TOP + _STEP * max(len(own), 1) + 32
    words = day_in_words(day)
    says = _("%(percent)s: %(fresh)s recent, %(stale)s too old, %(unknown)s unknown")
    return sheet(
        "web/pictures/coverage.svg", title=_("Data and coverage"), height=top - TOP + _CHART * len(years),
        dates=_("As of %(day)s, as known on %(known)s") % {"day": words, "known": words}, url=f"{host}/data/",
        keys=[("calm", _("known")), ("stale-calm", _("known, with evidence that is too old")),
              ("unknown", _("unknown"))] if own else [],
        notes=_coverage_notes(counts, day),
        drawing={
            "shares": [(TOP + 16 + place * _STEP, one, says % one) for place, one in enumerate(own)],
            "charts": [(top + place * _CHART, title, bars) for place, (title, bars) in enumerate(years)],
            "labels": _LABELS, "bars": (INNER - _LABELS - _NUMBERS) / 1000, "inner": INNER, "wide": INNER / 1000,
            "nothing": "" if own else _("The database is too large or too busy to count this at once."),
        },
    )  # fmt: skip


def _coverage_notes(counts: Holdings, day: dt.date) -> Iterator[str]:
    if counts.coverage:
        says = _("Of %(number)s ordered pairs of states that exist today; by year: what was known at its end.")
        yield says % {"number": directed_pairs(counts)}
        yield _("Statuses of the pairs themselves; what members inherit from an organisation is not counted.")
    every = [one for one in data_sets(counts, day) if one["imported"]]
    editions = [f"{one['ref']['title']} ({one['edition'] or one['imported']})" for one in every]
    kinds = [f"{source_kind_in_words(kind)} ({in_figures(number)})" for kind, number, _last in counts.sources]
    yield from published([*editions, *kinds])


@reads(*NAMES)
@in_the_readers_language
def of_relations(request: HttpRequest, form: str) -> HttpResponseBase:
    """Raises `BadRequest` for what the page refuses, and for more countries than a matrix has."""
    index = current_country_index()
    selection = Selection(request.GET, index, country_names(index))
    if selection.wrong:
        raise BadRequest(selection.wrong[0].says)
    if request.get_full_path() != selection.form(f".{form}"):
        return HttpResponseRedirect(selection.form(f".{form}"))
    return picture(request, _matrix_sheet(selection, site(request)), form)


def _matrix_sheet(selection: Selection, host: str) -> str:
    pairs = selection.pairs()
    chosen = axes(selection, pairs)
    if chosen.too_many:
        raise BadRequest(f"A matrix has at most {MOST_COUNTRIES} countries, not {chosen.too_many}.")
    grid, title, day = grid_of(selection, chosen, pairs), kind_titles()[selection.track], day_in_words(selection.day)
    scale = min(INNER / grid.width, _LARGEST) if grid else 1
    publishers = track_of(selection).publishers(chosen.pairs) if grid else []
    return sheet(
        "web/pictures/matrix.svg", title=title, height=int(grid.height * scale) if grid else 60,
        dates=_("As of %(day)s, as known on %(known)s") % {"day": day, "known": day_in_words(today())},
        keys=grid.keys if grid else [], notes=[*_matrix_notes(selection, grid), *published(publishers)],
        url=host + selection.form("/", as_of=selection.day.isoformat()),
        drawing={
            "grid": grid, "scale": round(scale, 5), "rows": [(row, _marks(row.cells, f"{row.name} {grid.arrow}"))
                                                           for row in grid.rows] if grid else [],
            "nothing": _("Nothing is recorded. That does not mean that there is nothing."),
        },
    )  # fmt: skip


def _matrix_notes(selection: Selection, grid: Matrix | None) -> Iterator[str]:
    if grid and grid.is_directed:
        yield _("Read from the row to the column: what the one does to the other.")
    if grid and len(selection.named) < 2:
        yield _("Countries of which more is recorded come first; others are left out.")
    if selection.questions:
        yield _("Only pairs with a certain status: %(filters)s") % {"filters": selection.questions_in_words}


def _marks(cells: Sequence[Cell], way: str) -> SafeString:
    """The known cells of a row, with colours and shapes of their own: no stylesheet and no reference reaches them."""
    return mark_safe("".join(_mark(cell, way) for cell in cells))  # noqa: S308  # escaped


def _mark(cell: Cell, way: str) -> str:
    half = (SIDE - SHAPE) // 2
    tint = hatch(cell.tone) or f' fill="{colours()[f"{cell.shape}_tint"]}"'
    colour = colours()["disputed" if cell.tone == "disputed" else cell.shape]
    shape = render_to_string("web/shape.html", {"tone": cell.shape})
    return (
        f"<g><title>{escape(f'{way} {cell.words}')}</title>"
        f'<rect x="{cell.x + 1}" y="{cell.y + 1}" width="{SIDE - 2}" height="{SIDE - 2}"{tint}/>'
        f'<g transform="translate({cell.x + half} {cell.y + half})" color="{colour}">{shape}</g></g>'
    )


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
    if form == "csv":
        return sent(request, _table(shown), "text/csv; charset=utf-8", is_translated=True)
    return sent(request, _json(shown, site(request)), "application/json", is_translated=True)


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
    """Tone, its colour, and the places that have it."""
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
