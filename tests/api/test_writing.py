"""Facts recorded, corrected and retracted, and what they refer to is not deleted."""

from typing import Any

import pytest

from relations.models import (
    AmbassadorStatus,
    Citation,
    CountryPair,
    Source,
    StatusChange,
)
from tests.api.conftest import Editor
from tests.factories import ban, ban_list, programme, record, sanction


def wrong(answer: Any) -> list[tuple[str, str]]:
    assert answer["Content-Type"] == "application/problem+json"
    return [(each["pointer"], each["code"]) for each in answer.json()["errors"]]


def test_correction_leaves_fields_that_it_does_not_name(editor: Editor, nomination: dict[str, Any]) -> None:
    first = editor.post("/api/ambassadors/", nomination)
    url = first.json()["url"]
    second = editor.patch(url, {"status": "confirmed", "on": "2020-12-15"}, tag=first["ETag"])
    assert second.status_code == 200
    changed = {
        "version": 2,
        "status": "confirmed",
        "on": "2020-12-15",
        "earliest": "2020-12-15",
        "latest": "2020-12-15",
    }
    assert second.json() == first.json() | changed | {"recorded_at": second.json()["recorded_at"]}
    assert second["ETag"].startswith('"v2-')
    assert AmbassadorStatus.objects.count() == 2


def test_put_replaces_the_whole_fact_and_takes_back_what_was_shown(editor: Editor, nomination: dict[str, Any]) -> None:
    first = editor.post("/api/ambassadors/", nomination | {"note": "to go"})
    url, shown = first.json()["url"], first.json()
    same = editor.put(url, shown, tag=first["ETag"])
    assert (same.status_code, same.json(), same["ETag"]) == (200, shown, first["ETag"])
    less = {key: shown[key] for key in ("from", "to", "status", "on", "citations")}
    second = editor.put(url, less, tag=first["ETag"]).json()
    assert (second["version"], second["holder"], second["note"]) == (2, "", "")
    missing = editor.put(url, {"from": "US", "to": "BY"}, tag='"v2-x"')
    assert wrong(missing) == [("/on", "required"), ("/citations", "required"), ("/status", "required")]


def test_correction_without_a_change_returns_the_current_version(editor: Editor, nomination: dict[str, Any]) -> None:
    first = editor.post("/api/ambassadors/", nomination)
    again = editor.patch(first.json()["url"], {"holder": "Julie Fisher"}, tag=first["ETag"])
    assert (again.status_code, again.json(), again["ETag"]) == (200, first.json(), first["ETag"])
    assert AmbassadorStatus.objects.count() == 1


@pytest.mark.parametrize("method", ["patch", "put", "delete"])
def test_change_needs_if_match_with_the_current_version(
    editor: Editor, nomination: dict[str, Any], method: str
) -> None:
    first = editor.post("/api/ambassadors/", nomination)
    url = first.json()["url"]
    second = editor.patch(url, {"holder": "X"}, tag=first["ETag"])
    address = f"{url}?reason=because"
    body = {} if method == "delete" else {"body": nomination}
    unsaid = getattr(editor, method)(address, **body)
    assert (unsaid.status_code, unsaid.json()["type"]) == (428, "/api/docs/errors/#precondition-required")
    stale = getattr(editor, method)(address, **body, tag=first["ETag"])
    assert (stale.status_code, stale["ETag"]) == (412, second["ETag"])
    assert stale.json()["detail"] == "Another edit came first: the current version is 2, yours was 1."
    assert getattr(editor, method)(address, **body, tag="rubbish").status_code == 412
    any_version = getattr(editor, method)(address, **body, tag="*")
    assert any_version.status_code == (204 if method == "delete" else 200)


def test_weak_tag_of_a_compressing_proxy_names_the_version(editor: Editor, nomination: dict[str, Any]) -> None:
    first = editor.post("/api/ambassadors/", nomination)
    answer = editor.patch(first.json()["url"], {"holder": "X"}, tag=f'"v7-a", W/{first["ETag"]}')
    assert (answer.status_code, answer.json()["version"], answer.json()["holder"]) == (200, 2, "X")


def test_retraction_needs_a_reason(editor: Editor, nomination: dict[str, Any]) -> None:
    first = editor.post("/api/ambassadors/", nomination)
    url = first.json()["url"]
    for query in ("", "?reason=", "?reason=%20", "?reason=%00"):
        answer = editor.delete(f"{url}{query}", tag=first["ETag"])
        assert answer.status_code == 400, query
        assert answer.json()["errors"][0]["parameter"] == "reason"
    assert editor.delete(f"{url}?reason=error", tag=first["ETag"]).status_code == 204
    assert editor.delete(f"{url}?reason=error", tag=first["ETag"]).status_code == 410
    assert editor.patch(url, {"holder": "X"}, tag=first["ETag"]).status_code == 410


