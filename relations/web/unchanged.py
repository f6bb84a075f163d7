"""Pages that are sent again as they were, while nothing in the database has changed.

A page is made of its address, the reader's language, the day and what is committed. PostgreSQL names the last exactly:
two equal snapshots (`pg_current_snapshot`) see the same rows.
"""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils import translation
from django.utils.cache import get_conditional_response

from relations.queries.cache import PAGES
from relations.queries.snapshot import database_state
from relations.representation.references import site

_ASKED = "HTTP_IF_NONE_MATCH"


def sent_again(request: HttpRequest, make: Callable[[], HttpResponseBase]) -> HttpResponseBase:
    """The page as it was made before, or made now; 304 where the reader has it. One query more.

    Only what has an ETag is stored: refusals and redirects are made each time.
    """
    key = (site(request), request.get_full_path(), translation.get_language())
    before = database_state()  # read before the page is made: what is committed meanwhile makes it a page of the past
    if before is None:
        return make()
    stored: tuple[bytes, dict[str, str]] | None = PAGES.get(key, before)
    if stored is None:
        asked = request.META.pop(_ASKED, None)
        try:
            made = make()
        finally:
            if asked is not None:
                request.META[_ASKED] = asked
        if not isinstance(made, HttpResponse) or made.status_code != HTTPStatus.OK or "ETag" not in made.headers:
            return made
        stored = made.content, dict(made.headers.items())
        PAGES.store(key, before, stored, weight=len(made.content))
    body, headers = stored
    response = HttpResponse(body, headers=headers)
    return get_conditional_response(request, etag=headers["ETag"], response=response) or response
