"""`/feeds/…`: Atom that any reader takes, whole, by country and by pair."""

import re
from typing import Any

import lxml.html
import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from lxml import etree

from relations import ledger
from relations.models import AmbassadorStatus, Country, DiplomaticEvent, SanctionEvent, StatusChange
from relations.queries.countries import current_country_index
from relations.representation.change_text import Names, headline, subject
from relations.status import Track
from tests.factories import ban, ban_list, draft, event, post, programme, record, sanction

ATOM = "{http://www.w3.org/2005/Atom}"
MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)")
TAG = re.compile(r"tag:[a-z0-9.-]+,\d{4}(-\d\d(-\d\d)?)?:[\w/.-]+")


def feed(client: Any, path: str, **headers: str) -> Any:
    response = client.get(f"/feeds/{path}", headers=headers)
    assert response.status_code == 200, response.content
    assert response["Content-Type"] == "application/atom+xml; charset=utf-8"
    found = etree.fromstring(response.content)
    assert breaches(found) == []
    return found


def breaches(found: Any) -> list[str]:
    """Breaches of RFC 4287 (4.1.1, 4.1.2, 4.2) in a feed."""
    wrong = [] if found.tag == f"{ATOM}feed" else ["the root is no feed"]
    for element in (found, *found.findall(f"{ATOM}entry")):
        at = element.findtext(f"{ATOM}id")
        once = ("id", "title", "updated")
        wrong += [f"{at}: not exactly one {name}" for name in once if len(element.findall(f"{ATOM}{name}")) != 1]
        if not TAG.fullmatch(at or ""):
            wrong.append(f"{at}: no tag URI")
        moments = [each.text or "" for name in ("updated", "published") for each in element.findall(f"{ATOM}{name}")]
        wrong += [f"{at}: {moment} is no moment" for moment in moments if not MOMENT.fullmatch(moment)]
        links = element.findall(f"{ATOM}link")
        wrong += [f"{at}: a link leads nowhere" for link in links if not link.get("href", "").startswith("http://")]
        alternates = [(link.get("type"), link.get("hreflang")) for link in links if link.get("rel") == "alternate"]
        if len(alternates) != len(set(alternates)):
            wrong.append(f"{at}: two alternates of one type")
    if not found.findall(f"{ATOM}author/{ATOM}name"):
        wrong.append("nobody is the author")
    entries = [entry.findtext(f"{ATOM}id") for entry in found.findall(f"{ATOM}entry")]
    return wrong + ([] if len(entries) == len(set(entries)) else ["two entries have one id"])


def entries(found: Any) -> list[int]:
    return [int(entry.findtext(f"{ATOM}id").rpartition("/")[2]) for entry in found.findall(f"{ATOM}entry")]


def link(element: Any, rel: str, kind: str | None = None) -> str | None:
    hits = [each.get("href") for each in element.findall(f"{ATOM}link")
            if each.get("rel") == rel and (kind is None or each.get("type") == kind)]  # fmt: skip
    return hits[0] if hits else None


def test_an_entry_says_between_whom_what_changed_and_where_to_read_on(client, countries, settings):
    settings.PUBLIC_URL = "https://tracker.example.org"
    record(post("ambassador", "2020-12-23", holder="Julie <Fisher> & Co\x0b"))
    line = StatusChange.objects.get(track="ambassador:US>BY")
    found = feed(client, "changes.atom")
    entry = found.findall(f"{ATOM}entry")[-1]
    moment = line.recorded_at.isoformat()
    subject = "Belarus – United States: Head of mission of United States in Belarus"
    title = f"{subject}: unknown → ambassador (Julie <Fisher> & Co\ufffd)"
    assert [(each.tag.removeprefix(ATOM), each.text, dict(each.attrib)) for each in entry] == [
        ("id", f"tag:tracker.example.org,2026:changes/{line.pk}", {}),
        ("title", title, {}),
        ("published", moment, {}),
        ("updated", moment, {}),
        ("link", None, {"rel": "alternate", "type": "text/html",
                        "href": "http://testserver/relations/BY-US/@2020-12-23"}),
        ("link", None, {"rel": "related", "type": "application/json",
                        "href": f"http://testserver/api/changes/{line.pk}/"}),
        ("link", None, {"rel": "related", "type": "application/json",
                        "href": "http://testserver/api/relations/BY-US/"}),
        ("category", None, {"term": "ambassador", "label": "ambassador:US>BY"}),
        ("summary", f"A fact was recorded. In effect from 2020-12-23. Version {line.version} of BY-US.", {}),
    ]  # fmt: skip
    assert found.findtext(f"{ATOM}id") == "tag:tracker.example.org,2026:feeds/changes.atom"
    assert found.findtext(f"{ATOM}title") == "What changed between countries"
    assert link(found, "self") == "http://testserver/feeds/changes.atom"
    assert link(found, "related") == "http://testserver/api/changes/"
    assert found.findtext(f"{ATOM}updated") == StatusChange.objects.latest("id").recorded_at.isoformat()


