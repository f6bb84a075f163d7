"""The four kinds of facts."""

from __future__ import annotations

from typing import Any

from django.contrib import admin

from relations.admin.facts import FactAdmin
from relations.admin.filters import STATUSES, TrackFilter
from relations.admin.forms import FactForm
from relations.models import AmbassadorStatus, DiplomaticEvent, SanctionEvent, TravelBanEntry

_CHOICES = [("", "---------"), *STATUSES.values()]


class AmbassadorStatusForm(FactForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "status" in self.fields:
            self.fields["status"].choices = _CHOICES  # type: ignore[attr-defined]  # a field of choices


@admin.register(AmbassadorStatus)
class AmbassadorStatusAdmin(FactAdmin[AmbassadorStatus]):
    form = AmbassadorStatusForm
    own_fields = ("status", "holder")
    extra_columns = ("holder",)
    extra_filters = (TrackFilter,)
    extra_search = ("holder",)


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


@admin.register(DiplomaticEvent)
class DiplomaticEventAdmin(FactAdmin[DiplomaticEvent]):
    own_fields = ("kind",)
