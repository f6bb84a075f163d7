"""`/relations/`: pairs of countries by one track as a matrix, and by all their statuses as a list, on any day."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from relations.codes import UNKNOWN, VALUES, TrackKind
from relations.queries.countries import current_country_index
from relations.representation.references import site
from relations.web.language import in_the_readers_language
from relations.web.markup import joined, labelled, options, outlines, table_row
from relations.web.overview.matrix import MOST_COUNTRIES, Axes, Matrix, axes, matrix
from relations.web.overview.one_track import OneTrack
from relations.web.overview.rows import PairRow, pair_rows
from relations.web.overview.selection import NAMES, PAGE, STALE, TRACKS, Selection, ages
from relations.web.pairs.address import Address
from relations.web.refusals import answered, reads
from relations.web.words import country_names, day_in_words, in_order, kind_titles, value_in_words
from tracker.frame import page

PAGE_SIZE = 50


@reads(*NAMES, PAGE, "value")
@in_the_readers_language
def relations(request: HttpRequest) -> HttpResponseBase:
    """The matrix and a page of pairs: four queries. Names and other spellings are redirected to codes."""
    kind, _colon, word = request.GET.get("value", "").partition(":")
    if kind in VALUES:  # an address of earlier releases
        others = {key: text for key, text in request.GET.items() if key != "value"}
        return HttpResponseRedirect(f"/relations/?{urlencode({**others, kind: word})}")
    index = current_country_index()
    names = country_names(index)
    selection = Selection(request.GET, index, names)
    form = {"section": "relations", "selection": selection, **_form(selection)}
    if selection.wrong:
        return answered(request, "web/overview/relations.html", form, selection.wrong)
    number = request.GET.get(PAGE, "")
    if {key: text for key, text in request.GET.items() if key != PAGE} != selection.chosen:
        return HttpResponseRedirect(f"/relations/?{selection.query(**{PAGE: number})}".rstrip("?"))
    return page(request, "web/overview/relations.html", {**form, **_shown(request, selection, number)})


def _shown(request: HttpRequest, selection: Selection, number: str) -> dict[str, Any]:
    pairs = selection.pairs()
    current = Paginator(list(pairs), PAGE_SIZE).get_page(number)
    own = list(current.object_list)
    chosen = axes(selection, pairs)
    grid = grid_of(selection, chosen, pairs)
    host = site(request)
    rows = pair_rows(own, day=selection.day, countries=selection.index, names=selection.names, site=host) if own else []
    lines = joined(_line(row, Address(row.code, selection.as_of).path) for row in rows)
    forms = {form: selection.form(f".{form}") for form in ("svg", "png")} if grid else {}
    return {
        "page": current, "rows": lines, "matrix": grid, "axes": chosen, "most": MOST_COUNTRIES, "forms": forms,
        "left_out": [(selection.names[code], selection.query(country=code)) for code in chosen.left_out],
        "is_unknown": not grid and not chosen.too_many and bool(rows), "track": kind_titles()[selection.track],
        "image": host + forms["png"] if forms else "", "filters": selection.query(),
    }  # fmt: skip


def _line(row: PairRow, path: str) -> SafeString:
    """A pair with the known statuses of both ways, and its own."""
    first, second = row.names
    ways = ((f"{way.sender} → {way.receiver}", way.known) for way in row.ways)
    cells = (labelled(label, outlines(own)) for label, own in (*ways, (_("Relations and trend"), row.both)))
    return table_row(f"{first} – {second}", path, cells, code=row.code)


def grid_of(selection: Selection, chosen: Axes, pairs: Mapping[str, int]) -> Matrix | None:
    """The matrix of one track; None without two countries."""
    if not chosen.pairs:
        return None
    left = pairs.keys() if selection.questions else None
    return matrix(chosen, track_of(selection), pairs=left, day=selection.as_of)


def track_of(selection: Selection) -> OneTrack:
    return OneTrack(selection.track, selection.day, selection.index, selection.names)


# --- the form -------------------------------------------------------------------------------------------------------


def _form(selection: Selection) -> dict[str, Any]:
    names, index = selection.names, selection.index
    asked = selection.chosen if not selection.wrong else {key: ",".join(own) for key, own in selection.given.items()}
    only = selection.countries[0] if len(selection.countries) == 1 else ""
    return {
        "asked": asked, "only": only, "only_name": names[only] if only else "",
        "day": day_in_words(selection.day),
        "countries": options(sorted(names.items(), key=lambda one: in_order(one[1]))),
        "groups": _options(asked.get("group", ""), [(code, names[code]) for code in sorted(index.by_organisation)]),
        "tracks": _options(asked.get("track", selection.track), [(kind, kind_titles()[kind]) for kind in TRACKS]),
        "status_filters": [
            (kind, kind_titles()[kind], _options(asked.get(kind, ""), _values(kind))) for kind in TRACKS
        ],
        "ages": _options(asked.get(STALE, ""), list(ages().items())),
        "is_filtered": any(name in asked for name in (*TRACKS, STALE)),
    }  # fmt: skip


def _values(kind: TrackKind) -> list[tuple[str, str]]:
    """The values in their order, unknown last."""
    return [(word, value_in_words(word)) for word in sorted(VALUES[kind], key=lambda word: word == UNKNOWN)]


def _options(asked: str, known: Sequence[tuple[str, str]]) -> list[tuple[str, str, bool]]:
    """Value, words, and whether it is chosen; what was asked in another way, such as several values, is one of them."""
    other = [] if not asked or asked in dict(known) else [(asked, asked)]
    return [(value, words, value == asked) for value, words in (*other, *known)]
