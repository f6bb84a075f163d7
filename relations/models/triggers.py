"""A trigger of several models; the function that every trigger calls first, and the search path of all functions."""

from __future__ import annotations

from typing import Any

import pgtrigger
from django.db import connections


def never_edited(name: str, subject: str, *, saved_again: bool = False) -> pgtrigger.Trigger:
    """Refuses every change and every deletion of a row; `saved_again` lets a fixture save the same row again."""
    indent = " " * 20  # that of the text in the migrations
    same = f"IF TG_OP = 'UPDATE' AND NEW IS NOT DISTINCT FROM OLD THEN RETURN NEW; END IF;\n{indent}"
    return pgtrigger.Trigger(
        name=name,
        when=pgtrigger.Before,
        operation=pgtrigger.Update | pgtrigger.Delete,
        func=f"""
                    {same if saved_again else ""}RAISE EXCEPTION '{subject} is never edited or deleted'
                        USING ERRCODE = 'restrict_violation', CONSTRAINT = '{name}';
                """,
    )


# With a body that is parsed here and now, it depends on no search_path, and PostgreSQL still writes it into its caller.
_ALWAYS_ON = """
    CREATE OR REPLACE FUNCTION public._pgtrigger_should_ignore(trigger_name name) RETURNS boolean
    LANGUAGE sql IMMUTABLE PARALLEL SAFE RETURN false
"""

UNSAFE_FUNCTIONS = """
    SELECT oid::regprocedure FROM pg_proc AS function
    WHERE pronamespace = 'public'::regnamespace AND prosqlbody IS NULL
        AND proowner = current_user::regrole AND NOT starts_with(proname, 'procrastinate_')
        AND NOT EXISTS (SELECT FROM unnest(proconfig) AS setting WHERE starts_with(setting, 'search_path='))
        AND NOT EXISTS (
            SELECT FROM pg_depend
            WHERE classid = 'pg_proc'::regclass AND objid = function.oid AND deptype = 'e'
        )
    ORDER BY proname
"""
"""The tracker's functions that resolve names by the search path of their caller."""

_SET_PATH = f"""
    DO $$
    DECLARE unsafe regprocedure;
    BEGIN
        FOR unsafe IN {UNSAFE_FUNCTIONS} LOOP
            EXECUTE format('ALTER FUNCTION %s SET search_path = pg_catalog, public, pg_temp', unsafe);
        END LOOP;
    END
    $$
"""


def secure_functions(*, using: str, **_: Any) -> None:
    """After every migration, so that no new trigger can forget it.

    No session can disable a trigger's rule, and the check costs nothing. pgtrigger's own function lets a session name
    triggers to be ignored, which nobody may here, and reads a setting that does not exist: each call fails inside and
    is caught, and for each caught error PostgreSQL scans all deferred triggers. A command on 20,000 facts took minutes.

    No function uses its caller's search path. `pg_restore` fills tables with an empty path: a check constraint whose
    function calls another by its bare name refused every row. And a session's temporary table of the right name would
    come before the tracker's.
    """
    with connections[using].cursor() as cursor:
        cursor.execute(_ALWAYS_ON)
        cursor.execute(_SET_PATH)
