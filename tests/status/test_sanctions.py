"""Sanctions: an example for every action and scope, for what runs out, for measures and for several programmes."""

import datetime as dt

import pytest

from relations.status import periods, status
from tests.status.facts import sanction

WHOLE, BUCKET = "sanctions:US>BY", "sanctions:US>BY:-"


def seen(day, *facts, track=BUCKET):
    """(value, measures, expires_on, since) of a track on a day; None where it says nothing."""
    shown = {str(own): period for own, period in status(periods(facts), dt.date.fromisoformat(day)).items()}
    if track not in shown:
        return None
    state = shown[track].state
    return (state.value, state.measures, state.expires_on and state.expires_on.isoformat(), state.since)


LEADING_TO = {
    "unknown": [],
    "none": [("expired", "2018")],
    "threatened": [("threatened", "2018")],
    "in_force": [("imposed", "2018")],
    "eased": [("imposed", "2017"), ("eased", "2018")],
    "suspended": [("imposed", "2017"), ("suspended", "2018")],
}
"""The steps that bring a programme to each of its values."""

BECOMES = [
    *(("threatened", "", before, "threatened") for before in ("unknown", "none", "threatened")),
    *(("threatened", "", before, before) for before in ("in_force", "eased", "suspended")),
    *((word, "", before, "in_force") for word in ("imposed", "reimposed", "tightened") for before in LEADING_TO),
    *(("eased", scope, before, "eased") for scope in ("", "all", "most", "some") for before in LEADING_TO),
    *(("suspended", scope, before, "suspended") for scope in ("", "all") for before in LEADING_TO),
    *(("suspended", scope, before, "eased") for scope in ("most", "some") for before in LEADING_TO),
    *(("lifted", scope, before, "none") for scope in ("", "all") for before in LEADING_TO),
    *(("lifted", scope, before, "eased") for scope in ("most", "some") for before in LEADING_TO),
    *(("extended", "", before, before) for before in LEADING_TO),
    *(("expired", "", before, "none") for before in LEADING_TO),
    *(("observed", "", before, "in_force") for before in ("unknown", "none")),
    *(("observed", "", before, before) for before in ("threatened", "in_force", "eased", "suspended")),
]


@pytest.mark.parametrize(("word", "scope", "before", "after"), BECOMES)
def test_each_action_gives_a_programme_the_value_of_the_table(word, scope, before, after):
    facts = [sanction(step, on) for step, on in LEADING_TO[before]]
    shown = seen("2020-01-01", *facts, sanction(word, "2019-06-01", scope=scope))
    since = "2018" if before == after else "2019-06-01"
    assert shown == (None if after == "unknown" else (after, (), None, since))


@pytest.mark.parametrize("word", ["imposed", "reimposed", "tightened"])
def test_an_imposition_is_over_on_the_day_after_its_last(word):
    fact = sanction(word, "2019-03-01", measures=("arms",), expires_on="2020-02-28")
    assert seen("2020-02-28", fact) == ("in_force", ("arms",), "2020-02-28", "2019-03-01")
    assert seen("2020-02-29", fact) == ("none", (), None, "2020-02-29")


@pytest.mark.parametrize("word", ["suspended", "eased"])
@pytest.mark.parametrize("scope", ["", "some"])
def test_after_a_suspension_or_an_easing_expires_the_value_before_returns(word, scope):
    imposed = sanction("imposed", "2008", measures=("financial",))
    relief = sanction(word, "2015-10-30", scope=scope, expires_on="2016-04-30")
    assert seen("2016-04-30", imposed, relief)[0] in ("suspended", "eased")
    assert seen("2016-05-01", imposed, relief) == ("in_force", ("financial",), None, "2016-05-01")


def test_after_a_lifting_for_a_time_expires_the_value_before_returns():
    imposed = sanction("imposed", "2008", measures=("financial",))
    waiver = sanction("lifted", "2016-01-16", expires_on="2018-05-08")
    assert seen("2018-05-08", imposed, waiver) == ("none", (), "2018-05-08", "2016-01-16")
    assert seen("2018-05-09", imposed, waiver) == ("in_force", ("financial",), None, "2018-05-09")


