"""`/api/travel-ban-lists/`: lists of countries or persons that may not enter."""

from __future__ import annotations

from typing import Annotated, TypedDict

from relations import ledger
from relations.api.http.filters import Containing, Countries, Exactly, Filters, Keys, Numbers, Words
from relations.api.http.requests import CountryField, RequestBody, TextField, UrlField, WordField
from relations.api.references.views import Reference, reference_paths
from relations.codes import BanSubject
from relations.models import TravelBanList
from relations.representation.json_types import CountryCode, PageLinks, Url, from_row, one_of


class ListResponse(TypedDict):
    id: int
    self: Url
    issuer: CountryCode
    title: str
    instrument: str
    legal_basis: str
    url: str
    subject: Annotated[str, one_of(BanSubject)]
    links: PageLinks


class ListRequest(RequestBody):
    answer = ListResponse

    issuer = CountryField()
    title = TextField(max_length=300)
    instrument = TextField(max_length=300, required=False, allow_blank=True, default="")
    legal_basis = TextField(required=False, allow_blank=True, default="")
    url = UrlField(max_length=1000, required=False, allow_blank=True, default="")
    subject = WordField(choices=BanSubject.choices, required=False, default=BanSubject.COUNTRY)


def list_body(ban_list: TravelBanList, site: str) -> ListResponse:
    own = f"{site}/api/travel-ban-lists/{ban_list.pk}/"
    links: PageLinks = {"html": f"{site}/lists/{ban_list.pk}/"}
    return from_row(ListResponse, ban_list, self=own, issuer=ban_list.issuer_id, links=links)


class ListFilters(Filters):
    id = Numbers("id", label="Number of the list")
    key = Keys("key", label="Key that the list has in fixtures")
    issuer = Countries("issuer", label="Issuer of the list")
    title = Containing("title", label="Part of the title")
    instrument = Containing("instrument", label="Part of the legal act's name")
    legal_basis = Containing("legal_basis", label="Part of the legal basis")
    url = Exactly("url", label="Exactly this address")
    subject = Words("subject", words=BanSubject, label="Lists of countries or of persons")
    q = Containing("title", "instrument", "legal_basis", label="Words of the title, the legal act or its basis")


urlpatterns = reference_paths("travel-ban-lists", Reference(
    model=TravelBanList, request=ListRequest, as_json=list_body, filters=ListFilters,
    record=ledger.record_list, change=ledger.change_list, remove=ledger.delete_list,
))  # fmt: skip
