"""Readings of the registry of sanction regimes; the files are made up in its format, none is copied."""

import datetime as dt

import pytest

from relations.errors import FileRefused
from relations.importers.engine.statements import Reading, RegimeName
from relations.importers.engine.tables import table
from relations.importers.sources import regimes
from tests.importers.reading import assert_sound, by_reference, contents
from tests.importers.regime_files import regime
from tests.importers.shared_data import whole

DAY = dt.date(2026, 7, 10)


def read(*texts: str, **files: str) -> Reading:
    """The reading of files named by their keys, and of others by their names without `.yml`."""
    named = {text.split("key: ")[1].split("\n")[0]: text for text in texts}
    (one,) = regimes.parse({f"{name}.yml": text.encode() for name, text in {**named, **files}.items()}, edition=DAY)
    return one


def refusals(reading: Reading) -> list[tuple[str, str]]:
    return [(one.reference, one.reason) for one in reading.unreadable]


def ignored(reading: Reading) -> list[tuple[str, str]]:
    return [(one.reference, one.reason) for one in reading.ignored]


def test_an_active_regime_is_observed_on_the_day_of_the_edition_with_the_registry_s_own_words() -> None:
    reading = read(regime(summary="Freezes the assets\n  of officials.\n\n  Another paragraph."))
    assert_sound(reading)
    (only,) = reading.statements
    assert (only.sender, only.target, only.word, only.on, only.bounded) == (
        "US", "BY", "observed", "[..2026-07-10]", True,
    )  # fmt: skip
    assert only.measures == ("financial", "travel")
    assert only.quote == "Freezes the assets\n  of officials."
    assert only.programme
    assert only.programme.regime == RegimeName(
        code="US-BYX", title="Regime US-BYX", url="https://example.org/regimes", aliases=("US-BYX",), status="active"
    )


def test_without_a_summary_the_title_is_quoted() -> None:
    (only,) = read(regime(summary="", title='"Regime: of a kind"')).statements
    assert only.quote == 'title: "Regime: of a kind"'


@pytest.mark.parametrize(
    ("summary", "on"),
    [
        ("The program was revoked effective\n  July 1, 2025, when an order ended it; more was repealed.", "2025-07-01"),
        ("The authority expired in December 2023.", "2023-12"),
        ("The measures were lifted in 2011. They froze assets.", "2011"),
    ],
)
def test_an_ended_regime_is_lifted_on_the_day_that_its_summary_names(summary: str, on: str) -> None:
    reading = read(regime(status="ended", summary=summary))
    assert_sound(reading)
    (only,) = reading.statements
    assert (only.word, only.on, only.bounded, only.nature, only.scope) == ("lifted", on, False, "event", "all")
    assert only.quote in summary
    assert only.quote.endswith((";", "."))
    assert list(reading.contradicted) == ["US-BYX>BY:in_force"]


@pytest.mark.parametrize(
    "summary",
    [
        "It froze assets.",
        "It was revoked on May 1, 2020. What was left was repealed on June 1, 2021.",
        "It was revoked effective February 30, 2020.",
        "It will end, and was revoked effective August 1, 2026.",
        "",
    ],
)
def test_without_one_day_up_to_the_edition_s_it_ended_on_some_day_up_to_that(summary: str) -> None:
    (only,) = read(regime(status="ended", summary=summary)).statements
    assert (only.word, only.on, only.bounded, only.quote) == ("lifted", "[..2026-07-10]", True, "status: ended")
    assert only.nature == "observation"


def test_former_measures_are_over_by_their_title() -> None:
    (only,) = read(regime(title="Former Measures Against Belarus")).statements
    assert (only.word, only.on, only.quote) == ("lifted", "[..2026-07-10]", "title: Former Measures Against Belarus")
    (other,) = read(regime(title="Former Republic sanctions framework")).statements
    assert other.word == "observed"


