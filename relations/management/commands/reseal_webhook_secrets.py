"""Seals the secrets of subscriptions with the newest of WEBHOOK_SECRET_KEYS, so that the others may be taken away."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from relations import delivery


class Command(BaseCommand):
    help = "Seal the secrets of subscriptions anew, after a key was put in front of WEBHOOK_SECRET_KEYS."

    def handle(self, *args: Any, **options: Any) -> None:
        number, locked = delivery.reseal_secrets()
        self.stdout.write(f"sealed {number} secrets")
        if locked:
            raise CommandError(f"No key opens those of the subscriptions {', '.join(map(str, locked))}.")
