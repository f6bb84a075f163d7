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


OF_RELATIONS = ("/", "/search/?q=belarus", "/relations/", "/relations/BY-US/", "/relations/FJ-IS/", "/countries/BY/",
                "/relations/BY-US/@2019-12-31..2020-02-02", "/changes/", "/map/", "/map/?to=BY", "/data/",
                "/relations/?track=trend", "/relations/?sanctions=x", "/relations/BX-US/",
                "/embed/relations/BY-US/", "/about/method/", "/about/names-and-borders/",
                "/feeds/changes.atom")  # fmt: skip


@pytest.mark.parametrize(("width", "theme"), [(320, "dark"), (1440, "light")])
def test_axe_finds_nothing(live_server, world, settings, chromium, theme, width):  # noqa: PLR0917  # fixtures
    settings.ALLOWED_HOSTS = ["*"]
    assert failures(chromium, live_server.url, PAGES, width, theme) == {}


@pytest.mark.parametrize(("width", "theme"), [(320, "dark"), (1440, "light")])
def test_axe_finds_nothing_on_pages_of_relations(story, chromium, theme, width):
    assert failures(chromium, story, OF_RELATIONS, width, theme) == {}


@pytest.mark.parametrize(("width", "theme"), [(320, "dark"), (1440, "light")])
def test_axe_finds_nothing_on_pages_of_sanctions(sanctions_story, chromium, theme, width):
    site, addresses = sanctions_story
    assert failures(chromium, site, addresses, width, theme) == {}


def failures(chromium, site: str, pages: tuple[str, ...], width: int, theme: str) -> dict[str, list[str]]:
    """What axe says of each page, by its address."""
    context = chromium.new_context(viewport={"width": width, "height": 900}, color_scheme=theme, locale="de-DE")
    page = context.new_page()
    page.set_default_timeout(60_000)
    found = {}
    for address in pages:
        page.goto(site + address)
        page.evaluate(Path(AXE).read_text("utf-8"))
        if said := page.evaluate(FAILURES):
            found[address] = said
    context.close()
    return found
