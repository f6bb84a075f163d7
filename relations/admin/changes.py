"""The append-only log, to be read."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html

from relations.admin.fact_display import NOTHING
from relations.admin.hardened import ReadOnlyAdmin
from relations.admin.history import line_told
from relations.codes import TrackKind
from relations.models import FACT_MODEL_OF, StatusChange


class TrackKindFilter(admin.SimpleListFilter):
    title = "track"
    parameter_name = "kind"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return list(TrackKind.choices)

    def queryset(self, request: HttpRequest, queryset: QuerySet[StatusChange]) -> QuerySet[StatusChange]:
        kind = self.value()
        return queryset.filter(track__startswith=kind) if kind else queryset


@admin.register(StatusChange)
class StatusChangeAdmin(ReadOnlyAdmin[StatusChange]):
    list_display = ("id", "pair", "version", "what", "reason", "recorded_at", "recorded_by", "note")
    list_filter = ("reason", TrackKindFilter)
    list_select_related = ("pair", "recorded_by")
    search_fields = ("=pair__code", "=pair__first__code", "=pair__second__code", "note", "=request_id")
    search_help_text = "BY-US, the code of a country, words of the reason, or a request's id"
    date_hierarchy = "recorded_at"
    ordering = ("-id",)
    list_per_page = 50
    fields = ("pair", "version", "track", "old", "new", "effective", "reason", "cause", "recorded_at", "recorded_by",
              "note", "request_id")  # fmt: skip
    readonly_fields = ("cause",)

    @admin.display(description="what changed", ordering="track")
    def what(self, line: StatusChange) -> str:
        return line_told(line)

    @admin.display(description="fact")
    def cause(self, line: StatusChange) -> str:
        model = FACT_MODEL_OF.get(line.cause_kind)
        if model is None:
            return NOTHING
        query = urlencode({"q": line.cause_key, "version": "all"})
        found = f"{reverse(f'admin:relations_{model._meta.model_name}_changelist')}?{query}"
        return format_html('<a href="{}">{} {}, version {}</a>', found, model._meta.verbose_name, line.cause_key,
                           line.cause_version)  # fmt: skip
