"""`/relations/`, `/countries/BY/`, `/changes/`, `/map/` and the start page."""

import datetime as dt

import pytest

from relations import ledger
from relations.models import Country, StatusChange
from relations.queries.due import due_changes
from relations.web.overview.changes import ENTRY_KINDS, entry_kind, of_entry_kind
from relations.web.overview.map import world
from tests.factories import ban, ban_list, event, post, programme, recent, record, sanction
from tests.web.conftest import html_of, in_words, queries, words_of
from tests.web.relations import text

# --- relations ------------------------------------------------------------------------------------------------------


ALL = ["/relations/BY-DE/", "/relations/BY-EU/", "/relations/BY-US/", "/relations/DE-FR/"]


def pairs(response) -> list[str]:
    return [link.get("href").partition("@")[0] for link in html_of(response).cssselect(".pair-rows tbody th a")]


def test_pairs_that_have_facts_are_listed_with_both_ways(reader, facts):
    answer = reader.get("/relations/")
    assert pairs(answer) == ALL
    cells = [text(cell) for cell in html_of(answer).cssselect(".pair-rows tbody tr")[2].cssselect("td")]
    assert cells[0] == "Head of mission vacant"
    assert "Head of mission ambassador A" in cells[1]
    assert "Sanctions in force" in cells[1]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"country": "US"}, ["/relations/BY-US/"]),
        ({"country": "US,DE"}, ["/relations/BY-DE/", "/relations/BY-US/", "/relations/DE-FR/"]),
        ({"sanctions": "in_force"}, ["/relations/BY-EU/", "/relations/BY-US/"]),
        ({"sanctions": "US>BY:in_force"}, ["/relations/BY-US/"]),
        ({"sanctions": "eased,in_force"}, ["/relations/BY-EU/", "/relations/BY-US/"]),
        ({"ambassador": "vacant", "sanctions": "in_force"}, ["/relations/BY-US/"]),
        ({"country": "BY", "diplomatic_relations": "severed"}, ["/relations/BY-DE/"]),
        ({"group": "EU"}, ["/relations/DE-FR/"]),
        ({"group": "EU", "country": "BY"}, ["/relations/BY-DE/", "/relations/BY-EU/"]),
        ({"ambassador": "ambassador", "stale": "only"}, []),
        ({"page": "99"}, ALL),
        ({"page": "x"}, ALL),
    ],
)  # fmt: skip
def test_filters_choose_pairs(reader, facts, query, found):
    assert pairs(reader.get("/relations/", query)) == found


def test_filters_choose_the_pairs_of_a_day(reader, facts):
    before = dt.date.fromisoformat(facts) - dt.timedelta(days=1)
    assert pairs(reader.get("/relations/", {"sanctions": "in_force", "as_of": f"{before}"})) == []
    found = pairs(reader.get("/relations/", {"sanctions": "in_force", "as_of": facts}))
    assert found == ["/relations/BY-EU/", "/relations/BY-US/"]


def test_filters_choose_the_pairs_that_the_api_chooses(reader, facts):
    later = day_in(4000)
    for query in (
        {"ambassador": "vacant"}, {"ambassador": "unknown"}, {"travel_ban": "listed", "country": "US"},
        {"ambassador": "ambassador", "as_of": later, "stale": "only"}, {"trend": "deteriorating"},
        {"as_of": later, "stale": "only"}, {"as_of": later, "stale": "any", "sanctions": "in_force"},
        {"sanctions": "in_force", "as_of": later},
    ):  # fmt: skip
        rows = reader.get("/api/relations/", query).json()["results"]
        assert pairs(reader.get("/relations/", query)) == [f"/relations/{row['code']}/" for row in rows], query


@pytest.mark.parametrize(
    ("query", "canonical"),
    [
        ({"country": "Weißrussland", "sanctions": "in_force"}, "?country=BY&sanctions=in_force"),
        ({"country": "by,usa", "track": "sanctions", "as_of": ""}, "?country=BY%2CUS"),
        ({"value": "sanctions:in_force", "country": "BY"}, "?country=BY&sanctions=in_force"),
        ({"country": ""}, ""),
    ],
)
def test_another_way_to_ask_leads_to_the_canonical_address(reader, facts, query, canonical):
    assert reader.get("/relations/", query)["Location"] == f"/relations/{canonical}"


