"""`/api/imports/`: runs read and filtered, imports asked for by editors."""

import datetime as dt
import json
from types import SimpleNamespace
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from relations import ledger
from relations.codes import RunState
from relations.importers import import_list
from relations.importers.engine.jobs import run_import
from relations.models import ImportRun, TravelBanEntry
from tests.factories import source
from tests.importers.importing import BANS
from tests.rights import token_of

pytestmark = pytest.mark.usefixtures("countries")

FIRST_ATTEMPT: Any = SimpleNamespace(job=SimpleNamespace(attempts=0))


@pytest.fixture(autouse=True)
def archive(settings, tmp_path):
    settings.TRACKER_DATA = tmp_path / "data"


@pytest.fixture
def editor():
    user = get_user_model().objects.create_user("desk")
    _, shown = token_of(user, "read", "edit")
    return Client(headers={"Authorization": f"Bearer {shown}"})


def file_url(run: ImportRun) -> str:
    return f"/api/imports/{run.pk}/files/{run.files[0]['sha256']}/"


def asked(client: Client, **body):
    return client.post("/api/imports/", json.dumps(body), content_type="application/json")


def test_a_run_is_shown_whole():
    run = import_list("travel_ban", [BANS])
    answer = Client().get(f"/api/imports/{run.pk}/")
    (stored,) = run.files
    assert answer.json() == {
        "id": run.pk, "self": f"http://testserver/api/imports/{run.pk}/", "list": "travel_ban", "dated": "2019-12-16",
        "sha256": run.sha256, "files": [stored | {"download": f"http://testserver{file_url(run)}"}],
        "state": "succeeded", "reason": "", "read": 44, "added": 41,
        "amended": 0, "ended": 0, "refused": 0, "complaints": {"ignored": 3, "unreadable": []}, "accept_shrink": False,
        "dry_run": False, "source": None, "job": None, "started_at": answer.json()["started_at"],
        "duration": run.duration, "started_by": None,
    }  # fmt: skip
    assert Client().get(f"/api/imports/{run.pk}/", headers={"If-None-Match": answer["ETag"]}).status_code == 304
    assert Client().get("/api/imports/999999/").status_code == 404


def test_runs_are_filtered_by_each_of_their_columns():
    desk = get_user_model().objects.create_user("desk")
    own = {
        "list": "travel_ban", "dated": dt.date(2019, 12, 16), "sha256": "a" * 64, "state": "succeeded", "read": 44,
        "added": 41, "amended": 1, "ended": 2, "refused": 3, "job": 7_777, "source": source(),
        "started_by": desk, "started_at": dt.datetime(2020, 1, 1, tzinfo=dt.UTC),
    }  # fmt: skip
    tried = {"dry_run": True, "reason": "The same bytes.", "started_at": dt.datetime(2019, 12, 31, tzinfo=dt.UTC)}
    none = ImportRun.objects.create(list="un", started_at=dt.datetime(2021, 1, 1, tzinfo=dt.UTC), accept_shrink=True)
    first, trial = (ImportRun.objects.create(**own | values) for values in ({}, tried))
    both = {first.pk, trial.pk}
    shown = {
        "list=travel_ban": both, "list=un": {none.pk}, "list=un,travel_ban": {*both, none.pk}, "list=ofac": set(),
        "state=succeeded": both, "state=running": {none.pk}, "dry_run=1": {trial.pk}, "dry_run=0": {first.pk, none.pk},
        "accept_shrink=1": {none.pk}, "accept_shrink=0": both, "read=44": both, "added=41": both, "amended=1": both,
        "ended=2": both, "refused=3": both, "job=7777": both, f"source={first.source_id}": both,
        f"id={first.pk}": {first.pk}, f"sha256={'a' * 64}": both, "started_by=desk": both, "reason=bytes": {trial.pk},
        "dated_after=2019-12-16": both, "dated_after=2019-12-17": set(), "dated_before=2019-12-16": both,
        "dated_before=2019-12-15": set(), "started_before=2020-01-01T00:00:00Z": both,
        "started_before=2019-12-31T23:59:59Z": {trial.pk}, "started_after=2020-01-01T00:00:00Z": {first.pk, none.pk},
    }  # fmt: skip
    answers = {query: Client().get(f"/api/imports/?{query}").json()["results"] for query in shown}
    assert {query: {row["id"] for row in rows} for query, rows in answers.items()} == shown
    rows = Client().get("/api/imports/?ordering=started_at").json()["results"]
    assert [row["id"] for row in rows] == [trial.pk, first.pk, none.pk]
    assert [row["source"] for row in rows] == [first.source_id, first.source_id, None]


