"""`/programmes/`, `/lists/` and `/designations/`: what they show, what they cost, and hostile words in them."""

import datetime as dt
import gzip
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from relations.importers import import_list
from relations.models import Party, SanctionProgramme
from relations.queries.designation_counts import DesignationCount
from relations.web.sanctions.growth import growth
from tests.factories import ban, ban_list, citation, confirm, confirmation, programme, record, regime, sanction, source
from tests.importers.un_lists import people, person, publication
from tests.web.conftest import QUOTE, TEXT, html_of, words_of
from tests.web.relations import text
from tests.web.test_pages import wrong_in_markup
from tests.web.test_pair_pages import HOSTILE, queries

DAY = dt.date.fromisoformat
ALIAS = "<INDIVIDUAL_ALIAS><QUALITY>Good</QUALITY><ALIAS_NAME>{}</ALIAS_NAME></INDIVIDUAL_ALIAS>"


@pytest.fixture
def publish(countries, tmp_path):
    """Imports a publication of the UN's list with these records."""

    def publish(day: str, *records: str) -> None:
        import_list("un", [publication(tmp_path / "un.xml", day, records)], accept_shrink=True)
        # Deferred triggers stamp the import; in a test that rolls back there is no commit at which they would.
        connection.check_constraints()

    return publish


@pytest.fixture
def published(publish):
    """Kim from the first publication on, Choe amended in the second, Pak gone in it, and Ri new in it."""
    today = dt.datetime.now(dt.UTC).date()
    kim, pak = person("KPi.001", name="Kim Il"), person("KPi.002", name="Pak Chol", listed="2017-06-05")
    choe = person("KPi.003", name="Choe Yong", more=ALIAS.format("Choi Ryong"))
    publish("2021-01-27", kim, pak, choe)
    amended = person("KPi.003", name="Choe Yong", more=ALIAS.format("Chwe Ryong"))
    publish(str(today - dt.timedelta(days=30)), kim, amended, person("KPi.004", name="Ri Su", listed="2006-01-01"))
    return today


def rows(response: Any) -> list[str]:
    return [text(each) for each in html_of(response).cssselect("table.pair-rows tbody th > a")]


def chips(response: Any) -> list[str]:
    return [text(each) for each in html_of(response).cssselect(".chip")]


def party_of(reference: str) -> str:
    return f"/designations/{Party.objects.get(reference=reference).key}/"


# --- programmes -----------------------------------------------------------------------------------------------------


@pytest.fixture
def programmes(countries):
    """One in force by quoted words, another of its regime ended, one of the EU too old, and one without facts."""
    named = regime("US>BY", title="Belarus", code="US-BRUS", status="active", status_on=DAY("2026-11-01"))
    act = citation(source(title="The order", kind="legal_act", publisher="The issuer", text=TEXT), quote=QUOTE)
    first, second = (programme(title=title, regime=named) for title in ("First measures", "Second measures"))
    old, bare = programme("EU>BY", title="Old measures"), programme("EU>SY", title="Bare measures")
    record(
        sanction("imposed", "2018-01-01", programme=first, citations=[act], measures=["arms", "travel"]),
        sanction("imposed", "2019-01-01", programme=second), sanction("lifted", "2026-10-01", programme=second),
        sanction("imposed", "2010-01-01", "EU>BY", programme=old),
    )  # fmt: skip
    return first, second, old, bare


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
    record(
        ban("listed", "2026-01-01", list=bans, scope="partial", citations=[act]),
        ban("listed", "2015-01-01", "US>SY", list=bans), ban("removed", "2026-02-01", "US>IR", list=bans),
    )  # fmt: skip
    html = html_of(reader.get(f"/lists/{bans.pk}/"))
    assert [[text(cell) for cell in row] for row in html.cssselect("tbody tr")] == [
        ["Belarus", "listed since 1 January 2026; last confirmed on 1 January 2026 (legal act)", "partial"],
        ["Iran", "removed since 1 February 2026; last confirmed on 1 February 2026 (article)", ""],
        ["Syria", "listed, as last seen in 2015 since 1 January 2015; last confirmed on 1 January 2015 (article)", ""],
    ]
    assert [text(each) for each in html.cssselect(".facts strong")] == ["Removed", "Listed: partial", "Listed"]
    assert QUOTE in [text(each) for each in html.cssselect("blockquote q")]
    (row,) = html_of(reader.get("/lists/")).cssselect("table tbody tr")
    assert [text(cell) for cell in row] == ["The ban", "United States", "Proclamation 1", "1"]


