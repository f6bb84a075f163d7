"""The card for other sites, oEmbed, and what pages say of themselves to previews and search engines."""

import gzip
import json
import shlex
from typing import Any
from urllib.parse import quote

import lxml.html
import pytest

from relations import delivery
from relations.models import Subscription
from relations.web.structured_data import as_text
from tests.factories import post, recent, record, sanction
from tests.web.conftest import html_of, words_of
from tests.web.markup import wrong_in_markup
from tests.web.relations import shown, text

HOSTILE = "</script><script>alert(1)</script>\u2028&"
PAIR = "http://testserver/relations/BY-US/"


# --- the card -------------------------------------------------------------------------------------------------------


def test_other_sites_may_frame_the_card_and_no_other_page(reader, seed):
    policy = reader.get("/embed/relations/BY-US/")["Content-Security-Policy"]
    assert "frame-ancestors *" in policy
    assert "script-src 'none'" in policy
    assert "unsafe" not in policy
    assert "X-Frame-Options" not in reader.get("/embed/relations/BY-US/").headers
    for other in ("/", "/relations/BY-US/", "/admin/login/", "/embed/relations/XX-US/", "/oembed"):
        answer = reader.get(other)
        assert "frame-ancestors 'none'" in answer["Content-Security-Policy"], other
        assert answer["X-Frame-Options"] == "DENY", other


def test_the_card_prints_its_dates_and_leads_to_the_page_that_shows_the_same_again(reader, seed):
    answer = reader.get("/embed/relations/BY-US/@2020-02-02~2026-03-01")
    assert list(wrong_in_markup(answer.content.decode())) == []
    html = html_of(answer)
    assert html.cssselect("script, style, [style], form, iframe") == []
    assert "As of 2 February 2020, as known on 1 March 2026" in words_of(answer)
    links = [(link.get("href"), link.get("target"), link.get("rel")) for link in html.cssselect("a")]
    place = "http://testserver/relations/BY-US/@2020-02-02~2026-03-01"
    assert links == [(place, "_blank", "noopener")] * 2
    assert html.cssselect("link[rel=canonical]")[0].get("href") == place
    assert len(gzip.compress(answer.content)) < 10_000


def test_the_card_says_what_the_page_says(reader, countries):
    record(post("ambassador", recent(), holder="Ada <Envoy>"), sanction("imposed", recent()))

    html = html_of(reader.get("/embed/relations/BY-US/"))
    card = [[text(chip) for chip in lane.cssselect(".chip")] for lane in html.cssselect(".embed-lanes section")]
    lanes = shown(reader.get("/relations/BY-US/"))["lanes"]
    # Without a successor of whom nothing is known.
    assert card == [[one["word"] for one in lane if one["title"] != "Next head of mission"] for lane in lanes]
    assert card == [["unknown"] * 3, ["ambassador", "in force", "unknown"]]
    assert "Ada <Envoy>" in words_of(reader.get("/embed/relations/BY-US/"))


@pytest.mark.parametrize(
    ("asked", "status", "home"),
    [
        ("/embed/relations/us-blr/", 302, "/embed/relations/BY-US/"),
        ("/embed/relations/BY-US/?utm_source=1", 302, "/embed/relations/BY-US/"),
        ("/embed/relations/US-BY/@2020-02-02", 302, "/embed/relations/BY-US/@2020-02-02"),
        ("/embed/relations/BY-XX/", 404, None), ("/embed/relations/BY-US/@x", 404, None),
        ("/embed/relations/BY-US/@2019-12-31..2020-02-02", 404, None),
    ],
)  # fmt: skip
def test_a_card_has_one_address(reader, countries, asked, status, home):
    answer = reader.get(asked)
    assert (answer.status_code, answer.headers.get("Location")) == (status, home)


