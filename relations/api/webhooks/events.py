"""The `webhooks` section of the OpenAPI document: the messages to subscribers, type by type."""

from __future__ import annotations

import datetime as dt
from typing import Any

from drf_spectacular.plumbing import ComponentRegistry

from relations.api.response_schemas import Fragment, object_of, schema_of
from relations.codes import TRACK_EVENTS, EventType
from relations.outbox.examples import example
from relations.representation.changes import LoggedValue
from relations.representation.json_types import one_of
from relations.representation.webhooks import (
    SCHEMA_VERSION,
    ChangeMessage,
    ListChangeMessage,
    NoticeMessage,
    PingMessage,
)
from relations.status import NOTHING, VALUES

MESSAGES: dict[EventType, tuple[str, type]] = {
    EventType.AMBASSADOR: ("Who leads a mission, or who is to, has changed", ChangeMessage),
    EventType.SANCTIONS: ("Sanctions of one country on another have changed", ChangeMessage),
    EventType.TRAVEL_BAN: ("A country's place on a travel-ban list has changed", ChangeMessage),
    EventType.RELATIONS: ("Diplomatic relations have changed", ChangeMessage),
    EventType.TREND: ("The trend of a relation has changed", ChangeMessage),
    EventType.DESIGNATIONS: ("Parties were listed, amended or delisted under a programme", ListChangeMessage),
    EventType.FACTS: ("An act that changes nothing of today; only where it is named", ChangeMessage),
    EventType.PING: ("Answer with 2xx, and the subscription is enabled", PingMessage),
    EventType.FAILING: ("Another of your subscriptions has failed five times in a row and pauses", NoticeMessage),
    EventType.DISABLED: ("Another of your subscriptions was disabled, for the reason that it gives", NoticeMessage),
}

_TEXT: Fragment = {"type": "string"}
_HEADERS = [
    {"name": name, "in": "header", "required": True, "schema": _TEXT, "description": description}
    for name, description in (
        ("webhook-id", "The same in every attempt and every replay: drop what you have seen"),
        ("webhook-timestamp", "Seconds since 1970 at which this attempt was signed"),
        ("webhook-signature", "v1,… for each secret, separated by spaces; Standard Webhooks 1.0"),
    )
]
_ANSWERS = {
    "2XX": {"description": "Taken: answered within 15 seconds, it is not sent again"},
    "3XX": {"description": "A failure: redirects are not followed"},
    "410": {"description": "Never send anything here again: the subscription is disabled"},
    "429": {"description": "Later: Retry-After is honoured, up to 24 hours"},
    "503": {"description": "Later: Retry-After is honoured, up to 24 hours"},
}


def with_webhooks(result: Fragment, **_: Any) -> Fragment:
    """Adds the section, one entry for each type of event, a component for each body, and `Message` for any of them."""
    registry = ComponentRegistry()
    schemas = {_name(type_): _body(type_, registry) for type_ in MESSAGES}
    refs = {str(type_): _component(_name(type_)) for type_ in MESSAGES}
    mapping = {type_: ref["$ref"] for type_, ref in refs.items()}
    schemas["Message"] = {
        "oneOf": list(refs.values()), "discriminator": {"propertyName": "type", "mapping": mapping},
    }  # fmt: skip
    for type_ in MESSAGES:
        schemas |= _narrowed(type_, registry)
    result["components"]["schemas"] |= registry.build({})["schemas"] | schemas
    result["webhooks"] = {str(type_): {"post": _operation(type_)} for type_ in MESSAGES}
    return result


def _component(name: str) -> Fragment:
    return {"$ref": f"#/components/schemas/{name}"}


def _name(type_: EventType) -> str:
    return "".join(part.title() for part in type_.replace(".", "_").split("_"))


def _operation(type_: EventType) -> Fragment:
    content = {"application/json": {"schema": _component(_name(type_)), "example": example(type_)}}
    return {
        "operationId": f"on_{type_.replace('.', '_')}",
        "summary": MESSAGES[type_][0],
        "tags": ["events"],
        "security": [],
        "parameters": _HEADERS,
        "requestBody": {"required": True, "content": content},
        "responses": _ANSWERS,
    }


def _body(type_: EventType, registry: ComponentRegistry) -> Fragment:
    message = MESSAGES[type_][1]
    properties = {
        "type": {"const": str(type_)}, "timestamp": schema_of(dt.datetime, registry),
        "schema_version": {"const": SCHEMA_VERSION},
        "data": _component(f"{_name(type_)}Data") if message is ChangeMessage else schema_of(message, registry),
    }  # fmt: skip
    required = list(properties)
    properties["test"] = {"const": True, "description": "An example that the owner asked for: nothing happened"}
    return {"type": "object", "properties": properties, "required": required}


def _narrowed(type_: EventType, registry: ComponentRegistry) -> Fragment:
    """The components of a change of one type: its data, and the values that its tracks may have.

    Two kinds of track that share a type have the same keys.
    """
    if MESSAGES[type_][1] is not ChangeMessage:
        return {}
    kinds = [kind for kind, event in TRACK_EVENTS.items() if event == type_]
    data = object_of(ChangeMessage, registry)
    data["properties"]["track"] = {"type": "string", "pattern": f"^({'|'.join(kinds)})(:|$)"}
    valued = [kind for kind in kinds if kind in VALUES]
    value = _component(f"{_name(type_)}State") if valued else {"type": "null"}
    data["properties"] |= {"old": dict(value), "new": dict(value)}
    if not valued:
        return {f"{_name(type_)}Data": data}
    known = object_of(LoggedValue, registry)["properties"]
    properties = {key: known[key] for key in NOTHING.logged_value(valued[0])}
    properties["value"] = {"type": "string"} | one_of(dict.fromkeys(word for kind in valued for word in VALUES[kind]))
    state = {"type": "object", "properties": properties, "required": list(properties)}
    return {f"{_name(type_)}Data": data, f"{_name(type_)}State": state}