@pytest.mark.parametrize(
    ("query", "says", "links"),
    [
        ({"sanctions": "in_fors"}, "“in_fors” is no value of “Sanctions”.", ["?sanctions=in_force"]),
        ({"sanctions": "UX>BY:in_force"}, "“UX>BY:in_force” is no value", ["?sanctions=in_force"]),
        ({"country": "Bealrus", "track": "trend"}, "No country is named “Bealrus”.", ["?country=BY&track=trend"]),
        ({"as_of": "2020-13-01"}, "“2020-13-01” is no day", []),
        ({"as_of": ["2020-01-01", "2021-01-01"]}, "This filter takes one value.", []),
        ({"track": "sanction"}, "“sanction” is none of the values.", ["?track=sanctions"]),
        ({"stale": "all"}, "“all” is none of the values.", ["?stale=any", "?stale=only"]),
        ({"group": "Belarus"}, "Belarus has no members.", ["?group=EU", "?group=UN"]),
        ({"country": "\0'\"<b>"}, "No country is named “�'\"<b>”.", []),
        ({"country": ",".join(["BY"] * 60)}, "A filter takes at most 50 values.", []),
    ],
)
def test_a_wrong_filter_is_refused_with_the_nearest_right_one(reader, facts, query, says, links):
    answer = reader.get("/relations/", query)
    assert answer.status_code == 400
    assert says in words_of(answer)
    near = [link.get("href").removeprefix("/relations/") for link in html_of(answer).cssselect(".wrong a")]
    assert near[: len(links)] == links
    assert pairs(answer) == []
    assert all(reader.get(f"/relations/{link}").status_code in (200, 302) for link in near)


def test_countries_are_in_the_order_of_a_dictionary(reader, countries):
    record(*(event("visit", recent(), f"US>{code}") for code in ("AT", "CI", "CU", "OM", "PK")))
    page = html_of(reader.get("/countries/US/", headers={"Accept-Language": "de"}))
    names = [text(link) for link in page.cssselect(".groups .columns a")]
    assert names == ["Côte d’Ivoire", "Kuba", "Oman", "Österreich", "Pakistan"]


def test_fifty_pairs_are_on_a_page(reader, countries):
    codes = [code for code in Country.objects.filter(to_year=None).values_list("code", flat=True) if code != "US"][:60]
    record(*(event("visit", "2020-01-01", f"US>{code}") for code in codes))
    first, second = reader.get("/relations/"), reader.get("/relations/?page=2")
    assert (len(pairs(first)), len(pairs(second))) == (50, 10)
    assert html_of(first).cssselect("a[rel=next]")[0].get("href") == "/relations/?page=2#list"


def test_more_pairs_cost_no_more_queries(reader, facts):
    for address in ("/relations/", "/countries/BY/", "/map/?from=BY&track=ambassador", "/changes/", "/"):
        reader.get(address)
        before = queries(reader, address)
        record(*(post("ambassador", recent(), f"BY>{code}", holder=code) for code in ("FR", "IT", "PL", "LT", "LV")))
        reader.get(address)
        assert queries(reader, address) == before <= 8, address


# --- a country ------------------------------------------------------------------------------------------------------


def test_a_country_shows_its_relations_by_status_and_missions_both_ways(reader, facts):
    html = html_of(reader.get("/countries/BY/"))
    groups = {text(card.cssselect("h2")[0]): text(card) for card in html.cssselect(".groups > .card")}
    assert "in force" in groups["Sanctions against it"]
    assert "United States" in groups["Sanctions against it"]
    assert "severed" in groups["Diplomatic relations"]
    (row,) = html.cssselect("tbody tr")
    assert [text(cell).split("since")[0].strip() for cell in row] == ["United States", "vacant", "ambassador A"]
    assert "United Nations" in words_of(reader.get("/countries/BY/"))


@pytest.mark.parametrize("name", ["by", "BLR", "Byelorussia"])
def test_another_name_of_a_country_leads_to_its_page(reader, countries, name):
    assert reader.get(f"/countries/{name}/")["Location"] == "/countries/BY/"


