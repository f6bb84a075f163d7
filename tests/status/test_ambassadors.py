"""Posts, what is next on them, and diplomatic relations: an example for each word."""

import datetime as dt
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from relations.codes import EVENT_RELATIONS, EventKind, NextStatus, PostStatus
from relations.status import periods, status
from tests.status.facts import confirmed, event, fact_values, post, witness

DAY = dt.date(2020, 2, 2)
POST, NEXT, RELATIONS = "ambassador:US>BY", "next:US>BY", "diplomatic_relations"
MISSIONS = ("ambassador", "minister", "charge", "non_resident")
"""Words of a post that imply diplomatic relations."""


def on(day, *facts):
    """The tracks on a day: value, holder, since; without the trend."""
    shown = status(periods(facts), day if isinstance(day, dt.date) else dt.date.fromisoformat(day))
    return {
        str(track): (period.state.value, period.state.holder, period.state.since)
        for track, period in shown.items()
        if track.kind != "trend"
    }


@pytest.mark.parametrize("word", [word for word in PostStatus if word != "ambassador"])
def test_a_word_of_the_post_says_who_leads_the_mission_and_leaves_the_next_track_alone(word):
    implied = "established" if word in MISSIONS else "severed" if word == "severed" else None
    assert on(DAY, post("announced", "2019"), post(word, "2020-01")) == {
        POST: (word, "", "2020-01"),
        NEXT: ("announced", "", "2019"),
    } | ({RELATIONS: (implied, "", "2020-01")} if implied else {})


def test_an_ambassador_in_post_empties_the_next_track():
    coming = post("confirmed", "2019", holder="Fisher")
    arrived = post("ambassador", "2020-01", holder="Fisher")
    assert on(DAY, coming, arrived) == {
        POST: ("ambassador", "Fisher", "2020-01"),
        NEXT: ("none", "", "2020-01"),
        RELATIONS: ("established", "", "2020-01"),
    }


ARRIVED = st.one_of(st.just("ambassador"), st.sampled_from([*PostStatus]))
SOON_OLD = witness("official_list", "2020-02-22", good_for=2, original=1)
LONG = witness("register", "2020-02-22", covers_to="2024-01-01", original=2)


def assert_no_matter_who_was_on_the_way_long_before(facts):
    """After the first arrival; the word of long before is another source's."""
    announced = [
        post("announced", "1990", side, by=(witness("legal_act", original=99),)) for side in ("US>BY", "BY>US")
    ]
    first = min((fact.latest for fact in facts if fact.word == "ambassador"), default=dt.date.max)
    alone, after = (
        [one for one in periods(known) if one.track.kind == "next" and one.start >= first and one.state.value == "none"]
        for known in (facts, [*announced, *facts])
    )
    assert alone == after


@given(st.lists(st.tuples(fact_values("ambassadors"), ARRIVED), max_size=8))
def test_those_who_arrive_say_the_same_of_what_is_next_whoever_was_on_the_way_long_before(drawn):
    assert_no_matter_who_was_on_the_way_long_before(
        [replace(fact, word=str(word)) for fact, word in drawn if fact.earliest is not None]
    )


@pytest.mark.parametrize(
    "facts",
    [
        # The first is seen again after the second arrived, when it had been out of date.
        [
            post("ambassador", "2020-02-22", by=(SOON_OLD,), confirmations=confirmed(SOON_OLD, "2020-03-20")),
            post("ambassador", "2020-03-01", by=(SOON_OLD,)),
        ],
        # The register speaks of the first up to its own next word only.
        [post("ambassador", "2020-02-22", by=(LONG,)), post("ambassador", "2021-02-22", by=(LONG,))],
    ],
)
def test_those_who_arrived_and_were_seen_later_are_evidence_as_far_as_their_sources_speak_of_them(facts):
    assert_no_matter_who_was_on_the_way_long_before(facts)


def test_who_is_announced_after_an_ambassador_took_up_the_post_is_next():
    facts = [post("ambassador", "2020-01", holder="Fisher"), post("announced", "2020-02-01")]
    assert on(DAY, *facts) == {
        POST: ("ambassador", "Fisher", "2020-01"),
        NEXT: ("announced", "", "2020-02-01"),
        RELATIONS: ("established", "", "2020-01"),
    }


@pytest.mark.parametrize("word", list(NextStatus))
def test_a_word_of_what_is_next_stays_until_a_later_word_and_leaves_the_post_alone(word):
    facts = [post("vacant", "2010~"), post(word, "2020-01-15", holder="Fisher")]
    assert on(DAY, *facts) == {POST: ("vacant", "", "2010~"), NEXT: (word, "Fisher", "2020-01-15")}
    assert on(DAY, *facts, post("nominated", "2020-01-20"))[NEXT] == ("nominated", "", "2020-01-20")