@pytest.mark.parametrize("day", ["2017-05-08", "2018-05-08", "2018-05-09"])
def test_an_extension_lets_a_lifting_for_a_time_last_longer(day):
    imposed = sanction("imposed", "2008", measures=("financial",))
    waiver = sanction("lifted", "2016-01-16", expires_on="2018-05-08")
    longer = sanction("extended", day, expires_on="2019-05-08")
    assert seen("2019-05-08", imposed, waiver, longer) == ("none", (), "2019-05-08", "2016-01-16")
    assert seen("2019-05-09", imposed, waiver, longer) == ("in_force", ("financial",), None, "2019-05-09")


def test_a_suspension_that_gives_way_to_an_imposition_long_over_leaves_none():
    imposed = sanction("imposed", "2015-01-01", expires_on="2015-12-31")
    relief = sanction("suspended", "2015-10-30", expires_on="2016-04-30")
    assert seen("2016-01-01", imposed, relief)[0] == "suspended"
    assert seen("2016-05-01", imposed, relief) == ("none", (), None, "2016-05-01")


def test_easings_give_way_one_by_one():
    facts = [
        sanction("imposed", "2008"),
        sanction("eased", "2015-01-01", expires_on="2017-12-31"),
        sanction("suspended", "2016-01-01", expires_on="2016-06-30"),
    ]
    days = ("2015-06-01", "2016-03-01", "2016-07-01", "2018-01-01")
    assert [seen(day, *facts)[0] for day in days] == ["eased", "suspended", "eased", "in_force"]


def test_the_deadline_of_a_replaced_fact_changes_nothing():
    facts = [
        sanction("suspended", "2015-10-30", expires_on="2016-04-30"),
        sanction("reimposed", "2016-02-01", measures=("trade",)),
    ]
    assert seen("2017-01-01", *facts) == ("in_force", ("trade",), None, "2016-02-01")
    facts = [sanction("imposed", "2015", expires_on="2016-04-30"), sanction("tightened", "2016-02-01")]
    assert seen("2017-01-01", *facts) == ("in_force", (), None, "2015")


def test_a_threat_that_changes_nothing_replaces_no_deadline():
    facts = [sanction("imposed", "2015", expires_on="2016-04-30"), sanction("threatened", "2016-02-01")]
    assert seen("2016-05-01", *facts) == ("none", (), None, "2016-05-01")


def test_an_extension_replaces_the_running_deadline():
    facts = [
        sanction("imposed", "2015-03-01", expires_on="2016-02-28"),
        sanction("extended", "2016-02-25", expires_on="2017-02-28"),
    ]
    assert seen("2016-02-26", *facts) == ("in_force", (), "2017-02-28", "2015-03-01")
    assert seen("2017-03-01", *facts) == ("none", (), None, "2017-03-01")


@pytest.mark.parametrize("day", ["2016-02-28", "2016-02-29"])
def test_an_extension_on_the_last_day_or_on_its_morrow_leaves_no_gap(day):
    facts = [
        sanction("imposed", "2015-03-01", expires_on="2016-02-28"),
        sanction("extended", day, expires_on="2017-02-28"),
    ]
    assert seen("2016-02-29", *facts) == ("in_force", (), "2017-02-28", "2015-03-01")


def test_an_extension_after_the_deadline_extends_nothing():
    facts = [
        sanction("imposed", "2015-03-01", expires_on="2016-02-28"),
        sanction("extended", "2016-03-01", expires_on="2017-02-28"),
    ]
    assert seen("2016-06-01", *facts) == ("none", (), None, "2016-02-29")


def test_an_extension_without_a_day_takes_the_deadline_away():
    facts = [sanction("imposed", "2015-03-01", expires_on="2016-02-28"), sanction("extended", "2016-01-01")]
    assert seen("2030-01-01", *facts) == ("in_force", (), None, "2015-03-01")


def test_an_extension_to_an_earlier_day_shortens():
    facts = [
        sanction("imposed", "2015-03-01", expires_on="2018-02-28"),
        sanction("extended", "2016-01-01", expires_on="2016-06-30"),
    ]
    assert seen("2016-07-01", *facts) == ("none", (), None, "2016-07-01")


