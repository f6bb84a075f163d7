"""Prints a new API token once, and on stderr the rights that its user got or lacks."""

from __future__ import annotations

import datetime as dt
from argparse import ArgumentParser
from collections.abc import Collection
from typing import TYPE_CHECKING, Any

from django.contrib.auth import get_user_model
from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import Group
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from relations import ledger
from relations.codes import TokenScope
from relations.ledger.rights import roles_of

if TYPE_CHECKING:
    from django.contrib.auth.models import User


class Command(BaseCommand):
    help = (
        "Create an API token for the user NAME and print it once. A new user is created with the rights that the "
        "scopes need; an existing one gets no new rights."
    )
    requires_system_checks = ()  # they would load the whole API and every page

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("name")
        parser.add_argument("--scopes", default="read", help=f"comma-separated: {','.join(TokenScope.values)}")
        parser.add_argument("--days", type=int, help="expires after this many days; never if not given")

    def handle(self, *args: Any, name: str, scopes: str, days: int | None, **options: Any) -> None:
        wanted = [scope.strip() for scope in scopes.split(",") if scope.strip()]
        if not wanted or set(wanted) - set(TokenScope.values):
            raise CommandError(f"--scopes accepts {','.join(TokenScope.values)}, not {scopes!r}")
        expires_at = _moment_after(days)
        with transaction.atomic():
            user = self._user(name, wanted)
            _, secret = ledger.issue_token(user, name=name, scopes=wanted, expires_at=expires_at)
        self._warn(user, wanted)
        self.stdout.write(f"Token of {name} ({', '.join(wanted)}), shown this once: {secret}")

    def _user(self, name: str, scopes: Collection[str]) -> User:
        """The user of this name; a new one has the rights of the scopes and cannot log in."""
        users, roles = get_user_model(), roles_of(scopes)
        new = {"password": make_password(None), "is_staff": bool(roles)}
        try:
            users(username=name, **new).clean_fields()
        except ValidationError as error:
            raise CommandError(f"{name!r} cannot be the name of a user: {' '.join(error.messages)}") from None
        user, is_new = users.objects.get_or_create(username=name, defaults=new)
        if is_new:
            groups = Group.objects.filter(name__in=[role.group for role in roles]).order_by("name")
            user.groups.set(groups)
            rights = f"staff status, groups: {', '.join(map(str, groups)) or 'none'}" if roles else "no rights"
            self.stderr.write(f"Created the user {name}: no password, {rights}.", self.style.SUCCESS)
        return user

    def _warn(self, user: User, scopes: Collection[str]) -> None:
        """Names the scopes whose rights the user lacks."""
        if not user.is_active:
            self.stderr.write(f"The token will not work: {user} is not active.", self.style.WARNING)
            return
        for role in roles_of(scopes):
            if not role.is_open_to(user):
                staff = "" if user.is_staff else f"give {user} staff status, and "
                self.stderr.write(
                    f"The token will not be able to {role.does}: {staff}add {user} to the group {role.group}.",
                    self.style.WARNING,
                )


def _moment_after(days: int | None) -> dt.datetime | None:
    if days is None:
        return None
    try:
        if days > 0:
            return dt.datetime.now(dt.UTC) + dt.timedelta(days=days)
    except OverflowError:
        pass
    raise CommandError(f"--days takes a number of days from 1 up to the year 9999, not {days}")
