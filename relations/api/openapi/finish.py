"""The last hook of drf-spectacular: what belongs to the whole document and to no single endpoint."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

from relations.api.http import patterns
from relations.api.openapi import sharing, texts, vocabularies
from relations.api.openapi.properties import described, pascal
from relations.api.openapi.texts import HEADERS, references
from relations.api.openapi.vocabularies import operations, parts
from relations.api.response_schemas import Fragment
from relations.models import Country

_SCHEMAS = "#/components/schemas/"
_OF_STATUS = {
    "304": ("ETag",), "308": ("Location",), "401": ("WWW-Authenticate",), "412": ("ETag",),
    "429": ("Retry-After", "RateLimit-Policy", "RateLimit"), "503": ("Retry-After",),
}  # fmt: skip
"""The headers that responses of a status have wherever they come from."""


def finished(result: Fragment, **_: Any) -> Fragment:
    """Adds servers, tags, summaries, headers, descriptions and examples; unites nulls, and shares what is repeated."""
    result = _unshared(result)
    schemas = result["components"]["schemas"]
    result["servers"] = [{"url": "/", "description": "This installation"}]
    for path, method, operation in operations(result, "paths"):
        operation["summary"] = texts.summary(path, method, operation["operationId"])
        _with_headers(operation)
        _without_required(operation, schemas)
        _name_page(operation, schemas)
    result["tags"] = texts.tags(
        {tag for _, _, each in operations(result, "paths") for tag in each["tags"]} | {"events"}
    )
    result["components"]["headers"] = dict(HEADERS)
    _mend(result)
    vocabularies.share(result)
    vocabularies.name_words(result)
    sharing.share_patterns(result)
    described(result)
    with_examples(result)
    with_links(result)
    sharing.share_parameters(result)
    sharing.share_responses(result)
    return result


def _unshared(tree: Any) -> Any:
    """A copy in which no fragment is in two places, so that changing one changes no other."""
    if isinstance(tree, dict):
        return {name: _unshared(each) for name, each in tree.items()}
    return [_unshared(each) for each in tree] if isinstance(tree, list | tuple) else tree


def _with_headers(operation: Fragment) -> None:
    responses = operation["responses"]
    for status, response in responses.items():
        tag = ["ETag"] if status == "200" and "304" in responses else []
        names = ("API-Version", "X-Request-ID", *tag, *_OF_STATUS.get(status, ()))
        response["headers"] = response.get("headers", {}) | references(names)


def _without_required(operation: Fragment, schemas: Fragment) -> None:
    """Takes `required` from answers of which `?fields=` chooses the keys."""
    if not any(each["name"] == "fields" for each in operation.get("parameters", ())):
        return
    if "200" not in operation["responses"]:
        return
    whole = operation["responses"]["200"]["content"]["application/json"]["schema"]
    rows = _resolved(whole, schemas).get("properties", {}).get("results", {}).get("items")
    row = _resolved(whole if rows is None else rows, schemas)
    for each in row.get("anyOf", [row]):
        _resolved(each, schemas).pop("required", None)


def _name_page(operation: Fragment, schemas: Fragment) -> None:
    """Makes the page of a list a component: `periods_list` answers a `PeriodsPage`."""
    name = f"{pascal(operation['operationId'].removesuffix('_list'))}Page"
    if operation["operationId"].endswith("_list"):
        answer = operation["responses"]["200"]["content"]["application/json"]
        schemas[name] = {"description": "A page of rows.", **answer["schema"]}
        answer["schema"] = {"$ref": f"{_SCHEMAS}{name}"}


def _resolved(schema: Fragment, schemas: Fragment) -> Fragment:
    resolved: Fragment = schemas[schema["$ref"].removeprefix(_SCHEMAS)] if "$ref" in schema else schema
    return resolved


def name_countries(result: Fragment) -> None:
    """Writes the codes that there are in place of two or three letters; a database without countries has none.

    For programs: the reference that people read says what a code is, and the document needs no database.
    """
    codes = sorted(code for both in Country.objects.values_list("code", "alpha3") for code in both if code)
    if not codes:
        return
    named = {patterns.COUNTRY: patterns.one_of(*codes), patterns.COUNTRIES: f"^!?(?:{'|'.join(codes)})$"}
    for part in parts(result):
        if part.get("pattern") in named:
            part["pattern"] = named[part["pattern"]]


# --- single fragments -----------------------------------------------------------------------------------------------


def _mend(result: Fragment) -> None:
    for part in list(parts(result)):
        part.pop("x-spec-enum-id", None)  # drf-spectacular's, for a hook of its own
        if part.get("format") == "uri" and part.get("default") == "":
            del part["default"]
        if isinstance(part.get("oneOf"), list) and {"type": "null"} in part["oneOf"]:
            _unite_null(part)
        elif part.get("const") is True:
            # Generators of clients know texts and numbers as constants, and write broken code for a truth value.
            part["type"] = "boolean"
            del part["const"]
        elif part.get("type") == "null":
            part.update(vocabularies.NULL)


def _unite_null(part: Fragment) -> None:
    """Lets one type of the union take null as well; a component stays whole, with null as the alternative to it."""
    members = [each for each in part.pop("oneOf") if each != {"type": "null"}]
    typed = next((each for each in members if isinstance(each.get("type"), str)), None)
    if typed is None:
        part["oneOf"] = [*members, dict(vocabularies.NULL)]
        return
    typed["type"] = [typed["type"], "null"]
    part |= members[0] | part if len(members) == 1 else {"oneOf": members}


# --- links from answers to the operations that take what they name (OpenAPI, Link Object) ----------------------------

_ID = "$response.body#/id"
_OF_PATH = {"number": "$request.path.number"}
_TO_DELIVERY = {
    f"webhooks_deliveries_{each}": _OF_PATH | {"delivery": _ID} for each in ("retrieve", "redeliver_create")
}
_LINKS: dict[tuple[str, str], dict[str, dict[str, str]]] = {
    ("imports_create", "202"): {"imports_retrieve": {"number": _ID}},
    ("webhooks_ping_create", "202"): _TO_DELIVERY,
    ("webhooks_test_create", "202"): _TO_DELIVERY,
    ("webhooks_replay_create", "202"): {"webhooks_replay_retrieve": _OF_PATH | {"replay": _ID}},
}
"""Targets with the values of their parameters, by the operation and the status of its answer.

