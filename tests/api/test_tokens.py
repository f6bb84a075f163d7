"""Rights and rate limits of tokens."""

import datetime as dt
from typing import Any

import pytest
from django.contrib.auth.models import Permission, User
from django.db import connection
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from relations import ledger
from relations.api.http import throttles
from relations.models import AmbassadorStatus, ApiToken
from tests.api.conftest import Editor


def test_anonymous_callers_read_and_do_not_write(countries: None, client: Client, nomination: dict[str, Any]) -> None:
    assert client.get("/api/ambassadors/").status_code == 200
    answer = client.post("/api/ambassadors/", nomination, content_type="application/json")
    assert (answer.status_code, answer["WWW-Authenticate"]) == (401, 'Bearer realm="tracker"')
    assert answer.json()["type"] == "/api/docs/errors/#not-authenticated"


@pytest.mark.parametrize("header", ["Bearer nobody", "Basic YTpi", "Bearer", "Bearer \xff", "trk"])
def test_token_that_nobody_issued_is_refused_on_reads_too(countries: None, client: Client, header: str) -> None:
    answer = client.get("/api/ambassadors/", headers={"Authorization": header})
    assert (answer.status_code, answer["WWW-Authenticate"]) == (401, 'Bearer realm="tracker"')
    assert answer.json()["type"] == "/api/docs/errors/#authentication-failed"


def test_expired_token_and_inactive_user_are_refused(anna: User) -> None:
    past = dt.datetime(2020, 1, 1, tzinfo=dt.UTC)
    _, shown = ledger.issue_token(anna, name="old", scopes=["edit"], expires_at=past)
    answer = Client(headers={"Authorization": f"Bearer {shown}"}).get("/api/")
    assert (answer.status_code, answer.json()["detail"]) == (401, "The token expired on 2020-01-01.")
    editor = Editor(anna)
    anna.is_active = False
    anna.save()
    assert editor.get("/api/").json()["detail"] == "The token's user is not active."


def test_token_without_the_scope_reads_only(anna: User, nomination: dict[str, Any]) -> None:
    reader = Editor(anna, scopes=("read", "webhooks"))
    assert reader.get("/api/ambassadors/").status_code == 200
    answer = reader.post("/api/ambassadors/", nomination)
    assert (answer.status_code, answer.json()["detail"]) == (403, "The token lacks the scope 'edit'.")


def test_token_remembers_its_last_use_and_not_itself(editor: Editor) -> None:
    before = timezone.now()
    editor.get("/api/")
    token = ApiToken.objects.get()
    assert token.last_used_at
    assert before <= token.last_used_at <= timezone.now()
    assert editor.shown not in (token.digest, token.name)
    ledger.revoke_token(token)
    assert editor.get("/api/").status_code == 401


@pytest.fixture
def staff(anna: User) -> Client:
    anna.is_staff = True
    anna.save()
    client = Client(enforce_csrf_checks=True)
    client.force_login(anna)
    return client


def test_logged_in_editor_needs_the_permission_and_the_csrf_token(
    staff: Client, anna: User, nomination: dict[str, Any]
) -> None:
    def post(**headers: str) -> Any:
        return staff.post("/api/ambassadors/", nomination, content_type="application/json", headers=headers)

    without = post()
    assert (without.status_code, without.json()["type"]) == (403, "/api/docs/errors/#permission-denied")
    assert without.json()["detail"].startswith("CSRF Failed")
    staff.cookies["csrftoken"] = "a" * 32
    denied = post(**{"X-CSRFToken": "a" * 32})
    assert denied.json()["detail"] == "You lack the permission 'relations.add_ambassadorstatus'."
    anna.user_permissions.add(Permission.objects.get(codename="add_ambassadorstatus"))
    assert post(**{"X-CSRFToken": "a" * 32}).status_code == 201
    assert AmbassadorStatus.objects.get().recorded_by == anna


@pytest.mark.parametrize(
    ("cookie", "looked_up"),
    [('"\\000\\000\\000\\000\\000\\000\\000\\000"', False), ("x" * 5000, False), ("nobody12345678", True)],
)
def test_strange_session_cookie_is_nobody(countries: None, cookie: str, looked_up: bool) -> None:
    stranger = Client(headers={"Cookie": f"sessionid={cookie}"})
    assert stranger.get("/api/ambassadors/").status_code == 200
    with CaptureQueriesContext(connection) as captured:
        refused = stranger.post("/api/ambassadors/", {}, content_type="application/json")
    assert (refused.status_code, refused.json()["type"]) == (401, "/api/docs/errors/#not-authenticated")
    assert any("django_session" in query["sql"] for query in captured) is looked_up


