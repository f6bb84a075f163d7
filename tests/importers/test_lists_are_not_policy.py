"""A list of parties says of its programmes that parties are listed under them; one that comes or goes is no event."""

import datetime as dt

import pytest
from django.test import Client

from relations import ledger
from relations.ledger import CitationDraft, FactDraft
from relations.models import (
    Confirmation,
    Designation,
    EventParty,
    ImportRun,
    ListChange,
    SanctionEvent,
    SanctionProgramme,
    Source,
    StatusChange,
)
from tests.importers.un_lists import people, person

pytestmark = pytest.mark.usefixtures("countries")

OTHERS = [person(f"QDi.{number:03}", programme="Al-Qaida") for number in range(20)]


def facts(target: str = "KP") -> list[tuple[str, str, str]]:
    found = SanctionEvent.objects.current().filter(from_country="UN", to_country=target).in_order()
    return [(fact.action, fact.nature, fact.on) for fact in found]


def confirmed(target: str = "KP") -> list[str]:
    found = Confirmation.objects.filter(sanction_event__to_country=target).order_by("day")
    return [str(one.day) for one in found]


def posture(day: str, target: str = "KP") -> tuple[str, str, str, bool]:
    body = Client().get(f"/api/relations/{target}-UN/?as_of={day}").json()
    (one,) = [one for one in body["status"]["sanctions"] if (one["from"], one["via"]) == ("UN", None)]
    return one["value"], one["since"], one["confirmed_on"], one["stale"]


def test_the_first_publication_is_where_our_knowledge_begins_and_no_act(publish):
    publish("2020-01-01", [*people(1, 2), *people(3, listed="2018-03-30")])
    assert facts() == [("observed", "observation", "[..2020-01-01]")]
    fact = SanctionEvent.objects.get(to_country="KP")
    assert (fact.measures, fact.scope, fact.expires_on) == ([], "", None)
    assert posture("2020-01-01") == ("in_force", "[..2020-01-01]", "2020-01-01", False)
    assert StatusChange.objects.filter(pair="KP-UN", reason="imported").exists()


def test_the_words_that_support_it_are_the_lists_own_word_for_the_programme(publish):
    run = publish("2020-01-01", people(1))
    citation = SanctionEvent.objects.get(to_country="KP").citations.get()
    assert citation.quote == "DPRK"
    assert (citation.source, citation.source.kind) == (run.source, "official_list")
    assert str(citation.source.published_on) == "2020-01-01"


def test_parties_who_come_and_go_confirm_the_programme_and_ease_nothing(publish, first_published):
    first_published("2020-01-01", people(*range(1, 21)))
    publish("2020-02-02", people(*range(2, 22), listed="2020-02-01"))
    publish("2020-03-03", people(*range(4, 22), listed="2020-02-01"))
    assert facts() == [("observed", "observation", "[..2020-01-01]")]
    assert confirmed() == ["2020-02-02", "2020-03-03"]
    assert posture("2020-03-03") == ("in_force", "[..2020-01-01]", "2020-03-03", False)
    changes = ListChange.objects.filter(code="DPRK").order_by("id")
    assert [(one.listed, one.delisted) for one in changes] == [(20, 0), (1, 1), (0, 2)]


def test_a_publication_without_any_change_confirms_and_writes_no_line_in_the_log(publish, first_published):
    first_published("2020-01-01", people(1, 2))
    lines = StatusChange.objects.count()
    version = Client().get("/api/relations/KP-UN/")["ETag"]
    publish("2020-02-02", people(1, 2))
    assert (confirmed(), StatusChange.objects.count()) == (["2020-02-02"], lines)
    assert Client().get("/api/relations/KP-UN/")["ETag"] != version


def test_when_the_last_party_leaves_nothing_is_said_and_the_status_grows_stale(publish):
    publish("2020-01-01", [*people(1), *OTHERS])
    publish("2020-02-02", OTHERS)
    assert (facts(), confirmed()) == ([("observed", "observation", "[..2020-01-01]")], [])
    assert posture("2020-03-03") == ("in_force", "[..2020-01-01]", "2020-01-01", False)
    assert posture("2022-01-01") == ("in_force", "[..2020-01-01]", "2020-01-01", True)


def test_a_programme_that_comes_back_is_confirmed_again(publish):
    publish("2020-01-01", [*people(1), *OTHERS])
    publish("2020-02-02", OTHERS)
    publish("2022-03-03", [*people(1), *OTHERS])
    assert (len(facts()), confirmed()) == (1, ["2022-03-03"])
    assert posture("2022-03-04") == ("in_force", "[..2020-01-01]", "2022-03-03", False)


def test_another_publication_of_the_same_day_confirms_nothing_new(publish, first_published):
    first_published("2020-01-01", people(1, 2))
    publish("2020-01-01", people(1, 2, 3))
    assert (len(facts()), confirmed()) == (1, [])