def test_every_line_of_the_seed_article_stands_in_the_feed_the_newest_first(client, seed):
    ids = list(StatusChange.objects.order_by("-id").values_list("id", flat=True))
    assert entries(feed(client, "changes.atom")) == ids


def test_an_act_that_changes_nothing_of_today_is_told_too(client, countries):
    (fact,) = record(event("statement", "2008"))
    ledger.retract(DiplomaticEvent, fact.key, why="Not so.", author=ledger.NOBODY)
    titles = [each.text for each in feed(client, "changes.atom").iter(f"{ATOM}title")]
    assert titles[1:] == [
        "Belarus – United States: A fact was retracted; no status changed",
        "Belarus – United States: A fact was recorded; no status changed",
    ]


def test_a_log_without_lines_is_a_feed_without_entries(client, countries):
    found = feed(client, "changes.atom")
    assert (entries(found), found.findtext(f"{ATOM}updated")) == ([], "1970-01-01T00:00:00+00:00")
    assert link(found, "next") is None


# --- of one country, of one pair ------------------------------------------------------------------------------------


def test_a_pair_and_a_country_have_feeds_of_their_own(client, seed):
    def lines(**conditions: Any) -> list[int]:
        return list(StatusChange.objects.filter(**conditions).order_by("-id").values_list("id", flat=True))

    found = feed(client, "relations/BY-US.atom")
    assert entries(found) == lines(pair="BY-US")
    assert found.findtext(f"{ATOM}title") == "What changed between Belarus and United States"
    assert link(found, "alternate") == "http://testserver/relations/BY-US/"
    found = feed(client, "countries/UA.atom")
    assert entries(found) == lines(pair__code__contains="UA")
    assert found.findtext(f"{ATOM}title") == "What changed between Ukraine and others"


def test_what_an_organisation_does_stands_in_the_feeds_of_its_members(client, countries):
    record(sanction("imposed", "2020-10-02", "EU>BY", measures=["travel"]))
    (whole, part) = StatusChange.objects.filter(track__startswith="sanctions").order_by("id")
    for path in ("relations/BY-DE.atom", "countries/DE.atom"):
        assert entries(feed(client, path)) == [part.pk, whole.pk]
    assert entries(feed(client, "relations/BY-GB.atom")) == []
    assert entries(feed(client, "countries/GB.atom")) == []
    entry = feed(client, "relations/BY-DE.atom").findall(f"{ATOM}entry")[-1]
    assert entry.findtext(f"{ATOM}title") == (
        "Belarus – European Union: Sanctions of European Union on Belarus: unknown → in force (travel)"
    )
    assert "It reaches AT-BY, BE-BY, " in entry.findtext(f"{ATOM}summary")


@pytest.mark.parametrize(
    ("asked", "canonical"),
    [("countries/by.atom", "countries/BY.atom"), ("countries/BLR.atom", "countries/BY.atom"),
     ("relations/us-by.atom", "relations/BY-US.atom"), ("relations/US-BY.atom", "relations/BY-US.atom")],
)  # fmt: skip
def test_another_spelling_leads_to_the_canonical_one(client, countries, asked, canonical):
    response = client.get(f"/feeds/{asked}")
    assert (response.status_code, response["Location"]) == (308, f"/feeds/{canonical}")


