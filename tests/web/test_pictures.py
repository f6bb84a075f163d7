"""Other forms of pages: pictures that need nothing else, tables and JSON of the API, citations."""

import csv
import datetime as dt
import gzip
import re
import struct
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from relations.queries.clock import today
from relations.web.pictures.drawing import WIDTH, colours, fitted, legend, png, size_for, whole
from relations.web.words import day_in_words
from tests.factories import citation, event, post, programme, recent, record, sanction, source
from tests.web.conftest import html_of
from tests.web.relations import text
from tests.web.svg import SVG, drawn, texts

PATTERNS = {"defs", "pattern", "polygon"}
HOSTILE = "<script>alert(1)</script>\"'&]]>\x0b\u2067"
PICTURES = [
    "/relations/BY-US", "/relations/BY-US/@2020-02-02", "/relations/BY-US/@2020-02-02~2026-03-01",
    "/relations/BY-US/timeline", "/relations/BY-US/@~2026-03-01/timeline",
]  # fmt: skip
LARGE = {"/map": "?from=US&track=sanctions", "/relations": "?track=ambassador", "/data": ""}
"""Pictures of many pairs, and what they are asked for."""
PICTURES += LARGE


def address(picture: str, form: str) -> str:
    return f"{picture}.{form}{LARGE.get(picture, '')}"


def size(content: bytes) -> tuple[int, int]:
    assert content.startswith(b"\x89PNG\r\n\x1a\n")
    width, height = struct.unpack(">II", content[16:24])
    return width, height


# --- every picture --------------------------------------------------------------------------------------------------


def test_a_picture_is_one_file_that_asks_for_nothing(reader, seed):
    for picture in PICTURES:
        answer = reader.get(address(picture, "svg"))
        svg = drawn(answer)
        used = {element.tag.removeprefix(SVG) for element in svg.iter()}
        assert used <= {"svg", "title", "desc", "rect", "text", "g", "path", "circle", *PATTERNS}, picture
        names = {name for element in svg.iter() for name in element.attrib}
        banned = {name for name in names if name in {"style", "class", "href"} or name.startswith(("on", "{"))}
        assert not banned, picture
        assert not re.findall(rb"url\((?!#stale-[a-z]+\))", answer.content), picture
        assert "unsafe" not in answer["Content-Security-Policy"], picture


def cited(reader: Any, page: str) -> str:
    """The address by which the page says that it is found again."""
    return text(html_of(reader.get(page)).cssselect("#cite")[0]).rpartition("http://testserver")[2]


@pytest.mark.parametrize("picture", [one for one in PICTURES if one not in LARGE])
def test_a_picture_prints_its_dates_and_where_it_is_from(reader, seed, picture):
    page = picture.removesuffix("/timeline")
    place = cited(reader, page if "@" in page else f"{page}/")
    known = day_in_words(dt.date.fromisoformat(place.partition("~")[2][:10]))
    day = "2 February 2020" if "@2020" in picture else day_in_words(today())
    lines = texts(reader.get(address(picture, "svg")))
    dates = f"As known on {known}, up to {day}" if "timeline" in picture else f"As of {day}, as known on {known}"
    assert {dates, f"http://testserver{place}", "Tracker"} <= set(lines)
    assert ("1 March 2026" in dates) is ("~" in picture)
    assert reader.get(place).status_code == 200


@pytest.mark.parametrize(("picture", "page"), [
    ("/map", "/map/?from=US&track=sanctions"), ("/relations", "/relations/?track=ambassador&as_of={day}"),
    ("/data", "/data/"),
])  # fmt: skip
def test_a_picture_of_many_pairs_prints_its_day_its_sources_and_where_it_is_from(reader, seed, picture, page):
    record(sanction("imposed", recent(), citations=[citation(source(publisher="The gazette"))]),
           post("ambassador", recent(), citations=[citation(source(publisher="The gazette"))]))  # fmt: skip
    lines = texts(reader.get(address(picture, "svg")))
    day, page = day_in_words(today()), page.format(day=today())
    assert {f"As of {day}, as known on {day}", f"http://testserver{page}", "Tracker"} <= set(lines)
    (sources,) = (line for line in lines if line.startswith("Sources: "))
    assert ("article (" if picture == "/data" else "The gazette") in sources
    assert reader.get(page).status_code == 200
    assert any(line.startswith("Borders: Natural Earth") for line in lines) is (picture == "/map")


