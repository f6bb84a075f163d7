"""Takes the pictures of pages in docs/images/ from a running site with the demo: `python -m tests.pictures URL`."""

import sys
from pathlib import Path

from playwright.sync_api import ViewportSize, sync_playwright

from tests.browsers import CHROMIUM

FOLDER = Path(__file__).parents[1] / "docs" / "images"
PAGES = {
    "start": "/", "pair": "/relations/BY-US/@2020-02-02",
    "matrix": "/relations/?track=ambassador&as_of=2024-08-01#matrix",
    "country": "/countries/US/", "programme": "/programmes/1/", "map": "/map/?from=US&track=travel_ban#map",
    "comparison": "/relations/BY-US/@2019-12-31..2020-02-02",
}  # fmt: skip
SIZE: ViewportSize = {"width": 1200, "height": 700}
SIZE_OF_MAP: ViewportSize = {"width": 1000, "height": 600}


def main(site: str) -> None:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        page = browser.new_context(viewport=SIZE, color_scheme="light", locale="en-GB").new_page()
        for name, address in PAGES.items():
            page.set_viewport_size(SIZE_OF_MAP if name == "map" else SIZE)
            page.goto(site + address)
            page.screenshot(path=FOLDER / f"{name}.png")
        # The source of the pair's sanctions, where their words are marked.
        page.goto(site + PAGES["pair"])
        page.locator(".answer a[href^='/sources/']").first.click()
        page.screenshot(path=FOLDER / "source.png", clip={"x": 0, "y": 0, "width": SIZE["width"], "height": 440})
        browser.close()


if __name__ == "__main__":
    main(sys.argv[1].rstrip("/"))
