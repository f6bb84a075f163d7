"""Hostile clients, each of one kind, bounded in number and time; they go to a port of this machine alone.

    python -m tests.hostile KIND PORT

Goes on until its input ends. Prints a line once all of it has begun, and in the end how often each status was answered,
as JSON; 0 is a connection that ended without one.
"""

from __future__ import annotations

import contextlib
import http.client
import itertools
import json
import random
import resource
import socket
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from tests.waiting import PATIENCE, pace

HOME, ROOT = "127.0.0.1", Path(__file__).parents[1]
_FORM = {"Content-Type": "application/x-www-form-urlencoded"}


class Client:
    """One kind of hostile client on one site; `answers` counts what it was answered."""

    def __init__(self, port: int, begun: Callable[[], None] = lambda: None) -> None:
        self.port, self.begun, self.over = port, begun, threading.Event()
        self.answers: Counter[int] = Counter()

    def at_once(self, count: int, what: Callable[[], None]) -> None:
        """Does it again and again, so many at once, until it is over."""

        def again() -> None:
            while not self.over.is_set():
                what()

        threads = [threading.Thread(target=again, daemon=True) for _ in range(count)]
        for thread in threads:
            thread.start()
        self.begun()
        for thread in threads:
            thread.join()

    def ask(self, path: str, *, method: str = "GET", body: str | None = None, headers: Mapping[str, str] = {}) -> None:
        asking = http.client.HTTPConnection(HOME, self.port, timeout=30)
        with contextlib.closing(asking):
            try:
                asking.request(method, path, body=body, headers=dict(headers))
                answer = asking.getresponse()
                answer.read()
                self.answers[answer.status] += 1
            except (OSError, http.client.HTTPException):
                self.answers[0] += 1

    @contextlib.contextmanager
    def connected(self, count: int, first: bytes = b"") -> Iterator[list[socket.socket]]:
        """Opens connections with small windows, and sends something on each."""
        with contextlib.ExitStack() as stack:
            opened = []
            for _ in range(count):
                each = stack.enter_context(socket.socket())
                each.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
                each.settimeout(5)
                each.connect((HOME, self.port))
                each.sendall(first)
                opened.append(each)
            yield opened

    def wait(self) -> None:
        self.begun()
        self.over.wait()

    def drip(self, head: bytes) -> None:
        """Sends the head and then a byte at a time, until it is answered or shut."""
        with contextlib.suppress(OSError), self.connected(1, head) as (each,):
            each.settimeout(0.1)
            while not self.over.is_set():
                with contextlib.suppress(TimeoutError):
                    answer = each.recv(12)
                    self.answers[int(answer[9:12] or 0)] += 1
                    return
                each.sendall(b"x")


def _get(path: str) -> bytes:
    return f"GET {path} HTTP/1.1\r\nHost: {HOME}\r\n\r\n".encode()


def _post(path: str, kind: str) -> bytes:
    return (
        f"POST {path} HTTP/1.1\r\nHost: {HOME}\r\nAccept: */*\r\nContent-Type: {kind}\r\nContent-Length: 3000\r\n\r\n"
    ).encode()


def _codes(client: Client) -> list[str]:
    asking = http.client.HTTPConnection(HOME, client.port, timeout=30)
    with contextlib.closing(asking):
        asking.request("GET", "/api/countries/?page_size=300&fields=code")
        return [row["code"] for row in json.loads(asking.getresponse().read())["results"]]


def expensive_changes(client: Client) -> None:
    codes = _codes(client)  # as many as are taken
    path = f"/api/changes/?from={','.join(codes[:150])}&to={','.join(codes[100:249])}"
    client.at_once(8, lambda: client.ask(path))


def expensive_relations(client: Client) -> None:
    words = "&".join(f"q=word{number}&holder=name{number}" for number in range(5))
    client.at_once(8, lambda: client.ask(f"/api/relations/?{words}"))


