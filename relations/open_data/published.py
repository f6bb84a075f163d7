"""Packages that were published: read from their folder, which no process changes afterwards."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import orjson

from relations.open_data.verifying import SUMS, named_sums


@dataclass(frozen=True, slots=True)
class PackageFile:
    """A file of a package; `title` is that of its table, empty for files that describe the package."""

    path: Path
    title: str
    size: int
    sha256: str

    @property
    def name(self) -> str:
        return self.path.name


@dataclass(frozen=True, slots=True)
class PublishedPackage:
    """A package by the day of its folder; `description` is its `datapackage.json`."""

    day: dt.date
    description: Mapping[str, Any]
    files: Mapping[str, PackageFile]

    @property
    def version(self) -> str:
        return str(self.description.get("version", ""))

    @property
    def size(self) -> int:
        """Bytes of all files together."""
        return sum(one.size for one in self.files.values())


def published_days(folder: Path) -> list[dt.date]:
    """The days of the packages in a folder, the newest first; none where there is no folder."""
    try:
        return sorted(filter(None, (_day(path.name) for path in folder.iterdir() if path.is_dir())), reverse=True)
    except OSError:
        return []


def _day(name: str) -> dt.date | None:
    try:
        day = dt.date.fromisoformat(name)
    except ValueError:
        return None
    return day if name == day.isoformat() else None


def published_packages(folder: Path, *, most: int) -> Sequence[PublishedPackage]:
    """The newest packages of a folder, without those that cannot be read."""
    packages = (published_package(folder, day) for day in published_days(folder)[:most])
    return [one for one in packages if one is not None]


def published_package(folder: Path, day: dt.date) -> PublishedPackage | None:
    """The package of a day; None where there is none that can be read."""
    path = folder / day.isoformat()
    try:
        return _read(path, day, (path / SUMS).stat().st_mtime_ns)
    except (OSError, ValueError, KeyError, TypeError):
        return None


@lru_cache(maxsize=32)
def _read(path: Path, day: dt.date, changed: int) -> PublishedPackage:
    """Reads a package; its digests are those of the time of publishing."""
    description = orjson.loads((path / "datapackage.json").read_bytes())
    titles = {one["path"]: one["title"] for one in description["resources"]}
    sums = dict(named_sums((path / SUMS).read_text("ascii")))
    files = {
        name: PackageFile(path / name, titles.get(name, ""), (path / name).stat().st_size, sums.get(name, ""))
        for name in (*sums, SUMS)
    }
    return PublishedPackage(day, description, files)
