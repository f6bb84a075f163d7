"""Programmes of one regime: the strongest evidence that is not stale decides, and data sets come last."""

import datetime as dt

import pytest

from relations.status import Track, periods, status
from tests.status.facts import sanction, witness

DAY = "2015-06-01"
POSTURE = Track("sanctions", "US", "BY")


def shown(day, *facts):
    """(value, basis, stale) of the posture on a day."""
    state = status(periods(facts), dt.date.fromisoformat(day))[POSTURE].state
    return state.value, state.basis, state.stale


def act(word, on, kind, *, programme, regime=1, **source):
    return sanction(word, on, programme=programme, regime=regime, by=(witness(kind, original=programme, **source),))


@pytest.mark.parametrize(
    ("end", "other", "seen", "value"),
    [
        ("legal_act", "official_list", "2014-12-01", "none"),
        ("legal_act", "official_list", "2015-04-01", "in_force"),  # seen after the end
        ("legal_act", "legal_act", "2014-12-01", "in_force"),  # no stronger than the other
        ("article", "official_list", "2014-12-01", "in_force"),
        ("registry", "article", "2014-12-01", "none"),
        ("registry", "official_list", "2014-12-01", "in_force"),
    ],
)
def test_an_end_of_a_stronger_kind_ends_the_other_programmes_of_its_regime_that_nobody_saw_since(
    end, other, seen, value
):
    facts = [act("lifted", "2015-01-01", end, programme=1), act("imposed", seen, other, programme=2)]
    assert shown(DAY, *facts)[0] == value


def test_an_end_in_one_regime_ends_nothing_in_another():
    facts = [
        act("lifted", "2015-01-01", "legal_act", programme=1),
        act("imposed", "2014-12-01", "article", programme=2, regime=2),
    ]
    assert shown(DAY, *facts)[0] == "in_force"


def test_a_data_set_counts_where_all_else_of_the_regime_is_stale_while_it_covers_the_day():
    facts = [
        act("eased", "2012-01-01", "official_list", programme=1),
        act("imposed", "2010", "dataset", programme=2, covers_to="2014-12-31"),
    ]
    days = ("2013-02-04", "2013-02-05", "2014-12-31", "2015-01-01")
    assert [shown(day, *facts) for day in days] == [
        ("eased", "official_list", False), ("in_force", "dataset", False), ("in_force", "dataset", False),
        ("eased", "official_list", True),
    ]  # fmt: skip


def test_of_two_regimes_the_stronger_value_counts_and_of_equal_values_the_one_that_is_not_stale():
    facts = [
        act("imposed", "2010-01-01", "official_list", programme=1),
        act("eased", "2010-01-01", "legal_act", programme=2, regime=2),
    ]
    assert shown(DAY, *facts) == ("in_force", "official_list", True)
    fresh = act("imposed", "2011-01-01", "legal_act", programme=3, regime=3)
    assert shown(DAY, *facts, fresh) == ("in_force", "legal_act", False)
