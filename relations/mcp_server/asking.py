"""Asks the API inside this process: one definition of every answer, filter and refusal."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import closing
from functools import cache
from http import HTTPStatus
from io import BytesIO
from typing import Any, cast
from urllib.parse import urlencode, urlsplit

import orjson
from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler, WSGIRequest


class NotAnswered(Exception):
    """The API has refused; the text is its `detail`."""


@cache
def _handler() -> WSGIHandler:
    return WSGIHandler()


def ask(path: str, **parameters: str | int | None) -> Any:
    """The JSON of `GET /api/<path>`; parameters that are None or empty are left out. Raises `NotAnswered`."""
    given = {name: value for name, value in parameters.items() if value not in (None, "")}
    status, content, location = _get(f"/api/{path}", urlencode(given))
    if status == HTTPStatus.PERMANENT_REDIRECT:  # to the one address of a pair: US-BY is BY-US
        target = urlsplit(location)
        status, content, _ = _get(target.path, target.query)
    if status != HTTPStatus.OK:
        raise NotAnswered(_detail(content) or HTTPStatus(status).phrase)
    return orjson.loads(content)


def _get(path: str, query: str) -> tuple[int, bytes, str]:
    """The status, the content and the `Location` of a response."""
    site = urlsplit(settings.PUBLIC_URL)
    port = site.port or (443 if site.scheme == "https" else 80)
    environ = {
        "REQUEST_METHOD": "GET", "SCRIPT_NAME": "", "PATH_INFO": path, "QUERY_STRING": query,
        "SERVER_NAME": site.hostname or "localhost", "SERVER_PORT": str(port), "HTTP_HOST": site.netloc,
        "SERVER_PROTOCOL": "HTTP/1.1", "REMOTE_ADDR": "127.0.0.1", "HTTP_ACCEPT": "application/json",
        "HTTP_ACCEPT_LANGUAGE": "en", "wsgi.input": BytesIO(), "wsgi.url_scheme": site.scheme or "http",
    }  # fmt: skip
    response = _handler().get_response(WSGIRequest(environ))
    with closing(response):
        content = b"".join(cast("Iterable[bytes]", response))
    return response.status_code, content, response.headers.get("Location", "")


def _detail(content: bytes) -> str:
    try:
        return str(orjson.loads(content)["detail"])
    except (ValueError, KeyError, TypeError):
        return ""
