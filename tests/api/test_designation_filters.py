"""Filters of `/api/designations/` that read the records of parties: birth, numbers, addresses, remarks, programmes."""

import datetime as dt
import re

import pytest
from django.db import connection
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from relations import ledger
from relations.codes import PartyChange
from relations.importers.engine.parties import BirthDate, Detail, Document, Place
from relations.models import Designation, SanctionProgramme
from tests.api.listed_parties import day, drafted, listed, party

reading_only = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=50, derandomize=True)
pytestmark = pytest.mark.usefixtures("countries")


@pytest.fixture
def parties():
    around_1960 = BirthDate(on="[1958..1960]", earliest=day("1958-01-01"), latest=day("1960-12-31"))
    listed(
        "ofac",
        party(
            "1", "Ivan PETROV", remarks="Fled to Téhéran; see also (Gazette No. 5)",
            birth_dates=(BirthDate(on="1961-05-03", earliest=day("1961-05-03"), latest=day("1961-05-03")),),
            documents=(Document(kind="Passport", number="ab 12-34 567", country="Russia"),),
            addresses=(Place(street="5 Lénine St.", city="Minsk", country="Belarus"),),
        ),
        party("2", "Hasan TAWIL", birth_dates=(around_1960,), addresses=(Place(city="Tehran", code="IR"),)),
        party(
            "3", "GOLDEN LILY", "vessel", programmes=("IRAN",),
            documents=(Document(kind="Vessel Registration Identification", number="IMO 9187629"),),
            addresses=(Place(text="Tehran", country="Iran (Islamic Republic of)"),),
        ),
    )  # fmt: skip
    listed(
        "uk",
        party("U1", "SILVER LILY", "vessel", documents=(Document(kind="IMO number", number="9187630"),)),
        party(
            "U2", "Ali SADR", details=(Detail("UNReferenceNumber", "QDi.001"),), programmes=("Syria",),
            birth_dates=(BirthDate(on="1950", earliest=day("1950-01-01"), latest=day("1950-12-31")),
                         BirthDate(on="1970", earliest=day("1970-01-01"), latest=day("1970-12-31"))),
        ),
    )  # fmt: skip


def references(client: Client, query: str) -> list[str]:
    answer = client.get(f"/api/designations/?fields=reference&{query}")
    assert answer.status_code == 200, answer.content
    return [row["reference"] for row in answer.json()["results"]]


def test_parties_are_chosen_by_what_their_records_say(parties, client):
    iran = SanctionProgramme.objects.create(issuer_id="US", target_id="IR", title="Iran", list="ofac", code="IRAN")
    for query, expected in {
        "born=1961": ["1"],
        "born=1961-05-03": ["1"],
        "born=1961-05-04": [],
        "born=1959-02": ["2"],
        "born=[1960..1961]": ["1", "2"],
        "born_after=1961": ["1", "U2"],
        "born_before=1950-06-01": ["U2"],
        "born_after=1955&born_before=1965": ["1", "2"],
        "born_after=1951&born_before=1957": [],
        "document=AB1234567": ["1"],
        "document=ab.12 34-567": ["1"],
        "document=AB123456": [],
        "document=qdi001": ["U2"],
        "imo=9187629": ["3"],
        "imo=IMO 9187630": ["U1"],
        "document=imo9187629": ["3"],
        "document=9187629": ["3"],
        "address=lenine minsk": ["1"],
        "address=MINSK": ["1"],
        "address=minsk tehran": [],
        "address=iran": ["3"],
        "address_country=IR": ["2", "3"],
        "address_country=BLR,IRN": ["1", "2", "3"],
        "address_country=SY": [],
        "remarks=teheran": ["1"],
        "remarks=gazette 5 fled": ["1"],
        "remarks=teheran minsk": [],
        "target=IR": ["3"],
        "target=SY": [],
        f"programme={iran.pk}": ["3"],
        f"programme={iran.pk},Syria": ["3", "U2"],
        "programme=999999999999": [],
    }.items():
        assert (query, references(client, query.replace("+", "%2B"))) == (query, expected)


def test_a_filter_that_says_nothing_is_refused_by_its_name(parties, client):
    for name, value in (
        ("born", "19611"), ("born", "[1961..]"), ("born_before", "never"), ("document", "---"), ("imo", "123"),
        ("imo", "١٢٣٤٥٦٧"), ("address", "\u202e"), ("remarks", "😀"), ("address", "x" * 201), ("document", "a\x00b"),
        ("target", "XX"), ("address_country", "Atlantis"), ("remarks", ""), ("imo", "9" * 10_000),
    ):  # fmt: skip
        answer = client.get("/api/designations/", {name: value})
        error = answer.json()["errors"][0]
        assert (answer.status_code, error["parameter"]) == (400, name), value[:20]
    answer = client.get("/api/designations/?born_after=1970&born_before=1960")
    assert (answer.status_code, answer.json()["errors"][0]["parameter"]) == (400, "born_before")


def test_a_record_with_any_text_is_recorded_and_found_by_it(client):
    long, marks = "x" * 10_000, "\u202eمحمد\u200f 평양 😀 ﷺ"
    listed(
        "ofac",
        party(
            "1", "A", remarks=f"{long} {marks}", addresses=(Place(text=marks, country=long),),
            documents=(Document(kind=long, number=long), Document(kind="x", number="😀")),
            birth_dates=(BirthDate(on="9999", earliest=day("9999-01-01"), latest=dt.date.max),
                         BirthDate(on="9999-12-31", earliest=dt.date.max, latest=dt.date.max)),
        ),
    )  # fmt: skip
    for query in ("remarks=محمد", "address=평양", f"document={'X' * 60}", "born_after=9000"):
        assert (query, references(client, query)) == (query, ["1"])
    assert Designation.objects.get().births[0].lower == day("9999-01-01")


def test_filters_by_the_record_know_its_versions(parties, client):
    before = ledger.clock().isoformat()
    known = Designation.objects.select_related("party").get(party__reference="2")
    moved = party("2", "Hasan TAWIL", addresses=(Place(city="Damascus", country="Syria"),))
    with ledger.import_run("ofac") as run:
        change = {"change": PartyChange.AMENDED, "known": known}
        ledger.write_parties([drafted(moved, **change)], run=run, moment=ledger.clock())
    assert references(client, "address=tehran&kind=person") == []
    assert references(client, "address=damascus") == references(client, "address_country=SY") == ["2"]
    assert references(client, f"address=tehran&kind=person&known_at={before.replace('+', '%2B')}") == ["2"]


@reading_only
@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=40))
def test_a_number_reads_the_same_with_other_spaces_dashes_and_capitals(db, text):
    with connection.cursor() as cursor:
        variants = [text, " ".join(text) if text.isascii() else f" {text} ", f"{text}-", text.upper()]
        cursor.execute("SELECT array_agg(party_number(each)) FROM unnest(%s::text[]) AS each", [variants])
        plain, spaced, dashed, capital = cursor.fetchone()[0]
    assert plain == spaced == dashed
    assert plain == capital or not text.isascii()
    assert re.search(r"[\s\-./]", plain) is None


@reading_only
@given(st.lists(st.text(st.characters(categories=["Lu", "Ll", "Nd"], max_codepoint=0x52F), min_size=1, max_size=9)))
def test_words_are_read_the_same_in_any_order_and_normal_form(db, words):
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT party_words(%s), party_words(%s), party_words(normalize(%s, NFD))",
            [" ".join(words), ", ".join(reversed(words)), " ".join(words)],
        )
        there, back, decomposed = cursor.fetchone()
    assert there == back == decomposed
