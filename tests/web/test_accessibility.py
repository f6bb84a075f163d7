"""Pages as axe-core sees them, in both themes. `.ci/axe.py` fetches it; without it these tests are skipped."""

import os
from pathlib import Path

import pytest

AXE = os.environ.get("AXE_CORE", "")
pytestmark = [
    pytest.mark.slow(seconds=30),
    pytest.mark.django_db,
    pytest.mark.skipif(not AXE, reason="no axe-core: python .ci/axe.py fetches it by npm and runs this file"),
]
# Colours change over a moment when the theme does.
FAILURES = """() => Promise.all(document.getAnimations().map(each => each.finished))
  .then(() => axe.run(document, {resultTypes: ['violations']})).then(result => result.violations.map(
    each => `${each.id}: ${each.nodes.slice(0, 3).map(node => node.target.join(' ')).join(' | ')}`))"""


def test_axe_finds_nothing_on_any_page(story, chromium):
    with chromium.new_context(locale="de-DE") as context:
        page = context.new_page()
        page.set_default_timeout(60_000)
        context.add_cookies([{"name": "sessionid", "value": story.cookie, "url": story.url}])
        found = {}
        for address in (*story.pages, *story.for_editors):
            # Django's admin and Swagger have pages of their own, of which only the login is in the design.
            if not address.startswith(("/admin/relations/", "/api/")):
                page.goto(story.url + address)
                page.evaluate(Path(AXE).read_text("utf-8"))
                for width, theme in ((1440, "light"), (320, "dark")):
                    page.set_viewport_size({"width": width, "height": 900})
                    page.emulate_media(color_scheme=theme)
                    found |= {f"{address} {theme}": said} if (said := page.evaluate(FAILURES)) else {}
    assert found == {}
