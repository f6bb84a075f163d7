"""Chiefs of mission: what each record supports, in the source's words, and nothing that it does not."""

import datetime as dt
import io
import re
import tarfile
from pathlib import Path

import pytest

from relations.codes import NextStatus
from relations.errors import FileRefused
from relations.importers.engine.statements import Reading
from relations.importers.engine.tables import keyed, table
from relations.importers.sources import pocom
from relations.importers.sources.pocom.nominees import end_of_congress
from relations.importers.sources.pocom.words import read_event
from tests.importers.reading import assert_sound, by_reference, contents, in_short, post_on
from tests.importers.shared_data import whole

FILES = Path(__file__).parent / "files" / "pocom"


def folder(root: Path) -> dict[str, bytes]:
    return {str(path.relative_to(root)): path.read_bytes() for path in root.rglob("*") if path.is_file()}


@pytest.fixture(scope="module")
def files() -> dict[str, bytes]:
    return folder(FILES)


@pytest.fixture(scope="module")
def reading(files: dict[str, bytes]) -> Reading:
    (one,) = pocom.parse(files)
    return one


def changed(files: dict[str, bytes], mission: str, old: str, new: str) -> Reading:
    """A reading of the files with the first `old` in a mission's file replaced."""
    name = f"missions-countries/{mission}.xml"
    text = files[name].decode()
    assert old in text
    (one,) = pocom.parse({**files, name: text.replace(old, new, 1).encode()})
    return one


def reading_of(reading: Reading, reference: str) -> str:
    """The mission whose file supports a statement."""
    return by_reference(reading)[reference].source


def test_every_record_becomes_statements_or_is_named(reading: Reading) -> None:
    assert_sound(reading)
    assert reading.records == 35
    assert reading.unreadable == []
    assert reading.version == dt.date(2020, 3, 5)


def test_a_mission_that_another_follows_in_the_same_country_speaks_of_its_own_years_alone(files) -> None:
    """Saigon's embassy, closed in 1975, does not dispute the ambassadors in Hanoi."""
    minsk = files["missions-countries/belarus.xml"].decode()
    hanoi = minsk.replace("belarus", "vietnam").replace("<id>by-", "<id>vn-")
    saigon = re.sub(r"\b(?:19|20)(?=\d\d-\d\d-\d\d)", "18", hanoi).replace(">vietnam<", ">vietnam-south<")
    saigon = saigon.replace("<id>vn-", "<id>vs-").replace("<date>20", "<date>18")
    named = {"vietnam": hanoi, "vietnam-south": saigon}
    (one,) = pocom.parse(files | {f"missions-countries/{name}.xml": text.encode() for name, text in named.items()})
    first = min(said.when.floor for said in one.statements if said.source == "vietnam")
    assert one.extracts["vietnam-south"].covers_to == first - dt.timedelta(days=1)
    assert {one.extracts[name].covers_to for name in ("vietnam", "belarus")} == {None}


def test_the_words_on_russia_before_the_soviet_union_speak_of_none_of_its_years(reading) -> None:
    """Both texts are of one file and one witness; the first is the beginning of the other."""
    for mission, day in (("russia", "1922-12-30"), ("china", "1949-10-01")):
        until, whole = dt.date.fromisoformat(day), reading.extracts[mission]
        former = reading.extracts[f"{mission} to {day}"]
        assert (former.covers_to, former.title) == (until - dt.timedelta(days=1), whole.title)
        assert whole.text.startswith(former.text)
        own = {one.target for one in reading.statements if one.source == former.reference}
        assert own == {"RU" if mission == "russia" else "CN"}
        later = [one for one in reading.statements if one.source == mission and one.target in own]
        assert min(one.when.latest for one in later) >= until


def test_an_appointment_becomes_appointed_in_post_and_ended(reading: Reading) -> None:
    said = by_reference(reading)
    assert [in_short(said[f"by-2006-roe-01:{event}"]) for event in ("appointed", "started", "ended")] == [
        ("US>BY", "appointed", "2006-02-03", "Karen B. Roe"),
        ("US>BY", "ambassador", "2006-03-04", "Karen B. Roe"),
        ("US>BY", "vacant", "2008-05-06", ""),
    ]


