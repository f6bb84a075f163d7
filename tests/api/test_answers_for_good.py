"""Writers, an import and readers at once: no answer about a moment ever changes, and followers miss nothing.

The order of the threads is chance; the test passes with any. Transactions are open while readers ask: each
writer commits some of its commands only after one more answer was given.
"""

import datetime as dt
import random
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from django.test import Client

from relations import ledger
from relations.dates import moment_text, read_moment
from relations.importers import import_list
from relations.ledger import ConfirmationDraft
from relations.models import Fact, StatusChange
from tests.factories import event, post, record, sanction, source
from tests.ledger.threads import at_once
from tests.waiting import PATIENCE

DAY = "as_of=2020-06-01"
QUESTIONS = (
    f"/api/relations/BY-US/?{DAY}", f"/api/relations/BY-RU/?{DAY}", f"/api/relations/?{DAY}",
    f"/api/relations/?{DAY}&sanctions=in_force&stale=any", "/api/relations/BY-US/timeline/?page_size=500",
    "/api/ambassadors/?page_size=500", "/api/sanction-events/?page_size=500&ordering=recorded_at",
    "/api/designations/?ordering=id", f"/api/designations/?{DAY}&current=1", "/api/countries/BY/?fields=pairs",
)  # fmt: skip
MOMENTS, STEPS, PUBLICATIONS = 3, 4, 3
KINDS = (
    lambda n, way: post("ambassador" if n % 2 else "vacant", f"20{n:02}-03-01", way, holder="" if n % 2 == 0 else "A"),
    lambda n, way: sanction("imposed" if n % 3 else "suspended", f"20{n:02}-05-01", way, measures=["travel"]),
    lambda n, way: event("talks", f"20{n:02}-06-01", way),
)


class Gate:
    """Opens for a writer after an answer about a moment that was chosen since, and for good after the last.

    For followers it opens after each answer and each commit.
    """

    def __init__(self, readers: int) -> None:
        self.changed = threading.Condition()
        self.answers, self.commits, self.readers = 0, 0, readers

    def answered(self) -> None:
        with self.changed:
            self.answers += 1
            self.changed.notify_all()

    def committed(self) -> None:
        with self.changed:
            self.commits += 1
            self.changed.notify_all()

    def news(self, known: int) -> int:
        """Waits for more answers and commits than are known; their number."""
        with self.changed:
            assert self.changed.wait_for(lambda: self.answers + self.commits > known, PATIENCE)
            return self.answers + self.commits

    def reader_ended(self) -> None:
        with self.changed:
            self.readers -= 1
            self.changed.notify_all()

    def wait(self) -> None:
        with self.changed:
            before = self.answers
            assert self.changed.wait_for(lambda: self.answers > before + self.readers or not self.readers, PATIENCE)


class Writers:
    """Threads that write; `running` counts those that have not ended."""

    def __init__(self, gate: Gate, folder: Path, number: int) -> None:
        self.gate, self.folder = gate, folder
        self.lock, self.running = threading.Lock(), number

    def ended(self) -> None:
        with self.lock:
            self.running -= 1
        self.gate.committed()

    def editor(self, seed: int) -> Callable[[], None]:
        """Records, corrects, retracts and confirms facts of its own, on a pair of its own and on a common one."""
        chance, own = random.Random(seed), list[Fact]()

        def step(number: int) -> None:
            way = chance.choice(["BY>US", "US>BY", ("BY>RU", "BY>DE")[seed % 2]])
            verb = chance.choice(["record", "record", "correct", "retract", "confirm"]) if own else "record"
            if verb == "record":
                own.extend(record(chance.choice(KINDS)(number, way)))
                return
            fact = own.pop(chance.randrange(len(own)))
            model, author = type(fact), ledger.NOBODY
            if verb == "correct":
                own.append(ledger.correct(model, fact.key, values={"note": f"{seed}.{number}"}, author=author))
            elif verb == "retract":
                ledger.retract(model, fact.key, why="Not so.", author=author)
            else:
                draft = ConfirmationDraft(model=model, key=fact.key, source=source(), day=dt.date(2024, 1, number))
                ledger.confirm([draft], author=author)

        def edit() -> None:
            try:
                for number in range(1, STEPS + 1):
                    # Appended to the log at the end, when others have recorded and appended later moments.
                    with transaction.atomic(), ledger.one_projection():
                        step(number)
                        if number % 2:
                            self.gate.wait()
                    self.gate.committed()
                    with transaction.atomic():
                        step(number)
                        if not number % 2:
                            self.gate.wait()
                    self.gate.committed()
            finally:
                self.ended()

        return edit

    def imports(self) -> None:
        """Publications of a list on which parties come, change and go."""
        try:
            for number in range(PUBLICATIONS):
                names = {n: f"PARTY {n} {n * number % 2}" for n in range(number + 1, number + 7)}
                rows = [f'{n},"{name}",-0- ,"BELARUS"{",-0- " * 8}' for n, name in names.items()]
                path = self.folder / f"{number}.csv"
                path.write_bytes("\r\n".join([*rows, "\x1a"]).encode())
                with transaction.atomic():
                    import_list("ofac", [path], dated=dt.date(2020, 1, 1 + number), accept_shrink=True)
                    self.gate.wait()
                self.gate.committed()
        finally:
            self.ended()


