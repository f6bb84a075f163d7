"""What a client reads of the API, and what that costs."""

from typing import Any

from django.db import connection
from django.test.utils import CaptureQueriesContext


def get(client: Any, path: str, status: int = 200, **headers: str) -> Any:
    response = client.get(path, headers=headers)
    assert response.status_code == status, response.content
    return response.json()


def queries(client: Any, path: str) -> int:
    with CaptureQueriesContext(connection) as captured:
        assert client.get(path).status_code == 200
    return sum(not each["sql"].startswith(("SAVEPOINT", "RELEASE")) for each in captured)
