"""`/programmes/`: sanctions programmes with their statuses of today, by issuer, target, status, regime and words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import HttpRequest, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _

from relations.codes import UNKNOWN, ListCode, SanctionValue, pair_code
from relations.models import Regime, SanctionEvent, SanctionProgramme, StatusPeriod
from relations.queries.clock import today
from relations.queries.countries import CountryIndex, current_country_index
from relations.queries.designation_counts import counts_on, designation_counts
from relations.queries.periods import period_from_row
from relations.representation.designation_counts import designation_bodies
from relations.representation.references import site
from relations.representation.statuses import programme_entry
from relations.web.language import in_the_readers_language
from relations.web.pairs.address import Address
from relations.web.pairs.facts import shown_facts
from relations.web.pairs.statuses import Assembly
from relations.web.refusals import Wrong, answered, no_value, reads, wrong_country, wrong_word
from relations.web.search.countries import gazetteer
from relations.web.words import Names, country_names, day_in_words, in_order, value_in_words

PAGE_SIZE = 50
STALE = "stale"
SIDES = ("issuer", "target")
FIELDS = (*SIDES, "status", "regime", "q")


@reads(*FIELDS, "page")
@in_the_readers_language
def programmes(request: HttpRequest) -> HttpResponseBase:
    """A page of programmes; a country by any of its names is redirected to its code."""
    index = current_country_index()
    asked = {name: " ".join(request.GET.get(name, "").replace("\0", " ").split())[:100]
             for name in FIELDS}  # fmt: skip
    named = {side: gazetteer(index).named(asked[side]) for side in SIDES if asked[side]}
    canonical = asked | {side: codes[0] for side, codes in named.items() if len(codes) == 1}
    if canonical != asked:
        return HttpResponseRedirect(f"/programmes/?{_query(canonical)}")
    regime = Regime.objects.filter(pk=asked["regime"]).first() if _is_number(asked["regime"]) else None
    wrong = [*(one for side in SIDES for one in wrong_country(request.GET, side, index)),
             *wrong_word(request.GET, "status", _values())]  # fmt: skip
    if asked["regime"] and regime is None:
        wrong.append(Wrong("regime", no_value(asked["regime"])))
    rows = SanctionProgramme.objects.none() if wrong else _chosen(asked, named)
    current = Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page"))
    names = country_names(index)
    context = {
        "section": "sanctions", "room": "programmes", "day": day_in_words(today()), "asked": asked,
        "statuses": _values().items(), "countries": sorted(names.items(), key=lambda one: in_order(one[1])),
        "regime": regime, "page": current, "filters": _query(asked),
        "rows": programme_rows(list(current.object_list), index, names, site(request)),
    }  # fmt: skip
    return answered(request, "web/sanctions/programmes.html", context, wrong)


def _query(chosen: Mapping[str, str]) -> str:
    return urlencode({name: value for name, value in chosen.items() if value})


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 19


def _values() -> dict[str, str]:
    """The choices of a status: values that are not stale, strongest first, and the stale ones."""
    values = {str(value): value_in_words(value) for value in reversed(SanctionValue)}
    return {"": _("any"), **values, STALE: _("as last seen long ago")}


def _chosen(asked: Mapping[str, str], named: Mapping[str, Sequence[str]]) -> QuerySet[SanctionProgramme]:
    """The programmes that match, those in force today first."""
    said = StatusPeriod.objects.on(today()).filter(programme=OuterRef("pk"), whole=False)
    fresh = said.filter(stale=False)
    rows = SanctionProgramme.objects.annotate(is_in_force=Exists(fresh.filter(value=SanctionValue.IN_FORCE)))
    for side, codes in named.items():
        rows = rows.filter(**{f"{side}__in": codes})
    if asked["regime"]:
        rows = rows.filter(regime=int(asked["regime"]))
    if asked["q"]:
        rows = rows.filter(
            Q(title__icontains=asked["q"]) | Q(code__icontains=asked["q"]) | Q(legal_basis__icontains=asked["q"])
        )
    match asked["status"]:
        case "":
            pass
        case "stale":
            rows = rows.filter(Exists(said.filter(stale=True)))
        case "unknown":
            rows = rows.exclude(Exists(said.exclude(value=UNKNOWN)))
        case value:
            rows = rows.filter(Exists(fresh.filter(value=value)))
    return rows.order_by("-is_in_force", "issuer", "target", "title", "pk").select_related("regime")


def programme_rows(
    programmes: Sequence[SanctionProgramme], index: CountryIndex, names: Names, site: str
) -> list[dict[str, Any]]:  # fmt: skip
    """Programmes in the order given, with their statuses of today and the latest of their facts.

    Three queries, and one for counts where they are not cached.
    """
    if not programmes:
        return []
    periods = {
        str(row.programme_id): period_from_row(row)
        for row in StatusPeriod.objects.on(today()).filter(programme__in=programmes, whole=False)
    }
    words = {str(row.pk): row.word for row in programmes if row.word}
    counts = counts_on(None, designation_counts(index.epoch), words.values())
    listed = designation_bodies(words, counts, site=site)
    latest = [period.state.facts[-1] for period in periods.values() if period.state.facts]
    facts = {
        fact.key: fact
        for fact in shown_facts(SanctionEvent.objects.filter(key__in=latest), names, most=len(programmes))
    }
    rows = []
    for one in programmes:
        reference = {"id": one.pk, "title": one.title}
        entry = programme_entry(reference, listed.get(str(one.pk)), periods.get(str(one.pk)), day=today())
        assembly = Assembly(Address(pair_code(one.issuer_id, one.target_id)), today(), names, facts)
        rows.append({
            "programme": one, "issuer": names[one.issuer_id], "target": names[one.target_id],
            "list_title": ListCode(one.list).label if one.list else "", "status": assembly.programme(entry),
        })  # fmt: skip
    return rows
