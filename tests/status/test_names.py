"""Names of persons that count as one, in pairs as the Office of the Historian, the Factbook and others write them."""

import pytest

from relations.status import contradictions, periods
from relations.text.persons import same_person
from tests.status.facts import post

ONE, OTHER = frozenset({1}), frozenset({2})


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Karen B. Stewart", "Karen Stewart"),
        ("Karen Brevard Stewart", "Karen B. Stewart"),
        ("Linda Swartz Taglialatela", "Linda S. Taglialatela"),
        ("W. Patrick Murphy", "Patrick Murphy"),
        ('James Randolph "Randy" Evans', "J. Randolph Evans"),
        ('Richard Carlton "Carl" Paschall', "Richard C. Paschall III"),
        ('Edward "Ed" McMullen, Jr.', "Edward T. McMullen Jr."),
        ("George S.W. Patten, Sr.", "George Patten"),
        ("Luis E. Arreaga", "Luis E. Arreaga-Rodas"),
        ("Sonia Guzman", "Sonia Guzmán De Hernández"),
        ("Floreta Luli-Faber", "Floreta Faber"),
        ("Koji Tomita", "Tomita Koji"),
        ("Yousif Mana Saeed Ahmed Al Otaiba", "Yousif Mana Saeed Ahmed Alotaiba"),
        ("Princess Reema bint Bandar Al Saud", "Reema Bint Bandar Bin Sultan Al Saud"),
        ("Susan N’GARNIM", "Susan N'Garnim"),
        ("Lt. Gen. (Ret.) Karl W. Eikenberry", "Karl Eikenberry"),
        ("STEWART, Karen", "Karen B. Stewart"),
        ("Александр Лукашенко", "Aleksandr Lukashenko"),
        ("Stewart", "Karen Stewart"),
    ],
)
def test_spelling_initials_titles_and_order_make_no_other_person(one, other):
    assert same_person(one, other)
    assert same_person(other, one)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Karen Lynn Williams", "Robert J. Faucher"),
        ("Issimail Chanfi", "Bocchit Edmond"),
        ("Karen B. Stewart", "Karen L. Stewart"),
        ("Karen Stewart", "Kevin Stewart"),
        ("K. Stewart", "Linda Stewart"),
        ("John Smith Jr.", "John Smith Sr."),
        ("Richard Paschall II", "Richard Paschall III"),
        ("Anatoly Ivanovich Antonov", "Anatoliy Ivanovich Antonov"),
        ("Thomas Stewart Udall", "Tom S. Udall"),
        ("Karen", "Karen Stewart"),
        ("K.", "Karen Stewart"),
        ("...", "Karen Stewart"),
    ],
)
def test_another_letter_initial_suffix_or_short_form_is_a_difference(one, other):
    assert not same_person(one, other)
    assert not same_person(other, one)


def test_two_originals_that_spell_one_ambassador_differently_are_no_rivals_and_make_one_run():
    first = post("ambassador", "2006-10-24", originals=ONE, holder="Karen B. Stewart")
    again = post("ambassador", "2006-10-24", originals=OTHER, holder="Karen STEWART")
    assert contradictions([first, again]) == {}
    (lived,) = [period for period in periods([first, again]) if str(period.track) == "ambassador:US>BY"]
    assert (lived.state.holder, lived.state.facts) == ("Karen B. Stewart", (first.key, again.key))
    assert lived.state.logged_value("ambassador") == {"value": "ambassador", "holder": "Karen B. Stewart"}


def test_a_later_spelling_of_the_holder_goes_on_with_his_run():
    facts = [
        post("ambassador", "2006-10-24", holder="Karen B. Stewart"),
        post("ambassador", "2007", holder="Karen Stewart"),
    ]
    lived = [
        period.state for period in periods(facts) if str(period.track) == "ambassador:US>BY" and not period.uncertain
    ]
    assert {(state.value, state.holder, state.since) for state in lived} == {
        ("ambassador", "Karen B. Stewart", "2006-10-24")
    }


def test_an_initial_that_two_people_share_ends_neither_dispute_between_them():
    facts = [
        post("ambassador", "2006-10-24", originals=frozenset({number}), holder=holder)
        for number, holder in enumerate(["Karen Stewart", "K. Stewart", "Kevin Stewart"])
    ]
    karen, either, kevin = facts
    assert contradictions(facts) == {karen.key: (kevin.key,), kevin.key: (karen.key,)}
    assert either.key not in contradictions(facts)
