"""`/relations/BY-US/`: its addresses, what it shows, what it costs, and hostile words in it."""

import datetime as dt
import gzip
import re
from typing import Any

import pytest
from django.db import connection

from relations.codes import VALUES, EventKind, Measure
from relations.dates import moment_text
from relations.models import Citation, SanctionProgramme, TravelBanList
from relations.queries.clock import newest_finished
from relations.web.pairs.timeline import ticks
from relations.web.tones import TONES, tone
from relations.web.vocabulary import WORDS
from tests.factories import ban, ban_list, citation, event, post, programme, record, sanction, source
from tests.web.conftest import HOSTILE, first_source, html_of, queries, words_of
from tests.web.markup import wrong_in_markup
from tests.web.relations import shown, text

# --- addresses ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("asked", "home"),
    [
        ("/relations/us-by/", "/relations/BY-US/"),
        ("/relations/USA-BLR/@2020-02-02", "/relations/BY-US/@2020-02-02"),
        ("/relations/BY-US/?as_of=2020-02-02", "/relations/BY-US/@2020-02-02"),
        ("/relations/BY-US/?as_of=2020-02-02&known_at=2020-03-01", "/relations/BY-US/@2020-02-02~2020-03-01"),
        ("/relations/BY-US/?as_of=2019-12-31&other=2020-02-02", "/relations/BY-US/@2019-12-31..2020-02-02"),
        ("/relations/BY-US/@2020-02-02?as_of=&known_at=&other=", "/relations/BY-US/"),
        ("/relations/BY-US/@2020-02-02?utm_source=elsewhere", "/relations/BY-US/@2020-02-02"),
        ("/relations/BY-US/@~2020-03-01t12:00:00z", "/relations/BY-US/@~2020-03-01T12:00:00Z"),
        ("/relations/BY-US/@~2020-03-01T15:00:00+03:00", "/relations/BY-US/@~2020-03-01T12:00:00Z"),
    ],
)
def test_another_spelling_leads_to_the_address_of_the_page(reader, countries, asked, home):
    answer = reader.get(asked)
    assert (answer.status_code, answer["Location"]) == (302, home)
    assert reader.get(home).status_code == 200


def test_a_comparison_with_a_day_alone_compares_today(reader, countries, monkeypatch):
    answer = reader.get("/relations/BY-US/?other=2020-02-02")
    assert answer["Location"].endswith("..2020-02-02")
    assert reader.get(answer["Location"]).status_code == 200


@pytest.mark.parametrize(
    "address",
    ["/relations/BY/", "/relations/BY-BY/", "/relations/BY-XX/", "/relations/BY-US/@yesterday",
     "/relations/BY-US/@2020-02-30",
     "/relations/BY-US/@2020-02-02~never", "/relations/BY-US/@2020-02-02..", "/relations/BY-US/@..2020-02-02",
     "/relations/BY-US/?as_of=2020-13-01", "/relations/%00-US/", "/relations/BY-US/@0000-01-01", "/sources/1/",
     "/sources/99999999999999999999999/", f"/relations/{'x' * 3000}-US/"],
)  # fmt: skip
def test_what_is_no_address_is_answered_in_the_frame(reader, countries, address):
    answer = reader.get(address)
    assert answer.status_code == 404
    html = html_of(answer)
    assert html.cssselect("header.head")
    assert list(wrong_in_markup(answer.content.decode())) == []


def test_the_page_names_its_address_and_its_other_forms(reader, seed):
    address = f"/relations/BY-US/@2020-02-02~{moment_text(newest_finished())}"
    html = html_of(reader.get(address))
    assert html.cssselect("link[rel=canonical]")[0].get("href") == f"http://testserver{address}"
    forms = html.cssselect("link[rel=alternate]")
    assert [each.get("type") for each in forms] == [
        "application/json", "text/csv", "image/svg+xml", "image/png", "application/atom+xml", "application/json+oembed",
    ]  # fmt: skip
    links = [each.get("href") for each in html.cssselect(".take a")]
    assert len(links) == 13
    for place in [*(each.get("href") for each in forms), *links]:
        there = reader.get(place, headers={"Accept": "*/*"}, follow=True)
        assert (there.status_code, bool(b"".join(there))) == (200, True), place


