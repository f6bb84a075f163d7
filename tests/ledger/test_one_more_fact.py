"""One more fact is projected from the first day on that it can touch; the log says the same as after a whole fold."""

import datetime as dt
import gc

import pytest

from relations import ledger
from relations.ledger import projecting
from relations.ledger.pairs import reproject_pairs
from relations.models import SanctionEvent, StatusChange, StatusPeriod, StatusSpan
from tests.factories import citation, confirm, confirmation, event, post, record, sanction, source
from tests.ledger.invariants import assert_everything_holds

pytestmark = [pytest.mark.usefixtures("countries"), pytest.mark.django_db]


def last_entry(track):
    return StatusChange.objects.filter(track=track).order_by("id").last()


def test_periods_that_end_before_the_day_touched_are_neither_compared_nor_written():
    cited = [citation(source())]
    record(*(post(word, on, citations=cited) for word, on in (("charge", "1990-05-01"), ("ambassador", "1995-05-01"))))
    first = StatusPeriod.objects.filter(kind="ambassador").order_by("days").first()
    # As no command would have left it: a whole projection would write it again.
    StatusPeriod.objects.filter(pk=first.pk).update(holder="Nobody")

    (vacant,) = record(post("vacant", "2020-05-01", citations=cited))
    ledger.correct(type(vacant), vacant.key, values={"on": "2020-06-01"}, author=ledger.NOBODY)
    confirm(confirmation(vacant, "2020-07-01"))
    ledger.retract(type(vacant), vacant.key, why="A slip.", author=ledger.NOBODY)
    assert StatusPeriod.objects.get(pk=first.pk).holder == "Nobody"

    reproject_pairs({"BY-US"})
    assert_everything_holds()


def test_the_next_word_of_a_source_touches_the_days_since_its_word_before():
    register = source(kind="register", covers_to="2024-01-01")
    record(post("ambassador", "2010-01-01", citations=[citation(register)]))
    in_post = StatusPeriod.objects.filter(kind="ambassador", value="ambassador").order_by("days")
    assert [period.confirmed_to.year for period in in_post] == [2024, 2024]
    record(post("vacant", "2020-01-01", citations=[citation(register)]))
    assert [period.confirmed_to.isoformat() for period in in_post.all()] == ["2019-12-31"]
    assert_everything_holds()


def test_a_value_that_returns_is_logged_as_of_the_day_since_which_it_has_been_so():
    record(post("ambassador", "2000-03-01", holder="Ann"), post("ambassador", "2000-04-01", holder="Ann"))
    (second,) = record(post("ambassador", "2015-03-01", holder="Bob"))
    assert last_entry("ambassador:US>BY").effective.isoformat() == "2015-03-01"
    ledger.retract(type(second), second.key, why="A slip.", author=ledger.NOBODY)
    entry = last_entry("ambassador:US>BY")
    assert (entry.new["holder"], entry.effective.isoformat()) == ("Ann", "2000-03-01")
    assert_everything_holds()


def test_a_track_that_is_empty_again_is_logged_as_of_the_day_on_which_it_became_so():
    record(sanction("threatened", "2005-01-01", expires_on="2006-01-01"))
    (threat,) = record(sanction("threatened", "2020-01-01"))
    ledger.retract(SanctionEvent, threat.key, why="A slip.", author=ledger.NOBODY)
    entry = last_entry("sanctions:US>BY:-")
    assert (entry.new["value"], entry.effective.isoformat()) == ("unknown", "2006-01-02")
    assert_everything_holds()


def test_a_correction_touches_the_days_of_the_version_that_it_replaces():
    record(event("relations_established", "1992-01-01"))
    (severed,) = record(event("relations_severed", "2001-01-01"))
    ledger.correct(type(severed), severed.key, values={"on": "2019-01-01"}, author=ledger.NOBODY)
    then = StatusPeriod.objects.on(dt.date(2010, 1, 1)).get(kind="diplomatic_relations")
    assert then.value == "established"
    assert_everything_holds()


def test_the_spans_before_the_day_touched_stay_and_know_whether_their_value_returns():
    cited, other = [citation(source())], [citation(source(title="Another"))]
    record(*(post(word, f"{year}-05-01", citations=cited) for year, word in ((1990, "charge"), (1991, "vacant"))))
    (again,) = record(post("charge", "2020-05-01", citations=cited))
    is_last = StatusSpan.objects.filter(kind="ambassador", value="charge").order_by("start").values_list("last")
    # The second has two: it becomes stale.
    assert [last for (last,) in is_last] == [False, False, True]
    assert_everything_holds()
    disputing = record(post("closed", "2020-05-01", citations=other), post("closed", "1991-05-01", citations=other))
    assert_everything_holds()
    record(post("ambassador", "2021-05-01", citations=cited))
    assert_everything_holds()
    for fact in (again, *disputing):
        ledger.retract(type(fact), fact.key, why="A slip.", author=ledger.NOBODY)
        assert_everything_holds()
    assert StatusSpan.objects.get(kind="ambassador", value="charge").last


def test_a_span_that_only_its_first_days_dispute_remains_disputed():
    cited, other = [citation(source())], [citation(source(title="Another"))]
    record(sanction("imposed", "2000-01-01", citations=cited), sanction("lifted", "2000-01-01", citations=other))
    for day in ("2010-01-01", "2011-01-01"):
        (tightened,) = record(sanction("tightened", day, citations=cited))
        assert_everything_holds()
    ledger.retract(type(tightened), tightened.key, why="A slip.", author=ledger.NOBODY)
    assert_everything_holds()


@pytest.mark.parametrize("is_enabled", [True, False])
def test_no_garbage_is_looked_for_during_a_projection_and_the_collector_is_as_it_was_afterwards(
    is_enabled, monkeypatch
):
    during = []

    def failing(*_facts, **_days):
        during.append(gc.isenabled())
        raise RuntimeError

    monkeypatch.setattr(projecting, "periods", failing)
    was_enabled = gc.isenabled()
    try:
        (gc.enable if is_enabled else gc.disable)()
        with pytest.raises(RuntimeError):
            record(post("ambassador", "2010-01-01"))
        assert (during, gc.isenabled()) == ([False], is_enabled)
    finally:
        (gc.enable if was_enabled else gc.disable)()
