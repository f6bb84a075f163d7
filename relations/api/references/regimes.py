"""`/api/regimes/`: bodies of sanctions of one issuer on one target, whatever lists and registries call them."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, TypedDict

from django.db.models import Q

from relations import ledger
from relations.api.http import filters, patterns
from relations.api.http.requests import (
    CountryField,
    DayField,
    PatternField,
    RequestBody,
    TextField,
    UrlField,
    WordField,
)
from relations.api.references.views import Reference, reference_paths
from relations.codes import RegimeStatus
from relations.models import Regime
from relations.representation.json_types import CountryCode, PageLinks, Url, from_row, one_of


class RegimeResponse(TypedDict):
    id: int
    self: Url
    code: Annotated[str, {"examples": ["US-BRUS"]}]
    issuer: CountryCode
    target: CountryCode
    title: str
    legal_basis: str
    url: str
    status: Annotated[str | None, one_of(RegimeStatus), "What an act or a registry says of it; null where nobody does"]
    status_on: Annotated[dt.date | None, "The day as of which it was so"]
    links: PageLinks


class RegimeRequest(RequestBody):
    answer = RegimeResponse

    code = PatternField(
        pattern=patterns.REGIME, max_length=40, help_text="Capital letters, digits and hyphens: US-BRUS"
    )
    issuer = CountryField()
    target = CountryField()
    title = TextField(max_length=300)
    legal_basis = TextField(required=False, allow_blank=True, default="")
    url = UrlField(max_length=1000, required=False, allow_blank=True, default="")
    status = WordField(choices=RegimeStatus.choices, required=False, allow_blank=True, allow_null=True, default="")
    status_on = DayField(required=False, allow_null=True, default=None)

    def validate_status(self, value: str | None) -> str:
        return value or ""


def regime_body(regime: Regime, site: str) -> RegimeResponse:
    return from_row(
        RegimeResponse, regime,
        self=f"{site}/api/regimes/{regime.pk}/", issuer=regime.issuer_id, target=regime.target_id,
        status=regime.status or None, links={"html": f"{site}/programmes/?regime={regime.pk}"},
    )  # fmt: skip


class RegimeFilters(filters.Filters):
    id = filters.Numbers("id", label="Number of the regime")
    key = filters.Keys("key", label="Key that the regime has in fixtures")
    code = filters.Exactly("code", convert=str.upper, label="Exactly this code")
    country = filters.EitherSide("issuer", "target", label="A country on either side")
    issuer = filters.Countries("issuer", label="Who imposes")
    target = filters.Countries("target", label="On whom")
    title = filters.Containing("title", label="Part of the title")
    legal_basis = filters.Containing("legal_basis", label="Part of the legal basis")
    url = filters.Exactly("url", label="Exactly this address")
    status = filters.Words("status", words=RegimeStatus, empty=Q(status=""), label="Active or ended; none for not said")
    status_after, status_before = filters.DayBound.pair("status_on", "Its status was seen on this day")
    q = filters.Containing(
        "title", "code", "legal_basis", label="Words of the title, of the code or of the legal basis"
    )


urlpatterns = reference_paths("regimes", Reference(
    model=Regime, request=RegimeRequest, as_json=regime_body, filters=RegimeFilters,
    record=ledger.record_regime, change=ledger.change_regime, remove=ledger.delete_regime,
))  # fmt: skip
