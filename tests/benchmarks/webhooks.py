"""Webhooks: deliveries a second, from the commit to the receiver, and the cost of a command with many subscriptions."""

from __future__ import annotations

import itertools
import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import django

from tests.benchmarks.processor import parent_of, used, used_below
from tests.benchmarks.serving import database, table
from tests.waiting import pace, until

_ENVIRONMENT = {
    "WEBHOOK_ALLOW_HTTP": "1", "WEBHOOK_ALLOWED_NETWORKS": "127.0.0.0/8", "WEBHOOK_ALLOWED_PORTS": "*",
    "DJANGO_SETTINGS_MODULE": "tracker.settings", "LOG_LEVEL": "ERROR",
}  # fmt: skip
_HEALTHY, _ACTS = 200, 20
_UNDER_WAY = 400
_DELIVERIES, _CHANGES, _MATCHING = 6000, 10_000, 10


def main() -> None:
    os.environ |= _ENVIRONMENT
    with database():
        django.setup()
        throughput()
        promptness()
        cost_of_an_act()


# --- deliveries a second ------------------------------------------------------------------------


_KINDS = (("50, that answer at once", 50, 0.0), ("200, after 50 ms", 200, 0.05), ("200, after 200 ms", 200, 0.2),
          ("200, after a second", 200, 1.0))  # fmt: skip


def throughput() -> None:
    """A worker has 400 requests under way at most: where receivers take their time, that is what limits it; where they
    do not, the processors do, which database and receivers share with the workers: `allowed` is what these leave."""
    rows = []
    for what, number, seconds in _KINDS:
        one, two = _run(1, number, seconds), _run(2, number, seconds)
        rows += [
            (what, "one", f"{one.rate:,.0f}", "", "", ">= 500", *one.measured),
            ("", "two", f"{two.rate:,.0f}", *(f"{of:.2f}" for of in (two.rate / one.rate, one.allowed(seconds))),
             ">= 1.6", *two.measured),
        ]  # fmt: skip
    table(
        f"{_DELIVERIES:,} deliveries on loopback; milliseconds of a processor that each took, of {os.cpu_count()}",
        ("receivers", "workers", "/s", "two : one", "allowed", "goal", "workers", "PostgreSQL", "receivers", "busy"),
        rows,
    )  # fmt: skip


class Run(NamedTuple):
    """Between the first hundred messages and the last: deliveries a second, and who used the processors meanwhile.

    `busy` is the share of all processors that workers, database and receivers had together.
    """

    rate: float
    workers: float
    database: float
    receivers: float
    busy: float

    def allowed(self, seconds: float) -> float:
        """Two workers against this one, if nothing but processors and requests under way (400) limited them."""
        of_requests = _UNDER_WAY / seconds if seconds else float("inf")
        whole = (os.cpu_count() or 1) * 1000 / (self.workers + self.database + self.receivers)
        one, two = 1000 / self.workers, 2000 / self.workers
        return min(two, whole, 2 * of_requests) / min(one, whole, of_requests)

    @property
    def measured(self) -> list[str]:
        return [*(f"{each:.2f}" for each in (self.workers, self.database, self.receivers)), f"{self.busy:.0%}"]


