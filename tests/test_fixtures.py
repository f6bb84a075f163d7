"""Rows that `loaddata` brings in: countries, memberships, and the seed article with its facts."""

import datetime as dt
import hashlib
import uuid
from importlib import resources

import pytest
from babel import Locale
from babel.core import get_global
from django.conf import settings
from django.core.management import call_command
from django.db import IntegrityError, transaction
from django.db.models import Model

from relations import ledger
from relations.models import (
    FACT_MODELS,
    AmbassadorStatus,
    Citation,
    Country,
    CountryPair,
    DiplomaticEvent,
    Membership,
    SanctionEvent,
    Source,
    StatusChange,
    StatusPeriod,
    StatusSpan,
    TravelBanEntry,
    TravelBanList,
)
from tests.database import restore, rows

pytestmark = pytest.mark.slow(seconds=15)

ARTICLE = settings.ROOT / "seeds/000_3ea9495b9edf0ea4.txt"
SHA256 = "6c2ea6c5b0f961f3d069004eaa11c6ab4c2f8469fcab7fe74b7391c2dfe2a45d"
FORMER = {
    "CS": ("CSK", "200", "Czechoslovakia, Czechoslovak Socialist Republic", 1918, 1992),
    "DD": ("DDR", "278", "German Democratic Republic", 1949, 1990),
    "SU": ("SUN", "810", "USSR, Union of Soviet Socialist Republics", 1922, 1991),
    "VD": ("VDR", "", "Viet-Nam, Democratic Republic of", 1945, 1976),
    "YD": ("YMD", "720", "Yemen, Democratic, People's Democratic Republic of", 1967, 1990),
    "YU": ("YUG", "891", "Yugoslavia, (Socialist) Federal Republic of", 1918, 2006),
}
GAP = "after a 10-year hiatus"
CRITICISM = "have frequently criticized authoritarianism and the human rights situation"
EASING = "the Western powers have lifted most of the sanctions against Belarus"
PLAN = "plan to return ambassadors to their respective countries"
THIS_YEAR = "[2020-01-01..2020-02-01]"
FACTS = {
    1: (DiplomaticEvent, "US", "BY", "visit", "2020-02-01", "traveled to Belarus on Saturday to “normalize” relations"),
    2: (DiplomaticEvent, "US", "BY", "criticism", "[..2020-02-01]", CRITICISM),
    3: (DiplomaticEvent, "EU", "BY", "criticism", "[..2020-02-01]", CRITICISM),
    4: (SanctionEvent, "US", "BY", "eased", "[..2020-02-01]", EASING),
    5: (SanctionEvent, "EU", "BY", "eased", "[..2020-02-01]", EASING),
    6: (DiplomaticEvent, "RU", "UA", "annexation", "2014", "Russia annexed the Crimea to the Ukraine in 2014"),
    7: (DiplomaticEvent, "BY", "RU", "non_recognition", "2014", "which Belarus did not recognize"),
    8: (
        DiplomaticEvent, "BY", "US", "improvement", "[2014-01-01..2020-02-01]",
        "Relations also improved after Russia annexed the Crimea",
    ),
    9: (AmbassadorStatus, "US", "BY", "vacant", "2010~", GAP),
    10: (AmbassadorStatus, "BY", "US", "vacant", "2010~", GAP),
    11: (
        AmbassadorStatus, "US", "BY", "announced", "2020-02-01",
        PLAN, "Washington will soon appoint a new ambassador to Minsk",
    ),
    12: (AmbassadorStatus, "BY", "US", "announced", "2020-02-01", PLAN),
    13: (DiplomaticEvent, "US", "BY", "support", "2020-02-01", "Washington was supporting Belarus’ independence"),
    14: (DiplomaticEvent, "BY", "RU", "dispute", THIS_YEAR, "failed to agree on an oil supply contract for this year"),
    15: (
        DiplomaticEvent, "BY", "RU", "deterioration", THIS_YEAR,
        "Relations between Belarus and Russia have deteriorated",
    ),
    16: (DiplomaticEvent, "BY", "RU", "criticism", THIS_YEAR, "accused the Kremlin of trying to intimidate Belarus"),
    17: (
        TravelBanEntry, "US", "BY", "considered", "[..2020-01-31]",
        "after previously announcing its possible inclusion",
    ),
    18: (
        TravelBanEntry, "US", "BY", "removed", "[..2020-02-01]",
        "Washington has removed Belarus from a list of countries that are banned from travel",
    ),
    19: (
        DiplomaticEvent, "BY", "US", "talks", "[..2020-02-01]",
        "had talked to the United States and other countries to provide oil",
    ),
    20: (
        DiplomaticEvent, "RU", "BY", "support", "[..2018]",
        "has helped to support Lukashenko with loans and energy subsidies",
    ),
    21: (DiplomaticEvent, "RU", "BY", "aid_reduced", "2019", "last year it started reducing this help"),
    22: (
        DiplomaticEvent, "US", "UA", "visit", "2020-02-01",
        "his departure from Kiev, Ukraine, on February 1, 2020",
    ),
    23: (
        AmbassadorStatus, "US", "UA", "ambassador", "[..2020-02-01]",
        "United States Ambassador to Ukraine Kristina Kvien",
    ),
}  # fmt: skip
"""The table of docs/seed-article.md: kind, from, to, word, on, quotes."""

