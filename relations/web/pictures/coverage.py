"""`/data.svg`, `.png`: how much is known, by track and by year, with the editions that it comes from."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _

from relations.queries.clock import today
from relations.queries.countries import current_country_index
from relations.queries.coverage import Holdings, holdings
from relations.representation.references import site
from relations.web.data import Share, charts, data_sets, directed_pairs, shares
from relations.web.language import in_the_readers_language
from relations.web.pictures.drawing import INNER, TOP, published, sheet
from relations.web.pictures.response import picture
from relations.web.refusals import reads
from relations.web.words import day_in_words, in_figures, source_kind_in_words

_STEP, _LABELS, _NUMBERS, _CHART = 32, 230, 390, 200
"""Pixels: of a row; for titles and numbers on either side of its bar; of a chart by year."""


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
    return sheet(
        "web/pictures/coverage.svg", title=_("Data and coverage"), height=top - TOP + _CHART * len(years),
        dates=_("As of %(day)s, as known on %(known)s") % {"day": words, "known": words}, url=f"{host}/data/",
        keys=[("calm", _("known")), ("stale-calm", _("known, with evidence that is too old")),
              ("unknown", _("unknown"))] if own else [],
        notes=_coverage_notes(counts, day),
        drawing={
            "shares": [(TOP + 16 + place * _STEP, one, _share_in_words(one)) for place, one in enumerate(own)],
            "charts": [(top + place * _CHART, title, bars) for place, (title, bars) in enumerate(years)],
            "labels": _LABELS, "bars": (INNER - _LABELS - _NUMBERS) / 1000, "inner": INNER, "wide": INNER / 1000,
            "nothing": "" if own else _("The database is too large or too busy to count this at once."),
        },
    )  # fmt: skip


def _share_in_words(one: Share) -> str:
    return _("%(percent)s: %(fresh)s recent, %(stale)s too old, %(unknown)s unknown") % {
        "percent": one.percent, "fresh": one.fresh, "stale": one.stale, "unknown": one.unknown,
    }  # fmt: skip


def _coverage_notes(counts: Holdings, day: dt.date) -> Iterator[str]:
    if counts.coverage:
        says = _("Of %(number)s ordered pairs of states that exist today; by year: what was known at its end.")
        yield says % {"number": directed_pairs(counts)}
        yield _("Statuses of the pairs themselves; what members inherit from an organisation is not counted.")
    every = [one for one in data_sets(counts, day) if one.imported]
    editions = [f"{one.ref['title']} ({one.edition or one.imported})" for one in every]
    kinds = [f"{source_kind_in_words(kind)} ({in_figures(number)})" for kind, number, _last in counts.sources]
    yield from published([*editions, *kinds])
