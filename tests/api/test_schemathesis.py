"""Answers to generated requests are as the OpenAPI document promises: `tests.api.fuzzing` in short."""

from collections.abc import Iterator
from itertools import cycle
from typing import Any

import pytest
import schemathesis
from django.contrib.auth.models import User
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import GenerationMode
from schemathesis.core.result import Ok
from schemathesis.specs.openapi.checks import ignored_auth, positive_data_acceptance

from tests.api import fuzz_checks
from tests.api.conftest import Editor
from tests.api.fuzzing import CONFIGURATION
from tracker.wsgi import django as application

pytestmark = pytest.mark.slow(seconds=20)

NOT_HERE = [positive_data_acceptance, ignored_auth]
"""The first has another in its place, and the second would ask everything twice again."""

EXAMPLES = {GenerationMode.POSITIVE: 2, GenerationMode.NEGATIVE: 1}
"""An unfit request is found after ten that are discarded."""


@pytest.fixture(autouse=True)
def _kept_connection() -> Iterator[None]:
    """A WSGI server closes connections after a request; the test's own must stay."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


def test_answers_are_as_documented(seed: None, anna: User, monkeypatch: pytest.MonkeyPatch) -> None:
    """Generated requests for every operation, alternately fit and unfit ones: each answer is as the document says."""
    editor = Editor(anna, scopes=("read", "edit", "webhooks"))
    monkeypatch.setenv(fuzz_checks.OWN_TOKEN, str(editor.token.pk))
    config = schemathesis.Config.from_path(CONFIGURATION)
    schema = schemathesis.openapi.from_wsgi("/api/schema/", application, config=config)
    operations = [each.ok() for each in schema.get_all_operations() if isinstance(each, Ok)]
    assert len(operations) > 100
    for operation, mode in zip(operations, cycle(GenerationMode), strict=False):
        _validate(operation, mode, editor)


def _validate(operation: Any, mode: GenerationMode, editor: Editor) -> None:
    @given(case=operation.as_strategy(generation_mode=mode))
    @settings(
        max_examples=EXAMPLES[mode], deadline=None, phases=[Phase.generate], derandomize=True, database=None,
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    def validate(case: Any) -> None:
        # Through WSGI nothing undoes a compression that is asked for.
        case.headers.update({"Authorization": f"Bearer {editor.shown}", "Accept-Encoding": "identity"})
        case.call_and_validate(excluded_checks=NOT_HERE)

    validate()
