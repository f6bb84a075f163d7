"""`/relations/`: the pairs that have facts, with their statuses of today, by country and by value."""

from __future__ import annotations

from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import HttpRequest, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from relations.codes import UNKNOWN, VALUES, TrackKind
from relations.models import CountryPair, StatusPeriod
from relations.queries.clock import today
from relations.queries.countries import CountryIndex, current_country_index
from relations.representation.references import site
from relations.web.language import in_the_readers_language
from relations.web.names import country_names
from relations.web.overview.rows import pair_rows
from relations.web.search.countries import gazetteer
from relations.web.words import day_in_words, value_in_words
from tracker.frame import page

PAGE_SIZE = 50


@require_safe
@in_the_readers_language
def relations(request: HttpRequest) -> HttpResponseBase:
    """A page of pairs; a country by any of its names is redirected to its code."""
    index = current_country_index()
    asked, value = request.GET.get("country", "").strip()[:100], _value(request.GET.get("value", ""))
    codes = gazetteer(index).named(asked) if asked else []
    if len(codes) == 1 and codes[0] != asked:
        return HttpResponseRedirect(f"/relations/?{_query(country=codes[0], value=value)}")
    rows = _pairs(codes, value) if codes or not asked else CountryPair.objects.none()
    current = Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page"))
    names = country_names(index)
    own = [pair.code for pair in current.object_list]
    context = {
        "section": "relations",
        "day": day_in_words(today()),
        "country": asked,
        "country_name": names[codes[0]] if codes else "",
        "is_no_country": bool(asked) and not codes,
        "value": value,
        "values": _choices(),
        "countries": _countries(index),
        "page": current,
        "query": "",
        "filters": _query(country=asked, value=value),
        "rows": pair_rows(own, day=today(), countries=index, names=names, site=site(request)) if own else [],
    }
    return page(request, "web/overview/relations.html", context)


def _pairs(codes: list[str], value: str) -> QuerySet[CountryPair]:
    rows = CountryPair.objects.recorded().order_by("code")
    if codes:
        rows = rows.filter(Q(first__in=codes) | Q(second__in=codes))
    if value:
        kind, _, word = value.partition(":")
        said = StatusPeriod.objects.on(today()).filter(pair=OuterRef("pk"), kind=kind, value=word)
        rows = rows.filter(Exists(said))
    return rows


def _value(text: str) -> str:
    """`sanctions:in_force`; empty for what is no value of a track."""
    kind, _, word = text.partition(":")
    return text if kind in VALUES and word in VALUES[TrackKind(kind)] and word != UNKNOWN else ""


def kind_titles() -> dict[str, str]:
    """Kinds of tracks in words."""
    return {
        TrackKind.AMBASSADOR: _("Head of mission"), TrackKind.NEXT: _("Next head of mission"),
        TrackKind.SANCTIONS: _("Sanctions"), TrackKind.TRAVEL_BAN: _("Travel bans"),
        TrackKind.DIPLOMATIC_RELATIONS: _("Diplomatic relations"), TrackKind.TREND: _("Trend"),
    }  # fmt: skip


def _choices() -> list[tuple[str, list[tuple[str, str]]]]:
    titles = kind_titles()
    return [
        (titles[kind], [(f"{kind}:{word}", value_in_words(word)) for word in words if word != UNKNOWN])
        for kind, words in VALUES.items()
    ]


def _countries(index: CountryIndex) -> list[tuple[str, str]]:
    names = country_names(index)
    return sorted(names.items(), key=lambda one: one[1])


def _query(**chosen: str) -> str:
    return urlencode({name: value for name, value in chosen.items() if value})
