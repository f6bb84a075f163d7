"""`/robots.txt`, `/sitemap.xml` (sitemaps.org, protocol 0.9) and `/llms.txt` (llmstxt.org)."""

from __future__ import annotations

from xml.sax.saxutils import escape

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_safe

from relations.codes import ListCode
from relations.representation.references import site
from relations.web.docs.library import library
from relations.web.reference.document import tags
from tracker.frame import tagged

_UNINTERESTING = ("/admin/", "/language/", "/search/", "/docs/search/")


@require_safe
def robots(request: HttpRequest) -> HttpResponseBase:
    lines = [
        "User-agent: *",
        *(f"Disallow: {path}" for path in _UNINTERESTING),
        f"Sitemap: {site(request)}/sitemap.xml",
    ]
    return _plain(request, "\n".join(lines) + "\n", "text/plain")


@require_safe
def sitemap(request: HttpRequest) -> HttpResponseBase:
    """The start page, the pages that list, the documentation and the API reference."""
    places = [
        "/",
        "/relations/",
        "/changes/",
        "/map/",
        "/data/",
        "/programmes/",
        "/lists/",
        *(f"/lists/{code}/" for code in ListCode),
        "/designations/",
        *library().pages,
        "/docs/api/",
        *(f"/docs/api/{tag}/" for tag in tags()),
    ]
    entries = "".join(f"<url><loc>{escape(site(request) + place)}</loc></url>\n" for place in places)
    head = '<?xml version="1.0" encoding="UTF-8"?>\n<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n'
    return _plain(request, f"{head}{entries}</urlset>\n", "application/xml")


@require_safe
def llms(request: HttpRequest) -> HttpResponseBase:
    """The pages as Markdown, each with its first sentences."""
    host = site(request)
    lines = [
        "# Sanctions and diplomatic-status tracker", "",
        "> The status between two countries, today, on any day, and as it was known on any day: facts with quotations.",
        "",
        f"- [OpenAPI 3.1]({host}/api/schema/?format=json): every request and response of the API",
        f"- [Example]({host}/api/relations/BY-US/): the relation of Belarus and the United States as JSON",
    ]  # fmt: skip
    for group in library().groups:
        lines += ["", f"## {group.title}", ""]
        lines += [f"- [{page.title}]({host}{page.raw_address})" + (f": {page.summary}" if page.summary else "")
                  for page in group.pages]  # fmt: skip
    return _plain(request, "\n".join(lines) + "\n", "text/markdown")


def _plain(request: HttpRequest, text: str, media_type: str) -> HttpResponseBase:
    response = HttpResponse(text, content_type=f"{media_type}; charset=utf-8", headers={"Cache-Control": "no-cache"})
    return tagged(request, response)
