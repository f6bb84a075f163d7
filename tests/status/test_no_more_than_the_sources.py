"""A status says no more than its sources: fourteen ways in which it once did, each with the real case that showed it.

The days and names are those of the Office of the Historian, the World Factbook, the Correlates of War, the Global
Sanctions Data Base and OFAC, typed here by hand. Of what importers have to do, only the status is tested here.
"""

import datetime as dt
from dataclasses import replace

import pytest

from relations.status import periods, status
from tests.status.facts import RECORDED, confirmed, event, post, sanction, witness

TODAY = "2026-11-26"


def on(day, track, *facts, until=None):
    """The state of a track on a day and its uncertain facts; None where it says nothing."""
    shown = status(periods(facts, until=until), dt.date.fromisoformat(day))
    found = {str(own): period for own, period in shown.items()}
    return (found[track].state, found[track].uncertain) if track in found else None


def state_on(day, track, *facts, until=None):
    shown = on(day, track, *facts, until=until)
    assert shown is not None, f"{track} says nothing"
    return shown[0]


def age(state, day=TODAY):
    return state.stale, state.confirmed_on(dt.date.fromisoformat(day)).isoformat()


def factbook(day):
    return witness("register", day, original=int(day.replace("-", "")))


HISTORIAN = witness("register", covers_to="2019-06-30", original=1)
COW = witness("dataset", "2006-01-01", covers_to="2000-12-31", original=2)
GSDB = witness("dataset", "2023-06-01", covers_to="2022-12-31", original=3)
OFAC = witness("official_list", "2019-01-31", original=4)
FRANCE, MEXICO = "ambassador:US>FR", "ambassador:US>MX"
MCCOURT = post(
    "ambassador", "2017-12-18", "US>FR", holder="Jamie D. McCourt", nature="observation", by=(factbook("2021-02-15"),)
)
BAUER_SINCE = {"on": "2022-02-05", "direction": "US>FR", "holder": "Denise Campbell Bauer"}


# Age


@pytest.mark.parametrize(("day", "stale"), [("2022-03-22", False), ("2022-03-23", True), (TODAY, True)])
def test_jamie_mccourt_is_in_paris_as_last_seen_in_2021(day, stale):
    state = state_on(day, FRANCE, MCCOURT)
    assert (state.value, state.holder, state.since) == ("ambassador", "Jamie D. McCourt", "2017-12-18")
    assert age(state, day) == (stale, "2021-02-15")
    assert state.basis == "register"


@pytest.mark.parametrize(("day", "stale"), [("2000-12-31", False), ("2001-01-01", True)])
def test_the_last_year_of_the_correlates_of_war_is_2000(day, stale):
    state = state_on(day, FRANCE, post("ambassador", "[1991..1995]", "US>FR", nature="observation", by=(COW,)))
    assert (state.value, *age(state, day)) == ("ambassador", stale, "2000-12-31")


def test_a_mission_that_is_only_remembered_implies_no_relations():
    assert state_on("2022-03-22", "diplomatic_relations", MCCOURT).implied
    last = state_on(TODAY, "diplomatic_relations", MCCOURT)
    assert (last.value, last.last_known, last.last_known_on) == ("unknown", "established", dt.date(2021, 2, 15))


@pytest.mark.parametrize(
    ("kind", "values", "last"),
    [
        ("legal_act", {}, None),
        ("official_list", {}, "2021-02-04"),
        ("registry", {}, "2021-02-04"),
        ("register", {}, "2021-02-04"),
        ("article", {}, "2023-01-01"),
        ("dataset", {"covers_to": "2020-12-31"}, "2020-12-31"),
        ("dataset", {}, "2020-06-01"),
        ("article", {"good_for": 10}, "2020-01-11"),
        ("legal_act", {"good_for": 10}, "2020-01-11"),
    ],
)
def test_each_kind_of_source_can_be_relied_on_for_its_own_time(kind, values, last):
    fact = post("closed", "2020-01-01", by=(witness(kind, "2020-06-01", **values),))
    fresh = [period.end for period in periods([fact]) if period.track.kind == "ambassador" and not period.state.stale]
    assert fresh == [dt.date.fromisoformat(last) + dt.timedelta(days=1) if last else None]


def test_three_years_of_an_article_of_the_29th_of_february_end_on_the_28th():
    fact = post("closed", "2020-02-29", by=(witness("article"),))
    assert not state_on("2023-02-28", "ambassador:US>BY", fact).stale
    assert state_on("2023-03-01", "ambassador:US>BY", fact).stale


# Edition