def relations_of_all_pairs(client: Client) -> None:
    pairs = itertools.combinations(_codes(client), 2)
    client.at_once(8, lambda: client.ask("/api/relations/{}-{}/".format(*sorted(next(pairs)))))


def exports(client: Client) -> None:
    client.at_once(8, lambda: client.ask("/api/ambassadors/?format=csv"))


def random_ports_in_host(client: Client) -> None:
    def ask() -> None:
        client.ask("/api/relations/BY-US/", headers={"Host": f"{HOME}:{random.randrange(1024, 65536)}"})

    client.at_once(8, ask)


def forged_forms(client: Client) -> None:
    path = f"/admin/login/?{'x' * 20_000}"
    client.at_once(8, lambda: client.ask(path, method="POST", body="a=b", headers=_FORM))


def silent_connections(client: Client) -> None:
    with client.connected(3070):
        client.wait()


def heads_that_drip(client: Client) -> None:
    client.at_once(100, lambda: client.drip(f"GET /livez HTTP/1.1\r\nHost: {HOME}\r\nX: ".encode()))


def forms_that_drip(client: Client) -> None:
    client.at_once(12, lambda: client.drip(_post("/admin/login/", "application/x-www-form-urlencoded")))


def bodies_that_drip(client: Client) -> None:
    client.at_once(40, lambda: client.drip(_post("/api/ambassadors/", "application/json")))


def answers_that_nobody_reads(client: Client) -> None:
    with client.connected(250, _get("/api/sources/?page_size=500&fields=text")):
        client.wait()


def files_that_nobody_reads(client: Client) -> None:
    with client.connected(100, _get("/static/drf_spectacular_sidecar/swagger-ui-dist/swagger-ui-bundle.js")):
        client.wait()


KINDS: Mapping[str, Callable[[Client], None]] = {
    each.__name__: each
    for each in (
        expensive_changes, expensive_relations, relations_of_all_pairs, exports, random_ports_in_host, forged_forms,
        silent_connections, heads_that_drip, forms_that_drip, bodies_that_drip, answers_that_nobody_reads,
        files_that_nobody_reads,
    )
}  # fmt: skip


# --- everybody else -------------------------------------------------------------------------------------------------


class Times:
    """Another client's view: the seconds of each answer, and the statuses that are not 200."""

    def __init__(self) -> None:
        self.seconds: list[float] = []
        self.failures: list[int] = []

    def p99(self) -> float:
        return sorted(self.seconds)[int(len(self.seconds) * 0.99)]


def others(port: int, seconds: float) -> Times:
    """Reads a current relation on a new connection some hundred times a second, and now and then asks the probes."""
    times, bystander, until = Times(), Client(port), time.monotonic() + seconds
    for path in itertools.cycle(("/livez", "/readyz", *["/api/relations/BY-US/"] * 20)):
        if (began := time.monotonic()) > until:
            break
        bystander.ask(path)
        times.seconds.append(time.monotonic() - began)
        pace(0.01)
    times.failures = [status for status in bystander.answers if status != 200]
    return times


@contextlib.contextmanager
def attacking(kind: str, port: int) -> Iterator[dict[str, int]]:
    """A hostile client in a process of its own, as long as the block runs; what it was answered is known after."""
    command = [sys.executable, "-m", "tests.hostile", kind, str(port)]
    answers: dict[str, int] = {}
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as client:
        assert client.stdout is not None
        client.stdout.readline()
        yield answers
        answers |= json.loads(client.communicate(timeout=PATIENCE)[0])


def main(kind: str, port: int) -> None:
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    client = Client(port, lambda: print("begun", flush=True))  # noqa: T201  # `attacking` waits for it
    threading.Thread(target=lambda: (sys.stdin.read(), client.over.set()), daemon=True).start()
    KINDS[kind](client)
    print(json.dumps(client.answers))  # noqa: T201  # whoever started it reads this


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
