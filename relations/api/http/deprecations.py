"""The announcement of an endpoint that goes: docs/compatibility.md."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.http.response import HttpResponseBase
from django.utils.http import http_date

PAGE = "/docs/compatibility/"


@dataclass(frozen=True, slots=True, kw_only=True)
class Deprecation:
    """An endpoint should not be used `since` a day, and may be gone from `until` on, six months later at least."""

    since: dt.date
    until: dt.date

    def __post_init__(self) -> None:
        if self.until - self.since < dt.timedelta(days=180):
            raise ValueError("what is deprecated stays for six months at least")

    def announce(self, response: HttpResponseBase) -> None:
        """Adds `Deprecation` (RFC 9745), `Sunset` (RFC 8594) and a link to the page that explains both."""
        link = f'<{PAGE}>; rel="deprecation"; type="text/html"'
        response.headers["Deprecation"] = f"@{_seconds(self.since)}"
        response.headers["Sunset"] = http_date(_seconds(self.until))
        response.headers["Link"] = ", ".join(filter(None, (response.headers.get("Link"), link)))


def _seconds(day: dt.date) -> int:
    return int(dt.datetime.combine(day, dt.time(), dt.UTC).timestamp())
