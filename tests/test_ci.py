"""CI runs a failed test once more, alone, by a `./test` that knows which tests pass alone."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
ALONE = """#!/bin/sh
echo "$@" >> asked
grep -qxF "$1" passes_alone
"""


@pytest.fixture
def once_more(tmp_path):
    (tmp_path / ".ci").mkdir()
    shutil.copy(ROOT / ".ci" / "flaky.py", tmp_path / ".ci")
    (tmp_path / "test").write_text(ALONE)
    (tmp_path / "test").chmod(0o755)

    def run(failed: list[str] | None, *, passes_alone: list[str]) -> subprocess.CompletedProcess[str]:
        (tmp_path / "passes_alone").write_text("".join(f"{test}\n" for test in passes_alone))
        if failed is not None:
            note = tmp_path / ".pytest_cache" / "v" / "cache" / "lastfailed"
            note.parent.mkdir(parents=True)
            note.write_text(json.dumps(dict.fromkeys(failed, True)))
        command = [sys.executable, ".ci/flaky.py"]
        return subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)

    return run


def test_what_passes_alone_is_printed_as_flaky_and_fails_nothing(once_more, tmp_path):
    ended = once_more(
        ["tests/a.py::one[x y]", "tests/a.py::two"], passes_alone=["tests/a.py::one[x y]", "tests/a.py::two"]
    )
    assert ended.returncode == 0
    assert ended.stdout.splitlines()[-2:] == ["FLAKY tests/a.py::one[x y]", "FLAKY tests/a.py::two"]
    assert (tmp_path / "asked").read_text().splitlines() == [
        "tests/a.py::one[x y] -n0 -q -p no:cacheprovider", "tests/a.py::two -n0 -q -p no:cacheprovider"
    ]  # fmt: skip


def test_what_fails_alone_too_fails_the_run_and_the_other_is_still_named(once_more):
    ended = once_more(["tests/a.py::one", "tests/a.py::two"], passes_alone=["tests/a.py::two"])
    assert ended.returncode == 1
    assert [line for line in ended.stdout.splitlines() if line.startswith("FLAKY ")] == ["FLAKY tests/a.py::two"]


@pytest.mark.parametrize("failed", [None, [], [f"tests/a.py::test_{number}" for number in range(11)]])
def test_a_crash_and_many_failures_are_not_run_once_more(once_more, tmp_path, failed):
    ended = once_more(failed, passes_alone=failed or [])
    assert ended.returncode == 1
    assert not (tmp_path / "asked").exists()


def test_ci_runs_the_tests_by_the_step_that_forgives_flaky_ones():
    steps = (ROOT / ".ci" / "run").read_text("utf-8")
    assert 'step "tests" tests\n' in steps
    assert ".ci/flaky.py" in steps


def test_ci_lets_generated_clients_ask_with_the_packages_that_the_linters_have_fetched():
    steps = (ROOT / ".ci" / "run").read_text("utf-8")
    assert 'bash .ci/openapi "$TRACKER_DATA/openapi.json" "$TRACKER_DATA/npm"\n' in steps
    assert '.venv/bin/python .ci/clients "$TRACKER_DATA/npm"\n' in steps
