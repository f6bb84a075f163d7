"""JSON-LD of pages (schema.org): what search engines and programs read of them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _

from relations.web.pairs.content import PairContent

_ESCAPES = {ord(sign): f"\\u{ord(sign):04x}" for sign in "<>&\u2028\u2029"}
"""A script element ends with `</script`, whatever is around it."""


def as_text(data: Any) -> str:
    return json.dumps(data, ensure_ascii=False, separators=(",", ":")).translate(_ESCAPES)


def dataset(content: PairContent) -> dict[str, Any]:
    """`Dataset` of a pair on a day."""
    address, site = content.address, content.site
    downloads = (("application/json", "json"), ("text/csv", "csv"), ("image/svg+xml", "svg"), ("image/png", "png"))
    return {
        "@context": "https://schema.org", "@type": "Dataset",
        "name": f"{content.title}, {content.day_in_words}",
        "description": _("Heads of mission, sanctions, travel bans and diplomatic relations of both directions, each "
                         "with its sources. %(dates)s.") % {"dates": content.dates},
        "url": site + address.path, "identifier": content.url, "version": f"{content.version}",
        "temporalCoverage": content.day.isoformat(), "isAccessibleForFree": True,
        "spatialCoverage": [
            country(code, name, site) for code, name in zip(address.code.split("-"), content.sides, strict=True)
        ],
        "creator": {"@type": "Organization", "name": "Tracker", "url": f"{site}/"},
        "distribution": [
            {"@type": "DataDownload", "encodingFormat": media_type, "contentUrl": site + address.form(ending)}
            for media_type, ending in downloads
        ],
    }  # fmt: skip


def country(code: str, name: str, site: str) -> dict[str, Any]:
    return {"@type": "Country", "name": name, "identifier": code, "url": f"{site}/countries/{code}/"}


def country_page(code: str, name: str, site: str, organisations: Sequence[tuple[str, str]]) -> dict[str, Any]:
    """`Country` with the organisations that it belongs to, as name and address."""
    members = [{"@type": "Organization", "name": each, "url": site + path} for each, path in organisations]
    return {"@context": "https://schema.org", **country(code, name, site)} | ({"memberOf": members} if members else {})


def website(site: str) -> dict[str, Any]:
    return {
        "@context": "https://schema.org", "@type": "WebSite", "name": "Tracker", "url": f"{site}/",
        "potentialAction": {
            "@type": "SearchAction", "target": f"{site}/search/?q={{query}}", "query-input": "required name=query",
        },
    }  # fmt: skip


def changes_dataset(site: str) -> dict[str, Any]:
    """`Dataset` of the change log."""
    downloads = (("application/json", "/api/changes/"), ("text/csv", "/api/changes/?format=csv"),
                 ("application/atom+xml", "/feeds/changes.atom"))  # fmt: skip
    return {
        "@context": "https://schema.org", "@type": "Dataset", "name": _("Changes between countries"),
        "description": _("Everything that changed between countries in diplomatic relations, heads of mission, "
                         "sanctions and travel bans, in the order in which it was recorded."),
        "url": f"{site}/changes/", "isAccessibleForFree": True,
        "creator": {"@type": "Organization", "name": "Tracker", "url": f"{site}/"},
        "distribution": [
            {"@type": "DataDownload", "encodingFormat": media_type, "contentUrl": site + path}
            for media_type, path in downloads
        ],
    }  # fmt: skip
