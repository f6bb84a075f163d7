"""Acts of a person on a page of the admin in a browser, and what is seen there."""

from typing import Any

from tests.waiting import until

NAMES = {
    "UK": "GB", "Great Britain": "GB", "england": "GB", "usa": "US", "America": "US", "holland": "NL", "Turkey": "TR",
    "turkiye": "TR", "Türkiye": "TR", "Ivory Coast": "CI", "cote d'ivoire": "CI", "Côte d’Ivoire": "CI", "DRC": "CD",
    "Congo-Brazzaville": "CG", "uae": "AE", "Palestine": "PS", "Swaziland": "SZ", "Burma": "MM", "byelo": "BY",
    "Czech Rep": "CZ", "Macedonia": "MK", "East Timor": "TL", "holy see": "VA", "DPRK": "KP", "south k": "KR",
    "Soviet Union": "SU", "GDR": "DD", "persia": "IR", "BLR": "BY", "niger": "NE",
}  # fmt: skip
SPEEDS = (20, 200)
"""Milliseconds from key to key: what waits is late at the first, and acts between two keys at the second."""
TIME_OF_KEYS = """{
    // Time passes with each key, and with nothing else: what waits for longer than a key takes is late, every time.
    let now = 0, last = 0;
    const timers = new Map();
    window.setTimeout = (run, wait = 0, ...given) => {
        timers.set(++last, [now + wait, () => run(...given)]);
        return last;
    };
    window.clearTimeout = (id) => timers.delete(id);
    window.addEventListener("keyup", () => {
        now += window.millisecondsPerKey;
        for (const [id, [due, run]] of timers) if (due <= now && timers.delete(id)) run();
    });
}"""


def choose(page, field, typed, offered):
    """Picks what completion offers, as a person does."""
    page.locator(f"#{field} + .select2 .select2-selection").click()
    page.locator(".select2-search__field").last.fill(typed)
    page.locator(".select2-results__option", has_text=offered).first.click()


def pick(page, field, typed):
    """Types a country and takes it with Enter, at once."""
    page.get_by_role("combobox", name=field).fill(typed)
    page.keyboard.press("Enter")


def box(page, name):
    return page.get_by_role("combobox", name=name, exact=True)


def value(page, field):
    return page.locator(f"#id_{field}").input_value()


def status(page, field):
    return page.locator(f"#id_{field}_text_status").inner_text()


def focused(page):
    return page.evaluate("document.activeElement.id")


class Server:
    """Delays the look-ups of a page until the test releases them."""

    def __init__(self, page: Any) -> None:
        self.page = page
        self.waiting: list[Any] = []
        page.route("**/autocomplete/**", self.keep)

    def keep(self, look_up: Any) -> None:
        self.waiting.append(look_up)

    def answer(self) -> None:
        until(lambda: self.page.title() is not None and self.waiting)  # a request is seen before it is routed
        with self.page.expect_response("**/autocomplete/**"):
            self.waiting.pop().continue_()
        self.page.locator(".loading-results").wait_for(state="detached")
