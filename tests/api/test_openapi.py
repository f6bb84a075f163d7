"""The OpenAPI document as readers, linters and generators of clients need it."""

import json
import os
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import fields
from typing import Any

import orjson
import pytest
from django.test import Client

from relations.api.designations import content
from relations.api.openapi import finish
from relations.api.openapi.finish import operations, parts
from relations.importers.engine import parties
from relations.representation.json_types import keys
from relations.representation.openapi import in_place
from tests.api.lists import endpoints

MASKED = {"recorded_at": "2020-02-02T12:00:00Z", "cursor": "lGpsfvqetaEN0PQG"}
"""Values that are others in every database."""
IGNORED = {("/api/imports/{number}/files/{sha256}/", "format")}
"""An archived file has the format that it came in."""


@pytest.fixture
def document(countries: None, client: Client) -> Any:
    return client.get("/api/schema/").json()


@pytest.fixture
def whole(document: Any) -> Any:
    return in_place(document)


def schemas(document: Any) -> Iterator[tuple[str, Any]]:
    for part in parts({key: document[key] for key in ("components", "paths", "webhooks")}):
        if isinstance(part.get("properties"), dict):
            yield from part["properties"].items()


def test_every_operation_has_a_summary_of_its_own_and_every_tag_a_text(document: Any) -> None:
    summaries = Counter(operation["summary"] for _, _, operation in operations(document))
    assert [text for text, count in summaries.items() if count > 1] == ["Try filters on the last changes"]
    named = {tag["name"] for tag in document["tags"] if tag["description"]}
    used = {tag for _, _, operation in operations(document) for tag in operation["tags"]}
    assert used | {"events"} == named
    assert {each["post"]["tags"][0] for each in document["webhooks"].values()} == {"events"}


def test_every_property_is_described(document: Any) -> None:
    assert [name for name, schema in schemas(document) if not schema.get("description")] == []


def test_nothing_is_a_null_alone_and_no_flag_a_word(document: Any) -> None:
    everywhere = [part for part in parts(document) if isinstance(part, dict)]
    assert [part for part in everywhere if part.get("type") == "null"] == []
    assert [part for part in everywhere if part.get("enum") == ["1", "0"]] == []


def test_every_vocabulary_is_written_once(document: Any) -> None:
    words = Counter(orjson.dumps(part["enum"]) for part in parts(document) if isinstance(part.get("enum"), list))
    assert [text for text, count in words.items() if count > 1] == []


def test_what_occurs_twice_is_a_component(document: Any) -> None:
    patterns = Counter(
        part["pattern"] for part in parts(document) if "string" in part.get("type", ()) and "pattern" in part
    )
    assert [pattern for pattern, count in patterns.items() if count > 1] == []
    each = [operation for _, _, operation in operations(document)]
    inline = Counter(
        orjson.dumps(part, option=orjson.OPT_SORT_KEYS)
        for operation in each
        for part in (*operation.get("parameters", ()), *operation["responses"].values())
        if "$ref" not in part
    )
    assert [part for part, count in inline.items() if count > 1] == []


def test_the_document_is_small(countries: None, client: Client) -> None:
    assert len(client.get("/api/schema/").content) < 600_000


def test_every_parameter_of_every_operation_is_documented(whole: Any) -> None:
    document, missing = whole, []
    for route, view in endpoints():
        for method, operation in document["paths"].get(route, {}).items():
            documented = {each["name"] for each in operation.get("parameters", ())}
            known = view.known_parameters(method.upper())
            missing += [(method, *each) for each in {(route, name) for name in known - documented} - IGNORED]
            assert not (method != "get" and "expand" in documented), route
    assert missing == []


def test_a_row_of_which_fields_chooses_the_keys_requires_none(whole: Any) -> None:
    document, named = whole, whole["components"]["schemas"]
    for path, _, operation in operations(document):
        if (
            any(each["name"] == "fields" for each in operation.get("parameters", ()))
            and "200" in operation["responses"]
        ):
            schema = operation["responses"]["200"]["content"]["application/json"]["schema"]
            schema = named[schema["$ref"].rpartition("/")[2]] if "$ref" in schema else schema
            row = schema.get("properties", {}).get("results", {}).get("items", schema)
            for each in row.get("anyOf", [row]):
                whole = named[each["$ref"].rpartition("/")[2]] if "$ref" in each else each
                assert "required" not in whole, path


def test_flags_are_truth_values_in_every_spelling(seed: None, client: Client) -> None:
    counts = [
        client.get("/api/relations/", {"count": flag}).json().get("count") for flag in ("1", "true", "0", "false")
    ]
    assert counts[0] == counts[1] is not None
    assert counts[2:] == [None, None]


def test_every_example_is_the_answer_on_the_seed(seed: None, client: Client) -> None:
    """After a change of the answers `EXAMPLES=write ./test tests/api/test_openapi.py` writes the file."""
    stored = orjson.loads(finish.EXAMPLES.read_bytes())
    answers = {name: _answer(client, url) for name, url in finish.ASKED.items()}
    if os.environ.get("EXAMPLES") == "write":
        finish.EXAMPLES.write_text(json.dumps(answers, indent=1, ensure_ascii=False) + "\n", "utf-8")
    assert answers == stored


def _answer(client: Client, url: str) -> Any:
    response = client.get(url)
    assert response.status_code == 200, url
    text = re.sub(r"cursor=[^&\"]*", f"cursor={MASKED['cursor']}", response.content.decode())
    return _masked(orjson.loads(text.replace("http://testserver", "http://127.0.0.1:8000")))


def _masked(tree: Any) -> Any:
    if isinstance(tree, dict):
        return {name: MASKED[name] if name in MASKED and each else _masked(each) for name, each in tree.items()}
    return [_masked(each) for each in tree] if isinstance(tree, list) else tree


def test_everything_known_has_a_type(document: Any) -> None:
    """Any value is allowed for keys that a client may send back without effect, and for no other."""
    named = parts({key: document[key] for key in ("components", "paths", "webhooks")})
    members = [
        (name, member)
        for part in named
        for name, member in (
            *part.get("properties", {}).items(),
            *[(str(part), part[key]) for key in ("items", "additionalProperties", "schema") if key in part],
        )
        if isinstance(part.get("properties", {}), dict)
    ]
    typed = {"type", "$ref", "oneOf", "anyOf", "allOf", "enum", "const"}
    assert [name for name, member in members if isinstance(member, dict) and not typed & member.keys()] == []
    whole = {"properties", "patternProperties", "additionalProperties"}
    objects = [part for part in parts(document) if part.get("type") == "object" or "object" in part.get("type", ())]
    assert [part for part in objects if not whole & part.keys() or part.get("additionalProperties") == {}] == []


def test_every_object_is_a_component(document: Any) -> None:
    schemas = document["components"].pop("schemas")
    inside = [each for schema in schemas.values() for key, each in schema.items() if key != "description"]
    assert [part for part in parts([document, inside]) if "properties" in part and part.get("type") == "object"] == []


def test_the_record_of_a_party_is_documented_as_importers_store_it() -> None:
    documented = {
        parties.Party: content.PartyContent, parties.Name: content.NameContent, parties.BirthDate: content.BirthContent,
        parties.Place: content.PlaceContent, parties.Nationality: content.NationalityContent,
        parties.Document: content.DocumentContent, parties.Instrument: content.InstrumentContent,
        parties.Detail: content.DetailContent,
    }  # fmt: skip
    for shape, response in documented.items():
        stored = {each.name for each in fields(shape)} - (parties.UNCOMPARED if shape is parties.Party else set())
        assert set(keys(response)) == stored, shape
