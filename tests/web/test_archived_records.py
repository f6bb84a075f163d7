"""A party's record in the archived file: word for word, marked, and found in every list's format."""

import gzip
import re
import shutil
from pathlib import Path

import pytest
from django.conf import settings

from relations.codes import ListCode
from relations.codes.list_descriptions import list_description
from relations.importers.engine.parties import Party
from relations.importers.registry import PARTY_LISTS
from relations.models import Designation, ImportRun
from relations.web.sanctions import archived
from tests.web.conftest import html_of, words_of

FILES = Path(__file__).parents[1] / "importers" / "files"


@pytest.mark.parametrize("code", ListCode.values)
def test_every_record_of_a_list_is_found_wherever_its_file_is_cut(code, monkeypatch):
    monkeypatch.setattr(archived, "_LONGEST", 8_000)
    files = sorted(path for path in (FILES / code).glob("*.*") if path.name != "after.xml")
    parties = [one for one in PARTY_LISTS[code].parse(files) if isinstance(one, Party)]
    shape = list_description(code)["record"]
    assert parties
    for party in parties:
        found = []
        for file in files:
            raw = file.read_bytes()
            for size in (1_000, len(raw)):
                chunks = (raw[place : place + size] for place in range(0, len(raw), size))
                places = list(archived.records(chunks, shape, party.reference))
                assert [raw[start : start + len(one)] for start, one in places] == [one for _, one in places]
                found.append(places)
        assert found[::2] == found[1::2]
        assert all(party.reference in one.decode("utf-8", "replace") for places in found for _, one in places)
        words = max((name.text for name in party.names), key=len).split()
        assert any(words[-1].encode() in one for places in found for _, one in places), party.reference


def _page(reader, reference, **more):
    version = Designation.objects.filter(party__reference=reference).order_by("version").last()
    return reader.get(f"/imports/{version.run_id}/", {"party": version.party.key, **more})


def test_a_partys_words_are_marked_in_the_bytes_of_the_archived_file(reader, published):
    answer = _page(reader, "KPi.003")
    (passage,) = html_of(answer).cssselect(".bytes")
    (file,) = ImportRun.objects.order_by("pk").last().files
    raw = gzip.decompress(_archived(file["sha256"]).read_bytes())
    place = re.search(r"Bytes ([\d,]+) to ([\d,]+) of", words_of(answer))
    assert place
    start, end = (int(one.replace(",", "")) for one in place.groups())
    assert passage.text_content().encode() == raw[start:end]
    assert {"KPi.003", "Choe Yong", "DPRK", "Chwe Ryong"} <= {one.text_content() for one in passage.cssselect("mark")}
    assert raw[start:end].startswith(b"<INDIVIDUAL>")
    assert raw[start:end].endswith(b"</INDIVIDUAL>")
    # Nothing else is marked: the lines below are the import's.
    assert len(html_of(answer).cssselect("mark")) == len(passage.cssselect("mark"))


def test_a_record_that_stays_the_same_is_shown_from_the_last_publication(reader, published, monkeypatch, tmp_path):
    shutil.copytree(settings.TRACKER_DATA / "archive", tmp_path / "archive")
    monkeypatch.setattr(settings, "TRACKER_DATA", tmp_path)
    first, last = ImportRun.objects.order_by("pk")
    _archived(first.files[0]["sha256"]).unlink()
    answer = _page(reader, "KPi.001")
    assert f"Of the publication of {published}, which has the same record" in words_of(answer)
    assert "Kim Il" in [one.text_content() for one in html_of(answer).cssselect(".bytes mark")]
    # What was removed is in the first publication only.
    gone = _page(reader, "KPi.002")
    assert "The archive no longer has the file." in words_of(gone)
    assert (len(html_of(gone).cssselect(".bytes")), html_of(gone).cssselect(".record mark")[0].text) == (0, "Pak Chol")
    _archived(last.files[0]["sha256"]).write_bytes(gzip.compress(b"other bytes"))
    assert "The archive's copy of the file is damaged." in words_of(_page(reader, "KPi.003"))


def test_files_that_are_too_large_to_search_are_said_to_be(reader, published, monkeypatch):
    monkeypatch.setattr(archived, "_MOST_BYTES", 100)
    assert "The files are larger than what a page searches." in words_of(_page(reader, "KPi.003"))


def _archived(sha256: str) -> Path:
    return settings.TRACKER_DATA / "archive" / sha256[:2] / f"{sha256}.gz"
