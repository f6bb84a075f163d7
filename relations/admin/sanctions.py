"""Sanction events, programmes and regimes."""

from __future__ import annotations

from django.contrib import admin

from relations import ledger
from relations.admin.country_field import COUNTRY_PICKER
from relations.admin.facts import FactAdmin
from relations.admin.filters import PartyFilter
from relations.admin.forms import FactForm
from relations.admin.references import Commands, ReferenceAdmin
from relations.models import Regime, SanctionEvent, SanctionProgramme


class SanctionEventForm(FactForm):
    distinguished_by = ("programme",)


@admin.register(SanctionEvent)
class SanctionEventAdmin(FactAdmin[SanctionEvent]):
    form = SanctionEventForm
    own_fields = ("action", "measures", "scope", "programme", "instrument", "expires_on", "extends")
    autocomplete_fields = ("programme",)
    extra_columns = ("programme", "scope", "expires_on")
    extra_filters = ("scope", ("programme", admin.RelatedOnlyFieldListFilter))
    extra_search = ("instrument", "programme__title")


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
    """What a regime is called by lists and registries are its programmes, which prevent its deletion."""

    fields = ("code", "issuer", "target", "title", "legal_basis", "url", "status", "status_on")
    list_display = ("code", "title", "issuer", "target", "status", "status_on")
    list_filter = ("status", ("issuer", PartyFilter), ("target", PartyFilter))
    search_fields = ("code", "title", "legal_basis", "=issuer__code", "issuer__name", "=target__code", "target__name")
    referring = ()
    commands = Commands(record=ledger.record_regime, change=ledger.change_regime, remove=ledger.delete_regime)

    class Media:
        js = COUNTRY_PICKER
