"""Links from answers to the operations that take what they name (OpenAPI, Link Object)."""

from __future__ import annotations

from typing import Any

type Fragment = dict[str, Any]

_OWN_ID = {"number": "$response.body#/id"}
_OF_PATH = {"number": "$request.path.number"}
_DELIVERY = _OF_PATH | {"delivery": "$response.body#/id"}
_TAG = {"header.If-Match": "$response.header.ETag"}
_VERBS: tuple[tuple[str, Fragment], ...] = (("retrieve", {}), ("change", _TAG), ("delete", _TAG))
_FACTS = ("ambassadors", "sanction_events", "travel_ban_entries", "diplomatic_events")
_REFERENCES = ("regimes", "sanction_programmes", "travel_ban_lists", "sources")
_LINKS: dict[tuple[str, str], dict[str, Fragment]] = {
    ("imports_create", "202"): {"imports_retrieve": _OWN_ID},
    ("tokens_create", "201"): {"tokens_retrieve": _OWN_ID, "tokens_delete": _OWN_ID},
    ("webhooks_create", "201"): {f"webhooks_{verb}": _OWN_ID for verb in ("retrieve", "change", "ping_create")},
    ("webhooks_replay_create", "202"): {"webhooks_replay_retrieve": _OF_PATH | {"replay": "$response.body#/id"}},
    **{
        (f"webhooks_{verb}_create", "202"): {
            f"webhooks_deliveries_{each}": _DELIVERY for each in ("retrieve", "redeliver_create")
        }
        for verb in ("ping", "test")
    },
    **{
        (f"{kind}_create", "201"): {f"{kind}_{verb}": {"key": "$response.body#/key"} | tag for verb, tag in _VERBS}
        for kind in _FACTS
    },
    **{(f"{kind}_create", "201"): {f"{kind}_{verb}": _OWN_ID | tag for verb, tag in _VERBS} for kind in _REFERENCES},
}
"""Targets with the values of their parameters, by the operation and the status of its answer."""


def with_links(document: Fragment) -> None:
    """Adds to each answer its links, under the names of their targets."""
    for methods in document["paths"].values():
        for operation in methods.values():
            for status, response in operation["responses"].items():
                for name, parameters in _LINKS.get((operation.get("operationId", ""), status), {}).items():
                    response.setdefault("links", {})[name] = {"operationId": name, "parameters": dict(parameters)}
