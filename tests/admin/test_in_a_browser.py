"""The admin in a real browser, with the strict policy in force and no other host in reach.

The main job of an editor; then the fields that refer to something: what is typed is what is chosen. One browser for
all of it, as a start costs more than most of the tests.
"""

import itertools
from typing import Any

import pytest
from django.test import Client

from relations import ledger
from relations.models import AmbassadorStatus, Citation, SanctionProgramme, Source, TravelBanList
from tests.admin.conftest import TEXT, editor_named, url
from tests.admin.picking import NAMES, SPEEDS, TIME_OF_KEYS, Server, box, choose, focused, pick, status, value

pytestmark = pytest.mark.slow(seconds=36)


def test_an_editor_records_corrects_and_reads_the_history(live_server, world, settings, page):
    settings.ALLOWED_HOSTS = ["*"]
    ledger.record_source({"title": "Ambassadors to return", "publisher": "Reuters", "text": TEXT})
    editor_named("edith")
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(f"{message.text} {message.location['url']}"))
    page.on("pageerror", lambda error: complaints.append(str(error)))

    page.goto(live_server.url + url("ambassadorstatus", "add"))
    page.fill("#id_username", "edith")
    page.fill("#id_password", "pass")
    page.click("input[type=submit]")
    # The boxes that take the place of fields are found by the fields' labels, as screen readers look for them.
    page.wait_for_load_state()
    boxes = [page.get_by_role("combobox", name=name).count() for name in ("From:", "To:", "Source:")]
    assert boxes == [1, 1, 1]
    pick(page, "From:", "us")
    pick(page, "To:", "belar")
    page.select_option("#id_status", "nominated")
    page.fill("#id_holder", "Julie Fisher")
    page.fill("#id_on", "2020-05")
    choose(page, "id_citations-0-source", "ambassadors", "Reuters: Ambassadors to return")
    page.fill("#id_citations-0-quote", "plan to recall ambassadors")
    page.click("input[name=_save]")
    assert "The nearest passage is: “plan to return ambassadors”" in page.inner_text(".field-quote .errorlist")
    page.fill("#id_citations-0-quote", "plan to return ambassadors")
    page.click("text=Add another Citation")
    assert page.get_by_role("combobox", name="Source:").count() == 2
    choose(page, "id_citations-1-source", "ambassadors", "Reuters: Ambassadors to return")
    page.fill("#id_citations-1-quote", "Minsk, 1 February")
    page.click("input[name=_save]")
    assert "was added successfully" in page.inner_text(".messagelist")

    page.click("#result_list tbody th a")
    page.wait_for_selector(".field-to_country .readonly a[target=_blank]")
    page.fill("#id_holder", "Julie D. Fisher")
    page.fill("#id_why", "her full name")
    page.click("input[name=_continue]")
    assert "Version 2" in page.inner_text("#content")
    page.click("a.historylink")
    text = page.inner_text("#content")
    # A browser asks for this icon of its own accord.
    assert [complaint for complaint in complaints if not complaint.endswith("/favicon.ico")] == []
    for words in ("Corrected: version 2", "her full name", "Julie D. Fisher", "Recorded: version 1", "edith"):
        assert words in text
    fact = AmbassadorStatus.objects.current().get()
    assert (fact.from_country_id, fact.to_country_id, fact.holder) == ("US", "BY", "Julie D. Fisher")
    assert Citation.objects.count() == 4


@pytest.fixture
def signed_in(live_server, world, settings):
    """The cookies of an editor's browser."""
    settings.ALLOWED_HOSTS = ["*"]
    client = Client()
    client.force_login(editor_named("edith"))
    return [{"name": name, "value": cookie.value, "url": live_server.url} for name, cookie in client.cookies.items()]


@pytest.fixture
def at(live_server, signed_in, page):
    """Opens a page of the admin as an editor. Fails where the page complains: of its policy, or of a program."""
    page.context.add_cookies(signed_in)
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(f"{message.text} {message.location['url']}"))
    page.on("pageerror", lambda error: complaints.append(str(error)))

    def open_page(model: str, name: str = "add", query: str = "") -> Any:
        page.goto(live_server.url + url(model, name) + query)
        return page

    yield open_page
    assert [complaint for complaint in complaints if not complaint.endswith("/favicon.ico")] == []


def test_the_country_that_is_typed_is_the_country_that_is_chosen_at_any_speed(at, page):
    page.add_init_script(TIME_OF_KEYS)
    at("sanctionprogramme")
    requests: list[str] = []
    page.on("request", lambda request: requests.append(request.url))
    chosen: dict[tuple[str, int, str], str] = {}
    # Each speed with each key: what a name is does not depend on how it is typed.
    ways = itertools.cycle(itertools.product(SPEEDS, (("Enter", "issuer"), ("Tab", "target"))))
    for name, (speed, (key, field)) in zip(NAMES, ways, strict=False):
        page.evaluate("speed => { window.millisecondsPerKey = speed }", speed)
        page.focus(f"#id_{field}_text")
        page.keyboard.type(name)
        page.keyboard.press(key)
        chosen[name, speed, key] = value(page, field)
    assert {typed: code for typed, code in chosen.items() if code != NAMES[typed[0]]} == {}
    assert len(chosen) == len(NAMES)
    assert requests == []


