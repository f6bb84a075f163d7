"""Disputes, and the facts shown with them."""

import datetime as dt

import pytest

from relations.status import contradictions, periods, status
from relations.status.claims import claims
from tests.status.facts import ban, confirmed, event, post, sanction, witness

ONE, OTHER = frozenset({1}), frozenset({2})


def seen(track, *facts, day="2020-02-02"):
    """(value, disputed, its facts) of a track on a day."""
    shown = {str(own): period.state for own, period in status(periods(facts), dt.date.fromisoformat(day)).items()}
    state = shown[track]
    return (state.value, state.disputed, state.facts)


POST = "ambassador:US>BY"


def test_two_originals_that_name_different_values_on_one_day_are_rivals_and_both_are_shown():
    one, other = post("vacant", "2020-01-01", originals=ONE), post("recalled", "2020-01-01", originals=OTHER)
    assert seen(POST, one, other) == ("recalled", True, (other.key, one.key))
    assert contradictions([one, other]) == {one.key: (other.key,), other.key: (one.key,)}


def test_one_original_does_not_contradict_itself():
    one, other = post("vacant", "2020-01-01"), post("recalled", "2020-01-01")
    assert seen(POST, one, other) == ("recalled", False, (other.key,))


def test_facts_with_a_common_original_do_not_dispute_each_other():
    one = post("vacant", "2020-01-01", originals=frozenset({1, 2}))
    other = post("recalled", "2020-01-01", originals=frozenset({2, 3}))
    assert contradictions([one, other]) == {}


def test_values_of_different_days_are_no_rivals():
    one, other = post("vacant", "2020-01-01", originals=ONE), post("recalled", "2020-01-02", originals=OTHER)
    assert seen(POST, one, other) == ("recalled", False, (other.key,))


def test_two_originals_that_say_the_same_are_no_rivals():
    one, other = post("vacant", "2020-01-01", originals=ONE), post("vacant", "2020-01-01", originals=OTHER)
    assert seen(POST, one, other) == ("vacant", False, (one.key, other.key))


def test_different_holders_exclude_each_other_and_an_unnamed_one_excludes_nobody():
    one = post("ambassador", "2020-01-01", originals=ONE, holder="A")
    other = post("ambassador", "2020-01-01", originals=OTHER, holder="B")
    unnamed = post("ambassador", "2020-01-01", originals=OTHER)
    assert seen(POST, one, other)[:2] == ("ambassador", True)
    assert contradictions([one, unnamed]) == {}


def test_a_vacancy_between_two_ambassadors_in_helsinki_does_not_dispute_the_level_that_cow_codes():
    """2,000 of 2,400 disputed periods of posts were ordinary vacancies next to the level of the mission."""
    cow = witness("dataset", covers_to="2000-12-31", original=2)
    level = post("ambassador", "[1940..1970]", originals=OTHER, nature="observation", by=(cow,))
    left = post("vacant", "1977-04-14", by=(witness("register", covers_to="2020-01-20"),))
    assert seen(POST, left, level, day="1978-01-01")[:2] == ("vacant", False)
    for other in (
        post("ambassador", "[1940..1970]", holder="A", originals=OTHER, nature="observation", by=(cow,)),
        post("ambassador", "[1940..1970]", originals=OTHER, nature="observation",
             by=(witness("register", covers_to="2000-12-31", original=2),)),
    ):  # fmt: skip
        assert seen(POST, left, other, day="1978-01-01")[:2] == ("vacant", True)


@pytest.mark.parametrize(
    "state", ["closed", "operations_suspended", "severed", "interests_section", "protecting_power"]
)
@pytest.mark.parametrize("act", ["recalled", "withdrawn", "asked_to_leave", "expelled"])
def test_how_the_ambassador_left_malabo_does_not_dispute_what_became_of_the_mission(act, state):
    left = post(act, "1976-03-14", originals=ONE, holder="Herbert J. Spiro")
    mission = post(state, "1976-03-14", originals=OTHER)
    assert contradictions([left, mission]) == {}
    assert contradictions([left, post("charge", "1976-03-14", originals=OTHER)]) != {}


def test_a_dispute_about_who_is_in_post_leaves_what_is_next_undisputed():
    one = post("ambassador", "2020-01-01", originals=ONE, holder="A")
    other = post("ambassador", "2020-01-01", originals=OTHER, holder="B")
    assert seen(POST, one, other)[1] is True
    assert seen("next:US>BY", one, other) == ("none", False, (one.key, other.key))


