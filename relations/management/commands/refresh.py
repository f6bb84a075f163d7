"""Logs the changes of dates that have elapsed: once, or for ever with --loop."""

from __future__ import annotations

import datetime as dt
import threading
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from relations import ledger


class Command(BaseCommand):
    help = "Log what changed because a date has elapsed."
    requires_system_checks = ()  # they would load the whole API and every page

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--loop", action="store_true", help="again at each UTC midnight and at least hourly")

    def handle(self, *args: Any, loop: bool, **options: Any) -> None:
        while True:
            self.stdout.write(f"refreshed {ledger.refresh()} pairs")
            ledger.purge_idempotency_records()
            if not loop:
                return
            threading.Event().wait(_seconds_to_next(dt.datetime.now(dt.UTC)))


def _seconds_to_next(now: dt.datetime) -> float:
    """Seconds to the next full hour; midnight is one."""
    hour = dt.timedelta(hours=1)
    return (hour - (now - now.replace(minute=0, second=0, microsecond=0))).total_seconds()
