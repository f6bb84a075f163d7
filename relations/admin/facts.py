"""Admin pages of facts: every save is a command of the ledger."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar, cast, override

from django.contrib import admin, messages
from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.urls import URLPattern, path

from relations import ledger
from relations.admin import tables
from relations.admin.citations import CitationFormSet, inline_for
from relations.admin.confirmations import ConfirmedAdmin
from relations.admin.edit_conflicts import CARRY_OVER, carried_over
from relations.admin.fields import COUNTRY_PICKER
from relations.admin.filters import CountryFilter, DisputedFilter, VersionFilter
from relations.admin.forms import FactForm, TableForm, address, uuid_in
from relations.admin.versions import author
from relations.errors import AlreadyRetracted, Invalid, StaleVersion
from relations.ledger import FactDraft
from relations.models import Citation, Fact

_COUNTRIES = ("from_country", "to_country")
_SHARED = (("on", "announced_on"), "nature", ("quantity", "in_response_to"), "note")
"""The fields of every kind of fact that follow its own, in the rows of the form."""


class FactAdmin[F: Fact](ConfirmedAdmin[F]):
    """One kind of fact. `own_fields` are the kind's own, in the order of the form."""

    form = FactForm
    own_fields: ClassVar[tuple[str, ...]]
    directions: ClassVar[tuple[str, ...]] = _COUNTRIES
    """Countries in the form for a new fact; a correction changes none."""
    change_list_template = "admin/relations/fact_list.html"
    change_form_template = "admin/relations/fact_form.html"
    object_history_template = "admin/relations/fact_history.html"
    date_hierarchy = "latest"
    ordering = ("-latest", "-id")
    list_per_page = 50

    class Media:
        js = COUNTRY_PICKER

    # --- lists

    def get_list_display(self, request: HttpRequest) -> list[Any]:
        own = ("direction", self.model.label, *self.extra_columns)
        columns = [*own, "on", "citation_count", "recorded", "recorded_by"]
        return [*columns, "version", "is_current"] if VersionFilter.parameter_name in request.GET else columns

    extra_columns: ClassVar[tuple[str, ...]] = ()
    extra_filters: ClassVar[tuple[Any, ...]] = ()

    def get_list_filter(self, request: HttpRequest) -> list[Any]:
        return [VersionFilter, CountryFilter, *self.extra_filters, self.model.label, "nature", DisputedFilter]

    def get_list_select_related(self, request: HttpRequest) -> list[str]:
        own = [name for name in self.extra_columns if self.opts.get_field(name).is_relation]
        return ["from_country", "to_country", "recorded_by", *own]

    def get_search_fields(self, request: HttpRequest) -> list[str]:
        return ["=pair__code", "=from_country__code", "=to_country__code", "from_country__name", "to_country__name",
                "note", "citations__quote", *self.extra_search]  # fmt: skip

    extra_search: ClassVar[tuple[str, ...]] = ()
    search_help_text = "Names or codes of countries, BY-US, words of notes and quotes, or the key of a fact"

    def get_queryset(self, request: HttpRequest) -> QuerySet[F]:
        cited = Citation.objects.filter(**{self.model.column: OuterRef("pk")}).order_by()
        count = cited.values(self.model.column).annotate(count=Count("pk")).values("count")
        facts: Any = super().get_queryset(request)
        return cast("QuerySet[F]", facts.annotate(citation_count=Subquery(count)))

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[F], search_term: str
    ) -> tuple[QuerySet[F], bool]:
        key = uuid_in(search_term)
        if key:
            return queryset.filter(key=key), False
        return super().get_search_results(request, queryset, search_term)

    @admin.display(description="direction", ordering="from_country")
    def direction(self, fact: F) -> str:
        return f"{fact.from_country} → {fact.to_country}"

    @admin.display(description="citations", ordering="citation_count")
    def citation_count(self, fact: F) -> int:
        count: int = fact.citation_count  # type: ignore[attr-defined]  # annotated by get_queryset
        return count

    @admin.display(description="recorded (UTC)", ordering="recorded_at")
    def recorded(self, fact: F) -> str:
        return f"{fact.recorded_at:%Y-%m-%d %H:%M}"

    @admin.display(description="current", boolean=True)
    def is_current(self, fact: F) -> bool:
        return fact.superseded_at is None

    # --- forms

    def get_fieldsets(self, request: HttpRequest, obj: F | None = None) -> Any:
        if obj is None:
            return [(None, {"fields": (self.directions, *self.own_fields, *_SHARED, "record_anyway")})]
        sets: list[Any] = [(None, {"fields": (_COUNTRIES, *self.own_fields, *_SHARED)})]
        if self.has_change_permission(request, obj):
            sets.append(("Correction", {"fields": ("why",)}))
        return [*sets, ("Confirmations", {"fields": ("confirmed",)})]

    def get_readonly_fields(self, request: HttpRequest, obj: F | None = None) -> tuple[str, ...]:
        return (*_COUNTRIES, "confirmed") if obj else ()

    def get_inlines(self, request: HttpRequest, obj: F | None) -> list[Any]:
        return [inline_for(self.model)]

    def _create_formsets(self, request: HttpRequest, obj: F, change: bool) -> Any:  # noqa: FBT001  # Django's
        formsets, inlines = super()._create_formsets(request, obj, change)  # type: ignore[misc]  # not in the stubs
        refusals = getattr(request, "refusals", ())
        for formset in formsets:
            formset.refusals = [refusal for refusal in refusals if refusal.field.startswith("citations")]
        return formsets, inlines

    # --- record and correct

    def changeform_view(
        self, request: HttpRequest, object_id: str | None = None, form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:  # fmt: skip
        """Shows edit conflicts on their own page, with the typed values."""
        context = {**(extra_context or {}), "is_fact": True}
        if request.method == "POST":
            fact = self._opened(request, object_id)
            if fact and fact.superseded_at:
                return self._edit_conflict(request, fact)
            if CARRY_OVER in request.POST:
                request.POST = carried_over(request.POST)  # type: ignore[assignment]  # a QueryDict, too
                request.refusals = [_NOT_SAVED]  # type: ignore[attr-defined]  # read by get_form
        try:
            return super().changeform_view(request, object_id, form_url, context)
        except (StaleVersion, AlreadyRetracted):
            return self._edit_conflict(request, self.get_queryset(request).get(pk=unquote(object_id or "")))

    @override
    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], add: bool = False, change: bool = False,
        form_url: str = "", obj: F | None = None,
    ) -> HttpResponse:  # fmt: skip
        if obj and obj.superseded_at:
            last = self.model.objects.filter(key=obj.key).latest("version")
            context |= {"last_version": last, "current_address": address(last), "is_retracted": last.superseded_at}
        return super().render_change_form(request, context, add, change, form_url, obj)

    @override
    def save_model(self, request: HttpRequest, obj: F, form: Any, change: bool) -> None:
        """Saves nothing: `save_related` gives the fact with its citations to the ledger."""

    @override
    def save_related(self, request: HttpRequest, form: Any, formsets: Sequence[Any], change: bool) -> None:
        citations: CitationFormSet = formsets[0]
        if change:
            fact = ledger.correct(
                self.model, form.instance.key, values=form.values(), version=form.instance.version,
                citations=citations.drafts() if citations.has_changed() else None,
                why=form.cleaned_data["why"], author=author(request),
            )  # fmt: skip
        else:
            draft = FactDraft(model=self.model, values=form.values(), citations=citations.drafts())
            (fact,) = ledger.record([draft], author=author(request))
        # Deferred constraints are checked here, while the form can still show their messages.
        connection.check_constraints()
        # The next page names the new version, by columns that are not all in the form.
        form.instance.pk, form.instance.from_country = fact.pk, fact.from_country

    @override
    def construct_change_message(self, request: HttpRequest, form: Any, formsets: Any, add: bool = False) -> list[Any]:
        return []

    def log_addition(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        """Logs nothing: the change log has every command on a fact."""

    def log_change(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        """Logs nothing, as `log_addition`."""

    def response_change(self, request: HttpRequest, obj: F) -> HttpResponse:
        # The address of the form is now that of a superseded version.
        request.path = address(obj)
        return super().response_change(request, obj)

    # --- export and import

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
        response = StreamingHttpResponse(
            tables.lines(facts.order_by("latest", "id")), content_type="text/csv; charset=utf-8"
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

    def _import(
        self, request: HttpRequest, form: TableForm, table: Sequence[tables.Line] = (), **more: Any
    ) -> HttpResponse:
        return self._page(
            request, "admin/relations/import.html", title=f"Import {self.opts.verbose_name_plural}", form=form,
            table=table, columns=[*tables.columns(self.model), "source", "quote", "stance"], most=tables.MAX_FACTS,
            has_duplicates=any(line.alike for line in table), **more,
        )  # fmt: skip


_NOT_SAVED = Invalid(why="Nothing is saved yet. This is your input over the current version: check it and save.")
