"""Clients that are slow, silent or gone: real servers, on which a place is soon free again for others."""

import contextlib
import http.client
import json
import resource
import socket
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlsplit

import psycopg
import pytest

from relations.models import DiplomaticEvent
from tests.benchmarks.serving import serving
from tests.database import conninfo
from tests.factories import citation, draft, record, source
from tests.hostile import Client
from tests.waiting import PATIENCE, until
from tracker.overload import clients
from tracker.overload.clients import MINIMUM_RATE, MOST_WAITING, Connection, SlowReaders

pytestmark = [pytest.mark.slow(seconds=30), pytest.mark.usefixtures("world"), pytest.mark.django_db(transaction=True)]

# Long enough to be asked meanwhile, on a machine that tests on every core.
SILENT_SECONDS = 5
THREADS, AT_ONCE = 10, 2
EXPORT = "/api/diplomatic-events/?format=jsonl"
LOGIN = (
    b"POST /admin/login/ HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: */*\r\nContent-Length: 100\r\n"
    b"Content-Type: application/x-www-form-urlencoded\r\n\r\nusername="
)


@contextlib.contextmanager
def tracker(
    application: str = "tracker.wsgi:application", *, head_timeout: int = 10_000, threads: int = 160, **environment: str
):
    """The port of a tracker with one worker."""
    own = {"DATABASE_URL": conninfo(), "SECRET_KEY": "x" * 60, "TRACKER_ENV": "test"} | environment
    arguments = ("--http1-header-read-timeout", str(head_timeout))
    with serving(application, workers=1, threads=threads, environment=own, arguments=arguments) as address:
        yield urlsplit(address).port


@pytest.fixture(scope="module")
def port(django_db_setup):
    """Exports in small batches, silence that is soon too long, and little time for locks."""
    small = "tests.served_in_small_batches:application"
    with tracker(
        small, SILENT_CLIENT_SECONDS=str(SILENT_SECONDS), READ_TIMEOUT_MS="60000", LOCK_TIMEOUT_MS="300"
    ) as port:
        yield port


