"""The matrix of `/relations/`, and the pictures of it and of coverage."""

import datetime as dt
import gzip
import re
import time

from relations.models import Country
from relations.web.pictures.drawing import colours, published
from tests.factories import event, post, recent, record, sanction
from tests.web.conftest import html_of, queries, words_of
from tests.web.relations import text
from tests.web.svg import SVG, drawn, texts


def cells(response) -> dict[str, str]:
    """Known cells of the picture: their text and tone, which have to be those of its table."""
    html = html_of(response)
    known = {text(link.cssselect("title")[0]): link.get("class") or "" for link in html.cssselect(".matrix a[class]")}
    in_table = [(link.get("href"), text(link)) for link in html.cssselect(".matrix-table td a")]
    in_picture = [
        (link.get("href"), re.sub(r", disputed$| \(.*\)$", "", text(link.cssselect("title")[0]).partition(": ")[2]))
        for link in html.cssselect(".matrix a[class]")
    ]
    assert in_picture == in_table
    return known


def test_the_matrix_shows_what_each_row_does_to_each_column(reader, facts):
    assert cells(reader.get("/relations/?country=BY,US,FR,EU")) == {
        "European Union → BY: in force": "tone-severe",
        "France → BY: in force (European Union)": "tone-severe",
        "United States → BY: in force": "tone-severe",
    }
    assert cells(reader.get("/relations/?track=ambassador")) == {
        "Belarus → US: vacant": "tone-partial",
        "Germany → FR: ambassador": "tone-calm",
        "United States → BY: ambassador": "tone-calm",
    }


def test_relations_without_direction_are_a_triangle(reader, facts):
    answer = reader.get("/relations/?track=diplomatic_relations")
    assert cells(answer)["Germany – BY: severed"] == "tone-severe"
    rows = html_of(answer).cssselect(".matrix-table tbody tr")
    assert [len(row.cssselect("td")) for row in rows] == list(range(len(rows)))


def test_the_matrix_is_of_the_day_and_leads_to_it(reader, facts):
    answer = reader.get(f"/relations/?as_of={facts}&country=BY,US")
    assert html_of(answer).cssselect(".matrix a[class]")[0].get("href") == f"/relations/BY-US/@{facts}"
    before = dt.date.fromisoformat(facts) - dt.timedelta(days=1)
    assert cells(reader.get(f"/relations/?as_of={before}&country=BY,US")) == {}


def test_the_matrix_begins_with_the_countries_of_which_most_is_known_and_names_those_left_out(reader, countries):
    states = Country.objects.filter(to_year=None, kind="state").exclude(code__in=("US", "DE"))
    codes = list(states.values_list("code", flat=True)[:45])
    record(*(sanction("imposed", recent(), f"US>{code}") for code in codes),
           sanction("imposed", recent(), "EU>BY"), sanction("imposed", recent(), "DE>BY"),
           event("visit", "2020-01-01", "FR>IT"))  # fmt: skip
    answer = reader.get("/relations/")
    html = html_of(answer)
    assert [text(each) for each in html.cssselect(".matrix .row-code")] == ["US", "EU", "DE"]
    columns = [text(each) for each in html.cssselect(".matrix .codes text")]
    assert (columns[0], len(columns)) == ("BY", 40)
    left_out = [link.get("href") for link in html.cssselect("section[aria-labelledby=matrix] details li a")]
    assert {one.removeprefix("/relations/?country=") for one in left_out} == set(codes) - set(columns)
    assert "5 more countries of which this is known" in words_of(answer)
    one = html_of(reader.get(left_out[0]))
    assert [text(each) for each in one.cssselect(".matrix .row-code")] == [left_out[0][-2:], "US"]
    assert queries(reader, "/relations/") <= 8


def test_where_nothing_of_a_kind_is_known_there_is_no_matrix_but_a_sentence(reader, facts):
    answer = reader.get("/relations/?track=travel_ban")
    assert html_of(answer).cssselect(".matrix") == []
    assert "Travel bans: nothing of this kind is recorded here" in words_of(answer)


def test_where_statuses_take_too_long_to_be_counted_the_matrix_has_the_countries_with_most_pairs(
    reader, facts, monkeypatch
):
    monkeypatch.setattr("relations.web.overview.matrix.known_directions", lambda *_: None)
    answer = reader.get("/relations/")
    assert [text(each) for each in html_of(answer).cssselect(".matrix .row-code")] == ["BY", "DE", "US", "FR", "EU"]
    assert "These are the 5 countries with most pairs" in words_of(answer)


