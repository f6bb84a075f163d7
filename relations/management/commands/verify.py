"""Verifies a package of open data: argv in, differences out."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from relations.open_data.verifying import Verified, differences

_MOST = 100
"""Differences that are written out; all are counted."""
_ADVICE = "Their rows need the package pyarrow (uv pip install --python .venv/bin/python pyarrow)."


class Command(BaseCommand):
    requires_system_checks = ()  # needs no database
    help = "Compare a package with its sums, and rebuild every status and every day's root from it."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("package", type=Path)

    def handle(self, *args: Any, package: Path, **options: Any) -> None:
        if not package.is_dir():
            raise CommandError(f"{package} is not a folder.")
        verified, number = Verified(), 0
        for number, difference in enumerate(differences(package, verified), 1):
            if number <= _MOST:
                self.stderr.write(difference)
        self.stdout.write(
            f"Files: {verified.files:,}; pairs: {verified.pairs:,}; periods: {verified.periods:,}; "
            f"days of the log: {verified.days:,}; its lines: {verified.lines:,}."
        )
        if verified.unread:
            self.stdout.write(f"Parquet files of which only the sum was compared: {verified.unread}. {_ADVICE}")
        if number:
            raise CommandError(f"Differences: {number:,}.")
        self.stdout.write("No difference.")
