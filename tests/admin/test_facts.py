"""An editor records, corrects and retracts facts, and sees what is wrong."""

import pytest
from django.contrib.admin.models import LogEntry

from relations import ledger
from relations.ledger.rules import RULES
from relations.models import (
    AmbassadorStatus,
    Citation,
    Country,
    DiplomaticEvent,
    SanctionEvent,
    SanctionProgramme,
    StatusChange,
    StatusPeriod,
    TravelBanEntry,
)
from tests.admin.conftest import citation, errors, filled, nomination, page_of, said, url, with_citations

NO_DATE = "'{}' is not a date that the tracker understands: {}."
MISSING = "These words are not in the archived text of “Reuters: Ambassadors to return”."
ADD = "/admin/relations/ambassadorstatus/add/"


def record(desk, article, **other):
    answer = desk.post(ADD, nomination(article, **other))
    assert answer.status_code == 302, errors(answer)
    return AmbassadorStatus.objects.latest("id")


def test_what_is_typed_is_recorded_with_its_words(desk, editor, article):
    answer = desk.post(ADD, nomination(article, on="2020~", note="first\r\nsecond"), headers={"X-Request-ID": "r-1"})
    fact = AmbassadorStatus.objects.get()
    assert (answer.status_code, answer["Location"]) == (302, url("ambassadorstatus", "changelist"))
    assert (str(fact), fact.holder, fact.note, fact.recorded_by) == ("US→BY nominated 2020~", "Julie Fisher",
                                                                     "first\nsecond", editor)  # fmt: skip
    cited = Citation.objects.get()
    assert (cited.ambassador_status, cited.quote, cited.source) == (fact, "plan to return ambassadors", article)
    assert article.text[cited.start : cited.end] == cited.quote
    lines = StatusChange.objects.filter(track="next:US>BY").values_list("reason", "recorded_by", "request_id")
    assert list(lines) == [("recorded", editor.pk, "r-1")]
    assert StatusPeriod.objects.filter(track="next:US>BY", value="nominated").exists()
    # The change log has it; Django's own log would be a second one.
    assert not LogEntry.objects.exists()


def test_white_space_of_a_quote_is_that_of_the_text(desk, article):
    record(desk, article, **with_citations(citation(article, "United States\r\n  plan to return")))
    assert Citation.objects.get().quote == "United States\nplan to return"


def test_the_other_kinds_are_recorded_too(desk, article):
    words = with_citations(citation(article, "Minsk"))
    sanction = {"from_country": "EU", "to_country": "BY", "action": "suspended", "measures": ["financial", "travel"],
                "scope": "most", "on": "2015-10-29", "expires_on": "2016-02-29", **words}  # fmt: skip
    assert desk.post("/admin/relations/sanctionevent/add/", sanction).status_code == 302
    event = SanctionEvent.objects.get()
    assert (str(event), event.measures, event.scope) == ("EU→BY suspended 2015-10-29", ["financial", "travel"], "most")

    ban_list = ledger.record_list({"issuer": Country.objects.get(code="US"), "title": "9983", "subject": "person"})
    entry = {"list": ban_list.pk, "to_country": "BY", "action": "listed", "on": "2020-01-31", "person": "A. Person",
             "identifiers": "P 1\r\n\r\nP, 2\r\n", "visa_classes": "B1\r\nB2", **words}  # fmt: skip
    added = desk.post("/admin/relations/travelbanentry/add/", entry, follow=True)
    assert "The travel ban entry “US→BY listed 2020-01-31” was added successfully." in said(added)
    ban = TravelBanEntry.objects.get()
    assert (str(ban), ban.identifiers, ban.visa_classes) == ("US→BY listed 2020-01-31", ["P 1", "P, 2"], ["B1", "B2"])

    visit = {"from_country": "US", "to_country": "BY", "kind": "visit", "on": "2020-02-01", **words}
    assert desk.post("/admin/relations/diplomaticevent/add/", visit).status_code == 302
    assert str(DiplomaticEvent.objects.get()) == "US→BY visit 2020-02-01"


