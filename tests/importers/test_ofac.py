"""OFAC's CSV files: invented parties, all four files of one publication, and three days in OFAC's own form."""

import datetime as dt
from dataclasses import replace

import pytest

from relations.importers.engine.parties import (
    BirthDate,
    Detail,
    Document,
    Name,
    NameKind,
    Nationality,
    Party,
    Place,
    Publication,
    Quality,
)
from relations.importers.sources import ofac
from tests.importers.ofac_lists import FILES, ROW, day_file, read, whole


@pytest.fixture
def remarked(sdn):
    """The party whose remarks are these."""

    def parse(remarks: str) -> Party:
        (party,) = sdn(ROW.removesuffix("-0- ") + f'"{remarks}"')
        assert isinstance(party, Party)
        return party

    return parse


@pytest.fixture(scope="module")
def parties() -> dict[str, Party]:
    return read(whole())


def test_a_publication_of_all_files_omits_nothing():
    assert ofac.publication(whole()) == Publication(dated=None, omits=frozenset(), doubts=())


def test_a_publication_names_the_contents_of_files_that_were_not_given():
    assert ofac.publication(whole(without="sdn_comments")).omits == {"spillover"}
    assert ofac.publication([day_file(23)]).omits == {"aliases", "addresses", "spillover"}


def test_every_column_of_a_person_is_read(parties):
    expected = Party(
        reference="9808",
        kind="person",
        names=(
            named("Sadim Vorel", "AL-TESTI", kind="primary"),
            replace(named("Sadim", "AL-TESTO", kind="fka"), note="until 1990"),
            named("Sadim", "AL-TESTA", kind="nka"),
            Name(text="ABU TESTI", kind="aka", quality="weak", script="Latn"),
        ),
        programmes=("SDGT",),
        titles=("Doctor",),
        birth_dates=(born_on("1957-02-01"), born_on("1957-01-31")),
        birth_places=(Place(text="Oldtown, Iraq"),),
        nationalities=(Nationality(country="Saudi Arabia", note="citizen"),),
        documents=(Document(kind="Passport", number="760901", issued="1991-09-15", expires="1996-07-22"),),
        addresses=(Place(street="1 Street", city="London", country="United Kingdom", note="since 1990"),),
        remarks=(
            "DOB 01 Feb 1957; alt. DOB 31 Jan 1957; POB Oldtown, Iraq; citizen Saudi Arabia; Passport 760901 issued 15 "
            "Sep 1991 expires 22 Jul 1996; Doctor; a.k.a. 'ABU TESTI'."
        ),
    )
    assert parties["9808"].content() == expected.content()


def named(given: str, family: str, *, kind: NameKind) -> Name:
    quality: Quality = "" if kind == "primary" else "strong"
    return Name(text=f"{given} {family}", kind=kind, quality=quality, script="Latn", family=family, given=given)


def born_on(text: str) -> BirthDate:
    return BirthDate(on=text, earliest=dt.date.fromisoformat(text), latest=dt.date.fromisoformat(text))


def test_a_vessel_has_its_columns(parties):
    vessel = parties["9234"]
    assert vessel.kind == "vessel"
    assert vessel.details == (
        Detail("call_sign", "CL9001"),
        Detail("vessel_type", "General Cargo"),
        Detail("tonnage", "2597"),
        Detail("gross_registered_tonnage", "1098"),
        Detail("vessel_flag", "Cuba"),
        Detail("vessel_owner", "Specimen Navigation S.A."),
    )


def test_an_aircraft_is_known_by_its_type(parties):
    assert parties["9431"].kind == "aircraft"


def test_a_party_without_type_is_an_entity_whose_commas_are_its_own(parties):
    assert (parties["9306"].kind, parties["9306"].name) == ("entity", "BANCO DE PRUEBA, S.A.")


def test_programmes_are_joined_by_brackets(parties):
    assert parties["9306"].programmes == ("IRAN", "NPWMD", "IFSR")


def test_null_is_nothing(sdn):
    (party,) = sdn(ROW)
    assert party.content() == {
        "kind": "person",
        "names": [{"text": "Jane DOE", "kind": "primary", "script": "Latn", "family": "DOE", "given": "Jane"}],
        "programmes": ["SDGT"],
    }


def test_remarks_go_on_in_the_spillover_in_the_middle_of_a_word(parties):
    party = parties["9300"]
    assert "Linked To: FUNDACION DE LA PRUEBA; DOB 1965;" in party.remarks
    assert party.details[-1] == Detail("Linked To", "FUNDACION DE LA PRUEBA")
    assert [birth.on for birth in party.birth_dates] == ["1965"]


