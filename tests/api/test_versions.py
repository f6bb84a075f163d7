"""The version of the interface, and how something that goes is announced."""

import datetime as dt
import tomllib
from email.utils import parsedate_to_datetime

import pytest
from django.conf import settings
from django.test import Client
from drf_spectacular.generators import SchemaGenerator

from relations.api.http.deprecations import Deprecation
from relations.api.references.sources import SourceList

VERSION = settings.VERSION
JUNE = Deprecation(since=dt.date(2026, 12, 1), until=dt.date(2027, 6, 1))


def test_every_answer_of_the_api_names_its_version_and_no_page_does(seed: None, client: Client) -> None:
    asked = {
        "/api/": 200, "/api/relations/BY-US/": 200, "/api/relations/us-by/": 308, "/api/changes": 308,
        "/api/nothing/": 404, "/api/relations/?statsu=x": 400, "/api/webhooks/": 401, "/api/schema/": 200,
    }  # fmt: skip
    for url, status in asked.items():
        answer = client.get(url)
        assert (url, answer.status_code, answer.headers.get("API-Version")) == (url, status, VERSION)
    etag = client.get("/api/relations/BY-US/").headers["ETag"]
    unchanged = client.get("/api/relations/BY-US/", headers={"If-None-Match": etag})
    assert (unchanged.status_code, unchanged.headers["API-Version"]) == (304, VERSION)
    assert "API-Version" not in client.get("/").headers


def test_the_version_is_the_release_s(countries: None, client: Client) -> None:
    project = tomllib.loads((settings.ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    assert project["version"] == VERSION
    assert client.get("/api/schema/").json()["info"]["version"] == VERSION
    assert f"## {VERSION} " in (settings.ROOT / "CHANGELOG.md").read_text("utf-8")


def test_what_goes_is_announced_in_every_answer_and_in_the_document(
    seed: None, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(SourceList, "deprecated", JUNE)
    for url in ("/api/sources/?page_size=1", "/api/sources/?kind=nothing"):
        headers = client.get(url).headers
        assert dt.datetime.fromtimestamp(int(headers["Deprecation"].removeprefix("@")), dt.UTC).date() == JUNE.since
        assert parsedate_to_datetime(headers["Sunset"]).date() == JUNE.until
        assert '</docs/compatibility/>; rel="deprecation"' in headers["Link"]
    assert client.get("/docs/compatibility/").status_code == 200
    assert "Deprecation" not in client.get("/api/sources/1/").headers
    paths = SchemaGenerator().get_schema(request=None, public=True)["paths"]
    assert paths["/api/sources/"]["get"]["deprecated"] is True
    assert "deprecated" not in paths["/api/changes/"]["get"]


def test_what_is_deprecated_stays_for_six_months() -> None:
    with pytest.raises(ValueError, match="six months"):
        Deprecation(since=dt.date(2026, 12, 1), until=dt.date(2027, 1, 1))