@pytest.mark.parametrize(
    ("shown", "holder"),
    [
        ("Bob Day", "Bob Day"),
        ("R. Day, 3rd", "R. Day, 3rd"),
        ("Robert Day Jr.", "Robert Day Jr."),
        ("Robert Day Loeb Jr.", "Robert Day"),  # so pocom of John E. Lange: John Langeloth Loeb Jr.
        ("Robert M. Dayson", "Robert Day"),
        ("RobertDay, Jr.", "Robert Day"),
        ("", "Robert Day"),
    ],
)
def test_a_displayed_name_with_another_surname_is_somebody_elses(files, shown: str, holder: str) -> None:
    name = "people/d/day-robert.xml"
    person = files[name].replace(b"</persName>", f"<altname>{shown}</altname></persName>".encode())
    (one,) = pocom.parse({**files, name: person})
    assert by_reference(one)["ru-1991-day-01:started"].holder == holder


def test_the_ambassador_in_minsk_is_read_on_any_day(reading: Reading) -> None:
    assert post_on(reading, "US", "BY", "2007-06-01") == ("ambassador", "Karen B. Roe")
    assert post_on(reading, "US", "BY", "2019-01-01") == ("charge", "Mary Low")
    assert post_on(reading, "US", "BY", "2020-08-01") == ("vacant", "")


def test_a_quote_is_the_files_own_text_from_the_id_to_the_event(reading: Reading) -> None:
    quote = by_reference(reading)["by-2006-roe-01:started"].quote
    assert quote.startswith("<id>by-2006-roe-01</id>")
    assert "<person-id>roe-karen-b</person-id>" in quote
    assert re.search(r"<started>\s*<date>2006-03-04</date>\s*<note/>\s*</started>\Z", quote)


def test_a_title_that_is_no_word_of_the_tracker_is_in_the_note(reading: Reading) -> None:
    assert by_reference(reading)["cn-1974-ash-01:started"].word == "interests_section"
    assert by_reference(reading)["cn-1974-ash-01:started"].note == "Title: Chief."


def test_an_ambassador_who_only_arrived_is_in_post_from_that_day(reading: Reading) -> None:
    guy = by_reference(reading)["ru-2019-guy-01:started"]
    assert in_short(guy) == ("US>RU", "ambassador", "2019-11-16", "John J. Guy")
    assert "presenting credentials is not on record" in guy.note


def test_who_has_neither_arrived_nor_presented_credentials_is_only_appointed(reading: Reading) -> None:
    assert [one for one in map(in_short, reading.statements) if one[0] == "US>LC"] == [
        ("US>LC", "appointed", "2015-11-16", "Linda Swan Tea")
    ]


def test_a_post_taken_up_on_no_recorded_day_lies_between_appointment_and_end(reading: Reading) -> None:
    assert by_reference(reading)["pt-1832-gum-01:started"].on == "[1832-05-07..1834-06-30]"


def test_a_charge_with_no_dates_of_his_own_served_by_the_day_that_the_note_names(reading: Reading) -> None:
    assert by_reference(reading)["cu--oak-01:started"].on == "[..1961-01-03]"


