"""The UN Security Council's list: two publications of invented parties, the second serialised by other software."""

import datetime as dt
from pathlib import Path

import pytest

from relations.importers.engine.parties import (
    BirthDate,
    Detail,
    Document,
    Name,
    Nationality,
    Party,
    Place,
    Publication,
    Unreadable,
)
from relations.importers.sources import un
from tests.importers import tracing
from tests.importers.importing import edited

FILES = Path(__file__).parent / "files" / "un"
BEFORE, AFTER = FILES / "before.xml", FILES / "after.xml"
HEAD = '<CONSOLIDATED_LIST dateGenerated="2023-01-01T00:00:00Z"><INDIVIDUALS>'
TAIL = "</INDIVIDUALS><ENTITIES/></CONSOLIDATED_LIST>"


def day(text: str, *, on: str = "") -> BirthDate:
    return BirthDate(on=on or text, earliest=dt.date.fromisoformat(text), latest=dt.date.fromisoformat(text))


def year(text: str, *, on: str = "", note: str = "") -> BirthDate:
    return BirthDate(on=on or text, earliest=dt.date(int(text), 1, 1), latest=dt.date(int(text), 12, 31), note=note)


@pytest.fixture(scope="module")
def before() -> dict[str, Party]:
    return tracing.parties(un.parse([BEFORE]))


@pytest.fixture(scope="module")
def after() -> dict[str, Party]:
    return tracing.parties(un.parse([AFTER]))


@pytest.fixture
def parsed(tmp_path):
    """Parses one individual: `parsed("<GENDER>Male</GENDER>")` adds to a record that has all it needs."""

    def parse(more: str = "", *, reference: str = "QDi.900") -> Party | Unreadable:
        path = tmp_path / "un.xml"
        path.write_text(
            f"{HEAD}\n<INDIVIDUAL><FIRST_NAME>ANN</FIRST_NAME><UN_LIST_TYPE>Al-Qaida</UN_LIST_TYPE>"
            f"<REFERENCE_NUMBER>{reference}</REFERENCE_NUMBER><LISTED_ON>2020-01-02</LISTED_ON>{more}</INDIVIDUAL>{TAIL}"
        )
        (record,) = un.parse([path])
        return record

    return parse


def test_the_header_gives_the_day_of_the_publication():
    assert un.publication([BEFORE]) == Publication(dated=dt.date(2021, 1, 27))


def test_every_field_of_a_person_is_read(before):
    assert before["TAi.901"] == Party(
        reference="TAi.901",
        kind="person",
        names=(
            Name(text="ORVAN TELLIK MARRO", kind="primary", script="Latn"),
            Name(text="اورفان تيليك مارو", kind="original_script", script="Arab"),
            Name(text="Orvan Tel", kind="aka", quality="weak", script="Latn"),
        ),
        programmes=("Taliban",),
        titles=("Doctor",),
        positions=("Consul of Nowhere",),
        birth_dates=(year("1958"),),
        birth_places=(Place(city="Oldtown", region="North", country="Afghanistan"),),
        nationalities=(Nationality(country="Afghanistan"),),
        documents=(
            Document(
                kind="Passport", number="000901", country="Afghanistan", issued="1996-10-20",
                issuer="Oldtown, Afghanistan", note="expires on 16 Sep. 2019",
            ),
        ),
        addresses=(
            Place(street="1 Long Street", city="Oldtown", region="North", postcode="10", country="Afghanistan",
                  note="until 2005"),
        ),
        listed_on=dt.date(2001, 1, 25),
        remarks="Reviewed in 2010.",
        housekeeping=(
            Detail("dataid", "900001"),
            Detail("versionnum", "1"),
            Detail("last_day_updated", "2003-09-03"),
            Detail("last_day_updated", "2011-11-29"),
            Detail("special_notice", "https://www.interpol.int/notices/901"),
        ),
    )  # fmt: skip


def test_an_entity_has_its_former_names(before):
    entity = before["IRe.901"]
    assert entity.kind == "entity"
    assert entity.names == (
        Name(text="EXAMPLE INDUSTRIAL GROUP", kind="primary", script="Latn"),
        Name(text="Sample Factory", kind="fka", quality="strong", script="Latn"),
    )


def test_white_space_and_line_breaks_are_no_content(before):
    party = before["KPi.901"]
    assert (party.name, party.documents[0].number, party.remarks) == ("KIM TESTO", "901", "Lives in no town.")


def test_a_zone_after_a_day_does_not_move_it(before):
    assert before["QDi.901"].listed_on == dt.date(2015, 4, 7)  # 2015-04-07-04:00