def test_a_code_that_is_a_name_of_another_country_is_the_code(reader, countries):
    assert reader.get("/countries/EG/").status_code == 200
    assert "Egypt" in text(html_of(reader.get("/map/?from=EG")).cssselect("h1")[0])


def test_what_is_no_country_is_answered_in_the_frame(reader, countries):
    for name in ("XX", "Atlantis", "%00", "x" * 3000):
        assert reader.get(f"/countries/{name}/").status_code == 404


def test_a_country_off_one_travel_ban_list_and_on_another_is_listed(reader, countries):
    old, new = ban_list(title="An old order"), ban_list(title="A new order")
    day = recent()
    record(ban("listed", "2026-01-01", list=old), ban("removed", day, list=old), ban("listed", day, list=new))
    (section,) = [each for each in html_of(reader.get("/countries/US/")).cssselect(".groups > section")
                  if "Travel bans that it imposes" in text(each)]  # fmt: skip
    assert [text(each) for each in section.cssselect(".chip")] == ["listed"]


def test_a_country_has_a_map_of_the_sanctions_in_the_direction_of_which_more_is_known(reader, facts):
    def title(code: str) -> str:
        html = html_of(reader.get(f"/countries/{code}/"))
        assert html.cssselect("svg.world .centre")
        return text(html.cssselect("#map")[0])

    assert title("BY") == "Sanctions: the world → Belarus"
    assert title("US") == "Sanctions: United States → the world"
    record(event("relations_established", recent(), "JP>NP"))
    assert title("JP") == "Diplomatic relations: Japan and the world"


def test_a_country_shows_the_sanctions_that_it_carries_as_a_member(reader, facts):
    html = html_of(reader.get("/countries/FR/"))
    groups = {text(card.cssselect("h2")[0]): text(card) for card in html.cssselect(".groups > .card")}
    assert f"Belarus since {in_words(facts)} via European Union" in groups["Sanctions that it imposes"]
    assert "1 relation of which something is recorded" in words_of(reader.get("/countries/FR/"))


def test_memberships_name_what_they_carry(reader, facts):
    record(sanction("imposed", day_in(5), "EU>RU"), sanction("lifted", recent(), "EU>CU"))
    html = html_of(reader.get("/countries/FR/"))
    (carried,) = html.cssselect("ul ul.found")
    assert [(link.get("href"), text(link)) for link in carried.cssselect("a")] == [("/relations/BY-EU/", "Belarus")]
    assert "what European Union does to 1 country applies to its members" in words_of(reader.get("/countries/FR/"))
    assert html_of(reader.get("/countries/BY/")).cssselect("ul ul.found") == []


# --- changes --------------------------------------------------------------------------------------------------------


def log(response) -> list[str]:
    """The entries, each with its pair."""
    return [
        " ".join(" ".join(text(part) for part in [*entry, group[0]]).split())
        for group in html_of(response).cssselect(".by-pair > li")
        for entry in group.cssselect("li li, li > ul > li")
    ]


def test_the_log_says_in_four_words_what_happened(reader, countries):
    fresh, old = record(post("ambassador", day_in(0), holder="A"), sanction("imposed", "2015-01-01"))
    record(post("vacant", "2019-01-01", "BY>DE"))
    ledger.correct(type(old), old.key, values={"on": "2016-01-01", "measures": ["arms"]}, author=ledger.NOBODY)
    ledger.retract(type(fresh), fresh.key, why="Wrong.", author=ledger.NOBODY)
    every = StatusChange.objects.all()
    assert {entry_kind(change) for change in every} == set(ENTRY_KINDS)
    for kind in ENTRY_KINDS:
        assert {*every.filter(of_entry_kind(kind))} == {change for change in every if entry_kind(change) == kind}
        answer = reader.get("/changes/", {"turn": kind})
        assert log(answer)
        assert {line.split(" ")[0] for line in log(answer)} == {kind.split("_")[0]}


