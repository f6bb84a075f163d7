"""Starts a throw-away PostgreSQL before pytest-django reads the settings; pyproject.toml loads it with `-p`.

Under xdist the controller starts one server and the workers inherit its URL; each has
a database of its own, copied from one.
With DATABASE_URL set, that server is used and nothing is started.
"""

import contextlib
import os
import tempfile
from collections.abc import Generator
from pathlib import Path

import pytest

from tracker.launcher import embedded


@pytest.hookimpl(wrapper=True, optionalhook=True)
def pytest_xdist_auto_num_workers() -> Generator[None, int, int]:
    """One more than processors, as many tests wait for another process."""
    return (yield) + 1


@pytest.hookimpl(wrapper=True)
def pytest_load_initial_conftests(early_config: pytest.Config) -> Generator[None]:
    """A wrapper runs before every plain implementation of the hook, pytest-django's among them."""
    os.environ["TRACKER_ENV"] = "test"
    if "DATABASE_URL" not in os.environ:
        resources = contextlib.ExitStack()
        folder = tempfile.mkdtemp(prefix="tracker-tests-")
        url = resources.enter_context(embedded.server(Path(folder), throw_away=True))
        os.environ |= {"DATABASE_URL": url, "TRACKER_TESTS": folder}
        early_config.add_cleanup(resources.close)
    return (yield)