# --- parties --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", ["Ri Su", "Pak Chol", "Choe Yong", "Kim Il"]),
        ("current=true", ["Ri Su", "Choe Yong", "Kim Il"]),
        ("current=false", ["Pak Chol"]),
        ("as_of=2021-01-27", ["Pak Chol", "Choe Yong", "Kim Il"]),
        ("q=김일", ["Kim Il"]),
        ("q=Chwe+Ryong", ["Choe Yong"]),
        ("list=un&programme=DPRK&kind=person&current=true", ["Ri Su", "Choe Yong", "Kim Il"]),
        ("list=eu", []), ("kind=vessel", []), ("programme=Syria", []), ("nationality=BY", []),
        ("known_at=2020-01-01", []),
    ],
)  # fmt: skip
def test_parties_are_found_as_the_api_finds_them(reader, published, query, found):
    answer = reader.get(f"/designations/?{query}", follow=True)
    assert rows(answer) == found
    (api,) = [str(each.get("href")) for each in html_of(answer).cssselect(".pages a") if text(each) == "JSON"]
    ordering = "" if "q=" in query else f"{'&' if '?' in api else '?'}ordering=-listed_on"
    assert [row["name"] for row in reader.get(api + ordering).json()["results"]] == found


def test_what_is_written_otherwise_is_redirected_and_what_is_wrong_is_said(reader, published):
    for asked, home in (
        ("programme=dprk", "programme=DPRK"), ("nationality=Byelorussia", "nationality=BY"),
        ("current=1", "current=true"), ("known_at=2020-01-01", "known_at=2020-01-01T23%3A59%3A59.999999Z"),
        ("q=++Kim++Il+", "q=Kim+Il"),
    ):  # fmt: skip
        assert reader.get(f"/designations/?{asked}")["Location"] == f"/designations/?{home}"
    for asked, why in (
        ("list=bananas", "“bananas” is none of the choices."), ("as_of=2020-02-30", "is no day"),
        ("nationality=Atlantis", "No country is named “Atlantis”."), ("q=...", "Give the letters of a name"),
        ("known_at=never", "is no day"), ("current=perhaps", "none of the choices"),
    ):  # fmt: skip
        answer = reader.get(f"/designations/?{asked}")
        assert (answer.status_code, rows(answer)) == (200, [])
        assert why in text(html_of(answer).cssselect(".wrong")[0])


def test_lists_that_were_not_read_on_the_day_asked_for_are_named(reader, published):
    assert "UN" in text(html_of(reader.get("/designations/")).cssselect("p.quiet")[0])
    assert "parties may be missing" not in words_of(reader.get("/designations/?as_of=2021-01-27"))
    assert "parties may be missing" in words_of(reader.get("/designations/?as_of=2020-01-27"))


def test_every_party_is_on_one_page_and_pages_follow_each_other(reader, publish):
    publish("2021-01-27", *people(*range(1, 121)))
    address, seen = "/designations/?list=un", []
    while address:
        answer = reader.get(address)
        seen += rows(answer)
        following = html_of(answer).cssselect("a[rel=next]")
        address = following[0].get("href") if following else ""
    assert (len(seen), len(set(seen))) == (120, 120)
    for after in ("x", "2021-01-27", "2021-01-27.x", "9999-99-99.1", f"2021-01-27.{'9' * 40}"):
        assert len(rows(reader.get("/designations/", {"after": after}))) == 50


