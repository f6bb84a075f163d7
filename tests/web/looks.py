"""Windows, themes and paper in which a page is looked at, and what is wrong with it there."""

from typing import Any, Literal, NamedTuple


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

TOO_WIDE = "document.documentElement.scrollWidth > document.documentElement.clientWidth"
BACKGROUND = "getComputedStyle(document.body).backgroundColor"
NAVIGATION = "document.querySelector('.head nav').checkVisibility({visibilityProperty: true})"
CUT = """() => { const unseen = each => each.closest('.unseen, .skip, svg, textarea, .scroll, pre');
  const hasWords = each => [...each.childNodes].some(node => node.nodeType === 3 && node.data.trim());
  // They are the same in every window.
  const worded = window.worded ??= [...document.querySelectorAll('main *, header *, footer *')]
    .filter(each => hasWords(each) && !unseen(each));
  const edge = document.documentElement.clientWidth + 1;
  const isClipped = style => style.overflowX !== 'visible' && style.display !== 'inline';
  return worded.filter(each => { const box = each.getBoundingClientRect();
      return each.getClientRects().length && (box.right > edge || box.left < -1
        || (each.scrollWidth > each.clientWidth + 1 && isClipped(getComputedStyle(each)))) })
    .map(each => each.textContent.trim().slice(0, 60)) }"""
SMALL = """() => [...document.querySelectorAll('header a, header button, footer a, button, summary, .button, nav a')]
  .filter(each => each.offsetParent !== null && !each.matches('.skip'))
  .filter(each => each.getBoundingClientRect().height < 24).map(each => each.textContent.trim())"""


MEASURED = f"() => [{TOO_WIDE}, {BACKGROUND}, {NAVIGATION}, ({CUT})(), ({SMALL})()]"


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
