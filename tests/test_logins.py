"""Failed logins count to the account that Django would open, however its name is written and sent."""

import json
from typing import Any
from urllib.parse import urlencode

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart

FORM = "application/x-www-form-urlencoded"
PASSWORD = "correct horse"

SPELLINGS = {
    "su": True, "su ": True, " su": True, "\tsu\r\n": True, "su" + " " * 500: True, "su\N{NO-BREAK SPACE}": True,
    "\N{EM SPACE}su": True, "\N{FULLWIDTH LATIN SMALL LETTER S}u": True, "\N{LATIN SMALL LETTER LONG S}u": True,
    "SU": False, "su\N{ZERO WIDTH SPACE}": False, "\N{ZERO WIDTH NO-BREAK SPACE}su": False, "s\N{SOFT HYPHEN}u": False,
    "su\0": False, "\0": False, "": False, " ": False, "su" * 100: False,
    "\N{FULLWIDTH LATIN SMALL LETTER S}u" * 100: False, "s\N{CYRILLIC SMALL LETTER U}": False,
}  # fmt: skip
"""True if the account `su` opens under this name."""


@pytest.fixture(autouse=True)
def su(db: None, settings: Any) -> User:
    settings.ACCOUNT_LOGIN_LIMIT, settings.LOGIN_LIMIT, settings.TRUSTED_PROXIES = "3/hour", "3/hour", 1
    return User.objects.create_superuser("su", password=PASSWORD)


def sent(content: str | bytes, content_type: str = FORM, *, address: str = "7.7.7.7", query: str = "") -> int:
    """The status of a login from a browser that nobody has used before."""
    headers = {"X-Forwarded-For": address}
    answer = Client(headers=headers).generic("POST", f"/admin/login/{query}", content, content_type=content_type)
    return int(answer.status_code)


def log_in(name: str, password: str = PASSWORD, **how: Any) -> int:
    return sent(urlencode({"username": name, "password": password}), **how)


def guess(name: str, times: int) -> list[int]:
    """Wrong passwords, each from another address."""
    return [log_in(name, "wrong", address=f"6.6.6.{number}") for number in range(times)]


def test_a_trailing_blank_does_not_pass_the_limit_of_an_account() -> None:
    assert guess("su ", 5) == [200, 200, 200, 429, 429]


@pytest.mark.parametrize(("spelling", "opens"), SPELLINGS.items(), ids=ascii)
def test_every_spelling_that_opens_the_account_counts_to_it(spelling: str, opens: bool) -> None:
    assert (log_in(spelling) == 302) is opens
    guess(spelling, 3)
    assert (log_in("su") == 429) is opens


@pytest.mark.parametrize(("spelling", "opens"), SPELLINGS.items(), ids=ascii)
def test_every_spelling_that_opens_the_account_waits_for_it(spelling: str, opens: bool) -> None:
    guess("su", 3)
    assert (log_in(spelling) == 429) is opens


WAYS: dict[str, tuple[str | bytes, str]] = {
    "the last of several names": (urlencode([("username", "bo"), ("username", "su "), ("password", PASSWORD)]), FORM),
    "the first of several names": (urlencode([("username", "su"), ("username", "bo"), ("password", PASSWORD)]), FORM),
    "with the page to go to": (urlencode({"username": "su", "password": PASSWORD, "next": "/admin/auth/"}), FORM),
    "a form in parts": (encode_multipart(BOUNDARY, {"username": "su ", "password": PASSWORD}), MULTIPART_CONTENT),
    "JSON": (json.dumps({"username": "su", "password": PASSWORD}), "application/json"),
    "no type": (urlencode({"username": "su", "password": PASSWORD}), "text/plain"),
}
OPEN = {"the last of several names", "with the page to go to", "a form in parts"}


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("query", ["", "?next=/admin/&username=bob"])
def test_however_the_form_is_sent_it_waits_for_the_account_that_it_opens(way: str, query: str) -> None:
    assert (sent(*WAYS[way], query=query) == 302) is (way in OPEN)
    guess("su", 3)
    assert (sent(*WAYS[way], query=query) == 429) is (way in OPEN)


def test_no_other_method_logs_in() -> None:
    data = urlencode({"username": "su", "password": PASSWORD})
    for method in ("PUT", "PATCH", "DELETE"):
        client = Client()
        client.generic(method, "/admin/login/", data, content_type=FORM)
        assert client.get("/admin/").status_code == 302


def test_a_known_browser_is_known_under_every_spelling() -> None:
    first, known = Client(), Client()
    data = {"username": " su ", "password": PASSWORD}
    assert first.post("/admin/login/", data).status_code == 302
    known.cookies["known_browser"] = first.cookies["known_browser"].value
    guess("su", 3)
    assert (log_in("su"), known.post("/admin/login/", data).status_code) == (429, 302)
