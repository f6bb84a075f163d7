"""`/lists/`: sanctions lists and travel-ban lists; `/lists/ofac/` and `/lists/7/`: one of either."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404

from relations.codes import UNKNOWN, BanAction, ListCode, TrackKind
from relations.models import ImportRun, ListChange, StatusPeriod, TravelBanEntry, TravelBanList
from relations.queries.clock import today
from relations.queries.countries import CountryIndex, current_country_index
from relations.queries.designation_counts import designation_counts
from relations.queries.list_versions import list_versions
from relations.queries.periods import period_from_row
from relations.representation.statuses import ban_entry
from relations.web.language import in_the_readers_language
from relations.web.pairs.address import Address
from relations.web.pairs.facts import shown_facts
from relations.web.pairs.statuses import Assembly, ShownStatus
from relations.web.refusals import reads
from relations.web.sanctions.listed import ProgrammeLink, programme_links
from relations.web.sanctions.publications import doubts_of, list_cards, list_changes
from relations.web.tones import by_gravity
from relations.web.unchanged import sent_again
from relations.web.words import Names, country_names, day_in_words, value_in_words
from tracker.frame import page

PAGE_SIZE = 50
_MOST_PUBLICATIONS, _MOST_CHANGES, _MOST_ENTRIES = 12, 12, 100
"""Publications, their changes and entries of a travel-ban list on one page; the API has all of them."""


@reads("page")
@in_the_readers_language
def lists(request: HttpRequest) -> HttpResponseBase:
    index = current_country_index()
    names = country_names(index)
    listed = StatusPeriod.objects.on(today()).filter(
        kind=TrackKind.TRAVEL_BAN, value=BanAction.LISTED, stale=False, list=OuterRef("pk")
    )
    number = Subquery(listed.order_by().values("list").annotate(n=Count("pk")).values("n"))
    rows: QuerySet[Any] = TravelBanList.objects.annotate(listed=Coalesce(number, 0)).order_by("issuer", "title", "pk")
    current = Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page"))
    context = {
        "section": "sanctions", "room": "lists", "day": day_in_words(today()), "page": current,
        "cards": list_cards(list(ListCode), index, names),
        "bans": [(row, names[row.issuer_id]) for row in current],
    }  # fmt: skip
    return page(request, "web/sanctions/lists.html", context)


@reads()
@in_the_readers_language
def sanctions_list(request: HttpRequest, code: str) -> HttpResponseBase:
    if code not in ListCode.values:
        raise Http404("There is no such list.")
    return sent_again(
        request, lambda: page(request, "web/sanctions/list.html", _parties_list(code)), validator=list_versions()
    )


def _parties_list(code: str) -> dict[str, Any]:
    index = current_country_index()
    runs = list(ImportRun.objects.publications().filter(list=code).order_by("-dated", "-id")[:_MOST_PUBLICATIONS])
    (card,) = list_cards([code], index, country_names(index))
    return {
        "section": "sanctions", "room": "lists", "card": card, "publications": [(run, doubts_of(run)) for run in runs],
        "programmes": _programmes(code, index), "changes": list_changes(code, runs, most=_MOST_CHANGES),
    }  # fmt: skip


def _programmes(code: str, index: CountryIndex) -> list[tuple[ProgrammeLink, str, int]]:
    """Each programme under which anybody is on the list now, with its title and its number of parties."""
    numbers = {key: count.on(None) for key, count in designation_counts(index.epoch).items() if key[0] == code}
    links = programme_links(numbers)
    titles = dict(
        ListChange.objects.filter(run__list=code).order_by("code", "-id").distinct("code").values_list("code", "title")
    )
    rows = [
        (links[key], links[key].title if links[key].title != key[1] else titles.get(key[1]) or key[1], number)
        for key, number in numbers.items() if number
    ]  # fmt: skip
    return sorted(rows, key=lambda row: (-row[2], row[1]))


@reads()
@in_the_readers_language
def ban_list(request: HttpRequest, number: int) -> HttpResponseBase:
    ban_list_row = get_object_or_404(TravelBanList, pk=number)
    return sent_again(
        request, lambda: page(request, "web/sanctions/ban_list.html", _ban_list(ban_list_row)),
        validator=list_versions(travel_bans=ban_list_row.pk),
    )  # fmt: skip


def _ban_list(bans: TravelBanList) -> dict[str, Any]:
    names = country_names(current_country_index())
    entries = TravelBanEntry.objects.filter(list=bans).order_by("-latest", "-earliest", "-first_recorded_at", "key")
    facts = shown_facts(entries, names, most=_MOST_ENTRIES + 1)
    return {
        "section": "sanctions", "room": "lists", "list": bans, "issuer": names[bans.issuer_id],
        "subject": value_in_words(bans.subject), "day": day_in_words(today()),
        "countries": _countries(bans, names), "facts": facts[:_MOST_ENTRIES], "is_cut": len(facts) > _MOST_ENTRIES,
    }  # fmt: skip


def _countries(bans: TravelBanList, names: Names) -> list[tuple[str, str, ShownStatus]]:
    """Each country of which the list says something today, with its pair and its status, by tone and name."""
    rows = StatusPeriod.objects.on(today()).filter(list=bans).exclude(value=UNKNOWN)
    countries = []
    for row in rows:
        period = period_from_row(row)
        entry = ban_entry(period.track, {"id": bans.pk, "title": bans.title}, period, day=today())
        status = Assembly(Address(row.pair_id), today(), names, {}).banned(entry)
        countries.append((names[period.track.receiver], f"/relations/{row.pair_id}/", status))
    return sorted(countries, key=lambda one: (by_gravity(one[2].tone), one[0]))