def test_six_editions_that_name_denise_bauer_are_one_fact_that_each_of_them_confirms():
    editions = ("2023-01-26", "2023-07-27", "2024-02-01", "2024-08-01")
    seen_again = tuple(one for day in editions for one in confirmed(factbook(day), day))
    bauer = post(
        "ambassador", nature="observation", by=(factbook("2022-07-28"),), confirmations=seen_again, **BAUER_SINCE
    )
    days = ("2022-07-27", "2022-07-28", "2023-03-01", "2025-09-05", "2025-09-06")
    ages = [age(state_on(day, FRANCE, bauer), day) for day in days]
    assert ages == [
        (False, "2022-07-27"), (False, "2022-07-28"), (False, "2023-01-26"), (False, "2024-08-01"),
        (True, "2024-08-01"),
    ]  # fmt: skip
    assert {(state_on(day, FRANCE, bauer).since, state_on(day, FRANCE, bauer).fact_count) for day in days} == {
        ("2022-02-05", 1)
    }


def test_an_edition_that_was_read_later_was_not_known_before():
    later = replace(confirmed(factbook("2021-08-05"), "2021-08-05")[0], recorded_at=RECORDED + dt.timedelta(days=1))
    fact = replace(MCCOURT, confirmations=(later,))
    assert age(state_on(TODAY, FRANCE, fact.as_known_at(RECORDED)))[1] == "2021-02-15"
    assert age(state_on(TODAY, FRANCE, fact.as_known_at(RECORDED + dt.timedelta(days=1))))[1] == "2021-08-05"


# Delisting


def test_parties_that_leave_the_list_of_executive_order_14024_ease_nothing():
    shown = sanction(
        "observed", "[..2022-02-24]", "US>RU", nature="observation", programme=14024, regime=5,
        by=(witness("official_list", "2022-02-24"),),
        confirmations=confirmed(witness("official_list", "2022-02-25", original=9), "2022-02-25"),
    )  # fmt: skip
    for track in ("sanctions:US>RU:14024", "sanctions:US>RU"):
        days = ("2022-02-24", "2023-04-01", "2023-04-02", TODAY)
        states = [state_on(day, track, shown) for day in days]
        assert [(state.value, state.since, state.stale) for state in states] == [
            ("in_force", "[..2022-02-24]", stale) for stale in (False, False, True, True)
        ]
    assert state_on(TODAY, "sanctions:US>RU", shown).basis == "official_list"


# Rotation


def test_an_ambassador_who_follows_another_in_paris_improves_nothing():
    following = [post(word, by=(HISTORIAN,), **BAUER_SINCE | {"on": day}) for word, day in
                 (("nominated", "2021-07-19"), ("confirmed", "2021-12-18"), ("ambassador", "2022-02-05"))]  # fmt: skip
    assert state_on("2022-02-05", "trend", MCCOURT, *following).value == "stable"


def test_the_first_ambassador_in_belarus_after_fourteen_years_improves_the_relation():
    facts = [
        post("ambassador", "2006-10-24", holder="Karen B. Stewart"),
        post("charge", "2008-03", holder="Jonathan M. Moore"),
    ]
    fisher = post("confirmed", "2020-12-15", holder="Julie D. Fisher")
    assert state_on("2020-12-15", "trend", *facts, fisher).value == "improving"


# Precision


def test_an_ambassador_in_asmara_between_2007_and_2010_ends_no_break_that_is_not_certain_in_2007():
    """Ronald McMullen, of whom only the end is known to the day; before him the post was vacant since 2007."""
    before = [post("ambassador", "2004-06-01", holder="Scott H. DeLisi"), post("vacant", "2007-07-01")]
    facts = [*before, post("ambassador", "[2007-10-29..2010-07-19]", holder="Ronald K. McMullen")]
    assert state_on("2010-08-01", "trend", *facts).value == "stable"
    late = [*before, post("ambassador", "[2010-07-01..2010-07-19]", holder="Ronald K. McMullen")]
    assert state_on("2010-08-01", "trend", *late).value == "improving"


def test_the_minister_whom_cow_codes_for_1899_does_not_displace_powell_clayton_who_was_ambassador_by_then():
    envoy = post("minister", "1897-05-13", "US>MX", holder="Powell Clayton", by=(HISTORIAN,))
    clayton = post("ambassador", "1899-01-03", "US>MX", holder="Powell Clayton", by=(HISTORIAN,))
    coded = post("minister", "[1894..1899]", "US>MX", nature="observation", by=(COW,))
    for day in ("1899-12-31", "1900-01-01", "1905-01-01"):
        state = state_on(day, MEXICO, envoy, clayton, coded)
        assert (state.value, state.holder, state.since) == ("ambassador", "Powell Clayton", "1899-01-03")
    assert state_on("1898-01-01", MEXICO, envoy, clayton, coded).value == "minister"