def _run(workers: int, number: int, seconds: float) -> Run:
    with receivers(number, seconds) as (ports, came, pid):
        rows = subscribed(ports)
        wait(rows, _DELIVERIES // len(rows))
        with working(workers=workers) as running:

            def spent() -> list[float]:
                return [sum(used(process.pid) for process in running), _used_by_database(), used(pid)]

            first = _all(came, 100)
            before, began = spent(), time.monotonic()
            got = first + _all(came, _DELIVERIES - len(first))
            after, ended = spent(), time.monotonic()
    times = sorted(at for _, at in got)
    taken = [late - early for early, late in zip(before, after, strict=True)]
    by_workers, by_database, by_receivers = (each * 1000 / (_DELIVERIES - len(first)) for each in taken)
    return Run(
        rate=(len(times) - 100) / (times[-1] - times[99]), workers=by_workers, database=by_database,
        receivers=by_receivers, busy=sum(taken) / (ended - began) / (os.cpu_count() or 1),
    )  # fmt: skip


def _used_by_database() -> float:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        postmaster = parent_of(cursor.fetchone()[0])
    return used(postmaster, with_ended=True) + used_below(postmaster)


# --- from the commit to the receiver --------------------------------------------------------------


def promptness() -> None:
    """Acts half a second apart, each of which concerns everybody."""
    rows = []
    for what, others in (("alone", 0), ("beside one that hangs, one that drips, one that floods", 3)):
        delays, memory = _delays(others)
        ranks = statistics.quantiles(delays, n=100)
        rows.append((what, f"{ranks[49] * 1000:.0f}", f"{ranks[98] * 1000:.0f}", f"{max(delays) * 1000:.0f}",
                     "<= 1,000", *memory))  # fmt: skip
    table(
        f"Commit to receipt at {_HEALTHY} healthy subscribers, {_ACTS} acts, one worker",
        ("subscribers", "p50 ms", "p99 ms", "worst ms", "goal (p99)", "memory before", "after"), rows,
    )  # fmt: skip


def _delays(others: int) -> tuple[list[float], tuple[str, str]]:
    from tests.webhooks.receivers import Receiver, answer, listening

    flood = answer(200, body=b"x" * (64 * 2**20))
    bad = [Receiver(say=lambda _: None), Receiver(say=lambda _: 1.0), Receiver(say=lambda _: flood)][:others]
    with ExitStack() as held:
        ports, came, _ = held.enter_context(receivers(_HEALTHY, 0.0))
        held.enter_context(listening(*bad))
        subscribed([*(each.port for each in bad), *ports], tracks=["sanctions:US>CU:-"])
        (worker,) = held.enter_context(working(workers=1))
        pace(4)  # the worker has looked round, and waits
        before = _memory(worker.pid)
        commits, delays = [], []
        for _ in range(_ACTS):
            _act()
            commits.append(time.monotonic())
            delays += [at - commits[-1] for _, at in _all(came, _HEALTHY)]
            pace(0.5)
        return delays, (before, _memory(worker.pid))


_numbers = itertools.count()


def _act() -> None:
    """Each is a year later than the last and says otherwise, so that each changes today's value."""
    from relations import ledger
    from relations.models import SanctionEvent

    number = next(_numbers)
    values = {"action": "suspended" if number % 2 else "imposed", "on": f"{1900 + number}-01-01"}
    draft = ledger.FactDraft(
        model=SanctionEvent,
        values={"from_country_id": "US", "to_country_id": "CU"} | values,
        citations=[ledger.CitationDraft(source={"title": "Gazette", "url": "https://gazette.example/"}, quote="so")],
    )
    ledger.record([draft], author=ledger.NOBODY)


def _memory(process: int) -> str:
    with Path(f"/proc/{process}/status").open(encoding="ascii") as status:
        kibibytes = next(int(line.split()[1]) for line in status if line.startswith("VmRSS"))
    return f"{kibibytes / 1024:.0f} MiB"


# --- a command with many subscriptions -------------------------------------------------------------


def cost_of_an_act() -> None:
    """Ten subscriptions match every change of ten pairs; the others want other pairs."""
    times = [_filling(subscriptions) for subscriptions in (0, 100, 1000)]
    rows = [
        (f"{number:,}", f"{made:,}", f"{seconds / _CHANGES * 1000:.3f}", f"{seconds / times[1][1]:.2f}", goal)
        for (made, seconds), number, goal in zip(times, (0, 100, 1000), ("", "1", "about 1"), strict=True)
    ]
    table(
        f"What the outbox adds to {_CHANGES:,} changes, {_MATCHING} subscriptions concerned by each",
        ("subscriptions", "deliveries", "ms a change", "of 100", "goal"), rows,
    )  # fmt: skip


def _filling(subscriptions: int) -> tuple[int, float]:
    from django.db import transaction

    from relations.models import Country, Delivery, StatusChange
    from relations.outbox import enqueueing

    _forget()
    codes = [code for code in Country.objects.order_by("code").values_list("code", flat=True) if code > "US"]
    codes += [code for code in Country.objects.order_by("code").values_list("code", flat=True) if code < "US"]
    pairs = ["-".join(sorted((code, "US"))) for code in codes[: max(10, subscriptions // _MATCHING)]]
    if subscriptions:
        subscribed([443] * subscriptions, each=lambda number: {"pairs": [pairs[number % len(pairs)]]})
    lines = _lines(pairs[:10])
    with transaction.atomic():
        StatusChange.objects.bulk_create(lines)
        started = time.monotonic()
        enqueueing.enqueue(lines)
        seconds = time.monotonic() - started
        made = Delivery.objects.exclude(change=None).count()
        transaction.set_rollback(True)
    return made, seconds


def _lines(pairs: list[str]) -> list[Any]:
    import datetime as dt

    from relations.models import CountryPair, StatusChange

    CountryPair.objects.bulk_create(
        [CountryPair(code=pair, first_id=pair[:2], second_id=pair[3:]) for pair in pairs], ignore_conflicts=True
    )
    versions = dict(CountryPair.objects.filter(code__in=pairs).values_list("code", "version"))
    now = dt.datetime.now(dt.UTC)
    values = [{"value": value, "measures": [], "expires_on": None} for value in ("none", "in_force")]
    return [
        StatusChange(
            pair_id=(pair := pairs[number % len(pairs)]), version=versions[pair] + number // len(pairs) + 1,
            effective=now.date(), track=f"sanctions:US>{pair.replace('US', '').strip('-')}", old=values[number % 2],
            reason="recorded", new=values[(number + 1) % 2], recorded_at=now,
        )
        for number in range(_CHANGES)
    ]  # fmt: skip


# --- surroundings ---------------------------------------------------------------------------------


@contextmanager
def receivers(number: int, seconds: float) -> Iterator[tuple[list[int], Callable[[], list[tuple[int, float]]], int]]:
    """Their ports, what asks for the messages that came since it was asked last, and their process."""
    command = [sys.executable, "-m", "tests.benchmarks.receivers", str(number), str(seconds)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        commands, output = process.stdin, process.stdout

        def came() -> list[tuple[int, float]]:
            commands.write("\n")
            commands.flush()
            found: list[tuple[int, float]] = json.loads(output.readline())
            return found

        try:
            yield [int(port) for port in output.readline().split()], came, process.pid
        finally:
            process.kill()


def _all(came: Callable[[], list[tuple[int, float]]], number: int) -> list[tuple[int, float]]:
    got: list[tuple[int, float]] = []

    def all_came() -> bool:
        got.extend(came())
        return len(got) >= number

    until(all_came)
    return got


@contextmanager
def working(*, workers: int) -> Iterator[list[subprocess.Popen[bytes]]]:
    command = [sys.executable, "manage.py", "deliver", "--skip-checks"]
    running = [subprocess.Popen(command) for _ in range(workers)]
    try:
        yield running
    finally:
        for process in running:
            process.kill()
            process.wait()


def subscribed(ports: list[int], *, each: Callable[[int], dict[str, Any]] = lambda _: {}, **filters: Any) -> list[Any]:
    """Subscriptions that are sent to, one for each port, at most fifty of one owner; none is left of those before."""
    from django.contrib.auth import get_user_model
    from django.utils import timezone

    from relations import delivery
    from relations.models import Delivery, Subscription

    _forget()
    found = []
    for number, port in enumerate(ports):
        owner, _ = get_user_model().objects.get_or_create(username=f"integrator {number // 50}")
        values = {"url": f"http://127.0.0.1:{port}/"} | filters | each(number)
        found.append(delivery.create(owner, values)[0])
    Delivery.objects.all().delete()
    Subscription.objects.update(state="enabled", verified_at=timezone.now())
    return found


def _forget() -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE relations_subscription CASCADE")


def wait(rows: list[Any], number: int) -> None:
    """Enqueues deliveries for each, without commands that cause them."""
    import datetime as dt

    from relations.outbox import enqueueing

    now = dt.datetime.now(dt.UTC)
    body = json.dumps({"type": "sanctions.changed", "data": {"pair": "BY-US", "filling": "." * 400}}).encode()
    for _ in range(number):
        enqueueing.insert(
            [enqueueing.Row(subscription=row.pk, type="sanctions.changed", body=body, at=now) for row in rows]
        )
