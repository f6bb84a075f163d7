"""Bodies of requests: read whole before Django is asked, in a bounded number of places and against deadlines.

WSGI cannot interrupt a read. So a thread of its own reads, the request's thread waits, and where the time is up it
answers 408: the server then closes the connection, and the read ends with it.
"""

import io
import threading
import time
from collections import Counter
from collections.abc import Iterable
from http import HTTPStatus
from tempfile import SpooledTemporaryFile
from typing import IO, Protocol
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from django.conf import settings
from django.core.handlers.wsgi import WSGIRequest

from relations.api import limits
from tracker.problems import BODY_REFUSED, BodyRefusedError, body_limit

PATIENCE = 10.0
"""Seconds in which a body begins to come."""
MINIMUM_RATE = 20_000
"""Bytes a second, on the average, from then on."""
_YOUNG = 1.0
"""Seconds for which a body is never given up in favour of another."""
_CHUNK, _IN_MEMORY = 64 * 1024, 1024 * 1024


class Stream(Protocol):
    """`wsgi.input`."""

    def read(self, size: int = ..., /) -> bytes: ...


class _Body:
    """One body under way; its content is closed by whoever comes last: the thread that receives, or who gives it up."""

    def __init__(self, stream: Stream, *, length: int, address: str) -> None:
        self.stream, self.length, self.address = stream, length, address
        self.content: IO[bytes] = io.BytesIO()
        self.received = 0
        self.began = time.monotonic()
        self.ended = threading.Event()
        self.given_up = self._is_received = False
        self._lock = threading.Lock()

    def receive(self) -> None:
        self.content = SpooledTemporaryFile(_IN_MEMORY)  # noqa: SIM115  # outlives this function
        try:
            while self.received < self.length and not self.given_up:
                chunk = self.stream.read(min(_CHUNK, self.length - self.received))
                if not chunk:
                    break
                self.content.write(chunk)
                self.received += len(chunk)
        finally:
            with self._lock:
                self._is_received = True
                if self.given_up:
                    self.content.close()
            self.ended.set()

    def give_up(self) -> None:
        with self._lock:
            self.given_up = True
            if self._is_received:
                self.content.close()
        self.ended.set()

    def await_end(self) -> None:
        """Raises `BodyRefusedError` where the body comes too slowly, not whole, or was given up."""
        while not self.ended.wait(max(0.0, self._due() - time.monotonic())):
            if time.monotonic() >= self._due():
                self.give_up()
        if self.given_up:
            raise BodyRefusedError(HTTPStatus.REQUEST_TIMEOUT, "The body did not come in time; send it again.")
        if self.received < self.length:
            self.content.close()
            raise BodyRefusedError(HTTPStatus.BAD_REQUEST, "The body is shorter than its Content-Length says.")
        self.content.seek(0)

    def _due(self) -> float:
        return self.began + PATIENCE + self.received / MINIMUM_RATE


class Bodies:
    """At most `at_once` bodies, and `most_bytes` announced bytes, are under way in a worker.

    Where all places are taken, the oldest body of the address that has most of them makes room for the next one.
    """

    def __init__(self, *, at_once: int, most_bytes: int) -> None:
        self._at_once, self._most_bytes = at_once, most_bytes
        self._under_way: list[_Body] = []
        self._lock = threading.Lock()

    def read(self, stream: Stream, *, length: int, address: str) -> IO[bytes]:
        """The body, from its beginning. Raises `BodyRefusedError`."""
        if not length:
            return io.BytesIO()
        body = _Body(stream, length=length, address=address)
        self._enter(body)
        try:
            threading.Thread(target=body.receive, daemon=True).start()
            body.await_end()
        finally:
            with self._lock:
                self._under_way.remove(body)
        return body.content

    def _enter(self, body: _Body) -> None:
        with self._lock:
            under_way = [each for each in self._under_way if not each.given_up]
            announced = body.length + sum(each.length for each in under_way)
            if len(under_way) >= self._at_once or (under_way and announced > self._most_bytes):
                self._make_room(under_way)
            self._under_way.append(body)

    def _make_room(self, under_way: list[_Body]) -> None:
        by_address = Counter(each.address for each in under_way)
        slow = [each for each in under_way if time.monotonic() - each.began > _YOUNG]
        if not slow:
            raise BodyRefusedError(HTTPStatus.SERVICE_UNAVAILABLE, "Too many bodies are under way; try again.")
        max(slow, key=lambda each: (by_address[each.address], -each.began)).give_up()


class BodyFirst:
    """A WSGI application that is asked once the body has come; why one was not read, it finds in its environment."""

    def __init__(self, application: WSGIApplication) -> None:
        self._application = application
        self._bodies = Bodies(at_once=settings.BODIES_AT_ONCE, most_bytes=2 * settings.IMPORT_LIMIT_BYTES)

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        announced = environ.get("CONTENT_LENGTH", "")
        length = int(announced[:20]) if announced.isascii() and announced.isdigit() else 0
        if not 0 < length <= body_limit(environ["PATH_INFO"]):  # a longer one is refused by its length alone
            return self._application(environ, start_response)
        address = limits.address(WSGIRequest(environ))
        try:
            content = self._bodies.read(environ["wsgi.input"], length=length, address=address)
        except BodyRefusedError as refusal:
            return self._application(environ | {BODY_REFUSED: refusal}, start_response)
        with content:
            return self._application(environ | {"wsgi.input": content}, start_response)
