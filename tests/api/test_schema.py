"""The OpenAPI document is valid, whole, and shown without another host."""

import io
import re
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client
from openapi_spec_validator import OpenAPIV31SpecValidator

from relations.models import FACT_MODELS
from relations.representation import shapes
from relations.representation.facts import keys_of


@pytest.fixture
def document(countries: None, client: Client) -> Any:
    return client.get("/api/schema/").json()


def test_document_is_openapi_3_1_and_complete(countries: None) -> None:
    out = io.StringIO()
    call_command("spectacular", "--validate", "--fail-on-warn", stdout=out)
    assert out.getvalue().startswith("openapi: 3.1.1\n")


def test_document_is_valid_by_a_second_judge(document: Any) -> None:
    assert list(OpenAPIV31SpecValidator(document).iter_errors()) == []


def test_every_operation_documents_its_problems(document: Any) -> None:
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            assert "400" in operation["responses"], (method, path)
            assert "application/problem+json" in operation["responses"]["400"]["content"], (method, path)


def test_every_parameter_of_a_list_is_documented(document: Any) -> None:
    from tests.api.lists import LISTS, OPEN

    for route in OPEN:
        told = {each["name"] for each in document["paths"][route]["get"]["parameters"]}
        assert LISTS[route].known_parameters("GET") - told == set(), route


def test_shapes_have_the_keys_of_the_answers() -> None:
    of_kind = {
        "ambassadors": shapes.AmbassadorShape, "sanction-events": shapes.SanctionShape,
        "travel-ban-entries": shapes.EntryShape, "diplomatic-events": shapes.EventShape,
    }  # fmt: skip
    for model in FACT_MODELS:
        assert set(of_kind[model.resource]().fields) == set(keys_of(model))


def test_document_in_yaml(countries: None, client: Client) -> None:
    answer = client.get("/api/schema/?format=yaml")
    assert (answer.status_code, answer.content[:15]) == (200, b"openapi: 3.1.1\n")


def test_page_names_no_other_host_and_keeps_the_policy(countries: None, client: Client) -> None:
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
    assert set(links) == set(shapes.IndexShape().fields)
    for name, url in links.items():
        assert client.get(url).status_code in (200, 401), name