def test_a_regime_that_is_called_legacy_is_neither_in_force_nor_over() -> None:
    reading = read(regime(status="legacy"))
    assert (reading.statements, ignored(reading)) == (
        [], [("US-BYX", "it is called legacy: neither as it was nor over")],
    )  # fmt: skip


def test_a_regime_without_a_state_aims_at_nobody() -> None:
    reading = read(regime(target_territories=""), regime("US-ALL", target_territories="[zz]"))
    assert reading.statements == []
    assert ignored(reading) == [
        ("US-ALL", "zz: the regime is aimed at conduct wherever it occurs"),
        ("US-ALL", "it is aimed at no state"),
        ("US-BYX", "it is aimed at no state"),
    ]


def test_a_regime_of_several_states_is_thematic_and_one_of_a_state_and_its_regions_is_not() -> None:
    several = read(regime(target_territories="[by, ru]"))
    assert [(one.target, one.programme and one.programme.thematic) for one in several.statements] == [
        ("BY", True), ("RU", True),
    ]  # fmt: skip
    regions = read(regime(target_territories="[ru, ua-cri, ua-dpr, xx-9z]"))
    assert [(one.target, one.programme and one.programme.thematic) for one in regions.statements] == [("RU", False)]


def test_a_regime_on_persons_and_not_on_the_state_is_thematic_by_the_table() -> None:
    (only,) = read(regime("EU-US-LEG", issuer="eu_council", target_territories="[us]")).statements
    assert only.programme
    assert only.programme.thematic


def test_norway_is_a_country_and_not_false() -> None:
    (only,) = read(regime(target_territories="[no]")).statements
    assert only.target == "NO"


def test_the_issuer_is_the_country_of_its_authority() -> None:
    reading = read(
        regime("UN-X", issuer="zz_unsc"), regime("EU-X", issuer="eu_council"), regime("GB-X", issuer="gb_fcdo"),
        regime("ICIJ-X", issuer="zz_icij"),
    )  # fmt: skip
    assert {one.reference: one.sender for one in reading.statements} == {
        "EU-X>BY:in_force": "EU", "GB-X>BY:in_force": "GB", "UN-X>BY:in_force": "UN",
    }  # fmt: skip
    assert ignored(reading) == [("ICIJ-X", "its issuer is not a country of the tracker")]


def test_nobody_sanctions_himself() -> None:
    reading = read(regime(target_territories="[us]"))
    assert (reading.statements, ignored(reading)) == ([], [("US-BYX", "US is on both sides")])


def test_aliases_are_the_key_and_the_registry_s_names_and_the_legal_acts_among_them_the_basis() -> None:
    aliases = '["EO 1, EO 2", BYX-EO1, 31 CFR Part 548, "Act on Officials"]'
    (one,) = read(regime(aliases=aliases)).statements
    assert one.programme
    assert one.programme.regime
    assert one.programme.regime.aliases == (
        "US-BYX", "EO 1", "EO 2", "BYX-EO1", "31 CFR Part 548", "Act on Officials",
    )  # fmt: skip
    assert one.programme.regime.legal_basis == "EO 1; EO 2; 31 CFR Part 548; Act on Officials"
    (union,) = read(regime("EU-BYX", issuer="eu_council")).statements
    assert union.programme
    assert union.programme.regime
    assert union.programme.regime.aliases == ("EU-BYX", "BYX")


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (regime(issuer="moon"), "the issuer 'moon' is not known"),
        (regime(issuer=""), "it has no issuer"),
        (regime(title=""), "it has no title"),
        (regime(status="dormant"), "the status 'dormant' is not known"),
        (regime(target_territories="[atlantis]"), "the territory 'atlantis' is not known"),
        (regime() + "title: again\n", "it names the field 'title' twice"),
        (regime(measures="{a: b}"), "measures is neither a text nor a list of texts"),
        (regime(issuer="[us_ofac, us_state]"), "issuer has 2 values and not one"),
        (regime(aliases=f"[{'x' * 301}]"), f"an alias has more than 300 characters: {'x' * 60}…"),
        (regime(summary="'unfinished"), "it is not YAML: found unexpected end of stream (line 8)"),
        ("- a list\n", "it is not a mapping of fields"),
        ("", "US-BYX.yml is refused whole: it is empty."),
        ("<!doctype html><html>", "US-BYX.yml is refused whole: it is an HTML page and not the list."),
    ],
)
def test_what_cannot_be_understood_is_named_and_never_guessed(text: str, why: str) -> None:
    reading = read(regime("US-GOOD"), **{"US-BYX": text})
    assert [reason for _, reason in refusals(reading)] == [why]
    assert [one.reference for one in reading.statements] == ["US-GOOD>BY:in_force"]


