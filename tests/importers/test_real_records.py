"""Records of real publications, cut out of the whole files at run time: TRACKER_SHARED_DATA names their folder."""

import datetime as dt
from functools import cache

import pytest

from relations.errors import FileRefused
from relations.importers.engine.parties import BirthDate, Detail, Document, Name, Nationality, Party, Place
from relations.importers.engine.tables import programme_of
from relations.importers.registry import LISTS
from relations.importers.sources import eu, ofac, ofsi, uk, un
from tests.importers import rebuilding, tracing
from tests.importers.shared_data import whole


@cache
def un_list(day: str) -> dict[str, Party]:
    (path,) = whole("un").glob(f"un_{day}_*.xml")
    return tracing.parties(un.parse([path]))


@cache
def ofac_list(folder: str) -> dict[str, Party]:
    return tracing.parties(ofac.parse(sorted(whole("ofac", folder).glob("*.csv"))))


@cache
def ofsi_list() -> dict[str, Party]:
    return tracing.parties(ofsi.parse([whole("uk", "ofsi-conlist_2018-04-13.csv")]))


# --- UN -------------------------------------------------------------------------------------------------------------


def test_every_field_of_a_person_on_the_un_list_is_read():
    assert un_list("2021-01-27")["TAi.132"] == Party(
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
        birth_dates=(BirthDate(on="1958", earliest=dt.date(1958, 1, 1), latest=dt.date(1958, 12, 31)),),
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


def test_former_names_white_space_and_zones_of_the_un_list_are_read():
    entity, person, zoned = (un_list("2021-01-27")[reference] for reference in ("IRe.017", "KPi.033", "QDi.352"))
    assert entity.names == (
        Name(text="FAJR INDUSTRIAL GROUP", kind="primary", script="Latn"),
        Name(text="Instrumentation Factory Plant", kind="fka", quality="strong", script="Latn"),
    )
    assert (person.name, person.documents[0].number) == ("RI WON HO", "381310014")
    assert person.remarks.endswith("stationed in Syria supporting KOMID.")
    assert zoned.listed_on == dt.date(2015, 4, 7)  # 2015-04-07-04:00


SAME_CONTENT = ("CDe.006", "IQi.071", "IRe.023", "IRe.025", "IRi.016", "KPi.016", "KPi.033", "KPi.066", "QDi.352",
                "TAi.132")  # fmt: skip


@pytest.mark.parametrize("reference", SAME_CONTENT)
def test_a_record_of_the_un_in_another_serialisation_is_the_same(reference):
    before, after = un_list("2021-01-27")[reference], un_list("2023-08-02")[reference]
    assert before.content() == after.content()


@pytest.mark.parametrize(
    ("reference", "changed"),
    [("TAi.162", {"birth_places"}), ("IRe.017", {"names"}), ("QDi.057", {"birth_dates"})],
)
def test_a_record_of_the_un_whose_content_changed_is_not_the_same(reference, changed):
    old, new = (un_list(day)[reference].content() for day in ("2021-01-27", "2023-08-02"))
    assert {key for key in {*old, *new} if old.get(key) != new.get(key)} == changed


def test_the_un_gave_a_date_of_birth_lost_it_and_gave_it_again():
    births = [un_list(day)["QDi.057"].birth_dates for day in ("2021-01-27", "2023-08-02", "2023-10-17")]
    born = dt.date(1966, 2, 2)
    assert births == [(BirthDate(on="1966-02-02", earliest=born, latest=born),), (), births[0]]


# --- OFAC -----------------------------------------------------------------------------------------------------------


def test_every_column_of_a_person_on_ofacs_list_is_read():
    person = ofac_list("2019-01")["8808"]
    assert person.name == "Saad Rashed Mohammad AL-FAQIH"
    assert {(name.text, name.quality) for name in person.names[1:]} == {
        *((name, "strong") for name in (
            "Sa'd Rashid Muhammed AL-FAGEAH", "Saad AL-FAGIH", "Saad AL-FAKIH", "Sa'd AL-FAQI", "Saad AL-FAQIH",
            "Saad AL FAQIH", "Sa'ad AL-FAQIH", "Sa'd AL-FAQIH", "Saad ALFAGIH",
        )),
        ("ABU UTHMAN", "weak"),
    }  # fmt: skip
    assert (person.programmes, person.titles) == (("SDGT",), ("Doctor",))
    assert [birth.on for birth in person.birth_dates] == ["1957-02-01", "1957-01-31"]
    assert person.birth_places == (Place(text="Zubair, Iraq"),)
    assert person.nationalities == (Nationality(country="Saudi Arabia", note="citizen"),)
    assert person.documents == (Document(kind="Passport", number="760620", issued="1991-09-15", expires="1996-07-22"),)
    assert person.addresses == (Place(city="London", country="United Kingdom"),)


def test_vessels_aircraft_programmes_and_spilled_remarks_of_ofac_are_read():
    parties = ofac_list("2019-01")
    assert parties["4234"].details == (
        Detail("call_sign", "CL2685"),
        Detail("vessel_type", "General Cargo"),
        Detail("tonnage", "2597"),
        Detail("gross_registered_tonnage", "1098"),
        Detail("vessel_flag", "Cuba"),
        Detail("vessel_owner", "Compania Navegacion Golfo S.A."),
    )
    assert (parties["4234"].kind, parties["15431"].kind, parties["36"].kind) == ("vessel", "aircraft", "entity")
    assert parties["12478"].programmes == ("IRAN", "NPWMD", "IFSR")
    spilled = parties["12300"]
    assert "Linked To: PROMO RAIZ S.A.S.; Linked To: RED MUNDIAL INMOBILIARIA, S.A. DE C.V." in spilled.remarks
    assert spilled.details[-1] == Detail("Linked To", "R D I S.A.")


@pytest.mark.parametrize("bytes_left", [1, 8, 64, 400])
def test_a_file_as_ofac_published_it_is_refused_or_in_doubt_where_it_is_cut(tmp_path, bytes_left):
    (day,) = whole("ofac", "days").glob("sdn_2022-02-23_*.csv")
    path = tmp_path / "sdn.csv"
    path.write_bytes(day.read_bytes()[:-bytes_left])
    if path.read_bytes().endswith(b"\r\n"):
        assert ofac.publication([path]).doubts
    else:
        with pytest.raises(FileRefused, match="it is cut"):
            ofac.publication([path])


def test_the_empty_file_that_ofac_published_is_refused():
    with pytest.raises(FileRefused, match=r"sdn_2024-05-04_empty\.csv is refused whole: it is empty\."):
        ofac.publication([whole("ofac", "days", "sdn_2024-05-04_empty.csv")])


# --- EU and UK ------------------------------------------------------------------------------------------------------


def test_an_entity_as_the_eu_published_it_is_read_whole():
    (party,) = tracing.parties(eu.parse([whole("eu", "eu-fsf-1.1_2024-12-11_one-entity.xml")])).values()
    assert (party.reference, party.name, party.programmes, party.listed_on) == (
        "13", "Saddam Hussein Al-Tikriti", ("IRQ",), None,
    )  # fmt: skip
    assert {name.text for name in party.names} == {"Saddam Hussein Al-Tikriti", "Abou Ali", "Abu Ali"}
    assert party.birth_places == (Place(city="al-Awja, near Tikrit", country="IRAQ", code="IQ"),)
    assert (party.instruments[0].title, party.remarks) == ("1210/2003 (OJ L169)", "UNSC RESOLUTION 1483")


def test_the_primary_name_on_the_eus_list_is_the_oldest_in_latin_letters(tmp_path):
    records = rebuilding.lines(whole("eu", "eu-fsf_2026-02-23.jsonl.gz"))
    cut = (record for record in records if record["logical_id"] == "174225")
    (party,) = tracing.parties(eu.parse([rebuilding.written(rebuilding.eu_export(cut), tmp_path / "eu.xml")])).values()
    assert party.name == "Sergei BUDREVICH"


def test_designations_as_the_uk_published_them_are_read_whole():
    path = whole("uk", "uk-sanctions-list_2026-09-02_two-designations.xml")
    entity, person = tracing.parties(uk.parse([path])).values()
    assert (entity.reference, entity.name, entity.listed_on) == (
        "AFG0001", "HAJI KHAIRULLAH HAJI SATTAR MONEY EXCHANGE", dt.date(2012, 6, 29),
    )  # fmt: skip
    assert {place.text for place in entity.addresses} == {
        "Ansari Market, 2nd Floor, Nimroz Province", "Branch Office 14, Dubai",
    }  # fmt: skip
    assert entity.details == (
        Detail("OFSIGroupID", "12703"), Detail("UNReferenceNumber", "TAe.010"), Detail("DesignationSource", "UN"),
    )  # fmt: skip
    assert (person.names[0].family, [birth.on for birth in person.birth_dates]) == ("AKHUND", ["1945", "1946"])
    assert person.measures == ("Asset freeze", "Travel Ban")


# --- OFSI -----------------------------------------------------------------------------------------------------------


def test_a_target_of_ofsi_has_each_name_and_each_date_of_birth_once():
    person = ofsi_list()["13349"]
    assert {name.text for name in person.names} == {
        "Nayef Salam Muhammad Ujaym AL-HABABI", "Sheikh Farooq AL-QAHTANI", "Farouq al-Qahtani AL QATARI",
        "Nayf Salam Muhammad Ujaym AL-HABABI", "Faruq AL-QAHTANI", "Faruq AL-QATARI", "Sheikh Faroq AL-QATARI",
        "Imran Farouk SHAYKH",
    }  # fmt: skip
    assert person.name == "Nayef Salam Muhammad Ujaym AL-HABABI"
    assert sorted(date.on for date in person.birth_dates) == ["1980", "1981"]
    assert person.nationality_codes == ("QA", "SA")
    assert (person.listed_on, person.unknown) == (dt.date(2016, 4, 1), ())


def test_regimes_former_names_and_letters_of_ofsis_list_are_read():
    parties = ofsi_list()
    assert sorted(parties["6995"].programmes) == ["Somalia", "The ISIL (Da'esh) and Al-Qaida organisations"]
    assert (parties["6995"].listed_on, parties["6995"].titles) == (dt.date(2001, 11, 8), ("Colonel/Shaykh/Sheikh",))
    assert {name.text for name in parties["11044"].names if name.kind == "fka"} == {"AL-QAIDA IN YEMEN (AQY)"}
    assert "GROUPE ISLAMIQUE ARMÉ" in {name.text for name in parties["6963"].names}
    assert parties["13560"].name == "Chu HYO’K"


def test_ofsis_whole_list_has_the_parties_that_its_rows_name():
    """9,489 lines, of which two are heads; groups counted by the last field of each line."""
    lines = whole("uk", "ofsi-conlist_2018-04-13.csv").read_text("cp1252").splitlines()[2:]
    parties = ofsi_list()
    assert (len(lines), len(parties)) == (9487, LISTS["ofsi"].records["2018-04-13"])
    assert parties.keys() == {line.rpartition(",")[2] for line in lines}
    assert {kind: sum(party.kind == kind for party in parties.values()) for kind in ("person", "entity")} == {
        "person": 1426, "entity": 680,
    }  # fmt: skip
    assert [code for party in parties.values() for code in party.programmes if programme_of("ofsi", code) is None] == []


def test_the_order_of_ofsis_rows_is_no_content(tmp_path):
    first, header, *rows = whole("uk", "ofsi-conlist_2018-04-13.csv").read_bytes().splitlines(keepends=True)
    path = tmp_path / "turned.csv"
    path.write_bytes(b"".join([first, header, *reversed(rows)]))
    turned = tracing.parties(ofsi.parse([path]))
    assert {key: party.digest for key, party in turned.items()} == {
        key: party.digest for key, party in ofsi_list().items()
    }
