"""Facts as value objects: when they are known."""

import datetime as dt
from dataclasses import replace

import pytest

from tests.status.facts import RECORDED, post

SECOND = dt.timedelta(seconds=1)


@pytest.mark.parametrize(("seconds", "known"), [(-1, False), (0, True), (4, True), (5, False), (6, False)])
def test_version_is_known_from_its_recording_until_it_is_superseded(seconds, known):
    fact = replace(post("vacant", "2008"), recorded_at=RECORDED, superseded_at=RECORDED + 5 * SECOND)
    assert fact.known_at(RECORDED + seconds * SECOND) is known


def test_version_that_nothing_supersedes_stays_known():
    fact = replace(post("vacant", "2008"), recorded_at=RECORDED)
    assert fact.known_at(dt.datetime.max.replace(tzinfo=dt.UTC))


def test_open_start_counts_before_every_other_fact_of_its_latest_day():
    open_start, span = post("vacant", "[..2008-03-12]"), post("vacant", "[2008-01-01..2008-03-12]")
    day = post("vacant", "2008-03-12")
    assert sorted([day, span, open_start], key=lambda fact: fact.order) == [open_start, span, day]
