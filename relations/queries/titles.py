"""Titles of programmes and lists, by the ids in the names of tracks."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from relations.models.designations import ListProgramme
from relations.models.sanctions import SanctionProgramme
from relations.models.travel_bans import TravelBanList

type Titles = Mapping[str, str]
type ListProgrammes = Mapping[str, ListProgramme]
"""The list that names parties under a programme, and its code there; without the programmes that are on no list."""


def programmes_named(ids: Iterable[int | str | None]) -> tuple[dict[str, str], dict[str, ListProgramme]]:
    """Titles and list codes of these programmes: one query, or none without ids."""
    wanted = {key for key in ids if key is not None}
    rows = list(SanctionProgramme.objects.filter(pk__in=wanted)) if wanted else []
    return {str(row.pk): row.title for row in rows}, {str(row.pk): row.word for row in rows if row.word}


def lists_named(ids: Iterable[int | str | None]) -> dict[str, str]:
    """The titles of these travel-ban lists, likewise."""
    wanted = {key for key in ids if key is not None}
    rows = TravelBanList.objects.filter(pk__in=wanted).values_list("pk", "title") if wanted else ()
    return {str(key): title for key, title in rows}
