"""The documentation as a whole: every page is linked, every link works, and numbers are those of the code."""

import datetime as dt
import re
from functools import cache
from pathlib import Path
from urllib.parse import unquote

from django.conf import settings

from relations import delivery
from relations.delivery import breaker, claims, sending, subscriptions
from relations.models import Subscription

DOCS = settings.ROOT / "docs"
PAGES = [settings.ROOT / f"{name}.md" for name in ("README", "CONTRIBUTING", "SECURITY")] + sorted(DOCS.rglob("*.md"))
LINK = re.compile(r"\]\(([^)\s]+)\)")
FENCE = re.compile(r"^```.*?^```", re.DOTALL | re.MULTILINE)


def linked(page: Path) -> set[tuple[Path, str]]:
    """Targets of a page's links: file and section."""
    targets = [target.partition("#") for target in LINK.findall(FENCE.sub("", page.read_text("utf-8")))]
    return {
        ((page.parent / unquote(path)).resolve() if path else page, section)
        for path, _, section in targets
        if not re.match(r"[a-z]+:", path)
    }


@cache
def sections(page: Path) -> set[str]:
    titles = re.findall(r"^#+ (.*)$", FENCE.sub("", page.read_text("utf-8")), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}


def test_every_link_leads_somewhere():
    links = [(page, *link) for page in PAGES for link in linked(page)]
    assert [(str(page), str(path)) for page, path, _ in links if not path.exists()] == []
    to_sections = [link for link in links if link[2]]
    assert [(str(page), f"{path}#{one}") for page, path, one in to_sections if one not in sections(path)] == []


def test_every_file_that_a_page_names_exists():
    name = re.compile(r"`((?:docs|fixtures|relations|seeds|tests|tracker)/[\w./-]+)`")
    named = [(str(page), file) for page in PAGES for file in name.findall(page.read_text("utf-8"))]
    assert [(page, file) for page, file in named if not (settings.ROOT / file).exists()] == []


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
    page = (DOCS / "README.md").read_text("utf-8")
    resources = {url.rstrip("/").rpartition("/")[2] for url in client.get("/api/").json().values()} - {"schema", "docs"}
    assert {name for name in resources if f"`{name}`" not in page} == set()


def test_the_command_for_a_restored_copy_disables_its_subscriptions(db, django_user_model):
    owner = django_user_model.objects.create_user("ann")
    delivery.create(owner, {"url": "https://example.org/hook", "event_types": ["*"]})
    (code,) = re.findall(r"manage shell -c '\n(.*?)'\n", (DOCS / "backup.md").read_text("utf-8"), re.DOTALL)
    exec(code)
    assert [row.state for row in Subscription.objects.all()] == ["disabled"]


def test_the_limits_of_webhooks_are_those_of_the_code():
    section = (DOCS / "webhooks.md").read_text("utf-8").partition("\n## Limits\n")[2].partition("\n## ")[0]
    table = dict(re.findall(r"^\| (.+?) \| (.+?) \|$", section, re.MULTILINE)[1:])
    assert table == {
        "attempts of a delivery": str(len(breaker.SCHEDULE) + 1),
        "waits between attempts": ", ".join(map(_duration, breaker.SCHEDULE)),
        "random spread of a wait": f"±{breaker.SPREAD:.0%}".replace("%", " %"),
        "time for a response": _duration(dt.timedelta(seconds=sending.DEADLINE)),
        "longest `Retry-After`": _duration(sending.LONGEST_RETRY_AFTER),
        "failures in a row before a pause": str(breaker.FAILURES),
        "first pause": _duration(breaker.FIRST_PAUSE),
        "longest pause": _duration(breaker.LONGEST_PAUSE),
        "time without a success before disabling": _duration(breaker.PATIENCE),
        "concurrent requests to one subscription": str(claims.OF_A_SUBSCRIPTION),
        "concurrent requests to one host and port": str(claims.OF_A_DESTINATION),
        "subscriptions of one owner": str(subscriptions.MOST),
    }


def _duration(value: dt.timedelta) -> str:
    """Seconds, minutes or hours: `5 s`, `30 min`, `14 h`."""
    seconds = int(value.total_seconds())
    size, unit = next((size, unit) for size, unit in ((3600, "h"), (60, "min"), (1, "s")) if seconds >= size)
    return f"{seconds // size} {unit}"


def test_nothing_in_the_documentation_names_the_machine_that_it_was_written_on():
    for page in PAGES:
        assert not re.search(r"/home/|/Users/|/work/|/root/", page.read_text("utf-8")), page
