"""`/api/sanction-programmes/`: named bodies of sanctions of one issuer on one target."""

from __future__ import annotations

from typing import Annotated, TypedDict

from django.db.models import Q

from relations import ledger
from relations.api.http.filters import Containing, Countries, EitherSide, Exactly, Filters, Numbers, Truth, Words
from relations.api.http.requests import CountryField, IdField, RequestBody, TextField, TruthField, UrlField
from relations.api.references.views import Reference, reference_paths
from relations.codes import ListCode
from relations.models import SanctionProgramme
from relations.representation.json_types import CountryCode, PageLinks, Url, from_row, one_of


class ProgrammeResponse(TypedDict):
    id: int
    self: Url
    issuer: CountryCode
    target: CountryCode
    title: str
    legal_basis: str
    url: str
    regime: Annotated[int | None, "The id of the regime that the programme is a name of"]
    thematic: Annotated[bool, "About persons or a theme and not about the target as a state: it has no posture"]
    list: Annotated[str | None, one_of(ListCode), "Given by an import"]
    code: Annotated[str | None, "The list's own word for it; null where there is none"]
    links: PageLinks


class ProgrammeRequest(RequestBody):
    answer = ProgrammeResponse

    issuer = CountryField()
    target = CountryField()
    title = TextField(max_length=300)
    legal_basis = TextField(required=False, allow_blank=True, default="")
    url = UrlField(max_length=1000, required=False, allow_blank=True, default="")
    regime = IdField(
        required=False, allow_null=True, default=None, help_text="The id of the regime that it is a name of"
    )
    thematic = TruthField(
        required=False, default=False, help_text="About persons or a theme and not about the target as a state"
    )


def programme_body(programme: SanctionProgramme, site: str) -> ProgrammeResponse:
    return from_row(
        ProgrammeResponse, programme,
        self=f"{site}/api/sanction-programmes/{programme.pk}/", issuer=programme.issuer_id, target=programme.target_id,
        regime=programme.regime_id, list=programme.list or None, code=programme.code or None,
        links={"html": f"{site}/programmes/{programme.pk}/"},
    )  # fmt: skip


class ProgrammeFilters(Filters):
    id = Numbers("id", label="Number of the programme")
    country = EitherSide("issuer", "target", label="A country on either side")
    issuer = Countries("issuer", label="Who imposes")
    target = Countries("target", label="On whom")
    title = Containing("title", label="Part of the title")
    legal_basis = Containing("legal_basis", label="Part of the legal basis")
    url = Exactly("url", label="Exactly this address")
    regime = Numbers("regime", empty=Q(regime=None), label="Id of the regime; none for programmes of no regime")
    thematic = Truth("thematic", label="About persons or a theme (1), or about the target as a state (0)")
    list = Words("list", words=ListCode, empty=Q(list=""), label="The list of parties that speaks of it")
    code = Exactly("code", label="Exactly this word of the list")
    q = Containing("title", "legal_basis", label="Words of the title or of the legal basis")


urlpatterns = reference_paths("sanction-programmes", Reference(
    model=SanctionProgramme, request=ProgrammeRequest, as_json=programme_body, filters=ProgrammeFilters,
    record=ledger.record_programme, change=ledger.change_programme, remove=ledger.delete_programme,
))  # fmt: skip