@pytest.mark.parametrize(
    ("note", "date", "expected"),
    [
        ("Left post on", "1994-01-21", ("vacant", "1994-01-21")),
        ("Left Brazzaville, Congo.", "1994-01", ("vacant", "1994-01")),
        ("Left post on or soon after", "1818-02-14", ("vacant", "1818-02-14~")),
        ("Left post about", "1857", ("vacant", "1857~")),
        ("Presented recall on or shortly before", "1872-07-01", ("vacant", "[1869-10-28..1872-07-01]")),
        ("Probably presented recall about", "1897-12-10", ("vacant", "1897-12-10%")),
        ("Probably presented recall on or before", "1885-10-15", ("vacant", "[1869-10-28..1885-10-15?]")),
        ("Left post between April 26 and", "1815-04-30", ("vacant", "[1815-04-26..1815-04-30]")),
        ("Left post between December 30 and", "1815-01-02", ("vacant", "[1814-12-30..1815-01-02]")),
        ("Normal relations interrupted on", "1917-11-07", ("vacant", "1917-11-07")),
        ("Algeria severed diplomatic relations with the United States on", "1967-06-06", ("severed", "1967-06-06")),
        ("Japan declared war on the United States on (local time)", "1941-12-08", ("severed", "1941-12-08")),
        ("Recall requested by Government of Mexico on", "1829-10-17", ("asked_to_leave", "1829-10-17")),
        ("Declared persona non grata by the Government of Zaire", "1975-06-18", ("expelled", "1975-06-18")),
        ("Recalled on", "1992-05-12", ("recalled", "1992-05-12")),
        ("Embassy suspended operations", "2012-02-06", ("operations_suspended", "2012-02-06")),
        ("All U.S. diplomatic personnel were withdrawn from Uganda on", "1973-11-10", ("withdrawn", "1973-11-10")),
        ("Superseded", "1878-01-14", ("handed_over", "1878-01-14")),
        ("Promoted to Minister Resident on or shortly before", "1890-05", ("handed_over", "[1869-10-28..1890-05]")),
        ("", "2017-09-28", ("vacant", "2017-09-28")),
        ("Embassy operations suspended on", "2021-08-31", ("operations_suspended", "2021-08-31")),
        ("Ambassador withdrawn on", "2022-03", ("withdrawn", "2022-03")),
        ("Completed mission on", "2022-07-01", ("vacant", "2022-07-01")),
        ("Service terminated on", "2022-07-01", ("vacant", "2022-07-01")),
        ("Evacuated from Khartoum on", "2023-04-22", ("vacant", "2023-04-22")),
    ],
)
def test_the_note_on_an_ending_says_what_it_was_and_how_sure_the_day_is(note, date, expected) -> None:
    ended = read_event("ended", date=date, note=note, since="1869-10-28")
    assert ended is not None
    assert (ended.word, ended.on) == expected


@pytest.mark.parametrize(
    ("note", "date", "on"),
    [
        ("", "1977-09", "1977-09"),
        ("Officially recognized on.", "1894-11-01", "1894-11-01"),
        ("On or shortly before", "1854-09-04", "[1854-06-29..1854-09-04]"),
        ("About", "1864-10-15", "1864-10-15~"),
        ("Between September 29, 1868, and", "1868-10-28", "[1868-09-29..1868-10-28]"),
        ("Presented credentials on September 7 or", "1869-09-08", "[1869-09-07..1869-09-08]"),
        ("Dec 1986", "", "1986-12"),
        ("January-March 1802", "", "[1802-01..1802-03]"),
        ("Took up duties on", "2022-05-06", "2022-05-06"),
        ("Arrived at post on", "2022-05-06", "2022-05-06"),
        ("Became Chargé d’Affaires ad interim on or about", "2022-05-06", "2022-05-06~"),
    ],
)
def test_the_note_on_a_beginning_qualifies_its_day(note, date, on) -> None:
    started = read_event("started", date=date, note=note, since="1854-06-29")
    assert started is not None
    assert (started.word, started.on) == ("in_post", on)


def test_no_record_of_presentation_is_no_beginning() -> None:
    note = "No record has been found of the issuance or presentation of a letter of credence."
    assert read_event("started", date="", note=note) is None


def test_relations_interrupted_then_the_embassy_closed(reading: Reading) -> None:
    assert post_on(reading, "US", "RU", "1911-11-08") == ("vacant", "")
    assert post_on(reading, "US", "RU", "1913-09-15") == ("closed", "")


def test_persona_non_grata_in_markup_is_read_and_quoted_unchanged(reading: Reading) -> None:
    nut = by_reference(reading)["bo-2006-nut-01:ended"]
    assert in_short(nut) == ("US>BO", "expelled", "2008-09-14", "Philip Nut")
    assert '<hi rend="italic">persona non grata</hi>' in nut.quote


def test_a_promotion_leaves_no_vacant_post(reading: Reading) -> None:
    assert "ru-1890-hay-01:ended" not in by_reference(reading)
    assert post_on(reading, "US", "RU", "1891-03-21") == ("ambassador", "Ernest A. Hay")


@pytest.mark.parametrize(
    ("left", "on"),
    [
        ("2003-05-06", "[2006-02-03..2006-03-04]"),
        ("2006-02-20", "[2006-02-20..2006-03-04]"),
        ("2006-03-04", "[2006-02-03..2006-03-04]"),
    ],
)
def test_who_began_on_or_shortly_before_a_day_did_so_after_the_chief_before_had_left(files, left: str, on: str) -> None:
    """Owen Smith in Monrovia: commissioned in February 1898, in post by 11 May; his predecessor left on 28 April.

    From February on, his start would not certainly follow the vacancy, which then lasted for the years of his term.
    """
    name = "missions-countries/belarus.xml"
    text = files[name].decode().replace("<date>2003-05-06</date>", f"<date>{left}</date>")
    began = re.sub(r"(<date>2006-03-04</date>\s*)<note/>", r"\1<note>On or shortly before</note>", text)
    (one,) = pocom.parse(files | {name: began.encode()})
    assert by_reference(one)["by-2006-roe-01:started"].on == on


