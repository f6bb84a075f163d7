"""`/docs/design-parts/`: every part of the design on one page, to look at and to build from."""

from __future__ import annotations

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.translation import gettext_lazy as _

from relations.web.docs.views import navigation
from relations.web.language import made_once
from relations.web.refusals import reads
from tracker.frame import page

CHIPS = (
    ("severe", _("in force"), _("filled square")),
    ("partial", _("eased"), _("half-filled square")),
    ("calm", _("at post"), _("filled circle")),
    ("none", _("none"), _("ring")),
    ("unknown", _("unknown"), _("question mark, dashed edge")),
    (
        "stale-severe",
        _("in force, as last seen in 2021"),
        _("clock, then the shape of what was said; double edge"),
    ),
    ("disputed", _("disputed"), _("two opposite triangles")),
)
"""Tone, a word that has it, and its shape in words."""
COLOURS = ("paper", "surface", "sunken", "ink", "quiet", "line", "edge", "link", "accent", "focus", "marked")


@reads()
@made_once
def parts(request: HttpRequest) -> HttpResponseBase:
    return page(request, "web/design.html", {**navigation(None), "chips": CHIPS, "colours": COLOURS})
