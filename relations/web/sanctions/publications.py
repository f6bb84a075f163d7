"""Sanctions lists with what was read of them: publications, how whole and how recent they are, and their parties."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Count, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from relations.codes import LIVING_LIST_DAYS, SELECTION, SUCCESSORS, ListCode
from relations.codes.list_descriptions import list_description
from relations.models import Designation, ImportRun
from relations.queries.cache import REFERENCE_DATA
from relations.queries.clock import today
from relations.queries.countries import CountryIndex
from relations.representation.official_lists import official_list_ref
from relations.web.names import Names
from relations.web.words import day_in_words, in_figures

COMPLETE, INCOMPLETE, OLD, CLOSED, UNREAD = "none", "partial", "stale", "stale", "unknown"
"""The tones of how whole and how recent a list is here."""


@dataclass(frozen=True, slots=True)
class PublicationRow:
    """One publication that was read; `doubts` are the reasons for which it may not be whole."""

    dated: str
    read_on: str
    read: int
    added: int
    amended: int
    ended: int
    doubts: Sequence[str]
    api: str


@dataclass(frozen=True, slots=True)
class ListCard:
    """One sanctions list; `first` and `last` are the publications that were read, empty where there is none."""

    code: str
    label: str
    title: str
    publisher: str
    licence: str
    url: str
    issuer: str
    parties: int
    tone: str
    word: str
    first: str
    last: str
    doubts: Sequence[str]

    @property
    def href(self) -> str:
        return f"/lists/{self.code}/"


def list_cards(codes: Sequence[str], index: CountryIndex, names: Names) -> list[ListCard]:
    """Three queries: of the days, of the last publications, and of the parties where the numbers are not cached."""
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
) -> ListCard:  # fmt: skip
    described, days = official_list_ref(code), read.get(code)
    closed = read.get(SUCCESSORS.get(ListCode(code), ""))
    doubts = doubts_of(last) if last else []
    tone, word = _wholeness(days, doubts, closed)
    return ListCard(
        code=code,
        label=ListCode(code).label,
        title=described["title"],
        publisher=described["publisher"],
        licence=described["licence"],
        url=described["url"] or "",
        issuer=issuer,
        parties=0 if closed else number,
        tone=tone,
        word=word,
        first=day_in_words(days[0]) if days else "",
        last=day_in_words(days[1]) if days else "",
        doubts=doubts,
    )


def _wholeness(
    days: tuple[dt.date, dt.date] | None, doubts: Sequence[str], closed: tuple[dt.date, dt.date] | None
) -> tuple[str, str]:  # fmt: skip
    """Tone and word of a chip."""
    if days is None:
        return UNREAD, _("not read yet")
    if closed:
        return CLOSED, _("closed since %(day)s") % {"day": day_in_words(closed[0])}
    if is_old(days[1], today()):
        return OLD, _("as last seen in %(year)s") % {"year": days[1].year}
    return (INCOMPLETE, _("incomplete")) if doubts else (COMPLETE, _("complete"))


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


def publication_rows(runs: Sequence[ImportRun]) -> list[PublicationRow]:
    return [
        PublicationRow(
            dated=day_in_words(run.dated) if run.dated else "",
            read_on=day_in_words(run.started_at.date()),
            read=run.read, added=run.added, amended=run.amended, ended=run.ended,
            doubts=doubts_of(run), api=f"/api/imports/{run.pk}/",
        )
        for run in runs
    ]  # fmt: skip
