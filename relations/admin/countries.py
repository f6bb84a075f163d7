"""Countries and memberships, loaded from fixtures: read-only."""

from __future__ import annotations

from django.contrib import admin

from relations.admin.hardened import ReadOnlyAdmin
from relations.models import Country, Membership


@admin.register(Country)
class CountryAdmin(ReadOnlyAdmin[Country]):
    list_display = ("code", "name", "kind", "alpha3", "from_year", "to_year")
    list_display_links = ("code", "name")
    list_filter = ("kind",)
    search_fields = ("=code", "=alpha3", "name")


@admin.register(Membership)
class MembershipAdmin(ReadOnlyAdmin[Membership]):
    list_display = ("organisation", "member", "days")
    list_filter = (("organisation", admin.RelatedOnlyFieldListFilter),)
    search_fields = ("=member__code", "member__name")
    ordering = ("organisation", "member", "days")
