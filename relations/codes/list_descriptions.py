"""Descriptions of the official lists, as `relations/importers/sources/<list>.toml` has them.

They are read here for the importers, which add what reads a list, and for the answers that name its licence.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import Any


@cache
def list_description(code: str) -> Mapping[str, Any]:
    """Title, publisher, licence, `files` and so on: the keys of `importers.registry.OfficialList`."""
    path = resources.files("relations").joinpath("importers", "sources", f"{code}.toml")
    return tomllib.loads(path.read_text("utf-8"))