def test_the_log_is_filtered_by_country_pair_and_kind(reader, facts):
    found = log(reader.get("/changes/?between=us+by&kind=ambassador"))
    assert all("Belarus and United States" in line for line in found)
    assert len(log(reader.get("/changes/?between=usa+belarus&kind=ambassador"))) == 2
    (line,) = log(reader.get("/changes/?between=France&kind=ambassador"))
    assert "Germany → France: Head of mission: unknown →becomes ambassador B" in line
    assert log(reader.get("/changes/?between=Atlantis")) == []
    assert "No country is named “Atlantis”." in words_of(reader.get("/changes/?between=Atlantis"))


@pytest.mark.parametrize(
    ("query", "says", "link"),
    [
        ("turn=correctd", "“correctd” is none of the values.", "?turn=corrected"),
        ("between=BY&kind=trnd", "“trnd” is none of the values.", "?between=BY&kind=trend"),
        ("between=Belarsu&turn=corrected", "No country is named “Belarsu”.", "?turn=corrected&between=BY"),
    ],
)
def test_a_log_of_what_nobody_asked_for_is_not_shown(reader, facts, query, says, link):
    answer = reader.get(f"/changes/?{query}")
    assert (answer.status_code, log(answer)) == (400, [])
    assert says in words_of(answer)
    assert html_of(answer).cssselect(".wrong a")[0].get("href") == f"/changes/{link}"


def test_neighbouring_entries_of_a_pair_are_one_and_say_from_which_day(reader, facts):
    groups = html_of(reader.get("/changes/?between=usa+belarus")).cssselect(".by-pair > li")
    assert [text(group[0]) for group in groups] == ["Belarus and United States"]
    assert len(groups[0].cssselect("ul > li")) > 2
    day = in_words(facts)
    assert f"changed from {day}" in text(groups[0]) or f"newly known from {day}" in text(groups[0])


PARTNERS = ("BY", "DE", "FR", "IT", "PL", "LT", "LV", "EE", "ES", "PT", "IE", "GB", "SE")


def test_older_entries_follow_and_none_is_lost(reader, countries):
    for day, code in enumerate(PARTNERS, 1):
        on, way = f"2020-01-{day:02}", f"US>{code}"
        record(post("ambassador", on, way, holder=code), sanction("imposed", on, way, programme=programme(way)))
    address, seen = "/changes/", 0
    while address:
        answer = reader.get(address)
        seen += len(log(answer))
        following = html_of(answer).cssselect("a[rel=next]")
        address = following[0].get("href") if following else ""
    assert seen == StatusChange.objects.count() > 50


def test_odd_cursors_begin_at_the_newest(reader, facts):
    for before in ("x", "-1", "9" * 40, "²", "1.5"):
        assert log(reader.get("/changes/", {"before": before})) == log(reader.get("/changes/"))


# --- the map --------------------------------------------------------------------------------------------------------


def test_the_map_colours_what_the_list_behind_it_says(reader, facts):
    html = html_of(reader.get("/map/?from=US&track=sanctions"))
    shapes = {link.get("href"): link for link in html.cssselect("svg a")}
    assert len(shapes) == len(world().places) - 1
    assert shapes["/relations/BY-US/"].cssselect(".tone-severe")
    assert "Belarus: in force" in text(shapes["/relations/BY-US/"])
    assert [text(link) for link in html.cssselect(".groups li a")] == ["Belarus"]
    coloured = {href for href, link in shapes.items() if not link.cssselect(".tone-unknown")}
    assert coloured == {"/relations/BY-US/"}


def test_the_map_of_a_member_has_what_it_inherits(reader, facts):
    html = html_of(reader.get("/map/?from=FR&track=sanctions"))
    assert "via European Union" in text(html.cssselect(".groups")[0])


@pytest.mark.parametrize(
    ("query", "link"),
    [("from=BY&track=sanction", "from=BY&track=sanctions"), ("from=Belarsu&track=trend", "track=trend&from=BY"),
     ("to=Kongo", "to=CD")],
)  # fmt: skip
def test_an_unknown_country_or_track_has_no_map_and_the_nearest_is_offered(reader, facts, query, link):
    answer = reader.get(f"/map/?{query}")
    assert (answer.status_code, html_of(answer).cssselect("svg.world")) == (400, [])
    assert html_of(answer).cssselect(".wrong a")[0].get("href") == f"/map/?{link}"


