"""Sanctions lists with what was read of them: publications, how whole and how recent they are, and their parties."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.db.models import Count, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from relations.codes import LIVING_LIST_DAYS, SELECTION, SUCCESSORS, ListCode
from relations.codes.list_descriptions import list_description
from relations.models import Designation, ImportRun, ListChange
from relations.queries.cache import REFERENCE_DATA
from relations.queries.clock import today
from relations.queries.countries import CountryIndex
from relations.representation.official_lists import official_list_ref
from relations.web.sanctions.listed import ProgrammeLink, change_in_words, programme_links
from relations.web.words import Names, day_in_words, in_figures

_FEW = 5
"""Parties that are named with a change."""


def list_cards(codes: Sequence[str], index: CountryIndex, names: Names) -> list[dict[str, Any]]:
    """Sanctions lists as `list_card.html` shows them.

    Three queries: of the days, of the last publications, and of the parties where the numbers are not cached.
    """
    read = ImportRun.objects.filter(list__in=ListCode.values).read_days()
    last = {run.list: run for run in last_runs(codes)}
    numbers = party_numbers(index)
    return [
        _card(code, read, last.get(code), numbers.get(code, 0), names[list_description(code)["issuer"]])
        for code in codes
    ]


def last_runs(codes: Sequence[str]) -> QuerySet[ImportRun]:
    """The run that read the last publication of each list."""
    runs = ImportRun.objects.publications().filter(list__in=codes)
    return runs.order_by("list", "-dated", "-id").distinct("list")


def party_numbers(index: CountryIndex) -> dict[str, int]:
    """Parties on each list now; an import starts an epoch."""
    numbers: dict[str, int] | None = REFERENCE_DATA.get("parties-by-list", index.epoch)
    if numbers is None:
        rows = Designation.objects.current().filter(delisted_on=None).order_by().values_list("party__list")
        numbers = dict(rows.annotate(Count("pk")))
        REFERENCE_DATA.store("parties-by-list", index.epoch, numbers, weight=500)
    return numbers


def _card(
    code: str, read: dict[str, tuple[dt.date, dt.date]], last: ImportRun | None, number: int, issuer: str
) -> dict[str, Any]:  # fmt: skip
    """`first` and `last` are the publications that were read, None where there is none."""
    days = read.get(code)
    closed = read.get(SUCCESSORS.get(ListCode(code), ""))
    doubts = doubts_of(last) if last else []
    tone, word = _wholeness(days, doubts, closed)
    return {
        "code": code, "label": ListCode(code).label, "ref": official_list_ref(code), "issuer": issuer, "tone": tone,
        "word": word, "parties": 0 if closed else number, "first": days and days[0], "last": days and days[1],
        "doubts": doubts,
    }  # fmt: skip


def _wholeness(
    days: tuple[dt.date, dt.date] | None, doubts: Sequence[str], closed: tuple[dt.date, dt.date] | None
) -> tuple[str, str]:  # fmt: skip
    """Tone and word of a chip."""
    if days is None:
        return "unknown", _("not read yet")
    if closed:
        return "stale", _("closed since %(day)s") % {"day": day_in_words(closed[0])}
    if is_old(days[1], today()):
        return "stale", _("as last seen in %(year)s") % {"year": days[1].year}
    return ("partial", _("incomplete")) if doubts else ("none", _("complete"))


def is_old(last: dt.date, day: dt.date) -> bool:
    """True where an official list's last publication is too long ago on that day to be relied on."""
    return (day - last).days > LIVING_LIST_DAYS


def doubts_of(run: ImportRun) -> list[str]:
    """The reasons for which parties may be missing, in the reader's language where they are ours."""
    doubts = [_("Only a selection of the list was read.")] if SELECTION in run.complaints.get("doubts", ()) else []
    doubts += [doubt for doubt in run.complaints.get("doubts", ()) if doubt != SELECTION]
    doubts += run.complaints.get("refused", ())
    if run.refused:
        unread = ngettext("%(count)s record could not be read.", "%(count)s records could not be read.", run.refused)
        doubts.append(unread % {"count": in_figures(run.refused)})
    return doubts


def list_changes(code: str, runs: Sequence[ImportRun], *, most: int) -> list[dict[str, Any]]:
    """The largest and latest changes of these publications, the latest first: two queries."""
    rows = list(ListChange.objects.filter(run__in=runs).select_related("run").order_by("-id")[:most])
    links = programme_links((code, row.code) for row in rows)
    return [_change(row, links[code, row.code]) for row in rows]


def _change(row: ListChange, link: ProgrammeLink) -> dict[str, Any]:
    """`parties` are the first ones: address, name and word."""
    words, few = (("listed", row.listed), ("amended", row.amended), ("delisted", row.delisted)), row.parties[:_FEW]
    return {
        "day": day_in_words(row.effective), "programme": link,
        "counts": [(change_in_words(word), number) for word, number in words if number],
        "parties": [(f"/designations/{one['key']}/", one["name"], change_in_words(one["turn"])) for one in few],
        "more": max(row.listed + row.amended + row.delisted - len(few), 0),
    }  # fmt: skip
