"""The fields that every kind of fact has besides its word: nature, announcement, quantity, response; and vacancies."""

import datetime as dt
import uuid
from typing import Any

import pytest

from relations import ledger
from relations.errors import SomeRefused
from relations.models import AmbassadorStatus, DiplomaticEvent, Fact, SanctionEvent
from relations.queries.facts import load_facts
from tests.factories import ban, ban_list, event, post, programme, record, sanction
from tests.ledger.invariants import assert_everything_holds, versions

pytestmark = [pytest.mark.usefixtures("countries"), pytest.mark.django_db]

KINDS = [
    lambda **values: post("closed", "2021-08-31", **values),
    lambda **values: sanction("imposed", "2021-08-31", **values),
    lambda **values: ban("listed", "2021-08-31", list=ban_list(), **values),
    lambda **values: event("staff_limit", "2021-08-31", **values),
]
OF_EACH_KIND = pytest.mark.parametrize("make", KINDS)


def refused(*drafts):
    with pytest.raises(SomeRefused) as refusal:
        record(*drafts)
    return {row: [(one.field, one.detail) for one in wrong] for row, wrong in refusal.value.rows.items()}


@OF_EACH_KIND
def test_a_fact_has_a_nature_an_announcement_a_quantity_and_what_it_responds_to(make):
    (visit,) = record(event("visit", "2021-08-09"))
    (fact,) = record(make(nature="observation", announced_on=" 2021-08 ", quantity=5, in_response_to=visit.key))
    stored = type(fact).objects.get(key=fact.key)
    assert (stored.nature, stored.announced_on, stored.quantity, stored.in_response_to) == (
        "observation", "2021-08", 5, visit.key,
    )  # fmt: skip
    (plain,) = record(make())
    assert (plain.nature, plain.announced_on, plain.quantity, plain.in_response_to) == ("event", "", None, None)
    natures = {known.key: known.nature for known in load_facts(["BY-US"])["BY-US"]}
    assert natures == {str(visit.key): "event", str(fact.key): "observation", str(plain.key): "event"}
    assert_everything_holds()


def test_a_fact_with_unfit_fields_is_refused():
    wrong: list[dict[str, Any]] = [{"nature": "rumour"}, {"quantity": -1}, {"in_response_to": "no key"}]
    found = refused(*(make(**values) for make in KINDS for values in wrong))
    assert [[name for name, _ in found[row]] for row in sorted(found)] == [list(values) for values in wrong] * 4


def test_an_announcement_has_a_date_as_the_fact_has_and_its_refusal_names_the_field():
    texts = ["soon", "2021-02-30", "2021/2022", "[2021..2020]", "[2021..]"]
    found = refused(*(make(announced_on=text) for make in KINDS for text in texts))
    assert [
        [(field, detail.partition(" is not a date")[0]) for field, detail in found[row]] for row in sorted(found)
    ] == [[("announced_on", repr(text))] for text in texts] * 4


def test_a_response_is_to_a_fact_that_is_recorded():
    unknown = uuid.uuid4()
    why = f"There is no fact {unknown} to which this could be a response."
    assert refused(event("visit", "2021"), *(make(in_response_to=unknown) for make in KINDS)) == {
        row: [("in_response_to", why)] for row in (1, 2, 3, 4)
    }


def test_a_response_may_be_to_a_fact_of_another_pair_to_one_of_the_same_command_and_to_a_retracted_one():
    key = uuid.uuid4()
    one, other = record(event("release", "2025-06-21", "BY>US", key=key), sanction("eased", "2025-09-11"))
    changed = ledger.correct(type(other), other.key, values={"in_response_to": one.key}, author=ledger.NOBODY)
    assert changed.in_response_to == key
    ledger.retract(DiplomaticEvent, one.key, why="wrong", author=ledger.NOBODY)
    first = uuid.uuid4()
    record(
        event("talks", "2025", "RU>UA", in_response_to=key),
        post("vacant", "2025", in_response_to=first),
        event("release", "2025", "BY>US", key=first),
    )
    assert_everything_holds()


