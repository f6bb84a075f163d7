"""`Idempotency-Key`: a write that is sent again takes effect once and gets the first answer."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable, Mapping
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from cryptography.fernet import Fernet
from django.db import transaction
from django.http import HttpResponse

from relations import ledger
from relations.errors import BadHeader
from relations.representation.json_text import dumps

if TYPE_CHECKING:
    from rest_framework.request import Request

NOT_STORED = {"Cache-Control": "no-store"}
"""Headers of a response with a secret."""
REPLAYED = "Idempotent-Replayed"
_KEY = re.compile(r"[\x21-\x7e]{1,255}")
_STORED = ("Content-Type", "Location", "ETag", "Cache-Control")
_PLAIN = ("POST", "application/json", "", None)


def idempotent(request: Request, command: Callable[[], HttpResponse], *, body: bytes | None = None) -> HttpResponse:
    """The answer of `command`, or the first answer to the same key and request.

    `body` replaces the request's own where that was parsed already.
    Effect and answer are written in one transaction: either both are there or neither, and of two concurrent requests
    the second waits for the first. A refusal is not stored: the same key may come again with a better body. A response
    with a secret is encrypted with the text of the token, of which the database has a digest alone.
    """
    key = checked_key(request)
    if key is None:
        return command()
    # Read before anything parses it: the digest is that of the bytes.
    content = _circumstances(request) + (request.body if body is None else body)
    token: Any = request.auth
    with transaction.atomic():
        answer, is_new = ledger.reserve_idempotency_key(token, path=request.path, key=key, body=content)
        if not is_new:
            stored = bytes(answer.body or b"")
            content = _box(request).decrypt(stored) if _has_secret(answer.headers) else stored
            return HttpResponse(content, status=answer.status, headers=answer.headers | {REPLAYED: "true"})
        response = command()
        headers = {name: response[name] for name in _STORED if name in response}
        stored = _box(request).encrypt(response.content) if _has_secret(headers) else response.content
        ledger.store_response(answer, status=response.status_code, body=stored, headers=headers)
        return response


def _has_secret(headers: Mapping[str, str]) -> bool:
    return NOT_STORED.items() <= headers.items()


def _box(request: Request) -> Fernet:
    """Encrypts with the token of the request: without it, a copy of the database shows no secret."""
    token = request.META["HTTP_AUTHORIZATION"].split()[-1]
    return Fernet(base64.urlsafe_b64encode(sha256(f"Idempotency-Key {token}".encode()).digest()))


def checked_key(request: Request) -> str | None:
    """The key of the request, if it has one. Raises `BadHeader`."""
    key = request.headers.get("Idempotency-Key")
    if key is None:
        return None
    if not _KEY.fullmatch(key):
        raise BadHeader(field="Idempotency-Key", why="An Idempotency-Key has 1 to 255 visible ASCII characters.")
    if request.auth is None:
        raise BadHeader(field="Idempotency-Key", why="An Idempotency-Key belongs to a token, and there is none here.")
    return key


def _circumstances(request: Request) -> bytes:
    """The parts of a request, apart from its path and body, that make it another one; none for a plain POST of JSON."""
    media_type = request.META.get("CONTENT_TYPE", "").partition(";")[0].strip().lower()
    parts = (request.method, media_type, request.META.get("QUERY_STRING", ""), request.headers.get("If-Match"))
    return b"" if parts == _PLAIN else dumps(parts)
