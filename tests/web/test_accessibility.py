"""Pages as axe-core sees them, in both themes. `.ci/axe.py` fetches it; without it these tests are skipped."""

import os
from pathlib import Path

import pytest

AXE = os.environ.get("AXE_CORE", "")
pytestmark = [
    pytest.mark.slow(seconds=20),
    pytest.mark.skipif(not AXE, reason="no axe-core: python .ci/axe.py fetches it by npm and runs this file"),
]
PAGES = ("/", "/docs/", "/docs/webhooks/", "/docs/lists/cow/", "/docs/search/?q=travel+ban", "/docs/api/",
         "/docs/api/relations/", "/docs/design-parts/", "/docs/no-such-page/", "/admin/login/")  # fmt: skip
FAILURES = """() => axe.run(document, {resultTypes: ['violations']}).then(result => result.violations.map(
  each => `${each.id}: ${each.nodes.slice(0, 3).map(node => node.target.join(' ')).join(' | ')}`))"""


@pytest.mark.parametrize(("width", "theme"), [(320, "dark"), (1440, "light")])
def test_axe_finds_nothing(live_server, settings, chromium, theme, width):
    settings.ALLOWED_HOSTS = ["*"]
    context = chromium.new_context(viewport={"width": width, "height": 900}, color_scheme=theme, locale="de-DE")
    page = context.new_page()
    page.set_default_timeout(60_000)
    found = {}
    for address in PAGES:
        page.goto(live_server.url + address)
        page.evaluate(Path(AXE).read_text("utf-8"))
        if failures := page.evaluate(FAILURES):
            found[address] = failures
    context.close()
    assert found == {}
