"""Imports the shipped official publications, and prints a line for each."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from relations.errors import Refused
from relations.importers.demo import Shipped, import_shipped


class Command(BaseCommand):
    help = "Load US chiefs of mission, US entry suspensions and two days of OFAC's list. Loading again changes nothing."

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            for done in import_shipped():
                if isinstance(done, Shipped):
                    self.stdout.write(f"{done.list} of {done.dated}: the recorded edition is newer.")
                else:
                    self.stdout.write(str(done))
                self.stdout.flush()
        except Refused as refusal:
            raise CommandError(refusal.detail) from refusal
