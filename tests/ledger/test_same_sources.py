"""A source is one row however often it is sent, and pairs follow how long it can be relied on."""

import datetime as dt
from typing import Any

import pytest
import time_machine

from relations import ledger
from relations.errors import Conflict, Invalid, SomeRefused
from relations.models import Citation, Source
from relations.queries.facts import load_facts
from relations.queries.pair_versions import current_versions
from relations.status.facts import Witness
from tests.factories import citation, confirm, confirmation, post, record, source
from tests.ledger.invariants import assert_everything_holds

pytestmark = [pytest.mark.usefixtures("countries"), pytest.mark.django_db]

LETTER: dict[str, Any] = {"publisher": "A paper", "title": "A letter", "published_on": dt.date(2020, 1, 7)}


def originals():
    """The number of independent sources of each fact."""
    return [len(fact.originals) for fact in load_facts(["BY-US"])["BY-US"]]


def test_a_source_without_a_url_is_reused_by_publisher_title_and_day():
    record(post("announced", "2020", citations=[citation(LETTER, "It is so."), citation(LETTER, "It is.")]))
    record(post("vacant", "2019", citations=[citation(LETTER | {"author": "Another"}, "It was so.")]))
    assert Source.objects.get().author == ""
    assert originals() == [1, 1]


def test_a_source_without_any_day_is_the_same_as_itself():
    for _ in range(2):
        record(post("announced", "2020", citations=[citation({"title": "A letter"}, "It is so.")]))
    assert Source.objects.count() == 1


@pytest.mark.parametrize(
    "other",
    [
        {"publisher": "Another paper"},
        {"title": "Another letter"},
        {"published_on": None},
        {"url": "https://a.example/"},
    ],
)
def test_sources_that_differ_in_any_of_the_three_are_two(other):
    record(post("announced", "2020", citations=[citation(LETTER), citation(LETTER | other)]))
    assert Source.objects.count() == 2
    assert originals() == [2]


def test_one_of_a_url_is_not_taken_for_one_without():
    source(**LETTER, url="https://a.example/")
    record(post("announced", "2020", citations=[citation(LETTER)]))
    assert originals() == [1]
    assert Source.objects.count() == 2


def test_a_second_one_is_refused_and_names_the_first():
    first = source(**LETTER)
    other = source()
    for second in (lambda: source(**LETTER), lambda: ledger.change_source(other, LETTER)):
        with pytest.raises(Conflict) as refusal:
            second()
        assert refusal.value.field == "title"
        assert refusal.value.detail == f"Source {first.pk} has this publisher, title and day already."


def test_a_reprint_may_have_the_title_and_day_of_its_original_which_is_cited_all_the_same():
    first = source(**LETTER)
    reprint = source(**LETTER, syndication_of=first)
    with pytest.raises(Conflict):
        ledger.change_source(reprint, {"syndication_of": None})
    record(post("announced", "2020", citations=[citation(LETTER)]))
    assert Citation.objects.get().source == first


def test_a_day_that_is_no_date_is_refused_and_finds_no_other_source():
    record(post("announced", "2020", citations=[citation({"title": "A letter"})]))
    with pytest.raises(SomeRefused) as refusal:
        record(post("vacant", "2020", citations=[citation({"title": "A letter", "published_on": "in spring"})]))
    assert [one.field for one in refusal.value.rows[0]] == ["citations/0/source/published_on"]


@pytest.mark.parametrize(
    ("values", "field"),
    [({"good_for": 0}, "good_for"), ({"covers_to": "in spring"}, "covers_to"), ({"kind": "rumour"}, "kind")],
)
def test_a_source_with_unfit_days_of_validity_is_refused(values, field):
    with pytest.raises(Invalid) as refusal:
        source(**values)
    assert refusal.value.field == field


# --- pairs follow ---------------------------------------------------------------------------------------------------

RELIABILITY = [
    {"kind": "register"}, {"covers_to": dt.date(2019, 12, 31)}, {"good_for": 30}, {"published_on": dt.date(2019, 1, 1)},
]  # fmt: skip


@pytest.mark.parametrize("values", RELIABILITY)
def test_pairs_that_rest_on_a_source_are_projected_again_when_it_can_be_relied_on_for_another_time(values):
    cited = source()
    with time_machine.travel("2020-01-10T12:00Z", tick=False):
        record(post("vacant", "2018", citations=[citation(cited)]), post("vacant", "2018", "RU>UA"))
        before, other = current_versions("BY-US").pairs, current_versions("RU-UA").pairs
        ledger.change_source(cited, {"title": "Another title"})
        assert current_versions("BY-US").pairs == before
        ledger.change_source(cited, values)
        assert current_versions("BY-US").pairs != before
        assert current_versions("RU-UA").pairs == other
    (fact,) = load_facts(["BY-US"])["BY-US"]
    assert fact.witnesses == (Witness(**{"kind": "article"} | values, original=cited.pk),)
    assert_everything_holds()


@pytest.mark.parametrize("values", [*RELIABILITY, {"syndication_of": "other"}])
def test_pairs_that_a_source_confirms_are_projected_again_likewise(values):
    shown, other = source(text=""), source()
    (fact,) = record(post("vacant", "2018"))
    confirm(confirmation(fact, "2019-06-01", shown))
    before = current_versions("BY-US").pairs
    ledger.change_source(shown, {"syndication_of": other} if "syndication_of" in values else values)
    assert current_versions("BY-US").pairs != before
    assert_everything_holds()
