"""The evidence of a state is bounded: storage and work grow with the number of facts, and not with its square."""

import datetime as dt
from collections import Counter
from functools import reduce
from itertools import cycle

import pytest
from hypothesis import given
from hypothesis import strategies as st

from relations.status import evidence, periods
from relations.status.evidence import MOST_KEYS, Evidence
from tests.status.facts import ban, confirmed, event, fact_values, post, sanction, witness

FIRST = dt.date(2000, 1, 1)
TRACKS = {
    "one ambassador": lambda day, _: post("ambassador", day, holder="A"),
    "rotation": lambda day, number: post("ambassador", day, holder=f"Holder {number}"),
    "impositions": lambda day, _: sanction("imposed", day, measures=("arms",)),
    "easings": lambda day, _: sanction("eased", day),
    "regimes": lambda day, number: sanction("imposed", day, programme=number + 1),
    "listings": lambda day, _: ban("listed", day),
    "relations": lambda day, _: event("relations_established", day),
    "visits": lambda day, _: event("visit", day),
}
"""Facts of one track, by what they are; each goes on with the state before it, but for the rotation."""


def made(kind, count):
    return [TRACKS[kind]((FIRST + dt.timedelta(days=number)).isoformat(), number) for number in range(count)]


def stored(facts):
    """The number of periods of all tracks, and of the keys in them."""
    found = periods(facts)
    return len(found), sum(len(period.state.facts) for period in found)


@pytest.mark.parametrize("kind", TRACKS)
def test_a_state_names_twenty_facts_at_most_and_counts_all(kind):
    facts = made(kind, 109)
    states = [period.state for period in periods(facts)]
    assert max(len(state.facts) for state in states) <= MOST_KEYS == 20
    if kind not in ("rotation", "visits"):
        assert max(state.fact_count for state in states) == 109


@pytest.mark.parametrize("kind", TRACKS)
def test_storage_grows_with_the_number_of_facts(kind):
    (few_periods, few_keys), (many_periods, many_keys) = stored(made(kind, 100)), stored(made(kind, 400))
    assert many_periods <= 4.5 * few_periods
    assert many_keys <= 5 * few_keys


@pytest.mark.parametrize("kind", TRACKS)
def test_work_grows_with_the_number_of_facts(kind, monkeypatch):
    """Evidence is joined as often for each of 400 facts as for each of 100; a joining handles so many keys at most."""
    calls, sizes = Counter(), Counter()
    joined = Evidence.joined

    def counted(self, other):
        calls[count] += 1
        sizes[count] = max(sizes[count], len(self.shown) + len(other.shown))
        return joined(self, other)

    monkeypatch.setattr(Evidence, "joined", counted)
    for count in (100, 400):
        periods(made(kind, count))
    if kind != "regimes":
        assert calls[400] <= 4.5 * calls[100]
    assert sizes[400] <= 2 * MOST_KEYS + 1


def test_the_first_fact_those_that_set_measures_and_the_last_are_the_ones_that_are_named():
    facts = made("easings", 60)
    measured = sanction("imposed", "2000-01-20", measures=("arms",))
    state = next(
        period.state for period in periods([*facts, measured]) if period.track.part == "-" and period.end is None
    )
    assert state.fact_count == 61
    assert {facts[0].key, measured.key, facts[-1].key} <= set(state.facts)
    assert state.facts[-18:] == tuple(fact.key for fact in facts[-18:])


def test_those_that_set_measures_are_named_where_the_evidence_of_several_is_joined():
    several = [
        Evidence(tuple((f"{name}{number}", name == "b" and number == 3) for number in range(20)), 20) for name in "abc"
    ]
    for evidence_of_all in (Evidence.together(several), reduce(Evidence.joined, several)):
        assert evidence_of_all.keys == ("a0", "b3", *(f"c{number}" for number in range(2, 20)))
        assert evidence_of_all.number == 60


def test_facts_that_are_set_aside_are_looked_at_a_bounded_number_of_times(monkeypatch):
    """A register that covers every day and a vague data set: each fact is weighed a few times, and not n times."""
    register = witness("register", covers_to="2030-01-01", original=1)
    coded = witness("dataset", "2030-01-01", original=2)
    weighed = Counter()
    on = Evidence.on

    def counted(self, day):
        weighed[count] += 1
        return on(self, day)

    monkeypatch.setattr(Evidence, "on", counted)
    for count in (50, 200):
        facts = []
        for number, word in zip(range(count), cycle(["ambassador", "recalled"])):
            day = FIRST + dt.timedelta(days=20 * number)
            last = day + dt.timedelta(days=10)
            facts.append(post(word, day.isoformat(), by=(register,)))
            facts.append(post("minister", f"[{FIRST}..{last}]", nature="observation", by=(coded,)))
        periods(facts)
    assert weighed[200] <= 6 * weighed[50]


@given(st.lists(fact_values(), max_size=40))
def test_no_state_names_more_than_twenty_facts_or_more_than_it_counts(facts):
    for period in periods(facts):
        state = period.state
        assert len(state.facts) == len(set(state.facts)) == min(state.fact_count, MOST_KEYS)


def test_daily_confirmations_of_one_fact_are_one_period_for_each_day_and_one_key_each():
    source = witness("official_list", "2020-01-01")
    days = [(dt.date(2020, 1, 2) + dt.timedelta(days=number)).isoformat() for number in range(300)]
    seen_again = confirmed(source, *days)
    fact = sanction("observed", "2020-01-01", nature="observation", by=(source,), confirmations=seen_again)
    assert stored([fact])[1] <= 3 * 302


@given(st.lists(st.lists(fact_values(), max_size=6), min_size=1, max_size=8), st.integers(2, 5))
def test_evidence_joined_at_once_is_that_joined_one_after_the_other(lives, most):
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(evidence, "MOST_KEYS", most)
        several = [reduce(Evidence.with_fact, facts, Evidence()) for facts in lives]
        assert Evidence.together(several) == reduce(Evidence.joined, several)
