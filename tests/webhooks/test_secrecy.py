"""No secret in any answer but those that make it, in no page, log line, repr or dump of the database."""

import base64
import logging

import pytest
from django.contrib.auth import get_user_model
from django.db import connection
from django.test import Client

from relations import ledger
from relations.ledger import webhooks
from relations.ledger.webhooks import claim
from relations.models import Delivery, SigningSecret, Subscription
from relations.webhooks.signing import PREFIX, Secret
from tests.api.subscribing import Caller
from tests.webhooks.conftest import act, drain
from tests.webhooks.receivers import OK, answer


@pytest.fixture
def known(owner, receiver, caplog):
    """A subscription with everything that can happen to one behind it, and its secrets as the owner was shown them."""
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


def spellings(secret: str) -> list[bytes]:
    """A secret as it could stand somewhere: as it is shown, without its prefix, in hexadecimal, as its bytes."""
    text = secret.removeprefix(PREFIX)
    key = base64.b64decode(text)
    return [text.encode(), text.rstrip("=").encode(), key.hex().encode(), key.hex().upper().encode(), key,
            base64.urlsafe_b64encode(key).rstrip(b"="), repr(key)[2:-1].encode()]  # fmt: skip


def leaks(content: bytes, secrets: list[str]) -> list[bytes]:
    return [spelling for secret in secrets for spelling in spellings(secret) if spelling in content]


def test_a_leak_would_be_found(known):
    _, _, secrets = known
    assert leaks(f"… {secrets[0]} …".encode(), secrets)
    assert leaks(base64.b64decode(secrets[1].removeprefix(PREFIX)), secrets)


def test_no_answer_of_the_api_holds_a_secret(known):
    caller, number, secrets = known
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


def test_no_page_of_the_admin_holds_a_secret(known):
    _, number, secrets = known
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


def test_no_log_line_holds_a_secret(known, caplog):
    _, _, secrets = known
    records = caplog.get_records("setup")
    assert records
    told = "\n".join(f"{record.getMessage()} {record.__dict__!r}" for record in records)
    assert leaks(told.encode(), secrets) == []


def test_no_repr_and_no_refusal_holds_a_secret(known):
    _, number, secrets = known
    row = Subscription.objects.get(pk=number)
    webhooks.ping(row)
    claims = claim(room=10, now=row.created_at.replace(year=9000))
    assert claims
    sealed = list(SigningSecret.objects.all())
    told = [row, row.__dict__, *sealed, *(each.__dict__ for each in sealed), *claims, Secret.told(secrets[0])]
    for each in told:
        assert leaks(f"{each!r} {each!s}".encode(), secrets) == []


def test_no_table_holds_a_secret(known):
    _, _, secrets = known
    ledger.refresh()
    tables = connection.introspection.table_names()
    assert "relations_signingsecret" in tables
    for table in tables:
        with connection.connection.cursor() as cursor, cursor.copy(f'COPY "{table}" TO STDOUT') as copy:
            dumped = b"".join(bytes(block) for block in copy)
        assert leaks(dumped, secrets) == [], table