@pytest.fixture(scope="module")
def patient(django_db_setup):
    """Few threads, two reads at once without a limit of time, all connections of the machine; heads may take long."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    own = {"READ_TIMEOUT_MS": "0", "LOCK_TIMEOUT_MS": "0", "WEB_AT_ONCE": str(AT_ONCE)}
    with tracker(head_timeout=60_000, threads=THREADS, **own) as port:
        yield port
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


@pytest.fixture(scope="module")
def short(django_db_setup):
    """Little time for readers and for heads, and much for editors, on one connection."""
    with tracker(
        head_timeout=2_000, READ_TIMEOUT_MS="300", WRITE_TIMEOUT_MS="60000", LOCK_TIMEOUT_MS="0", DATABASE_POOL_SIZE="1"
    ) as port:
        yield port


@pytest.fixture
def much():
    """More than the buffers on the way take."""
    one = draft(
        DiplomaticEvent, "2010-01-01", kind="statement", citations=[citation(source())], note="so it was " * 10_000
    )
    record(*[one] * 100)


def answer_of(port, path, method="GET", body=None, headers=None):
    """Status and body; 0 where the connection is refused or cut."""
    asking = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
    with contextlib.closing(asking), contextlib.suppress(ConnectionError):
        asking.request(method, path, body=body, headers={"Accept": "application/json"} | (headers or {}))
        answer = asking.getresponse()
        return answer.status, answer.read()
    return 0, b""


def status_of(port, path):
    return answer_of(port, path)[0]


def connected(port) -> socket.socket:
    return socket.create_connection(("127.0.0.1", port), timeout=PATIENCE)


# --- who does not read ----------------------------------------------------------------------------------------------


def test_a_silent_reader_is_dropped_and_its_place_is_free_again(much, port):
    with socket.socket() as silent:
        silent.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        silent.connect(("127.0.0.1", port))
        silent.sendall(f"GET {EXPORT} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".encode())
        assert silent.recv(12) == b"HTTP/1.1 200"
        assert status_of(port, EXPORT) == 503
        assert status_of(port, "/api/relations/BY-US/") == 200
        until(lambda: status_of(port, EXPORT) == 200, pause=0.2)


@pytest.fixture
def dropped(monkeypatch) -> list[int]:
    numbers: list[int] = []
    monkeypatch.setattr(clients, "drop", numbers.append)
    return numbers


def reader(number: int, acknowledged: int, *, is_pending: bool = True) -> Connection:
    return Connection(number, "192.0.2.1", 0.0, acknowledged, is_pending)


def test_a_reader_below_the_rate_is_dropped_and_one_above_it_is_not(dropped):
    readers = SlowReaders(seconds=10)
    readers.look(0.0, (reader(1, 0), reader(2, 0)))
    readers.look(10.0, (reader(1, 10 * MINIMUM_RATE - 1), reader(2, 10 * MINIMUM_RATE)))
    assert dropped == [1]


def test_a_reader_has_its_time_again_once_it_has_read_all(dropped):
    readers = SlowReaders(seconds=10)
    for moment, is_pending in ((0.0, True), (9.0, False), (18.0, True), (27.0, False)):
        readers.look(moment, (reader(1, 0, is_pending=is_pending),))
    assert dropped == []


def test_of_one_address_only_so_many_wait_and_the_longest_waiting_go_first(dropped):
    readers, count = SlowReaders(seconds=30), MOST_WAITING + 2
    first = [reader(number, 0) for number in range(count)]
    other = Connection(count, "192.0.2.2", 0.0, 0, is_pending=True)
    readers.look(0.0, [*first[:3], other])
    readers.look(1.0, [*first, other])
    assert dropped == []
    readers.look(3.0, [*first, other])
    assert dropped == [0, 1]


# --- who does not send ----------------------------------------------------------------------------------------------


def test_bodies_that_do_not_come_hold_up_neither_readers_nor_writers(port):
    def ends() -> set[bytes]:
        with contextlib.ExitStack() as stack:
            silent = [stack.enter_context(connected(port)) for _ in range(40)]
            for each in silent:
                each.sendall(LOGIN)
            assert status_of(port, "/api/relations/BY-US/") == 200
            assert until(lambda: (now := answer_of(port, "/api/ambassadors/", "POST", b"{}")[0]) != 503 and now) == 401
            return {each.recv(12) for each in silent}

    # On a very slow machine the first have given up their places before the last come, and none is refused.
    until(lambda: ends() == {b"HTTP/1.1 408", b"HTTP/1.1 503"})
    assert status_of(port, "/livez") == 200


def test_connections_that_send_nothing_are_closed_and_so_are_heads_that_drip(short):
    with connected(short) as silent, connected(short) as idle, connected(short) as slow:
        idle.sendall(b"GET /livez HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
        slow.sendall(b"GET /livez HTTP/1.1\r\nHost: 127.0.0.1\r\nX: ")
        stop = threading.Event()

        def drip() -> None:
            with contextlib.suppress(OSError):
                while not stop.wait(0.05):
                    slow.sendall(b"x")

        dripping = threading.Thread(target=drip, daemon=True)
        dripping.start()
        assert silent.recv(1) == b""
        assert idle.makefile("rb").read().startswith(b"HTTP/1.1 200")  # to its end, which the server makes
        with contextlib.suppress(ConnectionResetError):
            assert slow.recv(1) == b""
        stop.set()
        dripping.join()


def test_thousands_of_silent_connections_leave_the_site_to_others(patient):
    with contextlib.ExitStack() as stack:
        for _ in range(3070):
            stack.enter_context(connected(patient))
        for path in ("/api/relations/BY-US/", "/api/countries/", "/livez", "/readyz"):
            assert status_of(patient, path) == 200


def test_one_address_that_asks_two_dozen_things_at_once_is_answered_all_of_them(port):
    """A program with many threads, or a proxy that was not named among TRUSTED_PROXIES."""
    with ThreadPoolExecutor(24) as many:
        paths = ["/api/relations/BY-US/?as_of=2020-02-02", "/api/changes/"] * 24
        assert set(many.map(lambda path: status_of(port, path), paths)) == {200}


# --- who asks too much, or has gone ---------------------------------------------------------------------------------


def test_more_slow_reads_than_threads_leave_threads_to_others(patient):
    """Reads wait for a lock as long as it takes; without admission each would have a thread, and others none."""
    hostile, bystander = Client(patient), Client(patient)
    bystander.ask("/api/relations/BY-US/")  # in the cache from now on
    with log_is_locked() as locking, ThreadPoolExecutor(2 * THREADS) as many:
        reads = [many.submit(hostile.ask, "/api/changes/") for _ in range(2 * THREADS)]
        try:
            # Two run, and one waits for some seconds.
            refused = len(reads) - AT_ONCE - 1
            until(lambda: hostile.answers[503] >= refused or waiting_count() > AT_ONCE, pause=0.05)
            assert waiting_count() <= AT_ONCE, "reads take the threads of others"
            for path in ("/api/relations/BY-US/", "/livez", "/readyz"):
                bystander.ask(path)
            assert bystander.answers == {200: 4}
        finally:
            locking.rollback()
    assert ({*hostile.answers}, hostile.answers.total()) == ({200, 503}, len(reads))


@contextlib.contextmanager
def log_is_locked() -> Iterator[psycopg.Connection]:
    """Locks the change log: its readers wait as long as it takes."""
    with psycopg.connect(conninfo()) as locking:
        locking.execute("LOCK TABLE relations_statuschange")
        yield locking


def waiting_count() -> int:
    with psycopg.connect(conninfo()) as asking:
        waiting = asking.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
        )
        return int((waiting.fetchone() or (0,))[0])


def test_a_read_over_its_time_is_refused_and_says_what_to_narrow(short):
    with log_is_locked():
        status, body = answer_of(short, "/api/changes/?country=BY&track=sanctions&page_size=3")
    refusal = json.loads(body)
    assert (status, refusal["type"]) == (503, "/api/docs/errors/#too-expensive")
    assert refusal["detail"] == (
        "The answer takes the database longer than 0.3 seconds: "
        "give fewer or longer values for country, page_size, track."
    )


def test_a_read_that_waits_too_long_for_a_lock_is_told_to_try_again(port):
    with log_is_locked():
        status, body = answer_of(port, "/api/changes/")
    assert (status, json.loads(body)["detail"]) == (503, "Another write to the same rows is in progress; try again.")


def test_an_editor_has_more_time_than_a_reader_and_leaves_none_of_it_to_the_next(short):
    read = ("/api/changes/", "GET")
    write = ("/admin/login/", "POST", b"username=a&password=b", {"Content-Type": "application/x-www-form-urlencoded"})
    with psycopg.connect(conninfo()) as locking:
        locking.execute("LOCK TABLE relations_ratelimitcounter, relations_statuschange")
        answers: list[int] = []
        writer = threading.Thread(target=lambda: answers.append(answer_of(short, *write)[0]))
        writer.start()
        until(lambda: waiting_count() == 1)
        writer.join(timeout=1.0)  # thrice a reader's time
        assert answers == []
        locking.execute("COMMIT")
        writer.join(timeout=PATIENCE)
        assert answers == [403]  # without Django's CSRF token; it came through to its end
        locking.execute("LOCK TABLE relations_statuschange")
        assert answer_of(short, *read)[0] == 503


def test_a_query_ends_with_its_client(patient):
    with log_is_locked():
        with connected(patient) as leaving:
            leaving.sendall(b"GET /api/changes/ HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
            until(lambda: waiting_count() == 1)
        until(lambda: waiting_count() == 0)


def test_a_query_whose_client_waits_is_left_alone_though_another_client_goes(patient):
    with log_is_locked() as locking, connected(patient) as waiting:
        waiting.sendall(b"GET /api/changes/ HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
        until(lambda: waiting_count() == 1)
        with connected(patient) as leaving:
            leaving.sendall(b"GET /api/changes/?country=BY HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
            until(lambda: waiting_count() == 2)
        until(lambda: waiting_count() == 1)
        locking.rollback()
        assert waiting.recv(12) == b"HTTP/1.1 200"
