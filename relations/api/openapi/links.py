"""Links from answers to the operations that take what they name (OpenAPI, Link Object).

Only where every answer of a status has the id: that of a dry run has none.
"""

from __future__ import annotations

from typing import Any

from relations.api.openapi.vocabularies import operations

type Fragment = dict[str, Any]

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
"""Targets with the values of their parameters, by the operation and the status of its answer."""


def with_links(document: Fragment) -> None:
    """Adds to each answer its links, under the names of their targets."""
    for _, _, operation in operations(document, "paths"):
        for status, response in operation["responses"].items():
            for name, parameters in _LINKS.get((operation["operationId"], status), {}).items():
                response.setdefault("links", {})[name] = {"operationId": name, "parameters": dict(parameters)}