def test_the_last_run_comes_first_and_a_mistyped_filter_is_refused():
    first, second = (import_list("travel_ban", [BANS]) for _ in range(2))
    rows = Client().get("/api/imports/").json()["results"]
    assert [row["id"] for row in rows] == [second.pk, first.pk]
    assert Client().get("/api/imports/?lists=un").status_code == 400
    assert Client().get("/api/imports/?list=uno").status_code == 400


def test_a_list_that_is_asked_for_waits_for_a_worker_to_fetch_it(editor):
    answer = asked(editor, list="un")
    body = answer.json()
    assert answer.status_code == 202
    assert (body["state"], body["list"], body["files"], body["started_by"]) == ("waiting", "un", [], "desk")
    assert isinstance(body["job"], int)
    assert answer["Location"] == body["self"]


def test_the_same_key_asks_for_one_import(editor, settings):
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1000
    key = {"headers": {"Idempotency-Key": "k-1"}}
    upload = SimpleUploadedFile(BANS.name, BANS.read_bytes(), content_type="text/csv")
    first = editor.post("/api/imports/", {"list": "travel_ban", "file": upload}, **key)
    upload.seek(0)
    again = editor.post("/api/imports/", {"list": "travel_ban", "file": upload}, **key)
    upload.seek(0)
    assert (again.status_code, again.content, again["Idempotent-Replayed"]) == (202, first.content, "true")
    other = editor.post("/api/imports/", {"list": "travel_ban", "file": upload, "dry_run": "1"}, **key)
    assert (other.status_code, ImportRun.objects.count()) == (422, 1)


def test_uploaded_files_are_imported_by_the_worker_in_the_editor_s_name(editor):
    upload = SimpleUploadedFile(BANS.name, BANS.read_bytes(), content_type="text/csv")
    answer = editor.post("/api/imports/", {"list": "travel_ban", "file": upload})
    assert answer.status_code == 202
    run_import(FIRST_ATTEMPT, run=answer.json()["id"])
    body = editor.get(answer["Location"]).json()
    assert (body["state"], body["added"], body["started_by"]) == ("succeeded", 41, "desk")
    assert set(TravelBanEntry.objects.values_list("recorded_by__username", flat=True)) == {"desk"}


def test_the_reason_of_a_refusal_is_readable(editor):
    upload = SimpleUploadedFile(BANS.name, b"instrument,signed\n", content_type="text/csv")
    answer = editor.post("/api/imports/", {"list": "travel_ban", "file": upload})
    run_import(FIRST_ATTEMPT, run=answer.json()["id"])
    body = editor.get(answer["Location"]).json()
    assert body["state"] == RunState.REFUSED
    assert body["reason"].startswith("us_travel_ban_events.csv is refused whole: its header lacks action")


