"""Confirmations: on a later day a source still said so."""

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from relations import ledger
from relations.models import Confirmation, StatusChange
from tests.api.conftest import Editor
from tests.api.reading import get, queries
from tests.factories import TEXT, post, recent, record, sanction, source
from tests.rights import token_of

QUOTE = "plan to return ambassadors"


@pytest.fixture
def vacancy(editor: Editor) -> str:
    """The URL of a fact that an article of 2020 supports."""
    (fact,) = record(post("vacant", "2020-02-01"))
    return f"/api/ambassadors/{fact.key}/"


@pytest.fixture
def archived(editor: Editor) -> Any:
    return source(title="Foreign ministry", publisher="A ministry", kind="article", text=TEXT)


def still_so(of: Any, day: str = "2026-11-01", **more: Any) -> dict[str, Any]:
    return {"source": of, "day": day, **more}


def wrong(answer: Any) -> list[tuple[str, str]]:
    assert answer["Content-Type"] == "application/problem+json"
    return [(each["pointer"], each["code"]) for each in answer.json()["errors"]]


def test_what_is_confirmed_is_shown_whole_and_counted(editor, vacancy, archived):
    answer = editor.post(f"{vacancy}confirmations/", still_so(archived.pk, quote=QUOTE))
    row = Confirmation.objects.get()
    start = TEXT.index(QUOTE)
    body = {
        "version": 1, "day": "2026-11-01",
        "source": {
            "id": archived.pk, "kind": "article", "publisher": "A ministry", "title": "Foreign ministry", "url": "",
            "published_on": None, "syndication_of": None,
        },
        "quote": QUOTE, "start": start, "end": start + len(QUOTE), "verified": True,
        "recorded_at": row.recorded_at.isoformat().replace("+00:00", "Z"), "recorded_by": "anna",
    }  # fmt: skip
    assert (answer.status_code, answer.json()) == (201, body)
    page = editor.get(f"{vacancy}confirmations/").json()
    assert page == {"results": [body], "next": None, "previous": None}
    assert editor.get(vacancy).json()["confirmations"] == 1


def test_a_source_in_full_is_found_or_made_and_needs_no_words(editor, vacancy, article):
    for day in ("2026-10-01", "2026-11-01"):
        answer = editor.post(f"{vacancy}confirmations/", still_so(article, day))
        assert (answer.status_code, answer.json()["quote"], answer.json()["verified"]) == (201, "", None)
    ids = {row["source"]["id"] for row in editor.get(f"{vacancy}confirmations/").json()["results"]}
    assert len(ids) == 1


def test_the_same_again_is_the_first_one(editor, vacancy, article):
    first = editor.post(f"{vacancy}confirmations/", still_so(article))
    again = editor.post(f"{vacancy}confirmations/", still_so(article))
    assert (first.status_code, again.status_code, again.json()) == (201, 200, first.json())
    assert Confirmation.objects.count() == 1
    keyed = [
        editor.post(f"{vacancy}confirmations/", still_so(article, "2026-10-01"), Idempotency_Key="once")
        for _ in range(2)
    ]
    assert [each.status_code for each in keyed] == [201, 201]
    assert keyed[0].content == keyed[1].content


def test_a_stale_status_is_fresh_again_and_the_log_has_no_entry(editor, vacancy, article, client):
    url = "/api/relations/BY-US/"
    before, entries = get(client, url), StatusChange.objects.count()

    def vacant(body: dict[str, Any]) -> dict[str, Any]:
        (post,) = (each["post"] for each in body["status"]["ambassadors"] if each["from"] == "US")
        return {name: post[name] for name in ("value", "stale", "confirmed_on")}

    assert vacant(before) == {"value": "vacant", "stale": True, "confirmed_on": "2020-02-01"}
    tag = client.get(url)["ETag"]
    then = f"{ledger.clock():%Y-%m-%dT%H:%M:%S.%fZ}"
    day = recent()
    editor.post(f"{vacancy}confirmations/", still_so(article, day))
    assert client.get(url, headers={"If-None-Match": tag}).status_code == 200
    after = get(client, url)
    assert vacant(after) == {"value": "vacant", "stale": False, "confirmed_on": day}
    assert (after["version"], StatusChange.objects.count()) == (before["version"], entries)
    assert vacant(get(client, f"{url}?as_of=2025-01-01"))["confirmed_on"] == "2020-02-01"
    (known,) = get(client, f"{url}?known_at={then}")["facts"]["ambassadors"]
    (now,) = after["facts"]["ambassadors"]
    assert (known["confirmations"], now["confirmations"]) == (0, 1)
    assert get(client, f"{vacancy}?known_at={then}")["confirmations"] == 0
    assert get(client, f"{vacancy}confirmations/?known_at={then}")["results"] == []
    assert [row["code"] for row in get(client, "/api/relations/?ambassador=vacant")["results"]] == ["BY-US"]


def test_a_correction_has_the_confirmations_of_what_it_still_says(editor, vacancy, article):
    editor.post(f"{vacancy}confirmations/", still_so(article))
    noted = editor.patch(vacancy, {"note": "Since the recall"}, tag="*")
    assert (noted.json()["version"], noted.json()["confirmations"]) == (2, 1)
    other = editor.patch(vacancy, {"status": "closed"}, tag="*")
    assert (other.json()["version"], other.json()["confirmations"]) == (3, 0)
    (row,) = editor.get(f"{vacancy}confirmations/").json()["results"]
    assert row["version"] == 1
    history = editor.get(f"{vacancy}history/").json()["results"]
    assert [version["confirmations"] for version in history] == [1, 1, 0]


