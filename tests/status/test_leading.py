"""The fact that leads a post where the order of facts is not certain, or where the leading one is stale."""

import datetime as dt

import pytest

from relations.status import Track, periods, status
from tests.status.facts import confirmed, post, witness

TRACK = "ambassador:US>BY"


def shown(day, *facts):
    """(value, holder, stale, places of its facts among those given) of the post on a day."""
    found = {str(track): period.state for track, period in status(periods(facts), dt.date.fromisoformat(day)).items()}
    state, keys = found[TRACK], [fact.key for fact in facts]
    return state.value, state.holder, state.stale, [keys.index(key) for key in state.facts]


def article(number):
    return (witness("article", original=number),)


def looked_at(word, on, *editions, number=9, **values):
    """A post that a register shows in editions of several days."""
    source = witness("register", editions[0] if editions else None, original=number)
    return post(word, on, nature="observation", by=(source,), confirmations=confirmed(source, *editions), **values)


@pytest.mark.parametrize(
    ("on", "value"),
    [
        ("2010-06-02", "recalled"),  # certainly after
        ("2010-06-01", "recalled"),  # the same day, recorded later
        ("[2010-06-02..2010-12-31]", "recalled"),
        ("[2010-06-01..2010-12-31]", "ambassador"),  # perhaps before, and less precise
        ("2010", "ambassador"),
        ("[..2010-12-31]", "ambassador"),
    ],
)
def test_a_fact_takes_the_place_of_another_where_it_certainly_came_after_or_is_as_precise(on, value):
    facts = [post("ambassador", "2010-06-01", by=article(1)), post("recalled", on, by=article(2))]
    assert shown("2011-01-01", *facts)[0] == value


@pytest.mark.parametrize("order", [1, -1])
def test_of_two_months_that_may_be_either_way_round_the_one_that_names_a_holder_leads(order):
    facts = [post("charge", "2010-06", holder="A", by=article(1)), post("minister", "2010-06", by=article(2))][::order]
    assert shown("2010-07-01", *facts)[:2] == ("charge", "A")


def test_what_was_set_aside_leads_when_the_leading_fact_is_stale_if_it_was_seen_later():
    led = post("ambassador", "2010-06-01", by=article(1))
    vague = post("minister", "[2010-01-01..2010-12-31]", by=(witness("registry", original=2, good_for=5000),))
    assert shown("2013-06-01", led, vague) == ("ambassador", "", False, [0])
    assert shown("2013-06-02", led, vague) == ("minister", "", False, [1])


def test_what_was_displaced_leads_again_when_it_is_seen_after_a_fact_that_is_stale():
    """The register shows the ambassador again, years after an article of which nobody heard any more."""
    seen = looked_at("ambassador", "2009-01-01", "2009-06-01", "2014-01-01", holder="A")
    recalled = post("recalled", "2010-06-01", by=article(2))
    days = ("2010-06-01", "2013-06-02", "2013-12-31", "2014-01-01")
    assert [shown(day, seen, recalled)[:3] for day in days] == [
        ("recalled", "", False), ("recalled", "", True), ("recalled", "", True), ("ambassador", "A", False),
    ]  # fmt: skip


def test_of_what_was_set_aside_the_named_minister_leads_again_after_a_closing_of_some_days():
    """The United States in Panama in 1931: a data set has a level of 1920, a register the minister since 1930."""
    level = post(
        "minister", "[..2000]", nature="observation", by=(witness("dataset", covers_to="2020-12-31", original=1),)
    )
    named = post("minister", "2010-03-14", holder="A", by=(witness("register", covers_to="2018-12-31", original=2),))
    closed = post("closed", "2011-01-05", by=(witness("dataset", covers_to="2011-01-15", original=3),))
    days = ("2011-01-04", "2011-01-15", "2011-01-16")
    assert [shown(day, level, named, closed)[:2] for day in days] == [
        ("minister", "A"),
        ("closed", ""),
        ("minister", "A"),
    ]


def test_the_levels_of_a_data_set_follow_one_another_although_they_share_the_year_of_observation():
    """Libya in the United States: an ambassador in 1970, a chargé in 1975, an ambassador in 1980."""
    by = (witness("dataset", covers_to="2000-12-31", original=1),)
    levels = {"[..1970]": "ambassador", "[1970..1975]": "charge", "[1975..1980]": "ambassador"}
    facts = [post(word, on, nature="observation", by=by) for on, word in levels.items()]
    days = ("1970-12-31", "1975-12-31", "1980-12-31", "2000-12-31", "2001-01-01")
    assert [shown(day, *facts)[:3:2] for day in days] == [
        ("ambassador", False), ("charge", False), ("ambassador", False), ("ambassador", False), ("ambassador", True),
    ]  # fmt: skip


