"""Every page of the site: its policy, its size, its markup, its links, and its ETag."""

import re
from typing import Any, NamedTuple
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders
from django.urls import resolve

from relations.models import Country, Party, SanctionProgramme, Source
from relations.web.docs.library import library
from tests.factories import ban_list
from tests.web.conftest import PAGES, browser, html_of, is_light
from tests.web.markup import wrong_in_markup
from tests.web.relations import select

pytestmark = pytest.mark.slow(seconds=16)


class Page(NamedTuple):
    answer: Any
    html: Any


reads_pages = pytest.mark.django_db  # the database is made for tests that are marked
"""A test of what `pages` has asked for, also where it runs alone."""


@pytest.fixture(scope="module")
def pages(django_db_setup, django_db_blocker) -> dict[str, Page]:
    """Every page, asked for once by its address."""
    with django_db_blocker.unblock():
        answers = {address: browser().get(address) for address in PAGES}
    return {address: Page(answer, html_of(answer)) for address, answer in answers.items()}


@reads_pages
def test_every_page_is_strict_whole_and_alone(pages, subtests):
    for address, page in pages.items():
        with subtests.test(address):
            assert_strict_whole_and_alone(page.answer, page.html)


def assert_strict_whole_and_alone(answer: Any, html: Any) -> None:
    assert (answer.status_code, answer["Content-Type"]) == (200, "text/html; charset=utf-8")
    policy = answer["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'; script-src 'self'; style-src 'self';")
    assert "unsafe" not in policy
    assert is_light(answer.content)
    text = answer.content.decode()
    assert list(wrong_in_markup(text, html)) == []
    assert select(html, "script:not([type='application/ld+json']), style, [style], iframe, object") == []
    assert html.xpath("//@*[starts-with(name(), 'on')]") == []
    loaded = select(html, "link[rel=stylesheet], link[rel=icon], img")
    assert {place for each in loaded if not (place := each.get("src") or each.get("href")).startswith("/")} == set()
    assert [form.get("action") for form in html.iter("form") if not form.get("action").startswith("/")] == []


def test_wrong_markup_is_found():
    sound = "<!DOCTYPE html><html><body><main><h1>A</h1>{}</main></body></html>"
    assert list(wrong_in_markup(sound.format('<p id="a"><a href="/">b</a></p>'))) == []
    for part in ("<p><b>a</p></b>", '<p id="a"></p><p id="a"></p>', "<h1>B</h1>", '<img src="/a">', "<p>", "<i/>",
                 '<label for="q">Q</label>', '<p id="a" class="b" class="c"></p>'):  # fmt: skip
        assert list(wrong_in_markup(sound.format(part))) != [], part


def local_links(html: Any) -> set[str]:
    return {
        link.get("href")
        for link in select(html, "a[href], link[href]:not([type$=oembed])")
        if not re.match(r"https?:", link.get("href"))
    }


