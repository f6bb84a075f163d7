"""`/data/`: what is covered, by source and by track, how fresh and how complete it is, and what is missing."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _

from relations.codes import SUCCESSORS, ImportedList, ListCode, RunState, SourceKind, TrackKind
from relations.codes.list_descriptions import list_description
from relations.codes.sources import LIVING_LIST_DAYS
from relations.models import FACT_MODELS, ImportRun
from relations.queries.clock import today
from relations.queries.countries import current_country_index
from relations.queries.coverage import BY_YEAR, COVERED, Holdings, holdings, states_on
from relations.representation.official_lists import official_list_ref
from relations.representation.references import site
from relations.web.docs.library import library
from relations.web.language import in_the_readers_language
from relations.web.packages import dataset, listed
from relations.web.refusals import reads
from relations.web.words import (
    country_names,
    day_in_words,
    in_figures,
    in_order,
    in_percent,
    kind_titles,
    source_kind_in_words,
)
from tracker.frame import page

_YEARS = 80
"""The most years of the picture."""
_LATE = 2
"""Periods of fetching after which a list counts as not fetched lately."""
_WIDTH, _HEIGHT = 1000, 120
_EXPORTS = (
    "relations", "changes", *(model.resource for model in FACT_MODELS), "designations", "sources", "countries",
)  # fmt: skip


@reads()
@in_the_readers_language
def data(request: HttpRequest) -> HttpResponseBase:
    """The page: five queries, and those of the counts after a new entry of the log."""
    index, day = current_country_index(), today()
    names, counts = country_names(index), holdings(index, day)
    states, titles = states_on(day, index.by_code), kind_titles()
    missing = [(code, names[code]) for code in states if code not in counts.pairs]
    years, packages = _years(counts), listed()
    context = {
        "section": "data", "day": day_in_words(day),
        "sets": data_sets(counts, day),
        "sources": [(source_kind_in_words(kind), number, day_in_words(last) if last else "")
                    for kind, number, last in counts.sources],
        "shares": shares(counts), "directed_pairs": directed_pairs(counts), "charts": charts(counts),
        "years": years, "year_titles": [titles[kind] for kind in BY_YEAR],
        "missing": sorted(missing, key=lambda one: in_order(one[1])),
        "fewest": sum(number == 1 for number in counts.pairs.values()),
        "exports": _EXPORTS,
        "image": site(request) + "/data.png",
        "packages": packages, "data": dataset(packages[0], site(request)) if packages else None,
    }  # fmt: skip
    return page(request, "web/data.html", context)


# --- sources --------------------------------------------------------------------------------------------------------


def data_sets(counts: Holdings, day: dt.date) -> list[dict[str, Any]]:
    """Every official source, in the order of the registry: three queries."""
    runs = ImportRun.objects.filter(dry_run=False).defer("complaints", "files")
    last_good = {run.list: run for run in runs.succeeded().order_by("list", "-started_at", "-id").distinct("list")}
    last = {run.list: run for run in runs.order_by("list", "-id").distinct("list")}
    replaced = ImportRun.objects.replaced_lists()
    ages = {code: _age(code, last_good.get(code), replaced.get(code), day) for code in ImportedList.values}
    return [_set(code, last_good.get(code), last.get(code), ages[code], counts) for code in ImportedList.values]


def _set(
    code: str, good: ImportRun | None, last: ImportRun | None, age: tuple[str, str], counts: Holdings
) -> dict[str, Any]:  # fmt: skip
    """One official source: its last edition, its last import, and what is of it here."""
    problem = ""
    if last is not None and last.state in (RunState.REFUSED, RunState.FAILED):
        problem = _("The last attempt, on %(day)s, did not succeed.") % {"day": day_in_words(last.started_at.date())}
    return {
        "ref": official_list_ref(code), "about": _about(code), "tone": age[0], "word": age[1], "problem": problem,
        "every": _every(_hours(code) if code in settings.IMPORT_LISTS else 0),
        "edition": day_in_words(good.dated) if good and good.dated else "",
        "imported": day_in_words(good.started_at.date()) if good else "",
        "imported_href": f"/imports/{good.pk}/" if good else "",
        "given": _given(code, counts) if good else "",
        "read": _read(good) if good else "",
    }  # fmt: skip


def _about(code: str) -> str:
    """The page about it in the documentation."""
    own = f"/docs/lists/{code.replace('_', '-')}/"
    return own if own in library().pages else "/docs/sanctions-lists/"


def _hours(code: str) -> int:
    """The period after which it can be fetched again; 0 where it cannot be."""
    return int(list_description(code).get("hours", 0))


def _every(hours: int) -> str:
    """By default nothing is fetched (docs/decisions/0083)."""
    return _("every %(hours)s hours") % {"hours": hours} if hours else _("by hand")


def _given(code: str, counts: Holdings) -> str:
    """Parties for a list of parties, facts for the others."""
    if code in ListCode.values:
        return _("%(count)s parties listed") % {"count": in_figures(counts.parties.get(code, 0))}
    return _("%(number)s facts") % {"number": in_figures(counts.facts.get(code, 0))}


def _read(run: ImportRun) -> str:
    if not run.refused:
        return _("all %(number)s records were read") % {"number": in_figures(run.read)}
    return _("%(refused)s of %(number)s records could not be read") % {
        "refused": in_figures(run.refused), "number": in_figures(run.read),
    }  # fmt: skip


def _age(code: str, good: ImportRun | None, replaced: dt.date | None, day: dt.date) -> tuple[str, str]:
    """Tone and word: living lists grow old, a data set ends with what it covers."""
    if good is None:
        return "unknown", _("not imported")
    if replaced is not None:
        return "none", _("replaced by %(list)s") % {"list": ListCode(SUCCESSORS[ListCode(code)]).label}
    if code in ListCode.values or list_description(code)["kind"] != SourceKind.DATASET:
        edition = good.dated or good.started_at.date()
        if (day - edition).days > LIVING_LIST_DAYS:
            return "stale", _("as of %(year)s") % {"year": edition.year}
        hours = _hours(code)
        if hours and (day - good.started_at.date()) > dt.timedelta(days=1, hours=_LATE * hours):
            return "partial", _("not fetched lately")
        return "calm", _("current")
    return "none", _("ends with its edition")


# --- coverage -------------------------------------------------------------------------------------------------------


def directed_pairs(counts: Holdings) -> str:
    return in_figures(counts.coverage.directed_pairs if counts.coverage else 0)


def shares(counts: Holdings) -> list[dict[str, Any]]:
    coverage = counts.coverage
    if coverage is None or not coverage.directed_pairs:
        return []
    return [_share(kind, coverage.known[kind], coverage.stale[kind], coverage.directed_pairs) for kind in COVERED]


def _share(kind: TrackKind, known: int, stale: int, every: int) -> dict[str, Any]:
    """Directions of one track, counted; the lengths of its bar are thousandths."""
    fresh_length = round(_WIDTH * (known - stale) / every)
    return {
        "title": kind_titles()[kind], "fresh": in_figures(known - stale), "stale": in_figures(stale),
        "unknown": in_figures(every - known), "percent": _percent(known, every), "fresh_length": fresh_length,
        "stale_length": round(_WIDTH * known / every) - fresh_length,
    }  # fmt: skip


def _percent(known: int, every: int) -> str:
    """A share that is not nothing is never shown as 0."""
    is_least = 0 < known < every / 1000
    return f"{'<' * is_least}{in_percent(0.001 if is_least else known / every, places=1)}"


def charts(counts: Holdings) -> list[tuple[str, list[dict[str, int]]]]:
    """The title of a track and a bar for each year."""
    years = _years(counts)[::-1]
    return [
        (kind_titles()[kind], _bars([(year, numbers[place]) for year, numbers in years]))
        for place, kind in enumerate(BY_YEAR) if years
    ]  # fmt: skip


def _bars(years: Sequence[tuple[int, int]]) -> list[dict[str, int]]:
    """One bar a year; the highest is as high as the picture."""
    most, step = max(number for _, number in years) or 1, _WIDTH / len(years)
    heights = [round(_HEIGHT * number / most) for _, number in years]
    return [
        {"year": year, "number": number, "x": round(place * step), "y": _HEIGHT - height,
         "width": max(round(step) - 2, 1), "height": height}
        for place, ((year, number), height) in enumerate(zip(years, heights, strict=True))
    ]  # fmt: skip


def _years(counts: Holdings) -> list[tuple[int, Sequence[int]]]:
    """The rows of the table: each year with the numbers of each track, the latest first."""
    if not counts.by_year:
        return []
    every = sorted({year for own in counts.by_year.values() for year in own}, reverse=True)[:_YEARS]
    return [(year, [counts.by_year[kind].get(year, 0) for kind in BY_YEAR]) for year in every]
