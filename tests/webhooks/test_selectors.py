"""Matching of changes and subscriptions; the lookup by keys misses none."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from relations.codes import pair_code
from relations.models import ImportRun, ListChange, StatusChange, Subscription
from relations.outbox.matching import CHANGES, Event, Interest, types_of


def event(track="sanctions:US>BY", *, pair="BY-US", old="none", new="in_force", reached=()):
    change = {"old": {"value": old}, "new": {"value": new}} if track != "facts" else {}
    return Event.of(StatusChange(pair_id=pair, track=track, **change), reached=reached)


def listed(issuer="US", target="BY", *, programme=7, reached=()):
    """An import's change under a programme; without a target, the programme is aimed at no one state."""
    run = ImportRun(list="ofac")
    line = ListChange(run=run, issuer_id=issuer, target_id=target, programme_id=programme if target else None)
    return Event.of(line, reached=reached)


def interest(**filters):
    names = ("countries", "pairs", "tracks", "directions", "transitions")
    given = {"event_types": ["*"]} | {name: [] for name in names} | filters
    return Interest(Subscription(**given))


def concerns(wanted, happened):
    """By the filters, and by looking up: the second may find too much and never too little."""
    found = bool(set(wanted.words) & set(happened.words))
    assert found or not wanted.concerns(happened)
    return wanted.concerns(happened)


@pytest.mark.parametrize(
    ("pattern", "types"),
    [
        ("*", [name for name in CHANGES if name != "facts.changed"]),
        ("*.changed", [name for name in CHANGES if name != "facts.changed"]),
        ("sanctions.*", ["sanctions.changed"]), ("sanctions.changed", ["sanctions.changed"]), ("facts.*", []),
        ("facts.changed", ["facts.changed"]), ("sanction.changed", []), ("sanctions", []), ("", []),
        ("webhook.*", []), ("webhook.ping", []), ("*.*.*", []), ("sanc*.changed", []),
    ],
)  # fmt: skip
def test_a_pattern_means_whole_words_and_facts_only_by_name(pattern, types):
    assert types_of(pattern) == types


@pytest.mark.parametrize(
    ("filters", "verdict"),
    [
        ({}, True),
        ({"event_types": ["sanctions.*"]}, True), ({"event_types": ["trend.*", "ambassador.changed"]}, False),
        ({"countries": ["BY"]}, True), ({"countries": ["US", "FR"]}, True), ({"countries": ["FR"]}, False),
        ({"pairs": ["BY-US"]}, True), ({"pairs": ["BY-FR"]}, False),
        ({"countries": ["FR"], "pairs": ["BY-US"]}, False),
        ({"tracks": ["sanctions"]}, True), ({"tracks": ["sanctions:US>BY"]}, True),
        ({"tracks": ["sanctions:BY>US"]}, False), ({"tracks": ["sanctions:US>BY:7"]}, False),
        ({"tracks": ["trend"]}, False),
        ({"directions": ["US>BY"]}, True), ({"directions": ["BY>US"]}, False),
        ({"transitions": [{"track": "sanctions", "old": ["none"], "new": ["in_force"]}]}, True),
        ({"transitions": [{"track": "sanctions", "old": [], "new": ["in_force", "eased"]}]}, True),
        ({"transitions": [{"track": "sanctions", "old": ["eased"], "new": []}]}, False),
        ({"transitions": [{"track": "sanctions", "old": [], "new": []}]}, True),
        ({"transitions": [{"track": "ambassador", "old": [], "new": []}]}, False),
        ({"transitions": [{"track": "trend", "old": [], "new": []},
                          {"track": "sanctions:US>BY", "old": ["none"], "new": []}]}, True),
        ({"countries": ["BY"], "directions": ["US>BY"], "tracks": ["sanctions"], "event_types": ["*.changed"]}, True),
    ],
)  # fmt: skip
def test_every_filter_given_must_match_and_its_values_are_alternatives(filters, verdict):
    assert concerns(interest(**filters), event()) is verdict


def test_a_part_of_a_track_belongs_to_the_track():
    programme = event("sanctions:US>BY:7")
    assert concerns(interest(tracks=["sanctions:US>BY"]), programme)
    assert concerns(interest(tracks=["sanctions:US>BY:7"]), programme)
    assert not concerns(interest(tracks=["sanctions:US>BY:77"]), programme)


@pytest.mark.parametrize(
    ("filters", "state", "nowhere"),
    [
        ({}, True, True), ({"event_types": ["designations.*"]}, True, True),
        ({"event_types": ["sanctions.*"]}, False, False),
        ({"countries": ["US"]}, True, True), ({"countries": ["BY"]}, True, False),
        ({"countries": ["CU"]}, False, False),
        ({"pairs": ["BY-US"]}, True, False), ({"pairs": ["CU-US"]}, False, False),
        ({"directions": ["US>BY"]}, True, False), ({"directions": ["BY>US"]}, False, False),
        ({"tracks": ["sanctions"]}, True, True), ({"tracks": ["travel_ban"]}, False, False),
        ({"tracks": ["sanctions:US>BY"]}, True, False), ({"tracks": ["sanctions:US>BY:7"]}, True, False),
        ({"tracks": ["sanctions:US>BY:8"]}, False, False),
        ({"transitions": [{"track": "sanctions", "old": [], "new": []}]}, False, False),
    ],
)  # fmt: skip
def test_a_list_is_matched_by_its_programme_and_without_a_state_by_its_issuer(filters, state, nowhere):
    assert concerns(interest(**filters), listed()) is state
    assert concerns(interest(**filters), listed(target=None)) is nowhere