def test_an_imposition_and_its_extension_known_by_the_year_count_together():
    """Both become certain on 31 December, long after the first deadline: the extension still extends."""
    facts = [
        sanction("imposed", "2015", expires_on="2015-06-30"),
        sanction("extended", "2015", expires_on="2016-06-30"),
    ]
    assert seen("2015-12-31", *facts) == ("in_force", (), "2016-06-30", "2015")
    assert seen("2016-07-01", *facts) == ("none", (), None, "2016-07-01")


def test_what_becomes_certain_after_its_own_deadline_is_over_at_once():
    assert seen("2015-12-31", sanction("imposed", "2015", expires_on="2015-06-30")) == ("none", (), None, "2015-12-31")


def test_a_new_fact_on_the_day_after_the_deadline_follows_the_expiry():
    facts = [
        sanction("imposed", "2015-03-01", measures=("arms",), expires_on="2016-02-28"),
        sanction("imposed", "2016-02-29", measures=("trade",)),
    ]
    assert seen("2016-02-29", *facts) == ("in_force", ("trade",), None, "2016-02-29")


def test_after_a_threat_for_a_time_expires_the_value_before_returns():
    threat = sanction("threatened", "2015-03-01", expires_on="2016-02-28")
    assert seen("2016-02-28", threat) == ("threatened", (), "2016-02-28", "2015-03-01")
    assert seen("2016-02-29", threat) is None
    assert seen("2016-02-29", sanction("expired", "2014"), threat) == ("none", (), None, "2016-02-29")


IMPOSED = [
    sanction("imposed", "2006", measures=("financial", "travel")),
    sanction("tightened", "2008", measures=("trade",)),
]


def test_measures_in_force_are_those_of_all_facts_in_force():
    assert seen("2010-01-01", *IMPOSED) == ("in_force", ("financial", "trade", "travel"), None, "2006")


def test_a_lifting_by_name_lifts_those_measures_alone():
    one = sanction("lifted", "2010-06-01", measures=("trade",))
    rest = sanction("lifted", "2011-06-01", measures=("financial", "travel"))
    assert seen("2011-01-01", *IMPOSED, one) == ("eased", ("financial", "travel"), None, "2010-06-01")
    assert seen("2012-01-01", *IMPOSED, one, rest) == ("none", (), None, "2011-06-01")


def test_a_lifting_of_all_by_scope_lifts_all_whatever_it_names():
    facts = [*IMPOSED, sanction("lifted", "2010-06-01", measures=("trade",), scope="all")]
    assert seen("2011-01-01", *facts) == ("none", (), None, "2010-06-01")


def test_a_partial_lifting_eases_and_takes_away_what_it_names():
    facts = [*IMPOSED, sanction("lifted", "2010-06-01", measures=("trade",), scope="most")]
    assert seen("2011-01-01", *facts) == ("eased", ("financial", "travel"), None, "2010-06-01")
    facts = [*IMPOSED, sanction("lifted", "2010-06-01", scope="most")]
    assert seen("2011-01-01", *facts) == ("eased", ("financial", "trade", "travel"), None, "2010-06-01")


def test_a_lifting_by_name_leaves_what_nobody_named():
    unnamed = sanction("imposed", "2006")
    lifted = sanction("lifted", "2010-06-01", measures=("trade",))
    assert seen("2011-01-01", unnamed, lifted) == ("eased", (), None, "2010-06-01")
    eased = sanction("eased", "2006", scope="most")
    assert seen("2011-01-01", eased, lifted) == ("eased", (), None, "2006")


def test_an_easing_takes_no_measure_away():
    facts = [*IMPOSED, sanction("eased", "2010-06-01", measures=("trade",), scope="some")]
    assert seen("2011-01-01", *facts) == ("eased", ("financial", "trade", "travel"), None, "2010-06-01")