def test_an_end_later_than_the_successors_beginning_leaves_no_vacant_post(files: dict[str, bytes]) -> None:
    """Peter Fox presented credentials on the day of his predecessor's recall; a week's delay changes nothing."""
    late = changed(files, "russia", "<date>1854-09-09</date>", "<date>1854-09-16</date>")
    assert post_on(late, "US", "RU", "1854-12-01") == ("minister", "Peter Fox")
    assert [one.reason for one in late.ignored if one.reference == "ru-1852-lee-01:ended"] == [
        "Peter Fox led the mission by then"
    ]


def test_an_ambassador_carries_on_when_one_state_takes_the_place_of_another(reading: Reading) -> None:
    day = [in_short(one) for one in reading.statements if one.reference.startswith("ru-1991-day-01")]
    assert day == [
        ("US>SU", "appointed", "1991-03-02", "Robert Day"),
        ("US>SU", "ambassador", "1991-04-24", "Robert Day"),
        ("US>RU", "ambassador", "1991-12-26", "Robert Day"),
        ("US>SU", "closed", "1991-12-26", ""),
        ("US>RU", "vacant", "1992-05-19", ""),
    ]
    # He was seen in post, and not sent: the embassy of 1913 was closed, and RU-US would improve by a posting.
    assert {one.reference: one.nature for one in reading.statements if one.nature} == {
        "ru-1991-day-01:started:RU": "observation", "cz-1992-bay-01:started:CZ": "observation",
    }  # fmt: skip


def test_a_successor_states_record_begins_with_the_state(reading: Reading) -> None:
    assert post_on(reading, "US", "CS", "1992-12-30") == ("ambassador", "Adrian Bay")
    assert post_on(reading, "US", "CS", "1992-12-31") == ("closed", "")
    assert by_reference(reading)["cz-1992-bay-01:started:CZ"].on == "1993-01-01"
    assert "cz-1992-bay-01:started" not in by_reference(reading)


def test_taipei_and_the_liaison_office_in_beijing_are_two_missions(reading: Reading) -> None:
    assert post_on(reading, "US", "TW", "1975-06-01") == ("ambassador", "Leonard Sun")
    assert post_on(reading, "US", "CN", "1975-06-01") == ("interests_section", "George Ash")
    assert post_on(reading, "US", "TW", "1980-01-01") == ("closed", "")
    assert post_on(reading, "US", "CN", "1980-01-01") == ("ambassador", "Leo F. Elm")
    assert post_on(reading, "US", "TW", "1951-06-01") == ("charge", "Karl Ray")


def test_a_country_without_a_code_is_ignored_by_name(reading: Reading) -> None:
    assert [(one.reference, one.reason) for one in reading.ignored if one.reference.startswith("xc-")] == [
        ("xc-1838-rye-01", "the Republic of Texas (to 1845) has no code")
    ]


def test_a_note_on_the_mission_says_when_relations_were_severed(reading: Reading) -> None:
    severed = by_reference(reading)["cuba:mission:severed:1961-01-03"]
    assert in_short(severed) == ("US>CU", "severed", "1961-01-03", "")
    assert " ".join(severed.quote.split()).startswith(
        "The United States severed diplomatic relations with Cuba on January 3, 1961"
    )
    assert post_on(reading, "US", "CU", "1970-01-01") == ("severed", "")
    assert post_on(reading, "US", "CU", "1978-01-01") == ("interests_section", "Lyle Ivy")


def test_a_record_that_the_source_has_twice_is_stated_once(reading: Reading) -> None:
    yew = [in_short(one) for one in reading.statements if one.holder == "John R. Yew"]
    assert yew == [
        ("US>TR", "appointed", "2014-08-18", "John R. Yew"),
        ("US>TR", "ambassador", "2014-09-20", "John R. Yew"),
    ]
    assert post_on(reading, "US", "TR", "2017-09-16") == ("vacant", "")


