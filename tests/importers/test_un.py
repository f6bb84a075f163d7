"""The UN Security Council's list, on records cut out of five publications."""

import datetime as dt
from pathlib import Path

import pytest

from relations.importers.engine.parties import BirthDate, Detail, Document, Name, Nationality, Party, Place, Unreadable
from relations.importers.sources import un

FILES = Path(__file__).parent / "files" / "un"
HEAD = '<CONSOLIDATED_LIST dateGenerated="2023-01-01T00:00:00Z"><INDIVIDUALS>'
TAIL = "</INDIVIDUALS><ENTITIES/></CONSOLIDATED_LIST>"


def day(text: str, *, on: str = "") -> BirthDate:
    return BirthDate(on=on or text, earliest=dt.date.fromisoformat(text), latest=dt.date.fromisoformat(text))


def year(text: str, *, on: str = "", note: str = "") -> BirthDate:
    return BirthDate(on=on or text, earliest=dt.date(int(text), 1, 1), latest=dt.date(int(text), 12, 31), note=note)


def read(published: str) -> dict[str, Party]:
    parties = {}
    for record in un.parse([FILES / f"un_{published}.xml"]):
        assert isinstance(record, Party), record
        parties[record.reference] = record
    return parties


@pytest.fixture
def parsed(tmp_path):
    """What becomes of one individual: `parsed("<GENDER>Male</GENDER>")` adds to a record that has all it needs."""

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
    publication = un.publication([FILES / "un_2021-01-27.xml"])
    assert (publication.list, publication.dated) == ("un", dt.date(2021, 1, 27))
    assert publication.generated_at == "2021-01-27T19:37:43.549000-05:00"
    assert publication.declared is None


def test_every_field_of_a_person_is_read():
    assert read("2021-01-27")["TAi.132"] == Party(
        list="un",
        reference="TAi.132",
        kind="person",
        names=(
            Name(text="NAJIBULLAH MUHAMMAD JUMA", kind="primary", script="Latn"),
            Name(text="نجيب الله محمد جمعه", kind="original_script", script="Arab"),
            Name(text="Najib Ullah", kind="aka", quality="weak", script="Latn"),
        ),
        programmes=("Taliban",),
        titles=("Maulavi",),
        positions=("Consul General, Taliban Consulate General, Peshawar, Pakistan",),
        birth_dates=(year("1958"),),
        birth_places=(Place(city="Zere Kohi area, Shindand District", region="Farah Province", country="Afghanistan"),),
        nationalities=(Nationality(country="Afghanistan"),),
        documents=(Document(kind="Passport", number="000737", country="Afghanistan", issued="1996-10-20"),),
        listed_on=dt.date(2001, 1, 25),
        remarks=(
            "Member of Taliban Peshawar Military Council as at 2010. Believed to be in Afghanistan/Pakistan border "
            "area. Review pursuant to Security Council resolution 1822 (2008) was concluded on 21 Jul. 2010."
        ),
        housekeeping=(
            Detail("dataid", "111236"),
            Detail("versionnum", "1"),
            *(
                Detail("last_day_updated", day)
                for day in ("2003-09-03", "2006-07-25", "2007-04-23", "2007-09-21", "2011-11-29")
            ),
            Detail("special_notice", "https://www.interpol.int/en/How-we-work/Notices/View-UN-Notices-Individuals"),
        ),
    )


def test_an_entity_keeps_its_former_names():
    entity = read("2021-01-27")["IRe.017"]
    assert entity.kind == "entity"
    assert entity.names == (
        Name(text="FAJR INDUSTRIAL GROUP", kind="primary", script="Latn"),
        Name(text="Instrumentation Factory Plant", kind="fka", quality="strong", script="Latn"),
    )


def test_white_space_and_line_breaks_are_no_content():
    party = read("2021-01-27")["KPi.033"]
    assert (party.name, party.documents[0].number) == ("RI WON HO", "381310014")
    assert party.remarks == (
        "Ri Won Ho is a DPRK Ministry of State Security Official stationed in Syria supporting KOMID."
    )