def test_what_the_union_lists_concerns_whom_it_reaches():
    union = listed("EU", reached=["BY-DE", "BY-FR"])
    assert concerns(interest(pairs=["BY-DE"], directions=["DE>BY"]), union)
    assert not concerns(interest(pairs=["BY-FR"], directions=["DE>BY"]), union)


def test_a_track_without_a_direction_meets_no_direction():
    assert not concerns(interest(directions=["US>BY"]), event("trend", old="stable", new="improving"))


def test_facts_are_sent_only_where_they_are_named():
    happened = event("facts")
    assert not concerns(interest(), happened)
    assert concerns(interest(event_types=["facts.changed"]), happened)
    assert not concerns(interest(event_types=["facts.changed"], directions=["US>BY"]), happened)


EU = event("sanctions:EU>BY", pair="BY-EU", reached=["BY-DE", "BY-FR"])


@pytest.mark.parametrize(
    ("filters", "verdict"),
    [
        ({"pairs": ["BY-DE"]}, True), ({"pairs": ["BY-EU"]}, True), ({"pairs": ["BY-GB"]}, False),
        ({"countries": ["DE"]}, True), ({"countries": ["EU"]}, True), ({"countries": ["GB"]}, False),
        ({"directions": ["DE>BY"]}, True), ({"directions": ["BY>DE"]}, False),
        ({"tracks": ["sanctions:FR>BY"]}, True), ({"tracks": ["sanctions:GB>BY"]}, False),
        # One pair must meet them all: Germany's direction does not do for the pair of France.
        ({"pairs": ["BY-FR"], "directions": ["DE>BY"]}, False),
        ({"countries": ["DE"], "pairs": ["BY-FR"]}, False),
    ],
)  # fmt: skip
def test_what_an_organisation_does_concerns_whom_it_reaches(filters, verdict):
    assert concerns(interest(**filters), EU) is verdict


def test_a_subscription_lies_under_the_narrowest_place_that_it_names():
    assert interest(event_types=["sanctions.*"], countries=["BY"], pairs=["BY-US"]).words == [
        "sanctions.changed|BY-US|*|*"
    ]
    assert interest(tracks=["sanctions:US>BY"]).words == [
        "designations.changed|BY-US|*|*", "sanctions.changed|BY-US|*|*",
    ]  # fmt: skip
    assert interest(event_types=["designations.*"], tracks=["trend"]).words == []
    narrow = interest(countries=["BY"], transitions=[{"track": "trend", "old": ["stable"], "new": ["improving"]}])
    assert narrow.words == ["trend.changed|BY|stable|improving"]
    assert interest(event_types=["sanctions.*"], tracks=["trend"]).words == []


CODES = st.sampled_from(["BY", "US", "DE", "FR", "EU"])
DIRECTIONS = st.tuples(CODES, CODES).filter(lambda two: two[0] != two[1])
VALUES = st.sampled_from(["none", "eased", "in_force"])


@st.composite
def tracks(draw):
    kind = draw(st.sampled_from(["sanctions", "travel_ban", "trend"]))
    sender, receiver = draw(DIRECTIONS)
    return kind if kind == "trend" or draw(st.booleans()) else f"{kind}:{sender}>{receiver}"


@st.composite
def interests(draw):
    def some(values):
        return draw(st.lists(values, max_size=2, unique=True))

    turns = st.builds(lambda track, old, new: {"track": track, "old": old, "new": new},
                      tracks(), st.lists(VALUES, max_size=2), st.lists(VALUES, max_size=2))  # fmt: skip
    return interest(
        event_types=draw(st.lists(st.sampled_from(["*", "sanctions.*", "trend.changed", "designations.changed"]),
                                  min_size=1, max_size=2)),
        countries=some(CODES), pairs=some(DIRECTIONS.map(lambda two: "-".join(sorted(two)))),
        directions=some(DIRECTIONS.map(">".join)), tracks=some(tracks()),
        transitions=draw(st.lists(turns, max_size=2)),
    )  # fmt: skip


@st.composite
def events(draw):
    sender, receiver = draw(DIRECTIONS)
    pair = "-".join(sorted((sender, receiver)))
    if draw(st.booleans()):
        members = {"DE", "FR"} - {receiver} if sender == "EU" else ()
        whom = draw(st.sampled_from([receiver, None]))
        return listed(sender, whom, reached=[pair_code(one, receiver) for one in sorted(members)] if whom else [])
    track = draw(st.sampled_from([f"sanctions:{sender}>{receiver}", f"travel_ban:{sender}>{receiver}:1", "trend"]))
    reached = []
    if sender == "EU" and track != "trend":
        reached = sorted("-".join(sorted((one, receiver))) for one in {"DE", "FR"} - {receiver})
    return event(track, pair=pair, old=draw(VALUES), new=draw(VALUES), reached=reached)


@given(interests(), events())
def test_looking_up_never_misses_what_the_filters_let_through(wanted, happened):
    concerns(wanted, happened)