@pytest.mark.parametrize("known", ["2199-12-31", "2199-12-31T12:00:00Z"])
def test_a_moment_that_is_not_finished_is_a_page_that_leads_to_the_newest_one(reader, seed, known):
    answer = reader.get(f"/relations/BY-US/@2020-02-02~{known}")
    assert (answer.status_code, answer.headers.get("ETag")) == (409, None)
    assert list(wrong_in_markup(answer.content.decode())) == []
    newest, now = (str(each.get("href")) for each in html_of(answer).cssselect(".actions a"))
    assert re.fullmatch(r"/relations/BY-US/@2020-02-02~[-0-9T:.]+Z", newest)
    assert now == "/relations/BY-US/@2020-02-02"
    assert shown(reader.get(newest))["lanes"] == shown(reader.get(now))["lanes"]


def test_a_citation_leads_to_a_page_that_never_changes(reader, seed):
    def cited(address: str) -> str:
        return text(html_of(reader.get(address)).cssselect("#cite")[0])

    before = cited("/relations/BY-US/")
    address = before.rpartition("http://testserver")[2]
    page = reader.get(address)
    assert page.status_code == 200
    record(post("ambassador", "2024-01-01", holder="Ann Example"))
    assert reader.get(address).content == page.content
    assert cited(address) == before != cited("/relations/BY-US/")


# --- words and tones ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("kind", "value"), [(kind, value) for kind, words in VALUES.items() for value in words])
def test_every_value_has_a_tone_and_a_word(kind, value):
    assert tone(kind, value) in TONES
    assert value in WORDS


def test_every_word_of_a_fact_and_every_measure_is_translated():
    assert {*map(str, EventKind), *map(str, Measure)} <= WORDS.keys()


# --- what it shows --------------------------------------------------------------------------------------------------


def test_the_page_of_the_seed_article_says_what_it_says_of_both_directions(reader, seed):
    found = shown(reader.get("/relations/BY-US/@2020-02-02"))
    assert [(each["title"], each["word"]) for each in found["relations"]] == [
        ("Diplomatic relations", "unknown"), ("Trend of two years", "improving"),
    ]  # fmt: skip
    assert [[(each["title"], each["word"], each["holder"]) for each in lane] for lane in found["lanes"]] == [
        [("Head of mission", "vacant", ""), ("Next head of mission", "announced", ""), ("Sanctions", "unknown", ""),
         ("Travel bans", "unknown", "")],
        [("Head of mission", "vacant", ""), ("Next head of mission", "announced", ""), ("Sanctions", "eased", ""),
         ("Countries whose nationals are barred from entering the United States", "removed", "")],
    ]  # fmt: skip
    assert found["lanes"][1][2]["parts"][0]["title"] == "Outside any programme"
    assert found["lanes"][1][0]["quiet"] == ["since about 2010; last confirmed on 1 February 2020 (article)"]


def test_a_value_that_is_old_says_when_it_was_seen_last(reader, seed):
    found = shown(reader.get("/relations/BY-US/@2026-01-01"))
    mission = found["lanes"][1][0]
    assert (mission["word"], mission["tone"]) == ("vacant, as last seen in 2020", "tone-stale")


def _number_alike(*models):
    """The next row of each gets the same number: sequences go on from test to test, each at its own pace."""
    with connection.cursor() as cursor:
        sequences = [f"pg_get_serial_sequence('{model._meta.db_table}', 'id')" for model in models]
        cursor.execute(f"SELECT greatest({', '.join(f'nextval({one})' for one in sequences)})")
        (last,) = cursor.fetchone()
        cursor.execute(f"SELECT {', '.join(f'setval({one}, {last})' for one in sequences)}")


def test_a_programme_and_a_list_of_the_same_number_have_their_own_titles_in_the_timeline(reader, countries):
    _number_alike(SanctionProgramme, TravelBanList)
    first, second = programme(title="A programme"), ban_list(title="A list")
    assert first.pk == second.pk
    record(sanction("imposed", "2020-01-01", programme=first), ban("listed", "2020-01-01", list=second))
    titles = [text(each) for each in html_of(reader.get("/relations/BY-US/")).cssselect(".track h3")]
    assert f"United States → Belarus: sanctions, {first.title}" in titles
    assert f"United States → Belarus: travel ban, {second.title}" in titles


