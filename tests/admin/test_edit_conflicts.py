"""Two editors of one fact: one wins, the other sees both versions and loses no input."""

import datetime as dt

import pytest
from django.contrib.auth.models import User

from relations import ledger
from relations.ledger import Author, CitationDraft, FactDraft
from relations.models import AmbassadorStatus, Country, SanctionEvent, Source, TravelBanEntry
from tests.admin.conftest import browser, editor_named, errors, filled, page_of, said, url
from tests.ledger.threads import at_once

MODEL = "ambassadorstatus"


def recorded(article, **other):
    values = {"from_country": Country.objects.get(code="US"), "to_country": Country.objects.get(code="BY"),
              "status": "nominated", "holder": "Julie Fisher", "on": "2020-05"} | other  # fmt: skip
    words = [CitationDraft(source=article, quote="plan to return ambassadors")]
    (fact,) = ledger.record([FactDraft(model=AmbassadorStatus, values=values, citations=words)], author=ledger.NOBODY)
    return fact


@pytest.fixture
def fact(article):
    return recorded(article)


@pytest.fixture
def other(countries):
    return Author(user=User.objects.create_user("oscar"))


def table(answer):
    """The rows of the page of an edit conflict."""
    html = page_of(answer)
    for remark in html.cssselect("table strong"):
        remark.drop_tree()
    rows = html.cssselect("table.tracker-versions tbody tr")
    return {row[0].text_content(): [" ".join(cell.text_content().split()) for cell in row[1:]] for row in rows}


def test_a_stale_form_is_stopped_and_shown_next_to_the_current_version(desk, fact, other):
    address = url(MODEL, "change", fact.pk)
    form = filled(desk.get(address))
    new = ledger.correct(AmbassadorStatus, fact.key, values={"holder": "J. Fisher", "on": "2020-04-20"}, author=other)
    typed = {
        **form,
        "holder": "Julie D. Fisher",
        "note": "<b>mine</b>",
        "citations-0-quote": "Minsk",
        "why": "her name",
    }
    answer = desk.post(address, typed)
    assert answer.status_code == 409
    assert "You opened version 1. Meanwhile oscar wrote version 2" in said(answer)
    assert table(answer) == {
        "From": ["United States", "United States", "United States"],
        "To": ["Belarus", "Belarus", "Belarus"],
        "Status": ["nominated".title(), "Nominated", "Nominated"],
        "On": ["2020-05", "2020-04-20", "2020-05"],
        "Holder": ["Julie Fisher", "J. Fisher", "Julie D. Fisher"],
        "Nature": ["Event", "Event", "Event"],
        "Announced on": ["–", "–", "–"],
        "Quantity": ["–", "–", "–"],
        "In response to": ["–", "–", "–"],
        "Note": ["–", "–", "<b>mine</b>"],
        "Citations": ["“plan to return ambassadors” — Reuters: Ambassadors to return",
                      "“plan to return ambassadors” — Reuters: Ambassadors to return",
                      "“Minsk” — Reuters: Ambassadors to return"],
    }  # fmt: skip
    assert list(AmbassadorStatus.objects.order_by("version").values_list("holder", flat=True)) == [
        "Julie Fisher",
        "J. Fisher",
    ]

    # One step on: the changes of both in one form, not saved yet. Of two changes of one field it takes what was typed.
    carried = desk.post(url(MODEL, "change", new.pk), filled(answer))
    assert carried.status_code == 200
    assert errors(carried) == ["Nothing is saved yet. This is your input over the current version: check it and save."]
    assert AmbassadorStatus.objects.count() == 2
    form = filled(carried)
    assert {name: form[name] for name in ("holder", "on", "note", "why", "citations-0-quote")} == {
        "holder": "Julie D. Fisher", "on": "2020-04-20", "note": "<b>mine</b>", "why": "her name",
        "citations-0-quote": "Minsk",
    }  # fmt: skip
    assert said(answer).count("Both of you changed this.") == 1
    saved = desk.post(url(MODEL, "change", new.pk), form)
    assert saved.status_code == 302, errors(saved)
    third = AmbassadorStatus.objects.get(version=3)
    values = (third.holder, third.on, third.note, [cited.quote for cited in third.citations.all()])
    assert values == ("Julie D. Fisher", "2020-04-20", "<b>mine</b>", ["Minsk"])


def test_untouched_fields_have_the_values_of_the_others(desk, seed, other):
    """Every shape of field: boxes, dates, references, lines, evidence."""
    source = Source.objects.get()
    by, us = Country.objects.get(code="BY"), Country.objects.get(code="US")
    programme = ledger.record_programme({"issuer": us, "target": by, "title": "Belarus"})
    values = {"from_country": us, "to_country": by, "action": "suspended", "on": "2015-10-29"}
    words = [CitationDraft(source=source, quote="sanctions")]
    (fact,) = ledger.record([FactDraft(model=SanctionEvent, values=values, citations=words)], author=ledger.NOBODY)
    form = filled(desk.get(url("sanctionevent", "change", fact.pk)))
    theirs = {"measures": ["trade", "financial"], "programme": programme, "expires_on": dt.date(2016, 2, 29),
              "scope": "most", "note": "one\ntwo"}  # fmt: skip
    evidence = [CitationDraft(source=source, quote="Belarus"), CitationDraft(source=source, quote="Minsk")]
    new = ledger.correct(SanctionEvent, fact.key, values=theirs, citations=evidence, author=other)
    stopped = desk.post(url("sanctionevent", "change", fact.pk), {**form, "instrument": "GL 2"})
    carried = desk.post(url("sanctionevent", "change", new.pk), filled(stopped))
    saved = desk.post(url("sanctionevent", "change", new.pk), filled(carried))
    assert saved.status_code == 302, errors(saved)
    third = SanctionEvent.objects.get(key=fact.key, version=3)
    assert {name: getattr(third, name) for name in (*theirs, "instrument")} == {**theirs, "instrument": "GL 2"}
    assert sorted(third.citations.values_list("quote", flat=True)) == ["Belarus", "Minsk"]


