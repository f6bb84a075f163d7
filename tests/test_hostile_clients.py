"""One hostile client of each kind, on a real server: everybody else is answered meanwhile, and soon as before."""

from urllib.parse import urlsplit

import pytest

from relations.models import AmbassadorStatus
from tests.benchmarks.serving import serving
from tests.database import conninfo
from tests.factories import citation, draft, record, source
from tests.hostile import KINDS, attacking, others

pytestmark = pytest.mark.slow(seconds=30)

SECONDS = 0.25
SLOWEST = 1.0
"""Seconds below which an answer is no sign of a stopped site, on cores that run other tests meanwhile.

A stopped site does not answer while the attack lasts, and it lasts until others were answered. The ratio:
`python -m tests.benchmarks hostile`.
"""


@pytest.fixture
def many_facts(world):
    one = draft(
        AmbassadorStatus, "2010-01-01", status="ambassador", holder="Ann Onymous", citations=[citation(source())]
    )
    record(*[one] * 300)


@pytest.mark.usefixtures("many_facts")
@pytest.mark.django_db(transaction=True)
def test_a_hostile_client_of_any_kind_stops_nobody_else(subtests):
    """Shows the limits of time, of rates and of connections; `tests/test_clients.py` shows that of reads at once."""
    own = {"DATABASE_URL": conninfo(), "SECRET_KEY": "x" * 60, "TRACKER_ENV": "test"}
    with serving("tracker.wsgi:application", environment=own) as address:
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
