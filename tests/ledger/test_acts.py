"""Record, correct, retract: stored versions, log entries, refusals."""

import datetime as dt
import uuid

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from relations import ledger
from relations.errors import (
    AlreadyRetracted,
    BadParameter,
    CannotBeCorrected,
    Contradiction,
    Invalid,
    MissingEvidence,
    NoSuchFact,
    NotADate,
    NothingToCorrect,
    QuoteNotFound,
    ReasonRequired,
    SomeRefused,
    StaleVersion,
)
from relations.ledger.pairs import reproject_pairs
from relations.models import FACT_MODELS, AmbassadorStatus, Country, SanctionEvent, Source, StatusChange, StatusPeriod
from tests.factories import (
    ban,
    ban_list,
    citation,
    editor,
    event,
    post,
    programme,
    record,
    sanction,
    source,
)
from tests.ledger.invariants import assert_everything_holds, lines_of, versions

pytestmark = [pytest.mark.usefixtures("countries"), pytest.mark.django_db]
TODAY = dt.datetime(2020, 2, 2, 12, tzinfo=dt.UTC)


@pytest.fixture(autouse=True)
def second_of_february_2020():
    with time_machine.travel(TODAY, tick=False):
        yield


def correct(fact, author=ledger.NOBODY, **values):
    options = {name: values.pop(name) for name in ("version", "citations", "why") if name in values}
    return ledger.correct(type(fact), fact.key, values=values, author=author, **options)


def rows(model=AmbassadorStatus):
    return model.objects.count()


def refusals(refusal):
    return {index: [(type(one), one.field) for one in own] for index, own in refusal.value.rows.items()}


def test_a_recorded_fact_has_its_values_and_its_author():
    author = editor()
    (fact,) = record(post("ambassador", "2008-03", holder="Karen Stewart", note="by letter"), author=author)
    stored = AmbassadorStatus.objects.get()
    assert (stored.key, stored.version, stored.pair_id, stored.on) == (fact.key, 1, "BY-US", "2008-03")
    assert (stored.earliest, stored.latest) == (dt.date(2008, 3, 1), dt.date(2008, 3, 31))
    assert (stored.status, stored.holder, stored.note) == ("ambassador", "Karen Stewart", "by letter")
    assert stored.recorded_by == author.user
    assert stored.recorded_at == stored.first_recorded_at
    assert stored.superseded_at is None
    assert [(entry.recorded_by, entry.request_id) for entry in StatusChange.objects.all()] == [
        (author.user, "request 1")
    ] * 2


def test_a_record_of_today_logs_the_new_values_of_its_tracks():
    record(sanction("imposed", "2019", measures=["arms"], expires_on=dt.date(2020, 12, 31)))
    imposed = {"value": "in_force", "measures": ["arms"], "expires_on": "2020-12-31"}
    none = {"value": "unknown", "measures": [], "expires_on": None}
    assert lines_of() == [
        (1, "sanctions:US>BY", none, imposed, "recorded"),
        (2, "sanctions:US>BY:-", none, imposed, "recorded"),
        (3, "trend", {"value": "unknown"}, {"value": "deteriorating"}, "recorded"),
    ]
    assert {entry.effective for entry in StatusChange.objects.all()} == {dt.date(2019, 12, 31)}


def test_a_fact_of_the_last_day_of_the_calendar_is_recorded():
    record(post("closed", "9999-12-31"))
    assert_everything_holds()


def test_a_command_that_changes_nothing_of_today_is_logged_all_the_same():
    record(post("vacant", "2015"))
    record(post("charge", "2008"))
    (fact,) = AmbassadorStatus.objects.filter(on="2008")
    assert lines_of()[-1] == (2, "facts", None, None, "recorded")
    entry = StatusChange.objects.latest("id")
    assert (entry.cause_kind, entry.cause_key, entry.cause_version) == ("ambassadors", fact.key, 1)
    assert entry.effective == dt.date(2008, 12, 31)


def test_a_status_that_changes_without_a_fact_is_logged_without_a_cause():
    """Makes the state after a release that computes statuses in another way."""
    (fact,) = record(post("vacant", "2010"))
    StatusPeriod.objects.all().delete()
    reproject_pairs({fact.pair_id})
    entry = StatusChange.objects.latest("id")
    assert (entry.reason, entry.cause_kind, entry.cause_key) == ("corrected", "", None)
    assert entry.new["value"] == "vacant"


def test_many_facts_of_one_command_are_logged_together_each_with_its_entry():
    record(post("vacant", "2015"), post("charge", "2008"), post("closed", "2016"), event("visit", "1999"))
    assert [entry[1] for entry in lines_of()] == ["ambassador:US>BY", "facts", "facts", "facts"]
    assert_everything_holds()


