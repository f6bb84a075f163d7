"""`/programmes/` and `/lists/`: statuses with their words, numbers over time, publications and their changes."""

import datetime as dt

import pytest

from relations.models import SanctionProgramme
from relations.queries.designation_counts import DesignationCount
from relations.web.sanctions.growth import growth
from tests.factories import ban, ban_list, citation, recent, record, source
from tests.importers.un_lists import people
from tests.web.conftest import QUOTE, TEXT, html_of, in_words, words_of
from tests.web.relations import text
from tests.web.sanctions import chips, rows

DAY = dt.date.fromisoformat


# --- programmes -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", ["First measures", "Old measures", "Bare measures", "Second measures"]),
        ("issuer=US", ["First measures", "Second measures"]),
        ("target=SY", ["Bare measures"]),
        ("status=in_force", ["First measures"]),
        ("status=none", ["Second measures"]),
        ("status=stale", ["Old measures"]),
        ("status=unknown", ["Bare measures"]),
        ("q=bare", ["Bare measures"]),
        ("issuer=Atlantis", []),
        ("page=99", ["First measures", "Old measures", "Bare measures", "Second measures"]),
    ],
)
def test_programmes_are_found_by_their_sides_and_by_their_status_of_today(reader, programmes, query, found):
    assert rows(reader.get(f"/programmes/?{query}")) == found


def test_the_list_of_programmes_has_status_measures_and_the_words_of_the_source(reader, programmes):
    html = html_of(reader.get("/programmes/?q=first"))
    (cells,) = [[text(cell) for cell in row] for row in html.cssselect("tbody tr")]
    assert cells[0] == "United States → BelarusFirst measuresRegime US-BRUS"
    assert cells[1] == "in force since 1 January 2018; last confirmed on 1 January 2018 (legal act)"
    assert cells[2] == "arms, travel"
    assert cells[3] == f"“{QUOTE}” The issuer (1 January 2018)".replace("“", "").replace("”", "")
    place = html.cssselect("tbody td a[href^='/sources/']")[0].get("href")
    assert html_of(reader.get(place.partition("#")[0])).get_element_by_id(place.partition("#")[2]) is not None


def test_the_page_of_a_programme_has_its_acts_its_regime_and_the_pairs_that_it_reaches(reader, programmes):
    first, _, old, bare = programmes
    answer = reader.get(f"/programmes/{first.pk}/")
    html = html_of(answer)
    assert chips(answer) == ["in force", "none"]
    assert [text(each) for each in html.cssselect(".siblings > li > a")] == ["Second measures"]
    assert "active (as of 1 November 2026)" in words_of(answer)
    assert [text(each) for each in html.cssselect(".facts strong")] == ["Imposed: arms, travel"]
    assert html.cssselect(".facts cite a")[0].get("href").endswith("?pair=BY-US#c60-78")
    assert rows(reader.get(html.cssselect("h3 > a")[0].get("href"))) == ["First measures", "Second measures"]
    assert chips(reader.get(f"/programmes/{old.pk}/")) == ["in force, as last seen in 2010"]
    reached = [each.get("href") for each in html_of(reader.get(f"/programmes/{old.pk}/")).cssselect(".columns a")]
    assert "/relations/BY-DE/" in reached
    assert "/relations/BY-GB/" not in reached
    assert chips(reader.get(f"/programmes/{bare.pk}/")) == ["unknown"]
    assert "No act is recorded by this day." in words_of(reader.get(f"/programmes/{bare.pk}/"))


def test_a_programme_is_shown_on_any_day_and_as_it_was_known(reader, programmes):
    second = f"/programmes/{programmes[1].pk}/"
    assert chips(reader.get(f"{second}@2020-01-01"))[0] == "in force"
    assert chips(reader.get(f"{second}@2018-12-31"))[0] == "unknown"
    assert chips(reader.get(f"{second}@2026-10-02"))[0] == "none"
    assert chips(reader.get(f"{second}@2020-01-01~2020-01-01"))[0] == "unknown"
    asked = reader.get(f"{second}?as_of=2020-01-01&known_at=")
    assert (asked.status_code, asked["Location"]) == (302, f"{second}@2020-01-01")


def test_statuses_on_the_page_of_a_pair_lead_to_programmes_and_lists(reader, programmes):
    bans = ban_list(title="The ban")
    record(ban("listed", "2026-11-01", list=bans))
    html = html_of(reader.get("/relations/BY-US/@2026-11-02"))
    titles = {text(each): each.get("href") for each in html.cssselect(".status-title a")}
    assert titles == {
        "First measures": f"/programmes/{programmes[0].pk}/@2026-11-02",
        "Second measures": f"/programmes/{programmes[1].pk}/@2026-11-02",
        "The ban": f"/lists/{bans.pk}/",
    }


# --- parties over time ----------------------------------------------------------------------------------------------