def test_what_was_displaced_does_not_come_back_while_the_leading_fact_can_be_relied_on():
    seen = looked_at("ambassador", "2009-01-01", "2009-06-01", "2011-01-01", holder="A")
    recalled = post("recalled", "2010-06-01", by=article(2))
    assert shown("2011-01-02", seen, recalled)[0] == "recalled"


def test_a_look_after_the_last_word_of_the_leading_source_leads_although_its_first_day_is_not_certain():
    led = post("ambassador", "2010-06-01", holder="A", by=article(1))
    first_read = looked_at("ambassador", "[..2011-02-01]", "2011-02-01", holder="B")
    assert shown("2011-01-31", led, first_read)[1] == "A"
    assert shown("2011-02-01", led, first_read)[1] == "B"
    spoken = post("ambassador", "2010-06-01", holder="A", by=(witness("register", covers_to="2011-02-01", original=1),))
    assert shown("2011-02-01", spoken, first_read)[1] == "A"


def test_a_look_that_covers_the_days_after_the_last_word_of_the_leading_source_leads_from_the_first_of_them():
    known, watched = (
        (witness("register", covers_to=last, original=number),)
        for number, last in ((1, "2020-06-01"), (2, "2020-12-31"))
    )
    led = post("ambassador", "2020-01-01", holder="A", by=known)
    vague = post("charge", "[2019-01-01..2020-01-15]", holder="B", nature="observation", by=watched)
    assert shown("2020-06-01", led, vague)[:2] == ("ambassador", "A")
    assert shown("2020-06-02", led, vague)[:2] == ("charge", "B")


def test_what_may_have_begun_before_a_word_of_its_source_does_not_end_it():
    source = (witness("register", covers_to="2030-01-01", original=1),)
    facts = [
        post("charge", "[2006-01-01..2009-01-01]", holder="B", by=source),
        post("charge", "2010-01-01", holder="A", by=source),
        post("ambassador", "[2009-01-01..2012-01-01]", holder="B", nature="observation", by=source),
    ]
    assert shown("2013-01-01", *facts) == ("charge", "A", False, [1])


@pytest.mark.parametrize(("kind", "holder"), [("register", "B"), ("dataset", "A")])
def test_a_data_set_looks_at_nothing(kind, holder):
    led = post("ambassador", "2010-06-01", holder="A", by=article(1))
    coded = post(
        "ambassador", "[..2011-02-01]", holder="B", nature="observation", by=(witness(kind, "2011-02-01", original=2),)
    )
    assert shown("2011-02-01", led, coded)[1] == holder


def test_a_vacancy_that_is_seen_again_after_the_last_word_on_a_charge_shows():
    charge = post("charge", "2010-06-01", holder="A", by=article(1))
    vacant = looked_at("vacant", "2010-09-01", "2010-09-01", "2011-09-01")
    assert shown("2011-08-31", charge, vacant)[0] == "charge"
    assert shown("2011-09-01", charge, vacant)[0] == "vacant"


@pytest.mark.parametrize(("original", "value"), [(1, "vacant"), (2, "vacant"), (3, "charge")])
def test_a_vacancy_ends_a_charge_where_a_source_that_named_him_says_so(original, value):
    facts = [
        post("charge", "2010-06-01", holder="A", by=article(1)),
        post("charge", "2010-07-01", holder="A", by=article(2)),
        post("vacant", "2011-01-01", by=article(original)),
    ]
    assert shown("2011-01-01", *facts)[0] == value


def test_a_second_source_on_the_same_holder_continues_the_run_and_is_evidence():
    facts = [
        post("ambassador", "2010-06-01", holder="Julie D. Fisher", by=article(1)),
        post("ambassador", "2010", holder="FISHER, Julie", by=article(2)),
    ]
    assert shown("2010-12-31", *facts) == ("ambassador", "Julie D. Fisher", False, [0, 1])


def test_facts_that_were_set_aside_or_displaced_are_evidence_from_the_day_on_which_they_are_seen_again():
    seen = looked_at("ambassador", "2009-01-01", "2009-06-01", "2011-09-01", holder="A")
    facts = [
        seen,
        post("recalled", "2010-06-01", by=article(2)),
        post("ambassador", "2011-01-01", holder="A", by=article(3)),
    ]
    assert shown("2011-08-31", *facts)[3] == [2]
    assert shown("2011-09-01", *facts)[3] == [2, 0]


