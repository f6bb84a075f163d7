"""Statuses as HTML, joined in Python: a page has hundreds of them, for which a template takes ten times as long."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from functools import lru_cache
from html import escape

from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from relations.web.pairs.statuses import ShownStatus
from relations.web.tones import GRAVITY, TONES, apart, by_gravity, classes
from relations.web.words import once_in_each_language


def chip(tone: str, word: str) -> SafeString:
    """A status as word, shape and colour. Raises `ValueError` for a tone that has no shape in `web/shapes.svg`."""
    base, last = apart(tone)
    if base not in TONES or last not in {"", *GRAVITY}:
        raise ValueError(f"{tone!r} is none of {', '.join(TONES)}.")
    return _chip(tone, word)


@lru_cache(maxsize=2000)
def _chip(tone: str, word: str) -> SafeString:
    shapes = "".join(
        f'<svg viewBox="0 0 12 12" aria-hidden="true"><use href="#shape-{one}"/></svg>' for one in apart(tone) if one
    )
    # The line break is the space before what follows.
    return _safe(f'<span class="chip {classes(tone)}">{shapes}{escape(word)}</span>\n')


def status_chips(status: ShownStatus) -> SafeString:
    """The chip of a status and the one that says that it is disputed."""
    return _safe(chip(status.tone, status.word) + (f" {_disputed()}" if status.disputed else ""))


def status_cell(status: ShownStatus, label: str = "") -> SafeString:
    """A cell of a table; the label is its column's, for narrow windows."""
    parts = [f'<td data-label="{escape(label)}">' if label else "<td>", status_chips(status)]
    if status.holder:
        parts.append(f" {escape(status.holder)}")
    more = [escape(" · ".join(status.details))] if status.details else []
    if status.parties:
        more.append(f'<a href="{escape(status.parties_href)}">{escape(status.parties)}</a>')
    if more:
        parts.append(f'<br><span class="small">{" · ".join(more)}</span>')
    if status.since:
        parts.append(f'<br><span class="small quiet">{escape(status.since)}</span>')
    return _safe("".join([*parts, "</td>"]))


def outlines(statuses: Iterable[ShownStatus]) -> SafeString:
    """Statuses of a row below each other; unknown without any."""
    lines = []
    for one in statuses:
        title = ", ".join(filter(None, (one.title, _via(one.via))))
        holder = f" <strong>{escape(one.holder)}</strong>" if one.holder else ""
        name = f'<span class="small quiet status-name">{escape(title)}</span>'
        lines.append(f"<p>{name} {status_chips(one)}{holder}</p>")
    return _safe("".join(lines) or chip("unknown", _("unknown")))


def table_row(name: str, path: str, cells: Iterable[SafeString], *, code: str = "") -> SafeString:
    """A row of a table, headed by a link, and by a code below it."""
    line = f' <span class="small quiet line">{escape(code)}</span>' if code else ""
    return _safe(f'<tr><th scope="row"><a href="{escape(path)}">{escape(name)}</a>{line}</th>{"".join(cells)}</tr>\n')


def labelled(label: str, content: SafeString) -> SafeString:
    return _safe(f'<td data-label="{escape(label)}">{content}</td>')


def options(choices: Iterable[tuple[str, str]]) -> SafeString:
    """Choices of a form, as value and words."""
    return _safe("".join(f'<option value="{escape(value)}">{escape(words)}</option>' for value, words in choices))


def joined(parts: Iterable[SafeString]) -> SafeString:
    return _safe("".join(parts))


def linked(name: str, path: str, status: ShownStatus) -> SafeString:
    """A country of a list, with what else belongs to its status than the word above the list."""
    dispute = f" {_disputed()}" if status.disputed else ""
    holder = f" {escape(status.holder)}" if status.holder else ""
    since = " ".join(filter(None, (status.since, _via(status.via))))
    more = f' <span class="small quiet">{escape(since)}</span>' if since else ""
    return _safe(f'<li><a href="{escape(path)}">{escape(name)}</a>{dispute}{holder}{more}</li>')


def by_word(countries: Iterable[tuple[str, str, ShownStatus]]) -> list[tuple[str, str, int, SafeString]]:
    """Lists of countries, given by name, path and status: tone, word, their number and the list; the gravest first."""
    links: defaultdict[tuple[str, str], list[SafeString]] = defaultdict(list)
    for name, path, status in countries:
        links[status.tone, status.word].append(linked(name, path, status))
    ordered = sorted(links, key=lambda key: (by_gravity(key[0]), key[1]))
    return [(*key, len(links[key]), joined(links[key])) for key in ordered]


@once_in_each_language
def _via(organisation: str) -> str:
    return _("via %(organisation)s") % {"organisation": organisation} if organisation else ""


@once_in_each_language
def _disputed() -> str:
    return chip("disputed", _("disputed"))


def _safe(html: str) -> SafeString:
    return mark_safe(html)  # noqa: S308  # escaped
