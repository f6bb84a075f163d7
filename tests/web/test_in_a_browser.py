"""Documentation, pictures, and the card in a frame of another site, in a real browser: one for all, and one site."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

# The database is made for tests that are marked; these leave all writing to `story`.
pytestmark = [pytest.mark.slow(seconds=15), pytest.mark.django_db]


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
