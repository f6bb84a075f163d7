"""Countries and memberships: loaded from fixtures, looked up here."""

from __future__ import annotations

from django.contrib import admin
from django.db.models import Case, QuerySet, Value, When
from django.http import HttpRequest

from relations.admin.guarded import ReadOnlyAdmin
from relations.models import Country, Membership


@admin.register(Country)
class CountryAdmin(ReadOnlyAdmin[Country]):
    list_display = ("code", "name", "kind", "alpha3", "from_year", "to_year")
    list_display_links = ("code", "name")
    list_filter = ("kind",)
    search_fields = ("=code", "=alpha3", "name")

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Country], search_term: str
    ) -> tuple[QuerySet[Country], bool]:
        """Where a country is picked, the one whose code was typed comes first: `us` is no part of Russia's name."""
        found, duplicated = super().get_search_results(request, queryset, search_term)
        if request.resolver_match is None or request.resolver_match.url_name != "autocomplete":
            return found, duplicated
        code = search_term.strip().upper()
        first = Case(When(code=code, then=Value(0)), When(alpha3=code, then=Value(0)), default=Value(1))
        return found.order_by(first, "name"), duplicated


@admin.register(Membership)
class MembershipAdmin(ReadOnlyAdmin[Membership]):
    list_display = ("organisation", "member", "days")
    list_filter = (("organisation", admin.RelatedOnlyFieldListFilter),)
    search_fields = ("=member__code", "member__name")
    ordering = ("organisation", "member", "days")