def test_a_correction_to_a_response_to_nothing_or_to_itself_is_refused():
    (fact,) = record(event("visit", "2021"))
    for key, why in ((uuid.uuid4(), "There is no fact"), (fact.key, "A fact cannot be a response to itself.")):
        with pytest.raises(SomeRefused) as refusal:
            ledger.correct(DiplomaticEvent, fact.key, values={"in_response_to": key}, author=ledger.NOBODY)
        ((only,),) = refusal.value.rows.values()
        assert only.field == "in_response_to"
        assert only.detail.startswith(why)
    assert len(versions(fact)) == 1


def test_a_new_nature_or_announcement_is_a_correction():
    (fact,) = record(event("visit", "2021"))
    changes: list[dict[str, Any]] = [{"nature": "observation"}, {"announced_on": "2020"}, {"quantity": 3}]
    for version, values in enumerate(changes, start=2):
        assert ledger.correct(DiplomaticEvent, fact.key, values=values, author=ledger.NOBODY).version == version


# --- vacancies ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("word", ["vacant", "closed", "severed"])
def test_a_post_that_nobody_has_has_no_holder(word):
    ((field, detail),) = refused(post(word, "2021", holder="Julie Fisher"))[0]
    assert (field, detail) == (
        "holder", f"A post that is {word} has no holder: leave it empty, and name the person in a note.",
    )  # fmt: skip
    (fact,) = record(post("ambassador", "2021", holder="Julie Fisher"))
    with pytest.raises(SomeRefused):
        ledger.correct(AmbassadorStatus, fact.key, values={"status": word}, author=ledger.NOBODY)
    ledger.correct(AmbassadorStatus, fact.key, values={"status": word, "holder": ""}, author=ledger.NOBODY)


@pytest.mark.parametrize("word", ["operations_suspended", "recalled", "expelled", "charge"])
def test_other_posts_may_name_a_person(word):
    (fact,) = record(post(word, "2022-02-28", holder="Julie Fisher"))
    assert fact.holder == "Julie Fisher"
    assert_everything_holds()


# --- sanctions ------------------------------------------------------------------------------------------------------


def test_what_is_observed_is_an_observation_without_a_deadline_and_a_scope():
    wrong = sanction("observed", "2020", nature="event", expires_on=dt.date(2030, 1, 1), scope="all")
    fields = [field for field, _ in refused(wrong)[0]]
    assert sorted(fields) == ["expires_on", "nature", "scope"]
    (fact,) = record(sanction("observed", "2020", programme=programme(), measures=["arms"]))
    assert (fact.nature, fact.codes) == ("observation", {"cameo": None})
    assert_everything_holds()


def test_only_an_extension_says_what_it_extends():
    assert refused(sanction("imposed", "2020", extends="relief"), sanction("extended", "2020", extends="all")) == {
        0: [("extends", "Only an extension extends; this is 'imposed'.")],
        1: [("extends", "Value 'all' is not a valid choice.")],
    }
    (fact,) = record(sanction("extended", "2020", extends="relief", expires_on=dt.date(2030, 1, 1)))
    (known,) = load_facts(["BY-US"])["BY-US"]
    assert (fact.extends, known.extends) == ("relief", "relief")


@pytest.mark.parametrize(
    ("kind", "cameo", "plover"),
    [
        ("staff_limit", "161", "SANCTION"),
        ("election_not_recognised", "120", "REJECT"),
        ("licence", "085", None),
        ("deadline_set", "1312", "THREATEN"),
        ("release", "0841", "CONCEDE"),
    ],
)
def test_the_newer_kinds_of_events_have_their_codes(kind, cameo, plover):
    fact: Fact = record(event(kind, "2020"))[0]
    assert fact.codes == {"cameo": cameo, "plover": plover}


def test_an_observation_that_is_corrected_to_an_action_is_an_event():
    (fact,) = record(sanction("observed", "2020", nature="observation"))
    corrections: list[dict[str, Any]] = [
        {"action": "imposed"},
        {"measures": ["arms"]},
        {"action": "observed"},
        {"action": "imposed", "nature": "observation"},
        {"action": "tightened"},
    ]
    natures = [
        ledger.correct(SanctionEvent, fact.key, values=values, author=ledger.NOBODY).nature for values in corrections
    ]
    assert natures == ["event", "event", "observation", "observation", "observation"]
    with pytest.raises(SomeRefused):
        ledger.correct(SanctionEvent, fact.key, values={"action": "observed", "nature": "event"}, author=ledger.NOBODY)
