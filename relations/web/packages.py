"""Packages of open data: their list, and their files, which never change."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from http import HTTPStatus
from threading import BoundedSemaphore
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponseNotModified, JsonResponse, StreamingHttpResponse
from django.http.response import HttpResponse, HttpResponseBase
from django.utils.cache import get_conditional_response
from django.utils.http import quote_etag
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from relations.open_data.published import PackageFile, PublishedPackage, published_package, published_packages
from relations.representation.references import site
from relations.web.structured_data import data_set

MOST = 30
"""Packages on the page and in the list, the newest ones; older ones stay at their addresses."""
_CHUNK = 1 << 16
_MEDIA = {"csv": "text/csv; charset=utf-8", "jsonl": "application/jsonl", "json": "application/json",
          "md": "text/markdown; charset=utf-8", "parquet": "application/vnd.apache.parquet"}  # fmt: skip
_downloads = BoundedSemaphore(max(1, settings.WEB_THREADS // 4))
"""Threads that may send files: a slow client occupies one for as long as it likes."""


def listed() -> list[PublishedPackage]:
    return list(published_packages(settings.PUBLISHED_DATA, most=MOST))


@require_safe
def packages(request: HttpRequest) -> HttpResponseBase:
    """The packages for programs: day, version, address of the descriptor, and the address and digest of every file."""
    root = f"{site(request)}/data"
    bodies = [_body(one, f"{root}/{one.day}") for one in listed()]
    return JsonResponse({"packages": bodies}, headers={"Cache-Control": "no-cache"})


def _body(package: PublishedPackage, address: str) -> dict[str, Any]:
    return {
        "day": package.day.isoformat(), "version": package.version, "created": package.description.get("created"),
        "datapackage": f"{address}/datapackage.json", "day_roots": f"{address}/day-roots.jsonl",
        "files": [
            {"name": one.name, "url": f"{address}/{one.name}", "bytes": one.size, "sha256": one.sha256 or None}
            for one in package.files.values()
        ],
    }  # fmt: skip


def dataset(package: PublishedPackage, root: str) -> dict[str, Any]:
    """`Dataset` of a package (schema.org)."""
    address = f"{root}/data/{package.day}"
    tables = [one for one in package.files.values() if one.title]
    licences = [one["path"] for one in package.description.get("licenses", ())]
    return data_set(
        root, "/data/", name=_("Diplomatic and sanctions status between countries"),
        description=_("Facts with their sources and quotes, the statuses that follow from them, and the change log."),
        downloads=[
            {"name": one.title, "contentUrl": f"{address}/{one.name}", "sha256": one.sha256,
             "encodingFormat": _media_type(one.name).partition(";")[0], "contentSize": str(one.size)}
            for one in tables
        ],
        identifier=f"{address}/datapackage.json", version=package.version, datePublished=package.day.isoformat(),
        license=licences,
    )  # fmt: skip


@require_safe
def package_file(request: HttpRequest, day: str, name: str) -> HttpResponseBase:
    """A file of a package, whole: its ETag is its SHA-256."""
    file = _file_of(day, name)
    headers = {
        "Cache-Control": "public, max-age=31536000, immutable", "Accept-Ranges": "none",
        "ETag": quote_etag(file.sha256 or f"{file.size}-sums"), "Content-Length": str(file.size),
    }  # fmt: skip
    empty = HttpResponse(headers=headers, content_type=_media_type(name))
    conditional = get_conditional_response(request, etag=headers["ETag"], response=empty)
    if isinstance(conditional, HttpResponseNotModified) or request.method == "HEAD":
        return conditional if conditional is not None else empty
    if not _downloads.acquire(blocking=False):
        return HttpResponse(
            _("Too many downloads at once. Try again in a minute."), status=HTTPStatus.SERVICE_UNAVAILABLE,
            headers={"Retry-After": "60"}, content_type="text/plain; charset=utf-8",
        )  # fmt: skip
    chunks = _chunks(file)
    next(chunks)
    return StreamingHttpResponse(chunks, headers=headers, content_type=_media_type(name))


def _file_of(day: str, name: str) -> PackageFile:
    try:
        package = published_package(settings.PUBLISHED_DATA, dt.date.fromisoformat(day))
    except ValueError:
        package = None
    if package is None or package.day.isoformat() != day or name not in package.files:
        raise Http404(_("No package has this file."))
    return package.files[name]


def _chunks(file: PackageFile) -> Iterator[bytes]:
    """Begins with nothing: a generator that has begun gives its place back when Django closes it."""
    try:
        yield b""
        with file.path.open("rb") as content:
            while chunk := content.read(_CHUNK):
                yield chunk
    finally:
        _downloads.release()


def _media_type(name: str) -> str:
    return _MEDIA.get(name.rpartition(".")[2], "text/plain; charset=utf-8")
