"""Pages about resources agree with the code: their examples run, their tables are whole."""

import re
import shlex
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from relations.api.http.problem_types import problem_types
from relations.models import Source, TravelBanList
from tests.api.conftest import Editor
from tests.api.lists import LISTS

DOCS = Path(__file__).parents[2] / "docs"
RESOURCES = (
    "facts", "ambassadors", "sanction-events", "travel-ban-entries", "diplomatic-events", "sanction-programmes",
    "regimes", "travel-ban-lists", "sources", "designations",
)  # fmt: skip


def examples() -> list[Any]:
    pages = (*RESOURCES, "paging-and-formats", "writing", "errors")
    return [
        pytest.param(line, id=f"{page}-{number}")
        for page in pages
        for number, line in enumerate(re.findall(r"^curl .*$", (DOCS / f"{page}.md").read_text("utf-8"), re.MULTILINE))
    ]


@pytest.mark.parametrize("line", examples())
def test_example_works(seed: None, editor: Editor, line: str) -> None:
    words = iter(shlex.split(line, comments=True)[1:])
    method, headers, body, url = "GET", {}, "", ""
    for word in words:
        match word:
            case "-X":
                method = next(words)
            case "-H":
                name, _, value = next(words).partition(": ")
                headers[name] = value.replace("$TOKEN", editor.shown)
            case "-d":
                body = next(words)
            case _:
                url = word
    # A fresh installation gives the article and its list the number 1; a test's sequences have moved on.
    source, barred = Source.objects.get().pk, TravelBanList.objects.get().pk
    body = body.replace('"source": 1,', f'"source": {source},').replace('"list": 1,', f'"list": {barred},')
    url = url.replace("/sources/1/", f"/sources/{source}/").replace(
        "/travel-ban-lists/1/", f"/travel-ban-lists/{barred}/"
    )
    parts = urlsplit(url)
    assert parts.netloc == "127.0.0.1:8000"
    answer = editor.client.generic(
        method, f"{parts.path}?{parts.query}", body, content_type=headers.pop("Content-Type", ""), headers=headers
    )
    expected = re.search(r"# (\d{3})$", line)
    assert answer.getvalue() is not None
    assert answer.status_code == (int(expected[1]) if expected else 201 if method == "POST" else 200)


@pytest.mark.parametrize(
    ("resource", "route"),
    [*((name, f"/api/{name}/") for name in RESOURCES), ("confirmations", "/api/ambassadors/<uuid:key>/confirmations/")],
)
def test_page_names_every_filter(resource: str, route: str) -> None:
    page = (DOCS / f"{resource}.md").read_text("utf-8")
    named = {
        stem + ending
        for word in re.findall(r"`([a-z_0-9…]+)", page)
        for stem in [word.removesuffix("…")]
        for ending in (("after", "before") if word.endswith("…") else ("",))
    }
    assert LISTS[route].filterset_class.names() - named == set()


def test_page_of_errors_has_every_type() -> None:
    page = (DOCS / "errors.md").read_text("utf-8")
    rows = {(slug, int(status)) for slug, status in re.findall(r"^\| `([a-z-]+)` \| (\d{3}) \|", page, re.MULTILINE)}
    assert rows == {(slug, status) for slug, status, _ in problem_types()}
