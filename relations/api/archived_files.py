"""`/api/imports/<id>/files/<sha256>/`: the bytes that an import read, as they are in the archive."""

from __future__ import annotations

import base64
import re
from pathlib import PurePath
from typing import Any

from django.http import HttpResponseNotModified, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import path
from django.utils.http import content_disposition_header
from drf_spectacular.utils import OpenApiParameter
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request

from relations import ledger
from relations.api.http import conditional, formats
from relations.api.http.endpoints import Endpoint
from relations.api.http.permissions import ScopedReads
from relations.api.response_schemas import Fragment
from relations.api.schema import Schema
from relations.errors import NotArchived
from relations.models import ImportRun

_MEDIA_TYPE = re.compile(r"[\w!#$&^.+-]+/[\w!#$&^.+-]+(; ?[\w-]+=[\w.:+-]+)*", re.ASCII)
_UNKNOWN = "application/octet-stream"
_BY_SUFFIX = {
    ".xml": "application/xml", ".csv": "text/csv", ".jsonl": "application/jsonl", ".tar": "application/x-tar",
    ".gz": "application/gzip", ".tgz": "application/gzip",
}  # fmt: skip


class BytesRenderer(BaseRenderer):
    """Any type: a file is sent as what it is, whatever Accept names."""

    media_type = "*/*"
    format = "bytes"


class FileSchema(Schema):
    """Bytes, for nobody without a login or a token."""

    is_private = True
    problems = {"GET": ("400", "401", "403", "404", "410", "429", "503")}

    def _view_parameters(self, known: frozenset[str]) -> list[OpenApiParameter]:
        return []

    def _get_response_bodies(self, direction: Any = "response") -> Fragment:
        headers = {name: {"schema": {"type": "string"}} for name in ("ETag", "Repr-Digest", "Content-Disposition")}
        whole = {"description": "The bytes", "content": {_UNKNOWN: {}}, "headers": headers}
        return {"200": whole, "304": {"description": "The client has it already"}} | self._problems()


class ArchivedFile(Endpoint):
    """The archived bytes of a file that the import read, with their SHA-256 as ETag and `Repr-Digest` (RFC 9530).

    For those who may import. 410 once the archive no longer has the file.
    """

    schema = FileSchema()
    permission_classes = (ScopedReads,)
    rights = dict.fromkeys(("GET", "HEAD", "OPTIONS"), "add")
    queryset = ImportRun.objects.all()
    renderer_classes = (BytesRenderer,)

    def get(self, request: Request, number: int, sha256: str) -> HttpResponseBase:
        run = get_object_or_404(self.get_queryset(), pk=number)
        file: ledger.StoredFile | None = next((one for one in run.files if one["sha256"] == sha256), None)
        if file is None:
            raise NotArchived(run=run.pk, sha256=sha256[:64])
        headers = {"ETag": f'"{sha256}"', "Cache-Control": conditional.FILE_CONTROL}
        if conditional.matches(request.headers.get("If-None-Match", ""), headers["ETag"]):
            return HttpResponseNotModified(headers=headers)
        chunks = formats.in_a_place(ledger.read_file(file))
        for _ in ("a place", "verified bytes"):
            next(chunks)
        if request.method == "HEAD":
            chunks.close()
        return StreamingHttpResponse(chunks, headers=headers | _described(file))


def _described(file: ledger.StoredFile) -> dict[str, str]:
    digest = base64.b64encode(bytes.fromhex(file["sha256"])).decode()
    return {
        "Content-Type": _media_type(file),
        "Content-Length": str(file["bytes"]),
        "Content-Disposition": content_disposition_header(as_attachment=True, filename=file["name"]) or "attachment",
        "Repr-Digest": f"sha-256=:{digest}:",
    }


def _media_type(file: ledger.StoredFile) -> str:
    """The Content-Type with which the file came; of files from a disk the one of the name's suffix."""
    sent = file.get("media_type", "")
    if _MEDIA_TYPE.fullmatch(sent):
        return sent
    return _BY_SUFFIX.get(PurePath(file["name"]).suffix.lower(), _UNKNOWN)


urlpatterns = [path("imports/<int:number>/files/<str:sha256>/", ArchivedFile.as_view(), name="import-file")]
