"""`/relations.svg`, `.png`: the matrix of the page with the same filters."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape

from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from relations.queries.clock import today
from relations.queries.countries import current_country_index
from relations.representation.references import site
from relations.web.language import in_the_readers_language
from relations.web.overview.matrix import MOST_COUNTRIES, SHAPE, SIDE, Cell, Matrix, axes
from relations.web.overview.relations import grid_of, track_of
from relations.web.overview.selection import NAMES, Selection
from relations.web.pictures.drawing import INNER, colours, published, sheet
from relations.web.pictures.response import picture
from relations.web.refusals import reads
from relations.web.tones import hatch
from relations.web.words import country_names, day_in_words, kind_titles

_LARGEST = 1.5
"""The most that a small matrix is enlarged."""


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
