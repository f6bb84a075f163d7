"""OFSI's ConList.csv: invented targets in the older form (29 columns, cp1252), and rows of the later one."""

import datetime as dt
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from relations.errors import FileRefused
from relations.importers import import_list
from relations.importers.engine.parties import BirthDate, Detail, Document, Name, Nationality, Party, Place, Unreadable
from relations.importers.sources import ofsi
from relations.ledger import import_run
from relations.models import Designation, Listing, SanctionEvent
from relations.outbox.payloads import snapshots
from tests.importers import tracing

FILE = Path(__file__).parent / "files" / "ofsi" / "conlist.csv"
LATER = [
    *("Name 6", "Name 1", "Name 2", "Name 3", "Name 4", "Name 5", "Title", "Name Non-Latin Script"),
    *("Non-Latin Script Type", "Non-Latin Script Language", "DOB", "Town of Birth", "Country of Birth", "Nationality"),
    *("Passport Number", "Passport Details", "National Identification Number", "National Identification Details"),
    *("Position", "Address 1", "Address 2", "Address 3", "Address 4", "Address 5", "Address 6", "Post/Zip Code"),
    *("Country", "Other Information", "Group Type", "Alias Type", "Alias Quality", "Regime", "Listed On"),
    *("UK Sanctions List Date Designated", "Last Updated", "Group ID"),
]


def row(**cells: str) -> str:
    """A row of the later form; a column's blanks and strokes are written as underscores."""
    named = {
        "Name_6": "PETROV", "Name_1": "Ivan", "Group_Type": "Individual", "Alias_Type": "Primary name",
        "Regime": "Russia", "Listed_On": "01/03/2022", "Last_Updated": "02/03/2022", "Group_ID": "14000", **cells,
    }  # fmt: skip
    folded = {column.replace(" ", "_").replace("/", "_").replace("-", "_"): column for column in LATER}
    values = {folded[name]: value for name, value in named.items()}
    return ",".join('"' + values.get(column, "").replace('"', '""') + '"' for column in LATER)


@pytest.fixture
def parsed(tmp_path):
    """Parses rows of the later form, which is in UTF-8."""

    def parse(
        *rows: str, first: str = "Last Updated,05/06/2024", header: str = ",".join(LATER)
    ) -> list[Party | Unreadable]:
        path = tmp_path / "ConList.csv"
        path.write_text("\r\n".join([first, header, *rows, ""]), "utf-8")
        return list(ofsi.parse([path]))

    return parse


@pytest.fixture(scope="module")
def parties() -> dict[str, Party]:
    return tracing.parties(ofsi.parse([FILE]))


def test_the_first_line_gives_the_day():
    publication = ofsi.publication([FILE])
    assert (publication.dated, publication.doubts) == (dt.date(2018, 4, 13), ())


def test_the_rows_of_one_group_are_one_party_wherever_they_are(parties):
    assert [line.rpartition(",")[2] for line in FILE.read_text("cp1252").splitlines()[2:]] == [
        "90001", "90003", "90001", "90002", "90001", "90002", "90003", "90003",
    ]  # fmt: skip
    assert parties.keys() == {"90001", "90002", "90003"}


def test_a_party_has_each_name_and_each_date_of_birth_once(parties):
    person = parties["90001"]
    assert [(name.text, name.kind) for name in person.names] == [
        ("Sadim AL-VOREL", "primary"),
        ("Sheikh Sadim AL-TESTI", "aka"),
    ]
    assert sorted(date.on for date in person.birth_dates) == ["1980", "1981"]
    assert person.nationalities == (Nationality(country="Saudi Arabia"), Nationality(country="Qatar"))
    assert person.nationality_codes == ("QA", "SA")
    assert person.birth_places == (Place(country="Saudi Arabia"),)
    assert person.addresses == (Place(country="Afghanistan (since 2009)"),)
    assert person.documents == (Document(kind="Passport", number="Passport No: 901 (issued in Nowhere)."),)
    assert (person.kind, person.listed_on) == ("person", dt.date(2016, 4, 1))
    assert person.remarks == "UN Ref QDi.901. Invented, for a test."
    assert (person.housekeeping, person.unknown) == ((Detail("Last Updated", "01/04/2016"),), ())


