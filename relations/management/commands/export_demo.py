"""Writes `fixtures/demo/` from official files: see the README there."""

from __future__ import annotations

import datetime as dt
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from relations.errors import Refused
from relations.importers import LISTS
from relations.importers.demo import export


class Command(BaseCommand):
    requires_system_checks = ()
    help = "Write what the demo has of LIST, read from the official FILEs, to fixtures/demo/."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("list", choices=sorted(LISTS))
        parser.add_argument("files", nargs="+", type=Path, metavar="FILE")
        parser.add_argument("--dated", type=dt.date.fromisoformat, help="the publication's day, where it names none")

    def handle(self, *args: Any, files: list[Path], **options: Any) -> None:
        try:
            path = export(options["list"], files, dated=options["dated"])
        except Refused as refusal:
            raise CommandError(refusal.detail) from refusal
        self.stdout.write(f"{path.name}: {path.stat().st_size:,} bytes")
