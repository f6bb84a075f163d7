"""Export of a list of facts as CSV, and import after a dry run."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.contrib.admin.options import IncorrectLookupParameters
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.urls import URLPattern, path

from relations.admin import tables
from relations.admin.forms import TableForm
from relations.admin.tables import Line
from relations.admin.versions import VersionedAdmin, author
from relations.errors import Invalid
from relations.models import Fact


class TabularAdmin[F: Fact](VersionedAdmin[F]):
    """Lists of facts with export and import."""

    change_list_template = "admin/relations/fact_list.html"

    def get_urls(self) -> list[URLPattern]:
        name = f"relations_{self.opts.model_name}"
        own = [
            path("export/", self.admin_site.admin_view(self.export_view), name=f"{name}_export"),
            path("import/", self.admin_site.admin_view(self.import_view), name=f"{name}_import"),
        ]
        return [*own, *super().get_urls()]

    def export_view(self, request: HttpRequest) -> HttpResponse | StreamingHttpResponse:
        """All pages of the filtered list as CSV; an invalid filter leads back to the list, not to another export."""
        if not self.has_view_or_change_permission(request):
            raise PermissionDenied
        try:
            facts: QuerySet[Any] = self.get_changelist_instance(request).get_queryset(request)
        except IncorrectLookupParameters:  # the message is already queued for the next page
            return self._redirect()
        facts = facts.order_by("latest", "id").prefetch_related("citations__source")
        response = StreamingHttpResponse(
            tables.lines(self.model, facts.iterator(chunk_size=500)), content_type="text/csv; charset=utf-8"
        )
        response.headers["Content-Disposition"] = f'attachment; filename="{self.model.resource}.csv"'
        return response

    def import_view(self, request: HttpRequest) -> HttpResponse:
        """Shows a dry run of the file; on confirmation records a table without errors."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        form = TableForm(request.POST or None, request.FILES or None)
        if not (request.method == "POST" and form.is_valid()):
            return self._import(request, form)
        content = form.content()
        try:
            table = tables.read(self.model, content)
        except Invalid as refusal:
            form.add_error("file", refusal.detail)
            return self._import(request, form)
        fact_form: Any = self.get_form(request, None, change=False, fields=None)
        tables.check(self.model, fact_form, table)
        anyway = form.cleaned_data["record_anyway"]
        confirmed = "_record" in request.POST and (anyway or not any(line.alike for line in table))
        count = tables.record(table, author=author(request), dry=not confirmed)
        if confirmed and count:
            self.message_user(request, f"{count} facts were recorded.", messages.SUCCESS)
            return self._redirect()
        return self._import(request, form, table=table, text=content.decode("utf-8-sig"), is_valid=bool(count))

    def _import(self, request: HttpRequest, form: TableForm, table: Sequence[Line] = (), **more: Any) -> HttpResponse:
        return self._page(
            request, "admin/relations/import.html", title=f"Import {self.opts.verbose_name_plural}", form=form,
            table=table, columns=[*tables.columns(self.model), "source", "quote", "stance"], most=tables.MAX_FACTS,
            has_duplicates=any(line.alike for line in table), **more,
        )  # fmt: skip
