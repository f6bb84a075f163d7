"""The records that every sanctions list becomes, and the table of programmes."""

import datetime as dt
import json
from dataclasses import replace

import pytest
from babel import Locale

from relations import dates
from relations.codes.country_names import code_by_name
from relations.errors import RecordRefused
from relations.importers.engine.parties import BirthDate, Detail, Name, Party, Place, digest
from relations.importers.engine.tables import programme_of, programmes
from relations.importers.engine.text_parsing import born, born_between, born_in_words, clean, script_of
from relations.importers.registry import PARTY_LISTS

PARTY = Party(
    reference="QDi.1",
    kind="person",
    names=(Name(text="Ann Lee", kind="primary"), Name(text="Bo", kind="aka"), Name(text="Cy", kind="aka")),
    programmes=("Al-Qaida", "Taliban"),
    addresses=(Place(city="Oslo"), Place(city="Rome")),
    listed_on=dt.date(2020, 1, 2),
)


def test_content_is_plain_sorted_and_without_empty_fields():
    assert PARTY.content() == {
        "kind": "person",
        "names": [
            {"text": "Bo", "kind": "aka"},
            {"text": "Cy", "kind": "aka"},
            {"text": "Ann Lee", "kind": "primary"},
        ],
        "programmes": ["Al-Qaida", "Taliban"],
        "addresses": [{"city": "Oslo"}, {"city": "Rome"}],
        "listed_on": "2020-01-02",
    }


@pytest.mark.parametrize(
    "same",
    [
        replace(PARTY, names=PARTY.names[::-1], addresses=PARTY.addresses[::-1], programmes=PARTY.programmes[::-1]),
        replace(PARTY, names=(*PARTY.names, PARTY.names[1])),
        replace(PARTY, housekeeping=(Detail("dataid", "1"),)),
        replace(PARTY, details=(Detail("", ""),)),
    ],
)
def test_order_doubles_and_housekeeping_are_no_content(same):
    assert same.digest == PARTY.digest


@pytest.mark.parametrize(
    "other",
    [
        replace(PARTY, names=PARTY.names[:2]),
        replace(PARTY, kind="entity"),
        replace(PARTY, remarks="died"),
        replace(PARTY, listed_on=dt.date(2020, 1, 3)),
        replace(PARTY, birth_dates=(BirthDate(on="1950"),)),
    ],
)
def test_anything_said_of_the_party_is_content(other):
    assert other.digest != PARTY.digest


def test_the_digest_survives_the_way_through_a_database():
    shuffled = dict(reversed(json.loads(json.dumps(PARTY.content())).items()))
    assert digest(shuffled) == PARTY.digest


def test_bounds_of_birth_dates_are_those_of_the_trackers_dates():
    births = [born("1961-02-03"), born("1960-02"), born("1961"), born("1961", circa=True), born("1961-12", circa=True),
              born_between("1958", "1960"), born_between("1960", "1958", circa=True)]  # fmt: skip
    for birth in births:
        when = dates.parse(birth.on)
        assert (birth.earliest, birth.latest) == (when.earliest, when.latest)


@pytest.mark.parametrize("date", ["1961-13", "1961-00", "1961-02-30", "0000", "61"])
def test_a_date_of_birth_that_no_calendar_has_is_refused_or_remains_words(date):
    if date != "61":
        with pytest.raises(RecordRefused, match=f"no calendar has the date of birth '{date}'"):
            born(date)
    assert born_in_words(date) == BirthDate(text=date)


def test_parts_of_a_party_that_say_nothing_are_dropped():
    empty = (BirthDate(),), (Place(), Place(city="Oslo")), (Detail("", ""),)
    party = replace(PARTY, birth_dates=empty[0], addresses=empty[1], details=empty[2], titles=("", "Dr"))
    assert (party.birth_dates, party.addresses, party.details, party.titles) == ((), (Place(city="Oslo"),), (), ("Dr",))


@pytest.mark.parametrize(
    ("text", "script"),
    [
        ("Ann Lee", "Latn"), ("Анна Ли", "Cyrl"), ("محمد", "Arab"), ("金正恩", "Hani"), ("김정은", "Hang"),
        ("Ἀλέξανδρος", "Grek"), ("ፍትዊ (Tigrinya)", "Latn"), ("אבו", "Hebr"), ("123", "Zyyy"),
    ],
)  # fmt: skip
def test_the_script_is_that_of_most_letters(text, script):
    assert script_of(text) == script


def test_text_is_composed_and_without_invisible_marks():
    assert clean("R&amp;D &#233;t&eacute;&nbsp;AT&T; &amp") == "R&D été AT&T; &amp"
    assert clean("\ufeff Jose\u0301 \u200e \n\tMari\u0301a\xa0 ") == "José María"


