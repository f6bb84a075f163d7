"""From a search to marked words in a real browser, with scripts and without; no other host, nothing on the console."""

from typing import Any

import pytest

from tests.web.conftest import QUOTE

pytestmark = pytest.mark.slow(seconds=30)


def opened(chromium: Any, *, scripts: bool = True, width: int = 1440, theme: str = "light") -> tuple[Any, Any, Any]:
    """A page, what its console says, and every address that it asks for."""
    context = chromium.new_context(
        java_script_enabled=scripts, viewport={"width": width, "height": 900}, color_scheme=theme
    )
    context.set_default_timeout(60_000)
    page, said, asked = context.new_page(), [], []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("request", lambda request: asked.append(request.url))
    return page, said, asked


def lane(page: Any, title: str) -> Any:
    return page.locator(".lane", has=page.get_by_role("heading", name=title))


@pytest.mark.parametrize("scripts", [True, False])
def test_from_a_search_to_the_marked_words_and_through_both_clocks(story, chromium, scripts):
    page, said, asked = opened(chromium, scripts=scripts)
    page.goto(story)
    page.locator("#main-search").fill("usa byelorussia")
    page.keyboard.press("Enter")
    page.wait_for_url(f"{story}/relations/BY-US/")
    assert page.locator("h1").inner_text() == "Belarus and United States"
    # Evidence, marked in the archived text.
    page.locator(".lane .evidence a").filter(has_text="She left").first.click()
    marked = page.locator(".place:target + mark")
    assert marked.inner_text() == QUOTE
    # As of.
    page.goto(f"{story}/relations/BY-US/")
    page.get_by_label("On the day").fill("2019-12-31")
    page.get_by_role("button", name="Show").click()
    page.wait_for_url(f"{story}/relations/BY-US/@2019-12-31")
    assert "Ada Envoy" in lane(page, "United States").last.inner_text()
    # As known: before anything was recorded.
    page.get_by_label("As known at the end of").fill("2019-12-31")
    page.get_by_role("button", name="Show").click()
    page.wait_for_url(f"{story}/relations/BY-US/@2019-12-31~2019-12-31")
    assert "Ada Envoy" not in page.locator("main").inner_text()
    # Compare.
    page.goto(f"{story}/relations/BY-US/@2019-12-31")
    page.get_by_label("Compare with").fill("2020-02-02")
    page.get_by_role("button", name="Show").click()
    page.wait_for_url(f"{story}/relations/BY-US/@2019-12-31..2020-02-02")
    row = page.locator("tbody tr", has_text="Head of mission").first.inner_text()
    assert "Ada Envoy" in row
    assert "vacant" in row
    assert said == []
    assert [url for url in asked if not url.startswith(story)] == []
    page.context.close()


@pytest.mark.parametrize(("width", "theme"), [(320, "light"), (390, "dark"), (1440, "light"), (3840, "dark")])
def test_every_page_fits_the_window_and_stays_on_this_site(story, chromium, width, theme):
    page, said, asked = opened(chromium, width=width, theme=theme)
    for address in ("/", "/search/?q=belarus", "/relations/", "/relations/BY-US/", "/relations/FJ-IS/",
                    "/relations/BY-US/@2019-12-31..2020-02-02", "/countries/BY/", "/changes/", "/map/",
                    "/data/"):  # fmt: skip
        page.goto(story + address)
        too_wide = page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
        assert not too_wide, address
    assert said == []
    assert [url for url in asked if not url.startswith(story)] == []
    page.context.close()


@pytest.mark.parametrize(("width", "theme"), [(320, "light"), (3840, "dark")])
def test_every_page_of_sanctions_fits_the_window_and_stays_on_this_site(sanctions_story, chromium, width, theme):
    site, addresses = sanctions_story
    page, said, asked = opened(chromium, width=width, theme=theme)
    for address in addresses:
        page.goto(site + address)
        too_wide = page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
        assert not too_wide, address
    assert said == []
    assert [url for url in asked if not url.startswith(site)] == []
    page.context.close()


def test_a_country_on_the_map_leads_to_its_pair(story, chromium):
    page, _, _ = opened(chromium)
    page.goto(f"{story}/map/?from=US")
    page.locator("svg a[href='/relations/BY-US/'] path").click()
    page.wait_for_url(f"{story}/relations/BY-US/")
    page.context.close()
