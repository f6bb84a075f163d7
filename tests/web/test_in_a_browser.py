"""The pages in a real browser: what they let a reader do, and how every one of them looks at any width.

One server for all of it. With scripts and without, by keyboard alone, on a phone and on a 4K screen, light, dark and in
print: nothing is cut, nothing complains, nothing asks another host, and no page weakens the policy.
Then the documentation, pictures, and the card in a frame of another site.
"""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from tests.web.conftest import QUOTE
from tests.web.looks import HEIGHT, LOOKS, NARROWEST, faults, show

# The database is made for tests that are marked; these leave all writing to `story`.
pytestmark = [pytest.mark.slow(seconds=45), pytest.mark.django_db]


STRICT = {
    "default-src": "'none'", "script-src": "'self'", "style-src": "'self'", "font-src": "'self'",
    "connect-src": "'self'", "form-action": "'self'", "img-src": "'self' data:", "base-uri": "'none'",
    "frame-ancestors": "'none'",
}  # fmt: skip
CARD = {**STRICT, "script-src": "'none'", "form-action": "'none'", "frame-ancestors": "*"}


def lane(page: Any, title: str) -> Any:
    return page.locator(".lane", has=page.get_by_role("heading", name=title))


@pytest.mark.parametrize("scripts", [True, False])
def test_from_a_search_to_the_marked_words_through_both_clocks_to_the_card(story, opened, scripts):
    page, said, asked = opened(scripts=scripts)
    page.goto(story.url)
    page.locator("#main-search").fill("usa byelorussia")
    page.keyboard.press("Enter")
    page.wait_for_url(f"{story.url}/relations/BY-US/")
    assert page.locator("h1").inner_text() == "Belarus and United States"
    # Evidence, marked in the archived text.
    page.locator(".lane .evidence a").filter(has_text="She left").first.click()
    assert page.locator(".place:target + mark").inner_text() == QUOTE
    # As of.
    page.goto(f"{story.url}/relations/BY-US/")
    page.get_by_label("On the day").fill("2019-12-31")
    page.get_by_role("button", name="Show").click()
    page.wait_for_url(f"{story.url}/relations/BY-US/@2019-12-31")
    assert "Ada Envoy" in lane(page, "United States").last.inner_text()
    # As known: before anything was recorded.
    page.get_by_label("As known at the end of").fill("2019-12-31")
    page.get_by_role("button", name="Show").click()
    page.wait_for_url(f"{story.url}/relations/BY-US/@2019-12-31~2019-12-31")
    assert "Ada Envoy" not in page.locator("main").inner_text()
    # Compare.
    page.goto(f"{story.url}/relations/BY-US/@2019-12-31")
    page.get_by_label("Compare with").fill("2020-02-02")
    page.get_by_role("button", name="Show").click()
    page.wait_for_url(f"{story.url}/relations/BY-US/@2019-12-31..2020-02-02")
    row = page.locator("tbody tr", has_text="Head of mission").first.inner_text()
    assert "Ada Envoy" in row
    assert "vacant" in row
    # Take it along: the card of the same day, and from it back to the page.
    page.goto(f"{story.url}/relations/BY-US/@2019-12-31")
    page.get_by_role("link", name="The card").click()
    page.wait_for_url(f"{story.url}/embed/relations/BY-US/@2019-12-31")
    assert "As of 31 December 2019" in page.locator("main").inner_text()
    assert "Ada Envoy" in page.locator("main").inner_text()
    assert (said, others(asked, story)) == ([], [])


def others(asked: list[str], story: Any) -> list[str]:
    return [url for url in asked if not url.startswith(story.url)]


# --- by keyboard ----------------------------------------------------------------------------------------------------


FOCUSED = """() => { const one = document.activeElement, style = getComputedStyle(one);
  const box = one.getBoundingClientRect();
  return {name: one.id || one.textContent.trim(), isBody: one === document.body,
    isVisible: style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2 && box.width > 0 && box.height > 0
      && box.top < innerHeight && box.bottom > 0 && box.left < innerWidth && box.right > 0} }"""