@pytest.mark.parametrize("word", ["refused", "agreement_revoked", "lapsed"])
def test_an_end_of_what_was_next_stays_shown_through_a_recall(word):
    facts = [post(word, "2020-01-15"), post("recalled", "2020-02-01")]
    assert on(DAY, *facts) == {POST: ("recalled", "", "2020-02-01"), NEXT: (word, "", "2020-01-15")}


def test_a_new_holder_begins_a_new_run_and_a_second_word_for_the_same_does_not():
    first, again = post("ambassador", "2018", holder="A"), post("ambassador", "2019", holder="A")
    other = post("ambassador", "2020-01-01", holder="B")
    assert on("2019-12-31", first, again)[POST] == ("ambassador", "A", "2018")
    assert on(DAY, first, again, other)[POST] == ("ambassador", "B", "2020-01-01")


def test_a_value_that_comes_back_has_a_new_since():
    facts = [post("ambassador", "2018"), post("recalled", "2019"), post("ambassador", "2020-01-05")]
    assert on(DAY, *facts)[POST] == ("ambassador", "", "2020-01-05")


def test_the_two_directions_are_two_tracks():
    facts = [post("ambassador", "2018"), post("closed", "2019", direction="BY>US")]
    assert on(DAY, *facts) == {
        POST: ("ambassador", "", "2018"),
        NEXT: ("none", "", "2018"),
        "ambassador:BY>US": ("closed", "", "2019"),
        RELATIONS: ("established", "", "2018"),
    }


def test_a_fact_counts_from_its_latest_day_and_is_uncertain_before():
    fact = post("vacant", "[2008-03-12..2008-05-03]")
    found = periods([fact])

    def shown(day):
        period = status(found, dt.date.fromisoformat(day)).get(track)
        return period and (period.state.value, period.uncertain)

    track = next(period.track for period in found if str(period.track) == POST)
    assert shown("2008-03-11") is None
    assert shown("2008-03-12") == ("unknown", (fact.key,))
    assert shown("2008-05-02") == ("unknown", (fact.key,))
    assert shown("2008-05-03") == ("vacant", ())


def test_an_open_start_is_uncertain_for_the_ten_years_before_its_last_day():
    fact = post("vacant", "[..2020-02-01]")
    found = periods([fact])
    assert status(found, dt.date(2010, 1, 31)) == {}
    shown = status(found, dt.date(2010, 2, 1))
    assert {str(track): period.uncertain for track, period in shown.items()} == {
        POST: (fact.key,),
        "trend": (fact.key,),
    }


@pytest.mark.parametrize(("last", "floor"), [("0011-01-01", "0001-01-01"), ("0010-12-31", "0001-01-01")])
def test_an_open_start_near_the_first_day_of_the_calendar_is_uncertain_from_that_day(last, floor):
    fact = post("vacant", f"[..{last}]")
    assert min(period.start for period in periods([fact])) == dt.date.fromisoformat(floor)


@pytest.mark.parametrize(("kind", "value"), EVENT_RELATIONS.items())
def test_relations_are_what_the_last_of_their_events_made_them(kind, value):
    before = event("relations_severed" if value != "severed" else "relations_suspended", "2019")
    assert on(DAY, before, event(kind, "2020-01-10")) == {"diplomatic_relations": (value, "", "2020-01-10")}


@pytest.mark.parametrize("kind", [kind for kind in EventKind if kind not in EVENT_RELATIONS])
def test_every_other_event_moves_the_trend_alone(kind):
    assert on(DAY, event(kind, "2020-01-10")) == {}


def test_restoring_established_relations_goes_on_with_the_run():
    facts = [event("relations_established", "1992"), event("relations_restored", "2019")]
    assert on(DAY, *facts) == {"diplomatic_relations": ("established", "", "1992")}


def test_facts_of_either_side_change_the_one_track_of_relations():
    facts = [event("relations_established", "1992"), event("relations_severed", "2019", direction="BY>US")]
    assert on(DAY, *facts) == {"diplomatic_relations": ("severed", "", "2019")}


def test_facts_of_one_day_count_in_the_order_of_their_first_days_then_of_their_record():
    late = post("recalled", "2020-01-31")
    month = post("vacant", "2020-01")
    opened = post("closed", "[..2020-01-31]")
    assert on(DAY, late, month, opened)[POST] == ("recalled", "", "2020-01-31")
    assert on(DAY, opened, month)[POST] == ("vacant", "", "2020-01")
    one, two = post("vacant", "2020-01-31"), post("charge", "2020-01-31")
    assert on(DAY, two, one)[POST] == ("charge", "", "2020-01-31")
