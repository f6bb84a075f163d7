"""Every example of README and docs on the demo: the questions of the cookbook, and every curl command."""

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client, override_settings

from relations.importers.demo import import_demo
from relations.models import AmbassadorStatus, ImportRun
from tests.cookbook import PAGE, QUESTIONS, SITE, Question
from tests.curl_lines import PAGES, ROOT, Curl, agrees, curls
from tests.database import Rows, restore, rows
from tests.rights import token_of

COOKBOOK = ROOT / "docs" / "cookbook.md"
DESIGNATIONS = ROOT / "docs" / "designations.md"

pytestmark = [pytest.mark.slow(seconds=20), pytest.mark.usefixtures("demo"), pytest.mark.django_db]


@pytest.fixture(scope="module")
def demo(seed_rows: Rows, django_db_blocker: Any, tmp_path_factory: Any) -> Iterator[None]:
    """The demo as `./run manage demo` loads it, once for the whole file; its first import has the number 1."""
    data = tmp_path_factory.mktemp("data")
    with django_db_blocker.unblock(), override_settings(TRACKER_DATA=data):
        before = rows()
        with connection.cursor() as cursor:
            cursor.execute("ALTER SEQUENCE relations_importrun_id_seq RESTART WITH 1")
        restore(seed_rows, among={*seed_rows})
        assert all(isinstance(run, ImportRun) for run in import_demo())
        with django_db_blocker.block():
            yield
        restore(before)


def text_of(response: Any) -> str:
    content: bytes = b"".join(response) if response.streaming else response.content
    return content.decode().replace("http://testserver", SITE)


# --- the cookbook ---------------------------------------------------------------------------------------------------


def test_the_page_has_sixty_questions_or_more_each_with_one_call() -> None:
    assert [each.number for each in QUESTIONS] == list(range(1, len(QUESTIONS) + 1))
    assert len(QUESTIONS) >= 60
    assert PAGE.count("curl ") == len(QUESTIONS)
    assert len({each.text for each in QUESTIONS}) == len(QUESTIONS)


def test_every_question_is_answered_as_the_page_says(client: Client) -> None:
    given = {each.number: answer(client, each) for each in QUESTIONS}
    assert given == {each.number: each.read(each.promised) for each in QUESTIONS}


def answer(client: Client, question: Question) -> Any:
    response = client.get(question.url)
    assert response.status_code == 200, question
    return question.read(text_of(response))


# --- every curl command ---------------------------------------------------------------------------------------------


def test_every_curl_command_of_the_documentation_is_run() -> None:
    written = {page: len(re.findall(r"^ *curl ", page.read_text("utf-8"), re.MULTILINE)) for page in PAGES}
    assert {page: len(curls(page)) for page in PAGES} == written
    assert sum(written.values()) > 140


@pytest.mark.parametrize(
    "page", [page for page in PAGES if page != COOKBOOK and curls(page)], ids=lambda page: page.stem
)
def test_every_command_of_the_page_answers_what_it_promises(page: Any, client: Client) -> None:
    _, shown = token_of(User.objects.create_user("ann"), "read", "edit", "webhooks")
    one = AmbassadorStatus.objects.current().exclude(holder="").earliest("id")
    variables = {"TOKEN": shown, "KEY": str(one.key)}
    for curl in curls(page):
        response = curl.sent(client, variables)
        text = b"".join(response) if response.streaming else response.content
        assert (curl.url, response.status_code) == (curl.url, curl.status), text
        if curl.promised is not None:
            assert agrees(json.loads(curl.promised), json.loads(text)), (curl.url, text.decode())
        if curl.status == 201:
            recorded = rows_of(response.json())
            assert_echoed(curl, recorded)
            variables["KEY"] = recorded[-1].get("key", variables["KEY"])


def rows_of(body: Any) -> list[Any]:
    return body if isinstance(body, list) else [body]


def assert_echoed(curl: Curl, recorded: list[Any]) -> None:
    """Compares the recorded fact with the request."""
    for sent, row in zip(rows_of(json.loads(curl.body)), recorded, strict=True):
        words = {name: value for name, value in sent.items() if isinstance(value, str) and name != "citations"}
        assert {name: row[name] for name in words} == words


def test_the_readme_s_questions_are_answered(client: Client) -> None:
    article, eased, changes = (
        json.loads(text_of(client.get(curl.url))) for curl in curls(ROOT / "README.md") if curl.method == "GET"
    )
    assert article["status"]["sanctions"][0]["value"] == "eased"
    assert [row["code"] for row in eased["results"]] == ["BY-US"]
    assert {row["pair"] for row in changes["results"]} == {"BY-US"}


# --- parties on lists -----------------------------------------------------------------------------------------------


def test_every_example_about_parties_answers_what_the_page_promises(client: Client) -> None:
    every, lukashenkas, lines, vessels, born, leader, matched = (
        text_of(curl.sent(client, {})) for curl in curls(DESIGNATIONS)
    )
    everybody = json.loads(every)
    assert everybody["count"] == 301
    assert (everybody["complete"], everybody["coverage"]["last"]) == (False, "2022-02-25")
    assert {row["name"].rsplit(" ", 1)[-1] for row in json.loads(lukashenkas)["results"][:3]} == {"LUKASHENKA"}
    programmes = [json.loads(line)["programmes"] for line in lines.splitlines()]
    assert len(programmes) > 50
    assert all("BELARUS" in some for some in programmes)
    assert (json.loads(vessels)["count"], json.loads(born)["count"]) == (5, 16)
    assert [row["name"] for row in json.loads(leader)["results"]] == ["BALTIC LEADER"]
    first, second = (result["candidates"][0] for result in json.loads(matched)["results"])
    assert (first["reference"], first["score"], second["name"]) == ("9760", 0.871, "Igor Ivanovich SECHIN")


def test_every_name_on_the_page_about_parties_is_found_in_every_spelling(client: Client) -> None:
    names = re.findall(r"^\| `([^`]+)` \| `([^`]+)` \|", DESIGNATIONS.read_text("utf-8"), re.MULTILINE)
    assert names
    for query, name in names:
        rows = client.get("/api/designations/", {"q": query}).json()["results"]
        assert (query, [row["name"] for row in rows][:1]) == (query, [name])
    for spelling in ("Lukaschenko", "Loukachenko", "Łukaszenka", "لوكاشينكو", "Лукашенко"):
        rows = client.get("/api/designations/", {"q": spelling}).json()["results"]
        assert (spelling, [row["name"].split()[-1] for row in rows][:1]) == (spelling, ["LUKASHENKA"])
