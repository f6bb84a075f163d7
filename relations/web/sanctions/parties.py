"""`/designations/`: parties on sanctions lists by name in any script, list, programme, kind and nationality."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.db.models import Q, QuerySet
from django.db.models.fields.tuple_lookups import Tuple, TupleLessThan
from django.http import HttpRequest, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _

from relations.codes import ListCode, PartyKind
from relations.dates import read_day
from relations.errors import BadParameter
from relations.models import ImportRun
from relations.models.designations import DesignationQuerySet
from relations.queries.countries import CountryIndex, current_country_index
from relations.queries.designation_counts import designation_counts
from relations.queries.party_search import search
from relations.web.language import in_the_readers_language
from relations.web.pairs.address import read_knowledge
from relations.web.refusals import Wrong, answered, reads, wrong_country, wrong_word
from relations.web.sanctions.listed import NEWEST, is_current, parties, party_rows
from relations.web.search.countries import gazetteer
from relations.web.words import country_names, day_in_words, in_figures, in_order, value_in_words

PAGE_SIZE = 50
MOST_COUNTED = 10_000
"""Parties that are counted; of more the page says so."""
FIELDS = ("q", "list", "programme", "kind", "nationality", "current", "as_of", "known_at")
"""Parameters as the API names them: the same query finds the same there."""
_TRUTHS = {"1": "true", "true": "true", "0": "false", "false": "false"}
_LAST_ID = 2**63 - 1


@dataclass(slots=True)
class Asked:
    """The fields of the form as they are given, their values, and what is wrong with them."""

    text: dict[str, str]
    day: dt.date | None = None
    moment: dt.datetime | None = None
    wrong: list[Wrong] = field(default_factory=list)

    @classmethod
    def of(cls, request: HttpRequest, index: CountryIndex) -> Asked:
        given = {name: " ".join(request.GET.get(name, "").replace("\0", " ").split())[:300] for name in FIELDS}
        asked = cls({**given, "current": _TRUTHS.get(given["current"], given["current"])})
        asked._read_days()
        choices = (("list", dict(ListCode.choices)), ("kind", kinds()), ("current", {one: one for one in _TRUTHS}))
        for name, words in choices:
            asked.wrong += wrong_word(request.GET, name, words)
        asked.wrong += wrong_country(request.GET, "nationality", index)
        if codes := gazetteer(index).named(given["nationality"]) if given["nationality"] else []:
            asked.text["nationality"] = codes[0]
        if given["programme"]:
            asked.text["programme"] = _spelled(given["programme"], given["list"], index)
        return asked

    def _read_days(self) -> None:
        """A day of knowledge means its end; it is written as the API writes moments."""
        no_day = _("“%(text)s” is no day; write it as 2020-02-02.")
        day, known = self.text["as_of"], self.text["known_at"]
        try:
            self.day = read_day(day) if day else None
        except ValueError:
            self.wrong.append(Wrong("as_of", no_day % {"text": day}))
        try:
            self.moment = read_knowledge(known)[0] if known else None
        except ValueError:
            self.wrong.append(Wrong("known_at", no_day % {"text": known}))
        if self.moment:
            self.text["known_at"] = f"{self.moment:%Y-%m-%dT%H:%M:%S.%fZ}"

    @property
    def query(self) -> str:
        return urlencode({name: value for name, value in self.text.items() if value})


def kinds() -> dict[str, str]:
    return {kind: value_in_words(kind) for kind in PartyKind.values}


def _spelled(programme: str, listed: str, index: CountryIndex) -> str:
    """The list's own spelling of a programme, where it differs in capitals only; otherwise as it is given."""
    known = {code for own, code in designation_counts(index.epoch) if listed in ("", own)}
    alike = sorted(code for code in known if code.casefold() == programme.casefold())
    return programme if programme in known or not alike else alike[0]


