"""Examples of answers: `examples.json` has them as the seed article gives them; a test compares them."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

from relations.api.openapi.vocabularies import operations
from relations.api.response_schemas import Fragment

FILE = Path(__file__).with_name("examples.json")
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
    examples: Fragment = json.loads(FILE.read_text("utf-8"))
    return examples


def with_examples(document: Fragment) -> None:
    for _, _, operation in operations(document, "paths"):
        name = operation["operationId"]
        if name in _stored():
            content = operation["responses"]["200"]["content"]["application/json"]
            content["examples"] = {"seed": {"summary": ASKED[name], "value": _stored()[name]}}