def test_a_map_with_both_ends_is_the_page_of_the_pair(reader, facts):
    assert reader.get("/map/?from=usa&to=Belarus&track=sanctions")["Location"] == "/relations/BY-US/"
    assert reader.get("/map/?from=BY&to=BY&track=sanctions").status_code == 200


def test_a_map_towards_a_country_shows_what_the_others_do_to_it(reader, facts):
    html = html_of(reader.get("/map/?to=BY&track=sanctions"))
    assert text(html.cssselect("h1")[0]) == "Sanctions: the world → Belarus"
    assert [text(link) for link in html.cssselect(".groups li a")][-1] == "United States"
    assert "France" in [text(link) for link in html.cssselect(".groups li a")]
    assert [field.get("value") for field in html.cssselect("input[name=from], input[name=to]")] == ["", "Belarus"]


# --- what is due ----------------------------------------------------------------------------------------------------


def day_in(days: int) -> str:
    return recent(-days)


def due(response) -> list[tuple[str, str]]:
    items = html_of(response).cssselect("section[aria-labelledby=due] .by-pair ul > li")
    return [(each.cssselect("a")[0].get("href"), text(each)) for each in items]


def test_the_start_page_names_what_is_due_within_thirty_days_with_the_pair_on_that_day(reader, countries):
    record(
        sanction("imposed", day_in(-9)), sanction("lifted", day_in(9)), post("ambassador", day_in(30), "BY>DE"),
        sanction("imposed", day_in(31), "US>FR"), sanction("imposed", day_in(-20), "US>CU", expires_on=day_in(3)),
    )  # fmt: skip
    found = due(reader.get("/"))
    assert list(dict.fromkeys(href for href, _ in found)) == [
        f"/relations/CU-US/@{day_in(4)}", f"/relations/BY-US/@{day_in(9)}", f"/relations/BY-DE/@{day_in(30)}",
    ]  # fmt: skip
    words = " ".join(words for _, words in found)
    assert "United States → Belarus: Sanctions: in force →becomes none" in words
    assert "Belarus → Germany: Head of mission: unknown →becomes ambassador" in words


def test_nothing_due_is_said(reader, facts):
    assert due(reader.get("/")) == []
    assert "Nothing is known to be due." in words_of(reader.get("/"))


def test_a_deadline_of_today_is_due_tomorrow_and_no_trend_that_fades_within_two_years(countries):
    record(sanction("imposed", day_in(-20), expires_on=day_in(0)), event("talks", day_in(-20)))
    today, tomorrow = (dt.datetime.now(dt.UTC).date() + dt.timedelta(days=days) for days in (0, 1))
    changes, _ = due_changes(today, today + dt.timedelta(days=1000))
    assert [(one.day, one.pair, str(one.track), one.old.value, one.new.value) for one in changes] == [
        (tomorrow, "BY-US", track, "in_force", "none") for track in ("sanctions:US>BY", "sanctions:US>BY:-")
    ]


def test_with_very_many_pairs_the_list_is_complete_up_to_an_earlier_day(countries, monkeypatch):
    monkeypatch.setattr("relations.queries.due._MOST_PAIRS", 2)
    record(*(post("ambassador", day_in(days), f"US>{code}") for days, code in ((2, "BY"), (3, "DE"), (7, "FR"))))
    today, after = dt.datetime.now(dt.UTC).date(), dt.timedelta(days=30)
    changes, until = due_changes(today, today + after)
    assert ({one.pair for one in changes}, str(until)) == ({"BY-US", "DE-US"}, day_in(6))


# --- the start page -------------------------------------------------------------------------------------------------


def test_the_start_page_has_search_an_example_changes_and_counts(reader, facts):
    html = html_of(reader.get("/"))
    assert html.cssselect("main form")[0].get("action") == "/search/"
    assert "ambassador" in text(html.cssselect("section[aria-labelledby=example]")[0])
    assert 1 <= len(html.cssselect(".by-pair ul > li")) <= 8
    assert [text(each) for each in html.cssselect(".numbers dd")][:2] == ["4", "6"]
    assert "As recorded up to" in text(html.cssselect("section[aria-labelledby=counts]")[0])
