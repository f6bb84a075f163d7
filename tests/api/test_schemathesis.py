"""Answers to generated requests are as the OpenAPI document promises: `tests.api.fuzzing` in short."""

from collections import Counter
from collections.abc import Iterator

import pytest
from django.contrib.auth.models import User
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from schemathesis import GenerationMode
from schemathesis.specs.openapi.checks import ignored_auth, positive_data_acceptance

from tests.api import fuzz_checks
from tests.api.conftest import Editor
from tests.api.drawn_requests import operations, stored

pytestmark = pytest.mark.slow(seconds=6)

NOT_HERE = [positive_data_acceptance, ignored_auth]
"""The first has another in its place, and the second would ask everything twice again."""


@pytest.fixture(autouse=True)
def _kept_connection() -> Iterator[None]:
    """A WSGI server closes connections after a request; the test's own must stay."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


def test_answers_are_as_documented(seed: None, anna: User, monkeypatch: pytest.MonkeyPatch) -> None:
    """Requests that were drawn for every operation, fit and unfit ones: each answer is as the document says."""
    editor = Editor(anna, scopes=("read", "edit", "webhooks"))
    monkeypatch.setenv(fuzz_checks.OWN_TOKEN, str(editor.token.pk))
    asked = Counter[GenerationMode]()
    for operation in operations():
        for case in stored(operation):
            asked[case.meta.generation.mode] += 1
            # Through WSGI nothing undoes a compression that is asked for.
            case.headers.update({"Authorization": f"Bearer {editor.shown}", "Accept-Encoding": "identity"})
            case.call_and_validate(excluded_checks=NOT_HERE)
    assert min(asked.values()) > 100
