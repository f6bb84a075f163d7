"""The trend: the sign of two years of facts."""

import datetime as dt
from decimal import Decimal

import pytest

from relations.codes import AMBASSADOR_STATUSES, BanAction, EventKind, SanctionAction
from relations.status import State, periods, status
from relations.status.facts import Witness
from relations.status.posts import Posts
from relations.status.tracks import Step
from relations.status.trend import score
from tests.status.facts import ban, event, fact_value, post, sanction

SCORES = {
    "diplomatic-events": {
        "visit": "4", "talks": "1.5", "statement": "0", "criticism": "-2", "support": "5", "agreement": "5",
        "announcement": "2.5", "dispute": "-2", "relations_established": "5", "relations_restored": "5",
        "relations_suspended": "-6", "relations_severed": "-6", "recognition": "5", "non_recognition": "-2",
        "expulsion": "-5.5", "staff_cut": "-6", "aid_reduced": "-6", "annexation": "-9", "improvement": "2.5",
        "deterioration": "-2.5", "other": "0", "staff_limit": "-5.5", "election_not_recognised": "-2", "licence": "2.5",
        "deadline_set": "-2", "release": "5",
    },
    "sanction-events": {
        "threatened": "-3", "imposed": "-6", "reimposed": "-6", "tightened": "-6", "extended": "-1", "eased": "6.5",
        "suspended": "6.5", "lifted": "6.5", "expired": "2", "observed": "0",
    },
    "travel-ban-entries": {
        "considered": "-3", "listed": "-6", "amended": "0", "suspended": "4", "not_included": "4", "removed": "4",
    },
    "ambassadors": {
        "announced": "2.5", "nominated": "2", "agreement_granted": "2", "confirmed": "2", "appointed": "2",
        "ambassador": "5", "charge": "0", "vacant": "0", "non_resident": "0", "interests_section": "0",
        "protecting_power": "0", "minister": "0", "refused": "-2", "agreement_revoked": "-2", "lapsed": "0",
        "recalled": "-5.5", "withdrawn": "-5.5", "asked_to_leave": "-5.5", "expelled": "-5.5", "closed": "-6",
        "severed": "-6", "operations_suspended": "-5.5",
    },
}  # fmt: skip
"""The table of the design, typed once more."""


BROKEN = Posts({("US", "BY"): [Step(dt.date(1990, 1, 1), State(value="closed"))]})
"""A mission that had been shut."""


def test_every_word_has_the_score_of_the_table():
    assert {kind: set(words) for kind, words in SCORES.items()} == {
        "diplomatic-events": set(EventKind.values),
        "sanction-events": set(SanctionAction.values),
        "travel-ban-entries": set(BanAction.values),
        "ambassadors": {word for word, _ in AMBASSADOR_STATUSES},
    }
    for kind, words in SCORES.items():
        for word, points in words.items():
            assert score(fact_value(kind, word, "2020"), BROKEN) == Decimal(points), word


def trend(day, *facts):
    """(value, since, its facts); None where there is none."""
    found = status(periods(facts), dt.date.fromisoformat(day))
    shown = [period.state for track, period in found.items() if track.kind == "trend"]
    return (shown[0].value, shown[0].since, shown[0].facts) if shown else None


@pytest.mark.parametrize(
    ("words", "value"),
    [
        (["visit"], "improving"),
        (["criticism"], "deteriorating"),
        (["statement"], "stable"),
        (["deterioration", "talks"], "stable"),  # -1
        (["deterioration", "talks", "criticism"], "deteriorating"),  # -3
        (["talks", "improvement", "criticism", "talks", "deterioration"], "stable"),  # 1
        (["talks"], "improving"),  # 1.5
        (["talks", "improvement", "criticism"], "improving"),  # 2
    ],
)
def test_from_minus_one_to_one_both_included_is_stable(words, value):
    assert trend("2020-02-01", *(event(word, "2020-01-01") for word in words))[0] == value


def test_all_four_kinds_and_both_directions_count():
    facts = [
        event("visit", "2020-01-01"),
        post("ambassador", "2020-01-02", direction="BY>US"),
        sanction("imposed", "2020-01-03"),
        ban("listed", "2020-01-04"),
    ]
    shut = post("closed", "2008", direction="BY>US")
    days = ("2020-01-01", "2020-01-02", "2020-01-03", "2020-01-04")
    keys = tuple(fact.key for fact in facts)
    assert [trend(day, shut, *facts) for day in days] == [
        ("improving", "2020-01-01", keys[:1]),
        ("improving", "2020-01-01", keys[:2]),
        ("improving", "2020-01-01", keys[:3]),
        ("deteriorating", "2020-01-04", keys),
    ]


