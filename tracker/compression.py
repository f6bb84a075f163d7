"""Compression of responses: Brotli, Zstandard or gzip, as Accept-Encoding asks (RFC 9110, 12.5.3)."""

from __future__ import annotations

import re
import sys
import zlib
from collections.abc import Callable, Generator, Iterable, MutableMapping
from functools import lru_cache
from typing import cast

import brotli
from django.conf import settings
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils.cache import patch_vary_headers

from tracker.layer import Layer

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd


type _Coder = tuple[Callable[[bytes], bytes], Callable[[], bytes]]
"""One stream: compresses a chunk to bytes that can be read at once, and ends."""


def _brotli(*, thorough: bool) -> _Coder:
    coder = brotli.Compressor(quality=9 if thorough else 4)
    return lambda chunk: coder.process(chunk) + coder.flush(), coder.finish


def _zstd(*, thorough: bool) -> _Coder:
    coder = zstd.ZstdCompressor(level=12 if thorough else 3)
    return lambda chunk: coder.compress(chunk, coder.FLUSH_BLOCK), coder.flush


def _gzip(*, thorough: bool) -> _Coder:
    coder = zlib.compressobj(9 if thorough else 5, wbits=zlib.MAX_WBITS | 16)
    return lambda chunk: coder.compress(chunk) + coder.flush(zlib.Z_SYNC_FLUSH), coder.flush


_CODERS = {"br": _brotli, "zstd": _zstd, "gzip": _gzip}
"""The best first: of codings that a client likes equally the first is taken."""
_WORTHWHILE = 200
"""Bytes. Smaller bodies hardly shrink."""
_COMPRESSIBLE = re.compile(r"text/|application/(?:[\w.-]+\+)?(?:json|jsonl|xml|yaml|javascript)\b|.*\bopenapi\b")
_ELEMENT = re.compile(r"\s*([\w!#$%&'*+.^`|~-]+)\s*(?:;\s*q\s*=\s*([01](?:\.\d{0,3})?)\s*)?", re.ASCII | re.IGNORECASE)
_LONGEST = 1_000
"""Characters of an Accept-Encoding that is read; a longer one asks for nothing."""


@lru_cache(maxsize=256)
def accepted(header: str) -> tuple[str, ...]:
    """The codings that the header prefers to none, the best first. What is malformed in it counts for nothing."""
    if len(header) > _LONGEST:
        return ()
    elements = filter(None, map(_ELEMENT.fullmatch, header.split(",")))
    weights = {each[1].lower().removeprefix("x-"): float(each[2] or 1) for each in elements}
    others = weights.get("*", 0.0)
    liked = {name: weights.get(name, others) for name in _CODERS}
    at_least = weights.get("identity", 0.0)
    return tuple(
        sorted((name for name in liked if liked[name] and liked[name] >= at_least), key=lambda name: -liked[name])
    )


class Compression(Layer):
    """Compresses responses to reads.

    A compressed body and the plain one have the same weak ETag, as with Django's GZipMiddleware and nginx: it matches
    either in `If-None-Match`, and the version in it still counts in `If-Match`. A view can give a response a dict as
    `encodings`, which takes the compressed bodies for the next one with the same body.

    Nobody can learn a secret from lengths (BREACH): responses to a session, with a cookie or with `no-store` are left
    alone. A token is sent by no browser on its own.
    """

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        codings = accepted(request.META.get("HTTP_ACCEPT_ENCODING", ""))
        # WhiteNoise, which has its files compressed, reads no weights.
        request.META["HTTP_ACCEPT_ENCODING"] = ", ".join(codings)
        response = self.get_response(request)
        if request.path_info.startswith(settings.STATIC_URL) or not _may_be_compressed(request, response):
            return response
        patch_vary_headers(response, ["Accept-Encoding"])
        if codings:
            _weaken(response)
            _compress(response, codings[0])
        return response


def _may_be_compressed(request: HttpRequest, response: HttpResponseBase) -> bool:
    control = response.headers.get("Cache-Control", "")
    return (
        request.method in ("GET", "HEAD")
        and "Content-Encoding" not in response.headers
        and (response.status_code == 304 or bool(_COMPRESSIBLE.match(response.headers.get("Content-Type", ""))))
        and "no-store" not in control
        and "no-transform" not in control
        and settings.SESSION_COOKIE_NAME not in request.META.get("HTTP_COOKIE", "")
        and not response.cookies
    )


def _weaken(response: HttpResponseBase) -> None:
    tag = response.headers.get("ETag", "")
    if tag.startswith('"'):
        response.headers["ETag"] = f"W/{tag}"


def _compress(response: HttpResponseBase, coding: str) -> None:
    if isinstance(response, StreamingHttpResponse):
        response.streaming_content = _streamed(cast("Iterable[bytes]", response.streaming_content), coding)
        del response.headers["Content-Length"]
    elif isinstance(response, HttpResponse) and len(response.content) >= _WORTHWHILE:
        response.content = _whole(response.content, coding, getattr(response, "encodings", None))
        response.headers["Content-Length"] = str(len(response.content))
    else:
        return
    response.headers["Content-Encoding"] = coding


def _whole(content: bytes, coding: str, known: MutableMapping[str, bytes] | None) -> bytes:
    if known is not None and coding in known:
        return known[coding]
    write, end = _CODERS[coding](thorough=known is not None)
    compressed = write(content) + end()
    if known is not None:
        known[coding] = compressed
    return compressed


def _streamed(chunks: Iterable[bytes], coding: str) -> Generator[bytes]:
    """The chunks compressed, each of them readable by the client as soon as it is sent."""
    write, end = _CODERS[coding](thorough=False)
    yield from map(write, filter(None, chunks))
    yield end()