BOOKED: tuple[type[Model], ...] = (
    *FACT_MODELS,
    Source,
    Citation,
    TravelBanList,
    Country,
    Membership,
    CountryPair,
    StatusPeriod,
    StatusSpan,
    StatusChange,
)


def fact_key(number: int) -> uuid.UUID:
    source = uuid.uuid5(uuid.NAMESPACE_OID, SHA256)
    return uuid.uuid5(source, f"fact {number}")


def load(*labels: str) -> None:
    call_command("loaddata", *labels, verbosity=0)


def booked() -> dict[str, list[dict[str, object]]]:
    """Every row of everything that a load may touch."""
    return {model.__name__: list(model._default_manager.order_by("pk").values()) for model in BOOKED}


def tracks(pair: str, day: str) -> dict[str, str]:
    return dict(StatusPeriod.objects.filter(pair=pair).on(dt.date.fromisoformat(day)).values_list("track", "value"))


# --- countries and memberships --------------------------------------------------------------------------------------


def test_every_iso_code_is_a_country_and_no_other_living_code_but_eu_un_and_kosovo(countries):
    table = resources.files("tzdata.zoneinfo").joinpath("iso3166.tab").read_text("utf-8")
    iso = {line.split("\t")[0] for line in table.splitlines() if not line.startswith("#")}
    assert len(iso) == 249
    assert set(Country.objects.values_list("code", flat=True)) == iso | {"EU", "UN", "XK"} | FORMER.keys()


def test_living_countries_carry_the_names_of_cldr(countries):
    names = Locale("en").territories
    living = Country.objects.filter(to_year=None)
    assert {country.code: country.name for country in living} == {
        country.code: names[country.code] for country in living
    }


def test_codes_of_three_letters_and_numbers_are_those_that_cldr_knows_for_the_country(countries):
    means = get_global("territory_aliases")
    for country in Country.objects.filter(to_year=None).exclude(code__in=("EU", "UN", "XK")):
        assert means[country.alpha3 or ""] == [country.code]
        # CLDR has Yemen's former number as well as the present one; both mean YE.
        assert means[country.numeric] == [country.code]
    beyond = Country.objects.filter(code__in=("EU", "UN", "XK"))
    assert set(beyond.values_list("alpha3", "numeric")) == {(None, "")}


def test_former_countries_carry_their_iso_names_and_years(countries):
    rows = Country.objects.filter(to_year__isnull=False).values_list(
        "code", "alpha3", "numeric", "name", "from_year", "to_year"
    )
    assert {code: tuple(rest) for code, *rest in rows} == FORMER


def test_states_are_those_to_whom_the_vienna_convention_is_open_and_taiwan_and_former_countries(countries):
    kinds = Country.objects.filter(to_year=None)
    states = set(kinds.filter(kind="state").values_list("code", flat=True))
    assert states >= {"VA", "PS", "CK", "NU", "XK", "TW"}
    assert len(states) == 193 + 6
    assert set(kinds.filter(kind="organisation").values_list("code", flat=True)) == {"EU", "UN"}
    assert {"GL", "HK", "PR", "EH", "AQ", "FO", "GI"} <= set(
        kinds.filter(kind="territory").values_list("code", flat=True)
    )
    assert set(Country.objects.filter(code__in=FORMER).values_list("kind", flat=True)) == {"state"}


