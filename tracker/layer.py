"""The shape of this project's middleware."""

from collections.abc import Callable

from django.http import HttpRequest
from django.http.response import HttpResponseBase


class Layer:
    """Middleware, which answers a request itself or by `get_response`: the layers inside it, and the view."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response