def test_a_measure_that_the_registry_adds_is_named_and_the_regime_is_in_force_without_it() -> None:
    reading = read(regime(measures="[travel BAN, Curse]", status="Active"))
    (only,) = reading.statements
    assert (only.word, only.measures) == ("observed", ("travel",))
    assert (reading.unknown, refusals(reading)) == ({"measures: Curse": 1}, [])


def test_a_file_that_is_named_otherwise_than_its_key_is_unreadable() -> None:
    assert refusals(read(**{"US-OTHER": regime()})) == [
        ("US-OTHER.yml", "its key is 'US-BYX', and its file is named 'US-OTHER.yml'")
    ]


def test_a_bomb_of_aliases_is_no_text() -> None:
    bomb = "a: &a [x]\nb: &b [*a, *a]\nc: [*b, *b]\n"
    assert refusals(read(**{"US-BYX": bomb})) == [("US-BYX.yml", "b is neither a text nor a list of texts")]


def test_a_field_that_the_registry_adds_is_named_and_kills_nothing() -> None:
    reading = read(regime(colour="red"))
    assert (len(reading.statements), reading.unknown) == (1, {"colour": 1})


def test_files_without_a_day_are_refused_with_what_to_do() -> None:
    with pytest.raises(FileRefused, match="name the day of the edition with --dated"):
        regimes.parse({"US-BYX.yml": regime().encode()}, edition=None)
    with pytest.raises(FileRefused, match="no file of a regime"):
        regimes.parse({}, edition=DAY)


def test_the_day_is_the_name_of_the_nearest_folder() -> None:
    assert regimes.edition_of(("/", "2020-01-01", "2026-07-10", "programs")) == DAY
    assert regimes.edition_of(("/", "2026-13-40", "programs")) is None


def test_the_tables_are_complete_and_name_nothing_twice() -> None:
    territories = [(row["key"], row["territory"]) for row in table("regime_territories")]
    assert len(set(territories)) == len(territories)
    assert all(bool(row["reason"]) for row in (*table("regime_territories"), *table("regime_themes")))


@pytest.mark.parametrize(("day", "regimes_of_it"), [("2026-02-23", 256), ("2026-07-30", 253)])
def test_the_whole_registry_is_read_without_a_gap(day: str, regimes_of_it: int) -> None:
    files = {path.name: path.read_bytes() for path in whole("regimes", day, "programs").glob("*.yml")}
    (reading,) = regimes.parse(files, edition=dt.date.fromisoformat(day))
    assert_sound(reading)
    assert (reading.records, reading.unreadable) == (regimes_of_it, [])
    named = {regime_reference.partition(">")[0] for regime_reference in by_reference(reading)}
    assert named | {one.reference for one in reading.ignored} == {name.removesuffix(".yml") for name in files}


def test_syria_s_regime_ended_when_the_registry_says_so() -> None:
    path = whole("regimes", "2026-07-30", "programs", "US-SYR.yml")
    (reading,) = regimes.parse({path.name: path.read_bytes()}, edition=dt.date(2026, 7, 30))
    assert contents(reading) == {
        "US-SYR>SY:ended": {
            "kind": "sanction-events", "sender": "US", "target": "SY", "word": "lifted", "on": "2025-07-01",
            "scope": "all", "programme": {"regime": "US-SYR"}, "nature": "event",
        }
    }  # fmt: skip
