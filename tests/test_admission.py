"""Admission by kind of request: running, waiting, refused, and the order of addresses."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.http import HttpResponse

from tests.waiting import until
from tracker.overload.admission import Admission, Lane, NoPlaceError

HERE, THERE = "192.0.2.1", "192.0.2.2"


class Request(threading.Thread):
    """One that runs from when it is admitted until the test lets it end."""

    def __init__(self, lane: Lane, address: str = HERE) -> None:
        super().__init__(daemon=True)
        self._lane, self._address = lane, address
        self.admitted, self.end = threading.Event(), threading.Event()
        self.start()

    def run(self) -> None:
        with self._lane.place(self._address):
            self.admitted.set()
            self.end.wait(timeout=60)

    def ended(self) -> None:
        self.end.set()
        self.join(timeout=60)

    def runs(self) -> bool:
        return self.admitted.wait(timeout=60)


def waiting(lane: Lane, count: int) -> None:
    """Waits until so many requests are in the queue."""
    until(lambda: len(lane._waiting) == count)


@contextmanager
def full(*, queue: int, patience: float = 60.0) -> Iterator[tuple[Lane, Request]]:
    """A lane with one place, and the request that has it."""
    lane = Lane(at_once=1, queue=queue, patience=patience)
    first = Request(lane)
    assert first.runs()
    try:
        yield lane, first
    finally:
        first.ended()


def test_the_next_one_runs_when_a_place_is_free():
    with full(queue=4) as (lane, first):
        second = Request(lane)
        waiting(lane, 1)
        assert not second.admitted.is_set()
        first.ended()
        assert second.runs()
        second.ended()


def test_beyond_the_queue_is_refused_at_once():
    with full(queue=1) as (lane, _), pytest.raises(NoPlaceError):
        second = Request(lane)
        waiting(lane, 1)
        try:
            lane._enter(THERE)
        finally:
            lane._waiting[0].admitted.set()
            second.ended()


def test_who_waits_too_long_is_refused_and_leaves_the_queue():
    with full(queue=4, patience=0.01) as (lane, _):
        with pytest.raises(NoPlaceError):
            lane._enter(THERE)
        assert lane._waiting == []


def test_nothing_is_kept_of_who_waited_in_vain_behind_another():
    with full(queue=8) as (lane, first):
        other = Request(lane, THERE)
        waiting(lane, 1)
        lane._patience = 0.5
        timer = threading.Timer(0.05, first.end.set)  # the place goes to the other address meanwhile
        timer.start()
        with pytest.raises(NoPlaceError):
            lane._enter(HERE)
        timer.join()
        first.ended()
        assert other.runs()
        other.ended()
        assert (lane._running, lane._last_admission) == ({}, {})


def test_one_address_leaves_places_of_the_queue_to_others():
    with full(queue=4) as (lane, first):
        own = [Request(lane), Request(lane)]
        waiting(lane, 2)
        with pytest.raises(NoPlaceError):
            lane._enter(HERE)
        other = Request(lane, THERE)
        waiting(lane, 3)
        first.ended()
        for request in (other, *own):  # the address without an admission comes first
            assert request.runs()
            request.ended()


def test_the_queue_moves_in_turn_by_address():
    lane = Lane(at_once=2, queue=8, patience=60.0)
    greedy = [Request(lane), Request(lane)]
    assert all(request.runs() for request in greedy)
    third = Request(lane)
    waiting(lane, 1)
    modest = Request(lane, THERE)
    waiting(lane, 2)
    greedy[0].ended()
    assert modest.runs()
    assert not third.admitted.is_set()
    for request in (greedy[1], third, modest):
        request.ended()


def test_nothing_is_kept_of_who_has_gone():
    lane = Lane(at_once=1, queue=1)
    for number in range(100):
        with lane.place(f"192.0.2.{number}"):
            pass
    assert (lane._running, lane._last_admission) == ({}, {})


@pytest.mark.parametrize(
    ("method", "path", "others"),
    [
        ("GET", "/api/changes/", [("GET", "/api/relations/BY-US/"), ("POST", "/api/ambassadors/"), ("GET", "/admin/")]),
        ("GET", "/api/relations/BY-US/timeline/", [("GET", "/api/relations/"), ("GET", "/feeds/changes.atom")]),
        ("POST", "/api/ambassadors/", [("GET", "/api/changes/"), ("GET", "/admin/")]),
        ("POST", "/admin/login/", [("GET", "/api/changes/"), ("DELETE", "/api/webhooks/1/")]),
    ],
)
def test_a_kind_without_places_is_refused_and_the_others_are_answered(rf, method, path, others):
    admission = Admission(lambda _: HttpResponse("answered"))
    lane = admission._lane_of(rf.generic(method, path))
    taken = [Request(lane, f"192.0.2.{number}") for number in range(lane._at_once)]
    assert all(request.runs() for request in taken)
    lane._queue = 0
    answer = admission(rf.generic(method, path, headers={"Accept": "application/json"}))
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "1")
    assert {admission(rf.generic(*other)).status_code for other in others} == {200}
    for request in taken:
        request.ended()


def test_a_static_file_is_sent_whole_and_holds_no_thread(client):
    answer = client.get("/static/admin/css/base.css")
    assert (answer.status_code, answer.streaming) == (200, False)
    assert int(answer.headers["Content-Length"]) == len(answer.content) > 1000
