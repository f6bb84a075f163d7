"""Imports of the product are named in `requirements.in`: the tests' own packages would hide what is missing."""

import ast
import re
import sys
import tomllib
from functools import cache
from importlib.metadata import packages_distributions, requires
from pathlib import Path

from django.conf import settings
from packaging.requirements import Requirement

from tests.syntax import statements

OURS = {"relations", "tracker", "tests"}
LATER = {"compression"}
"""In the standard library of a later Python than the oldest."""


def named() -> dict[str, set[str]]:
    """The distributions that `requirements.in` names, with their extras."""
    lines = (settings.ROOT / "requirements.in").read_text("utf-8").splitlines()
    wanted = [Requirement(line) for line in lines if line and not line.startswith("#")]
    return {plain(one.name): one.extras for one in wanted}


def plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


@cache
def imported(path: Path) -> frozenset[str]:
    found: set[str] = set()
    for node in statements(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found.add(node.module.partition(".")[0])
    return frozenset(found)


OPTIONAL = {
    "pyarrow": {"relations/open_data/writing.py", "relations/open_data/verifying.py"},
    "mcp": {"relations/management/commands/mcp.py"},
}
"""Packages of the extras in `pyproject.toml`, and where they are imported: only when a command asks for them."""


def reached() -> set[str]:
    """Packages that are named, and those of the extras that are asked for."""
    brought = {
        plain(needed.name)
        for name, extras in named().items()
        for needed in map(Requirement, requires(name) or ())
        for extra in extras
        if needed.marker and needed.marker.evaluate({"extra": extra})
    }
    return named().keys() | brought


def test_every_package_that_the_product_imports_is_named():
    paths = [path for room in ("relations", "tracker") for path in (settings.ROOT / room).rglob("*.py")]
    foreign = {name for path in paths for name in imported(path)} - OURS - sys.stdlib_module_names - LATER
    foreign -= OPTIONAL.keys()
    homes, present = packages_distributions(), reached()
    assert {name for name in foreign if not {plain(home) for home in homes[name]} & present} == set()


def test_optional_packages_are_extras_and_imported_in_one_place():
    extras = tomllib.loads((settings.ROOT / "pyproject.toml").read_text("utf-8"))["project"]["optional-dependencies"]
    assert {plain(Requirement(one).name) for some in extras.values() for one in some} == OPTIONAL.keys()
    for package, places in OPTIONAL.items():
        paths = [path for room in ("relations", "tracker") for path in (settings.ROOT / room).rglob("*.py")]
        importing = {path.relative_to(settings.ROOT).as_posix() for path in paths if package in imported(path)}
        assert importing == places
        locked = (settings.ROOT / "requirements.lock").read_text("utf-8")
        assert not re.search(rf"^{package}==", locked, re.MULTILINE)


def test_webhooks_can_be_sent_without_the_packages_of_the_tests():
    locked = (settings.ROOT / "requirements.lock").read_text("utf-8")
    assert "asyncio" in named()["httpcore2"]
    assert re.search(r"^anyio==", locked, re.MULTILINE)
