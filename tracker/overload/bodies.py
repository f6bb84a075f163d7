"""Bodies of requests: read whole before Django is asked, in a bounded number of places and against deadlines.

WSGI cannot interrupt a read, nor does it say which connection a request came by. So the thread that watches connections
finds the one on which a late body comes, and shuts its receiving side: the read ends, and the request is answered 408.
Where connections cannot be watched (elsewhere than on Linux, on Unix sockets) the proxy in front has to do it.
"""

import io
import threading
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from http import HTTPStatus
from tempfile import SpooledTemporaryFile
from typing import IO, Protocol
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from django.conf import settings
from django.core.handlers.wsgi import WSGIRequest

from relations.api.http import throttles
from tracker.overload.clients import Connection, stop_receiving
from tracker.problems import BODY_REFUSED, BodyRefusedError, body_limit

PATIENCE = 10.0
"""Seconds in which a body begins to come."""
MINIMUM_RATE = 20_000
"""Bytes a second, on the average, from then on."""
_YOUNG = 1.0
"""Seconds for which a body is never given up in favour of another, and in which its connection is surely seen."""
_QUEUED = 0.25
"""Seconds that may lie between the last bytes of a request's head and its beginning."""
_CHUNK, _IN_MEMORY = 64 * 1024, 1024 * 1024


class Stream(Protocol):
    """`wsgi.input`."""

    def read(self, size: int = ..., /) -> bytes: ...


class _Body:
    """One body under way.

    `address` is whom it counts for, `peer` the other end of its connection. `seen` are the connections that may be its
    own, as they were when they were first looked at: nothing is answered on it until the body has ended.
    """

    def __init__(self, stream: Stream, *, length: int, address: str, peer: str) -> None:
        self.stream, self.length, self.address, self.peer = stream, length, address, peer
        self.received = 0
        self.began = time.monotonic()
        self.given_up = False
        self.seen: dict[int, Connection] = {}

    @property
    def age(self) -> float:
        return time.monotonic() - self.began

    @property
    def is_late(self) -> bool:
        return self.given_up or self.age > PATIENCE + self.received / MINIMUM_RATE

    def receive(self) -> IO[bytes]:
        """The body, from its beginning. Raises `BodyRefusedError` where it did not come whole."""
        content = SpooledTemporaryFile(_IN_MEMORY)  # noqa: SIM115  # outlives this function
        while self.received < self.length:
            chunk = self.stream.read(min(_CHUNK, self.length - self.received))
            if not chunk:
                content.close()
                # Whoever can still be answered did not close the connection: it was too slow.
                raise BodyRefusedError(HTTPStatus.REQUEST_TIMEOUT, "The body did not come in time; send it again.")
            content.write(chunk)
            self.received += len(chunk)
        content.seek(0)
        return content

    def see(self, alive: Iterable[Connection]) -> None:
        own = [each for each in alive if each.address == self.peer]
        recent = [each for each in own if each.received >= self.began - _QUEUED]
        self.seen = {each.number: each for each in recent or own}

    def candidates(self, alive: Iterable[Connection]) -> list[Connection]:
        """The connections that may still be its own, the likeliest first."""
        unanswered = [
            each for each in alive if (seen := self.seen.get(each.number)) and seen.acknowledged == each.acknowledged
        ]
        return sorted(unanswered, key=lambda each: abs(self.seen[each.number].received - self.began))


class Bodies:
    """At most `at_once` bodies, and `most_bytes` announced bytes, are under way in a worker.

    Where all places are taken, the oldest body of the address that has most of them makes room for the next one.
    """

    def __init__(self, *, at_once: int, most_bytes: int) -> None:
        self._at_once, self._most_bytes = at_once, most_bytes
        self._under_way: list[_Body] = []
        self._lock = threading.Lock()

    def read(self, stream: Stream, *, length: int, address: str, peer: str) -> IO[bytes]:
        """The body, from its beginning. Raises `BodyRefusedError`."""
        if not length:
            return io.BytesIO()
        body = _Body(stream, length=length, address=address, peer=peer)
        with self._place(body):
            return body.receive()

    def look(self, at: float, alive: Sequence[Connection]) -> None:
        """Ends the bodies that are late; called at short intervals with the connections open at the moment."""
        with self._lock:
            under_way = [body for body in self._under_way if body.began < at]
        for body in under_way:
            if not body.seen:
                body.see(alive)
            elif body.is_late:
                body.given_up = True
                # Its own, almost always. Where the body goes on it was another one of the same client's, and the
                # next look takes the next one.
                for each in body.candidates(alive)[:1]:
                    stop_receiving(each.number)
                    del body.seen[each.number]

    @contextmanager
    def _place(self, body: _Body) -> Iterator[None]:
        with self._lock:
            under_way = [each for each in self._under_way if not each.given_up]
            announced = body.length + sum(each.length for each in under_way)
            if len(under_way) >= self._at_once or (under_way and announced > self._most_bytes):
                self._make_room(under_way)
            self._under_way.append(body)
        try:
            yield
        finally:
            with self._lock:
                self._under_way.remove(body)

    def _make_room(self, under_way: list[_Body]) -> None:
        by_address = Counter(each.address for each in under_way)
        slow = [each for each in under_way if each.age > _YOUNG and each.seen]
        if not slow:
            raise BodyRefusedError(HTTPStatus.SERVICE_UNAVAILABLE, "Too many bodies are under way; try again.")
        max(slow, key=lambda each: (by_address[each.address], each.age)).given_up = True


class BodyFirst:
    """A WSGI application that is asked once the body has come; why one was not read, it finds in its environment."""

    def __init__(self, application: WSGIApplication) -> None:
        self._application = application
        self.bodies = Bodies(at_once=settings.BODIES_AT_ONCE, most_bytes=2 * settings.IMPORT_LIMIT_BYTES)

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        announced = environ.get("CONTENT_LENGTH", "")
        length = int(announced[:20]) if announced.isascii() and announced.isdigit() else 0
        if not 0 < length <= body_limit(environ["PATH_INFO"]):  # a longer one is refused by its length alone
            return self._application(environ, start_response)
        stream, address, peer = environ["wsgi.input"], throttles.address(WSGIRequest(environ)), environ["REMOTE_ADDR"]
        try:
            content = self.bodies.read(stream, length=length, address=address, peer=peer)
        except BodyRefusedError as refusal:
            return self._application(environ | {BODY_REFUSED: refusal}, start_response)
        with content:
            return self._application(environ | {"wsgi.input": content}, start_response)
