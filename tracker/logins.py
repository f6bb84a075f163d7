"""Rate limit of failed logins to the admin, by address and by account; beyond it no password is checked.

A browser that has logged in to an account is known by a cookie and has a limit of its own, so that strangers cannot
lock an editor out.
"""

import hashlib
import secrets
from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.contrib.admin import site
from django.contrib.admin.forms import AdminAuthenticationForm
from django.contrib.auth.signals import user_login_failed
from django.core import signing
from django.core.exceptions import ValidationError
from django.dispatch import receiver
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse

from relations.api.http import throttles
from tracker import problems
from tracker.layer import Layer

KNOWN_BROWSER = "known_browser"
"""The signed cookie: a digest of the account, and a number of the browser."""
KNOWN_DAYS = 180
_SALT = "tracker.logins"


class LoginLimit(Layer):
    """Answers 429 to a login after too many failed ones, whether or not the password is right."""

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.method != "POST" or request.path != reverse("admin:login"):
            return self.get_response(request)
        seconds = throttles.seconds_without_login(request, _account(request, _name(request)))
        if seconds:
            detail = f"Too many failed logins: try again in {seconds} seconds."
            return problems.refusal(request, HTTPStatus.TOO_MANY_REQUESTS, detail, retry_after=seconds)
        response = self.get_response(request)
        if response.status_code == HTTPStatus.FOUND and request.user.is_authenticated:
            _remember(response, request.user.get_username())
        return response


@receiver(user_login_failed, dispatch_uid="tracker.logins")
def count(credentials: dict[str, Any], request: HttpRequest | None = None, **_: Any) -> None:
    if request is not None:
        throttles.note_failed_login(request, _account(request, str(credentials.get("username", ""))))


def _name(request: HttpRequest) -> str:
    """The username as the login form reads it; empty where the form rejects it."""
    form = (site.login_form or AdminAuthenticationForm)(request, data=request.POST)
    try:
        return str(form.fields["username"].clean(form["username"].data))
    except ValidationError:
        return ""


def _account(request: HttpRequest, name: str) -> str:
    """The key of an account's rate limit: one for all strangers, one for each known browser."""
    account = _digest(name)
    try:
        cookie = request.COOKIES.get(KNOWN_BROWSER, "")
        known, _, number = signing.loads(cookie, salt=_SALT, max_age=KNOWN_DAYS * 86400).partition(":")
    except signing.BadSignature:
        return account
    return f"{account}:{number}" if known == account else account


def _digest(name: str) -> str:
    """A digest, for names of any length."""
    return hashlib.sha256(name.encode(errors="replace")).hexdigest()[:32]


def _remember(response: HttpResponseBase, name: str) -> None:
    response.set_cookie(
        KNOWN_BROWSER, signing.dumps(f"{_digest(name)}:{secrets.token_hex(8)}", salt=_SALT),
        max_age=KNOWN_DAYS * 86400, path=reverse("admin:login"), secure=settings.SESSION_COOKIE_SECURE, httponly=True,
        samesite="Lax",
    )  # fmt: skip