def test_a_zone_behind_a_day_does_not_move_it():
    assert read("2021-01-27")["QDi.352"].listed_on == dt.date(2015, 4, 7)  # 2015-04-07-04:00


SAME_CONTENT = ("CDe.006", "IQi.071", "IRe.023", "IRe.025", "IRi.016", "KPi.016", "KPi.033", "KPi.066", "QDi.352",
                "TAi.132")  # fmt: skip


@pytest.mark.parametrize("reference", SAME_CONTENT)
def test_a_record_serialised_anew_is_the_same(reference):
    """Order, white space, empty blocks, commas behind notes, a.k.a. or Good, the notice's link: no change."""
    before, after = read("2021-01-27")[reference], read("2023-08-02")[reference]
    assert before.content() == after.content()
    assert before.digest == after.digest


@pytest.mark.parametrize(
    ("reference", "changed"),
    [
        ("TAi.162", {"birth_places"}),  # the software of 2023 keeps the first place of birth only
        ("IRe.017", {"names"}),  # and calls a former name a present one
        ("QDi.057", {"birth_dates"}),  # `Invalid date`
    ],
)
def test_a_record_whose_content_changed_is_not_the_same(reference, changed):
    before, after = (read(day)[reference].content() for day in ("2021-01-27", "2023-08-02"))
    assert {key for key in {*before, *after} if before.get(key) != after.get(key)} == changed


def test_a_new_date_on_an_unchanged_file_changes_no_record():
    before, after = read("2023-08-02"), read("2023-08-08")
    assert before.keys() - after.keys() == {"HTi.001"}
    assert {reference: after[reference].digest for reference in after} == {
        reference: before[reference].digest for reference in after
    }


def test_the_iran_entries_leave_in_october_2023():
    assert read("2023-10-17").keys() - read("2023-10-19").keys() == {"IRe.017", "IRe.023", "IRe.025", "IRi.016"}


def test_what_is_no_date_is_left_out():
    """`Invalid date`, says the software of August 2023, where there was 1966-02-02 before and is again."""
    births = [read(day)["QDi.057"].birth_dates for day in ("2021-01-27", "2023-08-02", "2023-10-17")]
    assert births == [(day("1966-02-02"),), (), (day("1966-02-02"),)]


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
def test_what_the_parser_does_not_know_is_kept_as_a_detail_and_named(parsed, more, left):
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
        ("stray", "text 'stray' stands between the elements of INDIVIDUAL"),
        ("<FIRST_NAME>EVE</FIRST_NAME>", "INDIVIDUAL has 2 elements FIRST_NAME, not one"),
        ("<DELISTED_ON>soon</DELISTED_ON>", "DELISTED_ON 'soon' is not a day (YYYY-MM-DD)"),
    ],
)
def test_what_contradicts_itself_stops_the_record(parsed, more, reason):
    assert parsed(more) == Unreadable(reference="QDi.900", line=2, reason=reason, file="un.xml")


def test_what_stands_twice_in_a_record_is_kept_twice(parsed):
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
def test_of_several_listings_and_delistings_the_last_tells_whether_the_party_stands(parsed, days, listed, delisted):
    party = parsed(days)
    assert party.listed_on == dt.date.fromisoformat(listed)
    assert party.delisted_on == (dt.date.fromisoformat(delisted) if delisted else None)


def test_a_record_without_reference_is_counted(parsed):
    assert parsed(reference=" ").reason == "it has no REFERENCE_NUMBER"


def test_a_reference_that_stands_twice_is_read_once(tmp_path):
    text = (FILES / "un_2021-01-27.xml").read_text("utf-8")
    record = text[text.index("<INDIVIDUAL>") : text.index("</INDIVIDUAL>") + len("</INDIVIDUAL>")]
    path = tmp_path / "twice.xml"
    path.write_text(text.replace("</INDIVIDUALS>", f"{record}</INDIVIDUALS>"), "utf-8")
    (refused,) = [record for record in un.parse([path]) if isinstance(record, Unreadable)]
    assert refused.reason == f"reference {refused.reference} stands in the file twice"
