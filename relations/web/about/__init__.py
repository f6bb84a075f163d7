"""`/about/method/` and `/about/names-and-borders/`: Markdown in each language, next to this file."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from relations.web.docs.markdown import render
from relations.web.language import made_once
from relations.web.refusals import reads
from tracker.frame import page

_FOLDER = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class AboutPage:
    name: str
    title: str | Promise
    summary: str | Promise

    @property
    def path(self) -> str:
        return f"/about/{self.name}/"


ABOUT = (
    AboutPage("method", _("How a status comes about"),
              _("Facts with quotes become a status for every day; evidence ages, sources dispute each other, lists are "
                "not policy, and there are two clocks.")),
    AboutPage("names-and-borders", _("Names and borders"),
              _("Which countries the tracker knows, what it calls them, whose borders the map has. It takes no side.")),
)  # fmt: skip


@reads()
@made_once
def about(request: HttpRequest, name: str) -> HttpResponseBase:
    """Raises `Http404` for every other name."""
    topic = next((one for one in ABOUT if one.name == name), None)
    if topic is None:
        raise Http404
    file = _FOLDER / f"{name}.{get_language() or settings.LANGUAGE_CODE}.md"
    text = render(file.read_text("utf-8"), address_of=lambda target: target)  # links are addresses of the site
    return page(request, "web/about.html", {"section": "about", "about": topic, "others": ABOUT, "html": text.html})
