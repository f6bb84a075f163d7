"""Responses are compressed as Accept-Encoding asks, and validators go on working."""

import json
import tracemalloc
import zlib
from typing import Any

import brotli
import pytest
from django.contrib.auth.models import User
from django.http import StreamingHttpResponse
from django.test import Client, RequestFactory

from tests.factories import post, record
from tracker import compression
from tracker.compression import Compression, accepted, zstd

PATH = "/api/relations/BY-US/"
OPENED = {
    "br": brotli.decompress, "zstd": zstd.decompress, "gzip": lambda body: zlib.decompress(body, zlib.MAX_WBITS | 16),
    None: bytes,
}  # fmt: skip


def coding_of(answer: Any) -> Any:
    return answer.headers.get("Content-Encoding")


@pytest.mark.parametrize(
    ("header", "codings"),
    [
        ("", ()), ("br", ("br",)), ("gzip, deflate, br, zstd", ("br", "zstd", "gzip")), ("deflate, compress", ()),
        ("gzip;q=1, br;q=0.5", ("gzip", "br")), ("br;q=0, *", ("zstd", "gzip")), ("*;q=0", ()), ("identity", ()),
        ("identity;q=0.5, gzip;q=0.4", ()), ("identity;q=0.5, gzip", ("gzip",)), ("GZIP ; Q=0.8", ("gzip",)),
        ("x-gzip", ("gzip",)), ("br;q=2, gzip;q=-1, zstd;q=x", ()), ("br;q=0.001", ("br",)), ("br;q=0.000", ()),
        (",,;=\x00\xff,gzip", ("gzip",)), ("br;level=9", ()), ("a," * 50_000 + "br", ()), ("br;q=" + "1" * 900, ()),
        ("*" * 999, ()),
    ],
)  # fmt: skip
def test_a_header_names_codings_by_weight(header: str, codings: tuple[str, ...]) -> None:
    assert accepted(header) == codings


def test_a_relation_is_the_same_in_every_coding_and_validators_match_across_them(seed: None, client: Client) -> None:
    plain = client.get(PATH)
    assert (coding_of(plain), plain["ETag"][:2], plain["Vary"]) == (None, '"v', "Accept, Accept-Encoding")
    weak = f"W/{plain['ETag']}"
    for coding in ("br", "zstd", "gzip"):
        for headers in ({}, {"Accept": "application/json;q=0.9"}):  # at the front, and by the view
            answer = client.get(PATH, headers={"Accept-Encoding": coding, **headers})
            assert (coding_of(answer), OPENED[coding](answer.content)) == (coding, plain.content)
            assert int(answer["Content-Length"]) == len(answer.content) < 10_000
            assert (answer["ETag"], answer["Vary"]) == (weak, plain["Vary"])
            for tag in (weak, plain["ETag"]):
                known = client.get(PATH, headers={"Accept-Encoding": coding, "If-None-Match": tag, **headers})
                assert (known.status_code, known.content, known["ETag"]) == (304, b"", weak)
                assert (known["Vary"], coding_of(known)) == (plain["Vary"], None)
        head = client.head(PATH, headers={"Accept-Encoding": coding})
        assert (head.content, head["ETag"], head["Vary"], coding_of(head)) == (b"", weak, plain["Vary"], coding)
    known = client.get(PATH, headers={"If-None-Match": weak})
    assert (known.status_code, known["ETag"]) == (304, plain["ETag"])


def test_a_relation_is_compressed_once_for_a_body(seed: None, client: Client, monkeypatch: Any) -> None:
    client.get(PATH)
    first = client.get(PATH, headers={"Accept-Encoding": "br"}).content
    monkeypatch.setitem(compression._CODERS, "br", None)
    assert client.get(PATH, headers={"Accept-Encoding": "br"}).content == first
    monkeypatch.undo()
    record(post("nominated", "2020-05", holder="Julie Fisher"))
    assert brotli.decompress(client.get(PATH, headers={"Accept-Encoding": "br"}).content) == client.get(PATH).content


def test_a_version_seen_compressed_can_be_corrected(seed: None, editor: Any) -> None:
    (fact,) = record(post("nominated", "2020-05", holder="Julie Fisher"))
    url = f"/api/ambassadors/{fact.key}/"
    tag = editor.client.get(url, headers={"Accept-Encoding": "gzip"})["ETag"]
    assert tag.startswith('W/"v1-')
    assert editor.patch(url, {"note": "Seen compressed."}, tag=tag).status_code == 200
    assert editor.patch(url, {"note": "Too late."}, tag=tag).status_code == 412


@pytest.mark.parametrize("coding", ["br", "zstd", "gzip"])
def test_exports_are_compressed_whole(seed: None, client: Client, coding: str) -> None:
    for kind in ("csv", "jsonl"):
        url = f"/api/diplomatic-events/?format={kind}"
        answer = client.get(url, headers={"Accept-Encoding": coding})
        assert coding_of(answer) == coding
        assert OPENED[coding](answer.getvalue()) == client.get(url).getvalue() != b""


@pytest.mark.parametrize("coding", ["br", "zstd", "gzip"])
def test_a_stream_is_compressed_in_constant_memory_and_readable_as_it_comes(coding: str) -> None:
    chunk = json.dumps([{"number": number} for number in range(4_000)]).encode()
    closed = []

    def chunks() -> Any:
        try:
            for _ in range(200):
                yield chunk
        finally:
            closed.append(True)

    respond = Compression(lambda _: StreamingHttpResponse(chunks(), content_type="text/csv"))
    answer = respond(RequestFactory().get("/", headers={"Accept-Encoding": coding}))
    parts = iter(answer)
    assert len(next(parts)) > 100  # the first batch, and not a head alone
    tracemalloc.start()
    total = sum(len(part) for part in parts)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert total < 200 * len(chunk) / 3
    assert peak < 5 * len(chunk)
    abandoned = respond(RequestFactory().get("/", headers={"Accept-Encoding": coding}))
    next(iter(abandoned))
    for close in abandoned._resource_closers:  # as Django does where the client has gone
        close()
    assert closed == [True, True]


def test_what_has_a_secret_is_never_compressed(countries: None, client: Client) -> None:
    user = User.objects.create_superuser("ann", password="correct horse")
    every = {"Accept-Encoding": "br, gzip"}
    assert coding_of(client.get("/admin/login/", headers=every)) is None  # it sets a cookie
    assert coding_of(client.get("/api/countries/", headers=every)) == "br"
    assert coding_of(client.post("/api/sources/", headers=every)) is None
    client.force_login(user)
    assert coding_of(client.get("/api/countries/", headers=every)) is None
    assert coding_of(client.get("/admin/", headers=every)) is None


def test_small_bodies_and_problems_say_that_they_vary(countries: None, client: Client) -> None:
    small = client.get("/api/countries/?code=BY&fields=code", headers={"Accept-Encoding": "br"})
    assert (coding_of(small), small["Vary"]) == (None, "Accept, Accept-Encoding")
    problem = client.get("/api/countries/?nothing=1", headers={"Accept-Encoding": "br"})
    assert (problem.status_code, coding_of(problem)) == (400, "br")
    assert json.loads(brotli.decompress(problem.content))["status"] == 400


def test_static_files_are_sent_as_their_weights_say(client: Client) -> None:
    for header in ("br;q=0", "gzip;q=0, br;q=0", "identity"):
        answer = client.get("/static/admin/css/base.css", headers={"Accept-Encoding": header})
        assert (answer.status_code, coding_of(answer)) == (200, None)
