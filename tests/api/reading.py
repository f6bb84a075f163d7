"""Reads of the API as a client does them, and their cost."""

from typing import Any

from django.db import connection
from django.test.utils import CaptureQueriesContext

from relations.dates import moment_text
from relations.queries.clock import newest_finished


def get(client: Any, path: str, status: int = 200, **headers: str) -> Any:
    response = client.get(path, headers=headers)
    assert response.status_code == status, response.content
    return response.json()


def now() -> str:
    """The newest moment that `known_at` takes."""
    return moment_text(newest_finished())


def queries(client: Any, path: str) -> int:
    with CaptureQueriesContext(connection) as captured:
        assert client.get(path).status_code == 200
    return sum(not each["sql"].startswith(("SAVEPOINT", "RELEASE")) for each in captured)
