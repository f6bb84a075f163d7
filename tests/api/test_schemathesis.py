"""Answers to generated requests are as the OpenAPI document promises: `tests.api.fuzzing` in short."""

import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

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


class Asking:
    """Asks as an editor, and has each answer compared with the document."""

    def __init__(self, editor: Editor) -> None:
        self.editor = editor
        self.asked = Counter[GenerationMode | None]()
        self.rows: dict[str, dict[str, Any]] = {}

    def ask(self, case: Any) -> Any:
        self.asked[case.meta and case.meta.generation.mode] += 1
        # Through WSGI nothing undoes a compression that is asked for.
        case.headers.update({"Authorization": f"Bearer {self.editor.shown}", "Accept-Encoding": "identity"})
        return case.call_and_validate(excluded_checks=NOT_HERE)

    def read(self, operation: Any) -> None:
        """Reads the whole list, or what belongs to its first row: a request that was drawn seldom finds anything."""
        home, names = operation.path.partition("{")[0], re.findall(r"\{(\w+)\}", operation.path)
        row = self.rows.get(home, {})
        of_row = {name: row.get(name) or row.get("id") for name in names}
        if len(names) > 1 or None in of_row.values():
            return
        answer = self.ask(operation.Case(path_parameters=of_row))
        assert answer.status_code in (200, 308), operation.path  # a fact's own address is that of its kind
        if not names and (rows := answer.json().get("results")):
            self.rows[home] = rows[0]


def test_answers_are_as_documented(seed: None, anna: User, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each operation is asked a fit and an unfit request that was drawn, and each reading one without parameters."""
    asking = Asking(Editor(anna, scopes=("read", "edit", "webhooks")))
    monkeypatch.setenv(fuzz_checks.OWN_TOKEN, str(asking.editor.token.pk))
    for operation in operations():
        if operation.method == "get":
            asking.read(operation)
        for case in stored(operation):
            asking.ask(case)
    assert asking.asked[GenerationMode.POSITIVE] > 100
    assert asking.asked[GenerationMode.NEGATIVE] > 100
    assert asking.asked[None] > 40