def test_the_minister_whom_cow_codes_for_1836_and_no_more_for_1840_does_not_lead_a_charge_in_stockholm_of_those_years():
    hughes = post("charge", "1830-08-16", "US>SE", holder="Christopher Hughes", by=(HISTORIAN,))
    left = post("vacant", "1841-09-22", "US>SE", by=(HISTORIAN,))
    coded = [
        post(word, on, "US>SE", nature="observation", by=(COW,))
        for word, on in (("charge", "[1817..1824]"), ("minister", "[1832..1836]"), ("charge", "[1836..1840]"))
    ]
    days = ("1835-12-31", "1836-12-31", "1837-01-01", "1840-12-30", "1840-12-31", "1841-09-21")
    states = [state_on(day, "ambassador:US>SE", hughes, left, *coded) for day in days]
    assert [(state.value, state.holder, state.stale) for state in states] == [
        (*(("minister", "") if day == "1836-12-31" else ("charge", "Christopher Hughes")), False) for day in days
    ]
    alone = [state_on(day, "ambassador:US>SE", *coded) for day in days[1:-1]]
    assert [(state.value, state.stale) for state in alone] == [
        ("minister", False), ("minister", True), ("minister", True), ("charge", False),
    ]  # fmt: skip


# Stale winner


@pytest.mark.parametrize("regime", [None, 6])
def test_the_sanctions_on_zimbabwe_end_in_2024_whatever_a_data_set_of_2022_says(regime):
    coded = sanction("imposed", "2003", "US>ZW", measures=("financial",), by=(GSDB,), regime=regime)
    listed = sanction(
        "observed", "[..2019-01-31]", "US>ZW", nature="observation", programme=6, regime=6, by=(OFAC,),
        confirmations=confirmed(OFAC, "2021-04-30", "2022-02-23", "2023-03-01"),
    )  # fmt: skip
    order = sanction("lifted", "2024-03-04", "US>ZW", programme=6, regime=6, by=(witness("legal_act", original=7),))
    days = ("2010-01-01", "2020-01-01", "2024-03-03", "2024-03-04", TODAY)
    states = [state_on(day, "sanctions:US>ZW", coded, listed, order) for day in days]
    assert [(state.value, state.basis) for state in states] == [
        ("in_force", "dataset"), ("in_force", "official_list"), ("in_force", "official_list"),
        ("none", "legal_act"), ("none", "legal_act"),
    ]  # fmt: skip
    assert not any(state.stale for state in states)


def test_the_data_set_alone_says_in_force_as_last_seen_in_2022():
    state = state_on(TODAY, "sanctions:US>ZW", sanction("imposed", "2003", "US>ZW", by=(GSDB,)))
    assert (state.value, state.basis, *age(state)) == ("in_force", "dataset", True, "2022-12-31")


# Thematic


def test_narcotics_traffickers_of_mexico_are_no_sanctions_on_mexico():
    kingpins = sanction(
        "observed", "2019-01-31", "US>MX", nature="observation", programme=8, thematic=True, by=(OFAC,)
    )  # fmt: skip
    assert state_on("2019-06-01", "sanctions:US>MX:8", kingpins).value == "in_force"
    assert on("2019-06-01", "sanctions:US>MX", kingpins) is None


# Closed world


def test_a_data_set_that_codes_an_end_in_1987_leaves_1990_unknown():
    facts = [
        sanction("imposed", "1983", "US>ZW", measures=("military_assistance",), by=(GSDB,)),
        sanction("lifted", "1987", "US>ZW", by=(GSDB,)),
    ]
    for track in ("sanctions:US>ZW:-", "sanctions:US>ZW"):
        assert state_on("1987-12-30", track, *facts).value == "in_force"
        state = state_on("1990-01-01", track, *facts)
        assert (state.value, state.last_known, state.last_known_on) == ("unknown", "in_force", dt.date(1987, 12, 30))


def test_none_is_said_where_every_regime_known_has_ended_and_of_no_day_before_the_first():
    iraq = [
        sanction("imposed", "1990-08-02", "US>IQ", programme=1, regime=1, by=(witness("legal_act"),)),
        sanction("lifted", "2004-07-29", "US>IQ", programme=1, regime=1, by=(witness("legal_act"),)),
    ]
    assert on("1990-08-01", "sanctions:US>IQ", *iraq) is None
    assert state_on("2004-07-29", "sanctions:US>IQ", *iraq).value == "none"
    other = sanction("imposed", "2003-05-22", "US>IQ", programme=2, regime=2, by=(witness("legal_act"),))
    assert state_on("2004-07-29", "sanctions:US>IQ", *iraq, other).value == "in_force"