def test_a_correction_leaves_the_first_version_and_gives_the_reason(desk, editor, article):
    first = record(desk, article)
    form = filled(desk.get(url("ambassadorstatus", "change", first.pk)))
    assert "from_country" not in form
    answer = desk.post(
        url("ambassadorstatus", "change", first.pk), {**form, "holder": "Julie D. Fisher", "why": "her name"}
    )
    assert answer.status_code == 302, errors(answer)
    old, new = AmbassadorStatus.objects.order_by("version")
    assert (old.pk, old.holder, old.superseded_at) == (first.pk, "Julie Fisher", new.recorded_at)
    assert (new.key, new.version, new.holder, new.superseded_at) == (first.key, 2, "Julie D. Fisher", None)
    assert [cited.quote for cited in new.citations.all()] == ["plan to return ambassadors"]
    line = StatusChange.objects.get(cause_version=2, reason="corrected", track="next:US>BY")
    assert (line.note, line.recorded_by) == ("her name", editor)


def test_after_a_correction_the_editor_stays_with_the_new_version(desk, article):
    first = record(desk, article)
    address = url("ambassadorstatus", "change", first.pk)
    answer = desk.post(address, {**filled(desk.get(address)), "on": "2020-04-20", "_continue": "1"}, follow=True)
    new = AmbassadorStatus.objects.get(version=2)
    assert answer.redirect_chain == [(url("ambassadorstatus", "change", new.pk), 302)]
    assert "Version 2" in said(answer)


def test_citations_are_added_changed_and_taken_away(desk, article):
    first = record(
        desk, article, **with_citations(citation(article, "Minsk"), citation(article, "1 February", index=1))
    )
    address = url("ambassadorstatus", "change", first.pk)
    form = filled(desk.get(address))
    form |= citation(article, "Belarus", index=2, stance="disputes")
    form |= {"citations-TOTAL_FORMS": 3, "citations-0-DELETE": "on", "citations-1-quote": "February"}
    answer = desk.post(address, form)
    assert answer.status_code == 302, errors(answer)
    new = AmbassadorStatus.objects.get(version=2)
    assert sorted(new.citations.values_list("quote", "stance")) == [("Belarus", "disputes"), ("February", "supports")]
    assert first.citations.count() == 2


def test_a_correction_that_changes_nothing_says_so(desk, article):
    first = record(desk, article, note="one\r\ntwo")
    address = url("ambassadorstatus", "change", first.pk)
    answer = desk.post(address, {**filled(desk.get(address)), "why": "nothing"})
    assert (answer.status_code, errors(answer)) == (200, ["The correction changes nothing of the current version."])
    assert AmbassadorStatus.objects.count() == 1


def test_bad_input_is_named_at_its_field_and_nothing_typed_is_lost(desk, article):
    for typed, wrong in (
        ({"on": "2020-13"}, NO_DATE.format("2020-13", "there is no month 13, and seasons name no days")),
        ({"on": "2019/2020"}, NO_DATE.format(
            "2019/2020", "intervals are not accepted; write [first..last] for one day between two")),
        ({"on": ""}, "This field is required."),
        ({"on": "[2020-02-01..]"}, NO_DATE.format("[2020-02-01..]", "the end may not be open")),
        ({"to_country": "US"}, "A fact joins two different countries; both are US."),
        ({"to_country": "QQ"}, "Select a valid choice. That choice is not one of the available choices."),
        ({"status": "gone"}, "Select a valid choice. gone is not one of the available choices."),
        ({"holder": "x" * 201}, "Ensure this value has at most 200 characters (it has 201)."),
        ({"holder": "a\x00b"}, "Null characters are not allowed."),
        ({"note": "a\x00b"}, "Null characters are not allowed."),
        ({"on": "2020\x00"}, "Null characters are not allowed."),
    ):  # fmt: skip
        form = nomination(article, note="a long note") | typed
        answer = desk.post(ADD, form)
        assert (answer.status_code, errors(answer)) == (200, [wrong]), typed
        again = filled(answer)
        others = {name: value for name, value in form.items() if name not in typed and not isinstance(value, int)}
        assert {name: again.get(name) for name in others} == others, typed
        assert again["citations-0-source"] == str(article.pk)
    assert not AmbassadorStatus.objects.exists()
    assert not StatusChange.objects.exists()


