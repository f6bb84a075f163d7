"""Bodies of requests: in time or not at all, and the slow ones make room for others."""

import threading
from collections.abc import Iterator
from http import HTTPStatus

import pytest

from tracker import bodies
from tracker.bodies import Bodies
from tracker.problems import BodyRefusedError


class Pipe:
    """A `wsgi.input` whose bytes come when the test says so."""

    def __init__(self) -> None:
        self._chunks: list[bytes] = []
        self._ended = False
        self._changed = threading.Condition()
        self.asked = threading.Event()

    def send(self, chunk: bytes) -> None:
        with self._changed:
            self._chunks.append(chunk)
            self._changed.notify_all()

    def end(self) -> None:
        with self._changed:
            self._ended = True
            self._changed.notify_all()

    def read(self, size: int = -1, /) -> bytes:
        self.asked.set()
        with self._changed:
            self._changed.wait_for(lambda: self._chunks or self._ended)
            return self._chunks.pop(0) if self._chunks else b""


class Reading(threading.Thread):
    """A request that reads its body; what came of it stands in `content` or `refusal`."""

    def __init__(self, places: Bodies, pipe: Pipe, *, length: int = 4, address: str = "192.0.2.1") -> None:
        super().__init__(daemon=True)
        self.content: bytes | None = None
        self.refusal: BodyRefusedError | None = None
        self._asked = (places, pipe, length, address)
        self.start()

    def run(self) -> None:
        places, pipe, length, address = self._asked
        try:
            with places.read(pipe, length=length, address=address) as content:
                self.content = content.read()
        except BodyRefusedError as refusal:
            self.refusal = refusal

    def status(self) -> HTTPStatus | None:
        self.join(timeout=60)
        assert not self.is_alive()
        return self.refusal.status if self.refusal else None


@pytest.fixture
def pipes() -> Iterator[list[Pipe]]:
    made = [Pipe() for _ in range(4)]
    yield made
    for pipe in made:
        pipe.end()


@pytest.fixture
def places() -> Bodies:
    return Bodies(at_once=2, most_bytes=1000)


def begun(pipe: Pipe) -> None:
    assert pipe.asked.wait(timeout=60)


def test_a_body_in_many_pieces_is_whole(places, pipes):
    reading = Reading(places, pipes[0], length=6)
    for piece in (b"ab", b"c", b"def"):
        pipes[0].send(piece)
    assert reading.status() is None
    assert reading.content == b"abcdef"


def test_no_byte_behind_the_announced_length_is_waited_for(places, pipes):
    pipes[0].send(b"abcd")
    reading = Reading(places, pipes[0], length=4)
    assert reading.status() is None
    assert reading.content == b"abcd"


def test_a_request_without_a_body_needs_no_place():
    assert Bodies(at_once=0, most_bytes=0).read(Pipe(), length=0, address="").read() == b""


def test_a_body_shorter_than_announced_is_refused(places, pipes):
    pipes[0].send(b"abc")
    pipes[0].end()
    assert Reading(places, pipes[0]).status() is HTTPStatus.BAD_REQUEST


def test_a_body_that_does_not_come_is_refused_in_time(places, pipes, monkeypatch):
    monkeypatch.setattr(bodies, "PATIENCE", 0.05)
    assert Reading(places, pipes[0]).status() is HTTPStatus.REQUEST_TIMEOUT


def test_a_body_that_drips_is_refused_though_something_always_comes(places, pipes, monkeypatch):
    monkeypatch.setattr(bodies, "PATIENCE", 0.2)
    monkeypatch.setattr(bodies, "MINIMUM_RATE", 100)
    reading = Reading(places, pipes[0], length=900)
    stop = threading.Event()

    def drip() -> None:
        while not stop.wait(0.02):
            pipes[0].send(b"x")

    threading.Thread(target=drip, daemon=True).start()
    assert reading.status() is HTTPStatus.REQUEST_TIMEOUT
    stop.set()


def test_a_large_body_has_the_time_that_its_size_needs(places, pipes, monkeypatch):
    monkeypatch.setattr(bodies, "PATIENCE", 0.3)
    monkeypatch.setattr(bodies, "MINIMUM_RATE", 1)
    reading = Reading(places, pipes[0], length=300)
    pipes[0].send(b"x" * 299)
    reading.join(timeout=0.6)  # twice the patience
    assert reading.is_alive()
    pipes[0].send(b"x")
    assert reading.status() is None


def test_the_next_body_takes_the_place_of_the_oldest_of_the_address_that_has_most(places, pipes, monkeypatch):
    monkeypatch.setattr(bodies, "_YOUNG", 0.0)
    places = Bodies(at_once=3, most_bytes=1000)
    other = Reading(places, pipes[0], address="192.0.2.9")
    begun(pipes[0])
    older = Reading(places, pipes[1])
    begun(pipes[1])
    younger = Reading(places, pipes[2])
    begun(pipes[2])
    pipes[3].send(b"abcd")
    assert Reading(places, pipes[3]).status() is None
    assert older.status() is HTTPStatus.REQUEST_TIMEOUT
    for reading, pipe in ((other, pipes[0]), (younger, pipes[2])):
        pipe.send(b"abcd")
        assert reading.status() is None


def test_bodies_that_have_just_begun_are_left_alone_and_the_next_is_told_to_try_again(places, pipes):
    first, second = Reading(places, pipes[0]), Reading(places, pipes[1])
    begun(pipes[0])
    begun(pipes[1])
    assert Reading(places, pipes[2]).status() is HTTPStatus.SERVICE_UNAVAILABLE
    for reading, pipe in ((first, pipes[0]), (second, pipes[1])):
        pipe.send(b"abcd")
        assert reading.status() is None


def test_all_that_is_announced_together_is_bounded_too(places, pipes):
    first = Reading(places, pipes[0], length=900)
    begun(pipes[0])
    assert Reading(places, pipes[1], length=200).status() is HTTPStatus.SERVICE_UNAVAILABLE
    pipes[0].send(b"x" * 900)
    assert first.status() is None
