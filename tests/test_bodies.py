"""Bodies of requests: in time or not at all, and the slow ones make room for others."""

import io
import threading
from collections.abc import Iterable, Iterator
from http import HTTPStatus
from wsgiref.types import StartResponse, WSGIEnvironment

import pytest
from django.core.handlers.wsgi import WSGIRequest
from django.test import RequestFactory

from tracker.overload import bodies
from tracker.overload.bodies import Bodies, BodyFirst
from tracker.overload.clients import Connection
from tracker.problems import BodyRefusedError

CLIENT, OTHER = "192.0.2.1", "192.0.2.9"


class Pipe:
    """A `wsgi.input` whose bytes come when the test says so."""

    def __init__(self) -> None:
        self._chunks: list[bytes] = []
        self._ended = self._awaits_more = False
        self._changed = threading.Condition()
        self.asked = threading.Event()

    def send(self, chunk: bytes) -> None:
        with self._changed:
            self._chunks.append(chunk)
            self._awaits_more = False
            self._changed.notify_all()

    def end(self) -> None:
        with self._changed:
            self._ended = True
            self._changed.notify_all()

    def drained(self) -> None:
        """Waits until everything sent has been read, and more is asked for."""
        with self._changed:
            assert self._changed.wait_for(lambda: self._awaits_more, timeout=60)

    def read(self, size: int = -1, /) -> bytes:
        self.asked.set()
        with self._changed:
            self._awaits_more = not self._chunks
            self._changed.notify_all()
            self._changed.wait_for(lambda: self._chunks or self._ended)
            return self._chunks.pop(0) if self._chunks else b""


class Reading(threading.Thread):
    """A request that reads its body; the outcome is in `content` or `refusal`."""

    def __init__(self, places: Bodies, pipe: Pipe, *, length: int = 4, address: str = CLIENT) -> None:
        super().__init__(daemon=True)
        self.content: bytes | None = None
        self.refusal: BodyRefusedError | None = None
        self._asked = (places, pipe, length, address)
        self.start()

    def run(self) -> None:
        places, pipe, length, address = self._asked
        try:
            with places.read(pipe, length=length, address=address, peer=address) as content:
                self.content = content.read()
        except BodyRefusedError as refusal:
            self.refusal = refusal

    def status(self) -> HTTPStatus | None:
        self.join(timeout=60)
        assert not self.is_alive()
        return self.refusal.status if self.refusal else None


class Kernel:
    """Connections as the server sees them: number N is that of pipe N. Its clock is the test's."""

    def __init__(self, pipes: list[Pipe]) -> None:
        self.pipes = pipes
        self.clock = 1000.0
        self.stopped: list[int] = []
        self.received = dict.fromkeys(range(len(pipes)), self.clock)
        self.acknowledged = dict.fromkeys(range(len(pipes)), 0)
        self.address = dict.fromkeys(range(len(pipes)), CLIENT)

    def stop_receiving(self, number: int) -> None:
        self.stopped.append(number)
        self.pipes[number].end()

    def show(self, places: Bodies, *, after: float) -> None:
        self.clock += after
        places.look(
            self.clock,
            [
                Connection(number, self.address[number], self.received[number], self.acknowledged[number], False)
                for number in range(len(self.pipes))
            ],
        )


@pytest.fixture
def pipes() -> Iterator[list[Pipe]]:
    made = [Pipe() for _ in range(4)]
    yield made
    for pipe in made:
        pipe.end()


@pytest.fixture
def kernel(pipes, monkeypatch) -> Kernel:
    made = Kernel(pipes)
    monkeypatch.setattr(bodies.time, "monotonic", lambda: made.clock)
    monkeypatch.setattr(bodies, "stop_receiving", made.stop_receiving)
    return made


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
    assert Bodies(at_once=0, most_bytes=0).read(Pipe(), length=0, address="", peer="").read() == b""


def test_a_body_shorter_than_announced_is_refused(places, pipes):
    pipes[0].send(b"abc")
    pipes[0].end()
    assert Reading(places, pipes[0]).status() is HTTPStatus.REQUEST_TIMEOUT