def test_countries_of_a_fact_cannot_be_corrected(editor: Editor, nomination: dict[str, Any]) -> None:
    first = editor.post("/api/ambassadors/", nomination)
    answer = editor.patch(first.json()["url"], {"to": "UA"}, tag=first["ETag"])
    assert answer.status_code == 400
    assert wrong(answer) == [("/to", "cannot_be_corrected")]


def test_several_rows_are_recorded_in_their_order(editor: Editor, nomination: dict[str, Any]) -> None:
    rows = [nomination | {"on": f"2020-0{month}", "to": to} for month, to in ((3, "BY"), (1, "UA"), (2, "BY"))]
    answer = editor.post("/api/ambassadors/", rows)
    assert answer.status_code == 201
    assert [(row["on"], row["to"]) for row in answer.json()] == [
        ("2020-03", "BY"),
        ("2020-01", "UA"),
        ("2020-02", "BY"),
    ]
    assert Source.objects.count() == 1


def test_bulk_is_all_or_nothing_and_names_every_bad_row(editor: Editor, nomination: dict[str, Any]) -> None:
    good = nomination
    rows = [
        good,
        good | {"on": "soon"},
        good | {"form": "US"},
        good | {"citations": [{"source": 99, "quote": "q"}, {"source": {"title": ""}, "quote": " "}]},
        7,
        good | {"to": "US", "status": "king"},
        good | {"to": "US"},
        good | {"citations": [{"source": {"title": "x"}, "quote": "q", "stance": "disputes"}]},
        good | {"citations": []},
        {"from": "US"},
    ]
    answer = editor.post("/api/ambassadors/", rows)
    assert answer.status_code == 400
    assert answer.json()["type"] == "/api/docs/errors/#some-refused"
    assert answer.json()["detail"] == "Rows refused: 9. Nothing was recorded."
    assert sorted(wrong(answer)) == [
        ("/1/on", "not_a_date"),
        ("/2/form", "unknown_field"),
        ("/3/citations/1/source/title", "blank"),
        ("/4", "invalid"),
        ("/5/status", "invalid_choice"),
        ("/6/to", "contradiction"),
        ("/7/citations", "missing_evidence"),
        ("/8/citations", "missing_evidence"),
        ("/9/citations", "required"),
        ("/9/on", "required"),
        ("/9/status", "required"),
        ("/9/to", "required"),
    ]
    assert (AmbassadorStatus.objects.count(), Source.objects.count(), CountryPair.objects.count()) == (0, 0, 0)


def test_unknown_source_programme_and_list_are_pointed_at(editor: Editor, nomination: dict[str, Any]) -> None:
    citations = [{"source": 99, "quote": "q"}]
    event = {"from": "US", "to": "BY", "action": "imposed", "programme": 5, "on": "2020", "citations": citations}
    assert wrong(editor.post("/api/sanction-events/", event)) == [
        ("/programme", "does_not_exist"), ("/citations/0/source", "does_not_exist"),
    ]  # fmt: skip
    entry = {"list": 5, "country": "BY", "action": "listed", "on": "2020", "citations": nomination["citations"]}
    assert wrong(editor.post("/api/travel-ban-entries/", entry)) == [("/list", "does_not_exist")]
    assert wrong(editor.post("/api/travel-ban-entries/", entry | {"list": 10**30})) == [("/list", "invalid")]
    reprint = {"title": "t", "syndication_of": 77}
    body = nomination | {"citations": [{"source": reprint, "quote": "q"}]}
    assert wrong(editor.post("/api/ambassadors/", body)) == [("/citations/0/source/syndication_of", "does_not_exist")]