def test_facts_of_several_pairs_are_recorded_in_one_command():
    record(post("vacant", "2015"), post("vacant", "2015", "US>UA"), post("vacant", "2015", "RU>BY"))
    assert [entry.pair_id for entry in StatusChange.objects.order_by("id")] == ["BY-RU", "BY-US", "UA-US"]
    assert_everything_holds()


def test_imports_are_logged_as_imported():
    record(post("vacant", "2015"), author=ledger.Author(imports=True))
    assert [entry[4] for entry in lines_of()] == ["imported"]


def test_correction_keeps_the_first_version_readable():
    (first,) = record(post("vacant", "2010~", holder="", note="as the article says"))
    second = correct(first, author=editor(), on="2008-03-12", status="recalled", why="The State Department says so")
    old, new = versions(first)
    assert (old.status, old.on, old.note) == ("vacant", "2010~", "as the article says")
    assert (new.status, new.on, new.note) == ("recalled", "2008-03-12", "as the article says")
    assert old.superseded_at == new.recorded_at
    assert (new.version, new.pk) == (2, second.pk)
    assert new.first_recorded_at == old.recorded_at
    assert [one.quote for one in old.citations.all()] == [one.quote for one in new.citations.all()]
    known = AmbassadorStatus.objects.known_at(new.recorded_at - dt.timedelta(microseconds=1)).get()
    assert known == old
    assert AmbassadorStatus.objects.known_at(new.recorded_at).get() == new
    assert StatusChange.objects.latest("id").note == "The State Department says so"
    assert_everything_holds()


def test_correction_of_the_day_moves_the_periods():
    (fact,) = record(post("vacant", "2010"))
    correct(fact, on="2012")
    first, *_ = StatusPeriod.objects.filter(kind="ambassador", value="vacant").order_by("days")
    assert first.days.lower == dt.date(2012, 12, 31)


def test_correction_without_a_change_is_refused_and_loses_nothing():
    (fact,) = record(post("vacant", "2010", citations=[citation()]))
    with pytest.raises(NothingToCorrect):
        correct(fact, on="2010", status="vacant")
    with pytest.raises(NothingToCorrect):
        correct(fact, on=" 2010 ")
    with pytest.raises(NothingToCorrect):
        correct(fact, citations=[citation(one.source) for one in fact.citations.all()])
    assert [one.version for one in versions(fact)] == [1]


def test_correction_may_change_the_evidence_alone():
    (fact,) = record(post("vacant", "2010"))
    other = source()
    correct(fact, citations=[citation(other)])
    old, new = versions(fact)
    assert [one.source for one in new.citations.all()] == [other]
    assert [one.source for one in old.citations.all()] != [other]
    assert lines_of()[-1][1] == "facts"


@pytest.mark.parametrize("name", ["from_country", "to_country"])
def test_the_countries_of_a_fact_cannot_be_corrected(name):
    (fact,) = record(post("vacant", "2010"))
    with pytest.raises(CannotBeCorrected) as refusal:
        correct(fact, **{name: Country.objects.get(code="RU")})
    assert refusal.value.field == name.removesuffix("_country")
    with pytest.raises(CannotBeCorrected):
        correct(fact, **{f"{name}_id": "RU"})
    correct(fact, from_country=fact.from_country, to_country=fact.to_country, on="2011")
    assert [one.pair_id for one in versions(fact)] == ["BY-US", "BY-US"]


def test_what_the_ledger_fixes_cannot_be_set_by_a_correction():
    (fact,) = record(post("vacant", "2010"))
    moment = dt.datetime(1999, 1, 1, tzinfo=dt.UTC)
    fixed = {
        "key": uuid.uuid4(), "version": 7, "recorded_at": moment, "superseded_at": moment, "pair_id": "BY-RU",
        "first_recorded_at": moment, "earliest": moment.date(), "latest": moment.date(), "recorded_by_id": 99,
    }  # fmt: skip
    new = correct(fact, status="charge", **{name: value for name, value in fixed.items() if name != "version"})
    assert (new.key, new.version, new.pair_id, new.earliest) == (fact.key, 2, "BY-US", dt.date(2010, 1, 1))
    assert new.recorded_at > fact.recorded_at
    assert (new.recorded_by_id, new.superseded_at) == (None, None)


def test_a_stale_correction_is_stopped():
    (fact,) = record(post("vacant", "2010"))
    correct(fact, on="2011", version=1)
    with pytest.raises(StaleVersion) as refusal:
        correct(fact, on="2012", version=1)
    assert refusal.value.detail == "Another edit came first: the current version is 2, yours was 1."
    with pytest.raises(StaleVersion):
        ledger.retract(AmbassadorStatus, fact.key, why="wrong", version=1, author=ledger.NOBODY)
    assert [one.on for one in versions(fact)] == ["2010", "2011"]


