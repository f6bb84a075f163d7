"""Pages about resources agree with the code: their tables are whole."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from relations.api.http.problem_types import CODES, problem_types
from tests.api.lists import LISTS, endpoints

DOCS = Path(__file__).parents[2] / "docs"
RESOURCES = (
    "facts", "ambassadors", "sanction-events", "travel-ban-entries", "diplomatic-events", "sanction-programmes",
    "regimes", "travel-ban-lists", "sources", "designations",
)  # fmt: skip

NEVER = {"date", "datetime", "make_aware", "max_string_length", "overflow", "surrogate_characters_not_allowed"}
"""Codes of DRF that no body can cause: days, moments and numbers are read by other rules, surrogates by none."""


@pytest.mark.parametrize(
    ("resource", "route"),
    [*((name, f"/api/{name}/") for name in RESOURCES), ("confirmations", "/api/ambassadors/<uuid:key>/confirmations/")],
)
def test_page_names_every_filter(resource: str, route: str) -> None:
    page = (DOCS / f"{resource}.md").read_text("utf-8")
    named = {
        stem + ending
        for word in re.findall(r"`([a-z_0-9…]+)", page)
        for stem in [word.removesuffix("…")]
        for ending in (("after", "before") if word.endswith("…") else ("",))
    }
    assert LISTS[route].filterset_class.names() - named == set()


def test_page_of_errors_has_every_type() -> None:
    page = (DOCS / "errors.md").read_text("utf-8")
    rows = {(slug, int(status)) for slug, status in re.findall(r"^\| `([a-z-]+)` \| (\d{3}) \|", page, re.MULTILINE)}
    assert rows == {(slug, status) for slug, status, _ in problem_types()}


def fields_of(form: Any) -> Iterator[Any]:
    """A field of a body and everything inside it."""
    yield form
    for inner in getattr(form, "fields", {}).values():
        yield from fields_of(inner)
    if (child := getattr(form, "child", None)) is not None:
        yield from fields_of(child)


def words_in_code() -> set[str]:
    """Codes that the API's own refusals of values give."""
    source = "".join(path.read_text("utf-8") for path in (DOCS.parent / "relations/api").rglob("*.py"))
    given = re.findall(r"(?:ValidationError|ErrorDetail)\([^\n]*, \"([a-z_]+)\"\)", source)
    return {*given, *re.findall(r"word=\"([a-z_]+)\"", source)}


def test_page_of_errors_has_every_code_that_a_body_can_cause(client: Client, db: None) -> None:
    forms = {view.serializer_class for _, view in endpoints() if view.serializer_class}
    every = {code for form in forms for field in fields_of(form()) for code in field.error_messages}
    every |= {
        code
        for form in forms
        for field in fields_of(form())
        for each in getattr(field, "validators", ())
        if (code := getattr(each, "code", None))
    }
    every |= words_in_code()
    assert {"required", "unknown_field", "max_length", "empty"} <= every
    types = {slug.replace("-", "_") for slug, _, _ in problem_types()}
    assert every - types - set(CODES) == NEVER
    page = (DOCS / "errors.md").read_text("utf-8")
    assert set(re.findall(r"^\| `([a-z_]+)` \| [A-Z]", page, re.MULTILINE)) == set(CODES)
    shown = client.get("/api/docs/errors/").content.decode()
    assert [code for code in CODES if f'id="{code}"' not in shown] == []
