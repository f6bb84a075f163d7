"""`/robots.txt`, `/sitemap.xml` (sitemaps.org, protocol 0.9), `/llms.txt` (llmstxt.org) and `/favicon.ico`."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any
from xml.sax.saxutils import escape

from django.conf import settings
from django.db.models import Max, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_safe

from relations.codes import ListCode
from relations.models import CountryPair, ImportRun, Party, SanctionProgramme, Source, TravelBanList
from relations.queries.countries import current_country_index
from relations.representation.references import site
from relations.web.about import ABOUT
from relations.web.docs.library import library
from relations.web.pictures.drawing import png
from relations.web.reference.document import tags
from tracker.frame import sent, tagged

_PART = 10_000
"""Sources or parties of one sitemap; the protocol allows 50,000 addresses."""
_FOR_PROGRAMS = """\
- [A pair of countries]({host}/relations/BY-US/): both directions today
- [The same on a day]({host}/relations/BY-US/@2020-02-02~2020-03-01): as known at the end of another day
- [The same in other forms]({host}/relations/BY-US.json): .csv, .svg, .png, .bib, .csl for the last slash
- [A country]({host}/countries/BY/): its relations by status; also .json and .csv
- [Relations]({host}/relations/): every pair of which something is recorded, and a matrix; also /relations.svg, .png
- [Changes]({host}/changes/): the change log by day
- [Changes as Atom]({host}/feeds/changes.atom): also /feeds/countries/BY.atom and /feeds/relations/BY-US.atom
- [The map]({host}/map/?from=US&track=sanctions): one country towards each other one; also /map.json, .csv, .svg, .png
- [Coverage]({host}/data/): how much is known, and by which sources; also /data.svg, .png
- [Method]({host}/about/method/): how a status comes about
- [Names and borders]({host}/about/names-and-borders/): which countries there are; no side is taken
- [Sitemap]({host}/sitemap.xml): every page"""
_LISTED: Mapping[str, QuerySet[Any, Any]] = {
    "programmes": SanctionProgramme.objects.values_list("pk"), "lists": TravelBanList.objects.values_list("pk"),
    "imports": ImportRun.objects.read().values_list("pk"),
}  # fmt: skip
_NUMBERED: Mapping[str, QuerySet[Any, Any]] = {
    "sources": Source.objects.values_list("pk"), "designations": Party.objects.values_list("key"),
}  # fmt: skip
_UNINTERESTING = ("/admin/", "/language/", "/search/", "/docs/search/", "/embed/", "/oembed")


@require_safe
def robots(request: HttpRequest) -> HttpResponseBase:
    lines = [
        "User-agent: *",
        *(f"Disallow: {path}" for path in _UNINTERESTING),
        f"Sitemap: {site(request)}/sitemap.xml",
    ]
    return sent(request, "\n".join(lines) + "\n", "text/plain; charset=utf-8")


@require_safe
def sitemap_index(request: HttpRequest) -> HttpResponseBase:
    """Every sitemap; sources and parties are in parts, by their numbers."""
    sections = ["pages", "countries", "relations", *_LISTED]
    for name, rows in _NUMBERED.items():
        last = rows.aggregate(last=Max("pk"))["last"]
        sections += [f"{name}-{n}" for n in range(1, last // _PART + 2)] if last else []
    entries = (f"<sitemap><loc>{site(request)}/sitemap-{name}.xml</loc></sitemap>" for name in sections)
    return _sitemap(request, "sitemapindex", entries)


@require_safe
def sitemap(request: HttpRequest, section: str) -> HttpResponseBase:
    """One sitemap, in at most one query. Raises `Http404` for an unknown one."""
    name, _dash, number = section.partition("-")
    if name in _NUMBERED and number.isascii() and number.isdigit() and 0 < int(number) < 10**6:
        first = (int(number) - 1) * _PART
        keys = _NUMBERED[name].filter(pk__gte=first, pk__lt=first + _PART).order_by("pk")
        places: Iterable[tuple[str, dt.datetime | None]] = ((f"/{name}/{key}/", None) for (key,) in keys)
    elif section == "pages":
        places = ((place, None) for place in _pages())
    elif section in _LISTED:
        places = ((f"/{section}/{key}/", None) for (key,) in _LISTED[section].order_by("pk"))
    elif section == "countries":
        places = ((f"/countries/{code}/", None) for code in sorted(current_country_index().by_code))
    elif section == "relations":
        rows = CountryPair.objects.recorded().order_by("code").values_list("code", "last_recorded_at")
        places = ((f"/relations/{code}/", moment) for code, moment in rows)
    else:
        raise Http404("There is no such sitemap.")
    entries = (
        f"<url><loc>{escape(site(request) + place)}</loc>"
        + (f"<lastmod>{moment:%Y-%m-%dT%H:%M:%SZ}</lastmod>" if moment else "") + "</url>"
        for place, moment in places
    )  # fmt: skip
    return _sitemap(request, "urlset", entries)


def _pages() -> list[str]:
    """The start page, the pages that list, those about the tracker, the documentation and the API reference."""
    return [
        "/", "/relations/", "/changes/", "/map/", "/data/", "/programmes/", "/lists/", "/designations/",
        *(f"/lists/{code}/" for code in ListCode), *(page.path for page in ABOUT), *library().pages, "/docs/api/",
        *(f"/docs/api/{tag}/" for tag in tags()),
    ]  # fmt: skip


def _sitemap(request: HttpRequest, root: str, entries: Iterable[str]) -> HttpResponseBase:
    head = f'<?xml version="1.0" encoding="UTF-8"?>\n<{root} xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n'
    return sent(request, head + "\n".join(entries) + f"\n</{root}>\n", "application/xml; charset=utf-8")


@require_safe
def llms(request: HttpRequest) -> HttpResponseBase:
    """The pages for people and the documentation as Markdown, each with its first sentences."""
    host = site(request)
    lines = [
        "# Sanctions and diplomatic-status tracker", "",
        "> The status between two countries, today, on any day, and as it was known on any day: facts with quotations.",
        "",
        f"- [OpenAPI 3.1]({host}/api/schema/?format=json): every request and response of the API",
        f"- [Example]({host}/api/relations/BY-US/): the relation of Belarus and the United States as JSON",
    ]  # fmt: skip
    lines += ["", "## Pages", "", _FOR_PROGRAMS.format(host=host)]
    for group in library().groups:
        lines += ["", f"## {group.title}", ""]
        lines += [f"- [{page.title}]({host}{page.raw_address})" + (f": {page.summary}" if page.summary else "")
                  for page in group.pages]  # fmt: skip
    return sent(request, "\n".join(lines) + "\n", "text/markdown; charset=utf-8")


@require_safe
def favicon(request: HttpRequest) -> HttpResponseBase:
    """The mark as PNG, for what is shown without a page of ours around it: pictures, JSON, feeds."""
    mark = (settings.ROOT / "relations" / "static" / "web" / "mark.svg").read_text("utf-8")
    headers = {"Cache-Control": "public, max-age=86400"}
    return tagged(request, HttpResponse(png(mark, 48), content_type="image/png", headers=headers))