def test_text_that_names_no_country_takes_none_and_says_so(at):
    page = at("sanctionprogramme", query="?target=BY")
    target, address = box(page, "Target:"), page.url
    # Enter takes nothing and sends nothing; Escape gives up what was typed.
    target.fill("Atlantis")
    target.press("Enter")
    assert (page.url, target.input_value(), value(page, "target")) == (address, "Atlantis", "BY")
    assert status(page, "target") == "No country matches “Atlantis”."
    target.press("Escape")
    assert (target.input_value(), status(page, "target")) == ("Belarus", "")
    # Tab goes on with what was chosen before, and says so.
    target.fill("Atlantis")
    target.press("Tab")
    assert (target.input_value(), value(page, "target")) == ("Belarus", "BY")
    assert status(page, "target") == "No country matches “Atlantis”. It is still Belarus."
    assert focused(page) != "id_target_text"
    # Whoever goes elsewhere by the mouse takes a whole name only.
    target.fill("Poland")
    page.click("#id_title")
    assert (value(page, "target"), status(page, "target")) == ("PL", "")
    target.fill("Polan")
    page.click("#id_title")
    assert (target.input_value(), value(page, "target")) == ("Poland", "PL")
    assert status(page, "target") == "“Polan” was not taken: press Enter or Tab to take a country. It is still Poland."


def test_nothing_is_saved_before_a_refused_text_was_seen(at):
    page = at("sanctionprogramme", query="?issuer=US&target=BY&title=Title")
    address = page.url
    box(page, "Target:").fill("Belize or so")
    page.locator("[name=_save]").press("Enter")
    assert (page.url, focused(page)) == (address, "id_target_text")
    assert status(page, "target").startswith("Nothing was saved yet. “Belize or so” was not taken")
    assert not SanctionProgramme.objects.exists()
    box(page, "Target:").fill("Belize")
    page.click("[name=_save]")
    page.wait_for_url("**/sanctionprogramme/")
    assert SanctionProgramme.objects.get().target_id == "BZ"


def test_a_form_that_is_come_back_to_shows_the_country_that_it_would_send(at):
    page = at("travelbanlist")
    box(page, "Issuer:").fill("niger")
    box(page, "Issuer:").press("Enter")
    with page.expect_navigation():
        page.click("#site-name a")
    page.go_back()
    assert (value(page, "issuer"), box(page, "Issuer:").input_value()) == ("NE", "Niger")


def test_an_emptied_field_chooses_no_country(at):
    page = at("sanctionprogramme", query="?issuer=US&target=BY")
    for field, key in (("issuer", "Enter"), ("target", "Tab")):
        page.fill(f"#id_{field}_text", "")
        page.press(f"#id_{field}_text", key)
        assert (value(page, field), status(page, field)) == ("", "")


def test_a_country_is_picked_as_a_combobox_by_arrows_mouse_and_screen_readers(at):
    page = at("travelbanlist")
    issuer = box(page, "Issuer:")
    rows = page.locator("[role=option]")
    assert (focused(page), rows.count(), issuer.get_attribute("aria-expanded")) == ("id_issuer_text", 0, "false")
    issuer.press("ArrowDown")
    assert (rows.count(), issuer.get_attribute("aria-expanded")) == (258, "true")
    issuer.fill("guin")
    assert rows.all_inner_texts() == ["Guinea GN", "Guinea-Bissau GW", "Equatorial Guinea GQ", "Papua New Guinea PG"]
    listbox = page.get_by_role("listbox", name="Countries")
    assert issuer.get_attribute("aria-controls") == listbox.get_attribute("id")
    for key, name in (("ArrowDown", "Guinea-Bissau GW"), ("ArrowDown", "Equatorial Guinea GQ"),
                      ("ArrowUp", "Guinea-Bissau GW")):  # fmt: skip
        issuer.press(key)
        assert page.locator(f"#{issuer.get_attribute('aria-activedescendant')}").inner_text() == name
        assert page.locator("[role=option][aria-selected=true]").all_inner_texts() == [name]
    issuer.press("Enter")
    assert (issuer.input_value(), value(page, "issuer"), rows.count()) == ("Guinea-Bissau", "GW", 0)
    assert issuer.get_attribute("aria-activedescendant") is None
    page.set_viewport_size({"width": 390, "height": 844})
    issuer.fill("turkey")
    assert rows.all_inner_texts() == ["Türkiye (Turkey) TR"]
    edges = listbox.bounding_box()
    assert 0 <= edges["x"] < edges["x"] + edges["width"] <= 390
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    rows.first.click()
    assert (issuer.input_value(), value(page, "issuer"), focused(page)) == ("Türkiye", "TR", "id_issuer_text")


