"""Encrypts the secrets of subscriptions with the newest of WEBHOOK_SECRET_KEYS, so that the others may be removed."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from relations import delivery


class Command(BaseCommand):
    help = "Encrypt the secrets of subscriptions again, after a key was put first in WEBHOOK_SECRET_KEYS."

    def handle(self, *args: Any, **options: Any) -> None:
        number, locked = delivery.reseal_secrets()
        self.stdout.write(f"encrypted {number} secrets")
        if locked:
            raise CommandError(f"No key decrypts those of the subscriptions {', '.join(map(str, locked))}.")
