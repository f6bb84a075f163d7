"""`/api/imports/<id>/files/<sha256>/`: the bytes that an import read, for those who may import."""

import base64
import gzip
import hashlib
from contextlib import closing

import pytest
from django.contrib.auth import get_user_model
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from relations.importers import import_list
from relations.models import ImportRun
from tests.importers.importing import BANS
from tests.rights import token_of

pytestmark = pytest.mark.usefixtures("countries")


@pytest.fixture(autouse=True)
def archive(settings, tmp_path):
    settings.TRACKER_DATA = tmp_path / "data"
    return tmp_path / "data" / "archive"


@pytest.fixture
def importer():
    _, shown = token_of(get_user_model().objects.create_user("desk"), "read", "edit")
    return Client(headers={"Authorization": f"Bearer {shown}"})


@pytest.fixture
def run():
    return import_list("travel_ban", [BANS])


def download(run: ImportRun, name: str = "") -> str:
    sha256 = next(one["sha256"] for one in run.files if name in ("", one["name"]))
    return f"/api/imports/{run.pk}/files/{sha256}/"


def test_the_bytes_are_those_that_were_imported_and_say_so(importer, run):
    answer = importer.get(download(run))
    content, digest = BANS.read_bytes(), hashlib.sha256(BANS.read_bytes())
    assert (answer.status_code, answer.getvalue()) == (200, content)
    named = ("Content-Type", "Content-Length", "Content-Disposition", "ETag", "Repr-Digest", "Cache-Control")
    assert {name: answer[name] for name in named} == {
        "Content-Type": "text/csv", "Content-Length": str(len(content)),
        "Content-Disposition": f'attachment; filename="{BANS.name}"', "ETag": f'"{digest.hexdigest()}"',
        "Repr-Digest": f"sha-256=:{base64.b64encode(digest.digest()).decode()}:",
        "Cache-Control": "private, max-age=2592000, immutable, no-transform",
    }  # fmt: skip
    assert answer["X-Content-Type-Options"] == "nosniff"


def test_the_run_leads_to_its_files(importer, run):
    (file,) = importer.get(f"/api/imports/{run.pk}/").json()["files"]
    assert file == run.files[0] | {"download": f"http://testserver{download(run)}"}
    assert importer.get(file["download"]).getvalue() == BANS.read_bytes()


def test_who_has_the_bytes_is_not_sent_them_again(importer, run, settings):
    tag = f'"{run.files[0]["sha256"]}"'
    answer = importer.get(download(run), headers={"If-None-Match": tag})
    assert (answer.status_code, answer.content, answer["ETag"]) == (304, b"", tag)
    assert importer.get(download(run), headers={"If-None-Match": '"other"'}).getvalue() == BANS.read_bytes()
    for _ in range(settings.EXPORTS_AT_ONCE + 1):  # none of them has a place
        answer = importer.head(download(run))
        assert (answer.status_code, answer["Content-Length"]) == (200, str(BANS.stat().st_size))


@pytest.mark.parametrize("accepted", ["text/csv", "application/json", "image/png, */*;q=0.1"])
def test_a_file_is_sent_as_it_is_whatever_is_accepted(importer, run, accepted):
    with closing(importer.get(download(run), headers={"Accept": accepted})) as answer:
        assert (answer.status_code, answer["Content-Type"]) == (200, "text/csv")


@pytest.mark.parametrize(
    ("sent", "expected"),
    [
        ("application/vnd.ms-excel", "application/vnd.ms-excel"), ("text/csv; charset=utf-8", "text/csv"),
        ("text/csv\r\nX-Own: 1", "text/csv"), ("no type", "text/csv"), ("", "text/csv"),
    ],
)  # fmt: skip
def test_an_uploaded_file_has_the_type_with_which_it_came(importer, sent, expected):
    upload = SimpleUploadedFile(BANS.name, BANS.read_bytes(), content_type=sent)
    answer = importer.post("/api/imports/", {"list": "travel_ban", "file": upload})
    answer = importer.get(answer.json()["files"][0]["download"])
    assert (answer["Content-Type"], answer.getvalue()) == (expected, BANS.read_bytes())


def test_a_name_in_other_letters_is_sent_by_its_name(importer):
    upload = SimpleUploadedFile("Списък „1“.csv", b"a,b\n", content_type="text/csv")
    answer = importer.post("/api/imports/", {"list": "travel_ban", "file": upload})
    with closing(importer.get(answer.json()["files"][0]["download"])) as sent:
        assert sent["Content-Disposition"].startswith("attachment; filename*=utf-8''%D0%A1")


@pytest.mark.parametrize(
    "address", ["/api/imports/999999/files/{sha256}/", "/api/imports/{id}/files/{other}/", "/api/imports/{id}/files/x/"]
)
def test_what_the_run_does_not_have_is_not_there(importer, run, address):
    address = address.format(id=run.pk, sha256=run.files[0]["sha256"], other="0" * 64)
    answer = importer.get(address)
    assert answer.status_code == 404
    if f"/{run.pk}/" in address:
        assert answer.json()["type"].endswith("#not-archived")


def test_a_file_that_the_archive_no_longer_has_is_gone(importer, run, archive):
    for stored in archive.glob("*/*.gz"):
        stored.unlink()
    answer = importer.get(download(run))
    assert (answer.status_code, answer["Content-Type"]) == (410, "application/problem+json")
    assert answer.json()["type"].endswith("#no-longer-archived")
    assert answer.json()["detail"] == (
        f"{BANS.name} is no longer in the archive: of old files it has those of each list's last good import."
    )


@pytest.mark.parametrize("damage", ["other bytes", "cut", "no gzip"])
def test_damaged_bytes_are_never_sent(importer, run, archive, damage):
    (stored,) = archive.glob("*/*.gz")
    whole = stored.read_bytes()
    stored.write_bytes({"other bytes": gzip.compress(b"x"), "cut": whole[:-20], "no gzip": b"x" * 99}[damage])
    answer = importer.get(download(run))
    assert (answer.status_code, answer.json()["type"].rpartition("#")[2]) == (500, "archive-damaged")
    assert importer.get(download(run)).status_code == 500, "the place was given back"


def test_nobody_without_the_right_to_import_is_sent_a_file(run):
    reader = get_user_model().objects.create_user("reader", is_staff=True)
    session = Client()
    session.force_login(reader)
    assert Client().get(download(run)).status_code == 401
    assert session.get(download(run)).status_code == 403
    importer = get_user_model().objects.create_user("desk")
    token_of(importer, "edit")
    session.force_login(importer)
    assert session.get(download(run)).getvalue() == BANS.read_bytes()
    _, shown = token_of(importer, "read")
    narrow = Client(headers={"Authorization": f"Bearer {shown}"})
    assert narrow.get(download(run)).status_code == 403


def test_downloads_have_the_places_of_exports(importer, run, monkeypatch):
    monkeypatch.setattr("relations.api.http.formats._exports.acquire", lambda **_: False)
    answer = importer.get(download(run))
    assert (answer.status_code, answer["Retry-After"]) == (503, "5")