def test_a_nominee_who_never_went_is_on_the_way_until_the_dated_outcome(reading: Reading) -> None:
    box = [in_short(one) for one in reading.statements if one.reference.startswith("az-2012-box-01")]
    assert box == [
        ("US>AZ", "nominated", "2012-01-06", "Matthew Box"),
        ("US>AZ", "lapsed", "2012-04-16", "Matthew Box"),
    ]


@pytest.mark.parametrize(
    ("nominated", "last"),
    [
        ("1991-07-22", "1993-01-03"),  # Parker W. Borg to Burma, whose post had no ambassador until 2012
        ("1992-06-03", "1993-01-03"), ("1993-01-02", "1993-01-03"), ("1993-01-03", "1993-01-03"),
        ("1993-01-04", "1995-01-03"),
        ("1932-12-10", "1933-03-04"), ("1933-03-05", "1935-01-03"), ("1934-01-05", "1935-01-03"),
    ],
)  # fmt: skip
def test_a_nomination_that_was_not_acted_on_ends_with_its_congress(nominated: str, last: str) -> None:
    assert end_of_congress(nominated) == last


def test_the_same_files_serialised_anew_say_the_same(files: dict[str, bytes], reading: Reading) -> None:
    anew = {name: re.sub(rb">\s+<", b">\n<", raw).replace(b"<chief>", b'<chief n="1">') for name, raw in files.items()}
    (again,) = pocom.parse(anew)
    assert contents(again) == contents(reading)


def test_people_are_read_from_the_archive_as_from_their_folder(files: dict[str, bytes], reading: Reading) -> None:
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:gz") as archive:
        for name, raw in files.items():
            if name.startswith("people/"):
                member = tarfile.TarInfo(name)
                member.size = len(raw)
                archive.addfile(member, io.BytesIO(raw))
    missions = {name: raw for name, raw in files.items() if not name.startswith("people/")}
    (again,) = pocom.parse({**missions, "people.tar.gz": packed.getvalue()})
    assert contents(again) == contents(reading)


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ("ambassador-e-p", "grand-poobah", "the role 'grand-poobah' is not known"),
        ("doe-jane", "nobody-known", "the person 'nobody-known' is not known"),
    ],
)
def test_a_record_that_cannot_be_read_is_named_with_its_words(files, reading, old, new, reason) -> None:
    broken = changed(files, "belarus", old, new)
    (unreadable,) = broken.unreadable
    assert (unreadable.reference, unreadable.file) == ("by-2001-doe-01", "missions-countries/belarus.xml")
    assert unreadable.reason.startswith(reason)
    assert unreadable.line == 5
    others = {name: one for name, one in contents(reading).items() if not name.startswith("by-2001-doe-01")}
    assert contents(broken) == others


@pytest.mark.parametrize(
    ("change", "event", "reason"),
    [
        (("<note>Left post on</note>", "<note>Vanished on</note>"), "ended", "the note on ended 'Vanished on"),
        (("<date>2001-03-01</date>", "<date>01/03/2001</date>"), "appointed", "the date of appointed '01/03/2001'"),
        (("<date>2001-03-01</date>", "<date>2001-02-31</date>"), "appointed", "'2001-02-31' is not a date"),
    ],
)
def test_a_bad_date_among_several_of_one_person_refuses_that_date_alone(files, reading, change, event, reason) -> None:
    broken = changed(files, "belarus", *change)
    (unreadable,) = broken.unreadable
    assert (unreadable.reference, unreadable.file) == (f"by-2001-doe-01:{event}", "missions-countries/belarus.xml")
    assert unreadable.reason.startswith(reason)
    assert contents(reading).keys() - contents(broken).keys() == {f"by-2001-doe-01:{event}"}