def test_later_days_come_first_and_filters_choose(editor, vacancy, archived, article):
    for of, day in ((archived.pk, "2026-09-01"), (article, "2026-11-01"), (archived.pk, "2026-10-01")):
        assert editor.post(f"{vacancy}confirmations/", still_so(of, day)).status_code == 201
    for query, expected in {
        "": ["2026-11-01", "2026-10-01", "2026-09-01"],
        "ordering=day": ["2026-09-01", "2026-10-01", "2026-11-01"],
        "ordering=recorded_at": ["2026-09-01", "2026-11-01", "2026-10-01"],
        "day_after=2026-10-01": ["2026-11-01", "2026-10-01"],
        "day_before=2026-09-30": ["2026-09-01"],
        f"source={archived.pk}": ["2026-10-01", "2026-09-01"],
        "author=anna&page_size=1": ["2026-11-01"],
        "author=nobody": [],
        "recorded_after=2200-01-01": [],
    }.items():
        rows = editor.get(f"{vacancy}confirmations/?{query}").json()["results"]
        assert [row["day"] for row in rows] == expected, query
    whole = editor.get(f"{vacancy}confirmations/?expand=sources&day_before=2026-09-01").json()["results"][0]
    assert whole["source"]["sha256"] == archived.sha256
    table = editor.get(f"{vacancy}confirmations/?format=csv").getvalue().decode().splitlines()
    assert table[0].startswith("version,day,source.id,source.kind")
    assert len(table) == 4


def test_a_page_costs_two_queries_for_one_row_and_for_many(editor, vacancy, archived, client):
    """Existence of a fact; its confirmations with their sources, users and versions."""
    counts = []
    for day in ("2026-09-01", "2026-10-01", "2026-11-01"):
        editor.post(f"{vacancy}confirmations/", still_so(archived.pk, day))
        counts.append(queries(client, f"{vacancy}confirmations/"))
    assert counts == [2, 2, 2]


@pytest.mark.parametrize(
    ("sent", "status", "errors"),
    [
        ({}, 400, [("/source", "required"), ("/day", "required")]),
        ({"source": 10**9, "day": "2026-11-01"}, 400, [("/source", "does_not_exist")]),
        ({"source": {"title": "x", "syndication_of": 10**9}, "day": "2026-11-01"}, 400,
         [("/source/syndication_of", "does_not_exist")]),
        ({"source": {"title": "x"}, "day": "2199-01-01"}, 400, [("/day", "invalid")]),
        ({"source": {"title": "x"}, "day": "2020-01-31"}, 400, [("/day", "contradiction")]),
        ({"source": {"title": "x"}, "day": "today"}, 400, [("/day", "invalid")]),
        ({"source": {"title": "x", "text": "Nothing of it."}, "day": "2026-11-01", "quote": "It is so."}, 400,
         [("/quote", "quote_not_found")]),
        ({"source": {"title": "x"}, "day": "2026-11-01", "note": ""}, 400, [("/note", "unknown_field")]),
        ([], 400, [("", "invalid")]),
    ],
)  # fmt: skip
def test_what_is_wrong_is_named_and_nothing_is_confirmed(editor, vacancy, sent, status, errors):
    answer = editor.post(f"{vacancy}confirmations/", sent)
    assert (answer.status_code, [(each.get("pointer", ""), each["code"]) for each in answer.json()["errors"]]) == (
        status, errors,
    )  # fmt: skip
    assert not Confirmation.objects.exists()


def test_a_fact_that_is_not_there_or_was_retracted_is_not_confirmed(editor, vacancy, article):
    unknown = "/api/ambassadors/7f8d2c1e-0d55-4d3c-9f40-3b8a3f2f6f57/confirmations/"
    assert (editor.get(unknown).status_code, editor.post(unknown, still_so(article)).status_code) == (404, 404)
    other_kind = vacancy.replace("ambassadors", "sanction-events")
    assert editor.post(f"{other_kind}confirmations/", still_so(article)).status_code == 404
    editor.post(f"{vacancy}confirmations/", still_so(article))
    assert editor.delete(f"{vacancy}?reason=error", tag="*").status_code == 204
    gone = editor.post(f"{vacancy}confirmations/", still_so(article, "2026-11-02"))
    assert (gone.status_code, gone.json()["type"]) == (410, "/api/docs/errors/#retracted")
    assert len(editor.get(f"{vacancy}confirmations/").json()["results"]) == 1


def test_the_right_is_that_to_record_facts(editor, vacancy, article, client):
    assert (
        client.post(f"{vacancy}confirmations/", still_so(article), content_type="application/json").status_code == 401
    )
    reader = User.objects.create_user("reader")
    _, shown = token_of(reader, "read")
    headers = {"Authorization": f"Bearer {shown}"}
    refused = Client(headers=headers).post(
        f"{vacancy}confirmations/", still_so(article), content_type="application/json"
    )
    assert (refused.status_code, refused.json()["detail"]) == (403, "The token lacks the scope 'edit'.")


def test_each_kind_of_fact_has_confirmations(editor, article):
    (fact,) = record(sanction("observed", "[..2022-02-24]", nature="observation"))
    url = f"/api/sanction-events/{fact.key}/"
    day = recent()
    editor.post(f"{url}confirmations/", still_so(article, day))
    (posture,) = get(editor.client, "/api/relations/BY-US/")["status"]["sanctions"]
    assert (posture["value"], posture["confirmed_on"], posture["stale"]) == ("in_force", day, False)