def test_two_who_are_on_their_way_on_one_day_dispute_what_is_next():
    one = post("nominated", "2020-01-01", originals=ONE, holder="A")
    other = post("nominated", "2020-01-01", originals=OTHER, holder="B")
    assert seen("next:US>BY", one, other)[1] is True


def test_a_disputing_citation_makes_a_fact_disputed():
    fact = post("vacant", "2020-01-01", contested=True)
    assert seen(POST, fact) == ("vacant", True, (fact.key,))


def test_what_comes_after_a_disputed_value_is_not_disputed():
    facts = [post("vacant", "2019", contested=True), post("charge", "2020-01-01")]
    assert seen(POST, *facts, day="2019-12-31")[1] is True
    assert seen(POST, *facts)[1] is False


def test_post_and_next_do_not_contradict_each_other():
    facts = [post("vacant", "2020-01-01", originals=ONE), post("announced", "2020-01-01", originals=OTHER)]
    assert contradictions(facts) == {}


def test_the_two_directions_do_not_contradict_each_other():
    facts = [
        post("vacant", "2020-01-01", originals=ONE),
        post("closed", "2020-01-01", originals=OTHER, direction="BY>US"),
    ]
    assert contradictions(facts) == {}


EXCLUDING = [
    (sanction, {"word": "imposed"}, {"word": "lifted"}, True),
    (sanction, {"word": "suspended"}, {"word": "lifted"}, True),
    (sanction, {"word": "eased"}, {"word": "lifted"}, True),
    (sanction, {"word": "eased"}, {"word": "lifted", "scope": "most"}, False),
    (sanction, {"word": "imposed"}, {"word": "tightened"}, False),
    (sanction, {"word": "imposed"}, {"word": "extended"}, False),
    (sanction, {"word": "lifted"}, {"word": "expired"}, False),
    (sanction, {"word": "imposed", "measures": ("arms",)}, {"word": "lifted", "measures": ("trade",)}, False),
    (sanction, {"word": "imposed", "measures": ("arms",)}, {"word": "lifted", "measures": ("arms",)}, True),
    (sanction, {"word": "imposed", "programme": 1}, {"word": "lifted", "programme": 2}, False),
    (ban, {"word": "listed"}, {"word": "removed"}, True),
    (ban, {"word": "listed"}, {"word": "amended"}, False),
    (ban, {"word": "listed", "scope": "full"}, {"word": "listed", "scope": "partial"}, True),
    (ban, {"word": "listed", "scope": "full"}, {"word": "listed"}, False),
    (ban, {"word": "listed", "list": 1}, {"word": "removed", "list": 2}, False),
    (ban, {"word": "listed", "list": 1, "person": "A"}, {"word": "removed", "list": 1, "person": "B"}, False),
    (event, {"word": "relations_severed"}, {"word": "relations_established"}, True),
    (event, {"word": "relations_restored"}, {"word": "relations_established"}, False),
    (event, {"word": "support"}, {"word": "criticism"}, False),
]


@pytest.mark.parametrize(("fact", "one", "other", "exclude"), EXCLUDING)
def test_actions_of_one_day_exclude_each_other_by_outcome_and_measures(fact, one, other, exclude):
    facts = [fact(on="2020-01-01", originals=ONE, **one), fact(on="2020-01-01", originals=OTHER, **other)]
    assert bool(contradictions(facts)) == exclude


LESS = [
    ({"word": "vacant"}, {"word": "charge"}),
    ({"word": "ambassador"}, {"word": "ambassador", "holder": "A"}),
    ({"word": "closed"}, {"word": "interests_section"}),
    ({"word": "closed"}, {"word": "protecting_power"}),
    ({"word": "closed"}, {"word": "severed"}),
    ({"word": "severed"}, {"word": "interests_section"}),
    ({"word": "severed"}, {"word": "protecting_power"}),
    ({"word": "operations_suspended"}, {"word": "interests_section"}),
    ({"word": "operations_suspended"}, {"word": "protecting_power"}),
    ({"word": "ambassador", "holder": "A"}, {"word": "non_resident", "holder": "A"}),
]
"""The first says less than the second about one situation."""


