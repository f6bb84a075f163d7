"""Takes one publication of an official list in: argv in, a line out."""

from __future__ import annotations

import datetime as dt
import sys
from argparse import ArgumentParser
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from tqdm import tqdm

from relations.errors import Refused
from relations.importers import LISTS, import_list
from relations.models import ImportRun


class Command(BaseCommand):
    # Checks load every URL and view there is, which takes longer than most imports and as much memory.
    requires_system_checks = ()
    help = "Import LIST from the files of one publication, or from a folder that holds them."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("list", choices=sorted(LISTS))
        parser.add_argument("files", nargs="+", type=Path, metavar="FILE")
        parser.add_argument(
            "--dated", type=dt.date.fromisoformat, help="the publication's day, where the files name none"
        )
        parser.add_argument("--accept-shrink", action="store_true", help="it is true that so many are gone")
        parser.add_argument("--dry-run", action="store_true", help="say what would change, and change nothing")

    def handle(self, *args: Any, files: list[Path], **options: Any) -> None:
        wanted = {name: options[name] for name in ("dated", "accept_shrink", "dry_run")}
        with tqdm(unit=" records", disable=not sys.stderr.isatty()) as bar:

            def read(records: int) -> None:
                bar.update(records - bar.n)

            try:
                run = import_list(options["list"], files, progress=read, **wanted)
            except Refused as refusal:
                refused = ImportRun.objects.filter(list=options["list"], reason=refusal.detail).order_by("-pk").first()
                self.complain(refused.complaints if refused else {})
                raise CommandError(refusal.detail) from refusal
        self.stdout.write(str(run))
        self.complain(run.complaints)
        for turn, names in run.complaints.get("changes", {}).items():
            for name in names:
                self.stdout.write(f"would be {turn}: {name}")
            if more := getattr(run, turn) - len(names):
                self.stdout.write(f"would be {turn}: {more} more")

    def complain(self, complaints: Mapping[str, Any]) -> None:
        """What the run could not read, or took without knowing it."""
        for one in complaints.get("unreadable", []):
            place = f"{one['file']}, line {one['line']}"
            self.stderr.write(f"cannot be read: {one['reference']} ({place}): {one['reason']}")
        for code in complaints.get("unknown_programmes", []):
            self.stderr.write(f"unknown programme: {code}; its parties are kept")
        for name, records in complaints.get("unknown", {}).items():
            self.stderr.write(f"unknown, kept as a detail: {name} in {records} records")
        for doubt in complaints.get("doubts", []):
            self.stderr.write(f"in doubt: {doubt}")
