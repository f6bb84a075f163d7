"""Folding from a day on gives, bit by bit, the end of the whole fold, and nothing changes before the day touched."""

import datetime as dt
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from relations.status import NOTHING, first_day_touched, periods, spans
from relations.status.spans import spans_since
from tests.status.facts import HORIZON, ban, event, fact_values, post, sanction, witness

KINDS = ["ambassadors", "sanctions", "bans", "events"]
LEAVING = [day.replace(year=2022) for day in HORIZON if (day.month, day.day) != (2, 29)]
"""The days on which made-up facts leave the two years of the trend, and those around them."""


def reaching(found, day):
    return [period for period in found if period.end is None or period.end >= day]


def trend_before(found, day):
    earlier = day - dt.timedelta(days=1)
    return next((one.state for one in found if one.track.kind == "trend" and one.covers(earlier)), NOTHING)


@pytest.mark.parametrize("kind", [*KINDS, "all"])
@given(st.data())
def test_a_fold_since_a_day_is_the_end_of_the_whole_fold(kind, data):
    facts = data.draw(st.lists(fact_values(*([] if kind == "all" else [kind])), max_size=10))
    until = data.draw(st.one_of(st.none(), st.sampled_from(HORIZON)))
    whole = periods(facts, until=until)
    for day in data.draw(st.lists(st.sampled_from(HORIZON + LEAVING), min_size=1, max_size=4)):
        assert periods(facts, until=until, since=day) == reaching(whole, day), day
        assert periods(facts, until=until, since=day, before=trend_before(whole, day)) == reaching(whole, day), day


def test_an_empty_trend_does_not_begin_before_the_last_fact_has_left_it():
    """An empty window is as unknown as what was before the first fact: the two are not one period."""
    facts = [event("visit", "2010-12-31"), event("talks", "[..2020-01-31]")]
    whole = periods(facts)
    for day in ("2013-01-01", "2014-01-01", "2020-01-31", "2021-06-01"):
        since = dt.date.fromisoformat(day)
        assert periods(facts, since=since) == reaching(whole, since)


def test_a_trend_goes_on_from_the_day_before_through_years_of_facts():
    facts = [event("visit", f"{1993 + n // 6}-{1 + n % 6 * 2:02}-{(n % 28) + 1:02}") for n in range(60)]
    facts += [sanction("imposed", f"{year}-02-{day}") for year in (1996, 2000) for day in (28, 29)]
    whole = periods(facts)
    for day in (one.start + dt.timedelta(days=more) for one in whole for more in (0, 1) if one.track.kind == "trend"):
        assert periods(facts, since=day, before=trend_before(whole, day)) == reaching(whole, day), day


def test_a_trend_that_was_not_as_it_is_said_to_be_is_added_up_again():
    facts = [event("visit", "2010-12-31"), sanction("imposed", "2011-02-01"), event("talks", "2011-03-01")]
    since = dt.date(2011, 3, 1)
    wrong = replace(trend_before(periods(facts), since), value="improving", since="1999-01-01")
    assert periods(facts, since=since, before=wrong) == reaching(periods(facts), since)


def resumed(old, new):
    """Periods stored after a command: the old ones, and from the day touched on those of a fold since then."""
    kept = {fact.key for fact in old if fact in new}
    changed = [fact for fact in (*old, *new) if fact.key not in kept]
    since = first_day_touched(changed, [fact for fact in new if fact.key in kept])
    stored = periods(old)
    if since is None:
        return stored
    again = periods(new, since=since, before=trend_before(stored, since))
    return sorted(
        [*(one for one in stored if not one.reaches(since)), *again], key=lambda period: (period.track, period.start)
    )


@pytest.mark.parametrize("kind", [*KINDS, "all"])
@given(st.data())
def test_recording_correcting_and_retracting_leave_what_a_whole_fold_gives(kind, data):
    kinds = [] if kind == "all" else [kind]
    old = data.draw(st.lists(fact_values(*kinds), max_size=10))
    new = list(old)
    for _ in range(data.draw(st.integers(1, 2))):
        another = data.draw(fact_values(*kinds))
        place = data.draw(st.integers(0, len(new)))
        act = data.draw(st.sampled_from(["record", "record", "correct", "confirm", "retract"]))
        if act == "record" or place == len(new):
            new.insert(place, another)
        elif act == "correct" and new[place].kind == another.kind:
            new[place] = replace(another, key=new[place].key, first_recorded_at=new[place].first_recorded_at)
        elif act == "confirm":
            new[place] = replace(new[place], confirmations=another.confirmations)
        else:
            del new[place]
    assert resumed(old, new) == sorted(periods(new), key=lambda period: (period.track, period.start))