def tab_to(page: Any, wanted: Any, *, most: int = 150) -> None:
    """Presses Tab until what is wanted has the keyboard; all that has it on the way is seen to have it."""
    for _ in range(most):
        page.keyboard.press("Tab")
        focused = page.evaluate(FOCUSED)
        assert focused["isVisible"], focused
        if wanted(focused["name"]):
            return
    raise AssertionError("the keyboard does not reach it")


def test_the_keyboard_alone_leads_from_a_search_to_another_day(story, opened):
    page, _, _ = opened()
    page.goto(story.url)
    page.keyboard.press("Tab")
    assert page.evaluate(FOCUSED)["name"] == "Skip to the content"
    page.keyboard.press("Enter")
    tab_to(page, lambda name: name == "main-search")
    page.keyboard.type("belarus usa")
    page.keyboard.press("Enter")
    page.wait_for_url(f"{story.url}/relations/BY-US/")
    tab_to(page, lambda name: name == "as-of")
    page.keyboard.type("02022020")
    page.keyboard.press("Enter")
    page.wait_for_url(f"{story.url}/relations/BY-US/@2020-02-02")
    tab_to(page, lambda name: name.startswith("She left"))
    page.keyboard.press("Enter")
    page.wait_for_url(f"{story.url}/sources/**")
    assert page.locator("mark").count() > 0


STOPS = """() => { const stops = [...document.querySelectorAll('a[href], button, input, select, textarea, summary')];
  return stops.filter(each => each.tabIndex >= 0 && !each.disabled && each.checkVisibility())
    .map(each => { each.focus(); return (%s)() }) }"""


def test_every_stop_of_the_keyboard_is_visible(story, opened):
    page, _, _ = opened(width=390)
    for place in ("/relations/", "/programmes/", "/designations/", "/map/", "/changes/", "/data/"):
        page.goto(story.url + place)
        page.keyboard.press("Tab")  # from now on the focus is shown as the keyboard's
        stops = page.evaluate(STOPS % FOCUSED)
        assert len(stops) > 20, place
        assert [each for each in stops if not each["isVisible"]] == [], place


# --- every page at any width ----------------------------------------------------------------------------------------


def policy_of(answer: Any) -> dict[str, str]:
    parts = answer.headers["content-security-policy"].split(";")
    return {name: value.strip() for name, _space, value in (part.strip().partition(" ") for part in parts)}


def test_every_page_fits_any_window_theme_and_paper_and_stays_on_this_site(story, undrawn, opened):
    page, said, asked = opened(height=HEIGHT, page=undrawn)
    page.context.add_cookies([{"name": "sessionid", "value": story.cookie, "url": story.url}])
    emulation, wrong, looks = page.context.new_cdp_session(page), {}, LOOKS
    for address in (*story.pages, *story.for_editors):
        answer = page.goto(story.url + address)
        is_card = address.startswith("/embed/")
        is_framed = not address.startswith(("/admin/", "/feeds/", "/api/", "/embed/"))
        # Of large pages of one template, the narrowest window shows what their words do to it.
        shown = (NARROWEST,) if address.startswith("/docs/api/") else looks
        found = []
        for look in shown:
            show(emulation, look)
            found += faults(page, look, is_framed=is_framed)
        looks = looks[::-1]
        if policy_of(answer) != (CARD if is_card else STRICT):
            found.append(answer.headers["content-security-policy"])
        if found:
            wrong[address] = found
    # The status of an error is all that there is to complain about.
    complaints = [text for text in said if "the server responded with a status of 40" not in text]
    assert (wrong, complaints, others(asked, story)) == ({}, [], [])


def test_a_country_on_the_map_leads_to_its_pair(story, opened):
    page, _, _ = opened()
    page.goto(f"{story.url}/map/?from=US")
    page.locator("svg a[href='/relations/BY-US/'] path").click()
    page.wait_for_url(f"{story.url}/relations/BY-US/")


# --- the card in another site, pictures ------------------------------------------------------------------------------


