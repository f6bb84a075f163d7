"""Import runs, read-only, with the files that they read."""

from __future__ import annotations

import json
from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from relations.admin.hardened import ReadOnlyAdmin
from relations.codes import ImportedList
from relations.models import ImportRun


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