@pytest.mark.parametrize(("less", "more"), LESS)
def test_what_says_less_about_one_situation_disputes_nothing(less, more):
    one, other = post(on="2020-01-01", originals=ONE, **less), post(on="2020-01-01", originals=OTHER, **more)
    assert contradictions([one, other]) == {}
    assert seen(POST, one, other) == seen(POST, other, one) == (more["word"], False, (other.key,))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("closed", "operations_suspended"),
        ("vacant", "closed"), ("vacant", "interests_section"), ("vacant", "non_resident"),
        ("vacant", "operations_suspended"), ("non_resident", "closed"), ("non_resident", "operations_suspended"),
        ("ambassador", "operations_suspended"), ("charge", "operations_suspended"),
    ],
)  # fmt: skip
def test_words_that_are_both_true_of_one_day_dispute_nothing_and_the_later_one_leads(one, other):
    first, second = post(one, "2020-01-01", originals=ONE), post(other, "2020-01-02", originals=OTHER)
    assert contradictions([first, post(other, "2020-01-01", originals=OTHER)]) == {}
    assert seen(POST, first, second) == (other, False, (second.key,))
    assert seen(POST, post(other, "2020-01-01", originals=OTHER), later := post(one, "2020-01-02", originals=ONE)) == (
        one, False, (later.key,),
    )  # fmt: skip


def test_an_ambassador_and_somebody_else_who_is_accredited_from_elsewhere_dispute_the_post():
    one = post("ambassador", "2020-01-01", originals=ONE, holder="A")
    other = post("non_resident", "2020-01-01", originals=OTHER, holder="B")
    assert len(contradictions([one, other])) == 2


def shown(word, on, original, *, last, **values):
    """A post that a list showed from `on` to `last`."""
    source = witness("register", on, original=original)
    return post(word, on, nature="observation", by=(source,), confirmations=confirmed(source, last), **values)


CLAIMS = [
    # The days of the second list, the days on which both speak and cannot both be right.
    ("2020-05-01", "2020-09-01", "2020-05-01", "2020-07-01"),
    ("2020-05-01", "2020-06-10", "2020-05-01", "2020-06-10"),
    ("2020-06-01", "2020-09-01", "2020-06-01", "2020-07-01"),
]


@pytest.mark.parametrize(("start", "last", "from_", "to"), CLAIMS)
def test_claims_of_two_lists_dispute_the_post_on_the_days_of_their_overlap_and_no_longer(start, last, from_, to):
    one, other = shown("vacant", "2020-01-01", 1, last="2020-07-01"), shown("recalled", start, 2, last=last)
    found = [period for period in periods([one, other]) if str(period.track) == POST]
    days = [dt.date(2020, 1, 1) + dt.timedelta(days=number) for number in range(300)]
    disputed = [day for day in days for period in found if period.covers(day) and period.state.disputed]
    assert (disputed[0].isoformat(), disputed[-1].isoformat()) == (from_, to)
    assert len(disputed) == (disputed[-1] - disputed[0]).days + 1
    on_the_first = next(period for period in found if period.covers(disputed[0]))
    assert set(on_the_first.state.facts) == {one.key, other.key}


@pytest.mark.parametrize(
    ("start", "last", "handed_over"),
    [
        ("2020-01-31", "2020-02-29", True),  # 30 days shared, begun 30 days apart
        ("2020-01-31", "2020-03-01", False),  # 31 days shared
        ("2020-02-01", "2020-03-01", False),  # begun 31 days apart, and the first runs on
        ("2020-06-02", "2020-09-01", True),  # 30 days until the first ends
        ("2020-06-01", "2020-09-01", False),  # 31 days
    ],
)
def test_an_overlap_of_less_than_thirty_one_days_where_one_begins_or_the_other_ends_is_a_handover(
    start, last, handed_over
):
    facts = [shown("vacant", "2020-01-01", 1, last="2020-07-01"), shown("recalled", start, 2, last=last)]
    disputed = any(period.state.disputed for period in periods(facts) if str(period.track) == POST)
    assert disputed is not handed_over


