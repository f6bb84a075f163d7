"""Travel-ban lists: an example for each action."""

import datetime as dt

import pytest

from relations.status import periods, status
from tests.status.facts import ban

DAY = "2020-02-02"


def seen(day, *facts, ban_list=1):
    """(value, scope, visa classes, since) of a list on a day; None where it says nothing."""
    shown = {str(track): period for track, period in status(periods(facts), dt.date.fromisoformat(day)).items()}
    name = f"travel_ban:US>BY:{ban_list}"
    if name not in shown:
        return None
    state = shown[name].state
    return (state.value, state.scope, state.visa_classes, state.since)


@pytest.mark.parametrize("word", ["considered", "listed", "suspended", "not_included", "removed"])
def test_the_latest_action_says_what_the_list_says(word):
    before = ban("removed" if word != "removed" else "listed", "2018")
    assert seen(DAY, before, ban(word, "2019")) == (word, "", (), "2019")


def test_an_amendment_replaces_scope_and_visa_classes_and_not_the_value():
    listed = ban("listed", "2018", scope="full", visa_classes=("B1", "B2"))
    amended = ban("amended", "2019", scope="partial", visa_classes=("F",))
    assert seen("2018-12-31", listed, amended) == ("listed", "full", ("B1", "B2"), "2018")
    assert seen(DAY, listed, amended) == ("listed", "partial", ("F",), "2018")


def test_an_amendment_of_nothing_says_nothing():
    assert seen(DAY, ban("amended", "2019", scope="partial")) is None


def test_a_listed_person_who_is_considered_again_stays_listed():
    listed = ban("listed", "2018", scope="full")
    assert seen(DAY, listed, ban("considered", "2019", scope="partial")) == ("listed", "full", (), "2018")


@pytest.mark.parametrize("word", ["suspended", "not_included", "removed"])
def test_a_person_who_is_no_longer_listed_can_be_considered_again(word):
    assert seen(DAY, ban("listed", "2017"), ban(word, "2018"), ban("considered", "2019"))[0] == "considered"


def test_considered_then_left_off_was_never_listed():
    facts = [ban("considered", "[..2020-01-31]"), ban("not_included", "2020-01-31")]
    assert seen("2020-01-30", *facts)[0] == "unknown"
    assert seen(DAY, *facts) == ("not_included", "", (), "2020-01-31")


def test_each_list_speaks_for_itself():
    facts = [ban("listed", "2017", list=1), ban("removed", "2018", list=2)]
    assert (seen(DAY, *facts, ban_list=1)[0], seen(DAY, *facts, ban_list=2)[0]) == ("listed", "removed")


def test_a_list_of_persons_says_the_strongest_of_what_it_says_of_its_persons():
    facts = [
        ban("listed", "2017", person="A", scope="partial", visa_classes=("B1",)),
        ban("listed", "2018", person="B", scope="full", visa_classes=("F",)),
        ban("removed", "2019-01-01", person="A"),
        ban("suspended", "2019-06-01", person="B"),
        ban("removed", "2019-12-01", person="B"),
    ]
    days = ("2018-06-01", "2018-12-31", "2019-01-01", "2019-06-01", "2019-12-01")
    assert [seen(day, *facts) for day in days] == [
        ("listed", "partial", ("B1",), "2017"),
        ("listed", "full", ("B1", "F"), "2017"),
        ("listed", "full", ("F",), "2017"),
        ("suspended", "", (), "2019-06-01"),
        ("removed", "", (), "2019-12-01"),
    ]


def test_a_fact_that_changes_nothing_divides_no_period():
    facts = [ban("listed", "2018-01-01"), ban("considered", "2019-01-01"), ban("removed", "2020-01-01")]
    spans = [
        (one.start.year, one.end and one.end.year) for one in periods(facts) if str(one.track) == "travel_ban:US>BY:1"
    ]
    assert spans == [(2018, 2020), (2020, None)]
