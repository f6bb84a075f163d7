"""No secret in any answer but those that make it, in no page, log line, repr or dump of the database."""

import base64
import json
import logging
import re
import subprocess
import urllib.error
import urllib.request

import pytest
from django.conf import settings
from django.contrib.auth import get_user_model
from django.test import Client

from relations import delivery, ledger
from relations.delivery import claim
from relations.delivery.signing import PREFIX, Secret
from relations.models import Attempt, Delivery, SigningSecret, Subscription
from tests.api.subscribing import Caller
from tests.rights import token_of
from tests.sites import free_port, is_listening
from tests.waiting import until
from tests.webhooks.conftest import act, drain, environment
from tests.webhooks.receivers import OK, answer
from tracker.launcher import embedded

pytestmark = pytest.mark.slow(seconds=6)


@pytest.fixture
def known(owner, receiver, caplog):
    """A subscription to which everything has happened, and its secrets as the owner was shown them."""
    caplog.set_level(logging.DEBUG)
    caller = Caller("integrator")
    made = caller.post("/api/webhooks/", {"url": receiver.url, "include": "snapshot"}, 201)
    drain()
    act()
    receiver.say = lambda _: answer(500, body=b"not now")
    drain()
    again = caller.post(f"/api/webhooks/{made['id']}/rotate-secret/", {"grace": 3600})
    receiver.say = lambda _: OK
    act(action="lifted")
    drain()
    return caller, made["id"], [made["secret"], again["secret"]]


def plain(text: str) -> list[bytes]:
    """A text as it could occur somewhere: as it is, without padding, or in a column of bytes."""
    return [text.encode(), text.rstrip("=").encode(), text.rstrip("=").encode().hex().encode()]


def spellings(secret: str) -> list[bytes]:
    """A secret as it could occur somewhere: as it is shown, without its prefix, in hexadecimal, as its bytes."""
    text = secret.removeprefix(PREFIX)
    key = base64.b64decode(text)
    return [*plain(text), key.hex().encode(), key.hex().upper().encode(), key,
            base64.urlsafe_b64encode(key).rstrip(b"="), repr(key)[2:-1].encode()]  # fmt: skip


def leaks(content: bytes, secrets: list[str]) -> list[bytes]:
    return [spelling for secret in secrets for spelling in spellings(secret) if spelling in content]


def test_no_log_line_no_page_and_no_answer_of_the_api_has_a_secret(known, caplog):
    caller, number, secrets = known
    assert leaks(f"… {secrets[0]} …".encode(), secrets)
    assert leaks(base64.b64decode(secrets[1].removeprefix(PREFIX)), secrets)
    no_log_line_has_one(caplog, secrets)
    no_page_of_the_admin_has_one(number, secrets)
    no_answer_of_the_api_has_one(caller, number, secrets)


def no_log_line_has_one(caplog, secrets):
    records = caplog.get_records("setup")
    assert records
    shown = "\n".join(f"{record.getMessage()} {record.__dict__!r}" for record in records)
    assert leaks(shown.encode(), secrets) == []


def no_page_of_the_admin_has_one(number, secrets):
    browser = Client()
    browser.force_login(get_user_model().objects.create_superuser("root"))
    places = [
        "/admin/", "/admin/relations/subscription/", f"/admin/relations/subscription/{number}/change/",
        "/admin/relations/delivery/",
        *(f"/admin/relations/delivery/{row.pk}/change/" for row in Delivery.objects.all()),
    ]  # fmt: skip
    for place in places:
        response = browser.get(place)
        assert response.status_code == 200, place
        assert leaks(response.content, secrets) == [], place


def no_answer_of_the_api_has_one(caller, number, secrets):
    own = f"/api/webhooks/{number}/"
    places = [
        "/api/webhooks/", own, f"{own}?fields=secret_fingerprint", *(f"{own}{each}/" for each in ("dry-run", "replay")),
        f"{own}deliveries/",
        *(f"{own}deliveries/{row.pk}/" for row in Delivery.objects.all()), "/api/changes/", "/api/schema/",
    ]  # fmt: skip
    answers = [caller.answer("GET", place) for place in places]
    answers += [caller.answer("GET", f"/api/webhooks/?format={kind}") for kind in ("csv", "jsonl")]
    answers.append(caller.answer("PATCH", own, {"description": "Other"}))
    answers += [caller.answer("POST", f"{own}{each}/") for each in ("ping", "disable", "enable")]
    answers.append(caller.answer("POST", "/api/webhooks/", {"url": "ftp://example.org", "secret": secrets[0]}))
    for response in answers:
        content = b"".join(response.streaming_content) if response.streaming else response.content
        assert leaks(content + repr(response.headers).encode(), secrets) == [], response.request["PATH_INFO"]


