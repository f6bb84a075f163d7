"""The probes, and what every answer has in common: a request id, a limit on bodies, one shape of error."""

import json
from concurrent.futures import ThreadPoolExecutor

import pytest
import structlog
from django.db import connections
from django.db.migrations.recorder import MigrationRecorder

from tracker import logs


@pytest.mark.django_db
def test_ready_once_migrated(client):
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()) == (200, {"status": "ready"})
    assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.django_db
def test_not_ready_while_a_migration_waits(client):
    MigrationRecorder.Migration.objects.filter(app="sessions").delete()
    answer = client.get("/readyz", headers={"X-Request-ID": "probe-1"})
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.json() == {
        "type": "about:blank",
        "title": "Service Unavailable",
        "status": 503,
        "detail": "1 migrations have not been applied to the database; run `manage.py migrate`.",
        "instance": "/readyz",
        "request_id": "probe-1",
    }


@pytest.mark.django_db(transaction=True)
def test_not_ready_without_a_database_and_the_reason_tells_no_secrets(client, monkeypatch):
    monkeypatch.setitem(connections.settings["default"], "HOST", "/nowhere")
    with ThreadPoolExecutor(1) as thread:  # a new thread opens a connection of its own, by these settings
        answer = thread.submit(client.get, "/readyz").result()
    assert (answer.status_code, answer.json()["detail"]) == (503, "The database cannot be reached.")


def test_alive_needs_no_database_and_no_known_host(client):
    answer = client.get("/livez", headers={"Host": "10.0.0.7:8000"})
    assert (answer.status_code, answer.json()) == (200, {"status": "up"})


def test_probes_are_only_read(client):
    answer = client.post("/livez")
    assert (answer.status_code, answer.headers["Allow"]) == (405, "GET, HEAD")
    assert answer.json()["detail"] == "POST is not allowed here."


def test_a_request_keeps_the_id_it_came_with(client):
    assert client.get("/livez", headers={"X-Request-ID": "a!~" * 42}).headers["X-Request-ID"] == "a!~" * 42


@pytest.mark.parametrize("given", ["", "two words", "x" * 129, "tab\tbed", "naïve", 'new\r\nline: "x"'])
def test_a_request_id_that_cannot_be_echoed_is_replaced(client, given):
    made = client.get("/livez", headers={"X-Request-ID": given}).headers["X-Request-ID"]
    assert made != given
    assert len(made) == 36


def test_a_body_over_the_limit_is_refused_before_it_is_read(client, settings):
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 10
    answer = client.post("/api/anything/", b"x" * 11, content_type="application/json")
    assert (answer.status_code, answer.json()["detail"]) == (413, "The body has 11 bytes; at most 10 are allowed.")
    for announced, status in (("9" * 5000, 413), ("²", 404)):
        answer = client.post("/api/anything/", b"", content_type="application/json", CONTENT_LENGTH=announced)
        assert answer.status_code == status


def test_an_unknown_host_is_refused_with_the_reason(client):
    answer = client.get("/admin", headers={"Host": "rebound.example", "Accept": "application/json"})
    assert (answer.status_code, answer.headers["Content-Type"]) == (400, "application/problem+json")
    assert answer.json()["detail"] == "ALLOWED_HOSTS does not name the host in the request."


@pytest.mark.parametrize(
    ("accept", "content_type"),
    [("application/json", "application/problem+json"), ("text/html,*/*;q=0.8", "text/html; charset=utf-8")],
)
def test_an_unknown_address_is_answered_for_who_asks(client, accept, content_type):
    answer = client.get("/no/such/place", headers={"Accept": accept})
    assert (answer.status_code, answer.headers["Content-Type"]) == (404, content_type)


@pytest.mark.django_db
def test_the_admin_loads_nothing_from_elsewhere(client):
    answer = client.get("/admin/login/")
    policy = answer.headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'; script-src 'self'; style-src 'self';")
    assert "unsafe" not in policy
    assert "http" not in policy


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("accept", "kind"),
    [("*/*", "application/problem+json"), ("text/html", "text/html; charset=utf-8")],
    ids=["program", "person"],
)
def test_a_page_without_a_database_asks_for_another_try(client, monkeypatch, accept, kind):
    monkeypatch.setitem(connections.settings["default"], "HOST", "/nowhere")
    client.raise_request_exception = False
    with ThreadPoolExecutor(1) as thread:
        answer = thread.submit(client.get, "/feeds/changes.atom", headers={"Accept": accept}).result()
    assert (answer.status_code, answer["Content-Type"], answer["Retry-After"]) == (503, kind, "1")


@pytest.mark.django_db(transaction=True)
def test_the_line_about_an_error_carries_the_id_of_its_request(client, caplog, monkeypatch):
    monkeypatch.setitem(connections.settings["default"], "HOST", "/nowhere")
    with ThreadPoolExecutor(1) as thread:
        thread.submit(client.get, "/readyz", headers={"X-Request-ID": "probe-2"}).result()
    line = structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=logs.CONTEXT,
        processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *logs.RENDERERS["json"]],
    )
    (record,) = [each for each in caplog.records if each.name == "django.request"]
    assert json.loads(line.format(record))["request_id"] == "probe-2"
