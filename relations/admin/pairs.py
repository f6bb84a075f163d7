"""Countries and memberships, which fixtures load, and pairs: current facts, statuses, and the change log."""

from __future__ import annotations

from django.contrib import admin
from django.db.models import QuerySet
from django.template.loader import render_to_string
from django.urls import reverse

from relations import ledger
from relations.admin.hardened import ReadOnlyAdmin
from relations.admin.history import change_rows
from relations.models import FACT_MODELS, Country, CountryPair, Membership, StatusChange, StatusPeriod
from relations.queries.countries import current_country_index
from relations.representation.change_text import Names, subject
from relations.status import Track

MAX_CHANGES = 50


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


@admin.register(CountryPair)
class CountryPairAdmin(ReadOnlyAdmin[CountryPair]):
    list_display = ("code", "first", "second", "version", "last_recorded_at", "next_change_on")
    search_fields = ("=code", "=first__code", "=second__code", "first__name", "second__name")
    date_hierarchy = "last_recorded_at"
    readonly_fields = ("facts", "current_periods", "all_periods", "changes")
    fields = ("code", "first", "second", "version", "logged_through", "next_change_on", *readonly_fields)

    @admin.display(description="facts")
    def facts(self, pair: CountryPair) -> str:
        """Links to the pair's current facts, kind by kind."""
        kinds = [
            (model._meta.verbose_name_plural, reverse(f"admin:relations_{model._meta.model_name}_changelist"), count)
            for model in FACT_MODELS
            if (count := model.objects.current().filter(pair=pair).count())
        ]
        return render_to_string("admin/relations/pair_facts.html", {"pair": pair, "kinds": kinds})

    @admin.display(description="today")
    def current_periods(self, pair: CountryPair) -> str:
        return _table(StatusPeriod.objects.on(ledger.today()), pair)

    @admin.display(description="all periods")
    def all_periods(self, pair: CountryPair) -> str:
        return _table(StatusPeriod.objects.all(), pair)

    @admin.display(description="change log")
    def changes(self, pair: CountryPair) -> str:
        changes = StatusChange.objects.filter(pair=pair).select_related("recorded_by").order_by("-id")[:MAX_CHANGES]
        context = {"pair": pair, "rows": change_rows(list(changes)), "limit": MAX_CHANGES}
        return render_to_string("admin/relations/pair_log.html", context)


def _table(of_days: QuerySet[StatusPeriod], pair: CountryPair) -> str:
    periods = of_days.filter(pair=pair).order_by("track", "days")
    names = Names.of(periods, current_country_index().by_code)
    rows = [(subject(Track.named(period.track), names), period) for period in periods]
    return render_to_string("admin/relations/pair_periods.html", {"rows": rows})
