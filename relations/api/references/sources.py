"""`/api/sources/`: the texts that facts cite."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Annotated, Any, NotRequired, TypedDict

from django.db.models import Func, IntegerField, Q, QuerySet
from django.http import Http404

from relations import ledger
from relations.api.http import paging
from relations.api.http.filters import Containing, DayBound, Exactly, Filters, Keys, Numbers, Words
from relations.api.http.parameters import chosen_fields
from relations.api.http.requests import (
    ArchivedTextField,
    DayField,
    IdField,
    NumberField,
    RequestBody,
    TextField,
    UrlField,
    WordField,
)
from relations.api.references.views import Reference, ReferenceList, reference_paths
from relations.codes import SourceKind
from relations.models import Source
from relations.representation.json_types import Url, from_row, one_of


class SourceResponse(TypedDict):
    id: int
    self: Url
    kind: Annotated[str, one_of(SourceKind)]
    publisher: str
    title: str
    author: str
    published_on: dt.date | None
    url: str
    language: str
    licence: str
    sha256: str
    syndication_of: int | None
    covers_to: Annotated[dt.date | None, "The last day of which it speaks, if it speaks of every day up to it"]
    good_for: Annotated[int | None, "Days for which what it says can be relied on, if not as its kind"]
    text: NotRequired[Annotated[str, "In lists only with ?fields=text"]]


class SourceRequest(RequestBody):
    answer = SourceResponse

    kind = WordField(choices=SourceKind.choices, required=False, default=SourceKind.ARTICLE)
    publisher = TextField(max_length=200, required=False, allow_blank=True, default="")
    title = TextField(max_length=500)
    author = TextField(max_length=200, required=False, allow_blank=True, default="")
    published_on = DayField(required=False, allow_null=True, default=None)
    url = UrlField(max_length=1000, required=False, allow_blank=True, default="")
    language = TextField(
        max_length=35, required=False, allow_blank=True, default="", help_text="BCP 47: en, de, zh-Hant"
    )
    licence = TextField(max_length=200, required=False, allow_blank=True, default="")
    text = ArchivedTextField(
        required=False, allow_blank=True, trim_whitespace=False, default="",
        help_text="The archived text, stored byte for byte; quotes are checked against it",
    )  # fmt: skip
    covers_to = DayField(
        required=False, allow_null=True, default=None,
        help_text="The last day of which it speaks, where it speaks of every day up to it",
    )  # fmt: skip
    good_for = NumberField(
        min_value=1, required=False, allow_null=True, default=None,
        help_text="Days for which what it says can be relied on, if not as its kind",
    )  # fmt: skip
    syndication_of = IdField(
        required=False, allow_null=True, default=None, help_text="The id of the source of which this is a reprint"
    )


def source_body(source: Source, site: str) -> SourceResponse:
    own = f"{site}/api/sources/{source.pk}/"
    text = "" if "text" in source.get_deferred_fields() else source.text
    return from_row(SourceResponse, source, self=own, syndication_of=source.syndication_of_id, text=text)


class SourceFilters(Filters):
    id = Numbers("id", label="Number of the source")
    key = Keys("key", label="Key that the source has in fixtures")
    kind = Words("kind", words=SourceKind, label="What kind of text it is")
    publisher = Exactly("publisher", label="Exactly this publisher")
    title = Containing("title", label="Part of the title")
    author = Containing("author", label="Part of the author's name")
    published_after, published_before = DayBound.pair("published_on", "Published on this day")
    url = Exactly("url", label="Exactly this address")
    language = Exactly("language", label="Language of the text")
    licence = Containing("licence", label="Part of the licence")
    text = Containing("text", label="Words of the archived text")
    sha256 = Exactly("sha256", label="Digest of the archived text")
    syndication_of = Numbers(
        "syndication_of", empty=Q(syndication_of=None), label="Reprints of this source; none for originals"
    )
    covers_after, covers_before = DayBound.pair("covers_to", "Speaks of every day up to this one")
    good_for = Numbers(
        "good_for", empty=Q(good_for=None), label="Days for which it can be relied on; none for not said"
    )
    q = Containing("title", "publisher", "author", label="Words of the title, the publisher or the author")


class _Bytes(Func):
    """Bytes of a text, without reading it."""

    function = "octet_length"
    output_field = IntegerField()


class SourceList(ReferenceList):
    """Lists leave the archived text out unless `?fields=` names it."""

    orderings = {"id": ("id",), "title": ("title", "id"), "publisher": ("publisher", "id")}

    def get_queryset(self) -> QuerySet[Any]:
        rows = Source.objects.defer("text")
        return rows.annotate(bytes=_Bytes("text")) if self._wants_text() else rows

    def fitting(self, rows: list[Any]) -> list[Any]:
        """Texts may be of megabytes: their lengths come first, and then the texts for which there is room."""
        if not rows or not self._wants_text():
            return rows
        some = rows[: paging.fitting(row.bytes for row in rows)]
        texts = dict(Source.objects.filter(pk__in=[row.pk for row in some]).values_list("pk", "text"))
        for row in some:
            row.text = texts[row.pk]
        return some

    def _wants_text(self) -> bool:
        return "text" in (chosen_fields(self.request, self.keys) or ())


def _lock(source: Source, values: Mapping[str, Any]) -> Source:
    original = values.get("syndication_of")
    locked = ledger.lock_source(source.pk, original=original and original.pk)
    if source.pk not in locked:
        raise Http404
    return locked[source.pk]


urlpatterns = reference_paths("sources", Reference(
    model=Source, request=SourceRequest, as_json=source_body, filters=SourceFilters,
    record=ledger.record_source, change=ledger.change_source, remove=ledger.delete_source,
    lock=_lock,
), list_view=SourceList)  # fmt: skip
