"""`Idempotency-Key`: a POST that is sent again acts once and is answered as the first time."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.http import HttpResponse

from relations import ledger
from relations.errors import BadHeader

if TYPE_CHECKING:
    from rest_framework.request import Request

REPLAYED = "Idempotent-Replayed"
_KEY = re.compile(r"[\x21-\x7e]{1,255}")
_KEPT = ("Content-Type", "Location", "ETag")


def once(request: Request, act: Callable[[], HttpResponse], *, body: bytes | None = None) -> HttpResponse:
    """The answer of `act`, or the one that was given to the same key and body before.

    `body` stands for the request's own where that was parsed already.
    Act and answer are written in one transaction: either both are there or neither, and of two requests at once the
    second waits for the first. What is refused is not kept: the same key may come again with a better body.
    """
    key = request.headers.get("Idempotency-Key")
    if key is None:
        return act()
    if not _KEY.fullmatch(key):
        raise BadHeader(field="Idempotency-Key", why="An Idempotency-Key has 1 to 255 visible ASCII characters.")
    token: Any = request.auth
    if token is None:
        raise BadHeader(field="Idempotency-Key", why="An Idempotency-Key belongs to a token, and there is none here.")
    if body is None:
        # Read before anything parses it: the digest is that of the bytes.
        body = request.body
    with transaction.atomic():
        answer, is_new = ledger.reserve_idempotency_key(token, path=request.path, key=key, body=body)
        if not is_new:
            return HttpResponse(
                bytes(answer.body or b""), status=answer.status, headers=answer.headers | {REPLAYED: "true"}
            )
        response = act()
        headers = {name: response[name] for name in _KEPT if name in response}
        ledger.store_response(answer, status=response.status_code, body=response.content, headers=headers)
        return response
