"""Fixtures that more than one room's tests use."""

from functools import cache
from typing import Any

import pytest
from django.conf import settings
from django.core import serializers
from django.core.management import call_command
from django.db import connection
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings

# Every run tries the same examples; `--hypothesis-profile=search` looks for new ones.
hypothesis_settings.register_profile(
    "ci", deadline=None, derandomize=True, database=None, max_examples=40, suppress_health_check=[HealthCheck.too_slow]
)
hypothesis_settings.register_profile(
    "search", hypothesis_settings.get_profile("ci"), derandomize=False, max_examples=1000
)
hypothesis_settings.load_profile("ci")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Slow files first; `./test` keeps the order when it spreads them."""
    items.sort(key=lambda item: item.get_closest_marker("slow") is None)


WORLD = ("countries", "memberships")


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    """Countries and memberships lie in the test database itself: each test that rolls back begins with them."""
    with django_db_blocker.unblock():
        call_command("loaddata", *WORLD, verbosity=0)


@cache
def _world() -> dict[str, list[Any]]:
    """The rows of countries and memberships, read once a session; reading them asks the database nothing."""
    return {
        name: [
            row.object
            for row in serializers.deserialize("json", (settings.ROOT / f"fixtures/{name}.json").read_text("utf-8"))
        ]
        for name in WORLD
    }


def _fill() -> None:
    """A transactional test leaves every table empty behind it; two statements put the world back."""
    from relations.models import Country, Membership

    if not Country.objects.exists():
        Country.objects.bulk_create(_world()["countries"])
        Membership.objects.bulk_create(_world()["memberships"])
        if connection.in_atomic_block:
            # Deferred triggers stamp the world; in a test that rolls back there is no commit at which they would.
            connection.check_constraints()


@pytest.fixture
def countries(db):
    """Countries and the EU's memberships, whichever test ran before."""
    _fill()


@pytest.fixture
def world(transactional_db):
    """Countries and the EU's memberships in a test that commits for real (threads, locks, servers)."""
    _fill()


@pytest.fixture
def seed(countries, django_capture_on_commit_callbacks):
    """The seed article and its 23 facts, with periods and change log as the ledger's refresh leaves them."""
    with django_capture_on_commit_callbacks(execute=True):
        call_command("loaddata", "seed_article", verbosity=0)