def test_two_days_are_compared_and_what_differs_comes_first(reader, countries):
    record(
        post("ambassador", "2019-05-01", holder="A"), post("vacant", "2020-01-15"), sanction("imposed", "2018-01-01")
    )
    html = html_of(reader.get("/relations/BY-US/@2019-12-31..2020-02-02"))
    tables = [
        [" ".join(text(cell) for cell in row) for row in table.cssselect("tbody tr")]
        for table in html.cssselect("table")
    ]
    mission = [row for row in tables[0] if "Head of mission" in row]
    (row,) = (row.replace(" ", "") for row in mission)
    assert row.endswith("HeadofmissionambassadorAsince1May2019vacantsince15January2020")
    assert not [row for row in tables[1] if "Head of mission" in row and "United States →" in row]
    assert [text(each) for each in html.cssselect(".fact-day")] == ["15 January 2020"]
    before = html_of(reader.get("/relations/BY-US/@2019-12-31..2020-02-02~2020-03-01"))
    said = [text(row) for row in before.cssselect("table tbody tr")]
    assert not [row for row in said if "ambassador A" in row or "vacant" in row or "in force" in row]
    assert [row for row in said if "Head of mission" in row]


def test_a_post_without_an_ambassador_names_the_last_one_on_record(reader, countries):
    record(
        post("ambassador", "2001-05-01", holder="A"), post("ambassador", "2004-05-01", holder="B"),
        post("charge", "2008-03-12", holder="C"), post("ambassador", "2020-01-15", holder="D"),
        post("vacant", "2021-01-01", "BY>US"),
    )  # fmt: skip

    def notes(day: str) -> list[str]:
        missions = [lane[0] for lane in shown(reader.get(f"/relations/BY-US/@{day}"))["lanes"]]
        return [line for mission in missions for line in mission["quiet"] if line.startswith("Last on record")]

    assert notes("2006-01-01") == notes("2020-01-15") == notes("2021-06-01") == []
    assert notes("2008-03-12") == notes("2019-12-31") == ["Last on record: ambassador B, until 12 March 2008."]
    short = html_of(reader.get("/relations/BY-US/@2009-01-01")).cssselect(".answer")[0]
    assert "Last on record: ambassador B, until 12 March 2008." in text(short)


def test_the_key_of_a_timeline_has_one_entry_for_each_look(reader, countries):
    record(post("vacant", "2020-01-01"), post("charge", "2020-03-01"), sanction("imposed", "2020-01-01"))
    keys = [text(each) for each in html_of(reader.get("/relations/BY-US/@2020-06-01")).cssselect(".keys .chip")]
    assert keys[:2] == ["deteriorating, in force", "chargé d'affaires, vacant"]
    assert len(keys) == len(set(keys))
    assert keys[-1] == "unknown"


def test_a_pair_without_facts_says_that_nothing_is_known_and_not_that_there_is_nothing(reader, countries):
    answer = reader.get("/relations/FJ-IS/")
    assert {each["word"] for lane in shown(answer)["lanes"] for each in lane} == {"unknown"}
    assert "That does not mean that there is nothing between them" in words_of(answer)


def test_a_german_page_is_german(german, seed):
    answer = german.get("/relations/BY-US/@2020-02-02")
    words = words_of(answer)
    for part in (
        "Belarus und Vereinigte Staaten", "2. Februar 2020", "unbesetzt", "gelockert", "seit etwa 2010", "Artikel",
    ):  # fmt: skip
        assert part in words, part
    # Notes, quotes and titles are in the language of who wrote them.
    own = html_of(answer).cssselect(".lanes .chip, .lanes .quiet, .both .chip, .both .quiet, .ticks, label, h1, h2")
    english = re.compile("vacant|eased|announced|since|February|towards|Belarus and")
    assert [text(each) for each in own if english.search(text(each))] == []


# --- cost -----------------------------------------------------------------------------------------------------------


def test_more_facts_cost_no_more_queries(reader, countries):
    def few() -> None:
        record(post("vacant", "2020-01-01"), sanction("imposed", "2020-01-01", programme=programme()))

    few()
    reader.get("/relations/BY-US/")
    first = queries(reader, "/relations/BY-US/@2020-02-02")
    record(*(sanction("imposed", f"2019-{month:02}-01", programme=programme()) for month in range(1, 13)))
    reader.get("/relations/BY-US/")
    # The versions of the pair and its organisations; everything else is cached.
    assert queries(reader, "/relations/BY-US/@2020-02-02") == first <= 2


def test_an_unchanged_page_is_not_sent_again(reader, seed):
    for address in (f"/relations/BY-US/@2020-02-02~{moment_text(newest_finished())}", f"/sources/{first_source()}/"):
        tag = reader.get(address)["ETag"]
        again = reader.get(address, headers={"If-None-Match": tag})
        assert (again.status_code, again.content) == (304, b"")


def order(day: str) -> Any:
    return citation(source(text=f"Order of {day}: {'words ' * 40}."), quote=f"Order of {day}")


