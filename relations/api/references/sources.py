"""`/api/sources/`: where facts are known from."""

from __future__ import annotations

from typing import Any

from django.db.models import Func, IntegerField, Q, QuerySet

from relations import ledger
from relations.api.http import paging
from relations.api.http.filters import Containing, DayBound, Exactly, Filters, Keys, Numbers, Words
from relations.api.http.parameters import chosen_fields
from relations.api.http.requests import SourceBody
from relations.api.references.views import ReferenceDetail, ReferenceList, reference_paths
from relations.codes import SourceKind
from relations.models import Source
from relations.representation.references import site
from relations.representation.shapes import SourceShape

KEYS = (
    "id", "self", "kind", "publisher", "title", "author", "published_on", "url", "language", "licence", "sha256",
    "syndication_of", "text",
)  # fmt: skip


def source_body(source: Source, site: str) -> dict[str, Any]:
    return _without_text(source, site) | {"text": source.text}


def _without_text(source: Source, site: str) -> dict[str, Any]:
    return {
        "id": source.pk,
        "self": f"{site}/api/sources/{source.pk}/",
        "kind": source.kind,
        "publisher": source.publisher,
        "title": source.title,
        "author": source.author,
        "published_on": source.published_on,
        "url": source.url,
        "language": source.language,
        "licence": source.licence,
        "sha256": source.sha256,
        "syndication_of": source.syndication_of_id,
    }


class SourceFilters(Filters):
    id = Numbers("id", label="Number of the source")
    key = Keys("key", label="Key that the source has in fixtures")
    kind = Words("kind", words=SourceKind, label="What kind of text it is")
    publisher = Exactly("publisher", label="Exactly this publisher")
    title = Containing("title", label="Part of the title")
    author = Containing("author", label="Part of the author's name")
    published_after = DayBound("published_on", "gte", label="Published on this day or later")
    published_before = DayBound("published_on", "lte", label="Published on this day or earlier")
    url = Exactly("url", label="Exactly this address")
    language = Exactly("language", label="Language of the text")
    licence = Containing("licence", label="Part of the licence")
    text = Containing("text", label="Words of the archived text")
    sha256 = Exactly("sha256", label="Digest of the archived text")
    syndication_of = Numbers(
        "syndication_of", empty=Q(syndication_of=None), label="Reprints of this source; none for originals"
    )
    q = Containing("title", "publisher", "author", label="Words of the title, the publisher or the author")


class _Bytes(Func):
    """Bytes of a text, which is not read for that."""

    function = "octet_length"
    output_field = IntegerField()


class SourceList(ReferenceList):
    """Lists leave the archived text out unless `?fields=` names it."""

    model, body, filters, keys = Source, SourceBody, SourceFilters, KEYS
    shape, as_json, make = SourceShape, source_body, ledger.record_source
    unasked = frozenset({"text"})
    orderings = {"id": ("id",), "title": ("title", "id"), "publisher": ("publisher", "id")}
    name = "sources"

    def rows(self) -> QuerySet[Any]:
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

    def bodies(self, rows: list[Any]) -> list[dict[str, Any]]:
        shape = source_body if self._wants_text() else _without_text
        return [shape(row, site(self.request)) for row in rows]

    def _wants_text(self) -> bool:
        return "text" in (chosen_fields(self.request, self.keys) or ())


class SourceDetail(ReferenceDetail):
    model, body, keys = Source, SourceBody, KEYS
    shape, as_json = SourceShape, source_body
    change, remove = ledger.change_source, ledger.delete_source


urlpatterns = reference_paths("sources", SourceList, SourceDetail)
