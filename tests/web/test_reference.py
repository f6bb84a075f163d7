"""The reference of the API has every operation, parameter and schema of the OpenAPI document."""

import pytest

from relations.web.reference import document
from relations.web.reference.schemas import fields_of, type_of
from tests.web.conftest import html_of


def test_every_operation_is_on_the_page_of_its_resource(reader):
    shown = set()
    for tag in document.tags():
        for heading in html_of(reader.get(f"/docs/api/{tag}/")).cssselect(".operation > h2"):
            method, path = heading.text_content().split()[:2]
            shown.add((method, path))
    source = document.document()
    operations = {(method.upper(), path) for path, methods in source["paths"].items() for method in methods}
    assert operations | {("POST", name) for name in source["webhooks"]} == shown


def test_the_document_is_the_one_that_programs_get(client, db):
    programs = client.get("/api/schema/?format=json").json()
    assert programs["paths"].keys() == document.document()["paths"].keys()
    assert programs["components"]["schemas"].keys() == document.document()["components"]["schemas"].keys()


def test_every_schema_that_a_page_links_is_on_it(reader):
    for tag in document.tags():
        html = html_of(reader.get(f"/docs/api/{tag}/"))
        linked = {link.get("href") for link in html.cssselect("main .text a[href^='#']")}
        assert linked <= {f"#{element.get('id')}" for element in html.cssselect("[id]")}, tag


def test_a_parameter_is_shown_with_its_values(reader):
    rows = html_of(reader.get("/docs/api/relations/")).cssselect(".reference tbody tr")
    shown = [tuple(cell.text_content() for cell in row) for row in rows]
    assert ("as_of", "string (date)", "As it was in the world on this day") in shown
    assert ("format", "string", "The same as by Acceptcsv, json, jsonl") in shown


def test_writing_is_marked_as_needing_a_login(reader):
    html = html_of(reader.get("/docs/api/ambassadors/"))
    marked = {
        section.cssselect("h2")[0].text_content().split()[0]: "Needs a token" in section.text_content()
        for section in html.cssselect(".operation")
    }
    assert marked == {"GET": False, "POST": True, "PUT": True, "PATCH": True, "DELETE": True}


def test_an_unknown_resource_is_a_404_in_the_frame(reader):
    answer = reader.get("/docs/api/nothing/")
    assert (answer.status_code, len(html_of(answer).cssselect("header, footer"))) == (404, 2)


@pytest.mark.parametrize(
    ("schema", "words"),
    [
        ({"type": "string"}, "string"),
        ({"type": ["string", "null"], "format": "date"}, "string (date) or null"),
        ({"type": "array", "items": {"type": "integer"}}, "array of integer"),
        ({"$ref": "#/components/schemas/A"}, '<a href="#schema-A">A</a>'),
        ({"oneOf": [{"$ref": "#/components/schemas/A"}, {"type": "null"}]}, '<a href="#schema-A">A</a> or null'),
        ({"const": "<b>"}, "<code>&quot;&lt;b&gt;&quot;</code>"),
        ({"type": "object", "additionalProperties": {"type": "integer"}}, "object with values of integer"),
        ({"type": "<b>"}, "&lt;b&gt;"),
        ({}, "any value"),
    ],
)
def test_a_type_is_in_words(schema, words):
    assert type_of(schema) == words


def test_a_field_has_its_values_and_limits():
    schema = {"properties": {"a": {"type": "array", "items": {"enum": [None, "x"], "maxLength": 3}, "maxItems": 2,
                                   "default": ["x"]}}, "required": ["a"]}  # fmt: skip
    (field,) = fields_of(schema)
    assert (field.is_required, field.values) == (True, ("null", "x"))
    assert field.limits == ("at most 2 items", "at most 3 characters", 'default: ["x"]')


def test_a_pattern_is_shown_where_a_person_can_read_it():
    fields = fields_of({"properties": {"short": {"pattern": "^[A-Z]{2}$"}, "long": {"pattern": f"^({'a|' * 30}b)$"}}})
    assert [field.limits for field in fields] == [("matches ^[A-Z]{2}$",), ()]