def test_nobody_imports_without_the_scope():
    user = get_user_model().objects.create_user("reader")
    _, shown = ledger.issue_token(user, name="reader", scopes=["read"])
    assert asked(Client(), list="un").status_code == 401
    assert asked(Client(headers={"Authorization": f"Bearer {shown}"}), list="un").status_code == 403
    assert not ImportRun.objects.exists()


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({}, "/list"),
        ({"list": "nato"}, "/list"),
        ({"list": "un", "dated": "soon"}, "/dated"),
        ({"list": "un", "x": 1}, "/x"),
    ],
)
def test_a_body_that_asks_for_nothing_known_is_refused_by_name(editor, body, pointer):
    answer = editor.post("/api/imports/", json.dumps(body), content_type="application/json")
    assert answer.status_code == 400
    assert [error["pointer"] for error in answer.json()["errors"]] == [pointer]
    assert not ImportRun.objects.exists()


def test_files_under_another_name_and_bodies_over_the_limit_are_refused(editor, settings):
    upload = SimpleUploadedFile(BANS.name, b"x")
    answer = editor.post("/api/imports/", {"list": "travel_ban", "data": upload})
    assert (answer.status_code, [(error["pointer"], error["detail"]) for error in answer.json()["errors"]]) == (
        400, [("/data", "There is no field 'data' here. Did you mean 'dated'?"),
              ("/file", "Send files as `file`, not as 'data'.")],
    )  # fmt: skip
    settings.IMPORT_LIMIT_BYTES = 1000
    upload = SimpleUploadedFile(BANS.name, b"x" * 2000)
    assert editor.post("/api/imports/", {"list": "travel_ban", "file": upload}).status_code == 413


def test_ten_files_are_taken_in_their_names_and_eleven_are_refused_and_not_archived(editor, settings):
    def sent(number: int, code: str = "travel_ban"):
        files = [SimpleUploadedFile(f"{place}.csv", b"x", content_type="text/csv") for place in range(number)]
        return editor.post("/api/imports/", {"list": code, "file": files})

    for code, pointers in (("travel_ban", ["/file"]), ("nato", ["/list", "/file"])):
        many = sent(11, code)
        assert (many.status_code, [error["pointer"] for error in many.json()["errors"]]) == (400, pointers)
    assert not list(settings.TRACKER_DATA.rglob("*.gz"))
    ten = sent(10)
    assert (ten.status_code, [one["name"] for one in ten.json()["files"]]) == (
        202, [f"{place}.csv" for place in range(10)],
    )  # fmt: skip
    assert len(list(settings.TRACKER_DATA.rglob("*.gz"))) == 1


def test_a_form_says_what_json_says(editor):
    asked_for = [
        ({"accept_shrink": "off", "dry_run": "on", "dated": ""}, (False, True, None)),
        ({"accept_shrink": "1", "dry_run": "false", "dated": "null"}, (True, False, None)),
        ({"accept_shrink": "True", "dry_run": "False"}, (True, False, None)),  # as Python's `requests` sends them
        ({"dated": "2020-01-02"}, (False, False, "2020-01-02")),
    ]
    for form, values in asked_for:
        answer = editor.post("/api/imports/", {"list": "un"} | form)
        body = answer.json()
        assert answer.status_code == 202, body
        assert (body["accept_shrink"], body["dry_run"], body["dated"]) == values
    body = asked(editor, list="un").json()
    assert (body["accept_shrink"], body["dry_run"], body["dated"]) == (False, False, None)


def test_under_one_key_other_bytes_and_another_name_are_another_request(editor):
    def sent(name: str, content: bytes) -> int:
        upload = SimpleUploadedFile(name, content, content_type="text/csv")
        body = {"list": "travel_ban", "file": upload}
        status: int = editor.post("/api/imports/", body, headers={"Idempotency-Key": "k-1"}).status_code
        return status

    assert [sent("a.csv", b"x"), sent("a.csv", b"x"), sent("b.csv", b"x"), sent("a.csv", b"y")] == [202, 202, 422, 422]


def test_fields_of_a_form_that_are_too_large_are_refused(editor, settings):
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 100
    answer = editor.post("/api/imports/", {"list": "x" * 200})
    assert (answer.status_code, answer.json()["type"]) == (413, "/api/docs/errors/#too-large")
