"""Scores, reasons and order of the candidates for a party, by its nearest names and what the list says of it."""

import datetime as dt
from typing import Any

import pytest
from django.db.backends.postgresql.psycopg_any import DateRange

from relations import dates
from relations.models import Designation
from relations.queries import party_match
from relations.queries.party_match import PartyQuery, match


def version(**values: Any) -> Designation:
    """A list's record of a person, of whom it says nothing else."""
    nothing = {"births": [], "nationalities": [], "address_countries": [], "numbers": []}
    return Designation(**{"party_id": 1, "name": "Ivan SIDOROV", "kind": "person"} | nothing | values)


def days(first: str, last: str) -> DateRange:
    lower = dt.date.fromisoformat(first) if first else None
    return DateRange(lower, dt.date.fromisoformat(last) + dt.timedelta(days=1))


@pytest.fixture
def listed(monkeypatch):
    """Has the lists name these parties, each with the similarity of its nearest name: 0 for none."""

    def _listed(*parties: tuple[float, Designation]) -> None:
        versions = {party.party_id: party for _, party in parties}
        named = {party.party_id: (score, f"alias {party.party_id}") for score, party in parties if score}
        monkeypatch.setattr(party_match, "_nearest", lambda _: named)
        monkeypatch.setattr(party_match, "_versions", lambda *_: versions)
        monkeypatch.setattr(party_match, "_numbers", lambda documents: {each: each.upper() for each in documents})

    return _listed


def candidates(*, limit: int = 20, **query: Any) -> list[party_match.Candidate]:
    if "birth" in query:
        query["birth"] = dates.parse(query["birth"])
    (found,) = match([PartyQuery(**query)], limit=limit)
    return found


def outcome(listed: Any, about: str, one: Designation, **query: Any) -> tuple[float, str, list[str]]:
    """The score of a party whose name alone has 0.8, and one reason of it."""
    listed((0.8, one))
    (found,) = candidates(name="I. Sidorov", **query)
    (reason,) = (each for each in found.reasons if each.about == about)
    return found.score, reason.result, list(reason.values)


# --- what each reason counts ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("similarity", "result"),
    [(1, "agree"), (0.9, "agree"), (0.899, "similar"), (0.45, "similar"), (0.449, "contradict")],
)
def test_a_name_agrees_with_all_its_words_and_is_similar_down_to_the_nearness_of_two_spellings(
    listed, similarity, result
):
    listed((similarity, version()))
    (found,) = candidates(name="I. Sidorov")
    assert (found.score, found.reasons[0].result, found.reasons[0].values) == (similarity, result, ["alias 1"])


def test_agreement_removes_its_share_of_the_doubt_and_a_contradiction_multiplies(listed):
    may, by, number = [days("1961-05-01", "1961-05-31")], ["BY"], ["AB1", "CD2"]
    one = version(births=may, nationalities=by, numbers=number)
    assert outcome(listed, "birth", one, birth="1961-05-03") == (0.86, "agree", ["[1961-05-01..1961-05-31]"])
    assert outcome(listed, "birth", one, birth="1962") == (0.4, "contradict", ["[1961-05-01..1961-05-31]"])
    assert outcome(listed, "country", one, country="BY") == (0.82, "agree", ["BY"])
    assert outcome(listed, "country", version(nationalities=by, births=may), country="RU")[:2] == (0.68, "contradict")
    assert outcome(listed, "document", one, document="cd2") == (0.96, "agree", ["CD2"])
    assert outcome(listed, "document", one, document="ef3") == (0.76, "contradict", ["AB1", "CD2"])
    asked = {"birth": "1961-05", "country": "BY", "document": "ab1"}
    assert outcome(listed, "birth", one, **asked)[0] == 0.975  # 1 - 0.2 * 0.7 * 0.9 * 0.2
    for about in asked:
        assert outcome(listed, about, one) == (0.8, "unknown", [])  # of which the query says nothing
        assert outcome(listed, about, version(), **asked) == (0.8, "unknown", [])  # of which the list says nothing


def test_any_of_several_births_is_enough(listed):
    births = [days("1961-05-03", "1961-05-03"), days("1970-01-01", "1970-12-31")]
    assert outcome(listed, "birth", version(births=births), birth="1970-06-01") == (
        0.86, "agree", ["1961-05-03", "1970"],
    )  # fmt: skip