@pytest.mark.parametrize(
    ("quote", "wrong"),
    [
        ("plan to recall ambassadors", f"{MISSING} The nearest passage is: “plan to return ambassadors”."),
        ("zzzz", MISSING),
        ("a\x00b", "Null characters are not allowed."),
        ("x" * 100_000, MISSING),
        ("", "This field is required."),
    ],
)  # fmt: skip
def test_a_wrong_quote_is_named_at_the_quote(desk, article, quote, wrong):
    answer = desk.post(ADD, nomination(article, **with_citations(citation(article, quote))))
    assert (answer.status_code, errors(answer)) == (200, [wrong])
    assert page_of(answer).cssselect(".field-quote .errorlist")
    again = filled(answer)
    assert (again["holder"], again["citations-0-source"]) == ("Julie Fisher", str(article.pk))
    if "\x00" not in quote:
        assert again["citations-0-quote"] == quote


@pytest.mark.parametrize("rows", [[], ["disputes"]])
def test_a_fact_without_support_is_refused(desk, article, rows):
    words = with_citations(*(citation(article, "Minsk", stance=stance) for stance in rows))
    answer = desk.post(ADD, nomination(article, **words))
    assert errors(answer) == ["A fact needs at least one citation that supports it."]
    assert not AmbassadorStatus.objects.exists()


def test_what_looks_like_a_duplicate_is_asked_about_once(desk, article):
    first = record(desk, article)
    answer = desk.post(ADD, nomination(article, on="[2020-04-01..2020-05-03]"))
    assert errors(answer) == [
        "This looks like a recorded fact: US→BY nominated 2020-05. Tick the box to record it anyway."
    ]
    assert page_of(answer).cssselect(f'.errorlist a[href="{url("ambassadorstatus", "change", first.pk)}"]')
    again = filled(answer)
    assert again["on"] == "[2020-04-01..2020-05-03]"
    (box,) = page_of(answer).cssselect('input[type="checkbox"][name="record_anyway"]')
    assert box.get("checked") is None
    assert desk.post(ADD, {**again, "record_anyway": "on"}).status_code == 302
    assert AmbassadorStatus.objects.count() == 2


@pytest.mark.parametrize("other", [{"on": "2021"}, {"to_country": "UA"}, {"status": "confirmed"}])
def test_another_day_direction_or_word_is_no_duplicate(desk, article, other):
    record(desk, article)
    record(desk, article, **other)
    assert AmbassadorStatus.objects.count() == 2


def test_a_retracted_fact_is_no_duplicate(desk, article, editor):
    first = record(desk, article)
    ledger.retract(AmbassadorStatus, first.key, why="wrong", author=ledger.Author(user=editor))
    again = record(desk, article)
    assert list(AmbassadorStatus.objects.current()) == [again]


def test_retracting_needs_a_reason_and_leaves_the_fact_readable(desk, editor, article):
    fact = record(desk, article)
    address = url("ambassadorstatus", "delete", fact.pk)
    asked = desk.get(address)
    assert (asked.status_code, said(asked).count("Retract")) > (200, 1)
    for reason in ({}, {"reason": "  "}, {"reason": "a\x00"}):
        answer = desk.post(address, reason)
        assert (answer.status_code, len(errors(answer))) == (200, 1)
    assert AmbassadorStatus.objects.current().exists()
    answer = desk.post(address, {"reason": "he was never nominated"}, follow=True)
    assert "US→BY nominated 2020-05 was retracted." in said(answer)
    fact.refresh_from_db()
    line = StatusChange.objects.filter(reason="retracted")[0]
    assert (line.note, line.recorded_by, line.cause_key) == ("he was never nominated", editor, fact.key)
    assert fact.superseded_at == line.recorded_at
    seen = desk.get(url("ambassadorstatus", "change", fact.pk))
    assert "The fact was retracted" in said(seen)
    assert not page_of(seen).cssselect('input[name="_save"], a.deletelink')


