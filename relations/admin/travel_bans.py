"""Travel-ban lists and their entries."""

from __future__ import annotations

from typing import Any

from django.contrib import admin

from relations import ledger
from relations.admin.country_field import COUNTRY_PICKER
from relations.admin.facts import FactAdmin
from relations.admin.filters import PartyFilter
from relations.admin.forms import FactForm
from relations.admin.references import Commands, ReferenceAdmin
from relations.models import TravelBanEntry, TravelBanList


class TravelBanEntryForm(FactForm):
    """Takes the issuer from the list."""

    distinguished_by = ("list", "person")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "to_country" in self.fields:
            self.fields["to_country"].label = "Country"

    def values(self) -> dict[str, Any]:
        values = super().values()
        if self.instance.pk is None and values.get("list"):
            values["from_country"] = values["list"].issuer
        return values


@admin.register(TravelBanEntry)
class TravelBanEntryAdmin(FactAdmin[TravelBanEntry]):
    form = TravelBanEntryForm
    directions = ("to_country",)
    own_fields = ("list", "action", "scope", "visa_classes", "person", "identifiers")
    autocomplete_fields = ("list",)
    extra_columns = ("list", "person", "scope")
    extra_filters = ("scope", ("list", admin.RelatedOnlyFieldListFilter))
    extra_search = ("person", "list__title", "list__instrument")


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
