"""Pages that are sent again as they were, while what they are made of has not changed.

A page is made of its address, the reader's language, the day and what is committed. PostgreSQL names the last exactly:
two equal snapshots (`pg_current_snapshot`) see the same rows. A page that shows little of it has its own validator.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from http import HTTPStatus
from typing import NamedTuple

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils import translation
from django.utils.cache import get_conditional_response

from relations.queries.cache import PAGES
from relations.queries.snapshot import database_state
from relations.representation.references import site

THIS_PROCESS = "this process"
"""The validator of a page that no commit and no day changes: one of the documentation."""
_ASKED = "HTTP_IF_NONE_MATCH"


class _Sent(NamedTuple):
    """A page as it was sent, and its compressed bodies by coding, made when it is sent again."""

    body: bytes
    headers: dict[str, str]
    encodings: dict[str, bytes]


def sent_again(
    request: HttpRequest, make: Callable[[], HttpResponseBase], *, validator: Hashable = None
) -> HttpResponseBase:
    """The page as it was made before, or made now; 304 where the reader has it.

    Without a validator one query more. Only what has an ETag is stored: refusals and redirects are made each time.
    Where a page has its own validator of more queries, `make` is the same with that: the snapshot is asked first.
    """
    # Read before the page is made: what is committed meanwhile makes it a page of the past.
    current = database_state() if validator is None else validator
    if current is None:
        return make()
    key = (site(request), request.get_full_path(), translation.get_language(), validator is None)
    sent: _Sent | None = PAGES.get(key, current)
    if sent is not None:
        response = HttpResponse(sent.body, headers=sent.headers)
        response.encodings = sent.encodings  # type: ignore[attr-defined]  # for tracker.compression
    else:
        asked = request.META.pop(_ASKED, None)
        try:
            made = make()
        finally:
            if asked is not None:
                request.META[_ASKED] = asked
        if not isinstance(made, HttpResponse) or made.status_code != HTTPStatus.OK or "ETag" not in made.headers:
            return made
        # The bodies of one that was sent again inside are shared.
        sent = _Sent(made.content, dict(made.headers.items()), getattr(made, "encodings", {}))
        # A half more for the compressed bodies, which come later.
        PAGES.store(key, current, sent, weight=len(sent.body) * 3 // 2)
        response = HttpResponse(sent.body, headers=sent.headers)
    return get_conditional_response(request, etag=sent.headers["ETag"], response=response) or response
