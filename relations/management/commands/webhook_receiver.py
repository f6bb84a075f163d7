"""Prints the webhooks that reach this machine, for people who try them out."""

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
    help = "Listen on 127.0.0.1 for webhooks, verify and print them, and answer 204; what is not signed gets 401."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--port", type=int, required=True)
        parser.add_argument("--secret", help="whsec_… of another tracker; those of this one are looked up")

    def handle(self, *args: Any, port: int, secret: str | None, **options: Any) -> None:
        try:
            given = [Secret.told(secret)] if secret else None
            receiver = Receiver(port, secrets=lambda: given or _looked_up(port), tell=self.tell)
        except (OSError, ValueError, OverflowError) as error:
            raise CommandError(str(error)) from None
        self.tell(f"Listening on http://127.0.0.1:{receiver.server_port}/ (Ctrl-C ends it)")
        with receiver, contextlib.suppress(KeyboardInterrupt):
            receiver.serve_forever()

    def tell(self, line: str) -> None:
        """At once, also where the output is piped."""
        self.stdout.write(line)
        self.stdout.flush()


def _looked_up(port: int) -> list[Secret]:
    """Each request has a thread of its own, and leaves no connection to the database behind."""
    try:
        return delivery.secrets_at(port)
    finally:
        connection.close()
