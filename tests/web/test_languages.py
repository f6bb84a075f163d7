"""English and German: complete, chosen by the browser or by the reader, and never in the API."""

import re

import pytest
from django.conf import settings
from django.contrib.auth.models import User
from django.test import Client

from relations.web import catalogue
from tests.web.conftest import html_of, words_of

GERMAN = catalogue.languages()


def test_german_is_the_other_language():
    assert GERMAN == ["de"]


@pytest.mark.parametrize("language", GERMAN)
def test_every_message_is_translated(language):
    assert catalogue.untranslated(language) == []


@pytest.mark.parametrize("language", GERMAN)
def test_the_catalogue_has_the_messages_of_the_pages_and_no_others(language):
    assert {message.id for message in catalogue.read(language)} == {message.id for message in catalogue.extracted()}


@pytest.mark.parametrize("language", GERMAN)
def test_the_compiled_catalogue_is_that_of_its_source(language):
    assert catalogue.po_file(language).with_suffix(".mo").read_bytes() == catalogue.compiled(language)


@pytest.mark.parametrize("language", GERMAN)
def test_a_translation_has_the_placeholders_of_its_message(language):
    def placeholders(texts: object) -> set[str]:
        return set(re.findall(r"%\(\w+\)s", " ".join(texts) if isinstance(texts, tuple | list) else str(texts)))

    wrong = [each.id for each in catalogue.read(language) if placeholders(each.id) != placeholders(each.string)]
    assert wrong == []


UNTRANSLATED = re.compile(r"[^\W\d_]{2,}")
MARKED = re.compile(r"{%\s*(blocktranslate|comment)\b.*?{%\s*end\1\s*%}|{%.*?%}|{{.*?}}", re.DOTALL)
SHOWN = re.compile(r"""\b(?:alt|title|placeholder|aria-label|content)="([^"]*)\"""")
SAME_EVERYWHERE = (
    "width=device-width, initial-scale=1", "light dark", "noindex", "Markdown", "OpenAPI", "Swagger UI", "JSON", "CSV",
    "Atom", "SHA-256", "SVG", "PNG", "BibTeX", "CSL-JSON", "website", "image/png", "summary_large_image", "summary",
    "de_DE", "en_GB",
)  # fmt: skip
"""Words of programs, and names."""


def unmarked_words(template: str) -> list[str]:
    """Words of a template that are shown and not marked for translation."""
    text = MARKED.sub("", template)
    shown = SHOWN.findall(text) + re.split(r"<[^>]*>", re.sub(r"<(code|title>World).*?</(code|title)>", "", text))
    plain = [re.sub("|".join(map(re.escape, SAME_EVERYWHERE)), "", each) for each in shown]
    return [each.strip() for each in plain if UNTRANSLATED.search(each)]


@pytest.mark.parametrize("path", catalogue.templates(), ids=lambda path: path.name)
def test_every_word_of_a_template_is_marked_for_translation(path):
    template = path.read_text("utf-8")
    # An example of a quotation, in the language of its source.
    template = re.sub(r'<blockquote lang="en">.*?</blockquote>', "", template, flags=re.DOTALL)
    assert unmarked_words(template) == []


def test_an_unmarked_word_is_found():
    for part in (
        "<p>Hello</p>",
        '<img alt="Hello">',
        "{% if a %}Hello{% endif %}",
        '<a title="Hello">{% translate "a" %}</a>',
    ):
        assert unmarked_words(part) == ["Hello"], part
    assert unmarked_words('<p class="Hello">{% translate "a" %} · {{ b }}</p>') == []


@pytest.mark.parametrize(
    ("accepted", "language"),
    [("de", "de"), ("de-CH,fr;q=0.9", "de"), ("fr,de;q=0.4,en;q=0.2", "de"), ("fr", "en"), ("", "en"), ("*", "en"),
     ("en-GB,de;q=0.9", "en"), ("\x00", "en"), ("de;q=x" * 500, "en")],
)  # fmt: skip
def test_a_page_is_in_the_language_that_the_browser_prefers(accepted, language):
    answer = Client(headers={"Accept": "text/html", "Accept-Language": accepted}).get("/docs/")
    assert (answer["Content-Language"], html_of(answer).get("lang")) == (language, language)


def test_the_reader_s_choice_counts_more_than_the_browser_s(german):
    answer = german.post("/language/", {"language": "en", "next": "/docs/relations/"})
    assert (answer.status_code, answer["Location"]) == (302, "/docs/relations/")
    cookie = answer.cookies[settings.LANGUAGE_COOKIE_NAME]
    assert (cookie.value, cookie["samesite"], cookie["httponly"]) == ("en", "Lax", True)
    assert german.get("/docs/")["Content-Language"] == "en"


@pytest.mark.parametrize(
    "place", ["https://evil.example/", "//evil.example/", "/\\evil.example", "javascript:alert(1)", "", "\x00", "docs/"]
)
def test_the_choice_leads_to_no_other_site(german, place):
    assert german.post("/language/", {"language": "de", "next": place})["Location"] == "/"


def test_an_unknown_language_is_refused_in_words(reader):
    answer = reader.post("/language/", {"language": "tlh", "next": "/"})
    assert answer.status_code == 400
    assert "There is no such language here." in words_of(answer)
    assert reader.get("/language/").status_code == 405


def test_a_damaged_cookie_is_ignored(german):
    german.cookies[settings.LANGUAGE_COOKIE_NAME] = "../../etc"
    assert german.get("/docs/")["Content-Language"] == "de"


def test_the_documentation_says_which_language_it_is_in(german):
    html = html_of(german.get("/docs/relations/"))
    assert html.cssselect("article")[0].get("lang") == "en"
    assert "Die Dokumentation ist auf Englisch." in html.text_content()


def test_the_login_its_errors_and_what_of_the_admin_is_django_s_are_in_the_reader_s_language(german, db):
    asked = german.get("/admin/login/")
    assert (asked["Content-Language"], html_of(asked).get("lang")) == ("de", "de")
    assert "Accept-Language" in asked["Vary"]
    assert "Benutzername:" in words_of(asked)
    wrong = german.post("/admin/login/", {"username": "nobody", "password": "x"})
    assert "Bitte Benutzername und Passwort für einen Staff-Account eingeben." in words_of(wrong)
    assert "Dieses Feld ist zwingend erforderlich." in words_of(german.post("/admin/login/", {"username": ""}))
    german.force_login(User.objects.create_superuser("su"))
    assert "Willkommen, su" in words_of(german.get("/admin/"))
    german.logout()
    german.force_login(User.objects.create_user("guest"))
    assert "guest darf diese Seite nicht sehen." in words_of(german.get("/admin/", follow=True))
    assert "Username:" in words_of(Client(headers={"Accept": "text/html"}).get("/admin/login/"))


def test_api_and_feeds_answer_in_english_whatever_the_browser_prefers(german, countries):
    def why() -> str:
        return str(german.get("/api/relations/?as_of=x", headers={"Accept": "*/*"}).json()["detail"])

    first = why()
    assert first.startswith("'x' is")
    # What a page has set must not remain for the next request of the thread.
    for address in ("/", "/admin/login/"):
        german.get(address)
        assert why() == first
