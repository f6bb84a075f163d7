"""Examples of `docs/designations.md` on the demo: each answers what the page promises."""

import json
import re
import shlex
from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from relations.importers import demo as demo_files
from relations.importers import import_list

PAGE = (settings.ROOT / "docs" / "designations.md").read_text("utf-8")
SITE = "http://127.0.0.1:8000"


def commands() -> list[list[str]]:
    """The arguments of each curl line of the page."""
    blocks = re.findall(r"^```sh\n(.*?)^```", PAGE, re.DOTALL | re.MULTILINE)
    return [arguments for block in blocks for arguments in _split(block)]


def _split(block: str) -> list[list[str]]:
    words, found = shlex.split(block), list[list[str]]()
    for word in words:
        if word == "curl":
            found.append([])
        else:
            found[-1].append(word)
    return found


def answered(client: Client, arguments: list[str]) -> str:
    url = next(word for word in arguments if word.startswith(SITE)).removeprefix(SITE)
    if "-d" in arguments:
        body = arguments[arguments.index("-d") + 1]
        answer = client.post(url, body, content_type="application/json")
    else:
        answer = client.get(url)
    text = b"".join(answer) if answer.streaming else answer.content
    assert answer.status_code == 200, (url, text)
    return text.decode()


@pytest.fixture
def demo(countries: None, settings: Any, tmp_path: Any) -> None:
    settings.TRACKER_DATA = tmp_path / "data"
    for file in sorted(demo_files.FOLDER.glob("ofac-*")):
        import_list("ofac", [file])


@pytest.mark.slow(seconds=10)
def test_every_example_answers_on_the_demo_what_the_page_promises(demo: None, client: Client) -> None:
    every, lukashenkas, lines, vessels, born, leader, matched = (
        answered(client, arguments) for arguments in commands()
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
    assert (first["reference"], first["score"], second["name"]) == ("9760", 0.843, "Igor Ivanovich SECHIN")
    for query, name in re.findall(r"^\| `([^`]+)` \| `([^`]+)` \|", PAGE, re.MULTILINE):
        rows = client.get("/api/designations/", {"q": query}).json()["results"]
        assert (query, [row["name"] for row in rows][:1]) == (query, [name])
    for spelling in ("Lukaschenko", "Loukachenko", "Łukaszenka", "لوكاشينكو", "Лукашенко"):
        rows = client.get("/api/designations/", {"q": spelling}).json()["results"]
        assert (spelling, [row["name"].split()[-1] for row in rows][:1]) == (spelling, ["LUKASHENKA"])