def test_a_party_under_two_regimes_is_listed_since_the_first(parties):
    party = parties["90002"]
    assert sorted(party.programmes) == ["Somalia", "The ISIL (Da'esh) and Al-Qaida organisations"]
    assert party.listed_on == dt.date(2001, 11, 8)
    assert party.titles == ("Colonel",)


def test_former_names_and_letters_of_cp1252_are_read(parties):
    assert [(name.text, name.kind) for name in parties["90003"].names] == [
        ("SPECIMEN’S", "primary"),
        ("SPECIMEN ARMÉ", "aka"),
        ("SPECIMEN OF YEMEN", "fka"),
    ]


def test_the_order_of_the_rows_is_no_content(parties, tmp_path):
    first, header, *rows = FILE.read_bytes().splitlines(keepends=True)
    path = tmp_path / "turned.csv"
    path.write_bytes(b"".join([first, header, *reversed(rows)]))
    turned = tracing.parties(ofsi.parse([path]))
    assert {key: party.digest for key, party in turned.items()} == {key: one.digest for key, one in parties.items()}


def test_every_column_of_the_later_form_is_read(parsed):
    (party,) = parsed(
        row(
            Name_Non_Latin_Script="Иван Петров", Non_Latin_Script_Type="Cyrillic", Non_Latin_Script_Language="Russian",
            DOB="dd/mm/1960", Town_of_Birth="Omsk", Country_of_Birth="Russia", Nationality="Russia", Title="Dr",
            Passport_Number="71", Passport_Details="(Russia)", National_Identification_Number="72", Position="Minister",
            Address_1="1 Street", Address_6="Omsk", Post_Zip_Code="644", Country="Russia",
            Other_Information='Told, "so"',
            UK_Sanctions_List_Date_Designated="28/02/2022",
        ),
        row(Name_6="PETROFF", Alias_Type="AKA", Alias_Quality="Good", DOB="dd/mm/1960"),
        row(Name_6="VANYA", Name_1="", Alias_Type="AKA", Alias_Quality="Low", DOB="dd/mm/1960"),
    )  # fmt: skip
    assert isinstance(party, Party), party
    assert party.names == (
        Name(text="Ivan PETROV", kind="primary", script="Latn", family="PETROV", given="Ivan"),
        Name(text="Ivan PETROFF", kind="aka", quality="strong", script="Latn", family="PETROFF", given="Ivan"),
        Name(text="VANYA", kind="aka", quality="weak", script="Latn"),
        Name(text="Иван Петров", kind="original_script", script="Cyrl", language="russian", note="Cyrillic"),
    )
    assert party.birth_dates == (BirthDate(on="1960", earliest=dt.date(1960, 1, 1), latest=dt.date(1960, 12, 31)),)
    assert party.documents == (
        Document(kind="Passport", number="71", note="(Russia)"), Document(kind="National identifier", number="72"),
    )  # fmt: skip
    assert party.addresses == (Place(text="1 Street, Omsk", postcode="644", country="Russia"),)
    assert (party.titles, party.positions, party.remarks) == (("Dr",), ("Minister",), 'Told, "so"')
    assert (party.details, party.unknown) == ((Detail("UK Sanctions List Date Designated", "28/02/2022"),), ())


def test_words_and_columns_that_are_new_become_details_and_are_named(parsed):
    header = ",".join([*LATER[:-2], "Shoe Size", *LATER[-2:]])
    new = row(Alias_Type="Stage name").rsplit(",", 2)
    (party,) = parsed(",".join([new[0], '"44"', *new[1:]]), header=header)
    assert [(name.text, name.kind) for name in party.names] == [("Ivan PETROV", "primary")]
    assert party.details == (Detail("Alias Type", "Stage name"), Detail("Shoe Size", "44"))
    assert party.unknown == ("Alias Type", "Shoe Size")


