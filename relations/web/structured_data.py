"""JSON-LD of pages (schema.org): what search engines and programs read of them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from relations.web.pairs.content import PairContent

_ESCAPES = {ord(sign): f"\\u{ord(sign):04x}" for sign in "<>&\u2028\u2029"}
"""A script element ends with `</script`, whatever is around it."""


def as_text(data: Any) -> str:
    return json.dumps(data, ensure_ascii=False, separators=(",", ":")).translate(_ESCAPES)


def data_set(
    site: str, path: str, *, name: str, description: str, downloads: Iterable[Mapping[str, str]], **more: Any
) -> dict[str, Any]:
    """`Dataset` at an address of the site."""
    return {
        "@context": "https://schema.org", "@type": "Dataset", "name": name, "description": description,
        "url": site + path, "isAccessibleForFree": True,
        "creator": {"@type": "Organization", "name": "Tracker", "url": f"{site}/"},
        "distribution": [{"@type": "DataDownload", **one} for one in downloads], **more,
    }  # fmt: skip


def of_pair(content: PairContent) -> dict[str, Any]:
    """`Dataset` of a pair on a day."""
    address, site = content.address, content.site
    forms = (("application/json", "json"), ("text/csv", "csv"), ("image/svg+xml", "svg"), ("image/png", "png"))
    sides = zip(address.code.split("-"), content.sides, strict=True)
    return data_set(
        site, address.path, name=f"{content.title}, {content.day_in_words}",
        description=_("Heads of mission, sanctions, travel bans and diplomatic relations of both directions, each "
                      "with its sources. %(dates)s.") % {"dates": content.dates},
        downloads=[{"encodingFormat": kind, "contentUrl": site + address.form(ending)} for kind, ending in forms],
        identifier=content.url, version=f"{content.version}", temporalCoverage=content.day.isoformat(),
        spatialCoverage=[country(code, name, site) for code, name in sides],
    )  # fmt: skip


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


def of_changes(site: str) -> dict[str, Any]:
    """`Dataset` of the change log."""
    forms = (("application/json", "/api/changes/"), ("text/csv", "/api/changes/?format=csv"),
             ("application/atom+xml", "/feeds/changes.atom"))  # fmt: skip
    return data_set(
        site, "/changes/", name=_("Changes between countries"),
        description=_("Everything that changed between countries in diplomatic relations, heads of mission, "
                      "sanctions and travel bans, in the order in which it was recorded."),
        downloads=[{"encodingFormat": kind, "contentUrl": site + path} for kind, path in forms],
    )  # fmt: skip