@pytest.mark.parametrize(
    ("path", "why"),
    [("countries/XX.atom", "There is no country 'XX'."), ("relations/BY-BY.atom", "A pair has two countries: BY-US."),
     ("relations/BYUS.atom", "There is no country 'BYUS'."), ("relations/BY-XX.atom", "There is no country 'XX'."),
     ("countries/BY%00.atom", "There is no country 'BY\\x00'."), ("relations/-.atom", "There is no country ''."),
     ("trends.atom", "There is nothing at this address.")],
)  # fmt: skip
def test_what_is_no_country_or_pair_is_not_there(client, countries, path, why):
    response = client.get(f"/feeds/{path}")
    assert (response.status_code, response.json()["detail"]) == (404, why)


# --- in a browser ----------------------------------------------------------------------------------------------------


CHROMIUM = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8"


@pytest.mark.parametrize(
    ("accepted", "media_type"),
    [
        (CHROMIUM, "text/html"), ("text/html", "text/html"), ("", "application/atom+xml"),
        ("*/*", "application/atom+xml"), ("application/atom+xml", "application/atom+xml"),
        # Readers of feeds that look for feeds in pages as well.
        ("application/atom+xml, application/rss+xml, text/html, */*;q=0.9", "application/atom+xml"),
        ("application/rss+xml, text/html;q=0.8", "application/atom+xml"), ("text/xml", "application/atom+xml"),
    ],
)  # fmt: skip
def test_browsers_get_a_page_and_readers_of_feeds_the_feed(client, seed, accepted, media_type):
    response = client.get("/feeds/relations/BY-US.atom", headers={"Accept": accepted})
    assert (response.status_code, response["Content-Type"].partition(";")[0]) == (200, media_type)
    assert "Accept" in response["Vary"].split(", ")


def test_the_page_of_a_feed_has_its_entries_its_address_and_the_way_to_older_ones(client, seed, monkeypatch):
    monkeypatch.setattr("relations.feeds.atom.PAGE_SIZE", 5)
    response = client.get("/feeds/relations/BY-US.atom", headers={"Accept": CHROMIUM})
    html = lxml.html.document_fromstring(response.content.decode())
    assert html.cssselect("#feed-address")[0].get("value") == "http://testserver/feeds/relations/BY-US.atom"
    changes = StatusChange.objects.filter(pair="BY-US").order_by("-id")[:5]
    shown = [link.get("href") for link in html.cssselect(".log a")]
    assert shown == [f"/relations/BY-US/@{change.effective}" for change in changes]
    assert {client.get(place).status_code for place in shown} == {200}
    (older,) = html.cssselect("a[rel=next]")
    assert older.get("href") == f"/feeds/relations/BY-US.atom?before={changes[4].pk}"
    again = client.get("/feeds/relations/BY-US.atom", headers={"Accept": CHROMIUM, "If-None-Match": response["ETag"]})
    assert again.status_code == 304


def test_the_page_of_a_feed_costs_the_queries_of_the_feed(client, seed):
    def queries(accepted: str) -> int:
        with CaptureQueriesContext(connection) as captured:
            client.get("/feeds/relations/BY-US.atom", headers={"Accept": accepted})
        return len(captured)

    queries(CHROMIUM)
    assert queries(CHROMIUM) == queries("*/*")


# --- pages and polling ----------------------------------------------------------------------------------------------


def test_pages_lead_back_through_the_whole_log(client, seed):
    codes = ("AD", "AE", "AF", "AG", "AL", "AM", "AO", "AR", "AT", "AU", "AZ", "BA", "BB", "BD", "BE", "BG")
    for action, on in (("imposed", "2019"), ("tightened", "2020-01"), ("lifted", "2020-02")):
        record(*(sanction(action, on, f"UA>{code}") for code in codes))
    ids = list(StatusChange.objects.order_by("-id").values_list("id", flat=True))
    assert len(ids) > 100
    seen, page = [], "changes.atom"
    while page:
        found = feed(client, page)
        seen += entries(found)
        assert link(found, "first") == "http://testserver/feeds/changes.atom"
        page = (link(found, "next") or "").removeprefix("http://testserver/feeds/")
    assert seen == ids


