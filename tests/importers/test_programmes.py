"""The programmes that imports make and find, and how those of earlier imports came by their list and its code."""

import importlib

import pytest
from django.db import connection

from relations import ledger
from relations.errors import Conflict
from relations.importers.engine import list_events
from relations.importers.engine.tables import Programme, programmes
from relations.models import Country, Designation, EventParty, SanctionEvent, SanctionProgramme, StatusChange
from tests.importers.un_lists import people, person

pytestmark = pytest.mark.usefixtures("countries")
MIGRATION = importlib.import_module("relations.migrations.0008_programme_codes")
TITLE = "DPRK: Democratic People's Republic of Korea"


def words() -> list[tuple[str, str, str, str]]:
    rows = SanctionProgramme.objects.order_by("id")
    return [(f"{row.issuer_id}>{row.target_id}", row.title, row.list, row.code) for row in rows]


def title() -> str:
    return SanctionProgramme.objects.get(code="DPRK").title


def parties_behind_events() -> None:
    """Programmes as earlier versions of the tracker recorded them with each event."""
    for event in SanctionEvent.objects.exclude(programme=None):
        for version in Designation.objects.filter(programmes__contains=[event.programme.code]):
            EventParty.objects.create(event=event, designation=version)


def executed(sql: str) -> None:
    """Runs deferred checks at once, as in a migration: none waits for the end of the transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(sql)


def test_a_programme_that_an_import_makes_has_its_list_and_the_lists_word(publish):
    publish("2020-01-01", [*people(1), person("QDi.1", programme="Al-Qaida")])
    ((direction, title, *word),) = words()
    assert (direction, title.split(":")[0], word) == ("UN>KP", "DPRK", ["un", "DPRK"])


def test_a_programme_of_an_earlier_import_is_given_both_by_the_next_and_its_facts_are_unchanged(
    publish, first_published
):
    first_published("2020-01-01", people(1))
    made = SanctionProgramme.objects.get()
    ledger.change_programme(made, {"list": "", "code": "", "legal_basis": "Resolution 1718 (2006)"})
    publish("2020-02-02", people(1, 2, listed="2020-02-01"))
    found = SanctionProgramme.objects.get()
    assert (found.pk, found.word, found.legal_basis) == (made.pk, ("un", "DPRK"), "Resolution 1718 (2006)")
    assert SanctionEvent.objects.current().filter(programme=made).count() == 1


def test_a_programme_that_an_editor_has_titled_anew_is_still_the_lists_own(publish, first_published):
    first_published("2020-01-01", people(1))
    ledger.change_programme(SanctionProgramme.objects.get(), {"title": "North Korea (1718 Committee)"})
    publish("2020-02-02", people(1, 2, listed="2020-02-01"))
    assert words() == [("UN>KP", "North Korea (1718 Committee)", "un", "DPRK")]


def test_where_the_table_comes_to_aim_a_word_elsewhere_the_old_programme_loses_the_word_and_what_was_seen(
    publish, monkeypatch
):
    publish("2020-01-01", people(1))
    old = title()
    aimed = programmes()["un", "DPRK"]
    moved = Programme(
        list="un", code="DPRK", title=aimed.title, issuer="UN", target="KR", legal_basis="", source=""
    )  # fmt: skip
    monkeypatch.setattr(list_events, "programme_of", lambda *_named: moved)
    publish("2020-02-02", people(1, 2, listed="2020-02-01"))
    assert words() == [("UN>KP", old, "", ""), ("UN>KR", old, "un", "DPRK")]
    (fact,) = SanctionEvent.objects.filter(to_country="KP", programme__code="")
    assert fact.superseded_at == StatusChange.objects.filter(pair="KP-UN").latest("id").recorded_at
    assert SanctionEvent.objects.current().get(to_country="KR").on == "[..2020-01-01]"


def test_a_word_of_a_list_is_refused_to_a_second_programme(publish):
    publish("2020-01-01", people(1))
    sides = {name: Country.objects.get(code=code) for name, code in (("issuer", "UN"), ("target", "KP"))}
    with pytest.raises(Conflict, match="has a programme under the word 'DPRK' already"):
        ledger.record_programme({**sides, "title": "Another", "list": "un", "code": "DPRK"})


# --- what the migration did -----------------------------------------------------------------------------------------


def test_the_migration_gives_programmes_of_earlier_imports_their_list_and_its_word(publish):
    publish("2020-01-01", [*people(1), person("IRi.1", programme="Iran")])
    own = {name: Country.objects.get(code=code) for name, code in (("issuer", "UN"), ("target", "KP"))}
    ledger.record_programme({**own, "title": "DPRK: typed by hand"})
    before = words()
    parties_behind_events()
    SanctionProgramme.objects.update(list="", code="")
    executed(MIGRATION.CODES)
    assert words() == before
    assert [word[2:] for word in before] == [("un", "DPRK"), ("un", "Iran"), ("", "")]


def test_the_migration_leaves_a_programme_alone_that_two_words_could_mean(first_published):
    """One party is listed under `DPRK` and under `DPRK: weapons`, and the title begins with both."""
    first_published("2020-01-01", people(1))
    parties_behind_events()
    ledger.change_programme(SanctionProgramme.objects.get(), {"title": "DPRK: weapons", "list": "", "code": ""})
    executed("ALTER TABLE relations_designation DISABLE TRIGGER USER")
    Designation.objects.update(programmes=["DPRK", "DPRK: weapons"])
    executed("ALTER TABLE relations_designation ENABLE TRIGGER USER")
    executed(MIGRATION.CODES)
    assert words() == [("UN>KP", "DPRK: weapons", "", "")]


def test_the_migration_dates_every_version_as_the_ledger_does(publish, first_published):
    first_published("2020-01-01", people(*range(1, 21)))
    publish("2020-02-02", [person("KPi.001", name="Renamed"), *people(*range(3, 21))])
    publish("2021-02-02", [person("KPi.001", name="Renamed"), *people(*range(2, 21))])

    def dated() -> list[tuple[str, int, str, str]]:
        rows = Designation.objects.order_by("party__reference", "version")
        return [
            (*row, str(since)) for *row, since in rows.values_list("party__reference", "version", "change", "since")
        ]

    before = dated()
    assert before[:5] == [
        ("KPi.001", 1, "listed", "2017-06-02"),
        ("KPi.001", 2, "amended", "2020-02-02"),
        ("KPi.002", 1, "listed", "2017-06-02"),
        ("KPi.002", 2, "delisted", "2020-02-02"),
        ("KPi.002", 3, "listed", "2021-02-02"),
    ]
    executed("ALTER TABLE relations_designation DISABLE TRIGGER USER")
    Designation.objects.update(since="0001-01-01")
    executed("ALTER TABLE relations_designation ENABLE TRIGGER USER")
    executed(MIGRATION.SINCE.replace("CASE turn", "CASE change"))
    assert dated() == before
