"""`/search/`: countries and pairs by any name, and every other kind of thing by its words."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.factories import ban_list, post, programme, record, source
from tests.web.conftest import html_of, words_of
from tests.web.relations import text


def found(response):
    """Titles and addresses under the heading of each group."""
    html = html_of(response)
    return {
        text(group.cssselect("h2")[0]): [(text(link), link.get("href")) for link in group.cssselect("li a")]
        for group in html.cssselect(".found > section")
    }


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("Belarus", "BY"), ("Byelorussia", "BY"), ("by", "BY"), ("BLR", "BY"), ("Weißrussland", "BY"),
        ("weissrussland", "BY"), ("UK", "GB"), ("Großbritannien", "GB"), ("Vereinigtes Königreich", "GB"),
        ("usa", "US"), ("Holland", "NL"), ("cote d'ivoire", "CI"), ("Elfenbeinküste", "CI"), ("EEC", "EU"),
        ("Cuba", "CU"), ("Peru", "PE"), ("Soviet Union", "SU"), ("The Gambia", "GM"), ("Belar", "BY"),
        ("Republic of Belarus", "BY"), ("Korea, North", "KP"), ("USSR", "SU"), ("U.S.S.R.", "SU"), ("U.S.", "US"),
        ("U.S.A.", "US"), ("u.k.", "GB"), ("Sri-Lanka", "LK"), ("Congo-Kinshasa", "CD"), ("Guinea Bissau", "GW"),
        ("Oesterreich", "AT"), ("suedkorea", "KR"), ("VR China", "CN"), ("Kap Verde", "CV"), ("St. Lucia", "LC"),
        ("Biélorussie", "BY"), ("Беларусь", "BY"), ("Белоруссия", "BY"), ("États-Unis", "US"), ("США", "US"),
        ("Alemania", "DE"), ("ألمانيا", "DE"), ("德国", "DE"), ("Cote dIvoire", "CI"),
    ],
)  # fmt: skip
def test_a_country_is_found_by_any_of_its_names(reader, countries, query, code):
    answer = reader.get("/search/", {"q": query})
    assert answer.status_code == 200
    assert found(answer)["Countries"][0][1] == f"/countries/{code}/"
    home = reader.get(f"/countries/{query}/") if query != "Belar" else reader.get(f"/countries/{code}/")
    assert home.status_code in (200, 302)


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("usa belarus", "BY-US"), ("BYUS", "BY-US"), ("usablr", "BY-US"), ("belarus us", "BY-US"), ("by-us", "BY-US"),
        ("Belarus – United States", "BY-US"), ("Vereinigte Staaten und Weißrussland", "BY-US"), ("US>BY", "BY-US"),
        ("guinea-bissau cuba", "CU-GW"), ("UK, North Korea", "GB-KP"), ("  usa   belarus ", "BY-US"),
        ("Bosnia and Herzegovina and Serbia", "BA-RS"), ("EU BY", "BY-EU"),
    ],
)  # fmt: skip
def test_a_pair_that_is_certain_is_opened(reader, countries, query, code):
    answer = reader.get("/search/", {"q": query})
    assert (answer.status_code, answer.headers.get("Location")) == (302, f"/relations/{code}/")


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("sanctions US on Belarus", "BY-US"), ("Who is the US ambassador to Belarus?", "BY-US"),
        ("is Iran sanctioned by the United States", "IR-US"), ("Beziehungen zwischen Polen und Belarus", "BY-PL"),
        ("usa iran 2015", "IR-US"), ("us cuba embargo", "CU-US"), ("what can be seen by us", ""),
        ("Belarus, Poland and Russia", ""),
    ],
)  # fmt: skip
def test_the_two_countries_of_a_sentence_are_offered_as_a_pair(reader, countries, query, code):
    pairs = found(reader.get("/search/", {"q": query})).get("Pairs", [])
    assert [address for _, address in pairs] == ([f"/relations/{code}/"] if code else [])


@pytest.mark.parametrize(("query", "code"), [("germny", "DE"), ("belaruss", "BY"), ("syira", "SY"), ("Stewart", "")])
def test_a_slip_of_the_keyboard_is_forgiven(reader, countries, query, code):
    countries_found = found(reader.get("/search/", {"q": query})).get("Countries", [])
    assert [address for _, address in countries_found[:1]] == ([f"/countries/{code}/"] if code else [])


def test_a_pair_that_is_named_in_part_is_offered(reader, countries):
    assert ("Belarus and United States", "/relations/BY-US/") in found(reader.get("/search/", {"q": "usa belar"}))[
        "Pairs"
    ]


def test_a_country_is_no_pair_of_the_halves_of_its_name(reader, countries):
    assert "Pairs" not in found(reader.get("/search/", {"q": "russia"}))  # RUS, and Siam


def test_more_programmes_than_a_page_of_the_search_shows_are_on_the_page_of_programmes(reader, countries):
    for number in range(9):
        programme(title=f"Zebra measures & more {number}")
    group = html_of(reader.get("/search/", {"q": "measures & more"})).cssselect(".found > section")[0]
    assert len(group.cssselect("li")) == 8
    address = group.cssselect("p a")[0].get("href")
    assert len(html_of(reader.get(address)).cssselect("tbody tr")) == 9


def test_every_kind_of_thing_is_found_by_its_words(reader, countries):
    act = programme(title="Zebra measures", legal_basis="EO 99999")
    bans = ban_list(title="The zebra list")
    (holder,) = record(post("ambassador", "2020-01-01", holder="Zebra Zimmermann"))
    article = source(title="A zebra crosses the border", publisher="The Paper")
    groups = found(reader.get("/search/", {"q": "zebra"}))
    assert groups == {
        "Sanctions programmes": [(act.title, f"/programmes/{act.pk}/")],
        "Lists": [(bans.title, f"/lists/{bans.pk}/")],
        "Heads of mission": [("Zebra Zimmermann", f"/relations/BY-US/#f-{holder.key}")],
        "Sources": [("A zebra crosses the border", f"/sources/{article.pk}/")],
    }
    for hits in groups.values():
        for _, address in hits:
            assert reader.get(address).status_code == 200
    assert found(reader.get("/search/", {"q": "EO 99999"}))["Sanctions programmes"]
    assert found(reader.get("/search/", {"q": "zimmermann zebra"}))["Heads of mission"] == groups["Heads of mission"]
    assert found(reader.get("/search/", {"q": "ofac"}))["Lists"] == [("OFAC", "/lists/ofac/")]
    assert found(reader.get("/search/", {"q": "webhook"}))["Documentation"]


@pytest.mark.parametrize(
    "query",
    ["", " ", "\0", "%", "'", '"><script>alert(1)</script>', "x" * 5000, "☃", "- -", "usa", "us us", "(", "&and&"],
)
def test_odd_words_are_answered_with_a_page(reader, countries, query):
    answer = reader.get("/search/", {"q": query})
    assert answer.status_code == 200
    assert html_of(answer).cssselect("main script") == []


def test_nothing_found_says_what_can_be_found(reader, countries):
    assert "Nothing found." in words_of(reader.get("/search/", {"q": "qqqqzzzz"}))


def test_a_search_has_one_query_for_each_kind(reader, seed):
    reader.get("/search/", {"q": "belarus"})
    with CaptureQueriesContext(connection) as captured:
        reader.get("/search/", {"q": "minsk"})
    asked = [each["sql"] for each in captured if not each["sql"].startswith(("SAVEPOINT", "RELEASE"))]
    # The epoch of the countries, programmes, lists, holders, sources; of parties the threshold, names, and versions.
    assert len(asked) <= 8