def test_who_has_the_card_gets_304(reader, german, seed):
    tag = reader.get("/embed/relations/BY-US/")["ETag"]
    assert reader.get("/embed/relations/BY-US/", headers={"If-None-Match": tag}).status_code == 304
    assert german.get("/embed/relations/BY-US/", headers={"If-None-Match": tag}).status_code == 200


# --- oEmbed ---------------------------------------------------------------------------------------------------------


def asked(client: Any, url: str, **parameters: str) -> Any:
    return client.get("/oembed", {"url": url, **parameters})


def test_oembed_answers_with_the_frame_of_the_pair(client, seed):
    answer = asked(client, f"{PAIR}@2020-02-02~2026-03-01", format="json")
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/json")
    assert answer.json() == {
        "version": "1.0", "type": "rich",
        "title": "Belarus and United States. As of 2 February 2020, as known on 1 March 2026",
        "provider_name": "Tracker", "provider_url": "http://testserver/", "cache_age": 3600,
        "html": '<iframe src="http://testserver/embed/relations/BY-US/@2020-02-02~2026-03-01" '
                'title="Belarus and United States" width="640" height="680" loading="lazy"></iframe>',
        "width": 640, "height": 680, "thumbnail_url": "http://testserver/relations/BY-US/@2020-02-02~2026-03-01.png",
        "thumbnail_width": 1200, "thumbnail_height": 630,
    }  # fmt: skip
    (frame,) = lxml.html.fragments_fromstring(answer.json()["html"])
    assert client.get(frame.get("src")).status_code == 200
    assert client.get(answer.json()["thumbnail_url"])["Content-Type"] == "image/png"


def test_the_bounds_of_the_other_site_are_honoured(client, seed):
    small = asked(client, PAIR, maxwidth="300", maxheight="200").json()
    assert (small["width"], small["height"], "thumbnail_url" in small) == (300, 200, False)
    assert 'width="300" height="200"' in small["html"]
    large = asked(client, PAIR, maxwidth="5000").json()
    assert (large["width"], large["height"], "thumbnail_url" in large) == (640, 680, True)


@pytest.mark.parametrize(
    ("parameters", "status"),
    [
        ({"url": PAIR, "format": "xml"}, 501), ({"url": PAIR, "format": "x"}, 501),
        ({"url": PAIR, "maxwidth": "0"}, 400), ({"url": PAIR, "maxheight": "-1"}, 400),
        ({"url": PAIR, "maxwidth": "1" * 5000}, 400), ({"url": PAIR, "maxwidth": "²"}, 400),
        ({}, 404), ({"url": "https://example.org/relations/BY-US/"}, 404), ({"url": "http://[x/"}, 404),
        ({"url": "javascript://testserver/relations/BY-US/"}, 404), ({"url": "http://testserver/map/"}, 404),
        ({"url": "http://testserver.example.org/relations/BY-US/"}, 404), ({"url": f"{PAIR}timeline.svg"}, 404),
        ({"url": f"{PAIR}@2019-12-31..2020-02-02"}, 404), ({"url": "http://testserver/relations/BY-XX/"}, 404),
        ({"url": f"{PAIR}%00"}, 404), ({"url": "http://testserver@evil.example/relations/BY-US/"}, 404),
    ],
)  # fmt: skip
def test_what_oembed_cannot_answer_is_refused_by_its_own_statuses(client, countries, parameters, status):
    answer = client.get("/oembed", parameters)
    assert (answer.status_code, answer["Content-Type"]) == (status, "application/problem+json")


def test_the_page_of_a_pair_names_its_oembed_and_shows_the_code_of_the_card(reader, seed):
    html = html_of(reader.get("/relations/BY-US/@2020-02-02"))
    (link,) = html.cssselect("link[type='application/json+oembed']")
    assert link.get("href") == f"/oembed?url={quote(f'{PAIR}@2020-02-02', safe='')}&format=json"
    answer = reader.get(link.get("href")).json()
    assert html.cssselect("#embed")[0].text == answer["html"]
    assert '"pairs":["BY-US"]' in text(html.cssselect("#subscribe")[0])


