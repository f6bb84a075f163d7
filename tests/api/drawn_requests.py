"""Requests that schemathesis drew for every operation: `python -m tests.api.drawn_requests` draws them again.

Drawing takes nine tenths of a run and gives the same each time. Draw again when the document allows something new.
"""

from __future__ import annotations

import json
import lzma
import os
from collections.abc import Iterator, Mapping
from functools import cache
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import TYPE_CHECKING, Any

import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import GenerationMode
from schemathesis.core import NOT_SET
from schemathesis.core.result import Ok
from schemathesis.generation.meta import CaseMetadata

from tests.api.fuzzing import CONFIGURATION
from tests.benchmarks.serving import database

if TYPE_CHECKING:
    from schemathesis import Case

STORED = Path(__file__).with_name("drawn_requests.jsonl.xz")
PARTS = ("path_parameters", "query", "headers", "cookies", "body", "media_type", "multipart_content_types")
EXAMPLES = {GenerationMode.POSITIVE: 2, GenerationMode.NEGATIVE: 1}
"""The first fit request is the least that there is. An unfit one is found after ten that are discarded."""


def operations() -> list[Any]:
    from tracker.wsgi import django as application

    config = schemathesis.Config.from_path(CONFIGURATION)
    schema = schemathesis.openapi.from_wsgi("/api/schema/", application, config=config)
    return [each.ok() for each in schema.get_all_operations() if isinstance(each, Ok)]


def stored(operation: Any) -> Iterator[Case[Any]]:
    """The requests that were drawn for the operation, as schemathesis made them."""
    for row in _rows()[operation.label]:
        parts = {name: row[name] for name in PARTS if name in row}
        if "bytes" in row:
            parts["body"] = row["bytes"].encode("latin-1")
        yield operation.Case(**parts, _meta=CaseMetadata.from_dict(row["meta"]))


@cache
def _rows() -> dict[str, list[dict[str, Any]]]:
    rows = [json.loads(line) for line in lzma.decompress(STORED.read_bytes()).splitlines()]
    return {name: list(some) for name, some in groupby(rows, itemgetter("operation"))}


def drawn(operation: Any, mode: GenerationMode) -> str:
    cases: list[Case[Any]] = []

    @given(case=operation.as_strategy(generation_mode=mode))
    @settings(
        max_examples=EXAMPLES[mode], deadline=None, phases=[Phase.generate], derandomize=True, database=None,
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    def draw(case: Any) -> None:
        cases.append(case)

    draw()
    case = cases[-1]
    assert case.meta is not None
    row = {"operation": operation.label, "meta": case.meta.to_dict()}
    row |= {name: value for name in PARTS if (value := getattr(case, name)) and value is not NOT_SET}
    if isinstance(case.body, bytes):
        row["bytes"] = row.pop("body", b"")
    elif case.body is not NOT_SET:
        row["body"] = case.body
    return json.dumps(row, default=_plain)


def _plain(value: Any) -> Any:
    if isinstance(value, bytes):
        return value.decode("latin-1")
    return dict(value) if isinstance(value, Mapping) else list(value)


def main() -> None:
    lines = [drawn(operation, mode) for operation in operations() for mode in EXAMPLES]
    STORED.write_bytes(lzma.compress("\n".join(lines).encode()))


if __name__ == "__main__":
    os.environ.setdefault("TRACKER_ENV", "local")
    os.environ.setdefault("SECRET_KEY", "drawing keeps no secrets, and this is long enough to be accepted as one")
    with database():  # the document is refused without one
        main()
