"""Answers to generated requests are as the OpenAPI document promises."""

from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.core.result import Ok
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from tests.api.conftest import Editor
from tracker.wsgi import django as application

OF_THE_TRACKER = (
    r"^/api/(ambassadors|sanction-events|travel-ban-entries|diplomatic-events|sanction-programmes|travel-ban-lists"
    r"|sources|relations|countries|me)/"
)


@pytest.fixture(autouse=True)
def _kept_connection() -> Iterator[None]:
    """A WSGI server closes connections after a request; the test's own must stay."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


def test_answers_are_as_documented(seed: None, editor: Editor) -> None:
    """A few generated requests for every operation: no 500, and every answer as the document says."""
    schema = schemathesis.openapi.from_wsgi("/api/schema/", application).include(path_regex=OF_THE_TRACKER)
    operations = [each.ok() for each in schema.get_all_operations() if isinstance(each, Ok)]
    assert len(operations) > 30
    for operation in operations:
        _validate(operation, editor)


def _validate(operation: Any, editor: Editor) -> None:
    @given(case=operation.as_strategy())
    @settings(
        max_examples=5, deadline=None, phases=[Phase.explicit, Phase.generate], derandomize=True, database=None,
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    def validate(case: Any) -> None:
        # Through WSGI nothing undoes a compression that is asked for.
        case.headers.update({"Authorization": f"Bearer {editor.shown}", "Accept-Encoding": "identity"})
        # Chosen keys are fewer than the document says.
        (case.query or {}).pop("fields", None)
        case.call_and_validate(checks=CHECKS)

    validate()


CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