def test_sanctions_are_unknown_and_not_none_while_an_imposition_may_have_happened():
    facts = [
        sanction("imposed", "1990-08-02", "US>IQ", programme=1),
        sanction("lifted", "2004-07-29", "US>IQ", programme=1),
        sanction("imposed", "[2004-09-01..2004-12-31]", "US>IQ", programme=2),
        sanction("lifted", "2005-03-01", "US>IQ", programme=2),
    ]
    days = ("2004-08-31", "2004-09-01", "2004-12-30", "2004-12-31", "2005-03-01")
    states = [state_on(day, "sanctions:US>IQ", *facts) for day in days]
    assert [state.value for state in states] == ["none", "unknown", "unknown", "in_force", "none"]
    assert (states[1].last_known, states[1].last_known_on) == ("none", dt.date(2004, 7, 29))


# Back-dating


def test_the_first_publication_that_was_read_is_where_knowledge_begins_and_no_act():
    shown = sanction(
        "observed", "[..2022-02-24]", "US>RU", nature="observation", by=(witness("official_list", "2022-02-24"),)
    )
    value, uncertain = on("2021-06-01", "sanctions:US>RU", shown)
    assert (value.value, uncertain) == ("unknown", (shown.key,))
    assert state_on("2022-02-24", "sanctions:US>RU", shown).since == "[..2022-02-24]"
    assert state_on("2022-02-24", "trend", shown).value == "stable"


def test_a_list_that_still_shows_parties_undoes_no_easing():
    facts = [
        sanction("imposed", "2006-06-16", programme=1, by=(witness("legal_act"),)),
        sanction("eased", "2015-10-30", programme=1, by=(witness("legal_act"),)),
        sanction("observed", "2019-01-31", programme=1, nature="observation", by=(OFAC,)),
    ]
    assert state_on("2019-06-01", "sanctions:US>BY", *facts).value == "eased"


def test_a_list_that_shows_parties_makes_no_act_of_a_threat_until_that_is_old():
    threat = sanction("threatened", "2021-12-07", "US>RU", by=(witness("article", "2021-12-07"),))
    seen_again = confirmed(OFAC, "2024-12-01")
    shown = sanction(
        "observed", "2022-02-24", "US>RU", nature="observation", by=(OFAC,), confirmations=seen_again
    )  # fmt: skip
    assert state_on("2024-12-07", "sanctions:US>RU", threat, shown).value == "threatened"
    assert state_on("2024-12-08", "sanctions:US>RU", threat, shown).value == "in_force"


def test_what_a_list_shows_after_a_deadline_has_no_deadline_of_its_own_and_moves_none():
    imposed = sanction("imposed", "2014-03-06", "US>RU", expires_on="2015-03-06", by=(witness("legal_act"),))
    shown = sanction("observed", "2014-09-01", "US>RU", nature="observation", by=(OFAC,))
    assert state_on("2014-10-01", "sanctions:US>RU", imposed, shown).expires_on == dt.date(2015, 3, 6)
    assert state_on("2015-03-07", "sanctions:US>RU", imposed, shown).value == "none"


# Survivors


def test_nobody_is_ambassador_in_the_soviet_union_after_its_last_day():
    strauss = post("ambassador", "1991-08-24", "US>SU", holder="Robert S. Strauss", by=(HISTORIAN,))
    last = dt.date(1991, 12, 25)
    assert state_on("1991-12-25", "ambassador:US>SU", strauss, until=last).value == "ambassador"
    gone = state_on("1991-12-26", "ambassador:US>SU", strauss, until=last)
    assert (gone.value, gone.last_known, gone.last_known_on) == ("unknown", "ambassador", last)
    assert (gone.facts, gone.stale, gone.holder) == ((strauss.key,), False, "")
    assert state_on("1991-12-26", "diplomatic_relations", strauss, until=last).last_known == "established"
    assert on("1991-12-26", "trend", strauss, until=last) is None


@pytest.mark.parametrize("change", ["1991-12-25", "1991-12-26", "1992-06-01"])
def test_a_change_about_the_last_day_of_a_country_leaves_what_was_known_on_it(change):
    last = dt.date(1991, 12, 25)
    facts = [post("ambassador", "1991-08-24", "US>SU"), post("vacant", change, "US>SU")]
    found = [period for period in periods(facts, until=last) if str(period.track) == "ambassador:US>SU"]
    assert found[-1].state.last_known == ("vacant" if change == "1991-12-25" else "ambassador")
    assert (found[-1].start, found[-1].end) == (dt.date(1991, 12, 26), None)


# Evidence


