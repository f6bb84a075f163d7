"""`/docs/…`: pages, their Markdown, images, search, and every part of the design on one page."""

from __future__ import annotations

from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from relations.web.docs import search as ranked
from relations.web.docs.library import Page, library
from relations.web.language import made_once
from relations.web.refusals import reads
from tracker.frame import page, sent

_MANY = 40
"""Pages from which a group shows its first one only, as decisions do."""


@reads()
@made_once
def document(request: HttpRequest, name: str = "") -> HttpResponseBase:
    """A page of the documentation. Raises `Http404` for every other address."""
    address = f"/docs/{name}/" if name else "/docs/"
    document_page = library().pages.get(address)
    if document_page is None:
        raise Http404
    before, after = library().neighbours(document_page)
    context = {**navigation(document_page), "document": document_page, "before": before, "after": after}
    return page(request, "web/docs/page.html", context)


def navigation(current: Page | None) -> dict[str, object]:
    """The groups of pages. Decisions are many: they are listed on their own pages only."""
    groups = [
        (group.title, group.pages if len(group.pages) < _MANY or current in group.pages else group.pages[:1])
        for group in library().groups
    ]
    return {"section": "docs", "groups": groups, "current": current}


@require_safe
def markdown(request: HttpRequest, name: str) -> HttpResponseBase:
    """The Markdown of a page, for programs. Raises `Http404` for every other address."""
    raw = library().raw.get(f"/docs/{name}.md")
    if raw is None:
        raise Http404
    return sent(request, raw.text, "text/markdown; charset=utf-8")


@require_safe
def image(request: HttpRequest, name: str) -> HttpResponseBase:
    """An image of the documentation. Raises `Http404` for every other address."""
    path = library().images.get(f"/docs/images/{name}")
    if path is None:
        raise Http404
    return sent(request, path.read_bytes(), "image/png")


@reads("q")
def search(request: HttpRequest) -> HttpResponseBase:
    query = request.GET.get("q", "")[: ranked.LONGEST_QUERY].replace("\0", "").strip()
    results = ranked.search(query)
    context = {**navigation(None), "query": query, "results": results, "most": ranked.MOST_RESULTS}
    return page(request, "web/docs/search.html", context)


CHIPS = (
    ("severe", _("in force"), _("filled square")), ("partial", _("eased"), _("half-filled square")),
    ("calm", _("at post"), _("filled circle")), ("none", _("none"), _("ring")),
    ("unknown", _("unknown"), _("question mark, dashed edge")),
    ("stale-severe", _("in force, as last seen in 2021"), _("clock, then the shape of what was said; double edge")),
    ("disputed", _("disputed"), _("two opposite triangles")),
)  # fmt: skip
"""Tone, a word that has it, and its shape in words."""
COLOURS = ("paper", "surface", "sunken", "ink", "quiet", "line", "edge", "link", "accent", "focus", "marked")


@reads()
@made_once
def parts(request: HttpRequest) -> HttpResponseBase:
    return page(request, "web/design.html", {**navigation(None), "chips": CHIPS, "colours": COLOURS})
