"""The documentation under `/docs/`: what is served, what is not, how it looks, how it is found."""

import pytest
from django.conf import settings

from relations.web.docs import markdown
from relations.web.docs.library import library
from relations.web.docs.search import passage, search
from tests.web.conftest import html_of, words_of


def test_every_page_of_the_repository_is_served_with_its_links_intact():
    files = {page.file for page in library().pages.values()}
    assert files >= set((settings.ROOT / "docs").rglob("*.md"))
    assert files >= {settings.ROOT / name for name in ("README.md", "CHANGELOG.md", "CONTRIBUTING.md", "SECURITY.md")}
    assert {page.address: page.rendered.broken for page in library().pages.values() if page.rendered.broken} == {}


def test_every_page_has_one_place_in_the_navigation():
    assert sorted(page.address for page in library().order) == sorted(library().pages)


OUTSIDE = (
    "../manage.py", "..%2fmanage.py", "%2e%2e/tracker/settings.py", "....//manage.py", "/etc/passwd", "%00",
    "readme%00.md", "../../../../etc/passwd", "images/../README.md", "images/..%2f..%2fmanage.py", "images/%2e%2e",
    "lists/../../manage.py", "decisions/..", "..\\manage.py", "index", "README", "relations/.", "x" * 5000,
)  # fmt: skip


@pytest.mark.parametrize("path", OUTSIDE)
@pytest.mark.parametrize("ending", ["", "/", ".md"])
def test_nothing_else_can_be_read(reader, path, ending):
    if (path, ending) == ("index", ".md"):
        return  # the Markdown of the index
    answer = reader.get(f"/docs/{path}{ending}", follow=True)
    assert (answer.status_code, "SECRET_KEY" in answer.content.decode()) == (404, False)


def test_a_heading_has_the_id_that_github_gives_it(reader):
    ids = {element.get("id") for element in html_of(reader.get("/docs/contributing/")).cssselect("article [id]")}
    assert {"contributing", "where-does-it-go", "as-a-django-project"} <= ids


def test_the_contents_lead_to_every_section(reader):
    html = html_of(reader.get("/docs/relations/"))
    assert [link.get("href") for link in html.cssselect(".contents a")] == [
        f"#{element.get('id')}" for element in html.cssselect("article h2, article h3")
    ]


def test_the_markdown_of_a_page_is_its_file(reader):
    answer = reader.get("/docs/webhooks.md")
    assert answer["Content-Type"] == "text/markdown; charset=utf-8"
    assert answer.content == (settings.ROOT / "docs/webhooks.md").read_bytes()


def nowhere(target: str) -> None:
    """No relative link leads anywhere."""


def rendered(text: str) -> str:
    return markdown.render(text, address_of=nowhere).html


def test_html_in_markdown_is_text():
    html = rendered('<script>alert(1)</script>\n\n<b onclick="x()">a</b> [x](javascript:alert(1))\n')
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in html
    assert "<b" not in html
    assert "javascript" not in html.replace("[x](javascript:alert(1))", "")


def test_code_is_highlighted_by_classes_and_unknown_languages_are_plain():
    assert '<span class="nt">"a"</span>' in rendered('```json\n{"a": 1}\n```\n')
    assert rendered("```nonsense\na < b\n```\n") == '<pre tabindex="0"><code>a &lt; b\n</code></pre>\n'


def test_a_table_scrolls_by_itself_without_styles():
    html = rendered("| a | |\n|---:|---|\n| 1 | b |\n")
    assert html.startswith('<div class="scroll" role="group" aria-label="Table" tabindex="0"><table>')
    assert '<th scope="col">a</th><td></td>' in html
    assert '<td class="number">1</td>' in html
    assert "style" not in html


def test_a_link_that_leads_nowhere_is_noticed():
    page = markdown.render("[a](nowhere.md) ![b](none.png) [c](https://example.org/)", address_of=nowhere)
    assert page.broken == ["nowhere.md", "none.png"]
    assert '<a href="https://example.org/" rel="external">' in page.html


def test_two_headings_of_one_name_have_two_ids():
    page = markdown.render("# A\n\n## B `c`\n\nx\n\n## B `c`\n", address_of=nowhere)
    assert [section.slug for section in page.sections] == ["a", "b-c", "b-c-1"]
    assert [section.text for section in page.sections] == ["", "x", ""]


# --- search ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("query", "address"),
    [("time travel", "/docs/time-travel/"), ("webhooks", "/docs/webhooks/"), ("WEBHOOK signature", "/docs/webhooks/"),
     ("backup restore", "/docs/backup/"), ("glossary", "/docs/glossary/"), ("retracting", "/docs/admin/")],
)  # fmt: skip
def test_the_page_about_the_words_comes_first(query, address):
    assert search(query)[0].page.address == address


def test_the_beginning_of_a_word_is_enough():
    assert {result.page.address for result in search("subscri")} >= {"/docs/webhooks/"}


@pytest.mark.parametrize("query", ["", "  ", "§§", "xyzzyplugh", "'\";--"])
def test_what_nothing_says_is_found_nowhere(query):
    assert search(query) == []


def test_a_passage_shows_the_words_and_no_markup():
    assert passage("a <b>ban</b> & bans", ["ban"]) == "a &lt;b&gt;<mark>ban</mark>&lt;/b&gt; &amp; <mark>bans</mark>"
    assert passage("x " * 400 + "ban", ["ban"]).startswith("… ")


@pytest.mark.parametrize("query", ["<script>alert(1)</script>", "a\0b", "x" * 10_000, "🏳" * 50, "((("])
def test_any_query_is_answered(reader, query):
    answer = reader.get("/docs/search/", {"q": query})
    assert answer.status_code == 200
    assert "<script" not in answer.content.decode()


def test_search_needs_no_script_and_shows_how_much_was_found(reader):
    answer = reader.get("/docs/search/?q=xyzzyplugh")
    assert "0 passages" in words_of(answer)
    assert "The best 30 passages" in words_of(reader.get("/docs/search/?q=the"))


def test_the_image_contains_the_documentation():
    dockerfile = (settings.ROOT / "Dockerfile").read_text("utf-8").splitlines()
    allowed = (settings.ROOT / ".dockerignore").read_text("utf-8").splitlines()
    copied = {name for line in dockerfile if line.startswith("COPY ") for name in line.split()[1:-1]}
    needed = {page.file.relative_to(settings.ROOT).parts[0] for page in library().pages.values()}
    assert needed - copied == set()
    assert {f"!{name}" for name in needed} - set(allowed) == set()


def test_every_page_but_those_of_decisions_is_in_the_navigation_of_each(reader):
    links = {link.get("href") for link in html_of(reader.get("/docs/")).cssselect("details.pages a")}
    pages = {address for address in library().pages if not address.startswith("/docs/decisions/")}
    assert pages | {"/docs/decisions/"} <= links
    assert len([link for link in links if link.startswith("/docs/decisions/")]) == 1
