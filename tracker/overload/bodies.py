"""Request bodies: read whole before Django is called, with a limit of concurrent ones and with deadlines.

WSGI can neither interrupt a read nor name the connection of a request. So the thread that watches connections guesses
the one of a late body and shuts its receiving side: the read ends, and the request gets 408. On other systems than
Linux, and on Unix sockets, this is left to the proxy.
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
from tracker.problems import BODY_REFUSED, BodyRefusedError, announced_bytes, body_limit

PATIENCE = 10.0
"""Seconds until a body has to begin."""
MINIMUM_RATE = 20_000
"""Average bytes per second from then on."""
_YOUNG = 1.0
"""Seconds in which a body is never aborted for another, and in which its connection is seen."""
_QUEUED = 0.25
"""Seconds between the last bytes of a request's head and its start."""
_CHUNK, _IN_MEMORY = 64 * 1024, 1024 * 1024


class Stream(Protocol):
    """`wsgi.input`."""

    def read(self, size: int = ..., /) -> bytes: ...


class _Body:
    """One body that is being read.

    `address` is that of the client, `peer` the other end of the connection. `seen` are the connections that may be its
    own, as first seen: nothing is sent on it until the body has ended.
    """

    def __init__(self, stream: Stream, *, length: int, address: str, peer: str) -> None:
        self.stream, self.length, self.address, self.peer = stream, length, address, peer
        self.received = 0
        self.began = time.monotonic()
        self.is_aborted = False
        self.seen: dict[int, Connection] = {}

    @property
    def age(self) -> float:
        return time.monotonic() - self.began

    @property
    def is_late(self) -> bool:
        return self.is_aborted or self.age > PATIENCE + self.received / MINIMUM_RATE

    def receive(self) -> IO[bytes]:
        """The whole body. Raises `BodyRefusedError` where it did not arrive."""
        content = SpooledTemporaryFile(_IN_MEMORY)  # noqa: SIM115  # outlives this function
        while self.received < self.length:
            chunk = self.stream.read(min(_CHUNK, self.length - self.received))
            if not chunk:
                content.close()
                # It was late; where the client has closed the connection nobody gets this response.
                raise BodyRefusedError(HTTPStatus.REQUEST_TIMEOUT, "The body did not arrive in time; send it again.")
            content.write(chunk)
            self.received += len(chunk)
        content.seek(0)
        return content

    def see(self, alive: Iterable[Connection]) -> None:
        own = [each for each in alive if each.address == self.peer]
        recent = [each for each in own if each.received >= self.began - _QUEUED]
        self.seen = {each.number: each for each in recent or own}

    def candidates(self, alive: Iterable[Connection]) -> list[Connection]:
        """The connections that may be its own, the likeliest first."""
        unanswered = [
            each for each in alive if (seen := self.seen.get(each.number)) and seen.acknowledged == each.acknowledged
        ]
        return sorted(unanswered, key=lambda each: abs(self.seen[each.number].received - self.began))


class Bodies:
    """Reads at most `at_once` bodies, and `most_bytes` announced bytes, at a time in a worker.

    Beyond that the oldest body of the address with the most bodies is aborted.
    """

    def __init__(self, *, at_once: int, most_bytes: int) -> None:
        self._at_once, self._most_bytes = at_once, most_bytes
        self._current: list[_Body] = []
        self._lock = threading.Lock()

    def read(self, stream: Stream, *, length: int, address: str, peer: str) -> IO[bytes]:
        """The whole body. Raises `BodyRefusedError`."""
        if not length:
            return io.BytesIO()
        body = _Body(stream, length=length, address=address, peer=peer)
        with self._place(body):
            return body.receive()

    def look(self, at: float, alive: Sequence[Connection]) -> None:
        """Aborts late bodies; called at short intervals with the open connections."""
        with self._lock:
            current = [body for body in self._current if body.began < at]
        for body in current:
            if not body.seen:
                body.see(alive)
            elif body.is_late:
                body.is_aborted = True
                # Almost always its own. If the body goes on, it was another one of the same client, and the next
                # call takes the next one.
                for each in body.candidates(alive)[:1]:
                    stop_receiving(each.number)
                    del body.seen[each.number]

    @contextmanager
    def _place(self, body: _Body) -> Iterator[None]:
        with self._lock:
            current = [each for each in self._current if not each.is_aborted]
            announced = body.length + sum(each.length for each in current)
            if len(current) >= self._at_once or (current and announced > self._most_bytes):
                self._make_room(current)
            self._current.append(body)
        try:
            yield
        finally:
            with self._lock:
                self._current.remove(body)

    def _make_room(self, current: list[_Body]) -> None:
        by_address = Counter(each.address for each in current)
        slow = [each for each in current if each.age > _YOUNG and each.seen]
        if not slow:
            raise BodyRefusedError(HTTPStatus.SERVICE_UNAVAILABLE, "Too many uploads are in progress; try again.")
        max(slow, key=lambda each: (by_address[each.address], each.age)).is_aborted = True


class BodyFirst:
    """Calls a WSGI application once the body is read; its environment has the reason if it was not."""

    def __init__(self, application: WSGIApplication) -> None:
        self._application = application
        self.bodies = Bodies(at_once=settings.BODIES_AT_ONCE, most_bytes=2 * settings.IMPORT_LIMIT_BYTES)

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        length = announced_bytes(environ)
        if not 0 < length <= body_limit(environ["PATH_INFO"]):  # a longer one is refused unread
            return self._application(environ, start_response)
        # A copy: Django's request decodes the path in the environment that it is given, and another would do so again.
        address = throttles.address(WSGIRequest(dict(environ)))
        stream, peer = environ["wsgi.input"], environ["REMOTE_ADDR"]
        try:
            content = self.bodies.read(stream, length=length, address=address, peer=peer)
        except BodyRefusedError as refusal:
            return self._application(environ | {BODY_REFUSED: refusal}, start_response)
        with content:
            return self._application(environ | {"wsgi.input": content}, start_response)
