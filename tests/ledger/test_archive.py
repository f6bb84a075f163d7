"""The archive of imported files: whole files alone, on its own disk."""

import datetime as dt
import hashlib
import io
import tempfile

import pytest

from relations import ledger
from relations.errors import FileRefused


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    settings.TRACKER_DATA = tmp_path
    return tmp_path / "archive"


def test_a_file_is_stored_with_its_digest_and_size_and_comes_back_as_it_was(tmp_path):
    stored = ledger.store_file(io.BytesIO(b"a list"), name="list.csv")
    assert stored == {"name": "list.csv", "bytes": 6, "sha256": hashlib.sha256(b"a list").hexdigest()}
    (path,) = ledger.write_files([stored], folder=tmp_path)
    assert path.read_bytes() == b"a list"


def test_a_file_that_cannot_be_written_to_its_end_leaves_nothing(folder, monkeypatch):
    def fails(*_):
        raise OSError("no space left on device")

    monkeypatch.setattr("os.fsync", fails)
    with pytest.raises(OSError, match="no space left"):
        ledger.store_file(io.BytesIO(b"a list"), name="list.csv")
    assert [path for path in folder.rglob("*") if path.is_file()] == []


def test_a_file_is_written_on_the_disk_of_the_archive_from_the_first_byte(tmp_path, monkeypatch):
    """A file becomes another one's name in one step only on the same disk."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "another disk"))
    assert ledger.store_file(io.BytesIO(b"a list"), name="list.csv")["bytes"] == 6


def test_a_file_that_is_no_longer_in_the_archive_is_refused_by_its_name(tmp_path):
    stored = ledger.store_file(io.BytesIO(b"a list"), name="list.csv")
    assert ledger.delete_files(needed=(), before=dt.datetime.now(dt.UTC) + dt.timedelta(minutes=1)) == 1
    with pytest.raises(FileRefused) as refusal:
        ledger.write_files([stored], folder=tmp_path)
    assert "list.csv" in refusal.value.detail
    assert "it is no longer in the archive" in refusal.value.detail