@reads(*FIELDS, "page", "after")
@in_the_readers_language
def designations(request: HttpRequest) -> HttpResponseBase:
    """A page of parties; values that are written otherwise are redirected to how the API writes them."""
    index = current_country_index()
    asked = Asked.of(request, index)
    if not asked.wrong and any(request.GET.get(name, "") not in ("", asked.text[name]) for name in FIELDS):
        return HttpResponseRedirect(f"/designations/?{asked.query}")
    names = country_names(index)
    current_page = _page_of(request, asked)
    context = {
        "section": "sanctions", "room": "parties", "asked": asked, "filters": asked.query,
        "lists": ListCode.choices, "kinds": kinds().items(),
        "countries": sorted(names.items(), key=lambda one: in_order(one[1])),
        "programmes": sorted({code for own, code in designation_counts(index.epoch)
                              if asked.text["list"] in ("", own)}),
        "as_of": day_in_words(asked.day) if asked.day else "",
        "more_asked": any(asked.text[name] for name in ("programme", "kind", "nationality", "as_of")),
        **current_page, "rows": party_rows(current_page["parties"], names), "read": _read(asked),
    }  # fmt: skip
    return answered(request, "web/sanctions/parties.html", context, asked.wrong)


def _page_of(request: HttpRequest, asked: Asked) -> dict[str, Any]:
    """The rows of the page, their number, and the address of the next ones."""
    nothing: dict[str, Any] = {"parties": (), "number": "", "next": "", "is_first": True}
    if asked.wrong:
        return nothing
    rows = _chosen(asked).defer("content").select_related("party")
    if not asked.text["q"]:
        return {**nothing, **_by_day(request, rows, asked)}
    try:
        alike: QuerySet[Any] = search(rows, asked.text["q"])
        ranked = Paginator(alike.order_by("-score", "pk"), PAGE_SIZE)
    except BadParameter:
        asked.wrong.append(Wrong("q", _("Give the letters of a name, 200 at most.")))
        return nothing
    current = ranked.get_page(request.GET.get("page"))
    following = f"{asked.query}&page={current.next_page_number()}" if current.has_next() else ""
    return {**nothing, "parties": list(current), "number": in_figures(ranked.count), "next": following,
            "is_first": current.number == 1}  # fmt: skip


def _chosen(asked: Asked) -> DesignationQuerySet:
    text = asked.text
    rows = parties(day=asked.day, known_at=asked.moment)
    if text["list"]:
        rows = rows.filter(party__list=text["list"])
    if text["programme"]:
        rows = rows.filter(programmes__contains=[text["programme"]])
    if text["kind"]:
        rows = rows.filter(kind=text["kind"])
    if text["nationality"]:
        rows = rows.filter(nationalities__overlap=[text["nationality"]])
    if text["current"]:
        current = is_current(day=asked.day, known_at=asked.moment)
        rows = rows.filter(current if text["current"] == "true" else ~current)
    return rows


def _by_day(request: HttpRequest, rows: DesignationQuerySet, asked: Asked) -> Mapping[str, Any]:
    """The parties listed last, or those before the place that `after` names: `2022-02-24.1234`."""
    place = _place(request.GET.get("after", ""))
    after: Q | TupleLessThan = TupleLessThan(Tuple("listed_on", "id"), place) if place else Q()
    newest = list(rows.filter(after).order_by(*NEWEST)[: PAGE_SIZE + 1])
    shown, following = newest[:PAGE_SIZE], ""
    if len(newest) > PAGE_SIZE:
        following = "&".join(filter(None, (asked.query, f"after={shown[-1].listed_on}.{shown[-1].pk}")))
    number = rows.order_by().values("pk")[: MOST_COUNTED + 1].count()
    words = (
        _("more than %(number)s") % {"number": in_figures(MOST_COUNTED)}
        if number > MOST_COUNTED
        else in_figures(number)
    )
    return {"parties": shown, "number": words, "next": following, "is_first": place is None}


def _place(text: str) -> tuple[dt.date, int] | None:
    """None for the beginning, and for what is no place."""
    day, _dot, number = text.partition(".")
    try:
        place = read_day(day), int(number)
    except ValueError:
        return None
    return place if number.isascii() and place[1] <= _LAST_ID else None


def _read(asked: Asked) -> Sequence[tuple[str, str, bool]]:
    """The lists that are asked for: label, day of the last publication, and that the day asked for was not read."""
    read = ImportRun.objects.filter(list__in=ListCode.values).read_days(known_at=asked.moment)
    chosen = [code for code in ListCode if code in read and asked.text["list"] in ("", code.value)]
    day = asked.day
    return [(code.label, day_in_words(read[code][1]), day is not None and not read[code][0] <= day <= read[code][1])
            for code in chosen]  # fmt: skip
