"""Pages for people of what went wrong: the title in their language, and the server's own sentence."""

from __future__ import annotations

from http import HTTPStatus

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from tracker.frame import page

TOO_LARGE = HTTPStatus(413)  # its name differs between Python's versions
_TITLES = {
    HTTPStatus.BAD_REQUEST: _("This request cannot be read"),
    HTTPStatus.FORBIDDEN: _("You may not do this"),
    HTTPStatus.NOT_FOUND: _("There is no such page"),
    HTTPStatus.METHOD_NOT_ALLOWED: _("This page is only for reading, or only for sending"),
    HTTPStatus.REQUEST_TIMEOUT: _("The upload took too long"),
    TOO_LARGE: _("This is too large"),
    HTTPStatus.TOO_MANY_REQUESTS: _("Too many requests"),
    HTTPStatus.INTERNAL_SERVER_ERROR: _("Something went wrong here"),
    HTTPStatus.SERVICE_UNAVAILABLE: _("Please try again in a moment"),
}
_ADVICE = {
    HTTPStatus.BAD_REQUEST: _("Check the address, or begin again from the start page."),
    HTTPStatus.FORBIDDEN: _(
        "If you were filling in a form, go back, reload the page and send it again. Cookies must be allowed."
    ),
    HTTPStatus.NOT_FOUND: _("The address may be mistyped, or the page may have moved."),
    HTTPStatus.METHOD_NOT_ALLOWED: _("Open the address again from a link, or go back and send the form again."),
    HTTPStatus.REQUEST_TIMEOUT: _("Send it again, by a faster connection if you can."),
    HTTPStatus.TOO_MANY_REQUESTS: _("Wait until the time named above is over, then try again."),
    HTTPStatus.SERVICE_UNAVAILABLE: _("Reload the page; if that does not help, ask for less at once."),
    TOO_LARGE: _("Send less at once, for example a table in several parts."),
    HTTPStatus.INTERNAL_SERVER_ERROR: _("It has been logged. The request id below helps the operator to find it."),
}
_SAID_BY_ADVICE = frozenset({HTTPStatus.NOT_FOUND, HTTPStatus.METHOD_NOT_ALLOWED})
"""Statuses of which title and advice say what the English sentence does."""


def error_page(request: HttpRequest, status: HTTPStatus, detail: str = "") -> HttpResponseBase:
    """The page of an error, in the frame; `detail` is an English sentence of the server."""
    is_worth_another_try = status == HTTPStatus.SERVICE_UNAVAILABLE and request.method in ("GET", "HEAD")
    context = {
        "again": request.get_full_path() if is_worth_another_try else "",
        "status": status.value,
        "title": _TITLES.get(status, status.phrase),
        "advice": _ADVICE.get(status, ""),
        "detail": "" if status in _SAID_BY_ADVICE and get_language() != "en" else detail,
        "request_id": getattr(request, "request_id", "") if status >= HTTPStatus.INTERNAL_SERVER_ERROR else "",
    }
    return page(request, "web/error.html", context, status=status)