class Reader:
    """Asks about random moments, each question twice, and collects the answers."""

    def __init__(self, gate: Gate, seed: int) -> None:
        self.gate, self.chance, self.client = gate, random.Random(seed), Client()
        self.answers: dict[str, tuple[bytes, str | None]] = {}

    def read(self) -> None:
        try:
            for _ in range(MOMENTS):
                for question in self.chance.sample(QUESTIONS, len(QUESTIONS)):
                    self.ask(question)
                    self.gate.answered()
        finally:
            self.gate.reader_ended()

    def ask(self, question: str) -> None:
        """About this moment, up to a tenth of a second before it, or the newest finished one if it is not."""
        moment = dt.datetime.now(dt.UTC) - dt.timedelta(microseconds=self.chance.choice([0, 0, 100_000]))
        response = self.client.get(f"{question}&known_at={moment_text(moment)}")
        if response.status_code == 409:
            newest = read_moment(response.json()["newest"])
            assert newest < moment
            moment = newest
        url = f"{question}&known_at={moment_text(moment)}"
        first, again = answer(self.client, url), answer(self.client, url)
        assert again == first, url
        self.answers[url] = first


def answer(client: Client, url: str) -> tuple[bytes, str | None]:
    response = client.get(url)
    assert response.status_code == 200, (url, response.content)
    return response.getvalue(), response.headers.get("ETag")


def follow_by_cursor(writers: Writers, seen: list[int]) -> None:
    client, cursor, known, is_last = Client(), "after=0", 0, False
    while not is_last:
        known = writers.gate.news(known)
        is_last = not writers.running
        while (body := client.get(f"/api/changes/?page_size=3&{cursor}").json())["results"]:
            seen += [row["id"] for row in body["results"]]
            cursor = f"after={body['cursor']}"


def follow_by_time(writers: Writers, seen: list[int]) -> None:
    """Goes on a microsecond after the last row."""
    client, since, known, is_last = Client(), dt.datetime(2001, 1, 1, tzinfo=dt.UTC), 0, False
    while not is_last:
        known = writers.gate.news(known)
        is_last = not writers.running
        url = f"/api/changes/?page_size=500&recorded_after={moment_text(since)}"
        rows: list[dict[str, Any]] = client.get(url).json()["results"]
        seen += [row["id"] for row in rows]
        since = max([since, *(read_moment(row["recorded_at"]) + dt.timedelta(microseconds=1) for row in rows)])


@pytest.mark.slow(seconds=15)
@pytest.mark.django_db(transaction=True)
def test_no_answer_about_a_moment_ever_changes_and_no_follower_misses_a_change(world, tmp_path):
    readers = [Reader(gate := Gate(2), 11), Reader(gate, 12)]
    writers = Writers(gate, tmp_path, 3)
    by_cursor, by_time = list[int](), list[int]()
    at_once(
        writers.editor(1), writers.editor(2), writers.imports, *(reader.read for reader in readers),
        lambda: follow_by_cursor(writers, by_cursor), lambda: follow_by_time(writers, by_time),
    )  # fmt: skip
    client = Client()
    given = [(url, first) for reader in readers for url, first in reader.answers.items()]
    assert [url for url, first in given if answer(client, url) != first] == []
    assert len({first for _, first in given}) > len(QUESTIONS), "the readers saw something change"
    every = list(StatusChange.objects.order_by("id").values_list("id", flat=True))
    assert by_cursor == every
    assert sorted(by_time) == every
