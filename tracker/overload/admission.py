"""Admission of requests: each kind has its own share of a worker's threads, and no kind can take them all.

What is answered from memory ahead of this (a pair's current relation, static files, the probes) needs no place. Every
other request needs one of its kind; one that finds none waits in a bounded queue, and beyond that is refused at once
with 503. So a client whose requests are expensive delays others of the same kind, and never the rest.
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
from tracker.overload import clients

_PAIR = re.compile(r"/api/relations/[A-Za-z]")
PATIENCE = 5.0
"""Seconds that a request waits in the queue."""
_SPARE = 2
"""Places of a queue that one address leaves to others."""


class NoPlaceError(Exception):
    """All places of the lane are taken, and its queue is full or did not move in time."""


class _Ticket:
    """One request in the queue."""

    def __init__(self, address: str) -> None:
        self.address = address
        self.admitted = threading.Event()


class Lane:
    """Lets `at_once` requests run and `queue` wait. Addresses take turns, however many requests each of them has."""

    def __init__(self, *, at_once: int, queue: int, patience: float = PATIENCE) -> None:
        self._at_once, self._queue, self._patience = at_once, queue, patience
        self._running: Counter[str] = Counter()
        self._waiting: list[_Ticket] = []
        self._last_turn: dict[str, int] = {}
        self._turns = itertools.count(1)
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
            if not ticket.admitted.is_set():  # else it was admitted in this very moment
                self._waiting.remove(ticket)
                self._forget_absent(address)
                raise NoPlaceError

    def _admit(self, address: str) -> None:
        self._running[address] += 1
        self._last_turn[address] = next(self._turns)

    def _leave(self, address: str) -> None:
        """Gives the place to the address with the fewest running requests, then to the one longest without a turn."""
        with self._lock:
            self._running[address] -= 1
            if self._waiting:
                following = min(self._waiting, key=self._precedence)
                self._waiting.remove(following)
                self._admit(following.address)
                following.admitted.set()
            self._forget_absent(address)

    def _forget_absent(self, address: str) -> None:
        """Keeps nothing of an address that neither runs nor waits: a counter keeps zeros, and addresses are many."""
        if not self._running[address]:
            del self._running[address]
            if all(ticket.address != address for ticket in self._waiting):
                self._last_turn.pop(address, None)

    def _precedence(self, ticket: _Ticket) -> tuple[int, int]:
        return self._running[ticket.address], self._last_turn.get(ticket.address, 0)


class Admission:
    """Answers 503 where the request's lane has no place."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response
        at_once, queue = settings.WEB_AT_ONCE, settings.WEB_THREADS // 10
        self.reads = Lane(at_once=at_once, queue=2 * queue)
        # Mostly remembered, and asked for most: about one pair, on any day.
        self.pairs = Lane(at_once=2 * at_once, queue=2 * queue)
        # They may wait for each other's locks.
        self.writes = Lane(at_once=2 * at_once, queue=queue)
        self.admin = Lane(at_once=2 * at_once, queue=queue)

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        lane = self._lane_of(request)
        try:
            with lane.place(throttles.address(request)), clients.watched(request.META.get("REMOTE_ADDR", "")):
                return self._answer(request, is_read=lane in (self.reads, self.pairs))
        except NoPlaceError:
            response = problems.refusal(
                request, HTTPStatus.SERVICE_UNAVAILABLE, "Too many requests of this kind are under way; try again."
            )
            response.headers["Retry-After"] = "1"
            return response

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
    """Gives the statements of an editor the time that they need; a session's own limit is that of anonymous reads."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('statement_timeout', %s, false)", [str(settings.WRITE_TIMEOUT_MS)])
    try:
        yield
    finally:
        try:
            with connection.cursor() as cursor:
                cursor.execute("RESET statement_timeout")
        except DatabaseError:
            connection.close()  # whoever has it next would have the longer time


class WholeFiles:
    """Reads a static file to its end before it is sent: a file in a stream holds a thread until its client has it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        if not isinstance(response, FileResponse):
            return response
        whole = HttpResponse(b"".join(response), status=response.status_code, headers=response.headers)
        # Closing the response would end the request.
        if response.file_to_stream is not None:
            response.file_to_stream.close()
        return whole