def test_what_is_wrong_with_an_entry_is_named_as_its_body_names_it(editor: Editor, nomination: dict[str, Any]) -> None:
    barred = ban_list(title="Barred")
    entry = {"list": barred.pk, "country": "US", "action": "listed", "on": "2020", "citations": nomination["citations"]}
    assert wrong(editor.post("/api/travel-ban-entries/", entry)) == [("/country", "contradiction")]
    entry |= {"country": "BY", "person": "Ivan Ivanov"}
    assert wrong(editor.post("/api/travel-ban-entries/", entry)) == [("/person", "contradiction")]
    answer = editor.post("/api/travel-ban-entries/", entry | {"person": ""})
    assert (answer.status_code, answer.json()["from"], answer.json()["country"]) == (201, "US", "BY")
    other = ban_list("DE", title="Theirs")
    assert wrong(editor.patch(answer.json()["url"], {"list": other.pk}, tag=answer["ETag"])) == [
        ("/list", "cannot_be_corrected")
    ]
    moved = editor.patch(answer.json()["url"], {"list": ban_list(title="More").pk, "country": "BY"}, tag=answer["ETag"])
    assert (moved.status_code, moved.json()["version"]) == (200, 2)


def test_source_in_full_is_found_by_its_url_and_not_overwritten(editor: Editor, nomination: dict[str, Any]) -> None:
    first = editor.post("/api/ambassadors/", nomination).json()
    nomination["citations"][0]["source"] |= {"title": "Another title"}
    second = editor.post("/api/ambassadors/", nomination | {"on": "2020-06"}).json()
    assert second["citations"] == first["citations"]
    shown = second["citations"][0]["source"]
    third = editor.post(
        "/api/ambassadors/", nomination | {"on": "2020-07", "citations": [{"source": shown, "quote": "q"}]}
    )
    assert third.json()["citations"][0]["source"] == shown
    assert Source.objects.count() == 1


def test_quote_has_to_be_in_the_archived_text(editor: Editor, nomination: dict[str, Any]) -> None:
    text = "Trump has nominated\n  Julie Fisher. Зеленський «так»."
    source = editor.post("/api/sources/", {"title": "T", "text": text}).json()
    body = nomination | {"citations": [{"source": source["id"], "quote": "nominated Julie Fisher"}]}
    (citation,) = editor.post("/api/ambassadors/", body).json()["citations"]
    assert (citation["quote"], text[citation["start"] : citation["end"]]) == ("nominated\n  Julie Fisher",) * 2
    body["citations"][0]["quote"] = "appointed Julie Fisher"
    assert wrong(editor.post("/api/ambassadors/", body)) == [("/citations/0/quote", "quote_not_found")]
    changed = editor.patch(source["self"], {"text": "Something else"}, tag="*")
    assert (changed.status_code, wrong(changed)) == (409, [("/text", "conflict")])


def test_more_rows_than_are_taken(editor: Editor) -> None:
    answer = editor.post("/api/ambassadors/", [{}] * 1001)
    assert (answer.status_code, answer.json()["detail"]) == (
        413, "One request may write at most 1000 rows; this one has 1001.",
    )  # fmt: skip
    assert editor.post("/api/ambassadors/", []).json()["detail"] == "The list is empty: there is nothing to write."


def test_hundreds_of_rows_are_recorded_at_once(editor: Editor, nomination: dict[str, Any]) -> None:
    source = editor.post("/api/sources/", {"title": "A data set"}).json()["id"]
    cited = {"citations": [{"source": source, "quote": "row"}]}
    words = ["ambassador", "charge"]
    rows = [nomination | cited | {"on": f"{1000 + number}", "status": words[number % 2]} for number in range(300)]
    answer = editor.post("/api/ambassadors/", rows)
    assert (answer.status_code, len(answer.json())) == (201, 300)


def test_the_log_has_the_request_id_and_the_user(editor: Editor, nomination: dict[str, Any]) -> None:
    editor.post("/api/ambassadors/", nomination, X_Request_ID="from-the-newsroom")
    lines = StatusChange.objects.values_list("request_id", "recorded_by__username", "reason").distinct()
    assert list(lines) == [("from-the-newsroom", "anna", "recorded")]


def test_what_facts_refer_to_cannot_be_deleted(editor: Editor) -> None:
    belarus = programme(title="Belarus")
    (event,) = record(sanction("imposed", "2006", programme=belarus))
    barred = ban_list(title="Barred")
    (entry,) = record(ban("listed", "2006", list=barred))
    source = Citation.objects.get(sanction_event=event.pk).source
    for url, key in (
        (f"/api/sanction-programmes/{belarus.pk}/", event.key),
        (f"/api/travel-ban-lists/{barred.pk}/", entry.key),
        (f"/api/sources/{source.pk}/", event.key),
    ):
        answer = editor.delete(url, tag=editor.get(url)["ETag"])
        assert (answer.status_code, answer.json()["type"]) == (409, "/api/docs/errors/#in-use")
        assert str(key) in answer.json()["detail"]
        assert editor.get(url).status_code == 200
