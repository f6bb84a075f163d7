"""Confirmations: a source still says on a later day what a fact says, without a new version of the fact."""

import datetime as dt
import uuid

import pytest
import time_machine
from django.db import IntegrityError, connection, transaction

from relations import ledger
from relations.errors import InUse, SomeRefused
from relations.models import AmbassadorStatus, Confirmation, CountryPair, SanctionEvent, Source, StatusChange
from relations.queries.clock import today
from relations.queries.facts import load_facts
from relations.queries.pair_versions import current_versions
from relations.status.facts import Confirmation as Seen
from relations.status.facts import Witness
from tests.database import made_once
from tests.factories import (
    SENTENCE,
    ban,
    ban_list,
    citation,
    confirm,
    confirmation,
    editor,
    event,
    post,
    programme,
    record,
    regime,
    sanction,
    source,
)
from tests.ledger.invariants import assert_everything_holds, versions

pytestmark = [pytest.mark.usefixtures("countries"), pytest.mark.django_db]


@made_once
def vacancy():
    (fact,) = record(post("vacant", "2010-03-12"))
    return fact


def days(code="BY-US", **asked):
    """The days on which the only fact of the pair is confirmed."""
    (fact,) = load_facts([code], **asked)[code]
    return [one.day.isoformat() for one in fact.confirmations]


def lines():
    return list(StatusChange.objects.order_by("id").values_list("pair", "track", "reason", "cause_key"))


def refused(*drafts):
    with pytest.raises(SomeRefused) as refusal:
        confirm(*drafts)
    assert not Confirmation.objects.exists()
    return {row: [(one.code, one.field) for one in wrong] for row, wrong in refusal.value.rows.items()}


# --- what is recorded -----------------------------------------------------------------------------------------------


def test_facts_of_two_kinds_that_have_the_same_id_are_both_projected_again(vacancy):
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT setval(pg_get_serial_sequence('relations_sanctionevent', 'id'), %s, false)", [vacancy.pk]
        )
    (imposed,) = record(sanction("imposed", "2019-05-01", "EU>BY"))
    assert imposed.pk == vacancy.pk
    shown = source(text="")
    assert confirm(confirmation(vacancy, "2015-01-07", shown), confirmation(imposed, "2020-01-07", shown)) == 2
    assert_everything_holds()


@pytest.mark.parametrize("make", [
    lambda: post("vacant", "2010"),
    lambda: sanction("imposed", "2010"),
    lambda: ban("listed", "2010", list=ban_list()),
    lambda: event("dispute", "2010"),
])  # fmt: skip
def test_a_fact_of_any_kind_is_confirmed_and_has_no_new_version(make):
    (fact,) = record(make())
    shown = source(text="", kind="registry", published_on=dt.date(2020, 1, 5), good_for=30)
    assert confirm(confirmation(fact, "2020-01-07", shown), author=editor()) == 1
    stored = Confirmation.objects.get()
    assert (getattr(stored, fact.column), stored.source, stored.day) == (fact, shown, dt.date(2020, 1, 7))
    assert (stored.recorded_by.username, stored.quote, stored.start) == ("editor", "", None)
    assert stored.recorded_at == CountryPair.objects.get().last_recorded_at
    assert stored.recorded_at > fact.recorded_at
    assert len(versions(fact)) == 1
    (known,) = load_facts(["BY-US"])["BY-US"]
    witness = Witness("registry", dt.date(2020, 1, 5), None, 30, original=shown.pk)
    assert known.confirmations == (Seen(dt.date(2020, 1, 7), witness, stored.recorded_at),)
    assert_everything_holds()


def test_words_have_their_place_in_the_archived_text(vacancy):
    confirm(confirmation(vacancy, "2020-01-07", source(), quote=f"  {SENTENCE} "))
    stored = Confirmation.objects.get()
    assert (stored.quote, stored.source.text[stored.start : stored.end]) == (SENTENCE, SENTENCE)


def test_a_source_is_given_by_its_fields_as_in_a_citation(vacancy):
    fields = {"kind": "article", "publisher": "A paper", "title": "Still empty", "published_on": dt.date(2020, 1, 7)}
    assert confirm(confirmation(vacancy, "2020-01-07", fields, quote="The post is empty.")) == 1
    assert confirm(confirmation(vacancy, "2020-01-07", fields)) == 0
    assert Source.objects.filter(title="Still empty").count() == 1


def test_the_same_source_on_the_same_day_confirms_once(vacancy):
    shown = source(text="")
    again = confirmation(vacancy, "2020-01-07", shown)
    assert confirm(again, again) == 1
    before = current_versions("BY-US")
    assert confirm(again) == 0
    assert current_versions("BY-US") == before
    assert confirm(again, confirmation(vacancy, "2020-01-08", shown), confirmation(vacancy, "2020-01-07")) == 2
    assert days() == ["2020-01-07", "2020-01-07", "2020-01-08"]