def test_no_repr_and_no_refusal_has_a_secret(known):
    _, number, secrets = known
    row = Subscription.objects.get(pk=number)
    delivery.ping(row)
    claims = claim(room=10, now=row.created_at.replace(year=8000))
    assert claims
    sealed = list(SigningSecret.objects.all())
    shown = [row, row.__dict__, *sealed, *(each.__dict__ for each in sealed), *claims, Secret.from_text(secrets[0])]
    for each in shown:
        assert leaks(f"{each!r} {each!s}".encode(), secrets) == []


def test_no_dump_of_the_database_has_a_secret(known, tmp_path):
    """A dump made by an operator lets its finder sign nothing, call nothing and enter nothing."""
    caller, _, secrets = known
    browser = Client()
    password = "only root knows this one"
    get_user_model().objects.create_superuser("root", password=password)
    assert browser.post("/admin/login/", {"username": "root", "password": password}).status_code == 302
    assert browser.get("/admin/relations/subscription/").status_code == 200
    ledger.refresh()
    dump = tmp_path / "dump.sql"
    program = embedded.installed() / "bin" / "pg_dump"
    subprocess.run([program, "--file", dump, "--dbname", environment()["DATABASE_URL"]], check=True, timeout=60)
    dumped = dump.read_bytes()
    for table in ("relations_signingsecret", "relations_apitoken", "relations_delivery", "django_session"):
        assert re.search(rf"^COPY public\.{table} .*\n(?!\\\.)".encode(), dumped, re.MULTILINE), table
    token = caller.client.defaults["HTTP_AUTHORIZATION"].removeprefix("Bearer trk_")
    keys = [token, browser.cookies["sessionid"].value, password, settings.SECRET_KEY]
    assert [spelling for key in keys for spelling in plain(key) if spelling in dumped] == []
    assert leaks(dumped, secrets) == []


def test_no_log_line_of_web_and_worker_has_a_secret(owner, receiver, start):
    """Real processes that log all they can, when things go well and when they do not."""
    _, token = token_of(owner, "edit", "webhooks")
    browser = Client()
    browser.force_login(get_user_model().objects.create_superuser("root"))
    session, site = browser.cookies["sessionid"].value, free_port()
    telling = {"LOG_LEVEL": "DEBUG", "ACCESS_LOG": "1"}
    web = start("-m", "granian", "--interface", "wsgi", "--port", str(site), "tracker.wsgi:application", **telling)
    until(lambda: is_listening(site))

    def ask(method, path, body=None, **headers):
        headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"} | headers
        request = urllib.request.Request(f"http://127.0.0.1:{site}{path}", json.dumps(body).encode() if body else None,
                                         headers, method=method)  # fmt: skip
        try:
            with urllib.request.urlopen(request, timeout=30) as response:
                return json.loads(response.read() or b"null") if path.startswith("/api/") else response.status
        except urllib.error.HTTPError as error:
            return error.code

    made = ask("POST", "/api/webhooks/", {"url": receiver.url})
    lost = ask("POST", "/api/webhooks/", {"url": f"{receiver.url}?lost"})
    own = f"/api/webhooks/{made['id']}/"
    secrets = [made["secret"], lost["secret"], ask("POST", f"{own}rotate-secret/", {"grace": 60})["secret"]]
    SigningSecret.objects.filter(subscription=lost["id"]).update(sealed=b"of a key that is gone")
    assert ask("POST", "/api/webhooks/", {"url": "https://10.0.0.1/", "secret": secrets[0]}) == 400
    assert ask("GET", own, Authorization=f"Bearer {token}x") == 401
    assert ask("GET", "/admin/", Authorization="", Cookie=f"sessionid={session}") == 200
    receiver.say = lambda got: OK if b"webhook.ping" in got.body else answer(500)
    worker = start("manage.py", "deliver", **telling)
    until(lambda: ask("GET", own)["state"] == "enabled")
    act()
    until(lambda: Attempt.objects.filter(status=500).exists())
    output = ""
    for process in (web, worker):
        process.terminate()
        output += process.communicate(timeout=30)[0]
    assert all(
        word in output for word in ("/api/webhooks/", "receive_response_headers", "a secret cannot be decrypted")
    )
    assert leaks(output.encode(), secrets) == []
    keys = [token.removeprefix("trk_"), session, settings.SECRET_KEY]
    assert [key for key in keys if key in output] == []