def test_writes_are_limited_by_token(editor: Editor, settings: Any, anna: User, nomination: dict[str, Any]) -> None:
    settings.WRITE_LIMIT = "2/hour"
    assert [editor.post("/api/ambassadors/", {}).status_code for _ in range(3)] == [400, 400, 429]
    answer = editor.post("/api/ambassadors/", nomination)
    assert (answer.status_code, answer.json()["type"]) == (429, "/api/docs/errors/#too-many-requests")
    assert 0 < int(answer["Retry-After"]) <= 3600
    assert editor.get("/api/ambassadors/").status_code == 200
    assert Editor(anna).post("/api/ambassadors/", nomination).status_code == 201


def log_in(client: Client, password: str, *, name: str = "anna", address: str = "1.1.1.1") -> int:
    credentials = {"username": name, "password": password}
    return int(client.post("/admin/login/", credentials, headers={"X-Forwarded-For": address}).status_code)


def test_failed_logins_to_an_account_are_limited_from_wherever_they_come(anna: User, settings: Any) -> None:
    settings.ACCOUNT_LOGIN_LIMIT, settings.TRUSTED_PROXIES = "3/hour", 1
    guesses = [log_in(Client(), "wrong", address=f"6.6.6.{number}") for number in range(5)]
    assert guesses == [200, 200, 200, 429, 429]
    assert log_in(Client(), "correct horse", address="7.7.7.7") == 429
    assert log_in(Client(), "wrong", name="berta", address="7.7.7.7") == 200


def test_a_stranger_who_guesses_does_not_lock_out_a_browser_that_has_logged_in(anna: User, settings: Any) -> None:
    settings.ACCOUNT_LOGIN_LIMIT, settings.TRUSTED_PROXIES = "3/hour", 1
    anna.is_staff = True
    anna.save()
    known = Client()
    assert log_in(known, "correct horse") == 302
    cookie = known.cookies["known_browser"]
    assert (cookie["httponly"], cookie["samesite"], cookie["path"]) == (True, "Lax", "/admin/login/")
    known.logout()
    known.cookies["known_browser"] = cookie.value
    assert [log_in(Client(), "wrong", address=f"6.6.6.{number}") for number in range(4)] == [200, 200, 200, 429]
    assert [log_in(known, password) for password in ("wrong", "correct horse")] == [200, 302]
    forged = Client()
    forged.cookies["known_browser"] = cookie.value[:-1] + ("A" if cookie.value[-1] != "A" else "B")
    assert log_in(forged, "correct horse") == 429
    # Its own guesses are limited too.
    assert [log_in(known, "wrong") for _ in range(4)] == [200, 200, 200, 429]


def test_reads_are_limited_only_by_a_setting(countries: None, client: Client, settings: Any) -> None:
    settings.READ_LIMIT = "1/hour"
    assert [client.get("/api/").status_code for _ in range(2)] == [200, 429]


def test_unknown_tokens_are_limited_by_address(countries: None, settings: Any) -> None:
    settings.LOGIN_LIMIT, settings.TRUSTED_PROXIES = "1/hour", 1

    def status(address: str) -> int:
        headers = {"Authorization": "Bearer guess", "X-Forwarded-For": f"6.6.6.6, {address}"}
        return Client(headers=headers).get("/api/").status_code

    assert [status("1.1.1.1"), status("1.1.1.1"), status("2.2.2.2")] == [401, 429, 401]
    assert [status("2001:db8::1"), status("2001:db8::2"), status("2001:db8:0:1::1")] == [401, 429, 401]


def test_forwarded_address_is_not_believed_without_a_proxy_of_ours(countries: None, settings: Any) -> None:
    settings.LOGIN_LIMIT, settings.TRUSTED_PROXIES = "1/hour", 0
    statuses = [
        Client(headers={"Authorization": "Bearer guess", "X-Forwarded-For": f"1.1.1.{number}"}).get("/api/").status_code
        for number in range(2)
    ]
    assert statuses == [401, 429]


