"""Imports one publication of an official list: argv in, a line out."""

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
    help = "Import LIST from the files of one publication, or from a folder with them."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("list", choices=sorted(LISTS))
        parser.add_argument("files", nargs="+", type=Path, metavar="FILE")
        parser.add_argument("--dated", type=dt.date.fromisoformat, help="the publication date, if the files have none")
        parser.add_argument("--accept-shrink", action="store_true", help="confirm that more than a tenth has ended")
        parser.add_argument("--dry-run", action="store_true", help="report what would change, and change nothing")

    def handle(self, *args: Any, files: list[Path], **options: Any) -> None:
        wanted = {name: options[name] for name in ("dated", "accept_shrink", "dry_run")}
        with tqdm(unit=" records", disable=not sys.stderr.isatty()) as bar:
            try:
                run = import_list(options["list"], files, progress=lambda read: bar.update(read - bar.n), **wanted)
            except Refused as refusal:
                refused = ImportRun.objects.filter(list=options["list"], reason=refusal.detail).order_by("-pk").first()
                self.report_complaints(refused.complaints if refused else {})
                raise CommandError(refusal.detail) from refusal
            except OSError as error:  # a full disk, above all
                raise CommandError(f"{error}: the import has stopped, and nothing of it is recorded.") from error
        self.stdout.write(str(run))
        self.report_complaints(run.complaints)
        for change, names in run.complaints.get("changes", {}).items():
            for name in names:
                self.stdout.write(f"would be {change}: {name}")
            if more := getattr(run, change) - len(names):
                self.stdout.write(f"would be {change}: {more} more")

    def report_complaints(self, complaints: Mapping[str, Any]) -> None:
        """Writes the records that could not be read, and what was imported without being known."""
        for one in complaints.get("unreadable", []):
            place = ", ".join(filter(None, [one["file"], f"line {one['line']}" if one["line"] else ""]))
            self.stderr.write(f"Unreadable record {one['reference']}{place and f' ({place})'}: {one['reason']}")
        for code in complaints.get("unknown_programmes", []):
            self.stderr.write(f"Unknown programme {code}: its parties are listed, without a sanction event.")
        for named in complaints.get("ambiguous_programmes", []):
            self.stderr.write(f"Programme that fits several regimes, joined to none: {named}.")
        for name, records in complaints.get("unknown", {}).items():
            self.stderr.write(f"Unknown field {name} in {records} record(s): a party has it as a detail.")
        for refusal in complaints.get("refused", []):
            self.stderr.write(f"Left out: {refusal}")
        for doubt in complaints.get("doubts", []):
            self.stderr.write(f"Possibly incomplete: {doubt}.")
