"""An id for every request, which connects log records, errors and changes."""

import re
import time
import uuid
from typing import Any

import structlog
from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from structlog.typing import EventDict

from tracker.layer import Layer

# RFC 9110's visible characters. Other values are replaced, never copied into a header or a log.
ACCEPTABLE = re.compile(r"[\x21-\x7e]{1,128}")

log = structlog.get_logger(__name__)


def named(logger: Any, method: str, event: EventDict) -> EventDict:
    """Adds the id to Django's records that come after the middleware."""
    request_id = getattr(getattr(event.get("_record"), "request", None), "request_id", None)
    if request_id is not None:
        event.setdefault("request_id", request_id)
    return event


class RequestIds(Layer):
    """Sets `request.request_id`, and `request_id` of log records, from a safe `X-Request-ID` or a new UUID.

    The response has it as `X-Request-ID`.
    """

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        given = request.META.get("HTTP_X_REQUEST_ID", "")
        request_id = given if ACCEPTABLE.fullmatch(given) else str(uuid.uuid4())
        request.request_id = request_id  # type: ignore[attr-defined]  # HttpRequest takes what middleware adds
        started = time.perf_counter()
        with structlog.contextvars.bound_contextvars(request_id=request_id):
            response = self.get_response(request)
            if settings.ACCESS_LOG:
                milliseconds = round((time.perf_counter() - started) * 1000, 1)
                log.info("request", method=request.method, path=request.path, status=response.status_code,
                         milliseconds=milliseconds)  # fmt: skip
        response.headers["X-Request-ID"] = request_id
        return response
