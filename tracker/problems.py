"""Error responses outside the API's views: RFC 9457 for programs, a page in the site's frame for people."""

import json
import sys
from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.core.exceptions import BadRequest, DisallowedHost
from django.db import OperationalError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.http.response import HttpResponseBase

from tracker.error_pages import TOO_LARGE, error_page
from tracker.frame import accepts_html
from tracker.layer import Layer

CANCELLED, LOCKED = "57014", "55P03"
"""SQLSTATEs (PostgreSQL, appendix A) of a statement timeout and of a lock timeout."""
MET = ("40P01", "40001")
"""SQLSTATEs of a deadlock and of a serialization failure: all that the transaction did is undone."""
_OF_A_SHORTCUT = " matches the given query."
"""The end of the message of `get_object_or_404`, which names the model."""
_UNREACHABLE = "The database cannot be reached right now; try again."
_WHY_UNAVAILABLE = {
    CANCELLED: "This takes the database too long; ask for less.",
    LOCKED: "Another write to the same rows is in progress; try again.",
    **dict.fromkeys(MET, "Two writes met, and nothing of this one was written; send it again."),
}


def problem(request: HttpRequest, status: HTTPStatus, detail: str) -> HttpResponse:
    """An `application/problem+json` response; `type` is about:blank, as the status says it all (RFC 9457, 4.2.1)."""
    body = {
        "type": "about:blank",
        "title": status.phrase,
        "status": status.value,
        "detail": detail,
        "instance": request.path,
        "request_id": getattr(request, "request_id", None),
    }
    return HttpResponse(json.dumps(body), status=status, content_type="application/problem+json")


def refusal(request: HttpRequest, status: HTTPStatus, detail: str, *, retry_after: int = 1) -> HttpResponseBase:
    """A refusal before any view: a problem for programs, a page for people; 429 and 503 with Retry-After."""
    answer = problem if for_programs(request) else error_page
    response = answer(request, status, detail)
    if status in {HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE}:
        response.headers["Retry-After"] = str(retry_after)
    return response


def _failure(request: HttpRequest, status: HTTPStatus, reason: str, *, otherwise: str) -> HttpResponseBase:
    """A failure with its reason. Without one a program gets a general sentence, and a page has the title for it."""
    return (
        problem(request, status, reason or otherwise) if for_programs(request) else error_page(request, status, reason)
    )


def for_programs(request: HttpRequest) -> bool:
    return request.path.startswith("/api/") or not accepts_html(request)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponseBase:
    reason = _reason(exception, BadRequest)
    if isinstance(exception, DisallowedHost):
        reason = "ALLOWED_HOSTS does not name the host in the request."
    return _failure(request, HTTPStatus.BAD_REQUEST, reason, otherwise="The request is malformed.")


def forbidden(request: HttpRequest, exception: Exception | None = None, reason: str = "") -> HttpResponseBase:
    """403, also of a failed CSRF check, whose `reason` is Django's sentence for programmers."""
    known = reason if for_programs(request) else ""
    return _failure(request, HTTPStatus.FORBIDDEN, known, otherwise="You may not do this.")


def not_found(request: HttpRequest, exception: Exception, *, nearest: Callable[[str], str]) -> HttpResponseBase:
    """404; `nearest` names what an unknown path may mean."""
    otherwise = f"There is nothing at this address.{nearest(request.path)}"
    return _failure(request, HTTPStatus.NOT_FOUND, _reason(exception, Http404), otherwise=otherwise)


def _reason(exception: Exception, ours: type[Exception]) -> str:
    """The message of a view of ours; those of Django's own subclasses and shortcuts are for programmers."""
    return "" if type(exception) is not ours or str(exception).endswith(_OF_A_SHORTCUT) else str(exception)


def server_error(request: HttpRequest) -> HttpResponseBase:
    exception = sys.exception()
    if isinstance(exception, OperationalError):
        return refusal(request, HTTPStatus.SERVICE_UNAVAILABLE, why_unavailable(exception))
    otherwise = "Something went wrong here; it has been logged."
    return _failure(request, HTTPStatus.INTERNAL_SERVER_ERROR, "", otherwise=otherwise)


def why_unavailable(exception: OperationalError) -> str:
    return _WHY_UNAVAILABLE.get(state_of(exception), _UNREACHABLE)


def state_of(exception: BaseException) -> str:
    """PostgreSQL's SQLSTATE; empty where there is none."""
    return str(getattr(exception.__cause__, "sqlstate", None) or "")


class MethodProblems(Layer):
    """Replaces Django's empty 405 by a problem, or by a page for people."""

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        return wrong_method(request, response) if isinstance(response, HttpResponseNotAllowed) else response


def wrong_method(request: HttpRequest, refused: HttpResponseNotAllowed) -> HttpResponseBase:
    """The refusal with a body, and with the methods that are allowed."""
    answer = refusal(request, HTTPStatus.METHOD_NOT_ALLOWED, f"{request.method} is not allowed here.")
    answer.headers["Allow"] = refused.headers["Allow"]
    return answer


class BodyRefusedError(Exception):
    """The body was not read, or did not arrive. `status` and `detail` are for the client."""

    def __init__(self, status: HTTPStatus, detail: str) -> None:
        self.status, self.detail = status, detail
        super().__init__(detail)


BODY_REFUSED = "tracker.body_refused"
"""Key of a `BodyRefusedError` in the WSGI environment."""


def body_limit(path: str) -> int:
    """The maximum bytes of a body sent to the path."""
    return settings.IMPORT_LIMIT_BYTES if path == "/api/imports/" else settings.DATA_UPLOAD_MAX_MEMORY_SIZE


def announced_bytes(environ: Mapping[str, Any]) -> int:
    """The length that the request announces; 0 for none or a malformed one."""
    announced = environ.get("CONTENT_LENGTH") or ""
    return int(announced[:20]) if announced.isascii() and announced.isdigit() else 0


class BodyLimit(Layer):
    """Refuses a body over `BODY_LIMIT_BYTES` (for imports `IMPORT_LIMIT_BYTES`) with 413, and a late one with 408.

    Django's own limit is for forms only; DRF's parsers read the stream. Under WSGI a body without a length is empty.
    """

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        limit = body_limit(request.path)
        announced = announced_bytes(request.META)
        if announced > limit:
            return closing(request, TOO_LARGE, f"The body has {announced} bytes; at most {limit} are allowed.")
        refused = request.META.get(BODY_REFUSED)
        return closing(request, refused.status, refused.detail) if refused else self.get_response(request)


def closing(request: HttpRequest, status: HTTPStatus, detail: str) -> HttpResponseBase:
    """A refusal that closes the connection, since the body was not read."""
    response = refusal(request, status, detail)
    response.headers["Connection"] = "close"
    return response
