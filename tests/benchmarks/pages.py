"""Pages for readers compared with the relation read, on the demo: as sent again, as rendered, and how large they are.

A page is rendered again after a commit of which it may show something: that of a pair after one of the pair. Others
are, for example, those of workers.
"""

from __future__ import annotations

import gzip
import http.client
import os
import re
import statistics
import time
from collections.abc import Callable
from urllib.parse import urlsplit

import psycopg

from tests.benchmarks.serving import database, manage, serving, table

_READ = "/api/relations/RU-US/"
_PAGES = (
    "/", "/search/?q=belarus", "/relations/", "/relations/?country=US", "/relations/RU-US/",
    "/relations/RU-US/@2022-02-25", "/relations/RU-US/@2020-01-01..2022-02-25", "/countries/US/", "/countries/BY/",
    "/changes/", "/map/?from=US&track=sanctions", "/data/", "/programmes/", "/programmes/1/", "/lists/", "/lists/ofac/",
    "/designations/", "/embed/relations/RU-US/", "/about/method/", "/docs/relations/", "/docs/api/relations/",
)  # fmt: skip
_TIMES = 9
_ELSEWHERE, _SHOWN = (
    "SELECT pg_current_xact_id()", "UPDATE relations_countrypair SET version = version WHERE code = 'RU-US'",
)  # fmt: skip


def main() -> None:
    with database():
        manage("demo")
        manage("collectstatic", "--no-input", "--verbosity=0")
        with serving("tracker.wsgi:application", workers=1) as site, psycopg.connect(
            os.environ["DATABASE_URL"], autocommit=True
        ) as writer:  # fmt: skip
            connection = http.client.HTTPConnection(urlsplit(site).netloc, timeout=60)
            _measured(connection, _READ, None)
            read, _body = _measured(connection, _READ, None)
            anew, _body = _measured(connection, _READ, lambda: writer.execute(_SHOWN))
            rows = [_row(connection, page, (read, anew), writer) for page in (_READ, *_found(connection))]
    table(
        "Milliseconds of an answer, one at a time (medians)",
        ("page", "sent again", "of the read", "goal", "other commit", "of the read", "made anew", "of the read",
         "of the read made anew", "kB", "gzipped"), rows,
    )  # fmt: skip


def _found(connection: http.client.HTTPConnection) -> list[str]:
    """The pages, and a source and a party that others lead to."""
    more = []
    for page, pattern in (("/relations/RU-US/", r"/sources/\d+/"), ("/designations/", r"/designations/[0-9a-f-]{36}/")):
        _took, body = _asked(connection, page)
        more += re.findall(pattern, body.decode())[:1]
    return [*_PAGES, *more]


def _row(
    connection: http.client.HTTPConnection, page: str, reads: tuple[float, float],
    writer: psycopg.Connection[tuple[object, ...]],
) -> tuple[str, ...]:  # fmt: skip
    """`reads` are those of the relation, from the cache and rendered."""
    read, read_anew = reads
    again, body = _measured(connection, page, None)
    other, _body = _measured(connection, page, lambda: writer.execute(_ELSEWHERE))
    anew, _body = _measured(connection, page, lambda: writer.execute(_SHOWN))
    shown = page if len(page) < 50 else f"{page[:47]}…"
    return (
        shown, f"{again:.2f}", f"{again / read:.1f}", "<= 3", f"{other:.1f}", f"{other / read:.1f}",
        f"{anew:.1f}", f"{anew / read:.1f}", f"{anew / read_anew:.1f}",
        f"{len(body) / 1000:.0f}", f"{len(gzip.compress(body, 6)) / 1000:.1f}",
    )  # fmt: skip


def _measured(
    connection: http.client.HTTPConnection, page: str, commit: Callable[[], object] | None
) -> tuple[float, bytes]:
    """The median in milliseconds, with a commit before each request."""
    times, body = [], b""
    _asked(connection, page)
    for _ in range(_TIMES):
        if commit is not None:
            commit()
        took, body = _asked(connection, page)
        times.append(took)
    return statistics.median(times), body


def _asked(connection: http.client.HTTPConnection, page: str) -> tuple[float, bytes]:
    accepted = "application/json" if page.startswith("/api/") else "text/html"
    began = time.perf_counter()
    connection.request("GET", page, headers={"Accept": accepted})
    with connection.getresponse() as answer:
        body = answer.read()
        if answer.status != http.HTTPStatus.OK:
            raise ValueError(f"{page} is answered with {answer.status}.")
    return (time.perf_counter() - began) * 1000, body