def some_of_each_view(paths: set[str]) -> list[str]:
    """Hundreds of pages of countries and pairs differ in the codes of their addresses only."""
    views: dict[str, list[str]] = {}
    for path in sorted(paths):
        views.setdefault(resolve(path).route, []).append(path)
    return [path for of_one in views.values() for path in of_one[:: -(-len(of_one) // 8)]]


def test_every_link_of_every_page_leads_to_a_page_and_a_section(reader, pages, db):
    found = {urlsplit(address).path: page.html for address, page in pages.items()}
    linked: dict[tuple[str, str], str] = {}
    for address, page in pages.items():
        for link in local_links(page.html):
            parts = urlsplit(link)
            linked[parts.path or urlsplit(address).path, parts.fragment] = address
    elsewhere = {path for path, _ in linked if path not in found}
    # JSON and CSV of a page are the API's.
    outside = {path for path in elsewhere if path.startswith(("/api/", "/feeds/", "/admin/")) or
               path.endswith((".json", ".csv"))}  # fmt: skip
    static = {path for path in elsewhere if path.startswith("/static/")}
    assert {path for path in static if not finders.find(path.removeprefix("/static/"))} == set()
    codes = {code for path in elsewhere for code in re.findall(r"\b[A-Z]{2}\b", path)}
    assert codes - set(Country.objects.values_list("code", flat=True)) == set()
    for path in some_of_each_view(elsewhere - outside - static):
        assert reader.get(path, follow=True).status_code == 200, f"{path}, from {linked.get((path, ''))}"
    # The API's own addresses answer without any facts, or say that a country is missing.
    statuses = {path: reader.get(path).status_code for path in outside if "BY" not in path}
    assert {path for path, status in statuses.items() if status not in (200, 302, 307, 406)} == set()
    ids = {path: set(html.xpath("//@id")) for path, html in found.items()}
    missing = [
        f"{path}#{section}, from {origin}"
        for (path, section), origin in linked.items()
        if section and section not in ids[path]
    ]
    assert missing == []


@reads_pages
def test_pages_of_the_documentation_follow_each_other_in_the_order_of_the_navigation(pages):
    walked = ["/docs/"]
    while links := select(pages[walked[-1]].html, ".neighbours [rel=next]"):
        walked.append(links[0].get("href"))
    assert walked == [page.address for page in library().order]


@pytest.mark.parametrize(
    "address", ["/", "/docs/", "/docs/webhooks/", "/docs/api/relations/", "/docs/relations.md", "/sitemap.xml",
                "/sitemap-relations.xml", "/favicon.ico", "/about/method/", "/llms.txt", "/robots.txt",
                "/docs/images/admin-form.png"],
)  # fmt: skip
def test_who_has_the_bytes_gets_304(reader, address, db):
    first = reader.get(address)
    again = reader.get(address, headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content, again["ETag"]) == (304, b"", first["ETag"])
    other = reader.get(address, headers={"If-None-Match": '"other"'})
    assert (other.status_code, other.content) == (200, first.content)


def test_the_tag_of_a_page_is_of_its_language(reader, german, db):
    assert reader.get("/")["ETag"] != german.get("/")["ETag"]
    assert {"Accept-Language", "Cookie", "Accept"} <= set(reader.get("/")["Vary"].split(", "))


@pytest.mark.parametrize("address", ["/docs/", "/docs/search/?q=ban", "/docs/api/"])
def test_a_page_of_the_documentation_asks_the_database_nothing(reader, address):
    # Without the `db` fixture a query is an error.
    assert reader.get(address).status_code == 200


def test_a_program_is_redirected_from_the_start_as_before(client):
    for accept in ({}, {"Accept": "*/*"}, {"Accept": "application/json"}):
        answer = client.get("/", headers=accept)
        assert (answer.status_code, answer["Location"]) == (302, "/api/docs/")


def listed(reader, address: str) -> list[str]:
    answer = reader.get(address)
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/xml; charset=utf-8")
    return re.findall("<loc>http://testserver(.*?)</loc>", answer.content.decode())


def test_the_sitemaps_have_every_page_each_once_and_each_is_there(reader, seed):
    key = Source.objects.order_by("pk").first().pk
    part = (key - 1) // 10_000 + 1
    bans, party = ban_list(), Party.objects.create(list="un", reference="KPi.001")
    parties = range(1, party.pk // 10_000 + 2)
    sitemaps = listed(reader, "/sitemap.xml")
    assert sitemaps == [
        "/sitemap-pages.xml", "/sitemap-countries.xml", "/sitemap-relations.xml", "/sitemap-programmes.xml",
        "/sitemap-lists.xml", "/sitemap-imports.xml",
        *(f"/sitemap-sources-{number}.xml" for number in range(1, part + 1)),
        *(f"/sitemap-designations-{number}.xml" for number in parties),
    ]  # fmt: skip
    places = [place for address in sitemaps for place in listed(reader, address)]
    assert len(places) == len(set(places))
    assert set(places) >= {
        "/", "/docs/api/", "/about/method/", "/about/names-and-borders/", "/countries/BY/", "/relations/BY-US/",
        f"/sources/{key}/", *library().pages, f"/lists/{bans.pk}/", f"/designations/{party.key}/",
        *(f"/programmes/{row.pk}/" for row in SanctionProgramme.objects.all()),
    }  # fmt: skip
    assert "/relations/FJ-IS/" not in places
    for place in places:
        if place.startswith(("/relations/", "/sources/", "/about/", "/programmes/", "/lists/", "/designations/")):
            assert reader.get(place).status_code == 200, place
    for unknown in ("x", "sources", "sources-0", "sources-x", "sources-99999999999999999999", "sources-²"):
        assert reader.get(f"/sitemap-{unknown}.xml").status_code == 404, unknown


def test_a_sitemap_costs_at_most_one_query(reader, seed, django_assert_max_num_queries):
    with django_assert_max_num_queries(2):
        reader.get("/sitemap.xml")  # the last source and the last party
    for name in ("-pages", "-relations", "-programmes", "-lists", "-sources-1", "-designations-1"):
        with django_assert_max_num_queries(1):
            reader.get(f"/sitemap{name}.xml")


def test_programs_are_shown_the_pages_and_the_documentation(reader):
    robots = reader.get("/robots.txt").content.decode()
    assert "Sitemap: http://testserver/sitemap.xml" in robots.splitlines()
    text = reader.get("/llms.txt").content.decode()
    addresses = set(re.findall(r"\]\(http://testserver(/docs/[^)]*)\)", text))
    assert addresses == {page.raw_address for page in library().pages.values()}
    assert {"/about/method/", "/relations/BY-US.json", "/changes/", "/sitemap.xml"} <= set(
        re.findall(r"\]\(http://testserver(/[^)]*)\)", text)
    )


def test_a_picture_in_a_window_of_its_own_has_the_mark_as_its_icon(reader):
    answer = reader.get("/favicon.ico")
    assert (answer.status_code, answer["Content-Type"]) == (200, "image/png")
    assert answer.content[16:24] == bytes([0, 0, 0, 48, 0, 0, 0, 48])


META = "meta[name=description], meta[property='og:title'], meta[property='og:url'], link[rel=canonical]"


@reads_pages
def test_every_page_describes_itself_to_those_who_link_to_it(pages, subtests):
    for address, page in pages.items():
        with subtests.test(address):
            assert_it_describes_itself(page.html, urlsplit(address).path)


def assert_it_describes_itself(html: Any, path: str) -> None:
    said = {each.get("name") or each.get("property") or each.get("rel"): each.get("content") or each.get("href")
            for each in select(html, META)}  # fmt: skip
    assert set(said) == {"description", "og:title", "og:url", "canonical"}
    assert all(value.strip() for value in said.values())
    assert said["canonical"] == said["og:url"]
    assert urlsplit(said["canonical"]).path == path
    assert select(html, "title")[0].text == f"{said['og:title']} · Tracker"


def test_the_footer_names_the_release_of_the_project(reader):
    release = re.search(r'^version = "(.*)"$', (settings.ROOT / "pyproject.toml").read_text("utf-8"), re.MULTILINE)
    assert release
    assert f"Tracker {release[1]}" in reader.get("/").content.decode()
