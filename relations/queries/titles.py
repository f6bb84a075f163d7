"""Titles of programmes and lists, by their ids as written in the names of tracks."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from relations.models.designations import ListProgramme
from relations.models.sanctions import SanctionProgramme
from relations.models.travel_bans import TravelBanList

type Titles = Mapping[str, str]
type ListProgrammes = Mapping[str, ListProgramme]
"""The list that names parties under a programme, and its word for it; a programme that no list speaks of is not there.
"""


def programmes_named(ids: Iterable[int | str | None]) -> tuple[dict[str, str], dict[str, ListProgramme]]:
    """Titles and words of these programmes: one query, or none where there are none."""
    wanted = {key for key in ids if key is not None}
    rows = list(SanctionProgramme.objects.filter(pk__in=wanted)) if wanted else []
    return {str(row.pk): row.title for row in rows}, {str(row.pk): row.word for row in rows if row.word}


def lists_named(ids: Iterable[int | str | None]) -> dict[str, str]:
    """The titles of these travel-ban lists, likewise."""
    wanted = {key for key in ids if key is not None}
    rows = TravelBanList.objects.filter(pk__in=wanted).values_list("pk", "title") if wanted else ()
    return {str(key): title for key, title in rows}