def test_all_publications_of_a_list_are_one_witness(publish):
    for day in ("2020-01-01", "2020-02-02", "2020-03-03"):
        publish(day, people(1))
    first, *later = Source.objects.filter(publisher="United Nations Security Council").order_by("id")
    assert (first.syndication_of_id, {one.syndication_of_id for one in later}) == (None, {first.pk})


def test_a_change_of_programme_shows_both(publish, first_published):
    first_published("2020-01-01", people(1, 2))
    publish("2020-02-02", [*people(1), person("KPi.002", programme="Iran")])
    assert (facts(), confirmed()) == ([("observed", "observation", "[..2020-01-01]")], ["2020-02-02"])
    assert facts("IR") == [("observed", "observation", "[..2020-02-02]")]


def test_what_an_editor_has_changed_or_retracted_is_left_and_named(publish):
    publish("2020-01-01", [*people(1), person("IRi.1", programme="Iran")])
    kept, gone = (SanctionEvent.objects.get(to_country=code) for code in ("KP", "IR"))
    ledger.correct(SanctionEvent, kept.key, values={"note": "Seen by myself."}, author=ledger.NOBODY)
    ledger.retract(SanctionEvent, gone.key, author=ledger.NOBODY, why="It is no regime.")
    run = publish("2020-02-02", [*people(1), person("IRi.1", programme="Iran")])
    assert (facts("IR"), confirmed(), run.complaints["kept"]) == ([], [], ["DPRK", "Iran"])


def test_a_programme_about_persons_and_not_about_the_state_carries_no_posture(publish):
    publish("2020-01-01", [person("LBi.1", programme="Lebanon")])
    assert SanctionProgramme.objects.get(list="un").thematic
    assert facts("LB") == [("observed", "observation", "[..2020-01-01]")]
    body = Client().get("/api/relations/LB-UN/?as_of=2020-02-02").json()
    assert [one["value"] for one in body["status"]["sanctions"] if one["from"] == "UN"] in ([], ["unknown"])


# --- acts that earlier versions of the tracker recorded -------------------------------------------------------------


def act(programme: SanctionProgramme, action: str, on: str, *, scope: str = "") -> SanctionEvent:
    """An act as they made it of parties who came or went."""
    source = ImportRun.objects.latest("id").source
    assert source
    values = {
        "from_country_id": programme.issuer_id, "to_country_id": programme.target_id, "action": action, "on": on,
        "scope": scope, "programme": programme,
    }  # fmt: skip
    cited = [CitationDraft(source=source, quote="KPi.001")]
    (event,) = ledger.record([FactDraft(model=SanctionEvent, values=values, citations=cited)], author=ledger.NOBODY)
    EventParty.objects.create(event_id=event.pk, designation=Designation.objects.order_by("id").first())
    return SanctionEvent.objects.get(pk=event.pk)


def test_acts_that_were_made_of_parties_are_retracted_with_the_reason_by_the_next_import(publish, first_published):
    first_published("2020-01-01", people(1, 2))
    programme = SanctionProgramme.objects.get(list="un")
    imposed, eased = act(programme, "imposed", "2017-06-02"), act(programme, "eased", "2020-01-01", scope="some")
    assert posture("2020-01-02")[0] == "eased"
    publish("2020-02-02", people(1, 2))
    assert facts() == [("observed", "observation", "[..2020-01-01]")]
    assert posture("2020-02-02") == ("in_force", "[..2020-01-01]", "2020-02-02", False)
    notes = StatusChange.objects.filter(reason="retracted", cause_key__in=[imposed.key, eased.key])
    assert set(notes.values_list("note", flat=True)) == {
        "A list of parties names no act: that parties come and go neither tightens nor eases anything."
    }


def test_an_act_that_an_editor_has_corrected_stays(publish, first_published):
    first_published("2020-01-01", people(1, 2))
    event = act(SanctionProgramme.objects.get(list="un"), "imposed", "2017-06-02")
    ledger.correct(SanctionEvent, event.key, values={"instrument": "S/RES/1718 (2006)"}, author=ledger.NOBODY)
    publish("2020-02-02", people(1, 2))
    assert [word for word, *_ in facts()] == ["imposed", "observed"]


def test_an_observation_after_acts_of_earlier_publications_is_bounded_by_the_first_of_them(publish, first_published):
    first_published("2020-01-01", people(1))
    programme = SanctionProgramme.objects.get(list="un")
    (fact,) = SanctionEvent.objects.filter(programme=programme)
    act(programme, "imposed", "2017-06-02")
    ledger.retract(SanctionEvent, fact.key, author=ledger.NOBODY, why="As it was before.")
    ledger.unlink("un", ["DPRK"])
    publish("2020-02-02", people(1, 2))
    assert facts() == [("observed", "observation", "[..2020-01-01]")]
    assert posture("2020-02-03")[2] == str(dt.date(2020, 2, 2))
