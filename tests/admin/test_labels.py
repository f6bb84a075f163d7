"""People read labels: "Chargé d'affaires", "Recorded"."""

from relations.models import AmbassadorStatus
from tests.admin.conftest import page_of, url
from tests.api.writing import record


def test_a_retraction_names_the_fact_by_its_label(desk, countries):
    fact = record(AmbassadorStatus, "US", "BY", "2014", status="charge", holder="Scott Rauland")
    (item,) = page_of(desk.get(url("ambassadorstatus", "delete", fact.pk))).cssselect("#content-main li")
    assert " ".join(item.text_content().split()) == "United States → Belarus: Chargé d'affaires, 2014 (version 1)"


def test_the_log_of_a_pair_gives_its_reasons_by_their_labels(desk, countries):
    record(AmbassadorStatus, "US", "BY", "2014", status="charge", holder="Scott Rauland")
    cells = page_of(desk.get(url("countrypair", "change", "BY-US"))).cssselect("table td")
    texts = {cell.text_content() for cell in cells}
    assert ("Recorded" in texts, "recorded" in texts) == (True, False)
