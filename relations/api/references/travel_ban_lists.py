"""`/api/travel-ban-lists/`: lists of countries or persons that may not enter."""

from __future__ import annotations

from typing import Any

from relations import ledger
from relations.api.http.filters import Containing, Countries, Exactly, Filters, Keys, Numbers, Words
from relations.api.http.requests import ListBody
from relations.api.references.views import ReferenceDetail, ReferenceList, reference_paths
from relations.codes import BanSubject
from relations.models import TravelBanList
from relations.representation.shapes import ListShape

KEYS = ("id", "self", "issuer", "title", "instrument", "legal_basis", "url", "subject")


def list_body(ban_list: TravelBanList, site: str) -> dict[str, Any]:
    return {
        "id": ban_list.pk,
        "self": f"{site}/api/travel-ban-lists/{ban_list.pk}/",
        "issuer": ban_list.issuer_id,
        "title": ban_list.title,
        "instrument": ban_list.instrument,
        "legal_basis": ban_list.legal_basis,
        "url": ban_list.url,
        "subject": ban_list.subject,
    }


class ListFilters(Filters):
    id = Numbers("id", label="Number of the list")
    key = Keys("key", label="Key that the list has in fixtures")
    issuer = Countries("issuer", label="Who keeps the list")
    title = Containing("title", label="Part of the title")
    instrument = Containing("instrument", label="Part of the legal act's name")
    legal_basis = Containing("legal_basis", label="Part of the legal basis")
    url = Exactly("url", label="Exactly this address")
    subject = Words("subject", words=BanSubject, label="Lists of countries or of persons")
    q = Containing("title", "instrument", "legal_basis", label="Words of the title, the legal act or its basis")


class BanListList(ReferenceList):
    model, body, filters, keys = TravelBanList, ListBody, ListFilters, KEYS
    shape, as_json, make = ListShape, list_body, ledger.record_list
    name = "travel-ban-lists"


class BanListDetail(ReferenceDetail):
    model, body, keys = TravelBanList, ListBody, KEYS
    shape, as_json = ListShape, list_body
    change, remove = ledger.change_list, ledger.delete_list


urlpatterns = reference_paths("travel-ban-lists", BanListList, BanListDetail)
