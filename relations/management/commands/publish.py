"""Publishes a package of open data."""

from __future__ import annotations

import importlib
from argparse import ArgumentParser
from pathlib import Path
from types import ModuleType
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from relations.open_data.publishing import NotPublished, publish

_ADVICE = "No Parquet files: they need the package pyarrow (uv pip install --python .venv/bin/python pyarrow)."


class Command(BaseCommand):
    help = "Write everything that may be redistributed, of this moment, to a new folder below FOLDER."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", nargs="?", type=Path, help="the default is PUBLISHED_DATA, which the site serves")

    def handle(self, *args: Any, folder: Path | None, **options: Any) -> None:
        pyarrow = _pyarrow()
        if pyarrow is None:
            self.stderr.write(_ADVICE)
        try:
            path = publish(folder or settings.PUBLISHED_DATA, pyarrow=pyarrow)
        except (NotPublished, OSError) as error:
            raise CommandError(str(error)) from error
        files = list(path.iterdir())
        self.stdout.write(f"{path}: {len(files)} files, {sum(one.stat().st_size for one in files):,} bytes.")


def _pyarrow() -> ModuleType | None:
    """The optional package that writes Parquet."""
    try:
        return importlib.import_module("pyarrow")
    except ImportError:
        return None
