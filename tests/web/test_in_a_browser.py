"""Pages in a real browser: at 320 and 1440 px, light and dark, by keyboard, without scripts, with no other host."""

from typing import Any

import pytest

pytestmark = pytest.mark.slow(seconds=30)
PAGES = ("/", "/docs/", "/docs/webhooks/", "/docs/search/?q=travel+ban", "/docs/api/", "/docs/api/ambassadors/",
         "/docs/design-parts/", "/docs/no-such-page/", "/admin/login/")  # fmt: skip
NARROWEST, USUAL, WIDEST = 320, 1440, 3840


@pytest.fixture(autouse=True)
def any_host(settings, world):
    settings.ALLOWED_HOSTS = ["*"]


def opened(chromium: Any, **options: Any) -> Any:
    context = chromium.new_context(java_script_enabled=options.pop("scripts", True), **options)
    context.set_default_timeout(60_000)
    return context.new_page()


@pytest.mark.parametrize("width", [NARROWEST, USUAL, WIDEST])
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_every_page_fits_the_window_and_loads_from_this_site_alone(live_server, chromium, width, theme):
    page = opened(chromium, viewport={"width": width, "height": 800}, color_scheme=theme)
    complaints: list[str] = []
    asked: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("request", lambda request: asked.append(request.url))
    for address in PAGES:
        page.goto(live_server.url + address)
        too_wide = page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
        assert not too_wide, address
        background = page.evaluate("getComputedStyle(document.body).backgroundColor")
        assert (background == "rgb(19, 23, 26)") is (theme == "dark"), address
    assert [url for url in asked if not url.startswith(live_server.url)] == []
    # The status of the page that does not exist is the only thing to complain about.
    assert [text for text in complaints if "404" not in text] == []
    page.context.close()


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


SMALL = """() => [...document.querySelectorAll('header a, header button, footer a, button, summary, .button, nav a')]
  .filter(each => each.offsetParent !== null && !each.matches('.skip'))
  .filter(each => each.getBoundingClientRect().height < 24).map(each => each.textContent.trim())"""


@pytest.mark.parametrize("width", [NARROWEST, USUAL])
def test_what_can_be_clicked_is_large_enough(live_server, chromium, width):
    page = opened(chromium, viewport={"width": width, "height": 800})
    for address in PAGES:
        page.goto(live_server.url + address)
        assert page.evaluate(SMALL) == [], address
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