def test_a_second_source_makes_a_post_fresh_and_the_basis_is_the_strongest_of_both():
    named = post("ambassador", "2022-02-05", "US>FR", holder="Denise Campbell Bauer", by=(witness("article"),))
    edition = factbook("2024-08-01")
    seen = post("ambassador", nature="observation", by=(edition,), **BAUER_SINCE | {"on": "[..2024-08-01]"})
    alone, both = state_on("2025-02-06", FRANCE, named), state_on("2025-02-06", FRANCE, named, seen)
    assert (alone.stale, alone.basis, alone.fact_count) == (True, "article", 1)
    assert (both.stale, both.basis, both.fact_count, both.since) == (False, "register", 2, "2022-02-05")
    assert both.facts == (named.key, seen.key)


def test_jon_huntsman_of_whom_a_register_of_2021_still_speaks_is_not_in_moscow_after_john_sullivan():
    """The World Factbook of February 2021 has the ambassador who had left in October 2019."""
    historian = witness("register", covers_to="2021-01-20", original=7)
    facts = [
        post("ambassador", "2017-10-02", "US>RU", holder="Jon M. Huntsman Jr.", by=(historian,)),
        post("ambassador", "2017-10-03", "US>RU", holder="Jon M. Huntsman, Jr.", nature="observation",
             by=(factbook("2021-02-15"),)),
        post("vacant", "2019-10-03", "US>RU", by=(historian,)),
        post("ambassador", "2020-01-16", "US>RU", holder="John J. Sullivan", by=(historian,)),
        post("ambassador", "2023-01-30", "US>RU", holder="Lynne M. Tracy", nature="observation",
             by=(factbook("2024-08-01"),)),
    ]  # fmt: skip
    days = ("2019-10-02", "2020-01-16", "2022-02-24", "2022-02-25", "2022-12-31", "2023-01-30", "2024-08-01")
    states = [state_on(day, "ambassador:US>RU", *facts) for day in days]
    assert [(state.holder.split()[-1], state.stale) for state in states] == [
        ("Jr.", False), ("Sullivan", False), ("Sullivan", False), ("Sullivan", True), ("Sullivan", True),
        ("Tracy", False), ("Tracy", False),
    ]  # fmt: skip
    assert states[1].disputed


def test_a_vacancy_that_an_edition_names_with_a_charge_leaves_the_charge_shown():
    """The World Factbook of August 2021: "Ambassador (vacant); Charge d'Affaires Brian AGGELER"."""
    edition = factbook("2021-08-05")
    charge = post("charge", "2021-01-20", "US>FR", holder="Brian Aggeler", nature="observation", by=(edition,))
    vacant = post("vacant", "[..2021-08-05]", "US>FR", nature="observation", by=(edition,))
    state = state_on("2021-08-05", FRANCE, MCCOURT, charge, vacant)
    assert (state.value, state.holder, state.disputed) == ("charge", "Brian Aggeler", False)


def test_a_charge_of_whom_the_source_says_that_he_left_leaves_a_vacancy():
    riley = post("charge", "2016-08-22", holder="Robert J. Riley", by=(HISTORIAN,))
    seen = post("vacant", "2017-01-15", by=(witness("register", original=9),), nature="observation")
    left = post("vacant", "2018-07-14", by=(HISTORIAN,))
    assert state_on("2018-07-13", "ambassador:US>BY", riley, seen, left).value == "charge"
    assert state_on("2018-07-14", "ambassador:US>BY", riley, seen, left).value == "vacant"


def test_a_register_covers_no_day_after_the_end_that_it_names():
    """The source that covers every day to 2019 says itself that he left in 2018."""
    riley = post("charge", "2016-08-22", holder="Robert J. Riley", by=(HISTORIAN,))
    seen = post("charge", "2017-01-15", holder="Robert Riley", by=(witness("register", original=9),))
    elsewhere = post("vacant", "2018-07-14", by=(HISTORIAN,))
    state = state_on("2018-07-13", "ambassador:US>BY", riley, seen, elsewhere)
    assert age(state, "2018-07-13") == (False, "2018-07-13")
    after = state_on("2019-06-30", "ambassador:US>BY", riley, seen, elsewhere)
    assert after.value == "vacant"


# Later edition


def test_since_june_2022_in_the_edition_of_2023_does_not_correct_since_may_2021_in_that_of_2022():
    """The World Factbook on Ruben Harutunian in Minsk: two terms, each as its own edition says."""
    terms = [
        post("charge", on, holder="Ruben Harutunian", nature="observation", by=(factbook(edition),))
        for on, edition in (("2021-05", "2022-02-03"), ("2022-06-09", "2023-07-27"))
    ]
    days = ("2021-05-31", "2022-06-09", "2023-07-27")
    states = [state_on(day, "ambassador:US>BY", *terms) for day in days]
    assert [(state.since, state.fact_count) for state in states] == [("2021-05", 1), ("2021-05", 2), ("2021-05", 2)]
    recalled = post("recalled", "2022-03-01", by=(witness("article", original=9),))
    days = ("2021-05-31", "2022-03-01", "2022-06-09")
    apart = [state_on(day, "ambassador:US>BY", *terms, recalled).since for day in days]
    assert apart == ["2021-05", "2022-03-01", "2022-06-09"]


