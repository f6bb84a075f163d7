"""Fixtures of a real browser, for the tests of every kind of page."""

import shutil

import pytest
from django.db import connection

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


@pytest.fixture(scope="module")
def chromium():
    """A real browser, started once for a file: its event loop must be gone before tests that run their own."""
    if CHROMIUM is None:
        pytest.skip("no Chromium on this machine: pages are not looked at in a browser")
    from playwright.sync_api import sync_playwright

    with pytest.MonkeyPatch.context() as patch, sync_playwright() as playwright:
        # Playwright has an event loop in this thread, in which Django refuses database queries.
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-dev-shm-usage"])
        yield browser
        browser.close()
        # Django has a separate connection for the loop, which nobody else would close.
        connection.close()


@pytest.fixture
def page(chromium):
    """A page of a browser without cookies."""
    with chromium.new_context(viewport={"width": 1200, "height": 1000}) as context:
        page = context.new_page()
        page.set_default_timeout(60_000)
        yield page