def test_the_number_of_parties_is_a_lower_bound_before_the_first_publication_and_ends_with_the_last():
    count = DesignationCount([DAY("2011-07-01"), DAY("2015-01-01"), DAY("2016-06-01")], [DAY("2016-09-01")])
    found = growth(count, read=(DAY("2015-12-31"), DAY("2016-12-31")), until=DAY("2020-01-01"))
    assert found is not None
    assert (found.first, found.last, found.most) == (DAY("2015-12-31"), DAY("2016-12-31"), 3)
    assert (found.before, found.line) == ("M83 133H667V67H833", "M833 67H903V0H945V67H1000")
    assert [(one.year, one.listed, one.removed, one.number, one.at_least) for one in found.years] == [
        (2016, 1, 1, 2, False), (2015, 1, 0, 2, False), (2011, 1, 0, 1, True),
    ]  # fmt: skip
    ended = growth(count, read=(DAY("2015-12-31"), DAY("2016-12-31")), until=DAY("2016-07-01"))
    assert ended is not None
    assert ended.last == DAY("2016-07-01")
    assert growth(count, read=(DAY("2015-12-31"), DAY("2016-12-31")), until=DAY("2014-01-01")) is None
    assert growth(DesignationCount(), read=(DAY("2015-12-31"), DAY("2016-12-31")), until=DAY("2020-01-01")) is None


def test_a_closed_list_ends_at_zero_on_the_day_of_its_successor():
    count = DesignationCount([DAY("2011-01-01")], replaced_on=DAY("2012-01-01"))
    found = growth(count, read=(DAY("2011-01-01"), DAY("2011-06-01")), until=DAY("2020-01-01"))
    assert found is not None
    assert (found.before, found.line, found.years[0].number) == ("", "M0 0H1000V200H1000", 0)


def test_the_page_of_a_programme_has_its_parties_of_the_day_and_their_number_over_time(reader, published):
    page = f"/programmes/{SanctionProgramme.objects.get(code='DPRK').pk}/"
    assert rows(reader.get(page)) == ["Ri Su", "Choe Yong", "Kim Il"]
    then = reader.get(f"{page}@2021-01-27")
    assert sorted(rows(then)) == ["Choe Yong", "Kim Il", "Pak Chol"]
    html = html_of(then)
    assert [text(each) for each in html.cssselect(".years tbody th")] == ["2017"]
    (every,) = [each.get("href") for each in html.cssselect("a") if text(each) == "All parties: 3"]
    assert sorted(rows(reader.get(every))) == ["Choe Yong", "Kim Il", "Pak Chol"]
    (counted,) = {each.get("href") for each in html.cssselect(".status a") if text(each) == "3 parties listed"}
    assert sorted(rows(reader.get(counted))) == ["Choe Yong", "Kim Il", "Pak Chol"]
    assert "of a day outside" in words_of(reader.get(f"{page}@2020-01-01"))


# --- lists ----------------------------------------------------------------------------------------------------------


def test_lists_say_how_recent_and_how_whole_they_are(reader, published):
    cards = {text(card.cssselect("h3")[0]): text(card) for card in html_of(reader.get("/lists/")).cssselect(".card")}
    assert [*cards] == ["UN", "OFAC", "EU", "UK", "OFSI"]
    assert "complete" in cards["UN"]
    assert "Parties on it by then3" in cards["UN"]
    assert "UN terms of use" in cards["UN"]
    assert "not read yet" in cards["OFAC"]
    assert "Parties on it by thenunknown" in cards["OFAC"]


def test_an_old_list_is_as_last_seen(reader, publish):
    publish("2021-01-27", *people(1))
    assert chips(reader.get("/lists/un/")) == ["as last seen in 2021"]


def test_the_page_of_a_list_has_its_programmes_changes_and_publications(reader, published):
    html = html_of(reader.get("/lists/un/"))
    assert [text(row) for row in html.cssselect(".counted tbody tr")] == [
        "DPRK: Democratic People's Republic of Korea3"
    ]
    changes = [text(each) for each in html.cssselect(".log > li")]
    assert "1 newly listed, 1 amended, 1 delisted" in changes[0]
    assert {text(each) for each in html.cssselect(".log a bdi")} == {"Kim Il", "Pak Chol", "Choe Yong", "Ri Su"}
    publications = [[text(cell) for cell in row][2:] for row in html.cssselect("#publications ~ .scroll tbody tr")]
    assert publications == [["3", "1", "1", "1", ""], ["3", "3", "0", "0", ""]]
    assert reader.get("/lists/nowhere/").status_code == 404
    assert "No publication of the list was read yet." in words_of(reader.get("/lists/eu/"))


def test_a_travel_ban_list_has_its_countries_of_today_and_its_entries_with_quotes(reader, countries):
    bans = ban_list(title="The ban", instrument="Proclamation 1")
    act = citation(source(text=TEXT, kind="legal_act"), quote=QUOTE)
    early, late = recent(60), recent(30)
    record(
        ban("listed", early, list=bans, scope="partial", citations=[act]),
        ban("listed", "2015-01-01", "US>SY", list=bans), ban("removed", late, "US>IR", list=bans),
    )  # fmt: skip
    html = html_of(reader.get(f"/lists/{bans.pk}/"))
    assert [[text(cell) for cell in row] for row in html.cssselect("tbody tr")] == [
        ["Belarus", f"listed since {in_words(early)}; last confirmed on {in_words(early)} (legal act)", "partial"],
        ["Iran", f"removed since {in_words(late)}; last confirmed on {in_words(late)} (article)", ""],
        ["Syria", "listed, as last seen in 2015 since 1 January 2015; last confirmed on 1 January 2015 (article)", ""],
    ]
    assert [text(each) for each in html.cssselect(".facts strong")] == ["Removed", "Listed: partial", "Listed"]
    assert QUOTE in [text(each) for each in html.cssselect("blockquote q")]
    (row,) = html_of(reader.get("/lists/")).cssselect("table tbody tr")
    assert [text(cell) for cell in row] == ["The ban", "United States", "Proclamation 1", "1"]
