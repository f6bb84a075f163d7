"""An editor confirms that a fact is still so, and sees how old the evidence of a status is."""

import pytest

from relations import ledger
from relations.models import AmbassadorStatus, Confirmation, Regime, SanctionEvent, SanctionProgramme, StatusPeriod
from tests.admin.conftest import citation, errors, filled, page_of, said, url, with_citations
from tests.factories import post, recent, record

QUOTE = "plan to return ambassadors"


@pytest.fixture
def vacancy(countries):
    (fact,) = record(post("vacant", "2020-02-01"))
    return fact


def rows(answer):
    """The cells of the page's tables, line by line."""
    lines = page_of(answer).cssselect("table.tracker-versions tbody tr")
    return [[" ".join(cell.text_content().split()) for cell in line] for line in lines]


def still_so(article, **other):
    return {"source": article.pk, "day": "2026-11-01", "quote": "", **other}


def test_a_fact_is_confirmed_from_its_page(desk, editor, vacancy, article):
    page = desk.get(url("ambassadorstatus", "change", vacancy.pk))
    assert "No source has confirmed it on a later day." in said(page)
    (link,) = [a.get("href") for a in page_of(page).cssselect("a") if a.text_content() == "Still so …"]
    form = desk.get(link)
    assert filled(form)["day"] == f"{ledger.today()}"
    day = recent()
    answer = desk.post(link, still_so(article, day=day, quote=QUOTE), follow=True)
    row = Confirmation.objects.get()
    assert (row.ambassador_status, row.source, f"{row.day}", row.quote) == (vacancy, article, day, QUOTE)
    assert (row.recorded_by, article.text[row.start : row.end]) == (editor, QUOTE)
    assert "1 confirmed." in said(answer)
    assert rows(answer)[0][:4] == [day, "Reuters: Ambassadors to return", QUOTE, "1"]
    assert StatusPeriod.objects.filter(track="ambassador:US>BY", stale=False, days__contains=ledger.today()).exists()
    again = desk.post(link, still_so(article, day=day), follow=True)
    assert "0 confirmed. 1 had been confirmed by this source for this day." in said(again)
    assert Confirmation.objects.count() == 1


def test_what_is_wrong_is_named_at_its_field_and_stays_typed(desk, vacancy, article):
    link = url("ambassadorstatus", "still_so", vacancy.pk)
    for typed, wrong in (
        ({"day": "2199-01-01"}, "2199-01-01 is in the future: give the day on which the source said so."),
        ({"day": "2019-01-01"}, "On 2019-01-01 it had not begun: the fact is of 2020-02-01."),
        ({"quote": "No such words"}, "The words 'No such words' are not in the archived text of source"),
        ({"source": ""}, "This field is required."),
        ({"day": "soon"}, "Enter a valid date."),
    ):
        answer = desk.post(link, still_so(article, **typed))
        (shown,) = errors(answer)
        assert wrong in shown
        ((name, value),) = typed.items()
        assert filled(answer)[name] == value
    assert not Confirmation.objects.exists()


def test_several_facts_are_confirmed_at_once_or_none_is(desk, article, countries):
    one, other = record(post("vacant", "2020-02-01"), post("charge", "2021-02-01", "BY>US"))
    selected = {"action": "confirm_selected", "_selected_action": [one.pk, other.pk]}
    page = desk.post(url("ambassadorstatus", "changelist"), selected)
    assert page_of(page).cssselect(".submit-row input")[0].get("value") == "Confirm 2 facts"
    early = desk.post(url("ambassadorstatus", "changelist"), filled(page) | still_so(article, day="2020-06-01"))
    assert errors(early) == ["On 2020-06-01 it had not begun: the fact is of 2021-02-01. Correct its date instead."]
    assert not Confirmation.objects.exists()
    desk.post(url("ambassadorstatus", "changelist"), filled(early) | still_so(article))
    assert {row.ambassador_status for row in Confirmation.objects.all()} == {one, other}


def test_a_superseded_version_has_no_button_and_a_retracted_fact_is_refused(desk, article, vacancy):
    ledger.correct(AmbassadorStatus, vacancy.key, values={"note": "x"}, author=ledger.NOBODY)
    page = desk.get(url("ambassadorstatus", "change", vacancy.pk))
    assert "Still so …" not in said(page)
    ledger.retract(AmbassadorStatus, vacancy.key, why="error", author=ledger.NOBODY)
    answer = desk.post(url("ambassadorstatus", "still_so", vacancy.pk), still_so(article))
    assert "it can no longer be changed" in errors(answer)[0]