def test_a_retracted_fact_is_not_known_any_more_and_stays_readable():
    (fact,) = record(post("vacant", "2010"), author=editor())
    ledger.retract(AmbassadorStatus, fact.key, why="  never said  ", author=editor())
    (old,) = versions(fact)
    assert not AmbassadorStatus.objects.current().exists()
    assert not StatusPeriod.objects.exists()
    entry = StatusChange.objects.latest("id")
    assert (entry.reason, entry.note, entry.new) == ("retracted", "never said", {"value": "unknown", "holder": ""})
    assert (entry.cause_key, entry.cause_version, entry.recorded_at) == (fact.key, 1, old.superseded_at)
    assert_everything_holds()


def test_what_was_retracted_cannot_be_changed():
    (fact,) = record(post("vacant", "2010"))
    ledger.retract(AmbassadorStatus, fact.key, why="wrong", author=ledger.NOBODY)
    with pytest.raises(AlreadyRetracted):
        correct(fact, on="2011")
    with pytest.raises(AlreadyRetracted):
        ledger.retract(AmbassadorStatus, fact.key, why="wrong", author=ledger.NOBODY)


@pytest.mark.parametrize("why", ["", "   ", "\n", "because\x00", "\ud800"])
def test_a_retraction_needs_a_reason(why):
    (fact,) = record(post("vacant", "2010"))
    with pytest.raises(ReasonRequired):
        ledger.retract(AmbassadorStatus, fact.key, why=why, author=ledger.NOBODY)
    assert AmbassadorStatus.objects.current().count() == 1


def test_a_reason_for_a_correction_that_cannot_be_stored_is_refused():
    (fact,) = record(post("vacant", "2010"))
    with pytest.raises(BadParameter) as refusal:
        correct(fact, on="2011", why="\ud800")
    assert refusal.value.field == "reason"
    assert refusal.value.detail == "NUL bytes and lone surrogates cannot be stored."


@pytest.mark.parametrize("model", FACT_MODELS)
def test_an_unknown_fact_is_refused(model):
    with pytest.raises(NoSuchFact):
        ledger.correct(model, uuid.uuid4(), values={"on": "2011"}, author=ledger.NOBODY)
    with pytest.raises(NoSuchFact):
        ledger.retract(model, uuid.uuid4(), why="wrong", author=ledger.NOBODY)


