"""Programmes of one regime: the strongest evidence that is not stale decides, and data sets come last."""

import datetime as dt

import pytest

from relations.status import Track, periods, status
from tests.status.facts import confirmed, sanction, witness

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


def test_an_end_that_only_an_article_reports_gives_way_to_a_list_that_shows_the_programme_again():
    listed = witness("official_list", "2010-01-01", original=1)
    again = confirmed(listed, "2015-05-01", "2015-09-01")
    facts = [
        sanction("observed", "2010-01-01", programme=7, nature="observation", by=(listed,), confirmations=again),
        sanction("lifted", "2015-06-01", programme=7, by=(witness("article", "2015-06-01", original=2),)),
    ]
    assert [shown(day, *facts)[0] for day in ("2015-05-31", "2015-06-01", "2015-08-31", "2015-09-01")] == [
        "in_force", "none", "none", "in_force",
    ]  # fmt: skip


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


def test_the_easing_of_2020_that_an_article_reports_gives_way_to_what_a_data_set_codes_for_the_years_after():
    """The European Union and Belarus: eased by February 2020; the data set has a new case of 2021, and one of 2004."""
    facts = [
        act("imposed", "2004", "dataset", programme=1, regime=1, covers_to="2022-12-31"),
        act("eased", "2020-02-01", "article", programme=2, regime=2),
        act("imposed", "2020", "dataset", programme=3, regime=3, covers_to="2022-12-31"),
    ]
    later = act("imposed", "2021", "dataset", programme=4, regime=4, covers_to="2022-12-31")
    for known in (facts, [*facts, later]):
        assert shown("2020-01-31", *known) == ("in_force", "dataset", False)
        assert shown("2021-12-30", *known) == ("eased", "article", False)
    assert shown("2021-12-31", *facts) == ("eased", "article", False)
    days = ("2021-12-31", "2022-12-31", "2023-01-01", "2023-06-01")
    assert [shown(day, *facts, later) for day in days] == [
        ("in_force", "dataset", False), ("in_force", "dataset", False), ("in_force", "dataset", True),
        ("in_force", "dataset", True),
    ]  # fmt: skip


def test_what_a_data_set_codes_as_new_changes_nothing_where_a_list_counts():
    facts = [
        act("eased", "2014-01-01", "article", programme=1),
        act("suspended", "2014-06-01", "official_list", programme=2, regime=2),
        act("imposed", "2015-01-01", "dataset", programme=3, regime=3, covers_to="2015-12-31"),
    ]
    assert shown(DAY, *facts) == ("eased", "article", False)


@pytest.mark.parametrize(("began", "value"), [("2004", "none"), ("2011", "in_force")])
def test_a_case_that_began_after_an_act_had_ended_the_other_regimes_counts_and_one_that_lags_does_not(began, value):
    """The United States and Libya: what was in force since 1986 ended in 2004, and a data set has a case of 2011."""
    facts = [
        act("imposed", "1986-01-07", "legal_act", programme=1),
        act("lifted", "2004-09-20", "legal_act", programme=1),
        act("imposed", began, "dataset", programme=2, regime=2, covers_to="2022-12-31"),
    ]
    assert shown("2010-12-31", *facts)[0] == "none"
    assert shown(DAY, *facts)[0] == value
