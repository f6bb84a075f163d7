"""Two countries: what stands between them, and how it came to stand."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.template.loader import render_to_string
from django.urls import reverse

from relations import ledger
from relations.admin.fact_display import NOTHING, who
from relations.admin.hardened import ReadOnlyAdmin
from relations.admin.history import line_told
from relations.models import FACT_MODELS, CountryPair, StatusChange, StatusPeriod

MOST_LINES = 50


@admin.register(CountryPair)
class CountryPairAdmin(ReadOnlyAdmin[CountryPair]):
    list_display = ("code", "first", "second", "version", "last_recorded_at", "next_change_on")
    search_fields = ("=code", "=first__code", "=second__code", "first__name", "second__name")
    date_hierarchy = "last_recorded_at"
    fields = (
        "code",
        "first",
        "second",
        "version",
        "logged_through",
        "next_change_on",
        "facts",
        "stands_today",
        "periods",
        "log",
    )
    readonly_fields = ("facts", "stands_today", "periods", "log")

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
    def stands_today(self, pair: CountryPair) -> str:
        return _table(list(_periods(pair).on(ledger.today())), of="stand today")

    @admin.display(description="all periods")
    def periods(self, pair: CountryPair) -> str:
        return _table(list(_periods(pair)), of="are stored")

    @admin.display(description="change log")
    def log(self, pair: CountryPair) -> str:
        lines = StatusChange.objects.filter(pair=pair).select_related("recorded_by").order_by("-id")
        told: list[dict[str, Any]] = [
            {"line": line, "what": line_told(line), "who": who(line.recorded_by)} for line in lines[:MOST_LINES]
        ]
        context = {"pair": pair, "lines": told, "most": MOST_LINES, "empty": NOTHING}
        return render_to_string("admin/relations/pair_log.html", context)


def _periods(pair: CountryPair) -> Any:
    return StatusPeriod.objects.filter(pair=pair).order_by("track", "days")


def _table(periods: list[StatusPeriod], *, of: str) -> str:
    return render_to_string("admin/relations/pair_periods.html", {"periods": periods, "of": of})