def test_a_list_is_filtered_by_the_country_typed(at):
    for issuer in ("US", "GB"):
        TravelBanList.objects.create(issuer_id=issuer, title=f"List of {issuer}")
    page = at("travelbanlist", "changelist")
    for typed, expected in (("uk", ["List of GB"]), ("", ["List of GB", "List of US"])):
        box(page, "Issuer").fill(typed)
        with page.expect_navigation():
            box(page, "Issuer").press("Enter")
        assert sorted(page.locator("#result_list tbody th").all_inner_texts()) == expected


def test_a_field_that_is_added_to_the_form_is_a_combobox_too(at):
    page = at("travelbanlist")
    page.evaluate("""() => {
        const row = document.createElement("div");
        row.innerHTML = `<label for="id_more">More:</label>
            <select id="id_more" class="tracker-country">
                <option></option><option value="GB">United Kingdom</option>
            </select>`;
        document.querySelector("fieldset").append(row);
        row.dispatchEvent(new CustomEvent("formset:added", { bubbles: true }));
    }""")
    box(page, "More:").fill("uk")
    box(page, "More:").press("Enter")
    assert value(page, "more") == "GB"


def test_without_scripts_a_country_is_picked_from_a_select(live_server, signed_in, opened):
    SanctionProgramme.objects.create(issuer_id="US", target_id="CU", title="Another")
    page, _, _ = opened(scripts=False)
    page.context.add_cookies(signed_in)
    page.goto(live_server.url + url("sanctionprogramme", "add"))
    page.select_option("#id_issuer", label="United States")
    page.select_option("#id_target", label="Belarus")
    page.fill("#id_title", "Title")
    with page.expect_navigation():
        page.click("[name=_save]")
    programme = SanctionProgramme.objects.get(title="Title")
    assert (programme.issuer_id, programme.target_id) == ("US", "BY")
    with page.expect_navigation():
        page.click("#changelist-filter a:has-text('Belarus')")
    assert page.url.endswith("?target__code__exact=BY")


@pytest.fixture
def sources(world) -> list[Source]:
    return [ledger.record_source({"title": title, "text": TEXT}) for title in ("Alpha", "Beta", "Gamma")]


def test_a_look_up_takes_nothing_before_the_server_has_answered(sources, at, page):
    server = Server(page)
    at("ambassadorstatus")
    field, search = "citations-0-source", page.locator(".select2-search__field")
    with page.expect_request("**/autocomplete/**"):
        page.locator(f"#id_{field} + .select2 .select2-selection").click()
    server.answer()
    assert page.locator(".select2-results__option").all_inner_texts() == ["Alpha", "Beta", "Gamma"]
    for key in ("Enter", "Tab"):
        search.fill("")
        with page.expect_request("**term=gam*"):
            search.press_sequentially("gam")
            for early in ("Enter", "Tab"):
                search.press(early)
        for late in ("Enter", "Tab"):
            search.press(late)
        assert (value(page, field), search.input_value()) == ("", "gam")
        server.answer()
        search.press(key)
        assert value(page, field) == str(sources[2].pk)
        if key == "Tab":
            assert focused(page) == f"change_id_{field}"
        page.evaluate("id => django.jQuery(id).val(null).trigger('change')", f"#id_{field}")
        with page.expect_request("**/autocomplete/**"):
            page.locator(f"#id_{field} + .select2 .select2-selection").click()
        server.answer()
    # What was opened and not used takes nothing.
    search.press("Tab")
    assert value(page, field) == ""


def test_references_open_beside_the_form_and_what_is_added_comes_back(sources, at):
    page = at("ambassadorstatus", query="?from_country=US")
    with page.context.expect_page() as opened:
        page.click("#view_id_from_country")
    opened.value.wait_for_load_state()
    assert opened.value.url.endswith("/country/US/change/?_to_field=code")
    assert value(page, "from_country") == "US"
    page.click("text=Add another Citation")
    titles = [page.get_attribute(f"#view_id_citations-{index}-source", "title") for index in (0, 1)]
    assert titles == ["View selected source (opens in a new tab)"] * 2
    with page.context.expect_page() as opened:
        page.click("#add_id_citations-0-source")
    popup = opened.value
    popup.fill("#id_title", "Delta")
    with popup.expect_event("close"):
        popup.click("[name=_save]")
    assert value(page, "citations-0-source") == str(Source.objects.get(title="Delta").pk)