# Renewal


def test_the_yearly_renewal_of_the_european_measures_moves_the_deadline_of_the_measures():
    facts = [
        sanction("imposed", "2012-10-15", "EU>BY", expires_on="2013-10-31", by=(witness("legal_act", original=1),)),
        sanction("extended", "2013-10-29", "EU>BY", expires_on="2014-10-31", by=(witness("legal_act", original=2),)),
        sanction("extended", "2014-10-30", "EU>BY", expires_on="2015-10-31", by=(witness("legal_act", original=3),)),
    ]
    days = ("2013-10-28", "2013-11-01", "2015-10-31", "2015-11-01")
    states = [state_on(day, "sanctions:EU>BY", *facts) for day in days]
    assert [(state.value, state.expires_on and state.expires_on.isoformat()) for state in states] == [
        ("in_force", "2013-10-31"), ("in_force", "2014-10-31"), ("in_force", "2015-10-31"), ("none", None),
    ]  # fmt: skip
    assert {state.since for state in states[:3]} == {"2012-10-15"}


@pytest.mark.parametrize(
    ("extends", "relief_ends", "on_relief", "after"),
    [
        ("", "2016-04-30", "2017-04-30", "in_force"),
        ("relief", "2016-04-30", "2017-04-30", "in_force"),
        ("measures", "2016-04-30", "2016-04-30", "in_force"),
        ("", None, None, "suspended"),
        ("measures", None, None, "suspended"),
    ],
)
def test_a_renewal_says_what_it_renews_or_it_is_what_has_a_deadline(extends, relief_ends, on_relief, after):
    facts = [
        sanction("imposed", "2006-06-16", expires_on="2017-06-16"),
        sanction("suspended", "2015-10-30", expires_on=relief_ends),
        sanction("extended", "2016-04-29", extends=extends, expires_on="2017-04-30"),
    ]
    state = state_on("2016-04-30", "sanctions:US>BY", *facts)
    assert (state.value, state.expires_on and state.expires_on.isoformat()) == ("suspended", on_relief)
    assert state_on("2017-05-01", "sanctions:US>BY", *facts).value == (
        "none" if extends == "measures" and relief_ends else after
    )


def test_a_renewal_of_relief_where_there_is_none_renews_nothing():
    facts = [
        sanction("imposed", "2006-06-16", expires_on="2007-06-16"),
        sanction("extended", "2007-06-01", extends="relief", expires_on="2008-06-16"),
    ]
    assert state_on("2007-06-17", "sanctions:US>BY", *facts).value == "none"


# Open start


def test_the_109_facts_with_an_open_start_leave_1990_certain():
    acts = [sanction("imposed", "[..2020-02-01]", programme=number + 1) for number in range(109)]
    assert on("1990-01-01", "sanctions:US>BY", *acts) is None
    assert on("2010-01-31", "sanctions:US>BY", *acts) is None
    _, uncertain = on("2010-02-01", "sanctions:US>BY", *acts)
    assert len(uncertain) == 109


def test_an_open_start_of_years_ago_takes_no_none_away():
    facts = [
        sanction("imposed", "1980", programme=1), sanction("lifted", "1990-01-01", programme=1),
        sanction("imposed", "[..2020-02-01]", programme=2),
    ]  # fmt: skip
    assert [state_on(day, "sanctions:US>BY", *facts).value for day in ("2010-01-31", "2010-02-01", "2020-02-01")] == [
        "none", "unknown", "in_force",
    ]  # fmt: skip


def test_a_visit_that_was_only_seen_moves_no_trend():
    assert state_on("2020-02-01", "trend", event("visit", "2020-02-01", nature="observation")).value == "stable"


# Broken relations


def level(last_day, original):
    """A data set's own words on a level up to a day."""
    return (witness("dataset", "2026-03-15", covers_to=last_day, original=original),)