@pytest.mark.parametrize(
    ("bad", "reference", "reason"),
    [
        (row(Group_Type="Robot"), "14000", "Group Type ['robot'] is not one that is known"),
        (row(Regime=" "), "14000", "it is listed under no regime"),
        (row(Listed_On="31/02/2022"), "14000", "Listed On '31/02/2022' is not a day (DD/MM/YYYY)"),
        (row(Name_6="", Name_1=""), "14000", "it has no name"),
        (row(Group_ID="n/a"), "n/a", "Group ID 'n/a' is not a number"),
        ("PETROV,Ivan", "", "it has 2 cells and not 36"),
        ("PETROV,Ivan,14000", "14000", "it has 3 cells and not 36"),
    ],
)
def test_what_makes_no_sense_is_named_and_the_rest_is_imported(parsed, bad, reference, reason):
    records = parsed(row(Group_ID="7"), bad)
    assert [record.reference for record in records if isinstance(record, Party)] == ["7"]
    (refused,) = [record for record in records if isinstance(record, Unreadable)]
    assert (refused.reference, refused.reason, refused.file) == (reference, reason, "ConList.csv")


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "it is empty"),
        (b"<html>busy</html>", "it is an HTML page and not the list"),
        (b"Name 6,Name 1\r\n", "it does not begin with 'Last Updated,' and a date"),
        (b"Last Updated,soon,,\r\n", "its first line 'Last Updated,soon,,' is not a date"),
        (b"Last Updated,13/04/2018\r\nName 6,Name 1\r\n", "its header lacks Alias Type, Group ID"),
        (b"Last Updated,13/04/2018\r\n\x00", "it contains NUL bytes"),
        ("Last Updated,13/04/2018\r\n".encode("utf-16-le"), "it does not begin with 'Last Updated,' and a date"),
        (b"Last Updated,13/04/2018\r\n\x81\xff", "it is not UTF-8 or cp1252 (byte 25)"),
        (FILE.read_bytes()[:-20], "it stops in the middle of line 10"),
        (FILE.read_bytes() + b'"cut', "line 11 is not valid CSV"),
    ],
)
def test_a_file_that_is_not_the_list_is_refused_whole(tmp_path, content, reason):
    path = tmp_path / "ConList.csv"
    path.write_bytes(content)
    with pytest.raises(FileRefused) as refused:
        ofsi.publication([path])
        list(ofsi.parse([path]))
    assert str(refused.value).startswith(f"ConList.csv is refused whole: {reason}")


def test_a_row_that_cannot_be_read_takes_its_target_with_it(parsed):
    records = parsed(row(), "PETROV,Ivan,14000", row(Group_ID="7"))
    assert [(type(record), record.reference) for record in records] == [(Unreadable, "14000"), (Party, "7")]


def test_a_file_whose_last_line_does_not_end_is_in_doubt(tmp_path):
    path = tmp_path / "ConList.csv"
    path.write_bytes(FILE.read_bytes()[:-2])
    assert ofsi.publication([path]).doubts == ("its last line does not end",)


def test_a_list_without_a_target_is_refused_and_nobody_is_delisted(countries, settings, tmp_path):
    settings.TRACKER_DATA = tmp_path / "data"
    import_list("ofsi", [FILE])
    path = tmp_path / "ConList.csv"
    path.write_bytes(b"".join(FILE.read_bytes().splitlines(keepends=True)[:2]).replace(b"13/04", b"14/04"))
    with pytest.raises(FileRefused, match=r"ConList\.csv is refused whole: it has no records\."):
        import_list("ofsi", [path])
    assert Designation.objects.known_at(None).filter(party__list="ofsi", delisted_on__isnull=True).count() == 3