@pytest.mark.parametrize(
    ("on", "last", "gone"),
    [
        ("2018-02-01", "2020-01-31", "2020-02-01"),
        ("2020-02-29", "2022-02-28", "2022-03-01"),
        ("2018-02-28", "2020-02-27", "2020-02-28"),
        ("2018-03-01", "2020-02-29", "2020-03-01"),
        ("0001-01-01", "0002-12-31", "0003-01-01"),
    ],
)
def test_a_fact_counts_for_two_years_and_no_day_longer(on, last, gone):
    fact = event("visit", on)
    assert trend(last, fact) == ("improving", on, (fact.key,))
    assert trend(gone, fact) is None


def test_a_fact_near_the_end_of_the_calendar_counts_to_its_end():
    fact = event("visit", "9999-06-01")
    assert trend("9999-12-31", fact) == ("improving", "9999-06-01", (fact.key,))


def test_a_fact_counts_once_it_is_certain():
    fact = event("visit", "[2020-01-01..2020-02-01]")
    assert trend("2020-01-31", fact) == ("unknown", None, ())
    assert trend("2020-02-01", fact) == ("improving", "2020-02-01", (fact.key,))


def test_the_trend_changes_by_itself_when_a_fact_is_two_years_old():
    facts = [event("expulsion", "2018-01-01"), event("visit", "2019-01-01")]
    assert trend("2019-12-31", *facts)[:2] == ("deteriorating", "2018-01-01")
    assert trend("2020-01-01", *facts)[:2] == ("improving", "2020-01-01")
    assert trend("2021-01-01", *facts) is None


def test_a_sum_of_tenths_is_exact():
    """6.5 - 5.5 is 1 and no hair more."""
    assert trend("2020-02-01", sanction("eased", "2020-01-01"), event("expulsion", "2020-01-01"))[0] == "stable"


def test_what_is_only_observed_scores_nothing():
    facts = [event("visit", "2020-01-01", nature="observation"), sanction("observed", "2020-01-01")]
    assert trend("2020-02-01", *facts)[0] == "stable"


BREAKS = [
    "recalled", "withdrawn", "asked_to_leave", "expelled", "closed", "operations_suspended", "severed",
    "interests_section", "protecting_power",
]  # fmt: skip
ROTATING = ["ambassador", "nominated", "confirmed", "appointed"]


@pytest.mark.parametrize("word", ROTATING)
@pytest.mark.parametrize("before", BREAKS)
def test_an_appointment_that_ends_a_break_is_friendship(word, before):
    assert trend("2020-01-01", post(before, "2016"), post(word, "2020-01-01"))[0] == "improving"


@pytest.mark.parametrize("word", ROTATING)
@pytest.mark.parametrize("before", ["ambassador", "minister", "non_resident", "charge", "vacant"])
def test_rotation_is_no_friendship(word, before):
    facts = [post(before, "2017-06-01", holder="A"), post(word, "2020-01-01", holder="B")]
    assert trend("2020-01-01", *facts)[0] == "stable"


def test_the_first_appointment_that_is_known_is_rotation():
    assert trend("2020-01-01", post("ambassador", "2020-01-01"))[0] == "stable"


@pytest.mark.parametrize(("on", "value"), [("2020-02-28", "stable"), ("2020-03-01", "improving")])
def test_three_years_without_an_ambassador_are_a_break(on, value):
    facts = [post("ambassador", "2015"), post("charge", "2017-03-01"), post("vacant", "2018-05-01")]
    assert trend(on, *facts, post("ambassador", on))[0] == value


@pytest.mark.parametrize("word", ["agreement_granted", "announced"])
def test_other_words_on_the_way_to_a_post_score_whatever_was_before(word):
    assert trend("2020-01-01", post("ambassador", "2017"), post(word, "2020-01-01"))[0] == "improving"


def test_the_post_before_is_that_of_the_day_before_an_appointment_is_certain():
    recalled_that_day = [post("ambassador", "2017"), post("recalled", "2020-01-01"), post("ambassador", "2020-01-01")]
    assert trend("2020-01-01", *recalled_that_day)[0] == "deteriorating"


def test_of_kinds_of_sources_of_one_rank_the_basis_names_the_first_in_every_process():
    """The order of a set of words differs with PYTHONHASHSEED."""
    kinds = ("registry", "register", "official_list")
    facts = [event("visit", f"2020-01-0{day}", by=(Witness(kind),)) for day, kind in enumerate(kinds, 1)]
    assert [one.state.basis for one in periods(facts) if one.track.kind == "trend"][2] == "official_list"
