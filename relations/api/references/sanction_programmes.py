"""`/api/sanction-programmes/`: named bodies of sanctions of one issuer on one target."""

from __future__ import annotations

from typing import Any

from django.db.models import Q

from relations import ledger
from relations.api.http.filters import Containing, Countries, EitherSide, Exactly, Filters, Numbers, Words
from relations.api.http.requests import ProgrammeBody
from relations.api.references.views import ReferenceDetail, ReferenceList, reference_paths
from relations.codes import ListCode
from relations.models import SanctionProgramme
from relations.representation.shapes import ProgrammeShape

KEYS = ("id", "self", "issuer", "target", "title", "legal_basis", "url", "list", "code")


def programme_body(programme: SanctionProgramme, site: str) -> dict[str, Any]:
    return {
        "id": programme.pk,
        "self": f"{site}/api/sanction-programmes/{programme.pk}/",
        "issuer": programme.issuer_id,
        "target": programme.target_id,
        "title": programme.title,
        "legal_basis": programme.legal_basis,
        "url": programme.url,
        "list": programme.list or None,
        "code": programme.code or None,
    }


class ProgrammeFilters(Filters):
    id = Numbers("id", label="Number of the programme")
    country = EitherSide("issuer", "target", label="A country on either side")
    issuer = Countries("issuer", label="Who imposes")
    target = Countries("target", label="On whom")
    title = Containing("title", label="Part of the title")
    legal_basis = Containing("legal_basis", label="Part of the legal basis")
    url = Exactly("url", label="Exactly this address")
    list = Words("list", words=ListCode, empty=Q(list=""), label="The list of parties that speaks of it")
    code = Exactly("code", label="Exactly this word of the list")
    q = Containing("title", "legal_basis", label="Words of the title or of the legal basis")


class ProgrammeList(ReferenceList):
    model, body, filters, keys = SanctionProgramme, ProgrammeBody, ProgrammeFilters, KEYS
    shape, as_json, make = ProgrammeShape, programme_body, ledger.record_programme
    name = "sanction-programmes"


class ProgrammeDetail(ReferenceDetail):
    model, body, keys = SanctionProgramme, ProgrammeBody, KEYS
    shape, as_json = ProgrammeShape, programme_body
    change, remove = ledger.change_programme, ledger.delete_programme


urlpatterns = reference_paths("sanction-programmes", ProgrammeList, ProgrammeDetail)
