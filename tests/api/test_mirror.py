"""A mirror: a client that follows the change log while four writers write has every status of today, and no other.

`MIRROR_SECONDS=120 ./test tests/api/test_mirror.py` is the long form: the writers go on for so many seconds.
"""

import datetime as dt
import os
import random
import threading
import time
from typing import Any

import pytest
from django.test import Client

from relations import ledger
from relations.models import Fact, StatusChange
from tests.factories import event, post, record, sanction
from tests.ledger.threads import at_once
from tests.waiting import PATIENCE

WRITERS, COMMANDS = 4, 16
WAYS = ("BY>US", "US>BY", "BY>RU", "EU>BY", "RU>US")
KINDS = (
    lambda day, way, who: post("ambassador" if who else "vacant", day, way, holder=who),
    lambda day, way, who: post("charge", day, way, holder=who or "Somebody"),
    lambda day, way, who: sanction("imposed" if who else "lifted", day, way, measures=["travel"] if who else []),
    lambda day, way, who: event("relations_severed" if who else "relations_restored", day, way),
)


class Mirror:
    """The last state of every track that the log has spoken of, and where the log contradicts what it said before."""

    def __init__(self, news: threading.Event) -> None:
        self.client, self.cursor, self.news = Client(), "0", news
        self.states: dict[tuple[str, str], Any] = {}
        self.versions: dict[str, int] = {}
        self.differences: list[Any] = []
        self.changes = 0

    def follow(self, writing: set[int]) -> None:
        """Reads to the end of the log after each command, until the last writer has ended."""
        is_last = False
        while not is_last:
            assert self.news.wait(PATIENCE)
            self.news.clear()
            is_last = not writing
            while rows := self._page():
                for row in rows:
                    self._apply(row)

    def _page(self) -> list[Any]:
        body = self.client.get(f"/api/changes/?page_size=7&after={self.cursor}").json()
        self.cursor = body["cursor"]
        rows: list[Any] = body["results"]
        return rows

    def _apply(self, row: Any) -> None:
        self.changes += 1
        before = self.versions.get(row["pair"], 0)
        if row["version"] not in (before, before + 1):
            self.differences.append(("version", row, before))
        self.versions[row["pair"]] = row["version"]
        if row["new"] is None:
            return
        place = row["pair"], row["track"]
        if place in self.states and self.states[place] != row["old"]:
            self.differences.append(("old", row, self.states[place]))
        self.states[place] = row["new"]

    def values(self) -> dict[tuple[str, str], tuple[str, str]]:
        """The value and the holder of each track about which anything is known."""
        shown = {place: (state["value"], state.get("holder", "")) for place, state in self.states.items()}
        return {place: state for place, state in shown.items() if state[0] != "unknown"}


def writer(seed: int, writing: set[int], seconds: float, news: threading.Event) -> None:
    """Records, corrects and retracts facts of its own on pairs that all writers share."""
    chance, own, end, commands = random.Random(seed), list[Fact](), time.monotonic() + seconds, 0
    try:
        while commands < COMMANDS or time.monotonic() < end:
            commands += 1
            news.set()
            if len(own) < 2 or (chance.random() < 0.4 and len(own) < 30):
                day = (dt.date(2000, 1, 1) + dt.timedelta(days=chance.randrange(10_000))).isoformat()
                kind, way, who = chance.choice(KINDS), chance.choice(WAYS), chance.choice(["", "A", "B"])
                own.extend(record(kind(day, way, who)))
                continue
            fact = own.pop(chance.randrange(len(own)))
            if chance.random() < 0.5:
                ledger.retract(type(fact), fact.key, why="Not so.", author=ledger.NOBODY)
            else:
                values = {"on": chance.choice([year for year in map(str, range(2000, 2026)) if year != fact.on])}
                own.append(ledger.correct(type(fact), fact.key, values=values, author=ledger.NOBODY))
    finally:
        writing.remove(seed)
        news.set()


def served() -> dict[tuple[str, str], tuple[str, str]]:
    """Today's statuses by the API, in other words than the log."""
    body = Client().get("/api/periods/", {"as_of": ledger.today().isoformat(), "page_size": "500"}).json()
    assert body["next"] is None
    return {
        (row["pair"], row["track"]): (row["value"], row["holder"])
        for row in body["results"]
        if row["value"] != "unknown"
    }


@pytest.mark.slow(seconds=10)
@pytest.mark.django_db(transaction=True)
def test_a_mirror_of_the_log_has_every_status_of_today_while_four_write(world: None) -> None:
    news, writing = threading.Event(), set(range(WRITERS))
    mirror = Mirror(news)
    seconds = float(os.environ.get("MIRROR_SECONDS", "0"))
    at_once(
        lambda: mirror.follow(writing),
        *(lambda seed=seed: writer(seed, writing, seconds, news) for seed in range(WRITERS)),
    )
    assert mirror.differences == []
    assert mirror.changes == StatusChange.objects.count()
    assert mirror.values() == served()
    assert len(mirror.values()) > 5
