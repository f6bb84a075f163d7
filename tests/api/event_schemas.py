"""Schemas of the bodies of events, read from the OpenAPI document."""

import json
from functools import cache
from typing import Any

from jsonschema import Draft202012Validator, FormatChecker
from referencing import Registry
from referencing.jsonschema import DRAFT202012


@cache
def document(client: Any) -> Any:
    """The OpenAPI document, read once for each client."""
    return json.loads(client.get("/api/schema/", headers={"accept": "application/json"}).content)


def validator(document: Any, type_: str) -> Draft202012Validator:
    content = document["webhooks"][type_]["post"]["requestBody"]["content"]["application/json"]
    resource = DRAFT202012.create_resource(document)
    schema = {"$ref": f"urn:openapi{content['schema']['$ref']}"}
    registry: Any = Registry().with_resource("urn:openapi", resource)
    return Draft202012Validator(schema, registry=registry, format_checker=FormatChecker())


def undocumented_keys(document: Any, schema: Any, body: Any, at: str = "") -> list[str]:
    """Keys of a body of which the document does not speak."""
    schema = resolved(document, schema)
    unknown: list[str] = []
    if isinstance(body, dict):
        members = (resolved(document, each) for each in (schema, *schema.get("oneOf", ())))
        known: Any = next((each for each in members if "properties" in each), {"properties": {}})
        for name, value in body.items():
            if name not in known["properties"]:
                unknown.append(f"{at}/{name}")
            else:
                unknown += undocumented_keys(document, known["properties"][name], value, f"{at}/{name}")
    if isinstance(body, list) and "items" in schema:
        for each in body:
            unknown += undocumented_keys(document, schema["items"], each, f"{at}/-")
    return unknown


def resolved(document: Any, schema: Any) -> Any:
    return document["components"]["schemas"][schema["$ref"].rpartition("/")[2]] if "$ref" in schema else schema