def test_every_country_of_cldr_has_its_code_back():
    territories = {code: name for code, name in Locale("en").territories.items() if len(str(code)) == 2}
    assert {code for code, name in territories.items() if code_by_name(name) != code} == set()
    assert [code_by_name(name) for name in ("Korea, North", "Burma", "Côte d'Ivoire", "former Soviet Union")] == [
        "KP", "MM", "CI", "",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("North Macedonia, The Republic of", "MK"), ("Republic of North Macedonia", "MK"),
        ("Macedonia, the former Yugoslav Republic of", "MK"), ("Macedonia, Republic of", "MK"),
        ("Korea, Republic of", "KR"), ("Korea (the Republic of)", "KR"),
        ("KOREA, DEMOCRATIC PEOPLE'S REPUBLIC OF", "KP"), ("Moldova, Republic of", "MD"),
        ("Moldova (the Republic of)", "MD"), ("Gambia, The", "GM"), ("Gambia (the)", "GM"),
        ("Gambia, Republic of The", "GM"), ("Bahamas, Commonwealth of The", "BS"),
        ("Netherlands, Kingdom of the", "NL"), ("Congo, Democratic Republic of the", "CD"),
        ("Democratic Republic of Congo", "CD"), ("Congo, Republic of", "CG"),
        ("Congo (the Democratic Republic of the)", "CD"), ("Iran (Islamic Republic of)", "IR"),
        ("Tanzania, the United Republic of", "TZ"), ("Bolivia, Plurinational State of", "BO"),
        ("Venezuela, Bolivarian Republic of", "VE"), ("Micronesia, Federated States of", "FM"),
        ("Lao People's Democratic Republic (the)", "LA"), ("Syrian Arab Republic, The", "SY"),
        ("Palestine, State of", "PS"), ("Philippines, Republic of the", "PH"),
        ("The Federal Republic of Nigeria", "NG"), ("Yemen, Republic of", "YE"),
        ("China, People's Republic of", "CN"), ("Vietnam, Socialist Republic of", "VN"), ("Brunei, State of", "BN"),
        ("Germany, Federal Republic of", "DE"), ("Myanmar, Republic of the Union of", "MM"),
        ("Ireland, Republic of", "IE"), ("Côte d’Ivoire, Republic of", "CI"), ("St. Kitts and Nevis", "KN"),
        ("Saint Vincent & the Grenadines", "VC"), ("Turkiye, Republic of", "TR"), ("Taiwan, Province of China", "TW"),
        ("  United   Arab Emirates (the) ", "AE"),
    ],
)  # fmt: skip
def test_a_country_with_its_style_in_any_order_has_its_code(name, code):
    assert code_by_name(name) == code


@pytest.mark.parametrize(
    "name",
    [
        "Germany, Democratic Republic of", "Vietnam, Democratic Republic of",
        "Yemen, People's Democratic Republic of", "Yemen, Democratic Republic of", "China, Republic of",
        "Cyprus, Turkish Republic of Northern", "Yugoslavia, Federal Republic of",
        "Union of Soviet Socialist Republics", "Korea", "Republic of", ", Republic of", "Belarus, formerly", "The",
        "",
    ],
)  # fmt: skip
def test_the_style_of_another_country_and_unknown_words_have_no_code(name):
    assert code_by_name(name) == ""


def test_every_programme_names_its_issuer_title_and_source():
    codes = {code for code in Locale("en").territories if len(str(code)) == 2}
    for (listed, code), programme in programmes().items():
        assert programme.issuer == PARTY_LISTS[listed].issuer, code
        assert programme.target in {*codes, ""}, code
        assert programme.title, code
        assert programme.source.startswith("https://"), code


def test_programmes_are_aimed_at_the_state_whose_acts_they_answer():
    targets = {key: programme.target for key, programme in programmes().items()}
    assert targets["ofac", "BELARUS-EO14038"] == "BY"
    assert targets["ofac", "UKRAINE-EO13661"] == targets["eu", "UKR"] == "RU"
    assert targets["ofsi", "Ukraine (Sovereignty)"] == "RU"
    assert targets["un", "Al-Qaida"] == targets["ofac", "SDGT"] == targets["eu", "TERR"] == ""


def test_a_code_is_known_however_it_is_spaced_capitalised_and_quoted():
    assert programme_of("ofac", "CAATSA-RUSSIA") == programmes()["ofac", "CAATSA - RUSSIA"]
    daesh = "The ISIL (Da'esh) and Al-Qaida organisations"
    assert programme_of("ofsi", daesh.replace("'", "’").upper()) == programmes()["ofsi", daesh]
    assert programme_of("ofac", "ATLANTIS") is None


def test_no_two_codes_of_a_list_differ_in_spelling_only():
    found = {(listed, programme_of(listed, code)) for listed, code in programmes()}
    assert len(found) == len(programmes())
