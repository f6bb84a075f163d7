"""Scripts of other sites may read what anybody may, and nothing else."""

from typing import Any

import pytest
from django.test import Client

ORIGIN = {"Origin": "https://elsewhere.example"}
ASKED = {**ORIGIN, "Access-Control-Request-Method": "GET", "Access-Control-Request-Headers": "if-none-match"}
EXPOSED = {"API-Version", "Deprecation", "ETag", "Link", "RateLimit", "RateLimit-Policy", "Retry-After", "Sunset"}


def granted(answer: Any) -> dict[str, str]:
    return {name: value for name, value in answer.headers.items() if name.startswith("Access-Control-")}


@pytest.mark.parametrize("path", ["/api/", "/api/relations/BY-US/", "/api/sources/?format=csv", "/feeds/changes.atom"])
def test_any_site_may_read(seed: None, client: Client, path: str) -> None:
    for _ in ("computed", "from the cache"):
        answer = client.get(path, headers=ORIGIN)
        list(answer)
        assert set(granted(answer)) == {"Access-Control-Allow-Origin", "Access-Control-Expose-Headers"}
        assert answer["Access-Control-Allow-Origin"] == "*"
        assert set(answer["Access-Control-Expose-Headers"].split(", ")) >= EXPOSED
        assert "Origin" not in answer.get("Vary", "")


def test_refusals_and_304_can_be_read_too(seed: None, client: Client) -> None:
    tag = client.get("/api/relations/BY-US/")["ETag"]
    known = client.get("/api/relations/BY-US/", headers={**ORIGIN, "If-None-Match": tag})
    assert (known.status_code, known["Access-Control-Allow-Origin"]) == (304, "*")
    refused = client.get("/api/relations/BY-XX/", headers=ORIGIN)
    assert (refused.status_code, refused["Access-Control-Allow-Origin"]) == (404, "*")


def test_a_preflight_is_answered_without_a_query(client: Client) -> None:
    answer = client.options("/api/relations/BY-US/", headers=ASKED)
    assert (answer.status_code, answer.content) == (204, b"")
    assert granted(answer) == {
        "Access-Control-Allow-Origin": "*",
        "Access-Control-Allow-Methods": "GET, HEAD, OPTIONS",
        "Access-Control-Allow-Headers": "Accept, If-None-Match, X-Request-ID",
        "Access-Control-Max-Age": "86400",
    }


def test_credentials_and_writes_are_not_for_other_sites(seed: None, client: Client) -> None:
    with_token = client.get("/api/sources/", headers={**ORIGIN, "Authorization": "Bearer trk_nobody"})
    write = client.post("/api/sources/", {}, content_type="application/json", headers=ORIGIN)
    admin = client.get("/admin/login/", headers=ORIGIN)
    preflight = client.options("/admin/login/", headers=ASKED)
    assert [granted(each) for each in (with_token, write, admin, preflight)] == [{}, {}, {}, {}]


def test_a_setting_names_one_site_or_none(seed: None, client: Client, settings: Any) -> None:
    settings.CORS_ORIGIN = "https://one.example"
    assert client.get("/api/", headers=ORIGIN)["Access-Control-Allow-Origin"] == "https://one.example"
    settings.CORS_ORIGIN = ""
    assert granted(client.get("/api/", headers=ORIGIN)) == granted(client.options("/api/", headers=ASKED)) == {}
