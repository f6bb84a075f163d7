"""Filters of lists."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.contrib import admin
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import HttpRequest

from relations.codes import NextStatus, PostStatus, Stance, TrackKind
from relations.models import AmbassadorStatus, Citation, Country, CountryPair, Fact, StatusPeriod
from relations.queries.facts import load_facts
from relations.status import contradictions


class ValuesFilter(admin.AllValuesFieldListFilter):
    """Every value of a text column. The empty one needs a name for its link."""

    def choices(self, changelist: Any) -> Iterator[Any]:
        for choice in super().choices(changelist):
            value, bracket, count = choice["display"].partition(" (")
            yield {**choice, "display": f"{value or 'None given'}{bracket}{count}"}


class VersionFilter(admin.SimpleListFilter):
    """Current versions by default; former ones on request."""

    title = "version"
    parameter_name = "version"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("superseded", "Superseded by a correction"), ("retracted", "Retracted"), ("all", "All versions")]

    def choices(self, changelist: Any) -> Iterator[Any]:
        default, *others = super().choices(changelist)
        yield {**default, "display": "Current"}
        yield from others

    def queryset(self, request: HttpRequest, queryset: QuerySet[Fact]) -> QuerySet[Fact]:
        later = queryset.model.objects.filter(key=OuterRef("key"), version__gt=OuterRef("version"))
        match self.value():
            case "all":
                return queryset
            case "superseded":
                return queryset.filter(Exists(later), superseded_at__isnull=False)
            case "retracted":
                return queryset.filter(~Exists(later), superseded_at__isnull=False)
            case _:
                return queryset.filter(superseded_at__isnull=True)


class _Picked:
    """A combobox of countries; a list of links where scripts are disabled."""

    template = "admin/relations/country_filter.html"
    lookup_choices: Any

    def choices(self, changelist: Any) -> Iterator[Any]:
        codes = [code for code, _ in self.lookup_choices]
        choices = super().choices(changelist)  # type: ignore[misc]  # of the filter that this is mixed into
        # The first choice is "All"; some lists end with "Empty".
        for code, choice in zip(["", *codes, ""], choices, strict=False):
            yield {**choice, "code": code}


class PartyFilter(_Picked, admin.RelatedOnlyFieldListFilter):
    """Records by the country in a column, of those that occur in it."""

    def field_admin_ordering(self, field: Any, request: HttpRequest, model_admin: Any) -> tuple[str, ...]:
        return ("name",)


class CountryFilter(_Picked, admin.SimpleListFilter):
    """Facts from or to one country, of those with any pair."""

    title = "country"
    parameter_name = "country"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        pairs = CountryPair.objects.filter(Q(first=OuterRef("pk")) | Q(second=OuterRef("pk")))
        return list(Country.objects.filter(Exists(pairs)).order_by("name").values_list("code", "name"))

    def queryset(self, request: HttpRequest, queryset: QuerySet[Fact]) -> QuerySet[Fact]:
        code = self.value()
        return queryset.filter(Q(from_country=code) | Q(to_country=code)) if code else queryset


STATUSES = {
    "post": (TrackKind.AMBASSADOR.label, PostStatus.choices),
    "next": (TrackKind.NEXT.label, NextStatus.choices),
}
"""Label and statuses of both tracks of heads of mission, by the value of the filter."""


class TrackFilter(admin.SimpleListFilter):
    """Heads of mission, or the next ones."""

    title = "track"
    parameter_name = "track"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(name, str(label)) for name, (label, _) in STATUSES.items()]

    def queryset(self, request: HttpRequest, queryset: QuerySet[AmbassadorStatus]) -> Any:
        _, statuses = STATUSES.get(self.value() or "", ("", None))
        return queryset if statuses is None else queryset.filter(status__in=dict(statuses))


class DisputedFilter(admin.SimpleListFilter):
    """Facts that a citation disputes, or that contradict one another."""

    title = "disputed"
    parameter_name = "disputed"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("yes", "Yes"), ("no", "No")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Fact]) -> QuerySet[Fact]:
        if self.value() not in ("yes", "no"):
            return queryset
        contested = Citation.objects.filter(**{queryset.model.column: OuterRef("pk")}, stance=Stance.DISPUTES)
        disputed = Q(Exists(contested)) | Q(key__in=_contradicting())
        return queryset.filter(disputed if self.value() == "yes" else ~disputed)


def _contradicting() -> set[str]:
    """The keys of facts that contradict one another. Only pairs with a disputed period can have any."""
    pairs = StatusPeriod.objects.filter(disputed=True).values_list("pair", flat=True).distinct()
    return {key for facts in load_facts(set(pairs)).values() for key in contradictions(facts)}
