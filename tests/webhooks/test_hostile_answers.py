"""Answers that are made to occupy the sender, to fill it up, or to bring it down."""

import asyncio
import datetime as dt
import gzip
import socket
import ssl
import threading
import time

import pytest
import trustme
from hypothesis import given
from hypothesis import strategies as st

from relations.delivery import sending
from relations.delivery.sending import Sender, _retry_after
from relations.net import client
from tests.waiting import PATIENCE
from tests.webhooks.messages import claim_of, sent
from tests.webhooks.receivers import OK, Receiver, answer, listening

CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        (b"HTTP/1.0 200 OK\r\n\r\nthanks", b"thanks"),
        (b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nthanks", b"thanks"),
        (b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n" * 3 + OK, b""),
        (CHUNKED + b"6\r\nthanks\r\n0\r\n\r\n", b"thanks"),
        (CHUNKED + b"1\r\nx\r\n" * 200_000, b"x" * 4096),
        (CHUNKED + b"1;" + b"y" * 2000 + b"\r\nx\r\n" + b"1\r\nx\r\n" * 200_000, b"x" * 4096),
    ],
    ids=[
        "HTTP/1.0 without a length",
        "until the end",
        "early hints",
        "chunks",
        "tiny chunks",
        "chunks with extensions",
    ],
)
def test_a_success_counts_however_its_answer_is_written(receiver, said, kept):
    receiver.say = lambda _: said
    outcome = sent(receiver.url)
    status = 204 if said.endswith(OK) else 200
    assert (outcome.status, outcome.error, outcome.answer) == (status, None, kept)


def test_what_is_packed_is_not_unpacked(receiver):
    """16 MiB of nothing in 16 KiB: stored as it came."""
    bomb = gzip.compress(bytes(16 * 2**20))
    receiver.say = lambda _: answer(200, "Content-Encoding: gzip", body=bomb)
    outcome = sent(receiver.url)
    assert (outcome.succeeded, outcome.answer) == (True, bomb[:4096])


@pytest.mark.parametrize(
    "said",
    [
        b"HTTP/1.1 100 Continue\r\n\r\n" * 200_000, b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n" * 100_000,
        b"HTTP/1.1 200 OK\r\n" + b"A: b\r\n" * 200_000,
    ],
    ids=["100", "103", "fields"],
)  # fmt: skip
def test_a_flood_before_the_answer_ends_soon(receiver, said):
    receiver.say = lambda _: said
    began = time.process_time()
    outcome = sent(receiver.url)
    assert (outcome.error, outcome.status) == ("protocol", None)
    assert time.process_time() - began < 2.0


def test_a_switch_of_protocols_is_no_success(receiver):
    receiver.say = lambda _: b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: upgrade\r\n\r\n"
    assert not sent(receiver.url).succeeded


@pytest.mark.parametrize(
    "retry_after",
    ["Fri, 31 Dec 99999999999999999999 23:59:59 GMT", "Fri, 31 Dec 9999 23:59:59 -2359",
     "Mon, 01 Jan 0001 00:00:00 +2359",
     "Mon, 99 Foo 2030 00:00:00 GMT", "Mon, 01 Jan 2030 00:00:00 +999999", "9" * 5000, "٣", "1e9", ""],
)  # fmt: skip
def test_no_time_to_come_back_brings_the_sender_down(receiver, retry_after):
    receiver.say = lambda _: answer(503).replace(b"\r\n", b"\r\nRetry-After: " + retry_after.encode() + b"\r\n", 1)
    outcome = sent(receiver.url)
    assert outcome.status == 503
    assert outcome.retry_after is None or dt.timedelta() <= outcome.retry_after <= dt.timedelta(hours=24)


@given(st.text() | st.from_regex(r"[A-Za-z]{3}, \d{1,9} [A-Za-z]{3} \d{1,25} \d+:\d+:\d+ ([+-]\d{1,9}|GMT)"))
def test_whatever_it_says_it_is_left_alone_for_a_day_at_most(text):
    found = _retry_after(503, text, now=dt.datetime.now(dt.UTC))
    assert found is None or dt.timedelta() <= found <= dt.timedelta(hours=24)


def test_name_servers_that_hang_delay_nobody_else(receiver, operator, monkeypatch):
    """Hanging look-ups for all requests that a worker may have under way, and one more receiver."""
    ended, asked = threading.Event(), threading.Semaphore(0)

    def look_up(host, _port):
        if host == "quick.example":
            return ["127.0.0.1"]
        asked.release()
        ended.wait()
        return ["127.0.0.1"]

    monkeypatch.setattr(client, "_look_up", look_up)

    async def send():
        sender = Sender(at_once=200)
        hanging = [asyncio.create_task(sender.send(claim_of(f"http://slow{n}.example:81/"))) for n in range(199)]
        await asyncio.to_thread(lambda: [asked.acquire(timeout=PATIENCE) for _ in hanging])
        quick = await sender.send(claim_of(f"http://quick.example:{receiver.port}/"))
        ended.set()
        for each in hanging:
            each.cancel()
        await asyncio.gather(*hanging, return_exceptions=True)
        sender.close()
        return quick

    quick = asyncio.run(send())
    assert quick.succeeded


# --- TLS ------------------------------------------------------------------------------------------------------------


def test_a_certificate_past_its_day_is_refused_before_anything_is_sent(operator, tmp_path):
    authority = trustme.CA()
    authority.cert_pem.write_to_path(tmp_path / "authority.pem")
    operator.WEBHOOK_CA_FILE = str(tmp_path / "authority.pem")
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    yesterday = dt.datetime.now(dt.UTC) - dt.timedelta(days=1)
    authority.issue_cert("127.0.0.1", not_after=yesterday).configure_cert(context)
    with listening(secure := Receiver(tls=context)):
        assert sent(f"https://127.0.0.1:{secure.port}/hook").error == "tls"
    assert secure.received == []


def test_a_handshake_that_hangs_counts_against_the_deadline(operator, monkeypatch):
    monkeypatch.setattr(sending, "DEADLINE", 0.4)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        assert sent(f"https://127.0.0.1:{silent.getsockname()[1]}/hook").error == "timeout"