def test_claims_of_one_original_and_claims_that_say_the_same_dispute_nothing():
    first = shown("vacant", "2020-01-01", 1, last="2020-07-01")
    for other in (
        shown("recalled", "2020-04-01", 1, last="2020-09-01"),
        shown("vacant", "2020-04-01", 2, last="2020-09-01"),
        shown("charge", "2020-04-01", 2, last="2020-09-01"),
    ):
        assert not any(period.state.disputed for period in periods([first, other]))


def test_an_event_is_a_claim_about_its_day_alone_unless_its_own_source_says_when_it_ended():
    seen_there = shown("ambassador", "2020-01-01", 1, last="2021-12-01", holder="A")
    left = post("recalled", "2020-06-01", by=(witness("article", original=2),))
    back = post("vacant", "2020-09-01", by=(witness("article", original=2),))
    one_day = seen(POST, seen_there, left, day="2020-06-01"), seen(POST, seen_there, left, day="2020-06-02")
    assert [disputed for _, disputed, _ in one_day] == [True, False]
    to_the_end = [seen(POST, seen_there, left, back, day=day)[1] for day in ("2020-06-01", "2020-08-31", "2020-09-02")]
    assert to_the_end == [True, True, False]


def test_a_claim_is_over_where_its_own_source_says_that_it_may_have_ended():
    """COW codes an ambassador in Berlin in 1940 and nobody by 1945; a register knows the day in 1941."""
    by = (witness("dataset", "2006-01-01", covers_to="2000-12-31", original=2),)
    facts = [
        post("ambassador", "[1935..1940]", nature="observation", by=by),
        post("vacant", "[1940..1945]", nature="observation", by=by),
        post("severed", "1941-12-11", by=(witness("register", covers_to="2021-01-20", original=1),)),
    ]
    assert seen(POST, *facts, day="1943-01-01")[:2] == ("severed", False)
    still = [facts[0], post("vacant", "[1945..1950]", nature="observation", by=by), facts[2]]
    assert [seen(POST, *still, day=day)[1] for day in ("1941-12-11", "1944-12-31", "1945-01-02")] == [True, True, False]


def test_a_claim_ends_with_the_days_that_its_source_covers_whatever_that_says_of_later_ones():
    """The mission in Russia, closed in 1919, is no claim about the Soviet years; the register has it again in 1991."""
    facts = [
        post("charge", "1918-11-07", by=(witness("register", covers_to="1950-12-31", original=3),)),
        post("closed", "1919-09-14", by=(witness("register", covers_to="1922-12-29", original=1),)),
        post("ambassador", "1991-12-26", holder="A", by=(witness("register", covers_to="2021-01-20", original=1),)),
    ]
    assert [seen(POST, *facts, day=day)[1] for day in ("1922-12-29", "1922-12-30")] == [True, False]


def test_a_disputed_programme_makes_the_posture_disputed_while_it_gives_its_value():
    facts = [
        sanction("imposed", "2019", programme=1, contested=True),
        sanction("imposed", "2019", programme=2),
        sanction("lifted", "2020-01-01", programme=1),
    ]
    assert seen("sanctions:US>BY", *facts, day="2019-12-31")[1] is True
    assert seen("sanctions:US>BY", *facts)[1] is False


def test_one_fact_contradicts_five_thousand_equal_ones_of_its_day():
    facts = [sanction("imposed", "2020", originals=frozenset({number}), measures=("arms",)) for number in range(5000)]
    contrary = sanction("lifted", "2020", originals=frozenset({5001}))
    assert contradictions(facts) == {}
    found = contradictions([*facts, contrary])
    assert len(found) == 5001
    assert len(found[contrary.key]) == 5000


def test_a_disputed_entry_on_a_person_makes_the_list_disputed_with_the_facts_of_all_who_are_listed():
    one = ban("listed", "2018", person="A")
    other = ban("listed", "2019", person="B", contested=True)
    assert seen("travel_ban:US>BY:1", one, day="2018-12-31") == ("listed", False, (one.key,))
    assert seen("travel_ban:US>BY:1", one, other) == ("listed", True, (one.key, other.key))


def test_a_claim_of_two_sources_ends_with_the_first_next_word_of_either():
    one, other = witness("register", covers_to="2021-01-01", original=1), witness("register", original=2)
    first = post("vacant", "2020-01-01", by=(one, other))
    following = [post("charge", "2020-02-01", by=(other,)), post("charge", "2020-03-01", by=(one,))]
    assert claims([first, *following])[0].end == dt.date(2020, 1, 31)