def test_thousands_are_confirmed_at_once():
    facts = record(*(event("visit", f"20{number:02}", f"US>{code}") for number in range(20) for code in ("BY", "RU")))
    shown = source(text="", kind="register")
    drafts = [confirmation(fact, f"2020-01-{day:02}", shown) for fact in facts for day in range(1, 26)]
    assert ledger.confirm(drafts, author=ledger.Author(imports=True)) == 1000
    assert ledger.confirm(drafts, author=ledger.Author(imports=True)) == 0
    assert Confirmation.objects.values("recorded_at").distinct().count() == 1
    assert_everything_holds()


# --- what the log says of it ----------------------------------------------------------------------------------------


def test_a_confirmation_that_changes_nothing_of_today_is_not_in_the_log_and_yet_no_old_answer_is_valid():
    with time_machine.travel("2020-01-10T12:00Z", tick=False):
        (fact,) = record(post("vacant", "2019-12-01"))
        before, validators = lines(), current_versions("BY-US")
        confirm(confirmation(fact, "2020-01-07"))
    assert lines() == before
    assert CountryPair.objects.get().version == validators.version("BY-US")
    assert current_versions("BY-US").pairs != validators.pairs


def test_a_confirmation_that_changes_a_value_of_today_is_logged_with_the_fact_that_it_confirms():
    """An official list decides over an article, but not once it has been out of date for 400 days."""
    with time_machine.travel("2020-01-10T12:00Z", tick=False):
        own = regime()
        listed = citation({"kind": "official_list", "title": "A list", "published_on": dt.date(2018, 1, 1)}, "BELARUS")
        (seen, _) = record(
            sanction("observed", "2018-01-01", programme=programme(regime=own), citations=[listed]),
            sanction("eased", "2019-12-01", programme=programme(regime=own)),
        )
        before = lines()
        edition = {"kind": "official_list", "title": "A list", "published_on": dt.date(2020, 1, 9)}
        confirm(confirmation(seen, "2020-01-09", edition), author=ledger.Author(imports=True))
    assert [line for line in lines() if line not in before] == [("BY-US", "sanctions:US>BY", "imported", seen.key)]
    assert_everything_holds()


def test_pairs_that_no_confirmation_concerns_are_left_alone(vacancy):
    record(post("vacant", "2010", "RU>UA"))
    before = current_versions("RU-UA")
    confirm(confirmation(vacancy, "2020-01-07"))
    assert current_versions("RU-UA").pairs == before.pairs


def test_a_confirmation_stays_out_of_what_was_known_before_it(vacancy):
    confirm(confirmation(vacancy, "2020-01-07"))
    first = Confirmation.objects.get().recorded_at
    confirm(confirmation(vacancy, "2020-02-08"))
    assert days() == ["2020-01-07", "2020-02-08"]
    assert days(known_at=first) == ["2020-01-07"]
    assert days(known_at=first - dt.timedelta(microseconds=1)) == []
    (known,) = load_facts(["BY-US"])["BY-US"]
    assert [one.day.isoformat() for one in known.as_known_at(first).confirmations] == ["2020-01-07"]
    assert known.as_known_at(known.confirmations[-1].recorded_at) is known


# --- versions -------------------------------------------------------------------------------------------------------


def test_a_correction_that_says_the_same_stays_confirmed_and_one_that_says_otherwise_does_not():
    (fact,) = record(post("ambassador", "2010-03-12", holder="Karen Stewart"))
    confirm(confirmation(fact, "2020-01-07"))
    ledger.correct(AmbassadorStatus, fact.key, values={"on": "2010-03-13"}, author=ledger.NOBODY)
    assert days() == ["2020-01-07"]
    confirm(confirmation(fact, "2020-01-09"))
    ledger.correct(AmbassadorStatus, fact.key, values={"holder": "Julie Fisher"}, author=ledger.NOBODY)
    assert days() == []
    ledger.correct(AmbassadorStatus, fact.key, values={"holder": "", "status": "vacant"}, author=ledger.NOBODY)
    assert days() == []
    confirm(confirmation(fact, "2020-02-08"))
    assert days() == ["2020-02-08"]
    every = load_facts(["BY-US"], every_version=True)["BY-US"]
    said = {one.version: [seen.day.isoformat() for seen in one.confirmations] for one in every}
    assert said == {1: ["2020-01-07", "2020-01-09"], 2: ["2020-01-07", "2020-01-09"], 3: [], 4: ["2020-02-08"]}
    assert_everything_holds()


# --- what is refused ------------------------------------------------------------------------------------------------


