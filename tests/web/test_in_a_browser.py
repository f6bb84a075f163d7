"""The documentation in a real browser: found without scripts, by keyboard, on a phone and in print."""

from typing import Any

import pytest

pytestmark = pytest.mark.slow(seconds=30)
NARROWEST, USUAL = 320, 1440


@pytest.fixture(autouse=True)
def any_host(settings, world):
    settings.ALLOWED_HOSTS = ["*"]


def opened(chromium: Any, **options: Any) -> Any:
    context = chromium.new_context(java_script_enabled=options.pop("scripts", True), **options)
    context.set_default_timeout(60_000)
    return context.new_page()


def test_the_documentation_is_found_searched_and_read_without_scripts(live_server, chromium):
    page = opened(chromium, viewport={"width": USUAL, "height": 800}, scripts=False)
    page.goto(live_server.url)
    page.get_by_role("searchbox", name="Search", exact=True).fill("time travel")
    page.keyboard.press("Enter")
    page.get_by_role("region", name="Documentation").get_by_role("link", name="Time travel", exact=True).click()
    assert page.locator("h1").inner_text() == "Time travel"
    page.get_by_role("button", name="Deutsch").click()
    assert page.locator("html").get_attribute("lang") == "de"
    assert page.locator("h1").inner_text() == "Time travel"
    page.context.close()


def test_the_keyboard_reaches_the_content_first(live_server, chromium):
    page = opened(chromium, viewport={"width": USUAL, "height": 800})
    page.goto(f"{live_server.url}/docs/relations/")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "content"
    page.keyboard.press("Tab")
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
    page.context.close()


def test_lists_of_pages_are_folded_where_the_window_is_narrow(live_server, chromium):
    page = opened(chromium, viewport={"width": NARROWEST, "height": 800})
    page.goto(f"{live_server.url}/docs/relations/")
    link = page.get_by_role("link", name="Timeline", exact=True)
    assert not link.first.is_visible()
    page.get_by_text("All pages").click()
    assert link.first.is_visible()
    page.context.close()


def test_print_has_the_text_and_no_navigation(live_server, chromium):
    page = opened(chromium, viewport={"width": USUAL, "height": 800})
    page.emulate_media(media="print", color_scheme="dark")
    page.goto(f"{live_server.url}/docs/relations/")
    assert page.locator("article").bounding_box()["width"] == USUAL
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    for part in (".head nav", ".head form", ".pages", ".contents", ".neighbours", ".languages"):
        assert not page.locator(part).first.is_visible(), part
    page.context.close()