def test_the_command_that_a_page_shows_makes_a_subscription(client, seed, django_user_model):
    user = django_user_model.objects.create_user("ann")
    shown = html_of(client.get("/relations/BY-US/", headers={"Accept": "text/html"})).cssselect("#subscribe")[0].text
    body = json.loads(shlex.split(shown.replace("\\\n", ""))[-1])
    delivery.create(user, {**body, "event_types": ["*"]})
    assert [row.pairs for row in Subscription.objects.all()] == [["BY-US"]]


# --- what a page says of itself -------------------------------------------------------------------------------------


def described(answer: Any) -> Any:
    (script,) = html_of(answer).cssselect("script[type='application/ld+json']")
    return json.loads(script.text or "")


def test_a_pair_is_a_dataset_with_its_forms(reader, seed):
    data = described(reader.get("/relations/BY-US/@2020-02-02"))
    assert (data["@context"], data["@type"], data["temporalCoverage"]) == (
        "https://schema.org",
        "Dataset",
        "2020-02-02",
    )
    assert data["url"] == f"{PAIR}@2020-02-02"
    assert [(each["@type"], each["identifier"]) for each in data["spatialCoverage"]] == [
        ("Country", "BY"), ("Country", "US"),
    ]  # fmt: skip
    for each in data["distribution"]:
        answer = reader.get(each["contentUrl"], headers={"Accept": "*/*"})
        answer = reader.get(answer["Location"], headers={"Accept": "*/*"}) if answer.status_code == 307 else answer
        assert (answer.status_code, answer["Content-Type"].partition(";")[0]) == (200, each["encodingFormat"])
        assert b"".join(answer)


def test_a_country_is_a_country_and_the_start_a_site_with_a_search(reader, world):
    data = described(reader.get("/countries/DE/"))
    assert (data["@type"], data["name"], data["identifier"]) == ("Country", "Germany", "DE")
    assert {"@type": "Organization", "name": "European Union", "url": "http://testserver/countries/EU/"} in (
        data["memberOf"]
    )
    assert described(reader.get("/"))["@type"] == "WebSite"
    assert described(reader.get("/changes/"))["@type"] == "Dataset"


def test_a_name_in_structured_data_cannot_end_its_element():
    written = as_text({"name": HOSTILE})
    assert not {"<", ">", "&", "\u2028"} & set(written)
    assert json.loads(written) == {"name": HOSTILE}


@pytest.mark.parametrize("address", ["/relations/BY-US/", "/relations/BY-US/@2020-02-02", "/countries/BY/", "/map/"])
def test_a_preview_shows_a_picture_of_the_page(reader, seed, address):
    html = html_of(reader.get(address))
    (image,) = html.cssselect("meta[property='og:image']")
    assert reader.get(image.get("content"), follow=True)["Content-Type"] == "image/png"
    assert html.cssselect("meta[name='twitter:card']")[0].get("content") == "summary_large_image"


def test_the_page_of_an_error_has_no_address_to_link_to(reader, countries):
    html = html_of(reader.get("/relations/BY-XX/"))
    assert html.cssselect("link[rel=canonical], meta[property], script") == []


def test_pages_about_the_tracker_are_whole_in_both_languages(db, reader, german):
    for name in ("method", "names-and-borders"):
        english, other = (html_of(client.get(f"/about/{name}/")) for client in (reader, german))
        for html in (english, other):
            assert len(html.cssselect("article h1")) == 1
        assert len(english.cssselect("article h2")) == len(other.cssselect("article h2")) > 3
        links = [[link.get("href") for link in html.cssselect("article a[href^='/']")] for html in (english, other)]
        assert links[0] == links[1]
        assert other.get("lang") == "de"
    assert reader.get("/about/other/").status_code == 404
