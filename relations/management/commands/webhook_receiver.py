"""Prints the webhooks that reach this machine, for trying them out."""

from __future__ import annotations

import contextlib
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import connection

from relations import delivery
from relations.delivery.receiver import Receiver
from relations.delivery.signing import Secret


class Command(BaseCommand):
    help = "Listen on 127.0.0.1 for webhooks, verify and print them, and answer 204; unsigned requests get 401."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--port", type=int, required=True)
        parser.add_argument("--secret", help="whsec_… of another tracker; those of this one are looked up")

    def handle(self, *args: Any, port: int, secret: str | None, **options: Any) -> None:
        try:
            given = [Secret.from_text(secret)] if secret else None
            receiver = Receiver(port, secrets=lambda: given or _look_up(port), show=self.show)
        except (OSError, ValueError, OverflowError) as error:
            raise CommandError(str(error)) from None
        self.show(f"Listening on http://127.0.0.1:{receiver.server_port}/ (Ctrl-C ends it)")
        with receiver, contextlib.suppress(KeyboardInterrupt):
            receiver.serve_forever()

    def show(self, line: str) -> None:
        """Prints a line at once, also into a pipe."""
        self.stdout.write(line)
        self.stdout.flush()


def _look_up(port: int) -> list[Secret]:
    """Closes the connection of each request's own thread."""
    try:
        return delivery.secrets_at(port)
    finally:
        connection.close()