def test_a_suspension_removes_its_measures_and_a_reimposition_restores_them():
    whole = sanction("suspended", "2010-06-01")
    assert seen("2011-01-01", *IMPOSED, whole) == ("suspended", (), None, "2010-06-01")
    part = sanction("suspended", "2010-06-01", scope="some", measures=("trade",))
    assert seen("2011-01-01", *IMPOSED, part) == ("eased", ("financial", "travel"), None, "2010-06-01")
    back = sanction("reimposed", "2012-06-01")
    expected = ("in_force", ("financial", "trade", "travel"), None, "2012-06-01")
    assert [seen("2013-01-01", *IMPOSED, relief, back) for relief in (whole, part)] == [expected, expected]
    some_back = sanction("reimposed", "2012-06-01", measures=("travel",))
    assert seen("2013-01-01", *IMPOSED, whole, some_back) == ("in_force", ("travel",), None, "2012-06-01")


def test_a_partial_lifting_that_names_nothing_ends_what_was_suspended():
    facts = [
        sanction("imposed", "2016", measures=("arms", "trade")),
        sanction("suspended", "2017", measures=("trade",)),
        sanction("lifted", "2018", scope="some"),
        sanction("reimposed", "2019"),
    ]
    assert seen("2020-01-01", *facts) == ("in_force", ("arms",), None, "2019")


def test_a_lifting_of_the_last_measure_in_force_ends_the_programme_whatever_was_suspended():
    facts = [
        sanction("imposed", "2016", measures=("arms", "trade")),
        sanction("suspended", "2017", measures=("trade",), scope="some"),
        sanction("lifted", "2018", measures=("arms",)),
    ]
    assert seen("2020-01-01", *facts) == ("none", (), None, "2018")


@pytest.mark.parametrize(
    "facts",
    [
        [("imposed", ("arms",), ""), ("suspended", ("arms",), "some"), ("lifted", ("trade",), "")],
        [("imposed", ("arms",), ""), ("lifted", ("arms",), "some"), ("lifted", ("trade",), "")],
        [("imposed", (), ""), ("imposed", ("arms",), ""), ("suspended", ("trade",), "some"), ("lifted", ("arms",), "")],
    ],
    ids=["a partial suspension of all that is named", "a partial lifting of it", "an imposition that names nothing"],
)
def test_what_nobody_named_is_still_in_force_after(facts):
    ordered = [
        sanction(word, str(2014 + number), measures=measures, scope=scope)
        for number, (word, measures, scope) in enumerate(facts)
    ]
    assert seen("2020-01-01", *ordered)[:2] == ("eased", ())


def test_a_lifting_by_name_leaves_the_others_suspended_until_they_are_reimposed():
    facts = [
        sanction("imposed", "2015", measures=("arms", "trade")),
        sanction("suspended", "2016"),
        sanction("lifted", "2017", measures=("arms",)),
        sanction("reimposed", "2019"),
    ]
    assert seen("2018-01-01", *facts) == ("suspended", (), None, "2016")
    assert seen("2020-01-01", *facts) == ("in_force", ("trade",), None, "2019")


def test_an_imposition_by_name_leaves_the_others_suspended_until_they_are_reimposed():
    facts = [
        sanction("imposed", "2015", measures=("arms", "trade")),
        sanction("suspended", "2016"),
        sanction("imposed", "2017", measures=("arms",)),
        sanction("reimposed", "2019"),
    ]
    assert seen("2018-01-01", *facts) == ("in_force", ("arms",), None, "2017")
    assert seen("2020-01-01", *facts) == ("in_force", ("arms", "trade"), None, "2017")


def test_suspended_is_not_lifted():
    suspended = [*IMPOSED, sanction("suspended", "2010-06-01")]
    lifted = [*IMPOSED, sanction("lifted", "2010-06-01")]
    back = sanction("reimposed", "2012-06-01")
    assert seen("2013-01-01", *suspended, back)[1] == ("financial", "trade", "travel")
    assert seen("2013-01-01", *lifted, back)[1] == ()


def test_facts_without_a_programme_are_a_programme_of_their_own():
    facts = [sanction("imposed", "2006", programme=7), sanction("lifted", "2010")]
    assert seen("2011-01-01", *facts, track="sanctions:US>BY:7") == ("in_force", (), None, "2006")
    assert seen("2011-01-01", *facts) == ("none", (), None, "2010")


RANKING = ["in_force", "eased", "suspended", "threatened", "none"]