def test_the_page_of_a_party_has_its_record_its_listings_and_what_changed(reader, published):
    answer = reader.get(party_of("KPi.003"))
    html = html_of(answer)
    assert text(html.cssselect("h1")[0]) == "Choe Yong"
    assert chips(answer) == ["listed"]
    names = [text(each) for each in html.cssselect(".record section:first-child li")]
    assert sorted(names) == ["Choe Yong", "Chwe Ryong (also known as, strong)"]
    versions = [text(each) for each in html.cssselect(".facts > li strong")]
    assert versions == ["amended", "newly listed"]
    assert [text(each) for each in html.cssselect("ins")] == ["Chwe Ryong (also known as, strong)"]
    assert [text(each) for each in html.cssselect("del")] == ["Choi Ryong (also known as, strong)"]
    assert "UN terms of use" in words_of(answer)
    assert {each.get("href") for each in html.cssselect("dl.about a")} >= {
        f"/programmes/{SanctionProgramme.objects.get(code='DPRK').pk}/", "/relations/KP-UN/",
    }  # fmt: skip


def test_a_party_is_shown_on_any_day_and_as_it_was_known(reader, published):
    choe, pak, ri = (party_of(f"KPi.00{number}") for number in (3, 2, 4))
    assert "Choi Ryong" in text(html_of(reader.get(f"{choe}@2021-02-01")).cssselect(".record")[0])
    assert chips(reader.get(f"{choe}@2021-02-01")) == ["listed"]
    assert chips(reader.get(f"{choe}@2017-01-01")) == ["unknown"]
    assert "The list is known from 27 January 2021 on." in words_of(reader.get(f"{choe}@2017-01-01"))
    assert chips(reader.get(f"{choe}~2020-01-01".replace("/~", "/@~"))) == ["unknown"]
    assert chips(reader.get(pak)) == ["delisted"]
    assert "May have been removed by then." in words_of(reader.get(f"{pak}@2021-02-01"))
    before = reader.get(f"{ri}@2021-02-01")
    assert chips(before) == ["not on the list"]
    assert "May have been listed by then." in words_of(before)
    assert "The issuer names 1 January 2006 as the day of listing." in words_of(before)


def test_a_party_on_a_list_that_was_not_read_for_long_is_as_last_seen(reader, publish):
    publish("2021-01-27", *people(1))
    assert chips(reader.get(party_of("KPi.001"))) == ["listed, as last seen in 2021"]
    assert chips(reader.get(f"{party_of('KPi.001')}@2021-06-01")) == ["listed"]


def test_what_is_no_address_is_answered_in_the_frame(reader, published):
    kim = party_of("KPi.001")
    for address in (
        "/programmes/0/", f"/programmes/{'9' * 40}/", "/programmes/x/", "/lists/0/", "/designations/x/",
        "/designations/00000000-0000-0000-0000-000000000000/", f"{kim}@yesterday", f"{kim}@2020-01-01..2021-01-01",
        f"{kim}?as_of=2020-13-01",
    ):  # fmt: skip
        answer = reader.get(address)
        assert answer.status_code == 404, address
        assert html_of(answer).cssselect("header.head")
    assert reader.get(f"/programmes/?regime={'9' * 40}")["Location"] == "/programmes/?"
    assert reader.post(kim).status_code == 405


# --- cost, languages, hostile words ---------------------------------------------------------------------------------


def test_more_parties_and_programmes_cost_no_more_queries(reader, publish):
    publish("2021-01-27", *people(1, 2))
    record(ban("listed", "2026-01-01", list=ban_list()))
    page = f"/programmes/{SanctionProgramme.objects.get(code='DPRK').pk}/"
    addresses = {page: 7, "/programmes/": 9, "/lists/": 5, "/lists/un/": 8, "/designations/": 7,
                 "/designations/?q=KPi": 8, party_of("KPi.001"): 9}  # fmt: skip
    for address, most in addresses.items():
        reader.get(address)
        assert queries(reader, address) <= most, address
    before = {address: queries(reader, address) for address in addresses}
    publish("2021-02-27", *people(*range(1, 90)), person("SYi.1", programme="Iraq"), person("SYi.2", programme="CAR"))
    for address, number in before.items():
        reader.get(address)
        assert queries(reader, address) <= number, address


