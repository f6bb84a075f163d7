"""Seals the secrets of subscriptions with the newest of WEBHOOK_SECRET_KEYS, so that the others may be taken away."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from relations.ledger import webhooks


class Command(BaseCommand):
    help = "Seal the secrets of subscriptions anew, after a key was put in front of WEBHOOK_SECRET_KEYS."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"sealed {webhooks.reseal_secrets()} secrets")