@pytest.mark.parametrize("strong", RANKING)
@pytest.mark.parametrize("weak", RANKING)
def test_the_posture_is_the_strongest_of_the_programmes(strong, weak):
    one = [sanction(word, on, programme=1) for word, on in LEADING_TO[strong]]
    two = [sanction(word, on, programme=2) for word, on in LEADING_TO[weak]]
    strongest = min(strong, weak, key=RANKING.index)
    assert seen("2020-01-01", *one, *two, track=WHOLE)[0] == strongest


def test_the_posture_unites_measures_and_ends_with_the_last_of_the_strongest():
    facts = [
        sanction("imposed", "2006", programme=1, measures=("arms",), expires_on="2010-12-31"),
        sanction("imposed", "2007", programme=2, measures=("trade",), expires_on="2009-12-31"),
    ]
    assert seen("2008-01-01", *facts, track=WHOLE) == ("in_force", ("arms", "trade"), "2010-12-31", "2006")
    assert seen("2010-01-01", *facts, track=WHOLE) == ("in_force", ("arms",), "2010-12-31", "2006")
    assert seen("2011-01-01", *facts, track=WHOLE) == ("none", (), None, "2011-01-01")


def test_a_posture_goes_on_while_its_value_passes_from_one_programme_to_another():
    facts = [
        sanction("imposed", "2006", programme=1),
        sanction("imposed", "2008", programme=2),
        sanction("lifted", "2010", programme=1),
        sanction("suspended", "2012-01-01", programme=2),
    ]
    assert seen("2011-06-01", *facts, track=WHOLE) == ("in_force", (), None, "2006")
    assert seen("2012-06-01", *facts, track=WHOLE) == ("suspended", (), None, "2012-01-01")


def test_a_posture_dates_from_the_programme_that_reached_its_value_and_not_from_one_that_left_another():
    facts = [
        sanction("eased", "2018", programme=1),
        sanction("lifted", "2019-12-31", programme=1),
        sanction("imposed", "2019", programme=2),
    ]
    assert seen("2020-01-01", *facts, track=WHOLE) == ("in_force", (), None, "2019")


def test_each_direction_has_its_own_posture():
    facts = [sanction("imposed", "2006"), sanction("imposed", "2008", direction="BY>US")]
    assert seen("2010-01-01", *facts, track=WHOLE)[3] == "2006"
    assert seen("2010-01-01", *facts, track="sanctions:BY>US")[3] == "2008"


def test_the_real_relief_of_2015_gives_way_or_is_renewed():
    """US general licence 2: six months, extended, extended again, and withdrawn in 2021."""
    facts = [
        sanction("imposed", "2006-06-16", measures=("financial",)),
        sanction("suspended", "2015-10-30", scope="some", measures=("financial",), expires_on="2016-04-30"),
        sanction("extended", "2016-04-29", expires_on="2016-10-31"),
        sanction("extended", "2016-10-28", expires_on="2017-04-30"),
        sanction("extended", "2017-04-28"),
        sanction("reimposed", "2021-06-03"),
    ]
    days = ("2015-10-29", "2016-05-01", "2017-01-01", "2020-02-02", "2021-06-02", "2021-06-03")
    assert [seen(day, *facts) for day in days] == [
        ("in_force", ("financial",), None, "2006-06-16"),
        ("eased", (), "2016-10-31", "2015-10-30"),
        ("eased", (), "2017-04-30", "2015-10-30"),
        ("eased", (), None, "2015-10-30"),
        ("eased", (), None, "2015-10-30"),
        ("in_force", ("financial",), None, "2021-06-03"),
    ]


def test_an_easing_does_not_forget_a_measure_that_nobody_named():
    whole, arms = sanction("imposed", "2008"), sanction("imposed", "2009", measures=("arms",))
    end = [sanction("eased", "2010"), sanction("lifted", "2011", measures=("arms",))]
    assert seen("2012-01-01", whole, arms, *end)[:2] == ("eased", ())
    assert seen("2012-01-01", arms, *end)[:2] == ("none", ())


def test_a_deadline_on_the_last_day_of_the_calendar_never_passes():
    assert seen("9999-12-31", sanction("imposed", "2018", expires_on="9999-12-31"))[::2] == ("in_force", "9999-12-31")
