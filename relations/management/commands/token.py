"""Prints a new API token, this once."""

from __future__ import annotations

import datetime as dt
from argparse import ArgumentParser
from typing import Any

from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand, CommandError

from relations import ledger
from relations.codes import TokenScope


class Command(BaseCommand):
    help = "Make an API token for the user NAME (made where there is none) and print it, this once."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("name")
        parser.add_argument("--scopes", default="read", help=f"comma-separated: {','.join(TokenScope.values)}")
        parser.add_argument("--days", type=int, help="expires after so many days; never if not told")

    def handle(self, *args: Any, name: str, scopes: str, days: int | None, **options: Any) -> None:
        wanted = [scope.strip() for scope in scopes.split(",") if scope.strip()]
        if not wanted or set(wanted) - set(TokenScope.values):
            raise CommandError(f"--scopes takes some of {','.join(TokenScope.values)}, not {scopes!r}")
        user, _ = get_user_model().objects.get_or_create(username=name)
        expires_at = dt.datetime.now(dt.UTC) + dt.timedelta(days=days) if days else None
        _, shown = ledger.issue_token(user, name=name, scopes=wanted, expires_at=expires_at)
        self.stdout.write(f"Token of {name} ({', '.join(wanted)}), shown this once: {shown}")
