"""Sanction events and programmes."""

from __future__ import annotations

from django.contrib import admin

from relations import ledger
from relations.admin.country_field import COUNTRY_PICKER
from relations.admin.facts import FactAdmin
from relations.admin.filters import PartyFilter
from relations.admin.forms import FactForm
from relations.admin.references import Commands, ReferenceAdmin
from relations.models import SanctionEvent, SanctionProgramme


class SanctionEventForm(FactForm):
    distinguished_by = ("programme",)


@admin.register(SanctionEvent)
class SanctionEventAdmin(FactAdmin[SanctionEvent]):
    form = SanctionEventForm
    own_fields = ("action", "measures", "scope", "programme", "instrument", "expires_on")
    autocomplete_fields = ("programme",)
    extra_columns = ("programme", "scope", "expires_on")
    extra_filters = ("scope", ("programme", admin.RelatedOnlyFieldListFilter))
    extra_search = ("instrument", "programme__title")


@admin.register(SanctionProgramme)
class SanctionProgrammeAdmin(ReferenceAdmin[SanctionProgramme]):
    fields = ("issuer", "target", "title", "legal_basis", "url", "list", "code")
    readonly_fields = ("list", "code")
    list_display = ("title", "issuer", "target", "legal_basis", "list", "code")
    list_filter = (("issuer", PartyFilter), ("target", PartyFilter), "list")
    search_fields = ("title", "legal_basis", "=code", "=issuer__code", "issuer__name", "=target__code", "target__name")
    referring = ((SanctionEvent, "programme"),)
    commands = Commands(record=ledger.record_programme, change=ledger.change_programme, remove=ledger.delete_programme)

    class Media:
        js = COUNTRY_PICKER
