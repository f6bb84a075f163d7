"""Rows of parties on sanctions lists as pages show them, and links to what they name."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.db.models import Q
from django.utils.translation import gettext as _

from relations.codes import ListCode, PartyChange
from relations.models import Designation, Listing, SanctionProgramme
from relations.models.designations import DesignationQuerySet, ListProgramme, on_replaced_list
from relations.queries.clock import today
from relations.queries.party_search import VERY_NAME
from relations.web.pairs.address import Address
from relations.web.words import Names, in_percent, value_in_words

NEWEST = ("-listed_on", "-id")
"""The order of parties: those listed last come first. An index has it."""
_EXACT = 100
_FEW = 3
"""Periods that are shown with a party in a table, the latest ones."""


@dataclass(frozen=True, slots=True)
class ProgrammeLink:
    """A programme by its list's own name; one that is aimed at no single state has no page, but parties."""

    code: str
    title: str
    href: str


def change_in_words(change: str) -> str:
    """A publication's change of a party: `listed` is an act here and no state."""
    return _("newly listed") if change == PartyChange.LISTED else value_in_words(change)


def parties(*, day: dt.date | None = None, known_at: dt.datetime | None = None) -> DesignationQuerySet:
    """The versions of that day, or the newest, of all parties: `?as_of=` and `?known_at=` of the API."""
    rows = Designation.objects.all()
    return rows.known_at(known_at) if day is None else rows.listed_on_day(day, known_at=known_at)


def is_current(*, day: dt.date | None = None, known_at: dt.datetime | None = None) -> Q:
    """`?current=1` of the API: on the list, and the list not closed."""
    return Q(delisted_on__isnull=True) & ~on_replaced_list(day or today(), known_at=known_at)


def under(programme: ListProgramme) -> Q:
    return Q(party__list=programme[0], programmes__contains=[programme[1]])


def party_rows(rows: Iterable[Designation], names: Names) -> list[dict[str, Any]]:
    """Two queries, for the programmes that the rows name and for their listings. `rows` have their `party`."""
    rows = list(rows)
    links = programme_links({(row.party.list, code) for row in rows for code in row.programmes})
    listings = defaultdict(list)
    for one in Listing.objects.filter(party__in={row.party_id for row in rows}).order_by("party", "-days"):
        listings[one.party_id].append(one)
    return [_row(row, links, names, listings[row.party_id][:_FEW]) for row in rows]


def _row(
    row: Designation, links: Mapping[ListProgramme, ProgrammeLink], names: Names, listings: Sequence[Listing]
) -> dict[str, Any]:  # fmt: skip
    """`likeness` is the score of a search in words, empty without one."""
    listed = row.party.list
    score = getattr(row, "score", None)
    likeness = "" if score is None else in_percent(score * _EXACT // VERY_NAME / _EXACT)
    return {
        "href": f"/designations/{row.party.key}/",
        "name": row.name,
        "kind": value_in_words(row.kind),
        "list": ListCode(listed).label,
        "list_code": listed,
        "programmes": [links[listed, code] for code in row.programmes],
        "nationalities": ", ".join(names.get(code, code) for code in row.nationalities),
        "listings": listings,
        "likeness": likeness,
    }


def programme_links(wanted: Iterable[ListProgramme]) -> dict[ListProgramme, ProgrammeLink]:
    """A link for each of the programmes: one query, or none without programmes."""
    wanted = set(wanted)
    lists, codes = {code for code, _ in wanted}, {code for _, code in wanted}
    known = SanctionProgramme.objects.filter(list__in=lists, code__in=codes) if wanted else ()
    rows = {(row.list, row.code): row for row in known}
    links = {}
    for one in wanted:
        row = rows.get(one)
        href = f"/programmes/{row.pk}/" if row else parties_href(one)
        links[one] = ProgrammeLink(one[1], row.title if row else one[1], href)
    return links


def parties_href(programme: ListProgramme, address: Address | None = None) -> str:
    """The parties that are on the list under the programme: now, or on the day and as known at the moment of a page."""
    query = {"list": programme[0], "programme": programme[1], "current": "true"}
    if address and address.day:
        query["as_of"] = address.day.isoformat()
    if address and address.known:
        query["known_at"] = address.known
    return f"/designations/?{urlencode(query)}"