@pytest.mark.parametrize(
    ("remark", "on"),
    [
        ("DOB 17 Jan 1941.", "1941-01-17"),
        ("DOB 01 Feb 1957.", "1957-02-01"),
        ("DOB Sep 1938.", "1938-09"),
        ("DOB 1965.", "1965"),
        ("DOB circa 1951.", "1951~"),
        ("DOB circa Feb 1951.", "1951-02~"),
        ("DOB 1929 to 1930.", "[1929..1930]"),
        ("DOB circa 1979-1982.", "[1979~..1982~]"),
        ("DOB circa 1979 to 1982.", "[1979~..1982~]"),
        ("DOB 01 Jan 1956 to 31 Dec 1958.", "[1956-01-01..1958-12-31]"),
        ("DOB Jan 1956 to Mar 1956.", "[1956-01..1956-03]"),
        ("alt. DOB 1936.", "1936"),
    ],
)
def test_dates_of_birth_become_edtf(remarked, remark, on):
    (birth,) = remarked(remark).birth_dates
    assert (birth.on, birth.text) == (on, "")


@pytest.mark.parametrize("words", ["30 Feb 1950", "late 1950s", "1958?", "12 Foo 1950"])
def test_a_date_of_birth_of_no_calendar_stays_in_words(remarked, words):
    assert remarked(f"DOB {words}.").birth_dates == (BirthDate(text=words),)


def test_weak_names_nationalities_numbers_and_links_are_read_from_remarks(remarked):
    party = remarked(
        "nationality Korea, North; alt. nationality Iran; citizen Mexico; Gender Female; f.k.a. 'OLD, Name'; "
        "n.k.a. 'NEW'; Vessel Registration Identification IMO 9187629; NIT # 800146749-7 (Colombia); "
        "Passport A10472263 (Malaysia) issued 12 Aug 2000 expires 19 Jun 2005; alt. Email Address a@b.example; "
        "Digital Currency Address - XBT 149w62rY42aZBox8fGcmqNsXUzSStKeq8C; Secondary sanctions risk: section 1; "
        "Executive Order 13662 Directive Determination - Subject to Directive 4; Linked To: HIZBALLAH; Member ETA."
    )
    assert party.nationalities == (
        Nationality(country="Korea, North"),
        Nationality(country="Iran"),
        Nationality(country="Mexico", note="citizen"),
    )
    assert party.nationality_codes == ("IR", "KP", "MX")
    assert party.genders == ("female",)
    assert party.names[1:] == (
        Name(text="Name OLD", kind="fka", quality="weak", script="Latn", family="OLD", given="Name"),
        Name(text="NEW", kind="nka", quality="weak", script="Latn"),
    )
    assert party.documents == (
        Document(kind="Vessel Registration Identification", number="IMO 9187629"),
        Document(kind="NIT #", number="800146749-7", country="Colombia"),
        Document(kind="Passport", number="A10472263", country="Malaysia", issued="2000-08-12", expires="2005-06-19"),
    )
    assert party.details == (
        Detail("Email Address", "a@b.example"),
        Detail("Digital Currency Address - XBT", "149w62rY42aZBox8fGcmqNsXUzSStKeq8C"),
        Detail("Secondary sanctions risk", "section 1"),
        Detail("Executive Order 13662 Directive Determination", "Subject to Directive 4"),
        Detail("Linked To", "HIZBALLAH"),
    )
    assert party.remarks.endswith("; Member ETA.")  # what has no form stays where it is


def test_sdn_alone_completes_aliases_addresses_and_cut_remarks_from_what_is_stored(parties):
    alone = [FILES / "sdn.csv"]
    omits = ofac.publication(alone).omits
    assert any(party.digest != parties[reference].digest for reference, party in read(alone).items())
    for reference, party in read(alone).items():
        stored = parties[reference].content()
        assert party.completed_from(stored, omits=omits) == stored


def test_successive_days_differ_in_what_changed_only():
    first, second, third = (read([day_file(day)]) for day in (23, 24, 25))
    assert (len(first), len(second), len(third)) == (6, 8, 11)
    assert second.keys() - first.keys() == {"90822", "90826"}
    assert {reference for reference in first if first[reference].digest != second[reference].digest} == set()
    amended = {reference for reference in second if second[reference].digest != third[reference].digest}
    assert amended == {"90688", "90692", "90693", "90898"}


def test_line_ends_and_the_end_mark_are_no_content(tmp_path):
    copy = tmp_path / "sdn.csv"
    copy.write_bytes(b"\xef\xbb\xbf" + day_file(25).read_bytes().replace(b"\r\n", b"\n").rstrip(b"\x1a\n"))
    assert read([copy]) == read([day_file(25)])
