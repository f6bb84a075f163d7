"""The fold of facts into periods, held to a naive reading of the rules and to what must be true of any fold."""

import datetime as dt
from collections import defaultdict
from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from relations.status import NOTHING, Period, contradictions, next_change_after, periods, status, track_of
from tests.status import oracle
from tests.status.facts import HORIZON, acts

TWO_YEARS_ON = [day.replace(year=2022) if (day.month, day.day) != (2, 29) else dt.date(2022, 2, 28) for day in HORIZON]


def seen(period: Period) -> oracle.Seen:
    state = period.state
    return oracle.Seen(
        value=state.value, holder=state.holder, measures=state.measures, scope=state.scope,
        visa_classes=state.visa_classes, expires_on=state.expires_on, since=state.since, uncertain=period.uncertain,
    )  # fmt: skip


def assert_agree(facts, days=HORIZON):
    """The product's status equals the oracle's on every one of the days; for the trend the days run on."""
    found = periods(facts)
    told = oracle.statuses(facts, days)
    for day in days:
        assert {str(track): seen(period) for track, period in status(found, day).items()} == told[day], day


@pytest.mark.parametrize("kind", ["ambassadors", "sanctions", "bans", "events"])
@given(st.data())
def test_status_is_what_a_naive_reading_of_the_rules_says(kind, data):
    assert_agree(data.draw(st.lists(acts(kind), max_size=8)))


@given(st.lists(acts(), max_size=10))
def test_status_of_all_kinds_together_is_what_a_naive_reading_says(facts):
    assert_agree(facts)


@given(st.lists(acts("events", "ambassadors"), max_size=6))
def test_trend_two_years_on_is_what_a_naive_reading_says(facts):
    found = periods(facts)
    days = [HORIZON[0] + dt.timedelta(days=number) for number in range(900)]
    told = oracle.statuses(facts, days)
    for day in TWO_YEARS_ON:
        trend = {str(track): seen(period) for track, period in status(found, day).items() if track.kind == "trend"}
        assert trend == {name: value for name, value in told[day].items() if name == "trend"}, day


@given(st.lists(acts(), max_size=10), st.randoms(use_true_random=False))
def test_status_does_not_depend_on_the_order_in_which_facts_are_handed_over(facts, random):
    shuffled = random.sample(facts, len(facts))
    assert periods(shuffled) == periods(facts)


@given(st.lists(acts(), max_size=10, unique_by=lambda act: act.latest), st.randoms(use_true_random=False))
def test_status_does_not_depend_on_the_order_of_recording_given_distinct_days(facts, random):
    moments = [act.first_recorded_at for act in facts]
    random.shuffle(moments)
    recorded = [
        replace(act, first_recorded_at=moment, recorded_at=moment) for act, moment in zip(facts, moments, strict=True)
    ]
    assert periods(recorded) == periods(facts)


@given(st.lists(acts(), max_size=10))
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


@given(st.lists(acts(), max_size=10))
def test_the_facts_behind_a_state_are_certain_and_of_its_track_and_say_whether_it_is_disputed(facts):
    known = {act.key: act for act in facts}
    contradicted = contradictions(facts)
    for period in periods(facts):
        behind = [known[key] for key in period.state.facts]
        assert all(act.latest <= period.start for act in behind)
        assert bool(behind) == (period.state != NOTHING)
        assert period.state.disputed == any(act.contested or act.key in contradicted for act in behind)
        for act in behind:
            own = track_of(act) or period.track
            assert (
                period.track.kind == "trend"
                or own == period.track
                or own._replace(part="") == period.track
                or (period.track.kind == "next" and own.kind == "ambassador")  # who arrived, and who disputes it
            )


@given(st.lists(acts(), max_size=10), st.sampled_from(HORIZON))
def test_the_next_turn_is_the_first_day_that_tells_something_else(facts, day):
    found = periods(facts)

    def told(on):
        return {
            str(track): period.state.logged_value(track.kind)
            for track, period in status(found, on).items()
            if period.state.logged_value(track.kind) != NOTHING.logged_value(track.kind)
        }

    turn = next_change_after(found, day)
    last = turn or day + dt.timedelta(days=900)
    between = (day + dt.timedelta(days=number) for number in range(1, (last - day).days))
    assert all(told(on) == told(day) for on in between)
    assert turn is None or told(turn) != told(day)
