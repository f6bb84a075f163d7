"""Admission control: each kind of request has its own share of a worker's threads.

A request beyond its share waits in a bounded queue; beyond that it gets 503. So expensive requests delay only others of
their kind. Responses from the cache (a pair's current relation, static files, the probes) need no place.
"""

import itertools
import re
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http import HTTPStatus

from django.conf import settings
from django.db import DatabaseError, connection
from django.http import FileResponse, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

from relations.api.http import throttles
from tracker import problems
from tracker.layer import Layer
from tracker.overload import clients

_PAIR = re.compile(r"/api/relations/[A-Za-z]")
PATIENCE = 5.0
"""Seconds in the queue."""
_SPARE = 2
"""Places of a queue that are not for one address alone."""


class NoPlaceError(Exception):
    """All places of the lane are taken, and its queue is full or too slow."""


class _Ticket:
    """One request in the queue."""

    def __init__(self, address: str) -> None:
        self.address = address
        self.admitted = threading.Event()


class Lane:
    """Runs `at_once` requests while `queue` wait, fairly by address, however many requests each has."""

    def __init__(self, *, at_once: int, queue: int, patience: float = PATIENCE) -> None:
        self._at_once, self._queue, self._patience = at_once, queue, patience
        self._running: Counter[str] = Counter()
        self._waiting: list[_Ticket] = []
        self._last_admission: dict[str, int] = {}
        self._admissions = itertools.count(1)
        self._lock = threading.Lock()

    @contextmanager
    def place(self, address: str) -> Iterator[None]:
        """Raises `NoPlaceError`."""
        self._enter(address)
        try:
            yield
        finally:
            self._leave(address)

    def _enter(self, address: str) -> None:
        with self._lock:
            if not self._waiting and self._running.total() < self._at_once:
                self._admit(address)
                return
            own = sum(ticket.address == address for ticket in self._waiting)
            if len(self._waiting) >= self._queue or own >= max(1, self._queue - _SPARE):
                raise NoPlaceError
            ticket = _Ticket(address)
            self._waiting.append(ticket)
        if ticket.admitted.wait(self._patience):
            return
        with self._lock:
            if not ticket.admitted.is_set():  # it may be by now
                self._waiting.remove(ticket)
                self._forget_absent(address)
                raise NoPlaceError

    def _admit(self, address: str) -> None:
        self._running[address] += 1
        self._last_admission[address] = next(self._admissions)

    def _leave(self, address: str) -> None:
        """Admits the address with the fewest running requests; of several the one admitted longest ago."""
        with self._lock:
            self._running[address] -= 1
            if self._waiting:
                successor = min(self._waiting, key=self._precedence)
                self._waiting.remove(successor)
                self._admit(successor.address)
                successor.admitted.set()
            self._forget_absent(address)

    def _forget_absent(self, address: str) -> None:
        """Frees the memory of an address without requests."""
        if not self._running[address]:
            del self._running[address]
            if all(ticket.address != address for ticket in self._waiting):
                self._last_admission.pop(address, None)

    def _precedence(self, ticket: _Ticket) -> tuple[int, int]:
        return self._running[ticket.address], self._last_admission.get(ticket.address, 0)


class Admission(Layer):
    """Answers 503 where the request's lane has no place."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        super().__init__(get_response)
        at_once, queue = settings.WEB_AT_ONCE, settings.WEB_THREADS // 10
        self.reads = Lane(at_once=at_once, queue=2 * queue)
        # Mostly from the cache, and the most frequent: about one pair, on any day.
        self.pairs = Lane(at_once=2 * at_once, queue=2 * queue)
        # They wait for each other's locks.
        self.writes = Lane(at_once=2 * at_once, queue=queue)
        self.admin = Lane(at_once=2 * at_once, queue=queue)

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        lane = self._lane_of(request)
        try:
            with lane.place(throttles.address(request)), clients.watched(request.META.get("REMOTE_ADDR", "")):
                return self._answer(request, is_read=lane in (self.reads, self.pairs))
        except NoPlaceError:
            detail = "Too many requests of this kind are in progress; try again."
            return problems.refusal(request, HTTPStatus.SERVICE_UNAVAILABLE, detail)

    def _lane_of(self, request: HttpRequest) -> Lane:
        if request.path_info.startswith("/admin/"):
            return self.admin
        if request.method not in {"GET", "HEAD", "OPTIONS"}:
            return self.writes
        return self.pairs if _PAIR.match(request.path_info) else self.reads

    def _answer(self, request: HttpRequest, *, is_read: bool) -> HttpResponseBase:
        if is_read or not settings.IS_WEB:
            return self.get_response(request)
        with longer_statements():
            return self.get_response(request)


@contextmanager
def longer_statements() -> Iterator[None]:
    """Replaces the statement timeout of anonymous reads by that of writes."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('statement_timeout', %s, false)", [str(settings.WRITE_TIMEOUT_MS)])
    try:
        yield
    finally:
        try:
            with connection.cursor() as cursor:
                cursor.execute("RESET statement_timeout")
        except DatabaseError:
            connection.close()  # the next request must not have the longer timeout


class WholeFiles(Layer):
    """Reads static files whole, since a streamed one occupies a thread until its client has it."""

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        if not isinstance(response, FileResponse):
            return response
        whole = HttpResponse(b"".join(response), status=response.status_code, headers=response.headers)
        # Closing the response itself would end the request.
        if response.file_to_stream is not None:
            response.file_to_stream.close()
        return whole
