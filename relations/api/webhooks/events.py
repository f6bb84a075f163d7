"""The `webhooks` section of the OpenAPI document: what subscribers are sent, type by type."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from relations.codes import (
    TRACK_EVENTS,
    TRACKS,
    BanScope,
    DisabledReason,
    EventType,
    ListCode,
    Measure,
    PartyChange,
    Reason,
    SubscriptionState,
    TrackKind,
)
from relations.ledger.list_changes import PARTIES_NAMED
from relations.status import VALUES

type Fragment = dict[str, Any]

_TEXT: Fragment = {"type": "string"}
_TEXTS: Fragment = {"type": "array", "items": _TEXT}
_NUMBER: Fragment = {"type": "integer"}
_DAY: Fragment = {"type": "string", "format": "date"}
_DAY_OR_NULL: Fragment = {"type": ["string", "null"], "format": "date"}
_MOMENT: Fragment = {"type": "string", "format": "date-time"}
_MOMENT_OR_NULL: Fragment = {"type": ["string", "null"], "format": "date-time"}
_URI: Fragment = {"type": "string", "format": "uri"}
_PAIR: Fragment = {"type": "string", "pattern": "^[A-Z]{2}-[A-Z]{2}$", "examples": ["BY-US"]}
_COUNTRY: Fragment = {"type": "string", "pattern": "^[A-Z]{2}$"}


def _words(words: Iterable[str]) -> Fragment:
    return {"type": "string", "enum": list(dict.fromkeys(map(str, words)))}


def _object(properties: Fragment, *, optional: Iterable[str] = (), told: str = "") -> Fragment:
    required = [name for name in properties if name not in set(optional)]
    found: Fragment = {"type": "object", "properties": properties, "required": required}
    return {"description": told, **found} if told else found


# --- what a track tells ---------------------------------------------------------------------------------------------

_DETAILS: Fragment = {
    "holder": _TEXT,
    "measures": {"type": "array", "items": _words(Measure.values)},
    "expires_on": _DAY_OR_NULL,
    "scope": _words(["", *BanScope.values]),
    "visa_classes": _TEXTS,
}
"""The details of a track, logged with its value and so part of `from` and `to`."""


def _told(type_: EventType) -> Fragment:
    """What `from` and `to` hold: two kinds of track may have one type."""
    kinds = [kind for kind, event in TRACK_EVENTS.items() if event == type_ and kind in VALUES]
    if not kinds:
        return {"type": "null"}
    values = [value for kind in kinds for value in VALUES[kind]]
    return _object({"value": _words(values), **{name: _DETAILS[name] for name in TRACKS[kinds[0]].details}})


# --- bodies ---------------------------------------------------------------------------------------------------------

_HELD: Fragment = {
    "since": {"type": ["string", "null"], "description": "EDTF"},
    "facts": _TEXTS, "uncertain": _TEXTS, "disputed": {"type": "boolean"},
}  # fmt: skip
_IMPOSED: Fragment = {
    "value": _words(VALUES[TrackKind.SANCTIONS]), "measures": _TEXTS, "expires_on": _DAY_OR_NULL, **_HELD,
}  # fmt: skip
_DIRECTED: Fragment = {"from": _COUNTRY, "to": _COUNTRY}
_VIA: Fragment = {"type": ["string", "null"], "description": "The organisation by way of which it reaches the pair"}
_NAMED = _object({"id": _NUMBER, "title": _TEXT})


def _post(kind: str) -> Fragment:
    return _object({"value": _words(VALUES[kind]), "holder": _TEXT, **_HELD})


def _plain(kind: str) -> Fragment:
    return _object({"value": _words(VALUES[kind]), **_HELD})


def _listed(properties: Fragment) -> Fragment:
    return {"type": "array", "items": _object(properties)}


_STATUS = _object(
    {
        "diplomatic_relations": _plain(TrackKind.DIPLOMATIC_RELATIONS),
        "trend": _plain(TrackKind.TREND),
        "ambassadors": _listed({**_DIRECTED, "post": _post(TrackKind.AMBASSADOR), "next": _post(TrackKind.NEXT)}),
        "sanctions": _listed({
            **_DIRECTED, "via": _VIA, **_IMPOSED,
            "programmes": _listed({
                "programme": {"oneOf": [_NAMED, {"type": "null"}]},
                "designations": {"oneOf": [_object({"count": _NUMBER, "url": _URI}), {"type": "null"}]},
                **_IMPOSED,
            }),
        }),
        "travel_bans": _listed({
            **_DIRECTED, "via": _VIA, "list": _NAMED, "value": _words(VALUES[TrackKind.TRAVEL_BAN]),
            "scope": _TEXT, "visa_classes": _TEXTS, **_HELD,
        }),
    },
    told="As /api/relations/BY-US/ shows it",
)  # fmt: skip
_SNAPSHOT = _object({"code": _PAIR, "version": _NUMBER, "as_of": _DAY, "status": _STATUS})


def _change(type_: EventType) -> Fragment:
    kinds = [kind for kind, event in TRACK_EVENTS.items() if event == type_]
    return _object(
        {
            "pair": _PAIR,
            "version": {**_NUMBER, "description": "Of the pair: drop what is not newer for the same pair and track"},
            "track": {"type": "string", "pattern": f"^({'|'.join(kinds)})(:|$)"},
            "from": _told(type_),
            "to": _told(type_),
            "effective": {**_DAY, "description": "The day in the world from which `to` holds"},
            "reason": _words(Reason.values),
            "sequence": {**_NUMBER, "description": "The id of the line in /api/changes/"},
            "url": _URI,
            "reaches": {"type": "array", "items": _PAIR, "description": "Pairs of members that inherit it"},
            "snapshot": _SNAPSHOT,
        },
        optional=["snapshot"],
        told="`snapshot` is there where the subscription's `include` says so",
    )


_URI_OR_NULL: Fragment = {"type": ["string", "null"], "format": "uri"}
_TEXT_OR_NULL: Fragment = {"type": ["string", "null"]}
_AIMED = "Null where the programme is aimed at no one state"
_LISTED = _object(
    {
        "list": _words(ListCode.values),
        "list_title": _TEXT,
        "publication": _DAY,
        "run": {**_URI, "description": "The import"},
        "programme": _object(
            {
                "code": {**_TEXT, "description": "As the list names it"},
                "title": {**_TEXT_OR_NULL, "description": "Null where the tracker does not know the code"},
                "id": {"type": ["integer", "null"], "description": _AIMED},
                "url": _URI_OR_NULL,
            }
        ),
        "issuer": _COUNTRY,
        "target": {"type": ["string", "null"], "pattern": _COUNTRY["pattern"], "description": _AIMED},
        "pair": {"type": ["string", "null"], "pattern": _PAIR["pattern"], "description": _AIMED},
        "direction": {"type": ["string", "null"], "examples": ["US>BY"], "description": _AIMED},
        "listed": _NUMBER,
        "amended": _NUMBER,
        "delisted": _NUMBER,
        "parties": {
            "type": "array",
            "maxItems": PARTIES_NAMED,
            "items": _object({"turn": _words(PartyChange.values), "reference": _TEXT, "name": _TEXT, "url": _URI}),
            "description": "The first of them: those listed, then those delisted, then those amended",
        },
        "parties_url": {**_URI, "description": "All of them, as they stood then"},
        "sequence": {**_NUMBER, "description": "Numbered together with the lines of /api/changes/"},
        "url": {**_URI_OR_NULL, "description": "The relation; null where there is no pair"},
        "reaches": {"type": "array", "items": _PAIR, "description": "Pairs of members that inherit it"},
        "snapshot": _SNAPSHOT,
    },
    optional=["snapshot"],
    told="What one import did to the parties of one programme",
)
_PINGED: Fragment = {"subscription": _NUMBER, "url": _URI}
_NOTICE = _object(
    {
        **_PINGED,
        "state": _words(SubscriptionState.values),
        "failing_since": _MOMENT_OR_NULL,
        "failures": _NUMBER,
        "reason": {"oneOf": [_words(DisabledReason.values), {"type": "null"}]},
    }
)
_ABOUT: dict[EventType, tuple[str, Fragment]] = {
    EventType.AMBASSADOR: ("Who leads a mission, or who is to, has changed", _change(EventType.AMBASSADOR)),
    EventType.SANCTIONS: ("Sanctions of one country on another have changed", _change(EventType.SANCTIONS)),
    EventType.TRAVEL_BAN: ("A country's place on a travel-ban list has changed", _change(EventType.TRAVEL_BAN)),
    EventType.RELATIONS: ("Diplomatic relations have changed", _change(EventType.RELATIONS)),
    EventType.TREND: ("The trend of a relation has changed", _change(EventType.TREND)),
    EventType.DESIGNATIONS: ("Parties were listed, amended or delisted under a programme", _LISTED),
    EventType.FACTS: ("An act that changes nothing of today; only where it is named", _change(EventType.FACTS)),
    EventType.PING: ("Answer with 2xx, and the subscription is enabled", _object(_PINGED)),
    EventType.FAILING: ("Another subscription of yours has failed five times in a row and pauses", _NOTICE),
    EventType.DISABLED: ("Another subscription of yours was disabled, for the reason that it tells", _NOTICE),
}


def body_schema(type_: EventType) -> Fragment:
    return _object({"type": {"const": str(type_)}, "timestamp": _MOMENT, "data": _ABOUT[type_][1]})


# --- the section ----------------------------------------------------------------------------------------------------


def _header(name: str, told: str) -> Fragment:
    return {"name": name, "in": "header", "required": True, "schema": _TEXT, "description": told}


_HEADERS = [
    _header("webhook-id", "The same in every attempt and every replay: drop what you have seen"),
    _header("webhook-timestamp", "Seconds since 1970 at which this attempt was signed"),
    _header("webhook-signature", "v1,… for each secret, separated by spaces; Standard Webhooks 1.0"),
]
_ANSWERS = {
    "2XX": {"description": "Taken: answered within 15 seconds, it is not sent again"},
    "3XX": {"description": "A failure: redirects are not followed"},
    "410": {"description": "Never send anything here again: the subscription is disabled"},
    "429": {"description": "Later: Retry-After is honoured, up to 24 hours"},
    "503": {"description": "Later: Retry-After is honoured, up to 24 hours"},
}


def with_webhooks(result: Fragment, **_: Any) -> Fragment:
    """Adds the section, one entry for each type of event, and a component for each body."""
    schemas = result.setdefault("components", {}).setdefault("schemas", {})
    section = result.setdefault("webhooks", {})
    for type_, (summary, _body) in _ABOUT.items():
        name = "".join(part.title() for part in type_.replace(".", "_").split("_"))
        schemas[name] = body_schema(type_)
        content = {"application/json": {"schema": {"$ref": f"#/components/schemas/{name}"}}}
        section[str(type_)] = {
            "post": {
                "operationId": f"on_{type_.replace('.', '_')}",
                "summary": summary,
                "tags": ["webhooks"],
                "parameters": _HEADERS,
                "requestBody": {"required": True, "content": content},
                "responses": _ANSWERS,
            }
        }
    return result