def test_a_birth_agrees_where_one_day_is_possible_for_both(listed):
    def agrees(first: str, last: str, birth: str) -> bool:
        return outcome(listed, "birth", version(births=[days(first, last)]), birth=birth)[1] == "agree"

    asked = ["1960-12-30", "1960-12-31", "1960-12", "1963-01-01", "1963-01-02", "1963", "1962-03", "[..1960-12-31]"]
    assert [agrees("1960-12-31", "1963-01-01", birth) for birth in asked] == [
        False, True, True, True, False, True, True, True,
    ]  # fmt: skip
    assert [agrees("", "1960-12-31", birth) for birth in ("0001-01-01", "1960-12-31", "1961")] == [True, True, False]


@pytest.mark.parametrize(
    ("first", "last", "text"),
    [
        ("1961-05-03", "1961-05-03", "1961-05-03"),
        ("1961-01-01", "1961-12-31", "1961"),
        ("0961-01-01", "0961-12-31", "0961"),
        ("1961-01-02", "1961-12-31", "[1961-01-02..1961-12-31]"),
        ("1961-01-01", "1961-12-30", "[1961-01-01..1961-12-30]"),
        ("1960-01-01", "1961-12-31", "[1960-01-01..1961-12-31]"),
        ("", "1961-12-31", "[..1961-12-31]"),
    ],
)
def test_a_birth_is_written_as_the_day_or_the_year_or_what_may_be(listed, first, last, text):
    assert outcome(listed, "birth", version(births=[days(first, last)]), birth="1961")[2] == [text]


def test_countries_are_those_of_nationalities_and_of_addresses_by_code_or_name_each_once(listed):
    addresses = ["US", "Iran (Islamic Republic of)", "Atlantis", "BY", "CN", "DE", "FR"]
    one = version(nationalities=["SY", "BY"], address_countries=addresses)
    assert outcome(listed, "country", one, country="US") == (0.82, "agree", ["BY", "CN", "DE", "FR", "IR", "SY", "US"])
    nowhere = version(address_countries=["Atlantis"])
    assert outcome(listed, "country", nowhere, country="US") == (0.8, "unknown", [])


# --- which parties are offered --------------------------------------------------------------------------------------


def test_parties_are_offered_from_a_score_of_three_tenths_the_best_first_and_of_equal_ones_the_first_recorded(listed):
    scores = {7: 0.3, 2: 0.5, 5: 0.299, 3: 0.8, 1: 0.5}
    listed(*((score, version(party_id=party)) for party, score in scores.items()))
    assert [(each.version.party_id, each.score) for each in candidates(name="A")] == [
        (3, 0.8), (1, 0.5), (2, 0.5), (7, 0.3),
    ]  # fmt: skip
    assert [each.version.party_id for each in candidates(name="A", limit=2)] == [3, 1]


def test_every_party_with_the_number_is_offered_whatever_its_name(listed):
    listed(*((0, version(party_id=party, numbers=["AB1", f"N{party}"])) for party in (1, 2)), (0, version(party_id=3)))
    unnamed = [
        ("name", "unknown", []),
        ("birth", "unknown", []),
        ("country", "unknown", []),
        ("document", "agree", ["AB1"]),
    ]
    found = candidates(document="ab1")
    assert [(each.version.party_id, each.score) for each in found] == [(1, 0.8), (2, 0.8)]
    assert [[(one.about, one.result, one.values) for one in each.reasons] for each in found] == [unnamed, unnamed]
    named = candidates(document="ab1", name="Quux")
    assert [(each.score, each.reasons[0].result, each.reasons[0].values) for each in named] == [
        (0.8, "contradict", ["Ivan SIDOROV"])
    ] * 2


def test_the_hundred_nearest_names_are_compared_and_of_equal_ones_the_parties_first_recorded(monkeypatch):
    near = {party: (0.5 if party > 120 else 0.4, "A") for party in range(150, 0, -1)}
    monkeypatch.setattr(party_match, "nearest_names", lambda *_, is_part: {} if is_part else near)
    assert [*party_match._nearest("A")] == [*range(121, 151), *range(1, 71)]
