"""Sanctions programmes and regimes, travel-ban lists, and sources."""

from __future__ import annotations

import re
from typing import Any, override

from django.contrib import admin
from django.contrib.admin.widgets import AdminTextareaWidget
from django.db.models import Count, F, OuterRef, QuerySet, Subquery
from django.http import HttpRequest
from django.utils.html import format_html_join
from django.utils.safestring import SafeString

from relations import ledger
from relations.admin.fields import COUNTRY_PICKER, Lines
from relations.admin.filters import PartyFilter, ValuesFilter
from relations.admin.forms import address
from relations.admin.references import Commands, ReferenceAdmin, ReferenceForm
from relations.models import (
    FACT_MODELS,
    Citation,
    Regime,
    SanctionEvent,
    SanctionProgramme,
    Source,
    TravelBanEntry,
    TravelBanList,
)

_ID = re.compile(r"[0-9]{1,18}")


@admin.register(SanctionProgramme)
class SanctionProgrammeAdmin(ReferenceAdmin[SanctionProgramme]):
    fields = ("issuer", "target", "title", "legal_basis", "url", "regime", "thematic", "list", "code")
    readonly_fields = ("list", "code")
    autocomplete_fields = ("regime",)
    list_display = ("title", "issuer", "target", "legal_basis", "regime", "list", "code")
    list_select_related = ("issuer", "target", "regime")
    list_filter = (("issuer", PartyFilter), ("target", PartyFilter), "thematic", "list")
    search_fields = ("title", "legal_basis", "=code", "=issuer__code", "issuer__name", "=target__code", "target__name")
    referring = ((SanctionEvent, "programme"),)
    commands = Commands(record=ledger.record_programme, change=ledger.change_programme, remove=ledger.delete_programme)

    class Media:
        js = COUNTRY_PICKER


@admin.register(Regime)
class RegimeAdmin(ReferenceAdmin[Regime]):
    """Regimes; their names on lists are programmes, which prevent their deletion."""

    fields = ("code", "issuer", "target", "title", "legal_basis", "url", "status", "status_on")
    list_display = ("code", "title", "issuer", "target", "status", "status_on")
    list_filter = ("status", ("issuer", PartyFilter), ("target", PartyFilter))
    search_fields = ("code", "title", "legal_basis", "=issuer__code", "issuer__name", "=target__code", "target__name")
    referring = ()
    commands = Commands(record=ledger.record_regime, change=ledger.change_regime, remove=ledger.delete_regime)

    class Media:
        js = COUNTRY_PICKER


@admin.register(TravelBanList)
class TravelBanListAdmin(ReferenceAdmin[TravelBanList]):
    fields = ("issuer", "title", "subject", "instrument", "legal_basis", "url")
    list_display = ("title", "issuer", "subject", "instrument")
    list_filter = ("subject", ("issuer", PartyFilter))
    search_fields = ("title", "instrument", "legal_basis", "=issuer__code", "issuer__name")
    referring = ((TravelBanEntry, "list"),)
    commands = Commands(record=ledger.record_list, change=ledger.change_list, remove=ledger.delete_list)

    class Media:
        js = COUNTRY_PICKER


class SourceForm(ReferenceForm):
    text = Lines(
        required=False,
        strip=False,
        widget=AdminTextareaWidget(attrs={"rows": 20}),
        label="Archived text",
        help_text="Stored unchanged. Quotes must occur in it; once it is cited, it cannot be changed.",
    )


@admin.register(Source)
class SourceAdmin(ReferenceAdmin[Source]):
    form = SourceForm
    list_display = ("title", "publisher", "kind", "published_on", "language", "cited")
    list_filter = ("kind", ("language", ValuesFilter))
    search_fields = ("title", "publisher", "author", "url")
    date_hierarchy = "published_on"
    autocomplete_fields = ("syndication_of",)
    commands = Commands(record=ledger.record_source, change=ledger.change_source, remove=ledger.delete_source)
    referring = tuple((model, "citations__source") for model in FACT_MODELS)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Source]:
        count = Citation.objects.filter(source=OuterRef("pk")).order_by().values("source").annotate(count=Count("pk"))
        return super().get_queryset(request).annotate(cited=Subquery(count.values("count")))

    @override
    def locked(self, request: HttpRequest, row: Source) -> Source | None:
        original = request.POST.get("syndication_of", "")
        return ledger.lock_source(row.pk, original=int(original) if _ID.fullmatch(original) else None).get(row.pk)

    def get_fields(self, request: HttpRequest, obj: Source | None = None) -> list[Any]:
        fields = ["kind", "publisher", "title", "author", "published_on", "url", "language", "licence",
                   "syndication_of", "covers_to", "good_for", "text"]  # fmt: skip
        if obj is None:
            return fields
        fields += ["sha256", "facts_citing"]
        return [*fields, "seen"] if self.has_change_permission(request, obj) else fields

    def get_readonly_fields(self, request: HttpRequest, obj: Source | None = None) -> tuple[str, ...]:
        if obj is None:
            return ()
        is_cited = bool(obj.text) and obj.citations.exists()
        return ("text", "sha256", "facts_citing") if is_cited else ("sha256", "facts_citing")

    @admin.display(description="cited", ordering=F("cited").desc(nulls_last=True), empty_value="0")
    def cited(self, source: Source) -> int | None:
        count: int | None = source.cited  # type: ignore[attr-defined]  # annotated by get_queryset
        return count

    @admin.display(description="facts that cite it")
    def facts_citing(self, source: Source) -> SafeString | str:
        facts = ((address(fact), fact) for fact in self.facts(source))
        return format_html_join("", '<p><a href="{}">{}</a></p>', facts) or "none"
