"""Redirects URLs without their last slash."""

from http import HTTPStatus

from django.http import HttpResponsePermanentRedirect
from django.middleware.common import CommonMiddleware


class _SameRequest(HttpResponsePermanentRedirect):
    """308, after which a POST is repeated as a POST, with its body (RFC 9110, 15.4.9)."""

    status_code = HTTPStatus.PERMANENT_REDIRECT


class LastSlash(CommonMiddleware):
    response_redirect_class = _SameRequest