@pytest.mark.parametrize("reference", ["IRe.902", "KPi.901", "TAi.901"])
def test_the_same_record_in_another_serialisation_is_the_same(before, after, reference):
    """Order, white space, empty blocks, commas after notes, a.k.a. or Good, the notice's link: no change."""
    assert before[reference].content() == after[reference].content()
    assert before[reference].digest == after[reference].digest


@pytest.mark.parametrize(
    ("reference", "changed"),
    [
        ("TAi.902", {"birth_places"}),  # other software has the first place of birth only
        ("IRe.901", {"names"}),  # and calls a former name a present one
        ("QDi.901", {"birth_dates"}),  # `Invalid date`
    ],
)
def test_a_record_whose_content_changed_is_not_the_same(before, after, reference, changed):
    old, new = before[reference].content(), after[reference].content()
    assert {key for key in {*old, *new} if old.get(key) != new.get(key)} == changed


def test_a_new_date_on_an_unchanged_file_changes_no_record(before, tmp_path):
    path = edited(BEFORE, tmp_path, ("2021-01-27", "2021-01-28"))
    assert un.publication([path]).dated == dt.date(2021, 1, 28)
    assert tracing.parties(un.parse([path])) == before


def test_who_left_the_list_is_not_on_the_next_publication(before, after):
    assert before.keys() - after.keys() == {"HTi.901"}


def test_what_is_no_date_is_left_out(before, after):
    """`Invalid date`, says the other software."""
    assert [parties["QDi.901"].birth_dates for parties in (before, after)] == [(day("1966-02-02"),), ()]


@pytest.mark.parametrize(
    ("block", "born"),
    [
        ("<TYPE_OF_DATE>EXACT</TYPE_OF_DATE><DATE>1964-07-17</DATE>", day("1964-07-17")),
        ("<TYPE_OF_DATE>EXACT</TYPE_OF_DATE><DATE>1960-01-01-05:00</DATE>", day("1960-01-01")),
        ("<TYPE_OF_DATE>EXACT</TYPE_OF_DATE><YEAR>1958</YEAR>", year("1958")),
        ("<TYPE_OF_DATE>APPROXIMATELY</TYPE_OF_DATE><YEAR>1961</YEAR>", year("1961", on="1961~")),
        ("<TYPE_OF_DATE>APPROXIMATELY</TYPE_OF_DATE><DATE>1961-02-03</DATE>", day("1961-02-03", on="1961-02-03~")),
        (
            "<TYPE_OF_DATE>BETWEEN</TYPE_OF_DATE><FROM_YEAR>1967</FROM_YEAR><TO_YEAR>1969</TO_YEAR>",
            BirthDate(on="[1967..1969]", earliest=dt.date(1967, 1, 1), latest=dt.date(1969, 12, 31)),
        ),
        ("<TYPE_OF_DATE/><NOTE>30-35 years old</NOTE>", BirthDate(text="30-35 years old")),
        ("<TYPE_OF_DATE/><NOTE>Nov. 1973</NOTE>", BirthDate(
            on="1973-11", earliest=dt.date(1973, 11, 1), latest=dt.date(1973, 11, 30)
        )),
        ("<TYPE_OF_DATE>EXACT</TYPE_OF_DATE><YEAR>1958</YEAR><NOTE>from false passport ,</NOTE>", year(
            "1958", note="from false passport"
        )),
        ("<TYPE_OF_DATE>EXACT</TYPE_OF_DATE><DATE>1958-02-30</DATE>", BirthDate(text="1958-02-30")),
        ("<TYPE_OF_DATE>BETWEEN</TYPE_OF_DATE><FROM_YEAR>1950</FROM_YEAR><TO_YEAR/>", year("1950")),
        ("<TYPE_OF_DATE>BETWEEN</TYPE_OF_DATE><FROM_YEAR>early</FROM_YEAR><TO_YEAR>1950s</TO_YEAR>",
         BirthDate(text="early - 1950s")),
    ],
)  # fmt: skip
def test_dates_of_birth_become_edtf(parsed, block, born):
    party = parsed(f"<INDIVIDUAL_DATE_OF_BIRTH>{block}</INDIVIDUAL_DATE_OF_BIRTH>")
    assert party.birth_dates == (born,)


def test_a_date_and_a_year_that_differ_are_two_dates(parsed):
    party = parsed("<INDIVIDUAL_DATE_OF_BIRTH><DATE>1950-02-03</DATE><YEAR>1951</YEAR></INDIVIDUAL_DATE_OF_BIRTH>")
    assert party.birth_dates == (day("1950-02-03"), year("1951"))