def test_the_closed_list_is_not_current_once_its_successor_is_read(countries, settings, tmp_path, client):
    """ConList of 2018, and the UK Sanctions List, whose first publication here is of 2026-02-25."""
    settings.TRACKER_DATA = tmp_path / "data"
    import_list("ofsi", [FILE])

    def count(**asked: str) -> dict[str, Any]:
        page = client.get("/api/designations/", {"list": "ofsi", "count": "1", **asked}).json()
        days = {key: page["coverage"][key] for key in ("first", "last")}
        return {"count": page["count"], "coverage": days, "complete": page["complete"]}

    days = {"first": "2018-04-13", "last": "2018-04-13"}
    inside = {"count": 3, "coverage": days, "complete": True}
    outside = {"coverage": days, "complete": False}
    assert count(as_of="2018-04-13") == inside
    assert count(current="1")["count"] == 3
    assert count(as_of="2026-02-25") == {"count": 3, **outside}
    assert count(as_of="2017-01-01")["complete"] is False
    with import_run("uk") as run:
        run.dated = dt.date(2026, 2, 25)
    assert (count(current="1")["count"], count(current="0")["count"]) == (0, 3)
    assert count(as_of="2026-02-25")["count"] == 0
    assert count(as_of="2026-02-24") == {"count": 3, **outside}
    assert count(as_of="2018-04-13", current="1") == inside


def test_a_relation_counts_nobody_on_the_closed_list_once_its_successor_is_read(
    countries, settings, tmp_path, client
):  # fmt: skip
    settings.TRACKER_DATA = tmp_path / "data"
    import_list("ofsi", [FILE])

    def counted(status: dict[str, Any]) -> list[int]:
        programmes = [one for each in status["sanctions"] for one in each["programmes"]]
        return [one["designations"]["count"] for one in programmes]

    def shown(day: str = "") -> list[int]:
        return counted(client.get(f"/api/relations/GB-VE/{day and '?as_of='}{day}").json()["status"])

    assert shown() == shown("2026-02-25") == shown("2026-02-24") != [0]
    with import_run("uk") as run:
        run.dated, run.added = dt.date(2026, 2, 25), 1
    connection.check_constraints()  # as at the commit: an import starts an epoch
    assert shown() == shown("2026-02-25") == [0]
    assert shown("2026-02-24") != [0]
    (status,) = (one["status"] for one in snapshots(["GB-VE"], day=dt.date(2026, 2, 25)).values())
    assert counted(status) == [0]


def test_two_publications_list_amend_and_delist(countries, settings, tmp_path):
    settings.TRACKER_DATA = tmp_path / "data"
    run = import_list("ofsi", [FILE])
    assert (run.dated, run.read, run.added, run.refused) == (dt.date(2018, 4, 13), 3, 3, 0)
    assert "unknown_programmes" not in run.complaints
    seen = SanctionEvent.objects.get(from_country="GB", to_country="VE")
    assert (seen.action, seen.on, seen.citations.get().quote) == ("observed", "[..2018-04-13]", "Venezuela")
    text = FILE.read_text("cp1252").replace("13/04/2018", "14/04/2018", 1)
    later = tmp_path / "later.csv"
    later.write_text(
        "".join(line for line in text.splitlines(keepends=True) if not line.endswith(",90003\n")), "cp1252"
    )
    again = import_list("ofsi", [later], accept_shrink=True)
    assert (again.added, again.amended, again.ended) == (0, 0, 1)
    assert Listing.objects.get(party__reference="90003").delisted_on == "[2018-04-13..2018-04-14]"
    assert (SanctionEvent.objects.get(from_country="GB", to_country="VE"), seen.confirmations.count()) == (seen, 0)
    assert Designation.objects.known_at(None).filter(party__list="ofsi", delisted_on__isnull=True).count() == 2