def test_several_facts_are_retracted_with_one_reason_or_none_is(desk, article):
    facts = [record(desk, article, on=str(year)) for year in (2001, 2002, 2003)]
    listed = url("ambassadorstatus", "changelist")
    asked = desk.post(listed, {"action": "retract_selected", "_selected_action": [fact.pk for fact in facts[:2]]})
    form = filled(asked)
    assert form["_selected_action"] == [str(facts[1].pk), str(facts[0].pk)]
    without = desk.post(listed, {**form, "reason": ""})
    assert errors(without) == ["A retraction needs a reason."]
    # Meanwhile somebody corrects one of them.
    ledger.correct(AmbassadorStatus, facts[1].key, values={"holder": "X"}, author=ledger.NOBODY)
    stale = desk.post(listed, {**form, "reason": "all wrong"})
    assert errors(stale) == ["Nothing was retracted. Another edit came first: the current version is 2, yours was 1."]
    assert AmbassadorStatus.objects.current().count() == 3
    form["_selected_action"] = [str(facts[0].pk), str(facts[2].pk)]
    done = desk.post(listed, {**form, "reason": "all wrong"}, follow=True)
    assert said(done).count("was retracted") == 2
    assert [fact.key for fact in AmbassadorStatus.objects.current()] == [facts[1].key]
    assert set(StatusChange.objects.filter(reason="retracted").values_list("note", flat=True)) == {"all wrong"}


def test_a_superseded_version_is_shown_and_cannot_be_edited(desk, article):
    first = record(desk, article)
    new = ledger.correct(AmbassadorStatus, first.key, values={"holder": "X"}, author=ledger.NOBODY)
    seen = desk.get(url("ambassadorstatus", "change", first.pk))
    assert "This is version 1 of 2" in said(seen)
    assert page_of(seen).cssselect(f'a[href="{url("ambassadorstatus", "change", new.pk)}"]')
    assert not page_of(seen).cssselect('input[name="holder"], textarea, input[name="_save"]')


def test_markup_in_what_is_typed_is_shown_as_typed(desk, article):
    bad = "<script>alert(1)</script>"
    fact = record(desk, article, note=bad, holder=bad)
    for page in (url("ambassadorstatus", "changelist"), url("ambassadorstatus", "change", fact.pk),
                 url("ambassadorstatus", "history", fact.pk), url("ambassadorstatus", "delete", fact.pk),
                 url("countrypair", "change", "BY-US"), "/admin/"):  # fmt: skip
        body = desk.get(page).content.decode()
        assert "alert(1)</script>" not in body, page


def test_a_huge_note_is_stored_whole(desk, article):
    fact = record(desk, article, note="word " * 200_000)
    assert len(fact.note) == 999_999
    assert desk.get(url("ambassadorstatus", "history", fact.pk)).status_code == 200


def test_what_the_database_refuses_is_an_error_of_the_form(desk, article, monkeypatch):
    monkeypatch.setattr(SanctionEvent, "contradictions", lambda _: iter(()))
    programme = SanctionProgramme.objects.create(issuer_id="EU", target_id="BY", title="Belarus")
    form = {"from_country": "US", "to_country": "BY", "action": "imposed", "on": "2020", "programme": programme.pk,
            **with_citations(citation(article, "Minsk"))}  # fmt: skip
    answer = desk.post("/admin/relations/sanctionevent/add/", form)
    assert errors(answer) == [RULES["a_sanction_event_follows_the_direction_of_its_programme"]]
    assert not SanctionEvent.objects.exists()
    assert filled(answer)["citations-0-quote"] == "Minsk"


def test_a_programme_of_another_direction_is_named_at_its_field(desk, article):
    programme = SanctionProgramme.objects.create(issuer_id="EU", target_id="BY", title="Belarus")
    form = {"from_country": "US", "to_country": "BY", "action": "imposed", "on": "2020", "scope": "all",
            "programme": programme.pk, **with_citations(citation(article, "Minsk"))}  # fmt: skip
    answer = desk.post("/admin/relations/sanctionevent/add/", form)
    assert errors(answer) == [
        "Only an easing, a suspension or a lifting has a scope; this is 'imposed'.",
        f"Programme {programme.pk} is EU→BY, the event US→BY.",
    ]