def test_a_birth_date_inside_an_alias_counts_as_the_partys(parsed):
    party = parsed(
        "<INDIVIDUAL_ALIAS><QUALITY/><ALIAS_NAME/><DATE_OF_BIRTH>1945 - 1950</DATE_OF_BIRTH></INDIVIDUAL_ALIAS>"
        "<INDIVIDUAL_ALIAS><QUALITY>Low</QUALITY><ALIAS_NAME>Bo</ALIAS_NAME><DATE_OF_BIRTH>null</DATE_OF_BIRTH>"
        "<CITY_OF_BIRTH>Oslo</CITY_OF_BIRTH><COUNTRY_OF_BIRTH>Norway</COUNTRY_OF_BIRTH></INDIVIDUAL_ALIAS>"
    )
    assert [birth.on for birth in party.birth_dates] == ["[1945..1950]"]
    assert party.birth_places == (Place(city="Oslo", country="Norway"),)
    assert party.names[1:] == (Name(text="Bo", kind="aka", quality="weak", script="Latn", note="born Oslo, Norway"),)


def test_empty_blocks_and_na_are_nothing(parsed):
    bare = parsed()
    padded = parsed(
        "<SECOND_NAME>na</SECOND_NAME><NATIONALITY><VALUE>na</VALUE></NATIONALITY><GENDER>Unknown</GENDER>"
        "<TITLE><VALUE/></TITLE><INDIVIDUAL_ALIAS><QUALITY/><ALIAS_NAME/></INDIVIDUAL_ALIAS><INDIVIDUAL_ADDRESS>"
        "<COUNTRY/><NOTE> ,</NOTE></INDIVIDUAL_ADDRESS><INDIVIDUAL_DATE_OF_BIRTH/><INDIVIDUAL_PLACE_OF_BIRTH/>"
        "<INDIVIDUAL_DOCUMENT/><SORT_KEY/><SORT_KEY_LAST_MOD/><LAST_DAY_UPDATED><VALUE/></LAST_DAY_UPDATED>"
    )
    assert padded.content() == bare.content()


@pytest.mark.parametrize("note", ["Mali", "Bamako, Niger"])
def test_a_note_that_repeats_the_documents_country_or_issuer_says_nothing(parsed, note):
    party = parsed(
        "<INDIVIDUAL_DOCUMENT><NUMBER>1</NUMBER><ISSUING_COUNTRY>Mali</ISSUING_COUNTRY><CITY_OF_ISSUE>Bamako"
        f"</CITY_OF_ISSUE><COUNTRY_OF_ISSUE>Niger</COUNTRY_OF_ISSUE><NOTE>{note}</NOTE></INDIVIDUAL_DOCUMENT>"
    )
    assert party.documents == (Document(kind="", number="1", country="Mali", issuer="Bamako, Niger"),)


def test_a_delisting_that_the_list_still_carries_is_read(parsed):
    assert parsed("<DELISTED_ON>2023-10-18</DELISTED_ON>").delisted_on == dt.date(2023, 10, 18)


@pytest.mark.parametrize(
    ("more", "left"),
    [
        ("<SHOE_SIZE>44</SHOE_SIZE>", ("INDIVIDUAL/SHOE_SIZE", "44")),
        ('<SHOES kind="boot"><LEFT>44</LEFT> <RIGHT>45</RIGHT></SHOES>', ("INDIVIDUAL/SHOES", "kind=boot 44 45")),
        ("<GENDER>robot</GENDER>", ("INDIVIDUAL/GENDER", "robot")),
        ('<COMMENTS1 lang="en">x</COMMENTS1>', ("COMMENTS1/@lang", "en")),
        ("<LIST_TYPE><VALUE>Other</VALUE></LIST_TYPE>", ("INDIVIDUAL/LIST_TYPE", "Other")),
        ("<INDIVIDUAL_DOCUMENT><COLOUR>red</COLOUR></INDIVIDUAL_DOCUMENT>", ("INDIVIDUAL_DOCUMENT/COLOUR", "red")),
        ("<INDIVIDUAL_ALIAS><QUALITY>Fair</QUALITY><ALIAS_NAME>B</ALIAS_NAME></INDIVIDUAL_ALIAS>",
         ("INDIVIDUAL_ALIAS/QUALITY", "Fair")),
        ("<INDIVIDUAL_ALIAS><ALIAS_NAME/><NOTE>dead</NOTE></INDIVIDUAL_ALIAS>", ("INDIVIDUAL_ALIAS/NOTE", "dead")),
        ("<INDIVIDUAL_DATE_OF_BIRTH><TYPE_OF_DATE>MAYBE</TYPE_OF_DATE><YEAR>1950</YEAR></INDIVIDUAL_DATE_OF_BIRTH>",
         ("INDIVIDUAL_DATE_OF_BIRTH/TYPE_OF_DATE", "MAYBE")),
    ],
)  # fmt: skip
def test_what_the_parser_does_not_know_becomes_a_detail_and_is_named(parsed, more, left):
    party = parsed(more)
    assert isinstance(party, Party), party
    assert party.details == (Detail(*left),)
    assert party.unknown == (left[0],)


