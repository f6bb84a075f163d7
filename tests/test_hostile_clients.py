"""One hostile client of each kind, on a real server: everybody else is answered meanwhile, and soon as before."""

import json
import os
import subprocess
import sys
from urllib.parse import urlsplit

import pytest
from django.conf import settings

from relations.models import AmbassadorStatus
from tests.benchmarks.serving import serving
from tests.database import conninfo
from tests.factories import citation, draft, record, source
from tests.hostile import KINDS, others

pytestmark = pytest.mark.slow(seconds=30)

SECONDS = 1.2
SLOWEST = 1.0
"""Seconds below which an answer is no sign of a stopped site, on cores that run other tests meanwhile.

A stopped site does not answer for as long as the attack lasts. The ratio: `python -m tests.benchmarks hostile`.
"""


@pytest.fixture
def many_facts(world):
    one = draft(
        AmbassadorStatus, "2010-01-01", status="ambassador", holder="Ann Onymous", citations=[citation(source())]
    )
    record(*[one] * 1000)


@pytest.mark.usefixtures("many_facts")
@pytest.mark.django_db(transaction=True)
def test_a_hostile_client_of_any_kind_stops_nobody_else(subtests):
    own = {"DATABASE_URL": conninfo(), "SECRET_KEY": "x" * 60, "TRACKER_ENV": "test"}
    with serving("tracker.wsgi:application", environment=own) as address:
        port = urlsplit(address).port or 0
        others(port, 0.5)  # both workers have answered before
        quiet = others(port, 1.0)
        bound = max(10 * quiet.p99(), SLOWEST)
        for kind in KINDS:
            with subtests.test(kind):
                command = [sys.executable, "-m", "tests.hostile", kind, str(port), str(SECONDS)]
                with subprocess.Popen(command, cwd=settings.ROOT, env=os.environ, stdout=subprocess.PIPE) as attack:
                    meanwhile = others(port, SECONDS)
                    answers = json.loads(attack.communicate(timeout=120)[0])
                afterwards = others(port, 0.5)
                assert (meanwhile.failures, afterwards.failures) == ([], [])
                assert {status for status in answers if status.startswith("5")} <= {"503"}
                assert meanwhile.p99() < bound
                assert afterwards.p99() < bound