def test_the_matrix_has_those_named_and_at_most_forty(reader, facts):
    def shown(query: str) -> list[str]:
        return [text(each) for each in html_of(reader.get(f"/relations/{query}")).cssselect(".matrix .row-code")]

    record(*(event("visit", "2020-01-01", f"US>{row.code}") for row in Country.objects.filter(to_year=None)[:60]
             if row.code != "US"))  # fmt: skip
    assert shown("?country=DE") == []  # no sanctions
    assert shown("?country=DE&track=ambassador") == ["DE"]
    assert shown("?country=TV,NR") == ["NR", "TV"]
    assert len(shown("?group=EU")) == 28
    assert shown("?group=UN") == []
    assert "A matrix has at most 40 countries, and these are" in words_of(reader.get("/relations/?group=UN"))


def test_the_densest_matrix_is_light_and_needs_seven_queries(reader, dense):
    answer = reader.get("/relations/?track=ambassador")
    assert len(cells(answer)) == 40 * 39
    assert len(gzip.compress(answer.content)) < 100_000
    # The epoch, the pairs, which directions are known (within a limit that is set and restored), the matrix, and the
    # statuses of the list's rows.
    assert queries(reader, "/relations/?track=ambassador") == 7


def test_pairs_that_filters_leave_out_are_left_out_of_the_matrix(reader, facts):
    found = cells(reader.get("/relations/?ambassador=vacant&country=BY,US,DE&track=ambassador"))
    assert set(found) == {"Belarus → US: vacant", "United States → BY: ambassador"}


# --- as pictures ---------------------------------------------------------------------------------------------------


def test_the_matrix_as_a_picture_has_the_cells_of_the_page(reader, countries):
    day = recent()
    record(
        sanction("imposed", day), sanction("imposed", day, "EU>BY"), sanction("lifted", day, "US>CU"),
        sanction("imposed", "2019-01-01", "GB>RU"),
    )  # fmt: skip
    for query in ("", "?sanctions=in_force", f"?country=BY%2CUS%2CFR&as_of={day}", "?country=FJ%2CTV"):
        page = html_of(reader.get(f"/relations/{query}"))
        links = {link.get("href") for link in page.cssselect("link[rel=alternate]")}
        assert {f"/relations.svg{query}", f"/relations.png{query}"} < links
        svg = drawn(reader.get(f"/relations.svg{query}"))
        titles = [one.text for one in svg.iterfind(f".//{SVG}g/{SVG}title")]
        assert titles == [text(one) for one in page.cssselect(".matrix a[class] title")]
        assert bool(titles) is ("FJ" not in query)
    filtered = " ".join(texts(reader.get("/relations.svg?sanctions=in_force&stale=any")))
    assert "Only pairs with a certain status: Sanctions: in force; of any age" in filtered


def test_old_values_have_the_colour_of_their_last_word_and_a_pattern(reader, countries):
    record(sanction("imposed", "2010-01-01"), sanction("imposed", recent(), "US>CU"))
    for place in ("/map.svg?from=US&track=sanctions", "/relations.svg", "/relations/BY-US/timeline.svg"):
        svg = drawn(reader.get(place))
        patterns = {one.get("id"): one.get("color") for one in svg.iter(f"{SVG}pattern")}
        assert patterns == {"stale-severe": colours()["severe"]}, place
        filled = [one for one in svg.iter() if one.get("fill") == "url(#stale-severe)"]
        assert len(filled) >= 2, place  # what is old, and its key
        assert "in force, last seen too long ago" in texts(reader.get(place))


def test_the_picture_of_coverage_has_the_numbers_of_the_page(reader, countries):
    record(post("ambassador", recent()), post("ambassador", "2000-01-01", "BY>US"), sanction("imposed", "2020-01-01"))
    page = html_of(reader.get("/data/"))
    assert {"/data.svg", "/data.png"} <= {link.get("href") for link in page.cssselect("link[rel=alternate]")}
    lines = texts(reader.get("/data.svg"))
    for row in page.cssselect(".shares tbody tr"):
        percent, new, old, unknown = (text(cell) for cell in row.cssselect("td.number"))
        assert f"{percent}: {new} recent, {old} too old, {unknown} unknown" in lines
    assert any(line.startswith("2000: ") for line in lines)


def test_a_picture_names_the_first_sources_and_counts_the_others():
    assert published([]) == []
    (few,), (many,) = published(["A", "B"]), published([f"Publisher {n} {'x' * 500}" for n in range(300)])
    assert few == "Sources: A, B"
    assert many.endswith(", and 280 more")
    assert len(many) < 2000


def test_the_largest_matrix_is_a_light_picture_in_one_second(reader, dense):
    for form, most in (("svg", 100_000), ("png", 1_000_000)):
        before = time.process_time()
        answer = reader.get(f"/relations.{form}?track=ambassador")
        assert (answer.status_code, time.process_time() - before < 1) == (200, True)
        assert len(gzip.compress(answer.content)) < most