def test_an_unchanged_page_is_not_sent_again_and_a_full_one_is_small(reader, publish):
    more = "".join(ALIAS.format(f"Alias {number} of a rather long name") for number in range(400))
    publish("2021-01-27", *people(*range(1, 151), more=more))
    page = f"/programmes/{SanctionProgramme.objects.get(code='DPRK').pk}/"
    for address in (page, "/programmes/", "/lists/", "/lists/un/", "/designations/", party_of("KPi.001")):
        answer = reader.get(address)
        assert len(gzip.compress(answer.content, 6)) <= 100_000, address
        again = reader.get(address, headers={"If-None-Match": answer["ETag"]})
        assert (again.status_code, again.content) == (304, b""), address
    assert "and 301 more, in the API" in words_of(reader.get(party_of("KPi.001")))


def test_german_pages_are_german(german, published):
    page = f"/programmes/{SanctionProgramme.objects.get(code='DPRK').pk}/"
    for address, words in (
        (page, ("Gelistete unter dem Programm", "in Kraft", "Zahl der Gelisteten")),
        ("/programmes/", ("Sanktionsprogramme", "Status heute", "Vereinte Nationen → Nordkorea")),
        ("/lists/", ("Sanktionslisten", "vollständig", "noch nicht gelesen")),
        ("/lists/un/", ("Was sich zuletzt geändert hat", "1 neu gelistet, 1 geändert, 1 gestrichen")),
        ("/designations/", ("Person", "Gelistet: 2. Juni 2017", "4 Einträge")),
        (party_of("KPi.003"), ("auf der Liste", "auch bekannt als", "Was die Liste sagt")),
    ):  # fmt: skip
        shown = words_of(german.get(address))
        assert [word for word in words if word not in shown] == [], address


def test_hostile_words_are_shown_and_never_run(reader, publish):
    escaped = HOSTILE.replace("&", "&amp;").replace("<", "&lt;")
    more = f"<COMMENTS1>{escaped}</COMMENTS1>{ALIAS.format(escaped)}"
    publish("2021-01-27", person("KPi.001", name=escaped, more=more))
    hostile = programme(title=HOSTILE, legal_basis=HOSTILE)
    bans = ban_list(title=HOSTILE, instrument=HOSTILE)
    cited = [citation(source(title=HOSTILE, publisher=HOSTILE[:200], text=f"{HOSTILE} said so."), quote=HOSTILE)]
    (act, _) = record(
        sanction("imposed", "2026-01-01", programme=hostile, citations=cited, note=HOSTILE),
        ban("listed", "2026-01-01", list=bans, citations=cited),
    )  # fmt: skip
    confirm(confirmation(act, "2026-02-01"))
    SanctionProgramme.objects.filter(pk=hostile.pk).update(url="javascript:alert(1)")
    for address in (
        "/programmes/", f"/programmes/{hostile.pk}/", "/lists/", "/lists/un/", f"/lists/{bans.pk}/", "/designations/",
        party_of("KPi.001"),
    ):  # fmt: skip
        answer = reader.get(address)
        assert list(wrong_in_markup(answer.content.decode())) == [], address
        html = html_of(answer)
        assert html.cssselect("script, [onerror], main img, [href^=javascript]") == []
        assert "alert(1)" in text(html), address
    for field in ("q", "programme", "list", "nationality", "as_of"):
        assert html_of(reader.get("/designations/", {field: HOSTILE})).cssselect("script, main img") == []
    assert html_of(reader.get("/programmes/", {"issuer": HOSTILE, "q": HOSTILE})).cssselect("script, main img") == []


def test_a_page_of_many_parties_is_read_from_an_index(publish, reader):
    publish("2021-01-27", *people(*range(1, 10)))
    with CaptureQueriesContext(connection) as captured:
        reader.get("/designations/?list=un&after=2030-01-01.1")
    (page,) = [each["sql"] for each in captured if "ORDER BY" in each["sql"] and "LIMIT 51" in each["sql"]]
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute("SET LOCAL enable_sort = off")
        cursor.execute(f"EXPLAIN {page}")
        assert "designations_by_listing" in "\n".join(line for (line,) in cursor.fetchall())