def test_a_busy_pair_is_at_most_100_kilobytes(reader, countries):
    days = [f"{year}-{month:02}-{day:02}" for year in range(2014, 2024) for month in range(1, 13) for day in (3, 17)]
    record(*(sanction("imposed", day, citations=[order(day)]) for day in days))
    record(*(post("ambassador", f"{year}-06-01", holder=f"Holder {year}") for year in range(1990, 2020)))
    content = reader.get("/relations/BY-US/").content
    assert len(gzip.compress(content, 6)) <= 100_000
    assert "older facts are in the API" in content.decode()


# --- hostile words --------------------------------------------------------------------------------------------------


def hostile_pair() -> None:
    text = f"{HOSTILE} said so."
    cited = [citation(source(title=HOSTILE, publisher=HOSTILE[:200], text=text), quote=HOSTILE)]
    record(
        post("ambassador", "2020-01-01", holder=HOSTILE[:200], citations=cited, note=HOSTILE),
        sanction("imposed", "2020-01-01", programme=programme(title=HOSTILE), citations=cited),
        event("visit", "2020-01-01", citations=cited, note=HOSTILE),
        ban("listed", "2020-01-01", list=ban_list(title=HOSTILE), citations=cited),
    )  # fmt: skip


def test_hostile_words_are_shown_and_never_run(reader, countries):
    hostile_pair()
    for address in (
        "/relations/BY-US/", "/relations/BY-US/@2019-01-02..2020-02-02", f"/sources/{last_source()}/",
    ):  # fmt: skip
        answer = reader.get(address)
        assert list(wrong_in_markup(answer.content.decode())) == []
        html = html_of(answer)
        assert html.cssselect("script:not([type='application/ld+json']), [onerror], main img") == []
        assert "alert(1)" in text(html)


def last_source() -> int:
    return Citation.objects.filter(quote=HOSTILE).values_list("source", flat=True)[0]


def test_a_page_begins_with_the_known_statuses_the_gravest_first_and_names_the_unknown_ones(reader, countries):
    record(
        post("ambassador", "2026-05-01", holder="Ada Envoy"), sanction("imposed", "2010-01-01"),
        ban("listed", "2026-06-01", "BY>US", list=ban_list("BY")),
    )  # fmt: skip
    head = html_of(reader.get("/relations/BY-US/@2026-06-02")).cssselect(".answer")[0]
    lines = [[text(each.cssselect(part)[0]) for part in (".chip", "strong", "a")] for each in head.cssselect("li")]
    assert lines[:4] == [
        ["in force, as last seen in 2010", "United States → Belarus: Sanctions", "A paper"],
        ["listed", "Belarus → United States: Travel bans", "A paper"],
        ["deteriorating", "Trend of two years", "The sum of 2 facts."],
        ["established", "Diplomatic relations", "A paper"],
    ]
    assert "Unknown: Belarus → United States: Head of mission, Next head of mission, Sanctions" in text(head)


@pytest.mark.parametrize(
    ("first", "last", "labels"),
    [("1992-01-01", "2026-11-27", ["1995", "2000", "2005", "2010", "2015", "2020", "2025"]),
     ("2020-01-01", "2026-11-27", ["2020", "2021", "2022", "2023", "2024", "2025", "2026"]),
     ("1966-03-01", "2026-02-28", ["1970", "1980", "1990", "2000", "2010", "2020"]),
     ("2025-10-14", "2026-02-28", ["Nov 2025", "Dec 2025", "Jan 2026", "Feb 2026"]),
     ("2026-02-24", "2026-02-26", ["24 Feb 2026", "25 Feb 2026", "26 Feb 2026"])],
)  # fmt: skip
def test_ticks_of_a_timeline_are_first_days_at_their_places(first, last, labels):
    start, end = dt.date.fromisoformat(first), dt.date.fromisoformat(last)
    found = ticks(start, end)
    assert [tick.label for tick in found] == labels
    if len(labels[0]) == 4:
        places = [round((dt.date(int(label), 1, 1) - start).days / (end - start).days * 1000) for label in labels]
        assert [tick.at for tick in found] == places


def test_what_may_have_happened_after_the_day_says_so(reader, countries):
    record(event("relations_established", "[1990-01-01..2020-12-31]"), event("visit", "2019-01-01"))
    html = html_of(reader.get("/relations/BY-US/@2020-02-02"))
    assert ["may have happened later" in text(one) for one in html.cssselect(".facts > li")] == [True, False]
    assert "may have happened later" not in words_of(reader.get("/relations/BY-US/@2020-12-31"))