@pytest.mark.parametrize(
    ("written", "counted"),
    [
        ("1.2.3.4", "1.2.3.4"), ("1.2.3.4:5678", "1.2.3.4"), ('"1.2.3.4:5678"', "1.2.3.4"),
        ("::ffff:1.2.3.4", "1.2.3.4"), ("::FFFF:0102:0304", "1.2.3.4"), ("[::ffff:1.2.3.4]:443", "1.2.3.4"),
        ("::ffff:1.2.3.4%eth0", "1.2.3.4"), ("64:ff9b::1.2.3.4", "1.2.3.4"), ("2002:102:304:ffff::1", "1.2.3.4"),
        ("2001:db8::1", "2001:db8::/64"), ("[2001:db8::1]", "2001:db8::/64"), ("[2001:db8::2]:443", "2001:db8::/64"),
        ('"[2001:db8::3]:443"', "2001:db8::/64"), ("2001:DB8:0:0:4::%eth0", "2001:db8::/64"),
        ("fe80::1%eth0", "fe80::/64"), ("[fe80::1%25eth0]:80", "fe80::/64"), ("64:ff9b:1::1", "64:ff9b:1::/64"),
        ("", "127.0.0.1"), ("unknown", "unknown"), ("_hidden", "unknown"), ("1.2.3", "unknown"),
        ("1.2.3.4:port", "unknown"), ("1.2.3.4:", "unknown"), ("1.2.3.4.5:80", "unknown"), ("01.2.3.4", "unknown"),
        ("[1.2.3.4", "unknown"), ("[]:443", "unknown"), ("[2001:db8::1]x", "unknown"), ("fe80::1%", "unknown"),
        ("x@1.2.3.4", "unknown"), ("1.2.3.4/24", "unknown"), ("2001:db8::/64", "unknown"), ("9" * 5000, "unknown"),
        ("\N{ARABIC-INDIC DIGIT ONE}.2.3.4", "unknown"), ('"', "unknown"), ("\x00", "unknown"),
    ],
)  # fmt: skip
def test_an_address_counts_as_what_it_is_however_it_is_written(settings: Any, written: str, counted: str) -> None:
    settings.TRUSTED_PROXIES = 1
    forwarded = {"X-Forwarded-For": f"6.6.6.6, {written}"} if written else {}
    assert throttles.address(RequestFactory().get("/", headers=forwarded)) == counted
    settings.TRUSTED_PROXIES = 0
    assert throttles.address(RequestFactory().get("/", REMOTE_ADDR=written or "127.0.0.1")) == counted


def guess_a_token(address: str) -> int:
    headers = {"Authorization": "Bearer guess", "X-Forwarded-For": address}
    return Client(headers=headers).get("/api/").status_code


@pytest.fixture
def one_guess(countries: None, settings: Any) -> None:
    settings.LOGIN_LIMIT, settings.TRUSTED_PROXIES = "1/hour", 1


@pytest.mark.parametrize("again", ["::ffff:1.2.3.4", "1.2.3.4:1", "64:ff9b::102:304", "2002:102:304:7::1"])
def test_another_spelling_of_an_address_is_no_other_address(one_guess: None, again: str) -> None:
    assert [guess_a_token("1.2.3.4"), guess_a_token(again)] == [401, 429]


def test_strangers_with_mapped_addresses_do_not_share_a_limit(one_guess: None) -> None:
    assert [guess_a_token(f"::ffff:1.2.3.{number}") for number in range(3)] == [401, 401, 401]


def test_garbage_for_an_address_gives_no_unlimited_tries(one_guess: None) -> None:
    assert [guess_a_token(f"garbage{number}") for number in range(3)] == [401, 429, 429]


def test_failed_logins_to_the_admin_are_limited(anna: User, settings: Any) -> None:
    settings.LOGIN_LIMIT = "2/hour"

    def log_in(password: str, **headers: str) -> Any:
        return Client(headers=headers).post("/admin/login/", {"username": "anna", "password": password})

    assert [log_in("wrong").status_code for _ in range(3)] == [200, 200, 429]
    right = log_in("correct horse", Accept="text/html")
    assert (right.status_code, right["Content-Type"]) == (429, "text/html; charset=utf-8")
    assert int(right["Retry-After"]) > 0