def test_the_union_has_as_many_members_as_the_treaties_say(countries):
    members = {
        "1957-12-31": 0, "1958-01-01": 6, "1972-12-31": 6, "1973-01-01": 9, "1981-01-01": 10, "1986-01-01": 12,
        "1995-01-01": 15, "2004-04-30": 15, "2004-05-01": 25, "2007-01-01": 27, "2013-07-01": 28, "2020-01-31": 28,
        "2020-02-01": 27,
    }  # fmt: skip
    assert {day: members_on("EU", dt.date.fromisoformat(day)) for day in members} == members


def members_on(organisation, day):
    return Membership.objects.filter(organisation=organisation).on(day).count()


def test_the_united_kingdom_belongs_to_the_union_up_to_the_last_day_of_january_2020(countries):
    days = Membership.objects.get(organisation="EU", member="GB").days
    assert (days.lower, days.upper) == (dt.date(1973, 1, 1), dt.date(2020, 2, 1))


MEMBERS = {
    1945: 51, 1946: 55, 1947: 57, 1948: 58, 1949: 59, 1950: 60, 1955: 76, 1956: 80, 1957: 82, 1958: 82, 1960: 99,
    1961: 104, 1962: 110, 1963: 113, 1964: 115, 1965: 117, 1966: 122, 1967: 123, 1968: 126, 1970: 127, 1971: 132,
    1973: 135, 1974: 138, 1975: 144, 1976: 147, 1977: 149, 1978: 151, 1979: 152, 1980: 154, 1981: 157, 1983: 158,
    1984: 159, 1990: 159, 1991: 166, 1992: 179, 1993: 184, 1994: 185, 1999: 188, 2000: 189, 2002: 191, 2006: 192,
    2011: 193, 2026: 193,
}  # fmt: skip
"""By year, the members at its end: https://www.un.org/en/about-us/growth-in-un-membership."""

COUNTED_ELSEWHERE = {1963: 1} | dict.fromkeys(range(1992, 2000), 1)
"""Members in that count that the tracker has not: Zanzibar in 1963, and Yugoslavia's empty seat."""


def test_the_united_nations_have_as_many_members_as_they_count(countries):
    expected = {year: members - COUNTED_ELSEWHERE.get(year, 0) for year, members in MEMBERS.items()}
    assert {year: members_on("UN", dt.date(year, 12, 31)) for year in MEMBERS} == expected


def test_the_members_of_today_are_all_states_but_six_and_no_former_country(countries):
    today = Membership.objects.filter(organisation="UN", days__endswith=None)
    states = Country.objects.filter(kind="state", to_year=None).exclude(code__in=("VA", "PS", "CK", "NU", "XK", "TW"))
    assert {row.member_id for row in today} == set(states.values_list("code", flat=True))


@pytest.mark.parametrize(
    ("member", "periods"),
    [
        ("US", [("1945-10-24", None)]),
        ("BE", [("1945-12-27", None)]),
        ("BY", [("1945-10-24", None)]),
        ("CH", [("2002-09-10", None)]),
        ("CN", [("1945-10-24", None)]),
        ("TW", []),
        ("DE", [("1973-09-18", None)]),
        ("DD", [("1973-09-18", "1990-10-02")]),
        ("SU", [("1945-10-24", "1991-12-23")]),
        ("RU", [("1991-12-24", None)]),
        ("CS", [("1945-10-24", "1992-12-31")]),
        ("CZ", [("1993-01-19", None)]),
        ("YU", [("1945-10-24", "1992-09-21"), ("2000-11-01", "2006-06-02")]),
        ("RS", [("2006-06-03", None)]),
        ("ME", [("2006-06-28", None)]),
        ("ID", [("1950-09-28", "1965-01-19"), ("1966-09-28", None)]),
        ("EG", [("1945-10-24", None)]),
        ("SY", [("1945-10-24", "1958-02-21"), ("1961-10-13", None)]),
        ("TZ", [("1961-12-14", None)]),
        ("YE", [("1947-09-30", None)]),
        ("YD", [("1967-12-14", "1990-05-21")]),
        ("VN", [("1977-09-20", None)]),
        ("VD", []),
        ("SS", [("2011-07-14", None)]),
    ],
)
def test_a_member_of_the_united_nations_belongs_from_the_first_day_to_the_last(countries, member, periods):
    rows = Membership.objects.filter(organisation="UN", member=member).order_by("days")
    day = dt.timedelta(days=1)
    assert [(str(row.days.lower), str(row.days.upper - day) if row.days.upper else None) for row in rows] == periods


