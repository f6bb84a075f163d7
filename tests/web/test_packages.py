"""`/data/`: published packages, their list and their files."""

import datetime as dt
import hashlib
import json
from threading import BoundedSemaphore

import pytest

from relations.web import packages
from tests.factories import post, record
from tests.open_data.packages import published
from tests.web.conftest import html_of, words_of


@pytest.fixture
def package(countries, tmp_path, settings):
    settings.PUBLISHED_DATA = tmp_path
    record(post("ambassador", "2014", holder="Ann Lee"))
    return published(tmp_path)


def test_the_page_and_the_list_name_every_file_with_its_digest(reader, package):
    page = reader.get("/data/")
    section = html_of(page).cssselect("section[aria-labelledby=packages]")[0]
    table = {
        str(row.cssselect("a")[0].get("href")): row.cssselect("code")[0].text_content()
        for row in section.cssselect("tbody tr")
    }
    (listed,) = reader.get("/data/packages.json").json()["packages"]
    assert (listed["day"], listed["version"]) == (package.name, "log-" + listed["version"].removeprefix("log-"))
    site = "http://testserver"
    assert {one["url"]: one["sha256"] for one in listed["files"]} == {
        site + url: sha or None for url, sha in table.items()
    }
    assert table.keys() == {f"/data/{package.name}/{path.name}" for path in package.iterdir()}
    for one in listed["files"]:
        response = reader.get(one["url"].removeprefix(site))
        content = b"".join(response.streaming_content)
        assert len(content) == one["bytes"] == int(response["Content-Length"])
        if one["name"] != "SHA256SUMS":
            assert hashlib.sha256(content).hexdigest() == one["sha256"]
    script = html_of(page).cssselect('script[type="application/ld+json"]')[0].text_content()
    data = json.loads(script)
    assert (data["@type"], data["identifier"]) == ("Dataset", f"{site}/data/{package.name}/datapackage.json")
    assert {one["contentUrl"] for one in data["distribution"]} == {
        one["url"] for one in listed["files"] if one["name"].endswith((".csv", ".jsonl", ".parquet"))
    }


def test_a_file_is_cached_for_good(reader, package):
    response = reader.get(f"/data/{package.name}/periods.csv")
    assert response["Cache-Control"] == "public, max-age=31536000, immutable"
    assert response["Content-Type"] == "text/csv; charset=utf-8"
    again = reader.get(f"/data/{package.name}/periods.csv", headers={"If-None-Match": response["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    head = reader.head(f"/data/{package.name}/periods.csv", headers={"Range": "bytes=0-1"})
    assert (head.status_code, head["Content-Length"]) == (200, response["Content-Length"])
    response.close()


def test_a_limit_of_reads_counts_packages_and_feeds_and_no_pages(reader, package, settings):
    settings.READ_LIMIT = "3/day"
    paths = ("/data/packages.json", f"/data/{package.name}/SHA256SUMS", "/feeds/changes.atom", "/data/", "/api/")
    answers = [reader.get(path) for path in paths]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 429, 429]
    assert [answer.headers.get("RateLimit", "").partition(";t=")[0] for answer in answers[:3]] == [
        f'"reads";r={left}' for left in (2, 1, 0)
    ]
    assert 0 < int(answers[3]["Retry-After"]) <= 86400
    assert reader.get("/lists/").status_code == 200
    answers[1].close()


@pytest.mark.parametrize("name", ["..%2f..%2fmanage.py", "../.lock", ".lock", "nothing.csv", "periods.csv.bak"])
def test_only_files_that_a_package_names_are_served(reader, package, name):
    (package / "periods.csv.bak").write_text("x", "utf-8")
    assert reader.get(f"/data/{package.name}/{name}").status_code == 404


@pytest.mark.parametrize("day", ["2020-01-01", "20200101", "2020-W01-1", "latest", "..", "%00"])
def test_another_day_has_no_package(reader, package, day):
    assert reader.get(f"/data/{day}/periods.csv").status_code == 404


def test_without_packages_the_page_says_so(reader, countries, settings, tmp_path):
    settings.PUBLISHED_DATA = tmp_path / "nowhere"
    assert "None has been published yet." in words_of(reader.get("/data/"))
    assert reader.get("/data/packages.json").json() == {"packages": []}


def test_a_folder_that_is_no_package_is_passed_over(reader, package):
    for name in ("1999-01-01", "1999-01-02", "1999-01-03"):
        (package.parent / name).mkdir()
    (package.parent / "1999-01-03" / "SHA256SUMS").write_text("", "ascii")
    (package.parent / "1999-01-03" / "datapackage.json").write_text('{"resources": [{}]}', "ascii")
    (package.parent / "1999-01-02" / "SHA256SUMS").write_text("nonsense\n", "ascii")
    (package.parent / "1999-01-02" / "datapackage.json").write_text('{"resources": []}', "ascii")
    listed = reader.get("/data/packages.json").json()["packages"]
    assert [dt.date.fromisoformat(one["day"]).year for one in listed] == [int(package.name[:4])]
    assert reader.get("/data/1999-01-02/SHA256SUMS").status_code == 404


def test_downloads_have_so_many_threads_and_give_them_back(reader, package, monkeypatch):
    monkeypatch.setattr(packages, "_downloads", BoundedSemaphore(1))
    address = f"/data/{package.name}/periods.csv"
    first = reader.get(address)
    refused = reader.get(address)
    assert (refused.status_code, refused["Retry-After"]) == (503, "60")
    first.close()
    last = reader.get(address)
    assert last.status_code == 200
    last.close()
