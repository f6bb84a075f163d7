"""Fixtures of a real browser, for the tests of every kind of page."""

import shutil
from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

import pytest
from django.db import connection

NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
CHROMIUM = next(filter(None, map(shutil.which, NAMES)), None)
"""The shell has the same engine and version without tabs and an address bar, which take half of a browser's time."""
UNDRAWN = "--enable-begin-frame-control"
"""Pages are drawn only when somebody asks for a frame. Clicks wait for one, and so do pages that Playwright opens."""
type Opened = tuple[Any, list[str], list[str]]
LEAN = ("--no-sandbox", "--disable-dev-shm-usage", "--disable-features=WebUIOmniboxAimPopup,WebUIOmniboxPopup")
"""Without the address bar's two pop-ups, each a page with a process of its own for every page that is opened."""


@pytest.fixture(scope="module")
def chromium():
    """A real browser, started once for a file: its event loop must be gone before tests that run their own."""
    if CHROMIUM is None:
        pytest.skip("no Chromium on this machine: pages are not looked at in a browser")
    from playwright.sync_api import sync_playwright

    with pytest.MonkeyPatch.context() as patch, sync_playwright() as playwright:
        # Playwright has an event loop in this thread, in which Django refuses database queries.
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=LEAN)
        yield browser
        browser.close()
        # Django has a separate connection for the loop, which nobody else would close.
        connection.close()


@pytest.fixture(scope="module")
def contexts(chromium) -> Callable[[bool], Any]:
    """Contexts with scripts and without, one of each for a file: a new one costs as much as six pages."""
    return cache(lambda scripts: chromium.new_context(java_script_enabled=scripts))


@pytest.fixture
def undrawn(chromium):
    """A page that is laid out and that nobody sees: to draw it is two fifths of its cost."""
    browser = chromium.browser_type.launch(executable_path=CHROMIUM, args=[*LEAN, UNDRAWN])
    context, session = browser.new_context(), browser.new_browser_cdp_session()
    (own,) = session.send("Target.getBrowserContexts")["browserContextIds"]
    wanted = {"url": "about:blank", "browserContextId": own, "enableBeginFrameControl": True}
    with context.expect_page() as page:
        session.send("Target.createTarget", wanted)
    yield page.value
    browser.close()


@pytest.fixture
def opened(contexts) -> Iterator[Callable[..., Opened]]:
    """Opens a page without cookies; also what its console says, and every address that it asks for."""

    def open_page(*, scripts: bool = True, width: int = 1440, height: int = 900, page: Any = None) -> Opened:
        page = page or contexts(scripts).new_page()
        used.append(page.context)
        complaints, asked = list[str](), list[str]()
        page.set_viewport_size({"width": width, "height": height})
        page.set_default_timeout(60_000)
        page.on("console", lambda message: complaints.append(f"{message.text} {page.url}"))
        page.on("pageerror", lambda error: complaints.append(f"{error} {page.url}"))
        page.on("request", lambda request: asked.append(request.url))
        return page, complaints, asked

    used: list[Any] = []
    yield open_page
    for context in used:
        context.clear_cookies()
        for each in context.pages:
            each.close()


@pytest.fixture
def page(opened):
    """A page of a browser without cookies."""
    return opened(width=1200, height=1000)[0]
