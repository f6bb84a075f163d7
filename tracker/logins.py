"""Failed logins to the admin count like tokens that nobody issued; beyond LOGIN_LIMIT no password is looked at."""

from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from django.contrib.auth.signals import user_login_failed
from django.dispatch import receiver
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse

from relations.api import limits
from tracker import problems


class LoginLimit:
    """Answers 429 to a login from an address that has failed too often, whether or not the password is right."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.method == "POST" and request.path == reverse("admin:login"):
            seconds = limits.seconds_without_login(request)
            if seconds:
                return _too_many(request, seconds)
        return self.get_response(request)


@receiver(user_login_failed, dispatch_uid="tracker.logins")
def count(request: HttpRequest | None = None, **_: Any) -> None:
    if request is not None:
        limits.note_failed_login(request)


def _too_many(request: HttpRequest, seconds: int) -> HttpResponse:
    detail = f"Too many failed logins: try again in {seconds} seconds."
    if problems.for_programs(request):
        response = problems.problem(request, HTTPStatus.TOO_MANY_REQUESTS, detail)
    else:
        response = HttpResponse(detail, status=429, content_type="text/plain; charset=utf-8")
    response["Retry-After"] = str(seconds)
    return response
