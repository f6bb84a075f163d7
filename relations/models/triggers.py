"""What every trigger asks first, and is always answered."""

from __future__ import annotations

from typing import Any

from django.db import connections

_ALWAYS_ON = """
    CREATE OR REPLACE FUNCTION public._pgtrigger_should_ignore(trigger_name name) RETURNS boolean
    LANGUAGE sql IMMUTABLE PARALLEL SAFE AS 'SELECT false'
"""


def keep_always_on(*, using: str, **_: Any) -> None:
    """After every migration: no session can talk a trigger out of its rule, and asking costs nothing.

    pgtrigger's own function lets a session name triggers to be ignored, which nobody may here, and reads a setting that
    is not there: each call fails inside and is caught, and for what was caught PostgreSQL looks through all that is
    deferred to the commit. An act on 20,000 facts took minutes for it.
    """
    with connections[using].cursor() as cursor:
        cursor.execute(_ALWAYS_ON)
