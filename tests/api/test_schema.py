"""The OpenAPI document is valid, whole, and shown without another host."""

import datetime as dt
import io
import json
import re
from pathlib import Path
from typing import Annotated, Any, NotRequired, TypedDict

import pytest
import yaml
from django.core.management import call_command
from django.test import Client
from drf_spectacular import validation
from drf_spectacular.plumbing import ComponentRegistry

from relations.api.documentation import as_yaml
from relations.api.index import IndexResponse
from relations.api.response_schemas import schema_of
from relations.models import AmbassadorStatus, DiplomaticEvent, SanctionEvent, TravelBanEntry
from relations.representation.fact_responses import AmbassadorResponse, EntryResponse, EventResponse, SanctionResponse
from relations.representation.json_types import keys, one_of
from relations.representation.openapi import in_place

RESPONSES = {
    AmbassadorStatus: AmbassadorResponse, SanctionEvent: SanctionResponse, TravelBanEntry: EntryResponse,
    DiplomaticEvent: EventResponse,
}  # fmt: skip


@pytest.fixture
def document(countries: None, client: Client) -> Any:
    return in_place(client.get("/api/schema/").json())


def test_document_is_openapi_3_1_and_complete(countries: None) -> None:
    """The check of `spectacular --validate`, whose own validator takes two seconds. CI has a second judge."""
    from openapi_spec_validator.schemas.backend import get_validator_for  # loads slowly, and in every worker

    out = io.StringIO()
    call_command("spectacular", "--fail-on-warn", "--format=openapi-json", stdout=out)
    document = json.loads(out.getvalue())
    assert document["openapi"] == "3.1.1"
    rules = Path(validation.__file__).with_name("openapi_3_1_schema.json").read_text("utf-8")
    assert list(get_validator_for(json.loads(rules)).iter_errors(document)) == []


def test_every_operation_documents_its_problems(document: Any) -> None:
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            assert "400" in operation["responses"], (method, path)
            assert "application/problem+json" in operation["responses"]["400"]["content"], (method, path)


def test_every_parameter_of_a_list_is_documented(document: Any) -> None:
    from tests.api.lists import LISTS, OPEN

    for route in OPEN:
        documented = {each["name"] for each in document["paths"][route]["get"]["parameters"]}
        assert LISTS[route].known_parameters("GET") - documented == set(), route


def test_response_is_documented_as_its_type_is_written(document: Any) -> None:
    schemas = document["components"]["schemas"]
    for model, response in RESPONSES.items():
        operation = document["paths"][f"/api/{model.resource}/{{key}}/"]["get"]
        content = operation["responses"]["200"]["content"]["application/json"]["schema"]
        assert content == {"$ref": f"#/components/schemas/{response.__name__}"}
        assert list(schemas[response.__name__]["properties"]) == list(keys(response))


def test_type_hint_becomes_the_schema_of_its_json() -> None:
    class Part(TypedDict):
        """A part."""

        word: Annotated[str | None, one_of(("a", "b"))]

    class Whole(TypedDict):
        part: Annotated[Part | None, "Perhaps"]
        days: list[dt.date]
        by_name: NotRequired[dict[str, int | Part]]

    registry = ComponentRegistry()
    assert schema_of(Whole, registry) == {"$ref": "#/components/schemas/Whole"}
    part = {"$ref": "#/components/schemas/Part"}
    assert registry.build({})["schemas"] == {
        "Part": {
            "type": "object", "description": "A part.", "required": ["word"],
            "properties": {"word": {"type": ["string", "null"], "enum": ["a", "b", None]}},
        },
        "Whole": {
            "type": "object", "required": ["part", "days"],
            "properties": {
                "part": {"oneOf": [part, {"type": "null"}], "description": "Perhaps"},
                "days": {"type": "array", "items": {"type": "string", "format": "date"}},
                "by_name": {"type": "object", "additionalProperties": {"oneOf": [{"type": "integer"}, part]}},
            },
        },
    }  # fmt: skip


class CoreLoader(yaml.CSafeLoader):
    """YAML 1.2.2, 10.3.2: the core schema."""


CoreLoader.yaml_implicit_resolvers = {}
for name, pattern in {
    "null": r"null|Null|NULL|~|",
    "bool": r"true|True|TRUE|false|False|FALSE",
    "int": r"[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+",
    "float": r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?|[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)",
}.items():
    CoreLoader.add_implicit_resolver(f"tag:yaml.org,2002:{name}", re.compile(f"^(?:{pattern})$"), None)


def test_yaml_is_the_same_document_to_readers_of_1_1_and_1_2(countries: None, client: Client) -> None:
    document = client.get("/api/schema/").json()
    answer = client.get("/api/schema/?format=yaml")
    text = answer.content
    assert (answer.status_code, text[:15]) == (200, b"openapi: 3.1.1\n")
    assert yaml.load(text, yaml.CSafeLoader) == document
    assert yaml.load(text, CoreLoader) == document


@pytest.mark.parametrize("loader", [yaml.CSafeLoader, CoreLoader])
def test_text_that_looks_like_something_else_is_a_text_in_yaml(loader: Any) -> None:
    texts = ["0841", "NO", "085", "017", "1e3", "1.", ".5", "0o17", "0x1F", "y", "N", "on", "~", "", "null", "12:30:45"]
    texts += ["2020-02-01", ".inf", "1_000", "=", "<<", "- a", "a: b", " a", "a\nb\n", "\u0085", "#", "!a", "*", "%"]
    tree = {"texts": texts, **dict.fromkeys(texts, True), "number": 1, "none": None}
    assert yaml.load(as_yaml(tree), loader) == tree


def test_page_names_no_other_host_and_conforms_to_the_policy(countries: None, client: Client) -> None:
    page = client.get("/api/docs/")
    html = page.content.decode()
    assert page.status_code == 200
    assert re.findall(r"https?://|//[a-z]", html) == []
    assert "<style" not in html
    assert re.findall(r"<script(?![^>]*\bsrc=)", html) == []
    assert "script-src 'self'" in page["Content-Security-Policy"]
    sources = re.findall(r'(?:src|href)="([^"]+)"', html)
    assert len(sources) == 6
    for source in sources:
        part = client.get(source.replace("&amp;", "&"))
        assert part.getvalue()
        assert part.status_code == 200, source
        part.close()
    script = client.get("/api/docs/?script=").content.decode()
    assert re.findall(r"https?://[^\s\"']+", script) == []
    assert '"validatorUrl": null' in script


def test_index_leads_to_every_resource(countries: None, client: Client) -> None:
    links = client.get("/api/").json()
    assert links["relations"] == "http://testserver/api/relations/"
    assert set(links) == set(keys(IndexResponse))
    for name, url in links.items():
        assert client.get(url).status_code in (200, 401), name
