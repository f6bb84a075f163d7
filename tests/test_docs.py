"""The documentation as a whole: nothing in it is out of reach, leads nowhere or names another number than the code."""

import re
import shlex
from pathlib import Path
from urllib.parse import unquote

import pytest
from django.conf import settings

from relations.delivery import breaker, claims, sending, subscriptions

DOCS = settings.ROOT / "docs"
PAGES = [settings.ROOT / f"{name}.md" for name in ("README", "CONTRIBUTING", "SECURITY")] + sorted(DOCS.rglob("*.md"))
LINK = re.compile(r"\]\(([^)\s]+)\)")
FENCE = re.compile(r"^```.*?^```", re.DOTALL | re.MULTILINE)


def linked(page: Path) -> set[tuple[Path, str]]:
    """The files that a page leads to, each with the section named behind it."""
    targets = [target.partition("#") for target in LINK.findall(FENCE.sub("", page.read_text("utf-8")))]
    return {
        ((page.parent / unquote(path)).resolve() if path else page, section)
        for path, _, section in targets
        if not re.match(r"[a-z]+:", path)
    }


def sections(page: Path) -> set[str]:
    titles = re.findall(r"^#+ (.*)$", FENCE.sub("", page.read_text("utf-8")), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(settings.ROOT)))
def test_every_link_leads_somewhere(page):
    nowhere = [str(path) for path, _ in linked(page) if not path.exists()]
    missing = [f"{path}#{section}" for path, section in linked(page) if section and section not in sections(path)]
    assert (nowhere, missing) == ([], [])


def test_every_page_is_reached_from_the_index():
    index = {path for path, _ in linked(DOCS / "README.md")}
    others = {page for page in DOCS.rglob("*.md") if page.parent.name != "decisions" and page.name != "README.md"}
    assert others - index == set()


def test_every_decision_is_listed_with_its_title():
    index = (DOCS / "decisions/README.md").read_text("utf-8")
    listed = dict(re.findall(r"^\* \[\d{4}\]\((.+?)\) (.+)$", index, re.MULTILINE))
    titles = {
        page.name: page.read_text("utf-8").partition("\n")[0].partition(". ")[2]
        for page in DOCS.glob("decisions/0*.md")
    }
    assert listed == titles
    for name in titles:
        title = (DOCS / "decisions" / name).read_text("utf-8").partition("\n")[0]
        assert title.startswith(f"# {int(name[:4])}. ")


def test_the_index_names_every_resource_of_the_api(client, db):
    told = (DOCS / "README.md").read_text("utf-8")
    resources = {url.rstrip("/").rpartition("/")[2] for url in client.get("/api/").json().values()} - {"schema", "docs"}
    assert {name for name in resources if f"`{name}`" not in told} == set()


def test_the_readme_s_questions_are_answered(client, seed):
    lines = re.findall(r"^curl '.*'$", (settings.ROOT / "README.md").read_text("utf-8"), re.MULTILINE)
    article, eased, changes = (
        client.get(shlex.split(line)[1].removeprefix("http://127.0.0.1:8000")).json() for line in lines
    )
    assert article["status"]["sanctions"][0]["value"] == "eased"
    assert [row["code"] for row in eased["results"]] == ["BY-US"]
    assert {row["pair"] for row in changes["results"]} == {"BY-US"}


def test_webhooks_are_described_with_the_numbers_that_hold():
    page = " ".join((DOCS / "webhooks.md").read_text("utf-8").split())
    waits = ", ".join(_wait(int(wait.total_seconds())) for wait in breaker.SCHEDULE)
    for words in (
        f"tried again after {waits}, each ±{breaker.SPREAD:.0%}".replace("%", " %"),
        f"2xx within {sending.DEADLINE:.0f} seconds",
        f"that is waited for, up to {sending.LONGEST_RETRY_AFTER.total_seconds() / 3600:.0f} hours",
        f"`paused`, for {breaker.FIRST_PAUSE.total_seconds():.0f} seconds, doubling to an hour",
        f"At most {claims.OF_A_SUBSCRIPTION} requests are under way to one subscription",
        f"and {claims.OF_A_DESTINATION} to one host",
        f"One owner has at most {subscriptions.MOST} subscriptions",
    ):
        assert words in page, words
    assert (breaker.FAILURES, breaker.PATIENCE.days, breaker.LONGEST_PAUSE.total_seconds()) == (5, 5, 3600)


def _wait(seconds: int) -> str:
    """`5 s`, `30 min`, `14 h`."""
    size, unit = next((size, unit) for size, unit in ((3600, "h"), (60, "min"), (1, "s")) if seconds >= size)
    return f"{seconds // size} {unit}"


def test_nothing_in_the_documentation_names_the_machine_that_it_was_written_on():
    for page in PAGES:
        assert not re.search(r"/home/|/Users/|/work/|/root/", page.read_text("utf-8")), page