def test_germany_whose_missions_were_shut_by_the_war_has_no_relations_because_a_data_set_saw_an_ambassador_in_1940():
    facts = [
        event("relations_established", "[..1816]", direction="US>DE", by=level("1941-12-10", 5)),
        post("closed", "1941-12-11", "US>DE", by=level("1945-12-31", 6)),
        post("severed", "1941-12-11", "US>DE", by=(HISTORIAN,)),
        post("ambassador", "[1935..1940]", "DE>US", nature="observation", by=level("1945-12-31", 2)),
    ]
    for order in (facts, facts[::-1]):
        mission = state_on("1943-01-01", "ambassador:US>DE", *order)
        relations = state_on("1943-01-01", "diplomatic_relations", *order)
        assert (mission.value, mission.disputed) == ("severed", False)
        assert (relations.value, relations.implied, relations.since) == ("severed", True, "1941-12-11")
    before = state_on("1941-12-10", "diplomatic_relations", *facts)
    assert (before.value, before.implied, before.stale) == ("established", False, False)


def test_a_section_in_the_embassy_of_switzerland_does_not_dispute_that_relations_with_iran_are_severed():
    facts = [
        post("severed", "1980-04-07", "US>IR", by=(HISTORIAN,)),
        post("interests_section", "1980-05-21", "US>IR", by=level("2024-12-31", 5)),
    ]
    state = state_on("1981-02-01", "ambassador:US>IR", *facts)
    assert (state.value, state.disputed) == ("interests_section", False)


@pytest.mark.parametrize(("ended", "value"), [("severed", "severed"), ("closed", "unknown"), ("vacant", "unknown")])
def test_the_section_in_algiers_goes_on_without_relations_and_that_in_kampala_says_nothing_of_them(ended, value):
    """Algeria severed relations on the day on which the embassy became a section. Uganda did not in 1973."""
    facts = [
        post(ended, "1967-06-06", "US>DZ", by=(HISTORIAN,)),
        post("interests_section", "1967-06-07", "US>DZ", by=level("1974-11-11", 5)),
    ]
    assert state_on("1970-01-01", "ambassador:US>DZ", *facts).value == "interests_section"
    shown = on("1970-01-01", "diplomatic_relations", *facts)
    assert (shown[0].value if shown else "unknown") == value
    if shown:
        state = shown[0]
        assert (state.since, state.implied, state.disputed, age(state, "1970-01-01")) == (
            "1967-06-06", True, False, (False, "1970-01-01"),
        )  # fmt: skip


@pytest.mark.parametrize("severed_on", ["1961-01-03", "1977-09-01"])
def test_relations_with_cuba_are_severed_between_two_principal_officers_of_the_section(severed_on):
    """On the day on which the section opened it leads, and the word on relations counts too."""
    facts = [
        post("ambassador", "1960-01-01", "US>CU", by=(HISTORIAN,)),
        post("severed", severed_on, "US>CU", by=(HISTORIAN,)),
        post("interests_section", "1977-09-01", "US>CU", by=level("2015-07-19", 5)),
        post("vacant", "1981-01-01", "US>CU", by=(HISTORIAN,)),
        post("interests_section", "1981-06-01", "US>CU", holder="A", by=(HISTORIAN,)),
        post("charge", "2015-07-20", "US>CU", holder="B", by=(HISTORIAN,)),
    ]
    for day, value in (("1977-09-01", "severed"), ("1981-03-01", "severed"), ("2015-07-19", "severed"),
                       ("2015-07-20", "established")):  # fmt: skip
        state = state_on(day, "diplomatic_relations", *facts)
        assert (state.value, state.since, state.implied) == (
            value, severed_on if value == "severed" else "2015-07-20", True,
        )  # fmt: skip


def test_a_charge_in_algiers_whom_another_source_disputes_restores_no_relations():
    facts = [
        post("severed", "1967-06-06", "US>DZ", by=(HISTORIAN,)),
        post("interests_section", "1967-06-07", "US>DZ", by=level("1974-11-11", 5)),
        post("charge", "1969-12", "US>DZ", holder="William Eagleton", by=(HISTORIAN,)),
    ]
    assert state_on("1970-01-01", "ambassador:US>DZ", *facts).disputed
    state = state_on("1970-01-01", "diplomatic_relations", *facts)
    assert (state.value, state.since, state.disputed) == ("severed", "1967-06-06", True)


def test_relations_that_an_act_established_are_severed_where_a_post_was_severed_since():
    facts = [
        event("relations_established", "1992-01-31", by=(witness("legal_act", original=8),)),
        post("severed", "2018-05-01", by=(witness("article", original=9),)),
    ]
    days = ("2018-04-30", "2018-05-01", "2021-05-01", "2021-05-02")
    states = [state_on(day, "diplomatic_relations", *facts) for day in days]
    assert [(state.value, state.implied, state.stale) for state in states] == [
        ("established", False, False), ("severed", True, False), ("severed", True, False), ("severed", True, True),
    ]  # fmt: skip
    came_back = post("ambassador", "2022-01-01", by=(witness("article", original=9),))
    assert state_on("2022-01-01", "diplomatic_relations", *facts, came_back).value == "established"