REFUSED = {
    "date": (lambda: post("vacant", "yesterday"), (NotADate, "on")),
    "word": (lambda: post("sleeping", "2010"), (Invalid, "status")),
    "holder too long": (lambda: post("vacant", "2010", holder="x" * 201), (Invalid, "holder")),
    "NUL": (lambda: post("vacant", "2010", note="a\x00b"), (Invalid, "note")),
    "lone surrogate": (lambda: post("vacant", "2010", holder="\ud800"), (Invalid, "holder")),
    "override": (lambda: post("vacant", "2010", note="not \u202edetnioppa"), (Invalid, "note")),
    "override in a list": (lambda: ban("listed", "2010", visa_classes=["F", "\u202e"]), (Invalid, "visa_classes")),
    "override in a quote that is taken as given": (
        lambda: post("vacant", "2010", citations=[citation({"title": "Unarchived"}, "not \u202edetnioppa")]),
        (Invalid, "citations/0/quote"),
    ),
    "address of a new source": (
        lambda: post("vacant", "2010", citations=[citation({"title": "New", "url": "https://a:b@example.org"}, "x")]),
        (Invalid, "citations/0/source/url"),
    ),
    "itself": (lambda: post("vacant", "2010", "BY>BY"), (Contradiction, "to")),
    "evidence": (lambda: post("vacant", "2010", citations=[]), (MissingEvidence, "citations")),
    "only disputed": (
        lambda: post("vacant", "2010", citations=[citation(stance="disputes")]), (MissingEvidence, "citations"),
    ),
    "stance": (
        lambda: post("vacant", "2010", citations=[citation(stance="doubts")]), (Invalid, "citations/0/stance"),
    ),
    "quote": (
        lambda: post("vacant", "2010", citations=[citation(), citation(quote="Not there")]),
        (QuoteNotFound, "citations/1/quote"),
    ),
    "empty quote": (
        lambda: post("vacant", "2010", citations=[citation(quote="  ")]), (Invalid, "citations/0/quote"),
    ),
    "quote of half a character": (
        lambda: post("vacant", "2010", citations=[citation(quote="\udc00")]), (Invalid, "citations/0/quote"),
    ),
    "measure": (lambda: sanction("imposed", "2010", measures=["frowning"]), (Invalid, "measures")),
    "scope of an imposition": (lambda: sanction("imposed", "2010", scope="all"), (Contradiction, "scope")),
    "expiry of what expired": (
        lambda: sanction("expired", "2010", expires_on=dt.date(2011, 1, 1)), (Contradiction, "expires_on"),
    ),
    "expiry before the start": (
        lambda: sanction("imposed", "2010", expires_on=dt.date(2009, 12, 31)), (Contradiction, "expires_on"),
    ),
    "programme of another direction": (
        lambda: sanction("imposed", "2010", programme=programme("EU>BY")), (Contradiction, "programme"),
    ),
    "list of another issuer": (lambda: ban("listed", "2010", list=ban_list("EU")), (Contradiction, "list")),
    "person on a list of countries": (
        lambda: ban("listed", "2010", list=ban_list(), person="A"), (Contradiction, "person"),
    ),
    "nobody on a list of persons": (
        lambda: ban("listed", "2010", list=ban_list(subject="person")), (Contradiction, "person"),
    ),
    "identifiers of nobody": (
        lambda: ban("listed", "2010", list=ban_list(), identifiers=["1"]), (Contradiction, "identifiers"),
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_wrong_is_refused_by_row_and_field_and_nothing_is_recorded(name):
    make, expected = REFUSED[name]
    drafts = [post("charge", "2009"), make()]
    before = Source.objects.count()
    with pytest.raises(SomeRefused) as refusal:
        record(*drafts)
    assert refusals(refusal) == {1: [expected]}
    assert (rows(), rows(SanctionEvent), StatusChange.objects.count()) == (0, 0, 0)
    assert Source.objects.count() == before


def test_everything_that_is_wrong_is_named_at_once():
    with pytest.raises(SomeRefused) as refusal:
        record(
            post("sleeping", "yesterday", holder="x" * 201, citations=[]),
            post("vacant", "2010"),
            sanction("expired", "2010", scope="all", expires_on=dt.date(2009, 1, 1)),
            post("vacant", ""),
        )
    assert refusals(refusal) == {
        0: [(Invalid, "holder"), (Invalid, "status"), (NotADate, "on"), (MissingEvidence, "citations")],
        2: [(Contradiction, "scope"), (Contradiction, "expires_on"), (Contradiction, "expires_on")],
        3: [(NotADate, "on")],
    }


def test_a_correction_with_unfit_values_is_refused():
    (fact,) = record(sanction("eased", "2010", scope="most"))
    with pytest.raises(SomeRefused) as refusal:
        correct(fact, action="imposed")
    assert refusals(refusal) == {0: [(Contradiction, "scope")]}
    with pytest.raises(SomeRefused):
        correct(fact, on="2010-02-30")
    assert [one.version for one in versions(fact)] == [1]


def test_moments_of_one_pair_rise_even_when_the_clock_stops(monkeypatch):
    frozen = dt.datetime(2024, 1, 1, tzinfo=dt.UTC)
    monkeypatch.setattr("relations.ledger.batch.clock", lambda: frozen)
    (fact,) = record(post("vacant", "2010"))
    correct(fact, on="2011")
    ledger.retract(AmbassadorStatus, fact.key, why="wrong", author=ledger.NOBODY)
    record(post("vacant", "2012"))
    old, new = versions(fact)
    moments = [old.recorded_at, new.recorded_at, new.superseded_at, AmbassadorStatus.objects.get(on="2012").recorded_at]
    assert moments == [frozen + dt.timedelta(microseconds=number) for number in range(4)]
    assert_everything_holds()


def test_a_clock_that_goes_back_does_not_take_the_log_back():
    record(sanction("imposed", "2019", expires_on=dt.date(2020, 2, 1)))
    with time_machine.travel(TODAY - dt.timedelta(days=10), tick=False):
        record(post("vacant", "2019"))
        assert_everything_holds()
    assert_everything_holds()


def test_the_query_count_of_a_record_does_not_grow_with_its_rows(django_assert_num_queries):
    """Savepoint and its release; sources locked; pairs counted, locked; clock; facts; citations; the periods and facts
    of the pair (1 + 4), periods written, spans of the tracks read, computed from their periods (2) and written (2), the
    pair, the log's lock and entries, and the queries of the outbox."""
    cited = source()
    record(post("vacant", "2001", citations=[citation(cited)]))

    def count(number):
        drafts = [
            post("vacant", f"20{10 + number}-01-{day:02}", citations=[citation(cited)]) for day in range(1, number + 1)
        ]
        with CaptureQueriesContext(connection) as queries:
            record(*drafts)
        return len(queries)

    assert count(2) == count(20) <= 29
