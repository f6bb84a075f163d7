"""`/api/countries/`: the parties, their memberships and their pairs."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from functools import reduce
from operator import or_
from typing import Annotated, Any, ClassVar, TypedDict

from django.db.models import Q, QuerySet
from django.http.response import HttpResponseBase
from django.urls import path
from rest_framework.request import Request

from relations import ledger
from relations.api.http import conditional
from relations.api.http.any_of import split
from relations.api.http.endpoints import CanonicalEndpoint, ListEndpoint
from relations.api.http.filters import Containing, Countries, Exactly, Filters, Numbers, Words
from relations.api.http.parameters import as_of, chosen_fields, known_at, only
from relations.api.relations.filters import AGES, Age, recorded
from relations.codes import CountryKind, SanctionValue, TrackKind
from relations.errors import BadParameter
from relations.models import Country, Membership, StatusSpan
from relations.queries.countries import current_country_index
from relations.queries.pair_versions import versions_known_at
from relations.representation.json_types import CountryCode, Url, from_row, one_of
from relations.representation.references import CountryRef, country_code, country_ref, site
from relations.status.inheritance import MembershipPeriod

_KNOWN = [value for value in SanctionValue if value != SanctionValue.UNKNOWN]
_APPLIED = (SanctionValue.EASED, SanctionValue.IN_FORCE)


class CountryResponse(TypedDict):
    code: CountryCode
    alpha3: str | None
    numeric: str
    name: str
    kind: Annotated[str, one_of(CountryKind)]
    from_year: int | None
    to_year: int | None
    url: Url


class MembershipResponse(TypedDict):
    country: CountryRef
    since: Annotated[dt.date | None, "First day"]
    until: Annotated[dt.date | None, "Last day"]


# `with` is a keyword.
PairRef = TypedDict("PairRef", {"code": str, "with": CountryRef, "version": int, "url": Url})


class WholeCountryResponse(CountryResponse):
    memberships: list[MembershipResponse]
    members: list[MembershipResponse]
    pairs: list[PairRef]


class _Named(Containing):
    """Countries with this code, or with the text in their name."""

    is_indexed = False  # the countries are few

    def condition(self, values: list[str]) -> Q:
        conditions = (Q(code__iexact=text) | Q(alpha3__iexact=text) | Q(name__icontains=text) for text in values)
        return reduce(or_, conditions)


class _Members(Countries):
    """Countries that belong to one of the organisations on the day in question."""

    def condition(self, values: list[str]) -> Q:
        day = as_of(self.parent.request) or ledger.today()
        return Q(pk__in=Membership.objects.on(day).filter(organisation__in=values).values("member"))


class _SanctionedBy(Countries):
    """Countries under the sanctions of a sender, its own or those of an organisation of which it is a member then."""

    negatable: ClassVar[bool] = False  # of most others nothing is known

    def condition(self, values: list[str]) -> Q:
        day, asked = as_of(self.parent.request) or ledger.today(), self.parent.form.cleaned_data
        wanted, excluded = split(asked.get("sanctions") or _APPLIED)
        stale = AGES[(asked.get("stale") or [None])[0]]
        spans = StatusSpan.objects.on(day).filter(kind=TrackKind.SANCTIONS, whole=True)
        spans = spans.filter(value__in=wanted or _KNOWN).exclude(value__in=excluded)
        known = spans if stale is None else spans.filter(stale=stale)
        memberships = current_country_index().by_member
        return reduce(or_, (self._of(sender, memberships.get(sender, ()), known, day) for sender in values))

    @staticmethod
    def _of(sender: str, memberships: Iterable[MembershipPeriod], spans: QuerySet[StatusSpan], day: dt.date) -> Q:
        by = [sender, *(one.organisation for one in memberships if one.covers(day))]
        return Q(pk__in=spans.filter(from_country__in=by).values("to_country")) & ~Q(pk=sender)


class CountryFilters(Filters):
    code = Countries("code", label="Two letters or three")
    alpha3 = Exactly("alpha3", convert=str.upper, empty=Q(alpha3=None), label="Three letters; none for those without")
    numeric = Exactly("numeric", empty=Q(numeric=""), label="ISO's number; none for those without")
    name = Exactly("name", label="Exactly this name")
    kind = Words("kind", words=CountryKind, label="State, organisation or territory")
    from_year = Numbers("from_year", empty=Q(from_year=None), label="First year of a former country; none for others")
    to_year = Numbers("to_year", empty=Q(to_year=None), label="Last year of a former country; none for others")
    member_of = _Members("pk", label="Belongs to this organisation, today or on the day as_of")
    sanctioned_by = _SanctionedBy(
        "pk", label="Under sanctions of this country, or of an organisation to which it belongs, today or as_of"
    )
    sanctions = Words(
        "pk", words=_KNOWN, label="The state of the sanctions of sanctioned_by: in force or eased by default"
    )
    stale = Age("pk", label="Also sanctions of sanctioned_by whose evidence is too old (any), or these alone (only)")
    q = _Named("name", label="A code, or part of the name")

    def filter_queryset(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        for name, values in self.values.items():
            if name not in ("sanctions", "stale"):
                queryset = self.filters[name].filter(queryset, values)
            elif "sanctioned_by" not in self.values:
                raise BadParameter(field=name, why="It is about the sanctions of a country: add sanctioned_by.")
        return queryset


class CountryList(ListEndpoint):
    """All parties: states, territories, organisations, and former countries."""

    queryset = Country.objects.all()
    parameters = {"GET": {"as_of"}}
    filterset_class = CountryFilters
    response_type = CountryResponse
    orderings = {"code": ("code",), "name": ("name", "code")}
    default_ordering = "code"
    resumed_by = "code"
    name = "countries"

    def get_queryset(self) -> QuerySet[Any]:
        as_of(self.request)  # refuses what is no day, also where no filter asks for it
        return super().get_queryset()

    def body(self, row: Country) -> CountryResponse:
        return _body(row, site(self.request))


class CountryView(CanonicalEndpoint):
    """One country with its pairs, whether it is in the first place or the second, and what it belonged to when.

    With `as_of`, what it belonged to on that day; with `known_at`, the pairs about which something was known then.
    """

    home, canonical = "/api/countries/{}/", staticmethod(country_code)
    response_type = WholeCountryResponse
    parameters: ClassVar[Mapping[str, Any]] = {"GET": {"as_of", "known_at", "fields"}}

    def show(self, request: Request, code: str) -> HttpResponseBase:
        country = Country.objects.get(code=code)
        day = as_of(request)
        body: WholeCountryResponse = {
            **_body(country, site(request)),
            "memberships": [_membership(one.organisation, one) for one in _memberships(day, member=country)],
            "members": [_membership(one.member, one) for one in _memberships(day, organisation=country)],
            "pairs": _pairs(country, known_at(request), site(request)),
        }
        return conditional.cached(request, only(body, chosen_fields(request, self.keys)), version=0)


def _body(country: Country, site: str) -> CountryResponse:
    return from_row(CountryResponse, country, url=f"{site}/api/countries/{country.code}/")


def _memberships(day: dt.date | None, **side: Country) -> QuerySet[Membership]:
    """Memberships on any day, or on this one."""
    rows = Membership.objects.all() if day is None else Membership.objects.on(day)
    return rows.filter(**side).select_related("organisation", "member").order_by("organisation", "member", "days")


def _membership(other: Country, one: Membership) -> MembershipResponse:
    """From the first day to the last; stored is the day after it."""
    until = one.days.upper and one.days.upper - dt.timedelta(days=1)
    return {"country": country_ref(other), "since": one.days.lower, "until": until}


def _pairs(country: Country, moment: dt.datetime | None, site: str) -> list[PairRef]:
    """The pairs about which something is recorded, in the order of their codes."""
    own = recorded(moment).filter(Q(first=country) | Q(second=country)).select_related("first", "second")
    pairs = list(own.order_by("code"))
    versions = versions_known_at([pair.code for pair in pairs], moment) if moment else {}
    return [
        {
            "code": pair.code,
            "with": country_ref(pair.second if pair.first_id == country.code else pair.first),
            "version": versions.get(pair.code, 0) if moment else pair.version,
            "url": f"{site}/api/relations/{pair.code}/",
        }
        for pair in pairs
    ]


urlpatterns = [
    path("countries/", CountryList.as_view(), name="countries"),
    path("countries/<str:code>/", CountryView.as_view(), name="country"),
    # Without the slash, canonical or not, 308 leads to the URL above.
    path("countries/<str:code>", CountryView.as_view(schema=None)),
]
