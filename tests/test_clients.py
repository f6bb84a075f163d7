"""Clients that do not read or do not send lose their connections, and what they held goes to others: real servers."""

import contextlib
import http.client
import os
import socket
import subprocess
import sys
import time

import pytest
from django.conf import settings

from relations.models import DiplomaticEvent
from tests.database import conninfo
from tests.ledger.making import citation, draft, record, source
from tests.test_run import free_port

pytestmark = [pytest.mark.usefixtures("world"), pytest.mark.django_db(transaction=True)]

WAIT = 120.0
# Long enough to be asked meanwhile, on a machine that tests on every core.
SILENT_SECONDS = 5
EXPORT = "/api/diplomatic-events/?format=jsonl"


def until(condition):
    """What the condition says once it says something: of another process, which tells nobody."""
    deadline = time.monotonic() + WAIT
    while not (found := condition()):
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.05)
    return found


def status_of(port, path):
    """0 while nobody listens."""
    asking = http.client.HTTPConnection("127.0.0.1", port, timeout=WAIT)
    with contextlib.closing(asking), contextlib.suppress(ConnectionError):
        asking.request("GET", path)
        answer = asking.getresponse()
        answer.read()
        return answer.status
    return 0


@pytest.fixture
def port():
    """A tracker with one worker, two threads, and so one place for an export."""
    port = free_port()
    environment = os.environ | {
        "DATABASE_URL": conninfo(), "SECRET_KEY": "x" * 60,
        "TRACKER_ENV": "test", "WEB_THREADS": "2", "SILENT_CLIENT_SECONDS": str(SILENT_SECONDS),
    }  # fmt: skip
    command = [
        sys.executable, "-m", "granian", "tests.served_in_small_batches:application", "--interface", "wsgi", "--no-ws",
        "--port", str(port), "--workers", "1", "--blocking-threads", "2", "--log-level", "error",
    ]  # fmt: skip
    with subprocess.Popen(command, cwd=settings.ROOT, env=environment) as server:
        try:
            until(lambda: server.poll() is not None or status_of(port, "/livez") == 200)
            assert server.poll() is None
            yield port
        finally:
            server.kill()


@pytest.fixture
def much():
    """More than the buffers on the way hold."""
    one = draft(DiplomaticEvent, "statement", "2010-01-01", citations=[citation(source())], note="so it was " * 2000)
    record(*[one] * 1200)


def test_a_silent_client_is_dropped_and_its_place_is_free_again(much, port):
    with socket.socket() as silent:
        silent.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        silent.connect(("127.0.0.1", port))
        silent.sendall(f"GET {EXPORT} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".encode())
        assert silent.recv(12) == b"HTTP/1.1 200"
        assert status_of(port, EXPORT) == 503
        assert status_of(port, "/api/relations/BY-US/") == 200
        until(lambda: status_of(port, EXPORT) == 200)


def test_bodies_that_do_not_come_hold_up_no_reading_and_are_dropped(port):
    head = b"POST /admin/login/ HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: */*\r\nContent-Length: 100\r\n"
    form = b"Content-Type: application/x-www-form-urlencoded\r\n\r\nusername="
    with contextlib.ExitStack() as stack:
        silent = [stack.enter_context(socket.create_connection(("127.0.0.1", port), timeout=WAIT)) for _ in range(4)]
        for each in silent:
            each.sendall(head + form)
        assert status_of(port, "/api/relations/BY-US/") == 200
        assert {each.recv(1) for each in silent} <= {b"", b"H"}  # shut, or told that there is no place
    assert status_of(port, "/livez") == 200
