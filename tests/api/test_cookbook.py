"""`docs/cookbook.md`: every question is answered on the demo as the page says."""

import json
import re
from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from relations.importers.demo import import_demo
from relations.models import ImportRun

PAGE = (settings.ROOT / "docs" / "cookbook.md").read_text("utf-8")
ENTRY = re.compile(
    r"^\*\*(\d+)\.\*\* (.+?)\n\n```sh\ncurl 'http://127\.0\.0\.1:8000([^']+)'\n```\n\n```(json|csv)\n(.*?)^```$",
    re.DOTALL | re.MULTILINE,
)
READS = re.compile(r"^ *curl 'http://127\.0\.0\.1:8000([^']+)'(?:  # (\d{3}))?$", re.MULTILINE)
ENTRIES = ENTRY.findall(PAGE)
LEFT_OUT = ("next", "previous", "cursor")
"""Keys that are others in every database."""


@pytest.fixture
def demo(seed: None, settings: Any, tmp_path: Any) -> None:
    settings.TRACKER_DATA = tmp_path / "data"
    assert all(isinstance(run, ImportRun) for run in import_demo())


def test_the_page_has_sixty_questions_or_more_each_with_one_call() -> None:
    numbers = [int(number) for number, *_ in ENTRIES]
    assert numbers == list(range(1, len(numbers) + 1))
    assert len(numbers) >= 60
    assert PAGE.count("curl ") == len(numbers)
    assert len({question for _, question, *_ in ENTRIES}) == len(numbers)


@pytest.mark.slow(seconds=15)
def test_every_question_is_answered_as_the_page_says(demo: None, client: Client) -> None:
    examples_answer(client)
    given = {number: answer(client, url) for number, _, url, _, _ in ENTRIES}
    said = {number: read(text, url) for number, _, url, _, text in ENTRIES}
    assert given == said


def examples_answer(client: Client) -> None:
    """Every other line with one address in README and docs answers 200, or the status that its comment names."""
    pages = [settings.ROOT / "README.md", *sorted((settings.ROOT / "docs").rglob("*.md"))]
    lines = [line for page in pages if page.name != "cookbook.md" for line in READS.findall(page.read_text("utf-8"))]
    assert len(lines) > 40
    for url, status in lines:
        response = client.get(url)
        if response.streaming:
            b"".join(response)
        assert (url, response.status_code) == (url, int(status or 200))


def answer(client: Client, url: str) -> Any:
    response = client.get(url)
    text = (b"".join(response) if response.streaming else response.content).decode()
    assert response.status_code == 200, (url, text)
    return read(text.replace("http://testserver", "http://127.0.0.1:8000"), url)


def read(text: str, url: str) -> Any:
    if "format=csv" in url:
        return text.replace("\r\n", "\n")
    if "format=jsonl" in url:
        return [json.loads(line) for line in text.splitlines()]
    return {name: value for name, value in json.loads(text).items() if name not in LEFT_OUT}