def test_all_that_is_wrong_is_refused_at_once_and_nothing_is_recorded(vacancy):
    (gone,) = record(post("vacant", "2010", "RU>UA"))
    ledger.retract(AmbassadorStatus, gone.key, why="wrong", author=ledger.NOBODY)
    unknown = confirmation(vacancy, "2020-01-07")
    tomorrow = (today() + dt.timedelta(days=1)).isoformat()
    assert refused(
        confirmation(vacancy, "2020-01-07"),
        ledger.ConfirmationDraft(model=SanctionEvent, key=uuid.uuid4(), source=unknown.source, day=unknown.day),
        confirmation(gone, "2020-01-07"),
        confirmation(vacancy, tomorrow),
        confirmation(vacancy, "2010-03-11"),
        confirmation(vacancy, "2020-01-07", source(), quote="words that nobody wrote"),
        confirmation(vacancy, tomorrow, quote="a\x00b"),
        confirmation(vacancy, "2020-01-07", {"title": ""}),
    ) == {
        1: [("no_such_fact", "")],
        2: [("already_retracted", "")],
        3: [("invalid", "day")],
        4: [("contradiction", "day")],
        5: [("quote_not_found", "quote")],
        6: [("invalid", "day"), ("invalid", "quote")],
        7: [("invalid", "source/title")],
    }


def test_today_and_the_first_possible_day_are_days_on_which_it_can_be_seen():
    (fact,) = record(post("vacant", "2010~"))
    assert confirm(confirmation(fact, today().isoformat()), confirmation(fact, "2010-01-01")) == 2


def test_a_source_that_is_gone_is_named(vacancy):
    shown = source()
    ledger.delete_source(Source.objects.get(pk=shown.pk))
    assert refused(confirmation(vacancy, "2020-01-07", shown)) == {0: [("invalid", "source")]}


def test_a_source_that_confirms_is_not_deleted_and_its_quoted_text_stays(vacancy):
    quoted, seen = source(), source()
    confirm(confirmation(vacancy, "2020-01-07", quoted, quote=SENTENCE), confirmation(vacancy, "2020-01-08", seen))
    for one in (quoted, seen):
        with pytest.raises(InUse) as refusal:
            ledger.delete_source(one)
        assert str(vacancy.key) in refusal.value.detail
    ledger.change_source(seen, {"text": "Another text, of which nothing was quoted"})
    with pytest.raises(IntegrityError, match="a_cited_text_stays|is cited and cannot"), transaction.atomic():
        Source.objects.filter(pk=quoted.pk).update(text="", sha256="")


def test_a_text_that_is_archived_later_has_the_words_that_confirmed(vacancy):
    shown = source(text="")
    confirm(confirmation(vacancy, "2020-01-07", shown, quote="no ambassador"))
    with pytest.raises(IntegrityError, match="does not occur in the text"), transaction.atomic():
        Source.objects.filter(pk=shown.pk).update(text="Other", sha256=ledger.text_digest("Other"))
    assert ledger.change_source(shown, {"text": "There is no  ambassador."}).text == "There is no  ambassador."


@pytest.mark.parametrize(
    "statement",
    ["UPDATE relations_confirmation SET day = day + 1", "DELETE FROM relations_confirmation"],
)
def test_the_database_refuses_to_edit_or_delete_a_confirmation(vacancy, statement):
    confirm(confirmation(vacancy, "2020-01-07"))
    with (
        pytest.raises(IntegrityError, match="a confirmation is never edited or deleted"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)


# --- reading --------------------------------------------------------------------------------------------------------


def test_evidence_of_all_kinds_is_loaded_by_a_fixed_number_of_queries(django_assert_num_queries):
    """One for each kind, then confirmations, sources and programmes."""
    facts = record(
        *(post("vacant", f"20{number}") for number in range(10, 15)),
        *(sanction("imposed", f"20{number}", programme=programme()) for number in range(10, 15)),
        ban("listed", "2010", list=ban_list()),
        event("visit", "2010"),
    )
    confirm(*(confirmation(fact, "2020-01-07") for fact in facts))
    with django_assert_num_queries(7):
        known = load_facts(["BY-US"])["BY-US"]
    assert {len(fact.confirmations) for fact in known} == {1}
    with django_assert_num_queries(4):
        assert load_facts(["RU-UA"]) == {}


def test_witnesses_are_the_supporting_sources_once_each_in_their_order():
    original = source(kind="dataset", covers_to=dt.date(2000, 12, 31))
    reprint = source(kind="register", good_for=90, syndication_of=original)
    doubter = source()
    cited = [
        citation(reprint),
        citation(original),
        citation(original, quote="Minsk"),
        citation(doubter, stance="disputes"),
    ]
    record(post("vacant", "2010", citations=cited))
    (fact,) = load_facts(["BY-US"])["BY-US"]
    assert fact.witnesses == (
        Witness("dataset", None, dt.date(2000, 12, 31), None, original=original.pk),
        Witness("register", None, None, 90, original=original.pk),
    )
    assert fact.originals == frozenset({original.pk})
    assert fact.contested


def test_only_the_row_that_is_confirmed_is():
    _, visit, _ = record(post("vacant", "2010"), event("visit", "2010"), event("visit", "2010"))
    confirm(confirmation(visit, "2020-01-07"))
    assert [fact.key for fact in load_facts(["BY-US"])["BY-US"] if fact.confirmations] == [str(visit.key)]