def test_no_former_country_is_a_member_outside_its_years(countries):
    for row in Membership.objects.exclude(member__to_year=None).select_related("member"):
        last = row.days.upper - dt.timedelta(days=1)
        assert row.member.from_year <= row.days.lower.year <= last.year <= row.member.to_year


# --- the seed article -----------------------------------------------------------------------------------------------


def test_the_seed_text_is_the_archived_one_byte_for_byte(seed):
    text = ARTICLE.read_bytes()
    assert hashlib.sha256(text).hexdigest() == SHA256
    source = Source.objects.get()
    assert (source.text.encode(), source.sha256) == (text, SHA256)


def test_the_seed_holds_the_facts_of_the_table_and_no_others(seed):
    loaded = {
        fact.key: (type(fact), fact.from_country_id, fact.to_country_id, fact.word, fact.on,
                   *(citation.quote for citation in fact.citations.order_by("start")))
        for model in FACT_MODELS
        for fact in model.objects.all()
    }  # fmt: skip
    assert loaded == {fact_key(number): expected for number, expected in FACTS.items()}


def test_the_seed_says_no_more_than_the_article(seed):
    """The article says "most of the sanctions", and names no measure, instrument or programme."""
    assert set(SanctionEvent.objects.values_list("scope", "instrument")) == {("most", "")}
    assert not SanctionEvent.objects.exclude(programme=None, expires_on=None).exists()
    assert [event.measures for event in SanctionEvent.objects.all()] == [[], []]
    assert set(TravelBanEntry.objects.values_list("scope", "person")) == {("", "")}
    assert set(AmbassadorStatus.objects.exclude(holder="").values_list("key", "holder")) == {
        (fact_key(23), "Kristina Kvien")
    }
    assert set(TravelBanList.objects.values_list("issuer", "subject", "instrument")) == {("US", "country", "")}


def test_every_fact_of_the_seed_is_version_1_and_known_since_the_tracker_began(seed):
    began = dt.datetime(2026, 11, 23, tzinfo=dt.UTC)
    for model in FACT_MODELS:
        rows = model.objects.values_list("version", "recorded_at", "first_recorded_at", "superseded_at")
        assert set(rows) == {(1, began, began, None)}


def test_every_quote_is_the_slice_of_the_text_at_its_offsets(seed):
    text = ARTICLE.read_text("utf-8")
    citations = Citation.objects.all()
    assert len(citations) == 24
    for citation in citations:
        assert citation.quote == text[citation.start : citation.end]
        assert text.count(citation.quote) == 1


def test_what_the_article_gets_wrong_is_noted_beside_the_fact(seed):
    notes = {fact.key: fact.note for model in FACT_MODELS for fact in model.objects.all()}
    for number, word in {
        4: "general licence",
        5: "arms embargo",
        9: "2008",
        18: "never been on the list",
        23: "chargé",
    }.items():
        assert word in notes[fact_key(number)]


# --- the status that follows ----------------------------------------------------------------------------------------


def test_belarus_and_the_united_states_on_the_day_after_the_article(seed):
    ban = TravelBanList.objects.get()
    assert tracks("BY-US", "2020-02-02") == {
        "ambassador:US>BY": "vacant",
        "ambassador:BY>US": "vacant",
        "next:US>BY": "announced",
        "next:BY>US": "announced",
        "sanctions:US>BY": "eased",
        "sanctions:US>BY:-": "eased",
        f"travel_ban:US>BY:{ban.pk}": "removed",
        "trend": "improving",
    }


def test_at_the_end_of_2019_nobody_is_on_the_way_and_the_easing_is_not_yet_certain(seed):
    on_the_day = StatusPeriod.objects.filter(pair="BY-US").on(dt.date(2019, 12, 31))
    assert not on_the_day.filter(kind="next").exclude(value__in=("none", "unknown")).exists()
    sanctions = on_the_day.get(track="sanctions:US>BY")
    assert (sanctions.value, sanctions.uncertain) == ("unknown", [fact_key(4)])


def test_belarus_and_russia_are_drifting_apart(seed):
    assert tracks("BY-RU", "2020-02-02")["trend"] == "deteriorating"