Only where every answer of a status has the id: that of a dry run has none.
"""


def with_links(document: Fragment) -> None:
    """Adds to each answer its links, under the names of their targets."""
    for _, _, operation in operations(document, "paths"):
        for status, response in operation["responses"].items():
            for name, parameters in _LINKS.get((operation["operationId"], status), {}).items():
                response.setdefault("links", {})[name] = {"operationId": name, "parameters": dict(parameters)}


EXAMPLES = Path(__file__).with_name("examples.json")
"""Answers as the seed article gives them; a test compares them."""
ASKED = {
    "relations_list": "/api/relations/?as_of=2020-02-02&page_size=1&fields=code,version,as_of",
    "relations_retrieve": "/api/relations/BY-US/?as_of=2020-02-02&fields=code,version,countries,as_of,known_at",
    "relations_periods_list": "/api/relations/BY-US/periods/?track=ambassador&page_size=1",
    "relations_timeline_list": "/api/relations/BY-US/timeline/?page_size=1&type=period",
    "periods_list": "/api/periods/?track=sanctions&page_size=1",
    "changes_list": "/api/changes/?page_size=1&fields=id,pair,version,track,old,new,effective,reason",
    "countries_list": "/api/countries/?code=BY&page_size=1",
    "countries_retrieve": "/api/countries/BY/?fields=code,alpha3,name,kind",
    "facts_list": "/api/facts/?pair=BY-US&page_size=1",
    "ambassadors_list": "/api/ambassadors/?from=US&to=BY&page_size=1",
    "sanction_events_list": "/api/sanction-events/?from=US&to=BY&page_size=1",
    "travel_ban_entries_list": "/api/travel-ban-entries/?page_size=1",
    "diplomatic_events_list": "/api/diplomatic-events/?pair=BY-US&page_size=1",
    "sources_list": "/api/sources/?page_size=1&fields=id,kind,publisher,title,url,published_on",
    "travel_ban_lists_list": "/api/travel-ban-lists/?page_size=1",
}
"""The request whose answer is the example, by operation."""


@cache
def _stored() -> Fragment:
    examples: Fragment = json.loads(EXAMPLES.read_text("utf-8"))
    return examples


def with_examples(document: Fragment) -> None:
    """Adds the stored answers to their operations."""
    for _, _, operation in operations(document, "paths"):
        name = operation["operationId"]
        if name in _stored():
            content = operation["responses"]["200"]["content"]["application/json"]
            content["examples"] = {"seed": {"summary": ASKED[name], "value": _stored()[name]}}
