"""The routes by which the statuses of organisations reach their members."""

import datetime as dt

import pytest

from relations.status import InheritanceRoute, Track, inheritance_routes, inheriting_pairs
from relations.status.inheritance import MembershipPeriod

START, END = dt.date(2004, 5, 1), dt.date(2020, 2, 1)
POLAND = MembershipPeriod("EU", "PL", START, None)
BRITAIN = MembershipPeriod("EU", "GB", None, END)
FRANCE = MembershipPeriod("EU", "FR", None, None)
MEMBERSHIPS = [POLAND, BRITAIN, FRANCE]


def test_member_inherits_what_its_organisation_does_to_the_other_country():
    route = InheritanceRoute("BY-EU", "EU", "PL", "BY", POLAND)
    assert inheritance_routes("BY-PL", MEMBERSHIPS) == [route]


def test_two_members_inherit_on_both_sides():
    assert inheritance_routes("FR-PL", MEMBERSHIPS) == [
        InheritanceRoute("EU-PL", "EU", "FR", "PL", FRANCE),
        InheritanceRoute("EU-FR", "EU", "PL", "FR", POLAND),
    ]


def test_member_inherits_nothing_in_the_pair_with_its_own_organisation():
    assert inheritance_routes("EU-PL", MEMBERSHIPS) == []


@pytest.mark.parametrize(
    ("membership", "day", "covered"),
    [
        (POLAND, START - dt.timedelta(days=1), False),
        (POLAND, START, True),
        (POLAND, dt.date.max, True),
        (BRITAIN, dt.date.min, True),
        (BRITAIN, END - dt.timedelta(days=1), True),
        (BRITAIN, END, False),
    ],
)
def test_membership_covers_its_first_day_and_not_its_end(membership, day, covered):
    assert membership.covers(day) is covered


@pytest.mark.parametrize("kind", ["sanctions", "travel_ban"])
def test_inheriting_pairs_are_those_of_the_members_of_that_day(kind):
    track = Track(kind, "EU", "BY", "7")
    assert inheriting_pairs(track, dt.date(2019, 1, 1), MEMBERSHIPS) == ["BY-FR", "BY-GB", "BY-PL"]
    assert inheriting_pairs(track, END, MEMBERSHIPS) == ["BY-FR", "BY-PL"]


def test_target_of_an_organisation_does_not_inherit_from_it():
    assert inheriting_pairs(Track("sanctions", "EU", "FR"), START, MEMBERSHIPS) == ["FR-GB", "FR-PL"]


@pytest.mark.parametrize(
    "track",
    [Track("ambassador", "EU", "BY"), Track("trend"), Track("sanctions", "US", "BY"), Track("sanctions", "BY", "EU")],
)
def test_other_tracks_reach_nobody(track):
    assert inheriting_pairs(track, START, MEMBERSHIPS) == []