def test_the_unions_easing_stands_on_the_unions_own_pair_alone(seed):
    assert tracks("BY-EU", "2020-02-02")["sanctions:EU>BY"] == "eased"
    pairs = CountryPair.objects.recorded().values_list("code", flat=True)
    assert set(pairs) == {"BY-EU", "BY-RU", "BY-US", "RU-UA", "UA-US"}


def test_every_loaded_fact_is_in_the_log_and_none_is_pending(seed):
    assert set(StatusChange.objects.values_list("cause_key", flat=True)) == {fact_key(number) for number in FACTS}
    assert set(StatusChange.objects.values_list("reason", flat=True)) == {"imported"}
    assert not CountryPair.objects.due(ledger.today()).exists()
    for pair in CountryPair.objects.all():
        versions = StatusChange.objects.filter(pair=pair).order_by("id").values_list("version", flat=True)
        assert list(versions) == list(range(1, pair.version + 1))


@pytest.fixture
def empty(transactional_db):
    """The tracker's tables as migrations leave them."""
    restore({table: content for table, content in rows().items() if not table.startswith("relations_")})


# --- loading again, in other orders, after acts ---------------------------------------------------------------------


def test_loading_twice_changes_no_row_no_period_and_no_line_of_the_log(seed, django_capture_on_commit_callbacks):
    before = booked()
    with django_capture_on_commit_callbacks(execute=True):
        load("countries", "memberships", "seed_article")
    assert booked() == before


@pytest.mark.parametrize(
    "calls",
    [
        [("countries", "memberships", "seed_article")],
        [("seed_article", "memberships", "countries")],
        [("countries",), ("memberships",), ("seed_article",)],
        [("countries",), ("seed_article",), ("memberships",), ("seed_article",)],
    ],
    ids=lambda calls: " then ".join("+".join(call) for call in calls),
)
def test_any_order_of_loading_leads_to_the_same_status(empty, calls):
    for call in calls:
        load(*call)
    ban = TravelBanList.objects.get()
    assert tracks("BY-US", "2020-02-02")[f"travel_ban:US>BY:{ban.pk}"] == "removed"
    assert tracks("BY-US", "2020-02-02")["trend"] == "improving"
    assert Membership.objects.count() == 28 + 201
    assert sum(model.objects.count() for model in FACT_MODELS) == 23


def test_loading_after_a_correction_and_a_retraction_revives_neither(seed, django_capture_on_commit_callbacks):
    ledger.correct(
        AmbassadorStatus, fact_key(23), values={"status": "charge"}, author=ledger.NOBODY, why="She was no ambassador."
    )
    ledger.retract(TravelBanEntry, fact_key(18), why="Belarus was never on the list.", author=ledger.NOBODY)
    before = booked()
    with django_capture_on_commit_callbacks(execute=True):
        load("seed_article")
    assert booked() == before
    versions = AmbassadorStatus.objects.filter(key=fact_key(23)).order_by("version")
    assert [(fact.version, fact.status, fact.superseded_at is None) for fact in versions] == [
        (1, "ambassador", False),
        (2, "charge", True),
    ]
    assert not TravelBanEntry.objects.current().filter(key=fact_key(18)).exists()


def test_loading_again_leaves_what_editors_made_of_the_source_and_the_list(seed, django_capture_on_commit_callbacks):
    original = ledger.record_source({"publisher": "Reuters", "title": "Pompeo in Minsk"})
    ledger.change_source(Source.objects.get(sha256=SHA256), {"syndication_of": original, "author": "Andrei Makhovsky"})
    ledger.change_list(TravelBanList.objects.get(), {"title": "Proclamation 9983"})
    before = booked()
    with django_capture_on_commit_callbacks(execute=True):
        load("countries", "memberships", "seed_article")
    assert booked() == before
    assert (Source.objects.count(), TravelBanList.objects.count()) == (2, 1)


def test_the_article_without_countries_is_refused_whole(empty):
    with pytest.raises(IntegrityError, match="Problem installing fixtures"):
        load("seed_article")
    assert {name: rows for name, rows in booked().items() if rows} == {}


@pytest.mark.django_db(transaction=True)
def test_a_load_that_does_not_commit_leaves_nothing_to_refresh(world):
    with transaction.atomic():
        load("seed_article")
        transaction.set_rollback(True)
    assert (ledger.refresh(), Source.objects.count(), StatusChange.objects.count()) == (0, 0, 0)
