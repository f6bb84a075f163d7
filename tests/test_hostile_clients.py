"""One hostile client of each kind, on a real server: everybody else is answered meanwhile, and soon as before."""

from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlsplit

import psycopg
import pytest

from relations.models import AmbassadorStatus
from tests.benchmarks.serving import serving
from tests.database import conninfo
from tests.factories import citation, draft, record, source
from tests.hostile import KINDS, Client, attacking, others
from tests.waiting import until

pytestmark = pytest.mark.slow(seconds=30)

SECONDS = 0.25
SLOWEST = 1.0
"""Seconds below which an answer is no sign of a stopped site, on cores that run other tests meanwhile.

A stopped site does not answer while the attack lasts, and it lasts until others were answered. The ratio:
`python -m tests.benchmarks hostile`.
"""
THREADS = 10


def environment(**more: str) -> dict[str, str]:
    return {"DATABASE_URL": conninfo(), "SECRET_KEY": "x" * 60, "TRACKER_ENV": "test"} | more


@pytest.fixture
def many_facts(world):
    one = draft(
        AmbassadorStatus, "2010-01-01", status="ambassador", holder="Ann Onymous", citations=[citation(source())]
    )
    record(*[one] * 300)


@pytest.mark.usefixtures("many_facts")
@pytest.mark.django_db(transaction=True)
def test_a_hostile_client_of_any_kind_stops_nobody_else(subtests):
    """Shows the limits of time, of rates and of connections; that of reads at once is shown below."""
    with serving("tracker.wsgi:application", environment=environment()) as address:
        port = urlsplit(address).port or 0
        others(port, SECONDS)  # both workers have answered before
        quiet = others(port, SECONDS)
        bound = max(10 * quiet.p99(), SLOWEST)
        for kind in KINDS:
            with subtests.test(kind):
                with attacking(kind, port) as answers:
                    meanwhile = others(port, SECONDS)
                afterwards = others(port, SECONDS / 2)
                assert (meanwhile.failures, afterwards.failures) == ([], [])
                assert {status for status in answers if status.startswith("5")} <= {"503"}
                assert meanwhile.p99() < bound
                assert afterwards.p99() < bound


@pytest.mark.django_db(transaction=True)
def test_more_slow_reads_than_threads_leave_threads_to_others(world):
    """Reads wait for a lock as long as it takes; without admission each would have a thread, and others none."""
    slow = environment(READ_TIMEOUT_MS="0", LOCK_TIMEOUT_MS="0", WEB_AT_ONCE="1")
    with (
        serving("tracker.wsgi:application", workers=1, threads=THREADS, environment=slow) as address,
        psycopg.connect(conninfo()) as locking,
        ThreadPoolExecutor(2 * THREADS) as many,
    ):
        port = urlsplit(address).port or 0
        hostile, bystander = Client(port), Client(port)
        bystander.ask("/api/relations/BY-US/")  # in the cache from now on
        locking.execute("LOCK TABLE relations_statuschange")
        reads = [many.submit(hostile.ask, "/api/changes/") for _ in range(2 * THREADS)]
        try:
            # One runs, and one waits for some seconds.
            until(lambda: hostile.answers[503] >= len(reads) - 2)
            for path in ("/api/relations/BY-US/", "/livez", "/readyz"):
                bystander.ask(path)
            assert bystander.answers == {200: 4}
        finally:
            locking.rollback()
    assert ({*hostile.answers}, hostile.answers.total()) == ({200, 503}, len(reads))
