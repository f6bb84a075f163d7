"""Summaries of operations, and texts of tags and of headers."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from relations.models import FACT_MODELS

_TAGS: dict[str, tuple[str, str, str]] = {
    "index": ("index", "index", "The addresses of all resources."),
    "relations": ("relation", "relations", "The status between two countries, on a day and as known at a moment."),
    "periods": ("period", "periods", "The history of statuses: days on which one track has one value."),
    "changes": ("change", "changes", "The append-only log, in the order of commits."),
    "countries": ("country", "countries", "States, territories and organisations, with their memberships."),
    "facts": ("fact", "facts of all kinds", "Facts of all kinds in order of time."),
    "ambassadors": ("fact about a head of mission", "facts about heads of mission", "Who led a mission, or was to."),
    "sanction-events": ("sanction event", "sanction events", "Acts with which sanctions are imposed, eased, lifted."),
    "travel-ban-entries": ("travel-ban entry", "travel-ban entries", "A country's or a person's place on a list."),
    "diplomatic-events": ("diplomatic event", "diplomatic events", "Visits, statements, ruptures and the like."),
    "sanction-programmes": ("programme", "sanction programmes", "Programmes to which sanction events belong."),
    "regimes": ("regime", "regimes", "Sanction regimes, of which programmes are parts."),
    "travel-ban-lists": ("travel-ban list", "travel-ban lists", "Lists to which travel-ban entries belong."),
    "sources": ("source", "sources", "Articles, legal acts and official lists that facts cite."),
    "designations": ("party", "parties on sanctions lists", "Parties on the lists of UN, OFAC, EU and UK."),
    "imports": ("import", "imports", "Official publications that were read, and their archived files."),
    "webhooks": ("subscription", "subscriptions", "Subscriptions to changes, their deliveries and replays."),
    "schema": ("OpenAPI document", "OpenAPI document", "This document."),
    "events": ("message", "messages", "The messages that subscribers receive."),
    "me": ("caller", "caller", "Who calls, with which scopes and limits."),
    "tokens": ("token", "tokens", "The caller's own tokens."),
}
_FACTS = {model.resource for model in FACT_MODELS}
_SUBJECTS = {
    "history": "versions", "confirmations": "confirmations", "timeline": "timeline", "periods": "periods",
    "deliveries": "deliveries", "replay": "replays",
}  # fmt: skip
_ONE = {
    "deliveries": "a delivery", "replay": "a replay", "files": "an archived file", "confirmations": "a confirmation",
}  # fmt: skip
_COMMANDS = {
    "match": "Match parties by name, birth, country and document",
    "redeliver": "Send a delivery again",
    "disable": "Disable a subscription",
    "enable": "Enable a subscription by a ping",
    "ping": "Send a ping",
    "rotate-secret": "Make a new secret",
    "dry-run": "Try filters on the last changes",
    "test": "Send an example",
    "event-types": "List types of events",
    "timeline": "Read the timeline of a relation",
    "me": "Read who calls",
}
_OF_FACTS = {"patch": "Correct", "delete": "Retract"}
_VERBS = {"post": "Record", "put": "Replace", "patch": "Change", "delete": "Remove"}
_ENDINGS = {"tokens": "Make", "webhooks": "Make", "imports": "Ask for"}


def tags(used: Collection[str]) -> list[dict[str, Any]]:
    """The tags in the order of the resources; those without a text here come last, by name."""
    known = [{"name": name, "description": _TAGS[name][2]} for name in _TAGS if name in used]
    return known + [{"name": name, "description": f"{pretty(name)}."} for name in sorted(set(used) - set(_TAGS))]


def pretty(name: str) -> str:
    return name.replace("-", " ").capitalize()


def summary(path: str, method: str, operation_id: str) -> str:
    """A short line for an operation, without a full stop: `List sanction events`, `Read one version …`."""
    words = [word for word in path.split("/") if word and word != "api"]
    steps = [word for word in words if not word.startswith("{")]
    tag = steps[0] if steps else "index"
    singular, plural, _ = _TAGS.get(tag, (pretty(tag).lower(), pretty(tag).lower(), ""))
    if steps and steps[-1] in _COMMANDS:
        return _COMMANDS[steps[-1]]
    last = steps[-1] if len(steps) > 1 else ""
    is_one = bool(words) and words[-1].startswith("{")
    subject = (_ONE if is_one or method != "get" else _SUBJECTS).get(last, pretty(last).lower())
    what = f"{subject} of {article(singular)}" if last else ""
    if method == "get":
        return f"{'Read' if is_one or not words else 'List'} {what or (article(singular) if is_one else plural)}"
    verb = _ENDINGS.get(tag, _VERBS[method]) if method == "post" else _VERBS[method]
    if tag in _FACTS:
        verb = _OF_FACTS.get(method, verb)
    if "bulk" in operation_id:
        return f"{verb} {f'{last} of ' if last else ''}many {plural}"
    return f"{verb} {what or article(singular)}"


def article(noun: str) -> str:
    return f"{'an' if noun[0] in 'aeiouAEIOU' else 'a'} {noun}"


HEADERS: Mapping[str, dict[str, Any]] = {
    name: {"schema": {"type": "integer" if name == "Retry-After" else "string"}, "description": text}
    for name, text in {
        "API-Version": "The version of the interface: docs/compatibility.md",
        "X-Request-ID": "The request's own, or made for it; every change of the log has it",
        "ETag": "For If-None-Match, and of one object for If-Match; weak if the body is compressed; exports have none",
        "Cache-Control": "immutable at a finished known_at",
        "Link": "The pages next and prev, if there are any (RFC 8288)",
        "Location": "The URL",
        "RateLimit-Policy": '"writes";q=600;w=60: so many in so many seconds',
        "RateLimit": '"writes";r=599;t=30: so many are left, and the seconds until the next window',
        "Retry-After": "Seconds until it is worth trying again",
        "WWW-Authenticate": "How to log in (RFC 9110)",
    }.items()
}


def references(names: Iterable[str]) -> dict[str, Any]:
    """The headers of a response, as references to the document's components."""
    return {name: {"$ref": f"#/components/headers/{name}"} for name in names}
