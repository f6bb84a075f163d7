"""Takes the pictures of pages in docs/images/ from a running site with the demo: `python -m tests.pictures URL`."""

import sys
from pathlib import Path

from playwright.sync_api import ViewportSize, sync_playwright

FOLDER = Path(__file__).parents[1] / "docs" / "images"
PAGES = {
    "start": "/", "pair": "/relations/BY-US/@2020-02-02", "matrix": "/relations/?track=ambassador#matrix",
    "country": "/countries/US/", "programme": "/programmes/1/",
}  # fmt: skip
SIZE: ViewportSize = {"width": 1200, "height": 700}


def main(site: str) -> None:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        page = browser.new_context(viewport=SIZE, color_scheme="light", locale="en-GB").new_page()
        for name, address in PAGES.items():
            page.goto(site + address)
            page.screenshot(path=FOLDER / f"{name}.png")
        browser.close()


if __name__ == "__main__":
    main(sys.argv[1].rstrip("/"))
