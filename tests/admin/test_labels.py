"""Labels instead of codes wherever a person reads."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from relations import ledger
from relations.ledger import CitationDraft, FactDraft
from relations.models import AmbassadorStatus, Country, SanctionEvent, Source, StatusChange
from tests.admin.conftest import page_of, said, url

RAW = ("non_resident", "charge ", "Non Resident", "in_force", "military_assistance", "Military Assistance")


@pytest.fixture
def source(countries) -> Source:
    return ledger.record_source({"title": "Ambassadors", "text": "plan to return ambassadors"})


def recorded(source: Source, model: Any = AmbassadorStatus, **values: Any) -> Any:
    countries = {"from_country": Country.objects.get(code="US"), "to_country": Country.objects.get(code="BY")}
    citations = [CitationDraft(source=source, quote="ambassadors")]
    draft = FactDraft(model=model, values={"on": "2001", **countries, **values}, citations=citations)
    (fact,) = ledger.record([draft], author=ledger.NOBODY)
    return fact


@pytest.fixture
def fact(source):
    """Recorded with one label and corrected to another."""
    first = recorded(source, status="charge")
    return ledger.correct(AmbassadorStatus, first.key, values={"status": "non_resident"}, author=ledger.NOBODY)


@pytest.fixture
def sanction(source):
    return recorded(source, SanctionEvent, action="imposed", measures=["military_assistance", "arms"])


def words(desk, address, data=None):
    shown = said(desk.post(address, data) if data else desk.get(address))
    assert [raw for raw in RAW if raw in shown] == []
    return shown


def test_a_list_and_its_filters_show_labels(desk, fact):
    shown = words(desk, url("ambassadorstatus", "changelist"))
    assert shown.count("Non-resident") == 2  # a row, and a choice of the filter
    assert "Chargé d'affaires" in shown


def test_a_history_shows_labels_in_values_differences_and_changes(desk, fact):
    shown = words(desk, url("ambassadorstatus", "history", fact.pk))
    assert "Status Chargé d'affaires Non-resident" in shown
    assert "Head of mission of United States in Belarus: chargé d'affaires → non-resident, from 2001-12-31" in shown


def test_an_edit_conflict_shows_labels(desk, fact):
    first = AmbassadorStatus.objects.get(key=fact.key, version=1)
    answer = desk.post(url("ambassadorstatus", "change", first.pk), {"status": "interests_section", "on": "2001"})
    rows = [row.text_content() for row in page_of(answer).cssselect("tbody tr")]
    assert [" ".join(row.split()) for row in rows if row.strip().startswith("Status")] == [
        "Status Chargé d'affaires Non-resident Interests sectionBoth of you changed this."
    ]


def test_messages_show_labels(desk, fact):
    address = url("ambassadorstatus", "delete", fact.pk)
    assert "non-resident, 2001" in words(desk, address)
    assert "US→BY non-resident 2001 was retracted." in said(desk.post(address, {"reason": "no"}, follow=True))


def test_a_pair_and_the_index_page_show_labels(desk, fact, sanction):
    shown = words(desk, url("countrypair", "change", "BY-US"))
    assert "Head of mission of United States in Belarus" in shown
    assert "non-resident" in shown
    assert "arms, military assistance" in shown
    assert "in force" in shown
    assert "Recorded" in shown
    assert "chargé d'affaires → non-resident" in words(desk, "/admin/")


def test_the_change_log_shows_labels_in_its_list_and_on_its_pages(desk, fact):
    assert "chargé d'affaires → non-resident" in words(desk, url("statuschange", "changelist"))
    change = StatusChange.objects.latest("id")
    assert "chargé d'affaires → non-resident" in words(desk, url("statuschange", "change", change.pk))


def test_an_import_shows_labels_in_cells_and_in_duplicates(desk, fact, source):
    text = f"from,to,status,on,source,quote\nUS,BY,non_resident,2001,{source.pk},ambassadors\n"
    file = SimpleUploadedFile("facts.csv", text.encode(), "text/csv")
    shown = said(desk.post(url("ambassadorstatus", "import"), {"file": file}))
    assert "status Non-resident" in shown
    assert "Looks like a recorded fact: US→BY non-resident 2001" in shown


def test_tokens_show_the_labels_of_their_scopes(desk, editor):
    ledger.issue_token(editor, name="script", scopes=["read", "edit"])
    assert "Edit, Read" in words(desk, url("apitoken", "changelist"))