@pytest.mark.parametrize("more", ["<SHOE_SIZE/>", "<SHOES><LEFT/> </SHOES>", '<SHOES size=""/>'])
def test_an_unknown_element_that_says_nothing_is_nothing(parsed, more):
    assert parsed(more).content() == parsed().content()
    assert parsed(more).unknown == ()


@pytest.mark.parametrize(
    ("more", "reason"),
    [
        ("stray", "text 'stray' is between the elements of INDIVIDUAL"),
        ("<FIRST_NAME>EVE</FIRST_NAME>", "INDIVIDUAL has 2 elements FIRST_NAME, not one"),
        ("<DELISTED_ON>soon</DELISTED_ON>", "DELISTED_ON 'soon' is not a day (YYYY-MM-DD)"),
    ],
)
def test_what_contradicts_itself_stops_the_record(parsed, more, reason):
    assert parsed(more) == Unreadable(reference="QDi.900", line=2, reason=reason, file="un.xml")


def test_a_field_that_is_repeated_is_read_each_time(parsed):
    party = parsed(
        "<UN_LIST_TYPE>Taliban</UN_LIST_TYPE><COMMENTS1>One.</COMMENTS1><COMMENTS1>Two.</COMMENTS1>"
        "<GENDER>Male</GENDER><GENDER>Male</GENDER><SUBMITTED_ON>2020-01-01</SUBMITTED_ON>"
        "<SUBMITTED_ON>2020-02-02</SUBMITTED_ON>"
    )
    assert (party.programmes, party.remarks, party.genders) == (("Al-Qaida", "Taliban"), "One. Two.", ("male",))
    assert party.details == (Detail("submitted_on", "2020-01-01"), Detail("submitted_on", "2020-02-02"))


def test_a_gender_may_be_one_letter(parsed):
    assert [parsed(f"<GENDER>{letter}</GENDER>").genders for letter in ("M", "f")] == [("male",), ("female",)]


@pytest.mark.parametrize(
    ("days", "listed", "delisted"),
    [
        ("<DELISTED_ON>2021-03-04</DELISTED_ON>", "2020-01-02", "2021-03-04"),
        ("<DELISTED_ON>2021-03-04</DELISTED_ON><LISTED_ON>2022-05-06-04:00</LISTED_ON>", "2022-05-06", None),
        ("<DELISTED_ON>2021-03-04</DELISTED_ON><LISTED_ON>2022-05-06</LISTED_ON><DELISTED_ON>2023-07-08</DELISTED_ON>",
         "2022-05-06", "2023-07-08"),
        ("<DELISTED_ON>2023-07-08T00:00:00</DELISTED_ON>", "2020-01-02", "2023-07-08"),
        ("<LISTED_ON/><DELISTED_ON/>", "2020-01-02", None),
    ],
)  # fmt: skip
def test_the_last_of_several_listings_and_delistings_decides(parsed, days, listed, delisted):
    party = parsed(days)
    assert party.listed_on == dt.date.fromisoformat(listed)
    assert party.delisted_on == (dt.date.fromisoformat(delisted) if delisted else None)


def test_a_record_without_reference_is_counted(parsed):
    assert parsed(reference=" ").reason == "it has no REFERENCE_NUMBER"


def test_a_reference_that_is_there_twice_is_read_once(tmp_path):
    path = edited(BEFORE, tmp_path, ("TAi.902", "TAi.901"))
    (refused,) = [record for record in un.parse([path]) if isinstance(record, Unreadable)]
    assert refused.reason == "REFERENCE_NUMBER TAi.901 is in the file twice"


def test_a_control_character_in_a_reference_refuses_its_record_alone(parsed):
    refused = parsed(reference="QDi\x7f")
    assert refused.reason == "control character U+007F in 'QDi\\x7f'"