def test_a_body_that_does_not_come_is_ended_on_its_own_connection(places, pipes, kernel):
    kernel.received |= {0: 400.0, 2: 999.9}  # an idle one, and one that is older by a moment
    kernel.address[1] = OTHER
    reading = Reading(places, pipes[3])
    begun(pipes[3])
    kernel.show(places, after=0.25)
    kernel.show(places, after=bodies.PATIENCE - 0.3)
    assert kernel.stopped == []
    kernel.show(places, after=0.1)
    assert reading.status() is HTTPStatus.REQUEST_TIMEOUT
    assert kernel.stopped == [3]


def test_a_connection_on_which_something_was_answered_meanwhile_is_not_that_of_the_body(places, pipes, kernel):
    reading = Reading(places, pipes[3])
    begun(pipes[3])
    kernel.show(places, after=0.25)
    kernel.acknowledged |= {0: 1, 1: 1, 2: 1}
    kernel.show(places, after=bodies.PATIENCE)
    assert reading.status() is HTTPStatus.REQUEST_TIMEOUT
    assert kernel.stopped == [3]


def test_where_the_likeliest_connection_is_another_s_the_next_one_follows_until_the_body_ends(places, pipes, kernel):
    kernel.received |= {0: 400.0, 1: 400.0, 2: 1000.0, 3: 999.8}
    reading = Reading(places, pipes[3])
    begun(pipes[3])
    kernel.show(places, after=0.25)
    for _ in range(2):
        kernel.show(places, after=bodies.PATIENCE)
    assert reading.status() is HTTPStatus.REQUEST_TIMEOUT
    assert kernel.stopped == [2, 3]


def test_a_body_whose_head_waited_long_is_ended_too(places, pipes, kernel):
    kernel.received |= dict.fromkeys(range(4), 900.0)
    reading = Reading(places, pipes[0])
    begun(pipes[0])
    kernel.show(places, after=0.25)
    kernel.show(places, after=bodies.PATIENCE)
    assert reading.status() is HTTPStatus.REQUEST_TIMEOUT


def test_a_large_body_has_the_time_that_its_size_needs(places, pipes, kernel, monkeypatch):
    monkeypatch.setattr(bodies, "MINIMUM_RATE", 10)
    reading = Reading(places, pipes[0], length=300)
    pipes[0].send(b"x" * 200)
    begun(pipes[0])
    kernel.show(places, after=0.25)
    pipes[0].drained()
    kernel.show(places, after=bodies.PATIENCE + 19)
    assert kernel.stopped == []
    kernel.show(places, after=1)
    assert reading.status() is HTTPStatus.REQUEST_TIMEOUT


def test_the_next_body_takes_the_place_of_the_oldest_of_the_address_that_has_most(pipes, kernel):
    places = Bodies(at_once=3, most_bytes=1000)
    kernel.address[0] = OTHER
    readings = []
    for number, address in enumerate((OTHER, CLIENT, CLIENT)):
        kernel.received[number] = kernel.clock
        readings.append(Reading(places, pipes[number], address=address))
        begun(pipes[number])
        kernel.show(places, after=1.0)
    kernel.clock += 1.0
    pipes[3].send(b"abcd")
    assert Reading(places, pipes[3]).status() is None
    kernel.show(places, after=0.25)
    assert readings[1].status() is HTTPStatus.REQUEST_TIMEOUT
    assert kernel.stopped == [1]
    for number in (0, 2):
        pipes[number].send(b"abcd")
        assert readings[number].status() is None


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


def test_a_body_sent_to_a_path_beyond_ascii_leaves_the_path_as_it_was() -> None:
    """The application makes a request of the same environment: a path that was decoded twice was a 500."""
    paths = []

    def application(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        paths.append(WSGIRequest(environ).path)
        return [environ["wsgi.input"].read()]

    factory = RequestFactory()
    request = factory.post("/api/sources/%C3%A6%F0%9F%92%A9/", b"{}", content_type="application/json")
    environ = request.environ | {"wsgi.input": io.BytesIO(b"{}")}
    environ["PATH_INFO"] = environ["PATH_INFO"].encode().decode("latin-1")
    assert BodyFirst(application)(environ, lambda *_: lambda _: None) == [b"{}"]
    assert paths == ["/api/sources/æ💩/"]
