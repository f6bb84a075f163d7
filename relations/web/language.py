"""The reader's own choice of a language, stored in a cookie."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from functools import partial, wraps
from typing import Any

from django.conf import settings
from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.utils import translation
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from relations.web.unchanged import THIS_PROCESS, sent_again

YEAR = 365 * 24 * 3600


@csrf_exempt  # who forges it changes the language of a page; a token would make every page a private one
@require_POST
def choose(request: HttpRequest) -> HttpResponseBase:
    """Stores `language` and returns to `next`, a path of this site. Raises `BadRequest` for an unknown language."""
    language = request.POST.get("language", "")
    if language not in dict(settings.LANGUAGES):
        raise BadRequest("There is no such language here.")
    place = request.POST.get("next", "")
    if not place.startswith("/") or not url_has_allowed_host_and_scheme(place, allowed_hosts=None):
        place = "/"
    response = HttpResponseRedirect(place)
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME, language, max_age=YEAR, secure=settings.SESSION_COOKIE_SECURE, httponly=True,
        samesite="Lax",
    )  # fmt: skip
    return response


def translated(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """The view with the language of its page active also while it makes the words of its context."""

    @wraps(view)
    def spoken(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        with translation.override(translation.get_language_from_request(request)):
            return view(request, *args, **kwargs)

    return spoken


def in_the_readers_language(
    view: Callable[..., HttpResponseBase], *, validator: Hashable = None
) -> Callable[..., HttpResponseBase]:
    """The translated view; where nothing has changed, the page that it made before is sent again."""

    @wraps(view)
    def unchanged(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return sent_again(request, lambda: view(request, *args, **kwargs), validator=validator)

    return translated(unchanged)


made_once = partial(in_the_readers_language, validator=THIS_PROCESS)
"""The same for a page that shows nothing of the database: made once in each language."""