def test_relations_are_severed_as_a_register_still_has_it_once_an_act_that_established_them_is_only_remembered():
    facts = [
        post("severed", "2018-05-01", by=(witness("register", covers_to="2050-01-01", original=9),)),
        event("relations_established", "2019-01-01", by=(witness("article", original=8),)),
    ]
    states = [state_on(day, "diplomatic_relations", *facts) for day in ("2019-01-01", "2045-01-01")]
    assert [(state.value, state.implied, state.since) for state in states] == [
        ("established", False, "2019-01-01"), ("severed", True, "2018-05-01"),
    ]  # fmt: skip


def test_a_post_that_is_seen_counts_for_relations_and_a_severed_one_that_is_only_remembered_does_not():
    facts = [
        post("severed", "2000-01-01", "BY>US", by=(witness("article", original=9),)),
        post("ambassador", "2020-01-01", "US>BY", by=(witness("article", original=8),)),
    ]
    states = [state_on(day, "diplomatic_relations", *facts) for day in ("2019-12-31", "2020-01-01")]
    assert [(state.value, state.stale, state.since) for state in states] == [
        ("severed", True, "2000-01-01"), ("established", False, "2020-01-01"),
    ]  # fmt: skip


def test_relations_with_vietnam_since_1995_do_not_date_from_1950():
    facts = [
        event("relations_established", "1950-10-22", direction="US>VN", by=level("1975-04-28", 5)),
        post("charge", "1995-08-26", "US>VN", by=(HISTORIAN,)),
        event(
            "relations_established", "1995-08-06", direction="US>VN", nature="observation", by=level("2024-12-31", 6)
        ),
    ]
    days = ("1975-04-28", "1976-01-01", "2000-01-01")
    states = [state_on(day, "diplomatic_relations", *facts) for day in days]
    assert [(state.since, state.stale) for state in states] == [
        ("1950-10-22", False), ("1950-10-22", True), ("1995-08-06", False),
    ]  # fmt: skip


def test_relations_with_serbia_that_are_seen_again_in_2006_are_not_known_since_1882():
    facts = [
        event("relations_established", on, direction="US>RS", nature="observation", by=level(last, original))
        for on, last, original in (("[..1882-11-10]", "1915-10-01", 5), ("[..2006]", "2024-12-31", 6))
    ]
    assert state_on("1930-01-01", "diplomatic_relations", *facts).since == "[..1882-11-10]"
    assert state_on("2010-01-01", "diplomatic_relations", *facts).since == "[..2006]"


def test_relations_with_russia_that_an_ambassador_of_1991_shows_do_not_date_from_the_empire():
    facts = [
        event("relations_established", "[..1816]", direction="US>RU", nature="observation", by=level("1917-11-07", 5)),
        post("ambassador", "1991-12-26", "US>RU", holder="Robert S. Strauss", by=(HISTORIAN,)),
    ]
    days = ("1917-11-08", "1991-12-25", "1991-12-26", "1992-06-01")
    states = [state_on(day, "diplomatic_relations", *facts) for day in days]
    assert [(state.since, state.stale, state.implied) for state in states] == [
        ("[..1816]", True, False), ("[..1816]", True, False), ("1991-12-26", False, True), ("1991-12-26", False, True),
    ]  # fmt: skip
    # A level of 1935 to 1990, which is certain from 1990, says no more of the years between.
    level_of_1990 = post("charge", "[1935..1990]", "RU>US", nature="observation", by=level("2000-12-31", 2))
    assert state_on("1990-12-31", "diplomatic_relations", facts[0], level_of_1990).since == "[1935..1990]"
    # A successor within three years goes on with what was known.
    soon = [facts[0], post("ambassador", "1920-11-07", "US>RU", by=(HISTORIAN,))]
    assert state_on("1920-11-07", "diplomatic_relations", *soon).since == "[..1816]"


def test_the_ambassador_of_china_in_1985_is_not_the_one_of_1940():
    by = {"nature": "observation", "direction": "CN>US"}
    facts = [
        post("ambassador", "[1935..1940]", by=level("1940-12-31", 2), **by),
        post("ambassador", "[1940..1980]", by=level("2000-12-31", 2), **by),
    ]
    days = ("1940-12-31", "1960-01-01", "1985-01-01")
    states = [state_on(day, "ambassador:CN>US", *facts) for day in days]
    assert [(state.since, state.stale) for state in states] == [
        ("[1935..1940]", False), ("[1935..1940]", True), ("[1940..1980]", False),
    ]  # fmt: skip