@pytest.mark.parametrize(("covers_to", "again"), [("2019-06-30", ()), ("2010-12-31", ("2019-06-30",))])
def test_a_source_that_covers_every_day_speaks_of_a_state_until_its_own_next_word(covers_to, again):
    """The register covers all days to 2019, and says itself that the chargé was gone in 2012."""
    register = witness("register", covers_to=covers_to, original=1)
    facts = [
        post("charge", "2010-06-01", holder="A", by=(register,), confirmations=confirmed(register, *again)),
        post("closed", "2012-03-01", by=(register,), confirmations=confirmed(register, *again)),
        post("ambassador", "2012-03-02", holder="B", by=article(2)),
    ]
    days = ("2012-02-29", "2012-03-01", "2015-03-02", "2015-03-03")
    assert [shown(day, *facts)[0] for day in days] == ["charge", "closed", "ambassador", "closed"]
    state = status(periods(facts[:2]), dt.date(2012, 2, 29))[Track("ambassador", "US", "BY")].state
    assert state.confirmed_on(dt.date(2012, 2, 29)) == dt.date(2012, 2, 29)


def test_a_less_precise_word_of_a_source_ends_nothing_that_it_says_itself():
    register = (witness("register", covers_to="2019-06-30", original=1),)
    facts = [post("charge", "2010-06-01", holder="A", by=register), post("closed", "2010", by=register)]
    assert shown("2019-06-30", *facts)[:3] == ("charge", "A", False)


def test_a_named_ambassador_leads_over_a_level_that_names_nobody():
    """Pocom's Edward Romero and the level of the US mission in Andorra, of 1998-10-30 in both."""
    romero = post("ambassador", "1998-10-30", holder="Edward L. Romero", by=article(1))
    level = post("non_resident", "1998-10-30", by=article(2))
    (found,) = (one for one in periods([romero, level]) if str(one.track) == TRACK and not one.state.stale)
    assert (found.state.value, found.state.holder, found.state.disputed) == ("ambassador", "Edward L. Romero", False)


def test_alaina_teplitz_in_colombo_whom_an_edition_names_without_a_date_leads_the_mission_in_male():
    """The level of the mission in the Maldives, dated and of a source that speaks of later days, names nobody."""
    level = post("non_resident", "1965-11-25", by=(witness("dataset", covers_to="2024-12-31", original=1),))
    named = looked_at("non_resident", "[..2021-02-15]", "2021-02-15", holder="Alaina B. Teplitz")
    assert shown("2021-02-14", level, named)[:2] == ("non_resident", "")
    assert shown("2021-02-15", level, named) == ("non_resident", "Alaina B. Teplitz", False, [1])
    # What may have happened at any time before may be an earlier state.
    act = post("non_resident", "[..2021-02-15]", by=article(2), holder="Alaina B. Teplitz")
    assert shown("2021-02-15", level, act)[:2] == ("non_resident", "")


def test_hugo_yon_whom_an_edition_of_2024_names_is_not_forgotten_for_a_level_that_a_data_set_saw_until_december():
    level = post("non_resident", "1966-04-09", by=(witness("dataset", covers_to="2024-12-31", original=1),))
    named = looked_at("ambassador", "2023-09-06", "2024-02-01", "2024-08-01", holder="Hugo Yon")
    assert shown("2025-09-05", level, named) == ("ambassador", "Hugo Yon", False, [1])
    assert shown("2025-09-06", level, named) == ("ambassador", "Hugo Yon", True, [1])
    # A level that somebody still sees is news.
    seen = post("non_resident", "1966-04-09", by=(witness("dataset", covers_to="2026-12-31", original=1),))
    assert shown("2025-09-06", seen, named)[:3] == ("non_resident", "", False)


def test_a_later_though_less_precise_fact_of_the_value_that_leads_is_what_others_have_to_follow():
    facts = [
        post("ambassador", "2010-05-01", holder="A", by=article(1)),
        post("ambassador", "2011", holder="A", by=article(2)),
        post("ambassador", "[2011-07-01..2012-06-30]", holder="B", by=article(3)),
    ]
    assert shown("2012-07-01", *facts)[:2] == ("ambassador", "A")
    assert shown("2012-07-01", facts[0], facts[2])[:2] == ("ambassador", "B")


def test_who_was_followed_leads_again_only_in_another_office_than_the_successors():
    seen = looked_at("ambassador", "2009-01-01", "2009-06-01", "2014-01-01", holder="A")
    after = {word: post(word, "2010-06-01", holder="B", by=article(2)) for word in ("charge", "ambassador")}
    assert shown("2014-01-01", seen, after["charge"])[:2] == ("ambassador", "A")
    assert shown("2014-01-01", seen, after["ambassador"])[:3] == ("ambassador", "B", True)