def test_a_form_over_a_retracted_fact_can_be_recorded_again(desk, fact, other):
    address = url(MODEL, "change", fact.pk)
    form = filled(desk.get(address))
    ledger.retract(AmbassadorStatus, fact.key, why="a rumour", author=other)
    answer = desk.post(address, {**form, "holder": "Julie D. Fisher"})
    assert answer.status_code == 409
    assert "This fact was retracted by oscar" in said(answer)
    assert "“a rumour”" in said(answer)
    carried = desk.post(url(MODEL, "add"), filled(answer))
    form = filled(carried)
    assert (carried.status_code, form["holder"], form["from_country"], form["to_country"]) == (
        200,
        "Julie D. Fisher",
        "US",
        "BY",
    )
    assert AmbassadorStatus.objects.count() == 1
    assert desk.post(url(MODEL, "add"), form).status_code == 302
    assert AmbassadorStatus.objects.current().get().holder == "Julie D. Fisher"


def test_invalid_input_is_shown_as_it_was_typed(desk, fact, other):
    address = url(MODEL, "change", fact.pk)
    ledger.correct(AmbassadorStatus, fact.key, values={"holder": "X"}, author=other)
    junk = {"status": "gone", "on": "soon", "holder": "y" * 300,
            "citations-TOTAL_FORMS": "2", "citations-INITIAL_FORMS": "x",
            "citations-0-source": "abc", "citations-0-quote": "q", "citations-1-source": "9" * 30}  # fmt: skip
    answer = desk.post(address, junk)
    assert answer.status_code == 409
    for odd in ({"citations-1-source": "²"}, {"citations-1-source": "9" * 5000}, {"citations-TOTAL_FORMS": "9" * 5000}):
        assert desk.post(address, junk | odd).status_code == 409
    rows = table(answer)
    assert (rows["Status"][2], rows["On"][2], rows["Holder"][2]) == ("gone", "soon", "y" * 300)
    assert rows["Citations"][2] == "“q” — abc“” — " + "9" * 30


def test_a_retraction_of_an_overtaken_version_is_stopped(desk, fact, other):
    address = url(MODEL, "delete", fact.pk)
    new = ledger.correct(AmbassadorStatus, fact.key, values={"holder": "X"}, author=other)
    answer = desk.post(address, {"reason": "wrong"})
    assert answer.status_code == 409
    assert "Nothing was retracted." in said(answer)
    assert table(answer)["Holder"] == ["Julie Fisher", "X"]
    assert page_of(answer).cssselect(f'a[href="{url(MODEL, "delete", new.pk)}"]')
    assert AmbassadorStatus.objects.current().get() == new


def test_a_fact_retracted_twice_says_by_whom(desk, fact, other):
    ledger.retract(AmbassadorStatus, fact.key, why="a rumour", author=other)
    answer = desk.post(url(MODEL, "delete", fact.pk), {"reason": "wrong"})
    assert (answer.status_code, "This fact was retracted by oscar" in said(answer)) == (409, True)


def test_a_stale_form_shows_nothing_without_permission_to_write(looker, fact, other):
    ledger.correct(AmbassadorStatus, fact.key, values={"holder": "X"}, author=other)
    assert looker.post(url(MODEL, "change", fact.pk), {"holder": "Y"}).status_code == 403


def test_a_travel_ban_entry_is_stopped_as_well(desk, seed, other):
    entry = TravelBanEntry.objects.get(action="considered")
    form = filled(desk.get(url("travelbanentry", "change", entry.pk)))
    ledger.correct(TravelBanEntry, entry.key, values={"scope": "full"}, author=other)
    answer = desk.post(url("travelbanentry", "change", entry.pk), {**form, "scope": "partial"})
    assert (answer.status_code, table(answer)["Scope"]) == (409, ["–", "Full", "Partial"])


def test_of_two_editors_at_once_one_wins_and_the_other_is_stopped(world, transactional_db):
    article = ledger.record_source({"title": "Ambassadors", "text": "plan to return ambassadors"})
    fact = recorded(article)
    address = url(MODEL, "change", fact.pk)
    desks = {name: browser(editor_named(name)) for name in ("anna", "boris")}
    forms = {name: {**filled(desk.get(address)), "holder": name} for name, desk in desks.items()}
    statuses = at_once(*(lambda name=name: desks[name].post(address, forms[name]).status_code for name in desks))
    assert sorted(statuses) == [302, 409]
    winner = [*desks][statuses.index(302)]
    versions = AmbassadorStatus.objects.order_by("version").values_list("version", "holder")
    assert list(versions) == [(1, "Julie Fisher"), (2, winner)]