def test_a_mission_that_is_not_in_the_table_is_unreadable_and_not_guessed(files: dict[str, bytes]) -> None:
    broken = changed(files, "texas", "<territory-id>texas</territory-id>", "<territory-id>utopia</territory-id>")
    assert [one.reason for one in broken.unreadable] == ["the mission 'utopia' is not known"]


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"<country-mission><territory-id>belarus</territory-id><chiefs>",
        b"<!DOCTYPE x [<!ENTITY a 'b'>]><country-mission><territory-id>&a;</territory-id></country-mission>",
        b"<html><body>Service unavailable</body></html>",
        b"<other/>",
        "<country-mission/>".encode("utf-16"),
        b"<country-mission>\0</country-mission>",
    ],
)
def test_a_file_that_is_no_mission_is_named_and_the_others_are_read(files, reading, raw: bytes) -> None:
    (broken,) = pocom.parse({**files, "missions-countries/belarus.xml": raw})
    assert [one.reference for one in broken.unreadable] == ["missions-countries/belarus.xml"]
    assert contents(broken) == {
        name: one for name, one in contents(reading).items() if reading_of(reading, name) != "belarus"
    }


def test_a_cut_file_counts_with_all_its_records(files, reading) -> None:
    cut = files["missions-countries/belarus.xml"][:-20]
    (broken,) = pocom.parse({**files, "missions-countries/belarus.xml": cut})
    assert (broken.records, broken.bad) == (reading.records, cut.count(b"<chief>"))


def test_a_bad_file_of_a_person_takes_only_that_persons_records(files, reading) -> None:
    name = next(name for name in files if name.endswith("/doe-jane.xml"))
    (broken,) = pocom.parse({**files, name: b"<person>"})
    assert [one.reference for one in broken.unreadable] == [name, "by-2001-doe-01"]
    assert {one.rpartition(":")[0] for one in contents(reading).keys() - contents(broken).keys()} == {"by-2001-doe-01"}


def test_a_folder_without_missions_or_people_is_refused(files: dict[str, bytes]) -> None:
    with pytest.raises(FileRefused, match="people"):
        pocom.parse({name: raw for name, raw in files.items() if "people" not in name})
    with pytest.raises(FileRefused, match="missions-countries"):
        pocom.parse({name: raw for name, raw in files.items() if "missions" not in name})
    with pytest.raises(FileRefused, match=r"not a tar\.gz"):
        pocom.parse({"people.tar.gz": b"not an archive"})


def test_the_tables_name_only_words_and_codes_that_there_are() -> None:
    assert {row["word"] for row in table("pocom_roles")} <= {
        "ambassador",
        "minister",
        "charge",
        "interests_section",
        "",
    }
    assert len(keyed("pocom_roles", by="role")) == 28
    assert all(
        re.fullmatch(r"[A-Z]{2}|", row["code"]) and (row["code"] or row["reason"]) for row in table("pocom_territories")
    )


def test_the_whole_of_pocom_is_read() -> None:
    """Publication of January 2021: 5,743 appointments; most states have a head of mission on its last day."""
    (one,) = pocom.parse(folder(whole("pocom")))
    assert_sound(one)
    assert one.records == 5743
    assert one.unreadable == []
    assert len(one.statements) > 13_000
    for target, day, post in (
        ("BY", "2007-06-01", ("ambassador", "Karen B. Stewart")),
        ("BY", "2020-08-01", ("vacant", "")),
        ("BO", "2008-09-15", ("expelled", "Philip S. Goldberg")),
        ("RU", "1898-03-21", ("ambassador", "Ethan A. Hitchcock")),
        ("RU", "1992-01-01", ("ambassador", "Robert S. Strauss")),
        ("CZ", "1993-01-01", ("ambassador", "Adrian A. Basora")),
        ("TW", "1975-06-01", ("ambassador", "Leonard Unger")),
        ("CN", "1975-06-01", ("interests_section", "George Bush")),
        ("CU", "1970-01-01", ("severed", "")),
    ):
        assert post_on(one, "US", target, day) == post
    led = [
        target
        for target in {statement.target for statement in one.statements}
        if (held := post_on(one, "US", target, "2021-01-20")) and held[1]
    ]
    assert len(led) > 150


def test_the_coming_of_a_minister_or_charge_is_not_stated_for_nobody_but_an_ambassador_ends_it(
    reading: Reading,
) -> None:
    roles = {
        one.reference.rpartition(":")[0]: one.word for one in reading.statements if one.reference.endswith(":started")
    }
    coming = [one for one in reading.statements if one.word in NextStatus and one.reference.endswith(":appointed")]
    assert coming
    assert {roles.get(one.reference.rpartition(":")[0], "ambassador") for one in coming} == {"ambassador"}
    assert "ru-1854-fox-01:appointed" not in by_reference(reading)
