"""Fixtures that more than one room's tests use."""

import contextlib
import gc
import importlib
import os
import warnings
from pathlib import Path
from types import FunctionType
from typing import Any

import pytest
from _pytest import runner
from django.core.management import call_command
from django.db import connection, transaction
from django.test import TestCase, TransactionTestCase
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings
from psycopg.pq import TransactionStatus

from tests.database import reset_session, restore, rows, sessions_passed_on
from tracker.launcher.file_locks import locked

# Every run tries the same examples; `--hypothesis-profile=search` looks for new ones.
hypothesis_settings.register_profile(
    "ci", deadline=None, derandomize=True, database=None, max_examples=40, suppress_health_check=[HealthCheck.too_slow]
)
hypothesis_settings.register_profile(
    "search", hypothesis_settings.get_profile("ci"), derandomize=False, max_examples=1000
)
hypothesis_settings.load_profile("ci")


@pytest.hookimpl(tryfirst=True)
def pytest_collection(session: pytest.Session) -> None:
    """Spares all tests what pytest-django prepares for marks, options and classes that are not used here.

    Each took a tenth of a millisecond of every test. A class of Django's would be refused the database; `mailoutbox`
    asks for an empty box itself.
    """
    names = session._fixturemanager._node_autousenames[session]
    names[:] = [name for name in names if name not in UNUSED]
    _import_tests(session)


UNUSED = {
    "_django_clear_site_cache", "_django_isolate_apps", "_django_set_urlconf", "_django_setup_unittest",
    "_dj_autoclear_mailbox", "_fail_for_invalid_template_variable", "_template_string_if_invalid_marker",
}  # fmt: skip


def _import_tests(session: pytest.Session) -> None:
    """Lets each worker of a whole run begin with other files: pytest compiles a file's assertions where no worker has.

    A file that cannot be imported, or not without a warning, is pytest's to report: it collects them all afterwards.
    """
    tests, worker = Path(__file__).parent, os.environ.get("PYTEST_XDIST_WORKER")
    if worker is None or [Path(given).resolve() for given in session.config.args] != [tests]:
        return
    files = [path.relative_to(tests.parent).with_suffix("") for path in sorted(tests.rglob("test_*.py"))]
    first = len(files) * int(worker.removeprefix("gw")) // int(os.environ["PYTEST_XDIST_WORKER_COUNT"])
    for file in files[first:] + files[:first]:
        with warnings.catch_warnings(action="error"), contextlib.suppress(Exception, pytest.skip.Exception):
            importlib.import_module(".".join(file.parts))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Slowest files first; `./test` spreads them in this order."""
    items.sort(key=lambda item: -mark.kwargs["seconds"] if (mark := item.get_closest_marker("slow")) else 0)


gc.disable()  # until all tests are collected


def pytest_collection_finish() -> None:
    """Exempts loaded modules from garbage collection, which took a sixth of the time."""
    gc.freeze()
    gc.set_threshold(2000, 10, 100)  # every tenth collection would look at all objects again
    gc.enable()


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_protocol(item: pytest.Item, nextitem: pytest.Item | None) -> Any:
    """Runs a test with room for the frames of all its calls.

    Python has them in pieces of 16 KB, and where a piece ends, each call maps a new one and each return unmaps it: that
    took a seventh of the time. The piece in which a large frame fits has room for 250 KB more.
    """
    return _in_one_piece(item, nextitem)


def _run(item: pytest.Item, nextitem: pytest.Item | None) -> bool:
    return runner.pytest_runtest_protocol(item, nextitem)


_in_one_piece = FunctionType(_run.__code__.replace(co_stacksize=34_000), globals())


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings, django_db_blocker):
    """Copies each worker's database from one template: to migrate and to load it takes two seconds of a processor."""
    folder = Path(os.environ.get("TRACKER_TESTS", ""))  # of the server that this run has started
    if "PYTEST_XDIST_WORKER" not in os.environ or "TRACKER_TESTS" not in os.environ:
        return
    with locked(folder / "template.lock"), django_db_blocker.unblock():
        if not (folder / "template").exists():
            make_template()
            (folder / "template").touch()
    connection.settings_dict["TEST"]["TEMPLATE"] = TEMPLATE


@pytest.fixture(scope="session")
def django_db_keepdb(django_db_keepdb):
    """Leaves the databases of a server that is thrown away with them: each DROP DATABASE waits for a checkpoint."""
    return django_db_keepdb or "TRACKER_TESTS" in os.environ


def make_template() -> None:
    name, test = connection.settings_dict["NAME"], connection.settings_dict["TEST"]
    own, test["NAME"] = test["NAME"], TEMPLATE
    connection.creation.create_test_db(verbosity=0, autoclobber=True)
    call_command("loaddata", *WORLD, verbosity=0)
    connection.close()
    connection.settings_dict["NAME"], test["NAME"] = name, own


TEMPLATE = "test_template"
WORLD = ("countries", "memberships")


@pytest.fixture(scope="session")
def django_db_setup(request, django_db_blocker):
    """Countries and memberships lie in the test database itself, and each test leaves it as it was.

    As an argument, pytest-django's fixture of this name would be looked up for each test, with all that it asks for.
    """
    request.getfixturevalue("django_db_setup")
    with django_db_blocker.unblock():
        if connection.settings_dict["TEST"].get("TEMPLATE") != TEMPLATE:
            call_command("loaddata", *WORLD, verbosity=0)
        before = rows()
        with pytest.MonkeyPatch.context() as patch, sessions_passed_on():
            patch.setattr(TransactionTestCase, "_fixture_teardown", lambda _: restore(before))
            patch.setattr(TransactionTestCase, "_should_reload_connections", lambda _: reset_session())
            patch.setattr(TestCase, "_should_check_constraints", _may_have_deferred)
            with django_db_blocker.block():
                yield


def _may_have_deferred(_: TestCase, used: Any) -> bool:
    """Says as Django does where constraints wait for a commit, but asks the driver for it and not the server."""
    return not used.needs_rollback and used.connection.info.transaction_status == TransactionStatus.INTRANS


@pytest.fixture(scope="session")
def seed_rows(django_db_setup, django_db_blocker):
    """The rows of the seed article: the ledger's refresh runs once a session."""
    with django_db_blocker.unblock(), transaction.atomic():
        _number_from(1)
        before = rows()
        with TestCase.captureOnCommitCallbacks(execute=True):
            call_command("loaddata", "seed_article", verbosity=0)
        connection.check_constraints()
        after = rows()
        transaction.set_rollback(True)
    with django_db_blocker.unblock():
        _number_from(100_000)  # what tests add to the article has other numbers than its rows
    return {table: content for table, content in after.items() if before.get(table) != content}


def _number_from(first: int) -> None:
    """Lets new rows have the numbers from `first` on, so that the article's are those of a fresh installation."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT relname FROM pg_class WHERE relkind = 'S' AND relname LIKE 'relations%'")
        for (name,) in cursor.fetchall():
            cursor.execute(f'ALTER SEQUENCE "{name}" RESTART WITH {first}')


@pytest.fixture
def countries(db):
    """Countries and memberships."""


@pytest.fixture
def world(transactional_db):
    """Countries and memberships in a test that commits for real (threads, locks, servers)."""


@pytest.fixture
def seed(countries, seed_rows):
    """The seed article and its 23 facts, with periods and change log as the ledger's refresh leaves them."""
    restore(seed_rows, among={*seed_rows})