def test_the_png_is_the_same_picture_at_its_width_and_neither_weighs_more_than_a_page(reader, seed):
    for picture in PICTURES:
        answer = reader.get(address(picture, "png"))
        assert (answer.status_code, answer["Content-Type"]) == (200, "image/png"), picture
        svg = reader.get(address(picture, "svg"))
        assert size(answer.content) == (WIDTH, int(drawn(svg).get("viewBox").split()[3])), picture
        assert len(answer.content) < 300_000, picture
        assert len(gzip.compress(svg.content)) < 100_000, picture


def test_numbers_of_a_picture_are_those_of_svg_in_every_language(german, seed):
    record(post("ambassador", recent(), holder="Ada Envoy"), sanction("imposed", recent()))
    for picture in PICTURES:
        numbers = [
            value
            for element in drawn(german.get(address(picture, "svg"))).iter()
            for name, value in element.attrib.items()
            if name not in {"d", "points", "font-family"}
        ]
        assert [value for value in numbers if re.search(r"\d,\d", value)] == [], picture
        assert any(re.search(r"\d\.\d", value) for value in numbers), picture


@pytest.mark.parametrize("picture", LARGE)
def test_who_has_the_current_picture_of_many_pairs_gets_304(reader, seed, picture):
    place = address(picture, "png")
    first = reader.get(place)
    again = reader.get(place, headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    record(post("ambassador", recent(), "BY>US", holder="Ada"), sanction("imposed", recent(), "US>CU"))
    assert reader.get(place, headers={"If-None-Match": first["ETag"]}).status_code == 200


@pytest.mark.parametrize("form", ["svg", "png", "bib", "csl"])
def test_who_has_the_current_picture_gets_304_without_its_being_rendered(reader, seed, form):
    first = reader.get(f"/relations/BY-US.{form}")
    assert first["Cache-Control"] == "no-cache"
    assert {"Accept-Language", "Cookie"} <= set(first["Vary"].split(", "))
    png.cache_clear()
    again = reader.get(f"/relations/BY-US.{form}", headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content, png.cache_info().misses) == (304, b"", 0)
    record(post("ambassador", recent(), holder="Ada Envoy"))
    assert reader.get(f"/relations/BY-US.{form}", headers={"If-None-Match": first["ETag"]}).status_code == 200


def test_a_form_costs_the_queries_of_its_page(reader, seed):
    def queries(place: str) -> int:
        reader.get(place)
        with CaptureQueriesContext(connection) as captured:
            reader.get(place)
        return len(captured)

    # Versions of the pair and the epoch. The map: the epoch, the pairs and their statuses.
    forms = ("/relations/BY-US/", "/relations/BY-US.svg", "/relations/BY-US.bib", "/relations/BY-US/timeline.png",
             "/embed/relations/BY-US/")  # fmt: skip
    assert {place: queries(place) for place in forms} == dict.fromkeys(forms, 1)
    assert queries("/map.csv?from=US&track=sanctions") == queries("/map/?from=US&track=sanctions")


def test_pictures_are_in_the_language_of_the_reader(german, seed):
    lines = texts(german.get("/relations/BY-US/@2020-02-02.svg"))
    assert "Belarus und Vereinigte Staaten" in lines
    assert any(line.startswith("Stand 2. Februar 2020, Kenntnisstand vom ") for line in lines)


# --- words in pictures ----------------------------------------------------------------------------------------------


def test_hostile_words_are_drawn_and_never_run(reader, countries):
    record(
        post("ambassador", recent(), holder=HOSTILE[:60]),
        sanction("imposed", recent(), programme=programme(title=HOSTILE),
                 citations=[citation(source(publisher=HOSTILE))]),
    )  # fmt: skip
    for picture in ("/relations/BY-US", "/relations/BY-US/timeline"):
        svg = drawn(reader.get(f"{picture}.svg"))
        assert svg.find(f".//{SVG}script") is None
        assert size(reader.get(f"{picture}.png").content)[0] == WIDTH
    assert any("<script>alert(1)</script>" in line for line in texts(reader.get("/relations/BY-US.svg")))


def test_a_script_that_the_font_lacks_is_in_latin_letters():
    def rendered(word: str) -> bytes:
        return png(f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 300 50"><text y="40">{word}</text></svg>')

    blank = rendered(" ")
    assert rendered("王毅") == rendered("WangYi") != blank
    # No markup comes out of other letters.
    assert rendered("\uff1cx\uff1e") == rendered("&lt;x&gt;") != blank
    for word in ("Łukašenka", "Пагоня", "Ελλάδα", "Çağ", "→", "Ābols", "Nguyễn"):
        assert rendered(word) not in (blank, rendered("□")), word


def test_text_is_cut_where_it_would_leave_the_picture():
    assert fitted("Belarus", size=20, width=70) == "Belarus"
    assert fitted("Belarus and", size=20, width=70) == "Belaru…"
    assert fitted("王王王王", size=20, width=70) == "王王王…"
    assert (
        whole(["since 1 May 2020", "", "seen on 2 May 2020"], size=2, width=40)
        == "since 1 May 2020 · seen on 2 May 2020"
    )
    assert whole(["since 1 May 2020", "seen on 2 May 2020"], size=2, width=30) == "since 1 May 2020"
    assert [size_for("x" * length, most=48, least=24, width=240) for length in (1, 12, 500)] == [48, 31, 24]
    keys = legend([("none", "a"), ("calm", "b" * 20), ("stale-calm", "c")], left=0, width=80)
    assert [(key.word[0], key.x, key.y, key.words_at) for key in keys] == [
        ("a", 0, 0, 20),
        ("b", 0, 26, 20),
        ("c", 0, 52, 40),
    ]


def test_colours_are_those_of_the_light_theme(settings):
    tokens = (settings.ROOT / "relations/static/web/tokens.css").read_text("utf-8")
    assert f"--severe: {colours()['severe']};" in tokens.partition("@media")[0]
    assert {"severe", "partial", "calm", "none", "unknown", "stale", "disputed", "paper", "ink"} <= set(colours())


def test_the_card_counts_what_has_no_room(reader, countries):
    record(*(sanction("imposed", recent(), f"{sender}>BY") for sender in ("EU", "UN")),
           sanction("imposed", recent(), "DE>BY"))  # fmt: skip
    lines = texts(reader.get("/relations/BY-DE.svg"))
    assert "and 1 more" in lines
    assert "Sanctions via European Union" in lines


def test_the_map_colours_a_country_by_what_is_known(reader, countries):
    record(sanction("imposed", recent()), event("relations_severed", recent(), "US>UA"))
    svg = drawn(reader.get("/map.svg?from=US&track=sanctions"))
    fills = {
        one.findtext(f"{SVG}title"): group.get("fill") for group in svg.iter(f"{SVG}g") if group.get("fill")
        for one in group.findall(f"{SVG}g")
    }  # fmt: skip
    assert fills["Belarus: in force"] == colours()["severe"]
    assert fills["Fiji: unknown"] == colours()["sunken"]
    assert fills["United States"] == colours()["ink"]


# --- addresses and data ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("asked", "status", "home"),
    [
        ("/relations/us-blr.svg", 302, "/relations/BY-US.svg"),
        ("/relations/US-BY/@2020-02-02.bib", 302, "/relations/BY-US/@2020-02-02.bib"),
        ("/relations/BY-US.json", 307, "/api/relations/BY-US/"),
        ("/relations/BY-US.csv", 307, "/api/relations/BY-US/?format=csv"),
        ("/relations/BY-US/@2020-02-02.json", 307, "/api/relations/BY-US/?as_of=2020-02-02"),
        ("/relations/BY-US/@2020-02-02~2026-03-01.csv", 307,
         "/api/relations/BY-US/?as_of=2020-02-02&known_at=2026-03-01T23:59:59.999999Z&format=csv"),
        ("/relations/BY-US/timeline.json", 307, "/api/relations/BY-US/timeline/"),
        ("/relations/us-by/timeline.svg", 302, "/relations/BY-US/timeline.svg"),
        ("/countries/BY.json", 307, "/api/relations/?country=BY"),
        ("/countries/Belarus.csv", 307, "/api/relations/?country=BY&format=csv"),
        ("/countries/BY.png", 307, "/map.png?from=BY&track=diplomatic_relations"),  # as on its page
        # A code that is also a name of another country.
        ("/countries/EG.csv", 307, "/api/relations/?country=EG&format=csv"),
        ("/countries/EG.svg", 307, "/map.svg?from=EG&track=diplomatic_relations"),
        ("/map.svg", 302, "/map.svg?from=US&track=sanctions"),
        ("/relations.svg?country=Weißrussland,us&track=sanctions", 302, "/relations.svg?country=BY%2CUS"),
        ("/relations.png?as_of=&track=trend", 302, "/relations.png?track=trend"),
        ("/map.csv?from=belarus&track=trend", 302, "/map.csv?from=BY&track=trend"),
    ],
)  # fmt: skip
def test_a_form_has_one_address_and_data_are_the_api_s(reader, countries, asked, status, home):
    answer = reader.get(asked)
    assert (answer.status_code, answer["Location"]) == (status, home)
    there = reader.get(home, headers={"Accept": "*/*"}, follow=True)
    assert (there.status_code, bool(b"".join(there))) == (200, True)  # an export that nobody reads occupies a place


@pytest.mark.parametrize(
    ("asked", "status"),
    [
        ("/relations/BY.svg", 404), ("/relations/BY-XX.png", 404), ("/relations/BY-US/@2020-02-30.svg", 404),
        ("/relations/BY-US/@2019-12-31..2020-02-02.svg", 404), ("/relations/%00-US.svg", 404),
        ("/relations/BY-US/timeline.bib", 404), (f"/relations/{'x' * 3000}.png", 404), ("/countries/XX.json", 404),
        ("/map.svg?from=nowhere", 404), ("/map.svg?from=US&track=x", 400), ("/map.png?from=US&width=9", 400),
        ("/relations.svg?width=9", 400), ("/relations.png?page=2", 400), ("/relations.svg?country=Atlantis", 400),
        ("/relations.png?as_of=2020-02-30", 400), ("/relations.svg?sanctions=x", 400), ("/relations.bib", 404),
        ("/relations.png?group=UN", 400), ("/relations.svg?country=" + "x" * 3000, 400), ("/data.svg?as_of=2020", 400),
        ("/data.bib", 404), ("/relations/BY-US.png?width=99999", 400), ("/relations/BY-US.json?as_of=2020-01-01", 400),
    ],
)  # fmt: skip
def test_what_is_no_picture_is_refused(client, countries, asked, status):
    answer = client.get(asked, follow=True)
    assert (answer.status_code, answer["Content-Type"]) == (status, "application/problem+json")


def test_the_map_as_a_table_has_the_countries_of_which_something_is_known(client, countries):
    record(sanction("imposed", recent()), sanction("imposed", recent(), "UN>FJ"))
    rows = list(csv.DictReader(client.get("/map.csv?from=US&track=sanctions").content.decode().splitlines()))
    assert [(row["to"], row["name"], row["value"], row["via"]) for row in rows] == [
        ("BY", "Belarus", "in_force", ""), ("FJ", "Fiji", "in_force", "United Nations"),
    ]  # fmt: skip
    body = client.get("/map.json?from=US&track=sanctions").json()
    assert (body["from"], body["track"], body["html"]) == (
        "US", "sanctions", "http://testserver/map/?from=US&track=sanctions",
    )  # fmt: skip
    assert [(row["to"], row["stale"]) for row in body["results"]] == [("BY", False), ("FJ", False)]


# --- citations ------------------------------------------------------------------------------------------------------


def test_a_citation_names_the_day_the_knowledge_the_version_and_the_address(client, seed):
    place = "/relations/BY-US/@2020-02-02~2026-03-01"
    version = client.get("/api/relations/BY-US/?known_at=2026-03-01T23:59:59Z").json()["version"]
    title = "Belarus and United States: As of 2 February 2020, as known on 1 March 2026"
    now = today()
    assert client.get(f"{place}.bib").content.decode() == (
        "@misc{tracker-BY-US-20200202,\n"
        f"  title = {{{title}}},\n  author = {{{{Tracker}}}},\n  year = {{{now.year}}},\n"
        f"  url = {{http://testserver{place}}},\n  urldate = {{{now}}},\n  version = {{{version}}}\n}}\n"
    )
    date = {"date-parts": [[now.year, now.month, now.day]]}
    assert client.get(f"{place}.csl").json() == [
        {"id": "tracker-BY-US-20200202", "type": "dataset", "title": title, "author": [{"literal": "Tracker"}],
         "version": f"{version}", "URL": f"http://testserver{place}", "issued": date, "accessed": date},
    ]  # fmt: skip


@pytest.mark.parametrize("place", ["/relations/BY-US/@~2199-01-01.svg", "/relations/BY-US/@~2199-01-01.bib",
                                   "/relations/BY-US/@~2199-01-01/timeline.png", "/embed/relations/BY-US/@~2199-01-01",
                                   "/oembed?url=http://testserver/relations/BY-US/@~2199-01-01"])  # fmt: skip
def test_a_moment_that_is_not_finished_is_refused_in_every_form(client, seed, place):
    answer = client.get(place)
    assert (answer.status_code, answer.headers.get("ETag")) == (409, None)
    assert "is not finished" in answer.json()["detail"]


def test_names_with_signs_of_latex_are_escaped(client, countries):
    text = client.get("/relations/BA-US.bib").content.decode()
    (title,) = re.findall(r"title = \{(.*)\},", text)
    assert r"Bosnia \& Herzegovina and United States" in title
