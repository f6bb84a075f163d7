"""Sends webhooks until a signal stops it."""

from __future__ import annotations

import asyncio
import signal
import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from relations.delivery.worker import Worker


class Command(BaseCommand):
    help = "Send webhooks: any number of these may run, on any number of machines."
    requires_system_checks = ()  # they would load the whole API and every page

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--once", action="store_true", help="send what is due now, then end")

    def handle(self, *args: Any, once: bool, **options: Any) -> None:
        asyncio.run(_deliver(once=once))


async def _deliver(*, once: bool) -> None:
    # The database thread must not wait 5 ms for the interpreter lock after each answer.
    sys.setswitchinterval(0.0005)
    worker = Worker()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, worker.stop)
    await worker.run(until_idle=once)
