"""The facts that a state rests on, and whether it is disputed, through the steps of a programme and of a list."""

import datetime as dt

import pytest

from relations.status import periods, status
from tests.status.facts import ban, sanction

PROGRAMME, POSTURE, LIST = "sanctions:US>BY:-", "sanctions:US>BY", "travel_ban:US>BY:1"


def evidence(track, *facts, day="2020-01-01"):
    """(value, places of its facts among those given, disputed) of a track on a day."""
    shown = {str(own): period.state for own, period in status(periods(facts), dt.date.fromisoformat(day)).items()}
    keys = [fact.key for fact in facts]
    return (shown[track].value, [keys.index(key) for key in shown[track].facts], shown[track].disputed)


@pytest.mark.parametrize(
    ("words", "value", "places"),
    [
        (["imposed", "tightened"], "in_force", [0, 1]),
        (["threatened", "imposed"], "in_force", [0, 1]),
        (["imposed", "eased", "suspended"], "suspended", [0, 1, 2]),
        (["imposed", "lifted"], "none", [1]),
        (["imposed", "lifted", "expired"], "none", [1, 2]),
        (["imposed", "expired", "imposed"], "in_force", [2]),
        (["expired", "threatened"], "threatened", [1]),
        (["expired", "threatened", "threatened"], "threatened", [1, 2]),
    ],
)
@pytest.mark.parametrize("contested", [False, True])
def test_evidence_continues_with_what_is_in_force_and_so_does_its_dispute(words, value, places, contested):
    facts = [sanction(word, str(2010 + place), contested=contested and not place) for place, word in enumerate(words)]
    expected = (value, places, contested and 0 in places)
    assert evidence(PROGRAMME, *facts) == evidence(POSTURE, *facts) == expected


@pytest.mark.parametrize("contested", [0, 1])
def test_expired_suspension_stays_evidence_of_the_imposition_to_which_it_gives_way(contested):
    facts = [
        sanction("imposed", "2017", contested=contested == 0),
        sanction("suspended", "2018", expires_on="2019-05-01", contested=contested == 1),
    ]
    assert evidence(PROGRAMME, *facts, day="2019-05-01") == ("suspended", [0, 1], True)
    assert evidence(PROGRAMME, *facts) == ("in_force", [0, 1], True)


def test_expired_imposition_is_the_evidence_of_its_end():
    assert evidence(PROGRAMME, sanction("imposed", "2017", expires_on="2019-05-01", contested=True)) == (
        "none",
        [0],
        True,
    )


def test_fact_that_changes_nothing_is_no_evidence():
    assert evidence(PROGRAMME, sanction("imposed", "2017"), sanction("threatened", "2018")) == ("in_force", [0], False)
    assert evidence(LIST, ban("listed", "2017"), ban("considered", "2018"), ban("amended", "2019")) == (
        "listed",
        [0, 2],
        False,
    )


def test_amendment_of_nothing_does_not_hide_a_later_listing():
    assert evidence(LIST, ban("amended", "2017"), ban("listed", "2018")) == ("listed", [1], False)


@pytest.mark.parametrize("disputed", [False, True])
def test_posture_rests_on_the_strongest_programmes_alone(disputed):
    facts = [
        sanction("imposed", "2017", programme=1, contested=disputed),
        sanction("imposed", "2018", programme=2),
        sanction("threatened", "2019", programme=3, contested=True),
    ]
    assert evidence(POSTURE, *facts) == ("in_force", [0, 1], disputed)
    assert evidence(POSTURE, *facts[1:]) == ("in_force", [0], False)
