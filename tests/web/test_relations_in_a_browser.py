"""The pages in a real browser: what they let a reader do, and how every one of them looks at any width.

One server for all of it. With scripts and without, by keyboard alone, on a phone and on a 4K screen, light, dark and in
print: nothing is cut, nothing complains, nothing asks another host, and no page weakens the policy.
"""

from typing import Any, Literal, NamedTuple

import pytest

from tests.web.conftest import QUOTE

# The database is made for tests that are marked; these leave all writing to `story`.
pytestmark = [pytest.mark.slow(seconds=40), pytest.mark.django_db]


class Look(NamedTuple):
    """A window, theme and paper, and the colour of the ground in them."""

    width: int
    media: Literal["screen", "print"]
    theme: Literal["light", "dark"]
    ground: str


DARK, LIGHT, WHITE = "rgb(19, 23, 26)", "rgb(251, 250, 246)", "rgb(255, 255, 255)"
NARROWEST = Look(320, "screen", "dark", DARK)
LOOKS = (
    Look(1440, "print", "dark", WHITE), Look(1440, "screen", "light", LIGHT), NARROWEST,
    Look(390, "screen", "dark", DARK), Look(3840, "screen", "dark", DARK),
)  # fmt: skip
"""The next page is loaded in the last and goes back to the first: a change costs a third of loading a page."""
HEIGHT = 300
"""Chromium draws all that the first window shows, so it is low."""
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


TOO_WIDE = "document.documentElement.scrollWidth > document.documentElement.clientWidth"
BACKGROUND = "getComputedStyle(document.body).backgroundColor"
NAVIGATION = "document.querySelector('.head nav').checkVisibility({visibilityProperty: true})"
CUT = """() => { const unseen = each => each.closest('.unseen, .skip, svg, textarea, .scroll, pre');
  return [...document.querySelectorAll('main *, header *, footer *')]
    .filter(each => each.getClientRects().length && !unseen(each) && [...each.childNodes]
      .some(node => node.nodeType === 3 && node.data.trim()))
    .filter(each => { const box = each.getBoundingClientRect(), style = getComputedStyle(each);
      return box.right > document.documentElement.clientWidth + 1 || box.left < -1
        || (style.overflowX !== 'visible' && style.display !== 'inline' && each.scrollWidth > each.clientWidth + 1) })
    .map(each => each.textContent.trim().slice(0, 60)) }"""
SMALL = """() => [...document.querySelectorAll('header a, header button, footer a, button, summary, .button, nav a')]
  .filter(each => each.offsetParent !== null && !each.matches('.skip'))
  .filter(each => each.getBoundingClientRect().height < 24).map(each => each.textContent.trim())"""


MEASURED = f"() => [{TOO_WIDE}, {BACKGROUND}, {NAVIGATION}, ({CUT})(), ({SMALL})()]"


def policy_of(answer: Any) -> dict[str, str]:
    parts = answer.headers["content-security-policy"].split(";")
    return {name: value.strip() for name, _space, value in (part.strip().partition(" ") for part in parts)}


def show(emulation: Any, look: Look) -> None:
    """Lays the page out for another window without drawing it there: half the cost of Playwright's own calls."""
    size = {"width": look.width, "height": HEIGHT, "deviceScaleFactor": 0, "mobile": False}
    theme = {"name": "prefers-color-scheme", "value": look.theme}
    emulation.send("Emulation.setDeviceMetricsOverride", {**size, "dontSetVisibleSize": True})
    emulation.send("Emulation.setEmulatedMedia", {"media": look.media, "features": [theme]})


def faults(page: Any, look: Look, *, is_framed: bool) -> list[str]:
    if not is_framed:
        return [f"{look}: too wide"] * page.evaluate(TOO_WIDE)
    is_wider, ground, has_navigation, cut, small = page.evaluate(MEASURED)
    found = ["too wide"] * is_wider + [ground] * (ground != look.ground)
    if look.media == "print":
        found += ["navigation"] * has_navigation
    else:
        found += [f"cut: {words}" for words in cut] + [f"small: {words}" for words in small]
    return [f"{look}: {fault}" for fault in found]


def test_every_page_fits_any_window_theme_and_paper_and_stays_on_this_site(story, opened):
    page, said, asked = opened(height=HEIGHT)
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
