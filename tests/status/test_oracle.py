"""The fold of facts into periods, compared with a naive reading of the rules, and the invariants of any fold."""

import datetime as dt
from collections import defaultdict
from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from relations.codes import UNKNOWN
from relations.status import NOTHING, contradictions, next_change_after, periods, status, track_of
from tests.status import oracle
from tests.status.facts import HORIZON, fact_values

TWO_YEARS_ON = [day.replace(year=2022) if (day.month, day.day) != (2, 29) else dt.date(2022, 2, 28) for day in HORIZON]


def shown_on(found, day):
    return {str(track): oracle.seen(period, day) for track, period in status(found, day).items()}


def assert_agree(facts, days=HORIZON, until=None):
    """The product's status equals the oracle's on every one of the days; for the trend the days run on."""
    found = periods(facts, until=until)
    expected = oracle.statuses(facts, days, until)
    for day in days:
        assert shown_on(found, day) == expected[day], day


@pytest.mark.parametrize("kind", ["ambassadors", "sanctions", "bans", "events"])
@given(st.data())
def test_status_is_what_a_naive_reading_of_the_rules_says(kind, data):
    assert_agree(data.draw(st.lists(fact_values(kind), max_size=8)))


@given(st.lists(fact_values(), max_size=10))
def test_status_of_all_kinds_together_is_what_a_naive_reading_says(facts):
    assert_agree(facts)


@given(st.lists(fact_values(), max_size=8), st.sampled_from(HORIZON))
def test_tracks_of_a_country_that_ended_are_what_a_naive_reading_says(facts, until):
    assert_agree(facts, until=until)


@given(st.lists(fact_values("events", "ambassadors"), max_size=6))
def test_trend_two_years_on_is_what_a_naive_reading_says(facts):
    found = periods(facts)
    expected = oracle.trends(facts, [HORIZON[0] + dt.timedelta(days=number) for number in range(900)], TWO_YEARS_ON)
    for day in TWO_YEARS_ON:
        trend = {name: value for name, value in shown_on(found, day).items() if name == "trend"}
        assert trend == expected[day], day


@given(st.lists(fact_values(), max_size=10), st.randoms(use_true_random=False))
def test_status_does_not_depend_on_the_order_in_which_facts_are_handed_over(facts, random):
    shuffled = random.sample(facts, len(facts))
    assert periods(shuffled) == periods(facts)


@given(st.lists(fact_values(), max_size=10, unique_by=lambda fact: fact.latest), st.randoms(use_true_random=False))
def test_status_does_not_depend_on_the_order_of_recording_given_distinct_days(facts, random):
    moments = [fact.first_recorded_at for fact in facts]
    random.shuffle(moments)
    recorded = [
        replace(fact, first_recorded_at=moment, recorded_at=moment) for fact, moment in zip(facts, moments, strict=True)
    ]
    assert periods(recorded) == periods(facts)


@given(st.lists(fact_values(), max_size=10))
def test_periods_of_a_track_follow_each_other_and_differ(facts):
    by_track = defaultdict(list)
    for period in periods(facts):
        by_track[period.track].append(period)
    for own in by_track.values():
        for one, other in pairwise(own):
            assert one.end is not None
            assert one.end <= other.start
            assert one.end < other.start or (one.state, one.uncertain) != (other.state, other.uncertain)
    assert all(period.end is None or period.start < period.end for own in by_track.values() for period in own)


@given(st.lists(fact_values(), max_size=10))
def test_the_evidence_of_a_state_is_certain_and_of_its_track_and_a_disputed_fact_disputes_it(facts):
    known = {fact.key: fact for fact in facts}
    contradicted = contradictions(facts)
    for period in periods(facts):
        evidence = [known[key] for key in period.state.facts]
        assert all(fact.latest <= period.start for fact in evidence)
        assert bool(evidence) == (period.state != NOTHING)
        assert len(evidence) == period.state.fact_count
        # That two sources name two ambassadors disputes the post, and not what is next.
        arrivals = {fact.key for fact in evidence if period.track.kind == "next" and fact.word == "ambassador"}
        disputed = {fact.key for fact in evidence if fact.contested} | contradicted.keys() - arrivals
        is_known = period.state.value != UNKNOWN
        assert period.state.disputed or not (is_known and any(fact.key in disputed for fact in evidence))
        for fact in evidence:
            own = track_of(fact) or period.track
            assert (
                period.track.kind == "trend"
                or own == period.track
                or own._replace(part="") == period.track
                or (period.track.kind == "next" and own.kind == "ambassador")  # who arrived, and who disputes it
                or (period.track.kind == "diplomatic_relations" and own.kind == "ambassador")  # who implies them
            )


@given(st.lists(fact_values(), max_size=10), st.sampled_from(HORIZON))
def test_the_next_change_is_the_first_day_on_which_the_log_would_differ(facts, day):
    found = periods(facts)

    def logged(on):
        return {
            str(track): period.state.logged_value(track.kind)
            for track, period in status(found, on).items()
            if period.state.logged_value(track.kind) != NOTHING.logged_value(track.kind)
        }

    today, change_day = logged(day), next_change_after(found, day)
    last = change_day or day + dt.timedelta(days=900)
    between = (day + dt.timedelta(days=number) for number in range(1, (last - day).days))
    assert all(logged(on) == today for on in between)
    assert change_day is None or logged(change_day) != today
