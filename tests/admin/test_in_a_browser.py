"""The main job of an editor in a real browser, with the strict policy in force and no other host in reach."""

import pytest

from relations import ledger
from relations.models import AmbassadorStatus, Citation
from tests.admin.conftest import TEXT, editor_named, url

pytestmark = pytest.mark.slow(seconds=6)


def choose(page, field, typed, offered):
    """Picks what completion offers, as a person does."""
    page.locator(f"#{field} + .select2 .select2-selection").click()
    page.locator(".select2-search__field").last.fill(typed)
    page.locator(".select2-results__option", has_text=offered).first.click()


def pick(page, field, typed):
    """Types a country and takes it with Enter, at once."""
    page.get_by_role("combobox", name=field).fill(typed)
    page.keyboard.press("Enter")


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
