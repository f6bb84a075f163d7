"""Read-only pages: countries, memberships, pairs with their facts and statuses, the change log, and imports."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import urlencode

from django.contrib import admin
from django.contrib.admin.views.main import ChangeList
from django.db.models import QuerySet
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from relations import ledger
from relations.admin.fact_display import NOTHING
from relations.admin.hardened import ReadOnlyAdmin
from relations.admin.history import change_rows, change_texts
from relations.codes import ImportedList, TrackKind
from relations.models import (
    FACT_MODEL_OF,
    FACT_MODELS,
    Country,
    CountryPair,
    ImportRun,
    Membership,
    StatusChange,
    StatusPeriod,
)
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


class ListFilter(admin.SimpleListFilter):
    title = "list"
    parameter_name = "list"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(value, str(label)) for value, label in ImportedList.choices]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        code = self.value()
        return queryset.filter(list=code) if code else queryset


@admin.register(ImportRun)
class ImportRunAdmin(ReadOnlyAdmin[ImportRun]):
    list_display = ("id", "list_name", "dated", "state", "read", "added", "amended", "ended", "refused", "started_at")
    list_filter = (ListFilter, "state", "dry_run")
    search_fields = ("=sha256", "reason")
    date_hierarchy = "started_at"
    ordering = ("-id",)
    list_per_page = 50
    fields = ("list_name", "dated", "state", "reason", "read", "added", "amended", "ended", "refused", "reported",
              "accept_shrink", "dry_run", "source", "started_at", "duration", "started_by", "sha256")  # fmt: skip
    readonly_fields = ("list_name", "reported", "archived_files", "archived_files_without_links")

    def get_fields(self, request: HttpRequest, obj: ImportRun | None = None) -> list[Any]:
        may_import = self.has_import_permission(request)
        return [*self.fields, "archived_files" if may_import else "archived_files_without_links"]

    def has_import_permission(self, request: HttpRequest) -> bool:
        """The right without which the API does not send the files."""
        return request.user.has_perm("relations.add_importrun")

    @admin.display(description="list", ordering="list")
    def list_name(self, run: ImportRun) -> str:
        return str(ImportedList(run.list).label)

    @admin.display(description="report")
    def reported(self, run: ImportRun) -> SafeString:
        return format_html("<pre>{}</pre>", json.dumps(run.complaints, ensure_ascii=False, indent=2))

    @admin.display(description="archived files")
    def archived_files(self, run: ImportRun) -> SafeString | str:
        rows = (
            (reverse("import-file", args=(run.pk, one["sha256"])), one["name"], one["bytes"], one["sha256"])
            for one in run.files
        )
        return format_html_join("", '<p><a href="{}">{}</a>, {} bytes, SHA-256 {}</p>', rows) or "none"

    @admin.display(description="archived files")
    def archived_files_without_links(self, run: ImportRun) -> SafeString | str:
        rows = ((one["name"], one["bytes"], one["sha256"]) for one in run.files)
        return format_html_join("", "<p>{}, {} bytes, SHA-256 {}</p>", rows) or "none"


class TrackKindFilter(admin.SimpleListFilter):
    title = "track"
    parameter_name = "kind"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(value, str(label)) for value, label in TrackKind.choices]

    def queryset(self, request: HttpRequest, queryset: QuerySet[StatusChange]) -> QuerySet[StatusChange]:
        kind = self.value()
        return queryset.filter(track__startswith=kind) if kind else queryset


@admin.register(StatusChange)
class StatusChangeAdmin(ReadOnlyAdmin[StatusChange]):
    list_display = ("id", "pair", "version", "text", "reason", "recorded_at", "recorded_by", "note")
    list_filter = ("reason", TrackKindFilter)
    list_select_related = ("pair", "recorded_by")
    search_fields = ("=pair__code", "=pair__first__code", "=pair__second__code", "note", "=request_id")
    search_help_text = "BY-US, the code of a country, words of the note, or a request's id"
    date_hierarchy = "recorded_at"
    ordering = ("-id",)
    list_per_page = 50
    fields = ("pair", "version", "text", "effective", "reason", "cause", "recorded_at", "recorded_by", "note",
              "request_id")  # fmt: skip
    readonly_fields = ("text", "cause")

    def get_changelist_instance(self, request: HttpRequest) -> ChangeList:
        """Words all changes of the page at once, in a constant number of queries."""
        changelist = super().get_changelist_instance(request)
        for change, text in zip(rows := list(changelist.result_list), change_texts(rows), strict=True):
            change.text = text
        return changelist

    @admin.display(description="change", ordering="track")
    def text(self, change: Any) -> str:
        return getattr(change, "text", "") or change_texts([change])[0]

    @admin.display(description="fact")
    def cause(self, change: StatusChange) -> str:
        model = FACT_MODEL_OF.get(change.cause_kind)
        if model is None:
            return NOTHING
        query = urlencode({"q": change.cause_key, "version": "all"})
        url = f"{reverse(f'admin:relations_{model._meta.model_name}_changelist')}?{query}"
        return format_html('<a href="{}">{} {}, version {}</a>', url, model._meta.verbose_name, change.cause_key,
                           change.cause_version)  # fmt: skip