def test_who_may_not_record_may_not_confirm(looker, vacancy, article):
    assert looker.post(url("ambassadorstatus", "still_so", vacancy.pk), still_so(article)).status_code == 403
    assert looker.get(url("ambassadorstatus", "change", vacancy.pk)).status_code == 200
    assert not Confirmation.objects.exists()


def test_a_pair_shows_how_old_its_evidence_is(desk, vacancy):
    page = rows(desk.get(url("countrypair", "change", vacancy.pair_id)))
    (today, *_) = (row for row in page if row[0].startswith("Head of mission") and row[-1].endswith("stale"))
    assert today[3:] == ["vacant", "2020-02-01", "2020-02-01", "article", "stale"]


def test_what_a_fact_says_in_addition_is_typed_in_its_form(desk, article, vacancy):
    words = with_citations(citation(article, "Minsk"))
    typed = {
        "from_country": "US", "to_country": "BY", "action": "extended", "on": "2025-09-11", "announced_on": "2025-09",
        "nature": "event", "quantity": "52", "in_response_to": str(vacancy.key), "expires_on": "2026-09-11",
        "extends": "relief", **words,
    }  # fmt: skip
    assert desk.post("/admin/relations/sanctionevent/add/", typed).status_code == 302
    fact = SanctionEvent.objects.get()
    assert (fact.announced_on, fact.nature, fact.quantity, fact.extends) == ("2025-09", "event", 52, "relief")
    assert fact.in_response_to == vacancy.key
    wrong = desk.post("/admin/relations/sanctionevent/add/", typed | {"on": "2024", "announced_on": "soon"})
    assert ["'soon' is not a date" in shown for shown in errors(wrong)] == [True]
    observed = {"from_country": "EU", "to_country": "BY", "action": "observed", "on": "2025", **words}
    assert desk.post("/admin/relations/sanctionevent/add/", observed).status_code == 302
    assert SanctionEvent.objects.latest("pk").nature == "observation"


def test_what_was_observed_becomes_an_event_when_corrected_to_an_act_unless_the_editor_says_so(desk, article):
    words = with_citations(citation(article, "Minsk"))
    seen = {"from_country": "EU", "to_country": "BY", "action": "observed", "on": "2025", **words}
    assert desk.post("/admin/relations/sanctionevent/add/", seen).status_code == 302

    def corrected(**changes):
        current = SanctionEvent.objects.current().get()
        page = url("sanctionevent", "change", current.pk)
        answer = desk.post(page, {**filled(desk.get(page)), "why": "an act", **changes})
        assert answer.status_code == 302, errors(answer)
        fact = SanctionEvent.objects.current().get()
        return fact.version, fact.action, fact.nature

    assert corrected(action="imposed") == (2, "imposed", "event")
    assert corrected(nature="observation") == (3, "imposed", "observation")
    assert corrected(on="2025-03") == (4, "imposed", "observation")
    assert corrected(action="observed") == (5, "observed", "observation")
    assert corrected(action="lifted") == (6, "lifted", "event")


def test_a_regime_is_made_joined_and_not_deleted_while_it_has_programmes(desk):
    typed = {"code": "US-BRUS", "issuer": "US", "target": "BY", "title": "Belarus", "status": "active",
             "status_on": "2026-11-01"}  # fmt: skip
    assert desk.post(url("regime", "add"), typed).status_code == 302
    regime = Regime.objects.get()
    joined = {"issuer": "US", "target": "BY", "title": "BELARUS", "regime": regime.pk, "thematic": "on"}
    assert desk.post(url("sanctionprogramme", "add"), joined).status_code == 302
    programme = SanctionProgramme.objects.get()
    assert (programme.regime, programme.thematic) == (regime, True)
    refused = desk.post(url("regime", "delete", regime.pk), {"post": "yes"}, follow=True)
    assert f"Regime US-BRUS cannot be deleted: programmes [{programme.pk}] belong to it." in said(refused)
    assert errors(desk.post(url("regime", "add"), typed | {"title": "Other"})) == ["There is a regime US-BRUS already."]
