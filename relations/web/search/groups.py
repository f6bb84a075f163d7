"""`/search/?q=`: everything that the words may mean, by kind; a pair that is certain is opened at once.

A query for each kind, two for parties; none for countries and documentation.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import and_, or_
from typing import Any
from urllib.parse import urlencode

from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _

from relations.codes import ListCode, pair_code, pair_sides
from relations.codes.country_names import name_key, typed_names
from relations.errors import BadParameter
from relations.models import AmbassadorStatus, Designation, SanctionProgramme, Source, TravelBanList
from relations.queries.countries import CountryIndex, current_country_index
from relations.queries.party_search import search as parties_like
from relations.web.docs.search import search as passages
from relations.web.language import in_the_readers_language
from relations.web.refusals import reads
from relations.web.search.countries import Gazetteer, gazetteer
from relations.web.search.nearest import nearly_named
from relations.web.words import Names, country_names, date_in_words, day_in_words, value_in_words
from tracker.frame import page

MOST = 8
"""Hits of each kind on the page."""
MOST_PASSAGES = 3
"""Passages of the documentation, which are for fewer readers; its own search has all."""
_IN_DOCUMENTATION = "/docs/search/"
_SHORTEST, _MOST_WORDS = 2, 6
_PARTY_SCORE = 700
"""Thousandths of likeness from which a party is shown among other kinds; the API has those below."""


@dataclass(frozen=True, slots=True)
class Hit:
    title: str
    href: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    """Hits of one kind; `more` is the address of all of them, empty where these are all."""

    title: str
    hits: Sequence[Hit]
    more: str = ""


@dataclass(frozen=True, slots=True)
class Search:
    """One query over countries by their names in the reader's language."""

    query: str
    index: CountryIndex
    names: Names
    gazetteer: Gazetteer

    def groups(self) -> list[Group]:
        kinds: tuple[tuple[str, Callable[[], Iterable[Hit]], str], ...] = (
            (_("Countries"), self.countries, ""), (_("Pairs"), self.pairs, ""),
            (_("Sanctions programmes"), self.programmes, "/programmes/"), (_("Lists"), self.lists, ""),
            (_("Heads of mission"), self.holders, ""),
            (_("Parties on sanctions lists"), self.parties, "/designations/"), (_("Sources"), self.sources, ""),
            (_("Documentation"), self.documentation, _IN_DOCUMENTATION),
        )  # fmt: skip
        every = (self._group(title, list(hits()), page) for title, hits, page in kinds)
        return [group for group in every if group.hits]

    def _group(self, title: str, hits: Sequence[Hit], page: str) -> Group:
        """`page` lists all of the kind by the same words."""
        is_cut = bool(page) and len(hits) == (MOST_PASSAGES if page == _IN_DOCUMENTATION else MOST)
        return Group(title, hits, f"{page}?{urlencode({'q': self.query})}" if is_cut else "")

    def countries(self) -> Iterator[Hit]:
        """Countries of the name, or in the sentence, or of a name that is nearly so: `germny`."""
        known = self.gazetteer
        codes = dict.fromkeys([*known.named(self.query), *known.alike(self.query)] or known.mentioned(self.query))
        for code in list(codes)[:MOST] or nearly_named(self.query, self.index):
            yield Hit(self.names[code], f"/countries/{code}/", self._why(code))

    def _why(self, code: str) -> str:
        """The code, and the name that the reader may have meant."""
        key = name_key(self.query)
        other = next((name for name in typed_names(code) if name_key(name).startswith(key)), "")
        return f"{code}, {other}" if other and other != self.names[code] else code

    def pairs(self) -> Iterator[Hit]:
        known = self.gazetteer
        codes = known.pairs(self.query) or known.likely_pairs(self.query)
        if not codes and len(ends := known.mentioned(self.query)) == 2:
            codes = [pair_code(*ends)]
        for code in codes[:MOST]:
            first, second = (self.names[side] for side in pair_sides(code))
            yield Hit(_("%(first)s and %(second)s") % {"first": first, "second": second}, f"/relations/{code}/", code)

    def programmes(self) -> Iterator[Hit]:
        rows = SanctionProgramme.objects.filter(self._in("title", "code", "legal_basis"))
        for row in rows.order_by("title", "pk")[:MOST]:
            direction = self._direction(row.issuer_id, row.target_id)
            detail = ", ".join(filter(None, (direction, row.legal_basis, row.code)))
            yield Hit(row.title, f"/programmes/{row.pk}/", detail)

    def lists(self) -> Iterator[Hit]:
        """Sanctions lists by their names, then travel-ban lists by title or instrument."""
        for code in ListCode:
            if self.query.casefold() in (code.value, code.label.casefold()):
                yield Hit(str(code.label), f"/lists/{code}/", _("sanctions list"))
        for row in TravelBanList.objects.filter(self._in("title", "instrument")).order_by("title", "pk")[:MOST]:
            detail = ", ".join(filter(None, (self.names[row.issuer_id], row.instrument)))
            yield Hit(row.title, f"/lists/{row.pk}/", detail)

    def holders(self) -> Iterator[Hit]:
        """The latest fact of each holder in each direction."""
        rows = AmbassadorStatus.objects.current().filter(self._in("holder"))
        rows = rows.order_by("holder", "from_country_id", "to_country_id", "-latest")
        for row in rows.distinct("holder", "from_country_id", "to_country_id")[:MOST]:
            what = f"{value_in_words(row.status)}, {date_in_words(row.on)}"
            detail = f"{self._direction(row.from_country_id, row.to_country_id)}: {what}"
            yield Hit(row.holder, f"/relations/{row.pair_id}/#f-{row.key}", detail)

    def parties(self) -> Iterator[Hit]:
        try:
            rows: QuerySet[Any] = parties_like(Designation.objects.current(), self.query)
        except BadParameter:  # no letters
            return
        for row in rows.filter(score__gte=_PARTY_SCORE).select_related("party").order_by("-score", "pk")[:MOST]:
            listed = _("on the list by %(day)s") % {"day": day_in_words(row.listed_on)}
            until = _("off it by %(day)s") % {"day": day_in_words(row.delisted_on)} if row.delisted_on else ""
            detail = ", ".join(filter(None, (ListCode(row.party.list).label, *row.programmes[:3], listed, until)))
            yield Hit(row.name, f"/designations/{row.party.key}/", detail)

    def sources(self) -> Iterator[Hit]:
        rows = Source.objects.filter(self._in("title", "publisher", "url")).defer("text")
        for row in rows.order_by("-published_on", "-pk")[:MOST]:
            day = day_in_words(row.published_on) if row.published_on else ""
            yield Hit(row.title, f"/sources/{row.pk}/", ", ".join(filter(None, (row.publisher, day))))

    def documentation(self) -> Iterator[Hit]:
        for result in passages(self.query)[:MOST_PASSAGES]:
            title = result.page.title
            if result.section.level > 1:
                title = f"{title} › {result.section.title}"
            yield Hit(title, result.address, result.passage)

    def _in(self, *fields: str) -> Q:
        """Every word in one of the fields: `Karen Stewart` is in `Karen B. Stewart`. One letter is in none."""
        if len(self.query) < _SHORTEST:
            return Q(pk__in=())
        words = self.query.split(maxsplit=_MOST_WORDS - 1)
        return reduce(and_, (reduce(or_, (Q((f"{name}__icontains", word)) for name in fields)) for word in words))

    def _direction(self, sender: str, receiver: str) -> str:
        return f"{self.names[sender]} → {self.names[receiver]}"


LONGEST_QUERY = 200


@reads("q")
@in_the_readers_language
def search(request: HttpRequest) -> HttpResponseBase:
    query = " ".join(request.GET.get("q", "")[:LONGEST_QUERY].replace("\0", " ").split())
    if not query:
        return page(request, "web/search.html", {"query": "", "groups": []})
    index = current_country_index()
    known = gazetteer(index)
    certain = known.pairs(query)
    if len(certain) == 1:
        return HttpResponseRedirect(f"/relations/{certain[0]}/")
    groups = Search(query, index, country_names(index), known).groups()
    return page(request, "web/search.html", {"query": query, "groups": groups})
