"""Facts as the API shows them: whole, in lists, as of a day and as known at a moment."""

from typing import Any

from django.test import Client

from relations import ledger
from relations.models import AmbassadorStatus
from tests.api.conftest import Editor
from tests.factories import ban, ban_list, event, post, programme, record, sanction

SOURCE = {
    "id": None, "kind": "article", "publisher": "RFE/RL", "title": "Fisher nominated",
    "url": "https://example.org/fisher", "published_on": "2020-05-05", "syndication_of": None,
}  # fmt: skip


def only_fact(kind: str, client: Client) -> dict[str, Any]:
    (fact,) = client.get(f"/api/{kind}/").json()["results"]
    return dict(fact)


def test_ambassador_is_shown_whole(editor: Editor, nomination: dict[str, Any]) -> None:
    answer = editor.post("/api/ambassadors/", nomination)
    assert answer.status_code == 201
    fact = AmbassadorStatus.objects.get()
    source = fact.citations.get().source
    body = {
        "key": str(fact.key), "version": 1, "from": "US", "to": "BY", "status": "nominated", "holder": "Julie Fisher",
        "on": "2020-05", "earliest": "2020-05-01", "latest": "2020-05-31", "nature": "event", "announced_on": None,
        "quantity": None, "in_response_to": None,
        "recorded_at": fact.recorded_at.isoformat().replace("+00:00", "Z"), "superseded_at": None, "note": "",
        "citations": [
            {"source": SOURCE | {"id": source.pk}, "quote": "nominated Julie Fisher", "start": None, "end": None,
             "stance": "supports", "verified": None},
        ],
        "independent_sources": 1, "confirmations": 0, "disputed": False,
        "url": f"http://testserver/api/ambassadors/{fact.key}/",
    }  # fmt: skip
    assert answer.json() == body
    assert answer["Location"] == body["url"]
    assert editor.get(f"/api/ambassadors/{fact.key}/").json() == body
    assert only_fact("ambassadors", editor.client) == body


def test_sanction_event_names_its_programme_and_codes(countries: None, client: Client) -> None:
    belarus = programme(title="Belarus")
    record(sanction("imposed", "2006-06-16", measures=["financial"], programme=belarus, instrument="EO 13405"))
    body = only_fact("sanction-events", client)
    own = ("action", "measures", "scope", "programme", "instrument", "expires_on", "extends", "codes")
    assert {key: body[key] for key in own} == {
        "action": "imposed", "measures": ["financial"], "scope": "", "programme": belarus.pk, "instrument": "EO 13405",
        "expires_on": None, "extends": "", "codes": {"cameo": "163"},
    }  # fmt: skip
    expanded = client.get("/api/sanction-events/?expand=programme,sources").json()["results"][0]
    assert expanded["programme"] == {"id": belarus.pk, "issuer": "US", "target": "BY", "title": "Belarus"}
    assert expanded["citations"][0]["source"].keys() == SOURCE.keys() | {
        "author", "language", "licence", "sha256", "covers_to", "good_for",
    }  # fmt: skip


def test_travel_ban_entry_names_its_list_and_country(countries: None, client: Client) -> None:
    barred = ban_list(title="Barred countries")
    record(ban("considered", "[..2020-01-31]", list=barred))
    body = only_fact("travel-ban-entries", client)
    own = ("from", "to", "list", "country", "action", "scope", "visa_classes", "person", "identifiers", "earliest")
    assert {key: body[key] for key in own} == {
        "from": "US", "to": "BY", "list": barred.pk, "country": "BY", "action": "considered", "scope": "",
        "visa_classes": [], "person": "", "identifiers": [], "earliest": None,
    }  # fmt: skip
    whole = client.get("/api/travel-ban-entries/?expand=list").json()["results"][0]["list"]
    assert whole == {"id": barred.pk, "issuer": "US", "title": "Barred countries", "subject": "country"}


def test_diplomatic_event_has_codes_of_both_books(countries: None, client: Client) -> None:
    record(event("visit", "2020-02-01"))
    body = only_fact("diplomatic-events", client)
    assert (body["kind"], body["codes"]) == ("visit", {"cameo": "042", "plover": "CONSULT"})


def test_reprint_is_no_second_witness(editor: Editor, nomination: dict[str, Any]) -> None:
    original = editor.post("/api/sources/", {"title": "Original", "publisher": "Reuters"}).json()["id"]
    reprint = {"title": "Reprint", "publisher": "A site", "syndication_of": original}
    nomination["citations"] = [{"source": original, "quote": "a"}, {"source": reprint, "quote": "a"}]
    body = editor.post("/api/ambassadors/", nomination).json()
    assert (len(body["citations"]), body["independent_sources"], body["disputed"]) == (2, 1, False)


def test_disputing_citation_makes_the_fact_disputed(editor: Editor, nomination: dict[str, Any]) -> None:
    nomination["citations"].append({"source": {"title": "Denial"}, "quote": "she was not", "stance": "disputes"})
    body = editor.post("/api/ambassadors/", nomination).json()
    assert (body["disputed"], body["independent_sources"]) == (True, 1)


