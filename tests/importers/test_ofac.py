"""OFAC's CSV files, on rows cut out of six publications, one of them broken on purpose."""

import datetime as dt
from pathlib import Path

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
    Quality,
    Unreadable,
)
from relations.importers.sources import ofac

FILES = Path(__file__).parent / "files" / "ofac"
ROW = '7,"DOE, Jane","individual","SDGT",-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- '


def triple(folder: str) -> list[Path]:
    return sorted((FILES / folder).glob("*.csv"))


def read(files: list[Path]) -> dict[str, Party]:
    parties = {}
    for record in ofac.parse(files):
        assert isinstance(record, Party), record
        parties[record.reference] = record
    return parties


@pytest.fixture
def sdn(tmp_path):
    """What becomes of the lines of an sdn.csv."""

    def parse(*lines: str, end: str = "\n") -> list[Party | Unreadable]:
        path = tmp_path / "sdn.csv"
        path.write_bytes((end.join(lines) + end).encode())
        return list(ofac.parse([path]))

    return parse


@pytest.fixture
def told(sdn):
    """The party whose remarks are these."""

    def parse(remarks: str) -> Party:
        (party,) = sdn(ROW.removesuffix("-0- ") + f'"{remarks}"')
        assert isinstance(party, Party)
        return party

    return parse


def test_a_publication_of_all_files_omits_nothing():
    publication = ofac.publication(triple("2019-01"))
    assert (publication.list, publication.dated, publication.omits) == ("ofac", None, frozenset())


def test_a_publication_says_what_files_that_were_not_given_would_have_said():
    assert ofac.publication(triple("2021-04")).omits == {"spillover"}
    alone = [FILES / "days" / "sdn_2022-02-23.csv"]
    assert ofac.publication(alone).omits == {"aliases", "addresses", "spillover"}


def test_every_column_of_a_person_is_read():
    expected = Party(
        list="ofac",
        reference="8808",
        kind="person",
        names=(
            named("Saad Rashed Mohammad", "AL-FAQIH", kind="primary"),
            named("Sa'd Rashid Muhammed", "AL-FAGEAH"),
            named("Saad", "AL-FAGIH"),
            named("Saad", "AL-FAKIH"),
            named("Sa'd", "AL-FAQI"),
            named("Saad", "AL-FAQIH"),
            named("Saad", "AL FAQIH"),
            named("Sa'ad", "AL-FAQIH"),
            named("Sa'd", "AL-FAQIH"),
            named("Saad", "ALFAGIH"),
            Name(text="ABU UTHMAN", kind="aka", quality="weak", script="Latn"),
        ),
        programmes=("SDGT",),
        titles=("Doctor",),
        birth_dates=(day("1957-02-01"), day("1957-01-31")),
        birth_places=(Place(text="Zubair, Iraq"),),
        nationalities=(Nationality(country="Saudi Arabia", note="citizen"),),
        documents=(Document(kind="Passport", number="760620", issued="1991-09-15", expires="1996-07-22"),),
        addresses=(Place(city="London", country="United Kingdom"),),
        remarks=(
            "DOB 01 Feb 1957; alt. DOB 31 Jan 1957; POB Zubair, Iraq; citizen Saudi Arabia; Passport 760620 issued 15 "
            "Sep 1991 expires 22 Jul 1996; Doctor; a.k.a. 'ABU UTHMAN'."
        ),
    )
    assert read(triple("2019-01"))["8808"].content() == expected.content()


def named(given: str, family: str, *, kind: NameKind = "aka") -> Name:
    quality: Quality = "" if kind == "primary" else "strong"
    return Name(text=f"{given} {family}", kind=kind, quality=quality, script="Latn", family=family, given=given)


def day(text: str) -> BirthDate:
    return BirthDate(on=text, earliest=dt.date.fromisoformat(text), latest=dt.date.fromisoformat(text))


def test_a_vessel_keeps_its_columns():
    vessel = read(triple("2019-01"))["4234"]
    assert vessel.kind == "vessel"
    assert vessel.details == (
        Detail("call_sign", "CL2685"),
        Detail("vessel_type", "General Cargo"),
        Detail("tonnage", "2597"),
        Detail("gross_registered_tonnage", "1098"),
        Detail("vessel_flag", "Cuba"),
        Detail("vessel_owner", "Compania Navegacion Golfo S.A."),
    )


def test_an_aircraft_is_told_by_its_type():
    assert read(triple("2019-01"))["15431"].kind == "aircraft"


def test_a_party_without_type_is_an_entity_whose_commas_are_its_own():
    assert {party.kind for party in read(triple("2019-01")).values() if party.reference in {"36", "306"}} == {"entity"}


def test_programmes_are_joined_by_brackets():
    assert read(triple("2019-01"))["12478"].programmes == ("IRAN", "NPWMD", "IFSR")


def test_null_is_nothing(sdn):
    (party,) = sdn(ROW)
    assert party.content() == {
        "kind": "person",
        "names": [{"text": "Jane DOE", "kind": "primary", "script": "Latn", "family": "DOE", "given": "Jane"}],
        "programmes": ["SDGT"],
    }


def test_remarks_go_on_in_the_spillover_in_the_middle_of_a_word():
    whole = read(triple("2019-01"))["12300"]
    assert "Linked To: PROMO RAIZ S.A.S.; Linked To: RED MUNDIAL INMOBILIARIA, S.A. DE C.V." in whole.remarks
    assert whole.details[-1] == Detail("Linked To", "R D I S.A.")


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
def test_dates_of_birth_become_edtf(told, remark, on):
    (birth,) = told(remark).birth_dates
    assert (birth.on, birth.text) == (on, "")


@pytest.mark.parametrize("words", ["30 Feb 1950", "late 1950s", "1958?", "12 Foo 1950"])
def test_a_date_of_birth_of_no_calendar_stays_in_words(told, words):
    assert told(f"DOB {words}.").birth_dates == (BirthDate(text=words),)


def test_remarks_hold_weak_names_nationalities_numbers_and_links(told):
    party = told(
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


def test_sdn_alone_keeps_aliases_addresses_and_cut_remarks_as_they_stand():
    alone = [FILES / "2019-01" / "sdn.csv"]
    omits = ofac.publication(alone).omits
    stands = read(triple("2019-01"))
    assert any(party.digest != stands[reference].digest for reference, party in read(alone).items())
    for reference, party in read(alone).items():
        standing = stands[reference].content()
        assert party.completed_from(standing, omits=omits) == standing


def test_successive_days_differ_in_what_changed_only():
    first, second, third = (read([path]) for path in sorted((FILES / "days").glob("*2022*.csv")))
    assert (len(first), len(second), len(third)) == (17, 19, 22)
    assert second.keys() - first.keys() == {"31922", "31926"}
    assert {reference for reference in first if first[reference].digest != second[reference].digest} == set()
    amended = {reference for reference in second if second[reference].digest != third[reference].digest}
    assert amended == {"16688", "16692", "24309", "33398"}


def test_line_ends_and_the_end_mark_are_no_content(tmp_path):
    issued = FILES / "2021-04" / "sdn.csv"
    copy = tmp_path / "sdn.csv"
    copy.write_bytes(b"\xef\xbb\xbf" + issued.read_bytes().replace(b"\r\n", b"\n").rstrip(b"\x1a\n"))
    assert {reference: party.digest for reference, party in read([copy]).items()} == {
        reference: party.digest for reference, party in read([issued]).items()
    }