@pytest.mark.parametrize("kind", [*KINDS, "all"])
@given(st.data())
def test_spans_since_a_day_are_the_end_of_all_spans(kind, data):
    whole = periods(data.draw(st.lists(fact_values(*([] if kind == "all" else [kind])), max_size=10)))
    day = data.draw(st.sampled_from(HORIZON))
    for track in {one.track for one in whole}:
        own = [one for one in whole if one.track == track]
        expected = [one for one in spans(own) if one.end is None or one.end >= day]
        if expected[0].start < day:
            was_disputed = any(one.state.disputed for one in expected[0].pieces if not one.reaches(day))
            head = replace(expected[0], disputed=was_disputed, end=None, end_edtf="", value="?", holder="?")
            assert spans_since(day, head, reaching(own, day)) == expected


def test_a_span_that_was_disputed_on_earlier_days_is_disputed():
    facts = [
        post("ambassador", "2020-01-01", holder="A", by=(witness("register", covers_to="2021-01-01", original=2),)),
        post("charge", "[2019-01-01..2020-01-15]", holder="B", nature="observation", by=(REGISTER,)),
    ]
    day = dt.date(2020, 7, 1)
    own = [one for one in periods(facts) if str(one.track) == "ambassador:US>BY"]
    head = [one for one in spans(own) if one.start < day][-1]
    assert [one.state.disputed for one in reaching(own, day)][:1] == [False]
    (again, *_) = spans_since(day, head, reaching(own, day))
    assert (again.value, again.start, again.disputed) == ("ambassador", dt.date(2020, 1, 1), True)


REGISTER = witness("register", covers_to="2020-06-01", original=1)
ARTICLE = witness("article", "2020-02-10", original=2)


@pytest.mark.parametrize(
    ("old", "another"),
    [
        # The register speaks of no day after its next word: what it says of February ends earlier than it did.
        (
            [post("ambassador", "2020-02-01", by=(REGISTER,)), post("ambassador", "2020-02-10", by=(ARTICLE,))],
            post("vacant", "2020-03-01", by=(REGISTER,)),
        ),
        # The claim of an act ends with its own source's next one: now it runs on, and is disputed meanwhile.
        (
            [
                sanction("imposed", "2020-01-01", originals=frozenset({1})),
                sanction("lifted", "2020-02-10", by=(ARTICLE,)),
            ],
            sanction("extended", "2020-03-01", originals=frozenset({1})),
        ),
        # An ambassador in post is a word on what is next.
        (
            [
                post("nominated", "2020-02-01", by=(REGISTER,), holder="Ann"),
                post("nominated", "2020-02-10", by=(ARTICLE,), holder="Ann"),
            ],
            post("ambassador", "2020-03-01", by=(REGISTER,), holder="Ann"),
        ),
    ],
)
def test_a_source_s_next_word_touches_the_days_since_its_word_before(old, another):
    assert first_day_touched([another], old) == old[0].latest
    assert resumed(old, [*old, another]) == sorted(periods([*old, another]), key=lambda one: (one.track, one.start))
    assert resumed([*old, another], old) == sorted(periods(old), key=lambda one: (one.track, one.start))


BOTH, JANUARY = (REGISTER, ARTICLE), dt.date(2020, 1, 1)


@pytest.mark.parametrize(
    ("others", "fact"),
    [
        ([post("vacant", "2020-01-01", by=(REGISTER,)), post("vacant", "2020-02-01", by=(ARTICLE,))],
         post("vacant", "2020-03-01", by=BOTH)),
        ([post("vacant", "2020-01-01", by=BOTH), post("vacant", "2020-02-01", "BY>US", by=BOTH)],
         post("vacant", "2020-03-01", by=BOTH)),
        ([ban("listed", "2020-01-01", by=BOTH, list=1), ban("listed", "2020-02-01", by=BOTH, list=2)],
         ban("delisted", "2020-03-01", by=BOTH, list=1)),
        ([ban("listed", "2020-01-01", by=BOTH, person="A"), ban("listed", "2020-02-01", by=BOTH, person="B")],
         ban("delisted", "2020-03-01", by=BOTH, person="A")),
        ([post("nominated", "2020-01-01", by=BOTH), post("vacant", "2020-02-01", by=BOTH)],
         post("ambassador", "2020-03-01", by=BOTH)),
        ([post("nominated", "2020-01-01", by=BOTH), post("nominated", "2020-02-01", "BY>US", by=BOTH)],
         post("ambassador", "2020-03-01", by=BOTH)),
    ],
    ids=["each of two sources", "another direction", "another list", "another person", "no word on what is next",
         "what is next elsewhere"],
)  # fmt: skip
def test_the_word_before_is_the_last_one_of_the_same_source_and_track(others, fact):
    """A later word of another source or track hides none that is older."""
    assert first_day_touched([fact], others) == JANUARY


def test_a_word_of_the_same_day_that_counts_later_is_not_the_word_before():
    before, fact, later = (post("vacant", f"2020-{month}-01", by=(REGISTER,)) for month in ("01", "03", "03"))
    assert first_day_touched([fact], [before, later]) == JANUARY
    assert first_day_touched([later], [before, fact]) == fact.latest
