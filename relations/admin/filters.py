"""Filters of the lists of facts."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.contrib import admin
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import HttpRequest

from relations.codes import NextStatus, PostStatus, Stance
from relations.models import AmbassadorStatus, Citation, Country, CountryPair, Fact, StatusPeriod
from relations.queries.facts import load_facts
from relations.status import contradictions


class ValuesFilter(admin.AllValuesFieldListFilter):
    """Every value of a column of text. The empty one gets a name, without which nobody could follow its link."""

    def choices(self, changelist: Any) -> Iterator[Any]:
        for choice in super().choices(changelist):
            value, bracket, count = choice["display"].partition(" (")
            yield {**choice, "display": f"{value or 'None given'}{bracket}{count}"}


class VersionFilter(admin.SimpleListFilter):
    """What is known now, unless somebody asks for what was known before."""

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
    """Offers countries in a combobox; without scripts as a list of links, as Django does."""

    template = "admin/relations/country_filter.html"
    lookup_choices: Any

    def choices(self, changelist: Any) -> Iterator[Any]:
        codes = [code for code, _ in self.lookup_choices]
        choices = super().choices(changelist)  # type: ignore[misc]  # of the filter that this is mixed into
        # All come first, and last, in some lists, those without a country.
        for code, choice in zip(["", *codes, ""], choices, strict=False):
            yield {**choice, "code": code}


class PartyFilter(_Picked, admin.RelatedOnlyFieldListFilter):
    """Records with one country in a column, of those that it holds; those without one come last."""

    def field_admin_ordering(self, field: Any, request: HttpRequest, model_admin: Any) -> tuple[str, ...]:
        return ("name",)


class CountryFilter(_Picked, admin.SimpleListFilter):
    """Facts from or to one country, of those about which anything is recorded."""

    title = "country"
    parameter_name = "country"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        pairs = CountryPair.objects.filter(Q(first=OuterRef("pk")) | Q(second=OuterRef("pk")))
        return list(Country.objects.filter(Exists(pairs)).order_by("name").values_list("code", "name"))

    def queryset(self, request: HttpRequest, queryset: QuerySet[Fact]) -> QuerySet[Fact]:
        code = self.value()
        return queryset.filter(Q(from_country=code) | Q(to_country=code)) if code else queryset


class TrackFilter(admin.SimpleListFilter):
    """Who leads the mission, or who is on the way."""

    title = "track"
    parameter_name = "track"
    words = {"post": PostStatus.values, "next": NextStatus.values}

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("post", "Post: who leads the mission"), ("next", "Next: who is on the way")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[AmbassadorStatus]) -> Any:
        words = self.words.get(self.value() or "")
        return queryset.filter(status__in=words) if words else queryset


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
    """The keys of facts that contradict one another: only pairs with a disputed period can have any."""
    pairs = StatusPeriod.objects.filter(disputed=True).values_list("pair", flat=True).distinct()
    return {key for acts in load_facts(set(pairs)).values() for key in contradictions(acts)}
