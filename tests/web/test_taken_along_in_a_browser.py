"""Pictures, the card in a frame of another site, and structured data in a real browser."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from tests.web.test_relations_in_a_browser import opened

pytestmark = pytest.mark.slow(seconds=25)


@pytest.fixture
def other_site(story) -> Iterator[str]:
    """A page of another origin with the card and the page of a pair in frames."""

    class Answer(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            frames = "".join(f'<iframe src="{story}{path}/relations/BY-US/" name="{name}"></iframe>'
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


def test_another_site_shows_the_card_and_cannot_show_the_page(story, other_site, chromium):
    page, said, _asked = opened(chromium)
    page.goto(other_site)
    page.wait_for_load_state("load")
    card = page.frame(name="card")
    assert card.locator("h1").inner_text() == "Belarus and United States"
    assert "As of " in card.locator("main").inner_text()
    assert page.frame(name="page").url == "chrome-error://chromewebdata/"
    # The one complaint is about the page.
    assert [text for text in said if "frame-ancestors" not in text] == []
    assert len(said) == 1
    page.context.close()


@pytest.mark.parametrize("width", [320, 390, 1440])
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_what_is_taken_along_fits_the_window_and_breaks_no_policy(story, chromium, width, theme):
    page, said, asked = opened(chromium, width=width, theme=theme)
    for address in ("/embed/relations/BY-US/", "/relations/BY-US/", "/countries/BY/", "/about/method/",
                    "/about/names-and-borders/", "/feeds/changes.atom"):  # fmt: skip
        page.goto(story + address)
        too_wide = page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
        assert not too_wide, address
        background = page.evaluate("getComputedStyle(document.body).backgroundColor")
        assert (background == "rgb(19, 23, 26)") is (theme == "dark"), address
    assert said == []
    assert [url for url in asked if not url.startswith(story)] == []
    page.context.close()


OUTSIDE = """() => { const box = document.documentElement.viewBox.baseVal; return [...document.querySelectorAll('text')]
  .filter(each => each.getBBox().width && each.getBoundingClientRect().right > document.documentElement
    .getBoundingClientRect().left + box.width).map(each => each.textContent) }"""


@pytest.mark.parametrize("picture", ["/relations/BY-US", "/relations/BY-US/timeline", "/map"])
def test_a_picture_is_shown_by_itself_with_all_its_text_inside(story, chromium, picture):
    page, said, _asked = opened(chromium)
    query = "?from=US&track=sanctions" if picture == "/map" else ""
    page.goto(f"{story}{picture}.svg{query}")
    assert page.evaluate("document.documentElement.nodeName") == "svg"
    assert page.evaluate("document.querySelectorAll('text').length") > 4
    assert page.evaluate(OUTSIDE) == []
    assert said == []
    page.goto(f"{story}{picture}.png{query}")  # Chromium complains of its own styles around the image
    assert page.evaluate("document.images[0].naturalWidth") == 1200
    page.context.close()