@pytest.fixture
def other_site(story) -> Iterator[str]:
    """A page of another origin with the card and the page of a pair in frames."""

    class Answer(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            frames = "".join(f'<iframe src="{story.url}{path}/relations/BY-US/" name="{name}"></iframe>'
                             for name, path in (("card", "/embed"), ("page", "")))  # fmt: skip
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.end_headers()
            self.wfile.write(f"<!DOCTYPE html><title>Other</title><link rel=icon href=data:,>{frames}".encode())

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answer)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    server.server_close()


def test_another_site_shows_the_card_and_cannot_show_the_page(story, other_site, opened):
    page, said, _asked = opened()
    page.goto(other_site)
    page.wait_for_load_state("load")
    card = page.frame(name="card")
    assert card.locator("h1").inner_text() == "Belarus and United States"
    assert "As of " in card.locator("main").inner_text()
    assert page.frame(name="page").url == "chrome-error://chromewebdata/"
    # The one complaint is about the page.
    assert [text for text in said if "frame-ancestors" not in text] == []
    assert len(said) == 1


OUTSIDE = """() => { const root = document.documentElement, box = root.viewBox.baseVal, at = root.getScreenCTM();
  const right = at.e + at.a * box.width, whole = right <= innerWidth + 1 && at.f + at.d * box.height <= innerHeight + 1;
  return [...(whole ? [] : ['the picture']), ...[...document.querySelectorAll('text')]
    .filter(each => each.getBBox().width && each.getBoundingClientRect().right > right)
    .map(each => each.textContent)] }"""
"""Texts beyond the picture, and the picture if it is larger than the window."""


@pytest.mark.parametrize("picture", ["/relations/BY-US", "/relations/BY-US/timeline", "/map"])
def test_a_picture_is_shown_by_itself_with_all_its_text_inside(story, opened, picture):
    page, said, _asked = opened()
    query = "?from=US&track=sanctions" if picture == "/map" else ""
    page.goto(f"{story.url}{picture}.svg{query}")
    assert page.evaluate("document.documentElement.nodeName") == "svg"
    assert page.evaluate("document.querySelectorAll('text').length") > 4
    for width in (1440, 320):
        page.set_viewport_size({"width": width, "height": 800})
        assert page.evaluate(OUTSIDE) == [], width
    assert said == []
    page.goto(f"{story.url}{picture}.png{query}")  # Chromium complains of its own styles around the image
    assert page.evaluate("document.images[0].naturalWidth") == 1200


# --- the documentation: without scripts, by keyboard, on a phone and in print ---------------------------------------


def test_the_documentation_is_found_searched_and_read_without_scripts(story, opened):
    page, _said, _asked = opened(scripts=False)
    page.goto(story.url)
    page.get_by_role("searchbox", name="Search", exact=True).fill("time travel")
    page.keyboard.press("Enter")
    page.get_by_role("region", name="Documentation").get_by_role("link", name="Time travel", exact=True).click()
    assert page.locator("h1").inner_text() == "Time travel"
    page.get_by_role("button", name="Deutsch").click()
    assert page.locator("html").get_attribute("lang") == "de"
    assert page.locator("h1").inner_text() == "Time travel"


def test_the_keyboard_reaches_the_content_first(story, opened):
    page, _said, _asked = opened()
    page.goto(f"{story.url}/docs/relations/")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "content"
    page.keyboard.press("Tab")
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"


def test_lists_of_pages_are_folded_where_the_window_is_narrow(story, opened):
    page, _said, _asked = opened(width=320)
    page.goto(f"{story.url}/docs/relations/")
    link = page.get_by_role("link", name="Timeline", exact=True)
    assert not link.first.is_visible()
    page.get_by_text("All pages").click()
    assert link.first.is_visible()


def test_print_has_the_text_and_no_navigation(story, opened):
    page, _said, _asked = opened()
    page.emulate_media(media="print", color_scheme="dark")
    page.goto(f"{story.url}/docs/relations/")
    assert page.locator("article").bounding_box()["width"] == 1440
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    for part in (".head nav", ".head form", ".pages", ".contents", ".neighbours", ".languages"):
        assert not page.locator(part).first.is_visible(), part