@pytest.mark.parametrize(("first", "second"), [("", "B"), ("A", "")])
def test_nobody_is_known_to_have_followed_where_one_of_the_two_has_no_name(first, second):
    seen = looked_at("ambassador", "2009-01-01", "2009-06-01", "2014-01-01", holder=first)
    after = post("ambassador", "2010-06-01", holder=second, by=article(2))
    assert shown("2014-01-01", seen, after)[1:] == (first, False, [0])


def test_nobody_is_known_to_have_followed_who_was_only_seen_later_or_may_have_come_before():
    seen = looked_at("ambassador", "2009-01-01", "2009-06-01", "2014-01-01", holder="A")
    only_seen = looked_at("ambassador", "2010-06-01", "2010-06-01", number=2, holder="B")
    assert shown("2014-01-01", seen, only_seen)[:3] == ("ambassador", "A", False)
    in_that_year = looked_at("ambassador", "2010", "2010-12-31", "2014-01-01", holder="A")
    perhaps_before = post("ambassador", "2010-06-01", holder="B", by=article(2))
    assert shown("2014-01-01", perhaps_before, in_that_year)[:3] == ("ambassador", "A", False)


def test_a_value_that_was_only_remembered_begins_again_where_it_is_known_again():
    first, soon, late = (
        post("ambassador", on, holder="A", by=article(number))
        for number, on in enumerate(("2010-06-01", "2010-09-01", "2019-09-01"))
    )
    assert shown("2010-09-01", first, soon)[2:] == (False, [0, 1])
    assert shown("2019-09-01", first, late)[2:] == (False, [1])


def test_each_fact_of_a_run_that_was_followed_leads_again_where_it_is_seen_again():
    facts = [
        post("ambassador", "2009-01-01", holder="A", by=article(1)),
        looked_at("ambassador", "2009-03-01", "2009-03-01", "2014-01-01", holder="A"),
        post("recalled", "2010-06-01", by=article(2)),
    ]
    assert shown("2014-01-01", *facts) == ("ambassador", "A", False, [1])


def test_a_lead_that_is_soon_stale_admits_whom_the_stale_one_before_it_had_followed():
    register, levels = (
        (witness(kind, covers_to=last, original=number),)
        for kind, last, number in (("register", "2014-06-01", 1), ("dataset", "2013-12-31", 3))
    )
    first = post("ambassador", "2009-01-01", holder="A", nature="observation", by=register)
    second = post("ambassador", "2010-06-01", holder="B", by=article(2))
    level = post("charge", "2013-12-31", nature="observation", by=levels)
    days = ("2013-12-30", "2013-12-31", "2014-01-01")
    assert [shown(day, first, second, level)[:3] for day in days] == [
        ("ambassador", "B", True), ("charge", "", False), ("ambassador", "A", False),
    ]  # fmt: skip


def test_a_lead_of_which_nobody_speaks_admits_whom_the_stale_one_before_it_had_followed():
    sources = (("dataset", "2010-12-31"), ("register", "2014-06-01"), ("dataset", "2013-12-31"))
    vacancy, register, levels = (
        (witness(kind, covers_to=last, original=number),) for number, (kind, last) in enumerate(sources)
    )
    facts = [
        post("vacant", "2009-01-01", by=vacancy),
        post("ambassador", "[2008-01-01..2009-06-01]", holder="A", nature="observation", by=register),
        post("ambassador", "2010-06-01", holder="B", by=levels),
        post("charge", "2014-02-01", holder="C", by=article(4)),
    ]
    days = ("2014-01-31", "2014-02-01", "2014-02-02")
    assert [shown(day, *facts)[:3] for day in days] == [
        ("ambassador", "B", True), ("charge", "C", False), ("ambassador", "A", False),
    ]  # fmt: skip


def test_a_look_that_says_less_leads_from_the_day_after_it_where_the_sources_of_the_lead_are_silent():
    register = (witness("register", covers_to="2020-03-21", original=2),)
    led = post("protecting_power", "2020-02", holder="A", by=article(1))
    look = post("closed", "2020-03-05", nature="observation", by=register)
    assert [shown(day, led, look)[0] for day in ("2020-03-05", "2020-03-06")] == ["protecting_power", "closed"]


def test_what_was_set_aside_joins_its_value_on_the_day_after_that_leads_again():
    register, another = (
        (witness("register", covers_to=last, original=number),)
        for number, last in ((1, "2012-12-31"), (3, "2011-12-31"))
    )
    seen = post("ambassador", "2009-01-01", holder="A", nature="observation", by=register)
    recalled = post("recalled", "2010-06-01", by=article(2))
    again = post("ambassador", "2011-03-01", holder="A", by=another)
    assert [shown(day, seen, recalled, again)[3] for day in ("2011-03-01", "2011-03-02")] == [[2], [2, 0]]