def test_rival_fact_makes_both_disputed_until_it_is_retracted(editor: Editor) -> None:
    (one,) = record(post("ambassador", "2020-05-01", holder="A"))
    record(post("vacant", "2020-05-01"))
    record(post("vacant", "2020-05-02"))
    assert [row["disputed"] for row in editor.get("/api/ambassadors/?ordering=on").json()["results"]] == [
        True,
        True,
        False,
    ]
    url = f"/api/ambassadors/{one.key}/"
    assert editor.get(url).json()["disputed"] is True
    before = editor.get(url)
    assert editor.delete(f"{url}?reason=error", tag=before["ETag"]).status_code == 204
    assert [row["disputed"] for row in editor.get("/api/ambassadors/").json()["results"]] == [False, False]
    (version,) = editor.get(f"{url}history/").json()["results"]
    assert version["disputed"] is True
    known = editor.get(f"/api/ambassadors/?known_at={before.json()['recorded_at']}").json()["results"]
    assert [row["disputed"] for row in known] == [False]


def test_fact_is_read_as_it_was_known(editor: Editor, nomination: dict[str, Any]) -> None:
    first = editor.post("/api/ambassadors/", nomination)
    url = first.json()["url"]
    second = editor.patch(url, {"holder": "Somebody else"}, tag=first["ETag"])
    then = first.json()["recorded_at"]
    known = editor.get(f"{url}?known_at={then}").json()
    assert known == first.json()
    assert editor.get(url).json() == second.json()
    assert editor.get(f"{url}?known_at=2001-01-01T00:00:00Z").status_code == 404
    assert editor.get(f"{url}?as_of=2020-04-30").status_code == 404
    assert editor.get(f"{url}?as_of=2020-05-01").json() == second.json()
    listed = editor.get(f"/api/ambassadors/?known_at={then}").json()["results"]
    assert [row["holder"] for row in listed] == ["Julie Fisher"]


def test_retracted_fact_is_gone_and_its_history_stays(editor: Editor, nomination: dict[str, Any]) -> None:
    first = editor.post("/api/ambassadors/", nomination, X_Request_ID="abc")
    url, key = first.json()["url"], first.json()["key"]
    second = editor.patch(f"{url}?reason=misspelt", {"holder": "Julie D. Fisher"}, tag=first["ETag"])
    assert editor.delete(f"{url}?reason=wrong%20person", tag=second["ETag"]).status_code == 204
    gone = editor.get(url)
    assert (gone.status_code, gone.json()["type"]) == (410, "/api/docs/errors/#retracted")
    assert gone["Link"] == f'<{url}history/>; rel="version-history"'
    history = editor.get(f"{url}history/").json()
    whole = {"recorded_by": "anna", "reason": "recorded", "why": ""}
    assert [{**row, "request_id": ""} for row in history["results"]] == [
        {**first.json(), **whole, "superseded_at": second.json()["recorded_at"], "request_id": ""},
        {**second.json(), **whole, "superseded_at": history["retraction"]["at"], "reason": "corrected",
        "why": "misspelt",
         "request_id": ""},
    ]  # fmt: skip
    assert history["results"][0]["request_id"] == "abc"
    assert (history["retraction"]["by"], history["retraction"]["why"]) == ("anna", "wrong person")
    assert editor.get(f"{url}?known_at={second.json()['recorded_at']}").json()["version"] == 2
    assert editor.get("/api/ambassadors/").json()["results"] == []
    assert editor.get(f"/api/sanction-events/{key}/history/").status_code == 404


def test_fields_and_etag(editor: Editor, nomination: dict[str, Any]) -> None:
    first = editor.post("/api/ambassadors/", nomination)
    url = first.json()["url"]
    answer = editor.get(f"{url}?fields=status,holder")
    assert answer.json() == {"status": "nominated", "holder": "Julie Fisher"}
    assert answer["ETag"].startswith('"v1-')
    assert answer["ETag"] != first["ETag"]
    whole = editor.get(url)
    assert whole["ETag"] == first["ETag"]
    for header in (whole["ETag"], f"W/{whole['ETag']}", f'"x", {whole["ETag"]}', "*"):
        again = editor.client.get(url, headers={"If-None-Match": header})
        assert (again.status_code, again.content, again["ETag"]) == (304, b"", whole["ETag"]), header
    assert editor.client.get(url, headers={"If-None-Match": '"v1-other"'}).status_code == 200


def test_seed_article_is_read_back(seed: None, client: Client) -> None:
    answer = client.get("/api/travel-ban-entries/?country=BY&ordering=on").json()
    assert [(row["action"], row["on"]) for row in answer["results"]] == [
        ("considered", "[..2020-01-31]"), ("removed", "[..2020-02-01]"),
    ]  # fmt: skip
    (citation,) = answer["results"][1]["citations"]
    text = client.get(f"/api/sources/{citation['source']['id']}/").json()["text"]
    assert text[citation["start"] : citation["end"]] == citation["quote"]


def test_history_without_a_version_that_was_asked_for_is_empty(editor: Editor, nomination: dict[str, Any]) -> None:
    url = editor.post("/api/ambassadors/", nomination).json()["url"]
    answer = editor.get(f"{url}history/?version=2")
    assert answer.json() == {"results": [], "next": None, "previous": None, "retraction": None}


def test_what_an_earlier_version_said_contradicts_nothing(client: Client, countries: None) -> None:
    _, other = record(post("vacant", "2020-01-01"), post("ambassador", "2020-01-01", holder="Julie Fisher"))
    before = ledger.clock()
    ledger.correct(type(other), other.key, values={"status": "vacant", "holder": ""}, author=ledger.NOBODY)
    moment = f"{before:%Y-%m-%dT%H:%M:%S.%fZ}"
    for query, disputed in (("", [False, False]), (f"?known_at={moment}", [True, True])):
        assert [row["disputed"] for row in client.get(f"/api/ambassadors/{query}").json()["results"]] == disputed
