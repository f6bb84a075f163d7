"""Grants to the role that the application connects as, in a database that another role owns."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.core import checks
from django.core.exceptions import ImproperlyConfigured
from django.db import connections, transaction
from psycopg import sql

_MAKE = "CREATE ROLE {role} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS"
# Append-only tables are neither edited nor deleted from, even without their triggers. A fact's row is updated once,
# when a version supersedes it; a citation is saved again, unchanged, by a fixture that is loaded again.
_NEVER_EDITED = ("statuschange", "listchange")
_NEVER_DELETED = ("ambassadorstatus", "sanctionevent", "travelbanentry", "diplomaticevent", "citation", "confirmation",
                  "designation")  # fmt: skip
_GRANTS = (
    "REVOKE ALL ON ALL TABLES IN SCHEMA public FROM {role}",
    "REVOKE CREATE ON SCHEMA public FROM PUBLIC",
    "GRANT USAGE ON SCHEMA public TO {role}",
    # MAINTAIN is for ANALYZE after an import. No TRUNCATE, which no trigger sees, no TRIGGER and no REFERENCES.
    "GRANT SELECT, INSERT, UPDATE, DELETE, MAINTAIN ON ALL TABLES IN SCHEMA public TO {role}",
    "GRANT USAGE, SELECT, UPDATE ON ALL SEQUENCES IN SCHEMA public TO {role}",
    *(f"REVOKE UPDATE, DELETE ON relations_{name} FROM {{role}}" for name in _NEVER_EDITED),
    *(f"REVOKE DELETE ON relations_{name} FROM {{role}}" for name in _NEVER_DELETED),
    "REVOKE INSERT, UPDATE, DELETE ON django_migrations FROM {role}",
)


def grant_to_app_role(*, using: str, **_: Any) -> None:
    """After every migration: makes DATABASE_APP_ROLE where it is missing, and gives it its rights on every table."""
    role, password = settings.DATABASE_APP_ROLE, settings.DATABASE_APP_PASSWORD
    if not role:
        return
    # In one transaction: a serving application never loses its rights.
    with transaction.atomic(using=using), connections[using].cursor() as cursor:
        cursor.execute("SELECT current_user = %s, EXISTS (SELECT FROM pg_roles WHERE rolname = %s)", [role, role])
        is_own, is_made = cursor.fetchone()
        if is_own:
            raise ImproperlyConfigured(f"DATABASE_APP_ROLE must not be {role!r}, the role that migrates.")
        for statement in (*(() if is_made else (_MAKE,)), *_GRANTS):
            cursor.execute(sql.SQL(statement).format(role=sql.Identifier(role)))
        if password:
            # Its digest: a statement can end up in the server's log.
            digest = cursor.connection.pgconn.encrypt_password(password.encode(), role.encode(), b"scram-sha-256")
            cursor.execute(sql.SQL("ALTER ROLE {} PASSWORD {}").format(sql.Identifier(role), digest.decode()))


_POWERS = """
    SELECT rolsuper OR pg_has_role(current_user, relowner, 'MEMBER')
    FROM pg_roles, pg_class WHERE rolname = current_user AND pg_class.oid = to_regclass('public.relations_statuschange')
"""


def app_role_is_powerless(databases: Sequence[str] | None = None, **_: Any) -> list[checks.CheckMessage]:
    """`manage.py check --database default`: warns in production of a role that can switch triggers off.

    A process with DATABASE_APP_ROLE is the one that migrates, and has to be the owner.
    """
    if not settings.PRODUCTION or settings.DATABASE_APP_ROLE:
        return []
    warnings: list[checks.CheckMessage] = []
    for name in databases or ():
        with connections[name].cursor() as cursor:
            cursor.execute(_POWERS)
            if (cursor.fetchone() or (False,))[0]:
                warnings.append(checks.Warning(
                    f"The application connects to {name!r} as a superuser or the owner of the tables: it could switch "
                    "off the triggers that protect the history of facts.",
                    hint='Make a role of its own for it: docs/install.md, "Two roles".', id="tracker.W001",
                ))  # fmt: skip
    return warnings
