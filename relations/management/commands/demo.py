"""Loads `fixtures/demo/`: a line for each publication, and where to look."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from relations.errors import Refused
from relations.importers.demo import import_demo
from relations.models import ImportRun


class Command(BaseCommand):
    requires_system_checks = ()
    help = "Load US chiefs of mission, US entry suspensions and two days of OFAC's list. Loading again changes nothing."

    def handle(self, *args: Any, **options: Any) -> None:
        changes, refused = 0, False
        for outcome in import_demo():
            self.stdout.write(str(outcome.detail if isinstance(outcome, Refused) else outcome))
            self.stdout.flush()
            refused |= isinstance(outcome, Refused)
            if isinstance(outcome, ImportRun):
                changes += outcome.added + outcome.amended + outcome.ended
                for one in outcome.complaints.get("unreadable", []):
                    self.stderr.write(f"cannot be read: {one['reference']}, line {one['line']}: {one['reason']}")
        if refused:
            raise CommandError("Not all of the demo was loaded; the reasons are above.")
        if not changes:
            self.stdout.write("Nothing has changed: the demo was loaded before.")
        self.stdout.write(f"Open {settings.PUBLIC_URL}/relations/RU-US/@2022-02-25")
