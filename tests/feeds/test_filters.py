"""Feeds with the filters of the change log."""

from xml.etree import ElementTree as ET

import pytest
from django.urls import reverse

from relations.api.changes import ChangeFilters
from relations.models import StatusChange
from tests.database import made_once
from tests.factories import post, record, sanction

pytestmark = pytest.mark.django_db
ATOM = "{http://www.w3.org/2005/Atom}"


def feed(client, path):
    response = client.get(path)
    assert response.status_code == 200, response.content
    return ET.fromstring(response.content)  # the tracker's own


def ids(root):
    return [int(entry.findtext(f"{ATOM}id").rpartition("/")[2]) for entry in root.iter(f"{ATOM}entry")]


def link(root, rel):
    found = root.find(f"{ATOM}link[@rel='{rel}']")
    return None if found is None else found.get("href")


@made_once
def log():
    record(sanction("imposed", "2020-01-01", "US>BY"))
    record(sanction("eased", "2020-02-01", "US>BY"))
    record(sanction("imposed", "2020-03-01", "EU>BY"))
    record(post("ambassador", "2020-12-23", holder="Julie Fisher"))


@pytest.mark.parametrize(
    "query",
    ["track=sanctions", "track=!facts,sanctions", "from=EU", "new=eased,in_force", "pair=BY-US&track=ambassador",
     "reason=corrected", "effective_after=2020-02-01", "country=DE", "kind=ambassadors&to=BY"],
)  # fmt: skip
def test_a_filtered_feed_has_the_changes_of_the_log_under_the_same_filters(client, log, query):
    rows = client.get(f"/api/changes/?{query}&ordering=-id").json()["results"]
    assert ids(feed(client, f"/feeds/changes.atom?{query}")) == [row["id"] for row in rows]


def test_a_country_and_a_pair_have_filtered_feeds_of_their_own(client, log):
    mine = ids(feed(client, "/feeds/relations/BY-US.atom?track=sanctions"))
    assert mine == [*StatusChange.objects.filter(pair="BY-US", track__startswith="sanctions").order_by("-id")
                    .values_list("id", flat=True)]  # fmt: skip
    assert ids(feed(client, "/feeds/countries/BY.atom?from=EU")) == ids(feed(client, "/feeds/changes.atom?from=EU"))
    moved = client.get("/feeds/relations/us-by.atom?track=sanctions")
    assert (moved.status_code, moved.headers["Location"]) == (308, reverse("feed-of-a-pair", args=["BY-US"]))


def test_its_pages_keep_the_filters_and_its_id_is_its_own(client, log, monkeypatch):
    monkeypatch.setattr("relations.feeds.atom.PAGE_SIZE", 2)
    whole = [row["id"] for row in client.get("/api/changes/?track=sanctions&ordering=-id").json()["results"]]
    path, seen = "/feeds/changes.atom?track=sanctions", []
    while path:
        root = feed(client, path)
        assert link(root, "first").endswith("/feeds/changes.atom?track=sanctions")
        assert link(root, "related").endswith("/api/changes/?track=sanctions")
        seen += ids(root)
        path = link(root, "next")
    assert seen == whole
    one, other = (feed(client, f"/feeds/changes.atom{query}") for query in ("", "?to=BY&track=sanctions"))
    assert one.findtext(f"{ATOM}id") != other.findtext(f"{ATOM}id")
    same = feed(client, "/feeds/changes.atom?track=sanctions&to=BY")
    assert same.findtext(f"{ATOM}id") == other.findtext(f"{ATOM}id")
    assert other.findtext(f"{ATOM}title") == "What changed between countries (to=BY&track=sanctions)"
    page = client.get("/feeds/changes.atom?track=sanctions", headers={"accept": "text/html"}).content.decode()
    assert 'href="/feeds/changes.atom?track=sanctions"' in page


@pytest.mark.parametrize(
    ("query", "why"),
    [("trck=sanctions", "'track'"), ("track=sanction", "names no track"), ("new=in_farce", "in_force"),
     ("pair=BY", "`pair`"), ("country=XX", "XX"), ("from=US&from=%00", "NUL"), ("recorded_after=x", "`recorded_after`"),
     ("before=1&before=2", "`before`"), ("after=1", "'after'"), ("page_size=5", "'page_size'")],
)  # fmt: skip
def test_a_wrong_filter_is_refused_and_names_the_right_one(client, log, query, why):
    response = client.get(f"/feeds/changes.atom?{query}")
    assert (response.status_code, response.headers["Content-Type"]) == (400, "application/problem+json")
    assert why in response.json()["detail"]


def test_every_filter_of_the_log_is_one_of_the_feed(client, log):
    for name in sorted(ChangeFilters.names()):
        response = client.get("/feeds/changes.atom", {name: "\x00"})
        assert f"not '{name}'" not in response.json()["detail"]
