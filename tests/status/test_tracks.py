"""Names of tracks, pairs and directions, and what the change log shows of a state."""

import datetime as dt

import pytest

from relations.codes import (
    VALUES,
    NotTwoCountries,
    TrackKind,
    label_in_sentence,
    pair_of_direction,
    pair_sides,
    parse_direction,
    parse_pair,
)
from relations.status import FACT_KINDS, NOTHING, Period, State, Track

CODES = {"us": "US", "blr": "BY", "by": "BY"}


@pytest.mark.parametrize(
    ("name", "track"),
    [
        ("trend", Track("trend")),
        ("ambassador:US>BY", Track("ambassador", "US", "BY")),
        ("sanctions:US>BY:-", Track("sanctions", "US", "BY", "-")),
        ("travel_ban:US>BY:12", Track("travel_ban", "US", "BY", "12")),
    ],
)
def test_name_of_a_track_is_read_as_it_is_written(name, track):
    assert (Track.named(name), str(track)) == (track, name)
    assert track.direction == ("US>BY" if track.sender else "")
    assert track.whole == Track(track.kind, track.sender, track.receiver)


STATE = State(
    value="in_force", holder="Julie Fisher", measures=("arms",), scope="full", visa_classes=("B1",),
    expires_on=dt.date(2026, 2, 28), since="2006", facts=("a",), disputed=True,
)  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "details"),
    [
        ("ambassador", {"holder": "Julie Fisher"}),
        ("next", {"holder": "Julie Fisher"}),
        ("sanctions", {"measures": ["arms"], "expires_on": "2026-02-28"}),
        ("travel_ban", {"scope": "full", "visa_classes": ["B1"]}),
        ("diplomatic_relations", {}),
        ("trend", {}),
    ],
)
def test_log_shows_of_a_state_what_its_kind_of_track_has(kind, details):
    assert STATE.logged_value(kind) == {"value": "in_force", **details}


def test_log_shows_no_deadline_as_null():
    assert NOTHING.logged_value("sanctions") == {"value": "unknown", "measures": [], "expires_on": None}


def test_period_covers_its_first_day_and_not_its_end():
    start, end = dt.date(2020, 1, 1), dt.date(2020, 1, 3)
    period = Period(track=Track("trend"), start=start, end=end, state=NOTHING)
    days = [start + dt.timedelta(days=number) for number in range(-1, 3)]
    assert [period.covers(day) for day in days] == [False, True, True, False]
    assert Period(track=Track("trend"), start=start, end=None, state=NOTHING).covers(dt.date.max)


@pytest.mark.parametrize("text", ["us-blr", "by-us"])
def test_pair_is_read_whichever_way_round(text):
    assert parse_pair(text, country=CODES.__getitem__) == "BY-US"


def test_direction_is_read_as_it_is_written():
    assert parse_direction("us>blr", country=CODES.__getitem__) == "US>BY"
    assert (pair_of_direction("US>BY"), pair_sides("BY-US")) == ("BY-US", ("BY", "US"))


@pytest.mark.parametrize(("text", "same"), [("usby", ""), ("us>by", ""), ("by-blr", "BY")])
def test_text_that_names_no_two_countries_is_refused(text, same):
    with pytest.raises(NotTwoCountries) as refused:
        parse_pair(text, country=CODES.__getitem__)
    assert refused.value.same == same


def test_country_that_is_not_there_is_refused_by_the_one_who_looks_it_up():
    with pytest.raises(KeyError, match="xx"):
        parse_pair("us-xx", country=CODES.__getitem__)


def test_kinds_are_listed_by_slug_in_the_order_of_a_relation():
    assert list(FACT_KINDS) == ["ambassadors", "sanction-events", "travel-ban-entries", "diplomatic-events"]
    assert [kind.word_field for kind in FACT_KINDS.values()] == ["status", "action", "action", "kind"]


def test_every_value_of_a_track_has_a_label_without_underscores():
    labels = {value: label_in_sentence(value) for kind in TrackKind for value in VALUES.get(kind, ())}
    assert not [label for label in labels.values() if "_" in label]
    assert labels["charge"] == "chargé d'affaires"
    assert labels["in_force"] == "in force"
    assert labels["non_resident"] == "non-resident"
    assert label_in_sentence("B1") == "B1"
