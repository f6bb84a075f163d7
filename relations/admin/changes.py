"""The change log, read-only."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.contrib import admin
from django.contrib.admin.views.main import ChangeList
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html

from relations.admin.fact_display import NOTHING
from relations.admin.hardened import ReadOnlyAdmin
from relations.admin.history import change_texts
from relations.codes import TrackKind
from relations.models import FACT_MODEL_OF, StatusChange


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
