"""The installer on a checkout of its own, with a `uv` that makes real environments and notes what it was asked for."""

import shutil
import subprocess
import sys
from pathlib import Path
from typing import Self

import pytest

ROOT = Path(__file__).parents[1]
LOCK = "requirements.lock"
UV = f"""#!/bin/sh
case $1 in
venv) shift $(($# - 1)); {sys._base_executable} -m venv --without-pip "$1" ;;
pip) echo "$@" >> asked ;;
esac
"""


class Checkout:
    def __init__(self, place: Path) -> None:
        self.place = place
        self.venv = place / ".venv"

    @classmethod
    def new(cls, place: Path) -> Self:
        (place / "tracker/launcher").mkdir(parents=True)
        for part in (
            LOCK,
            "requirements-dev.lock",
            *(f"tracker/launcher/{name}.py" for name in ("install", "orphans")),
        ):
            shutil.copy(ROOT / part, place / part)
        uv = place / ".tools" / "bin" / "uv"
        uv.parent.mkdir(parents=True)
        uv.write_text(UV)
        uv.chmod(0o755)
        return cls(place)

    def install(
        self, lock: str = LOCK, *, python: str | Path = sys._base_executable
    ) -> subprocess.CompletedProcess[str]:
        environment = {"PATH": f"{self.place}/.tools/bin:/usr/bin:/bin"}
        command = [python, "-m", "tracker.launcher.install", lock, "platform"]
        return subprocess.run(command, cwd=self.place, env=environment, capture_output=True, text=True, check=False)

    def installed(self) -> list[str]:
        """The lock files that were installed, one after the other."""
        asked = self.place / "asked"
        return [line.split()[-1] for line in asked.read_text().splitlines()] if asked.exists() else []


@pytest.fixture(scope="module")
def first(tmp_path_factory) -> Checkout:
    checkout = Checkout.new(tmp_path_factory.mktemp("first"))
    done = checkout.install()
    assert (done.returncode, done.stderr) == (0, f"installing what {LOCK} names …\n")
    return checkout


@pytest.fixture
def checkout(first, tmp_path) -> Checkout:
    """A copy of one in which everything is installed."""
    return Checkout(shutil.copytree(first.place, tmp_path / "checkout", symlinks=True))


def test_the_second_start_installs_and_writes_nothing(checkout):
    (checkout.place / ".venv.lock").unlink()
    again = checkout.install()
    assert (again.returncode, again.stderr) == (0, "")
    assert checkout.installed() == [LOCK]
    assert not (checkout.place / ".venv.lock").exists()


def test_a_developer_s_tools_stay_when_it_is_served(checkout):
    checkout.install("requirements-dev.lock")
    checkout.install()
    assert checkout.installed() == [LOCK, "requirements-dev.lock"]
    (checkout.place / "requirements-dev.lock").write_text("newer")
    checkout.install()
    assert checkout.installed()[2:] == ["requirements-dev.lock"]


@pytest.mark.parametrize("stamp", [b"", b"requirements.lock 12", b"\xff\xfe\0"])
def test_a_stamp_that_says_nothing_is_made_again(checkout, stamp):
    (checkout.venv / "stamp").write_bytes(stamp)
    assert checkout.install().returncode == 0
    assert checkout.installed() == [LOCK, LOCK]


@pytest.mark.parametrize("is_its_own", [True, False])
def test_half_an_environment_is_made_again_and_nothing_installed_into_the_system(checkout, is_its_own):
    (checkout.venv / "pyvenv.cfg").unlink()
    python = checkout.venv / "bin" / "python" if is_its_own else sys._base_executable
    assert checkout.install(python=python).returncode == 0
    assert (checkout.venv / "pyvenv.cfg").exists()
    assert checkout.installed() == [LOCK, LOCK]


def test_a_checkout_that_cannot_be_written_to_is_named(tmp_path):
    checkout = Checkout.new(tmp_path)
    (tmp_path / ".venv.lock").mkdir()  # root may write wherever it likes
    refused = checkout.install()
    assert (refused.returncode, refused.stderr.count("\n")) == (1, 1)
    assert refused.stderr.startswith(f"Cannot install into {tmp_path}: ")