def test_a_reader_that_has_the_feed_is_not_sent_it_again_until_a_line_is_written(client, seed):
    tag = client.get("/feeds/relations/BY-US.atom")["ETag"]
    response = client.get("/feeds/relations/BY-US.atom", headers={"if-none-match": tag})
    assert (response.status_code, response.content, response["ETag"]) == (304, b"", tag)
    record(sanction("lifted", "2020-02-01", "UA>BY"))
    assert client.get("/feeds/relations/BY-US.atom", headers={"if-none-match": tag}).status_code == 304
    record(sanction("lifted", "2020-03-01"))
    assert client.get("/feeds/relations/BY-US.atom", headers={"if-none-match": tag}).status_code == 200


@pytest.mark.django_db(transaction=True)
def test_a_feed_is_written_anew_where_a_country_is_called_something_else(client, world):
    call_command("loaddata", "seed_article", verbosity=0)
    tag = client.get("/feeds/relations/BY-US.atom")["ETag"]
    Country.objects.filter(code="BY").update(name="Belorussia")
    response = client.get("/feeds/relations/BY-US.atom", headers={"if-none-match": tag})
    assert (response.status_code, "Belorussia" in response.content.decode()) == (200, True)


@pytest.mark.parametrize(
    "query", ["before=x", "before=-1", "before=99999999999999999999", "before=", "page=2", "before=%00"]
)
def test_a_parameter_that_means_nothing_is_refused(client, countries, query):
    response = client.get(f"/feeds/changes.atom?{query}")
    assert (response.status_code, "`before`" in response.json()["detail"]) == (400, True)


def test_a_feed_is_only_read(client, countries):
    assert client.post("/feeds/changes.atom").status_code == 405
    assert client.head("/feeds/changes.atom").content == b""


@pytest.mark.parametrize("path", ["changes.atom", "countries/BY.atom", "relations/BY-US.atom", "relations/BY-DE.atom"])
def test_a_feed_costs_as_many_queries_however_long_it_is(client, seed, path):
    client.get(f"/feeds/{path}")
    with CaptureQueriesContext(connection) as queries:
        client.get(f"/feeds/{path}")
    # The epoch of the cached reference data; the changes; titles of travel-ban lists, if any.
    assert len(queries) == (2 if "DE" in path else 3)


@pytest.mark.parametrize(
    ("model", "values", "title"),
    [
        (AmbassadorStatus, {"status": "charge", "holder": "Scott Rauland"}, "chargé d'affaires (Scott Rauland)"),
        (AmbassadorStatus, {"status": "interests_section"}, "interests section"),
        (SanctionEvent, {"action": "imposed", "measures": ["military_assistance"]}, "in force (military assistance)"),
        (DiplomaticEvent, {"kind": "relations_severed"}, "severed"),
    ],
)
def test_a_title_has_labels_instead_of_codes(client, countries, model, values, title):
    record(draft(model, "2014-01-31", **values))
    titles = [each.text for each in feed(client, "relations/BY-US.atom").iter(f"{ATOM}title")]
    assert [each for each in titles if each.endswith(f": unknown → {title}")] != []
    assert [each for each in titles if "_" in each] == []


def test_programmes_and_lists_are_told_by_their_titles(client, countries):
    belarus, gone = programme(title="Belarus Sanctions Regulations"), "sanctions:US>BY:999"
    record(sanction("imposed", "2006-06-16", programme=belarus))
    record(ban("listed", "2020-01-31", list=ban_list(title="Proclamation 9983")))
    about = StatusChange.objects.filter(track=f"sanctions:US>BY:{belarus.pk}").get()
    names = Names.of([about], current_country_index().by_code)
    assert headline(about, names) == (
        "Sanctions of United States on Belarus (Belarus Sanctions Regulations): unknown → in force"
    )
    titles = [each.text for each in feed(client, "relations/BY-US.atom").iter(f"{ATOM}title")]
    for words in ("(Belarus Sanctions Regulations): unknown → in force", "(Proclamation 9983): unknown → listed"):
        assert [title for title in titles if title.endswith(words)], words
    assert subject(Track.named(gone), names) == "Sanctions of United States on Belarus (programme 999)"
