"""`/designations/<key>/`: one party: what its list says of it, on any day, and its listings over time."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from functools import partial
from itertools import zip_longest
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from relations import dates
from relations.codes import SUCCESSORS, ListCode, PartyChange, pair_code
from relations.models import Designation, ImportRun, Listing, Party, SanctionProgramme
from relations.queries.clock import today
from relations.queries.countries import current_country_index
from relations.queries.list_versions import list_versions
from relations.representation.official_lists import official_list_ref
from relations.representation.references import site
from relations.web.language import in_the_readers_language
from relations.web.pairs.address import FIELDS, Address
from relations.web.pairs.statuses import ShownStatus
from relations.web.refusals import reads
from relations.web.sanctions.listed import change_in_words, programme_links
from relations.web.sanctions.programme import asked_address
from relations.web.sanctions.publications import is_old
from relations.web.sanctions.record import differences, sections
from relations.web.unchanged import sent_again
from relations.web.words import Names, country_names, day_in_words, since_in_words, value_in_words, word_of_status
from tracker.frame import page

ROOM = "designations"
_MOST_VERSIONS, _MOST_LISTINGS = 50, 100
"""Versions and periods on one page, the latest; the API has all of them."""

type Days = Mapping[str, tuple[dt.date, dt.date]]


@reads(*FIELDS[:2])
@in_the_readers_language
def party(request: HttpRequest, key: UUID, at: str = "") -> HttpResponseBase:
    """The page of a party on a day, as known at a moment; other spellings of its address are redirected to it."""
    row = get_object_or_404(Party, key=key)
    address = asked_address(request, str(key), at, room=ROOM)
    if request.GET or address.path != request.path:
        return HttpResponseRedirect(address.path)
    return sent_again(
        request, lambda: page(request, "web/sanctions/party.html", _shown(request, row, address)),
        validator=list_versions(),
    )  # fmt: skip


def _shown(request: HttpRequest, party_row: Party, address: Address) -> dict[str, Any]:
    index = current_country_index()
    names, day = country_names(index), address.day or today()
    known = Designation.objects.filter(party=party_row).order_by("-version").defer("content")
    if address.moment:
        known = known.filter(recorded_at__lte=address.moment)
    versions = list(known[: _MOST_VERSIONS + 1])
    valid = known.filter(since__lte=day).first()
    listings = list(Listing.objects.filter(party=party_row).order_by("-days")[:_MOST_LISTINGS])
    shown = valid or (versions[-1] if versions else None)
    contents = _contents([*versions, *([shown] if shown else [])])
    read = ImportRun.objects.read_days(known_at=address.moment)
    return {
        "section": "sanctions", "room": "parties", "party": party_row, "address": address,
        "canonical": site(request) + address.path, "in_words": day_in_words(day), "record": shown,
        "kind": value_in_words(shown.kind) if shown else "", "is_valid": valid is not None,
        "list_label": ListCode(party_row.list).label, "list": official_list_ref(party_row.list),
        "status": listing_status(
            party_row.list, valid, listings, read, day, note="" if address.moment else _uncertain(listings, day)
        ),
        "sections": sections(contents[shown.pk]) if shown else (),
        "listings": listings,
        "versions": _versions(versions, contents)[:_MOST_VERSIONS], "is_cut": len(versions) > _MOST_VERSIONS,
        **_programmes(party_row.list, shown, names),
    }  # fmt: skip


def _contents(versions: Sequence[Designation]) -> dict[int, Mapping[str, Any]]:
    rows = Designation.objects.filter(pk__in={version.pk for version in versions})
    return dict(rows.values_list("pk", "content"))


def listing_status(
    code: str, valid: Designation | None, listings: Sequence[Listing], read: Days, day: dt.date, *, note: str
) -> ShownStatus:  # fmt: skip
    """The status on a day by the version valid on it; `listings` say since when, `read` how old the list is."""
    shown, (first, last) = partial(ShownStatus, title=""), read.get(code, (None, None))
    if valid is None:
        if first is None or day < first:
            since = day_in_words(first) if first else ""
            known = _("The list is known from %(day)s on.") % {"day": since} if since else ""
            return shown(tone="unknown", word=_("unknown"), note=" ".join(filter(None, (known, note))))
        return shown(tone="none", word=_("not on the list"), note=note)
    since = since_in_words(valid.since.isoformat())
    if valid.change == PartyChange.DELISTED:
        return shown(tone="none", word=value_in_words(valid.change), since=since, note=note)
    successor = SUCCESSORS.get(ListCode(code), "")
    if successor in read and read[successor][0] <= day:
        closed = _("The list was closed on %(day)s.") % {"day": day_in_words(read[successor][0])}
        return shown(tone="stale", word=_("on a closed list"), note=closed)
    seen = min(last, day) if last else valid.since
    since = since_in_words(_listed_on(valid, listings))
    age = _("last confirmed on %(day)s") % {"day": day_in_words(seen)}
    if is_old(seen, day):
        word = word_of_status("listed", seen_last=seen)
        return shown(tone="stale-severe", word=word, since=since, age=age, note=note)
    return shown(tone="severe", word=value_in_words("listed"), since=since, age=age, note=note)


def _listed_on(valid: Designation, listings: Sequence[Listing]) -> str:
    """EDTF: the version has the day by which the party was listed, its listing what is known of that day."""
    day = valid.listed_on
    return next((one.listed_on for one in listings if one.days.lower == day), day.isoformat())


def _uncertain(listings: Sequence[Listing], day: dt.date) -> str:
    """A listing or a removal that may have happened by the day and is not certain yet."""
    removed, listed = _("May have been removed by then."), _("May have been listed by then.")
    for one in listings:
        for on, words in ((one.delisted_on, removed), (one.listed_on, listed)):
            when = dates.parse(on) if on else None
            if when and dates.floor_of_doubt(when.earliest, when.latest) <= day < when.latest:
                return words
    return ""


def _versions(
    versions: Sequence[Designation], contents: Mapping[int, Mapping[str, Any]]
) -> list[tuple[Designation, str, Sequence[Mapping[str, Any]]]]:  # fmt: skip
    """The versions, the latest first, each with what its publication did and what differs from the one before."""
    rows: list[tuple[Designation, str, Sequence[Mapping[str, Any]]]] = []
    for version, before in zip_longest(versions, versions[1:]):
        is_amended = before is not None and version.change != PartyChange.DELISTED
        different = differences(contents[before.pk], contents[version.pk]) if is_amended and before else ()
        rows.append((version, change_in_words(version.change), different))
    return rows


def _programmes(code: str, shown: Designation | None, names: Names) -> dict[str, Any]:
    """The programmes that the record names, and the pairs of countries that they concern."""
    if shown is None:
        return {}
    links = programme_links((code, own) for own in shown.programmes)
    aimed = SanctionProgramme.objects.filter(list=code, code__in=shown.programmes).values_list("issuer", "target")
    pairs = {
        pair_code(issuer, target): f"{names[issuer]} → {names[target]}" for issuer, target in aimed.order_by("pk")
    }  # fmt: skip
    return {
        "programmes": [links[code, own] for own in shown.programmes],
        "pairs": [(f"/relations/{pair}/", title) for pair, title in pairs.items()],
        "nationalities": [(names.get(one, one), f"/countries/{one}/") for one in shown.nationalities],
    }
