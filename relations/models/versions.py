"""Triggers of every kind of fact: they guard the chain of its versions, whoever writes them.

Queries of other rows are planned each time (`EXECUTE`): a plan cached when a table had ten rows reads the whole table,
once for each of the thousands of rows that an import writes.
"""

from __future__ import annotations

import datetime as dt
from typing import Self

import pgtrigger
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeOperators
from django.db import models
from django.db.models import F, Func


class VersionedQuerySet[M: models.Model](models.QuerySet[M]):
    """Rows with `recorded_at` and `superseded_at`."""

    def current(self) -> Self:
        return self.filter(superseded_at__isnull=True)

    def known_at(self, moment: dt.datetime | None) -> Self:
        """Versions known at `moment`; None means now."""
        if moment is None:
            return self.current()
        later = models.Q(superseded_at__isnull=True) | models.Q(superseded_at__gt=moment)
        return self.filter(later, recorded_at__lte=moment)


def one_version_at_a_time(name: str, *, of: str) -> ExclusionConstraint:
    """No moment has two versions `of` the same thing."""
    known = Func(F("recorded_at"), F("superseded_at"), function="tstzrange", output_field=DateTimeRangeField())
    return ExclusionConstraint(
        name=name, expressions=[(of, RangeOperators.EQUAL), (known, RangeOperators.OVERLAPS)]
    )  # fmt: skip


APPEND_ONLY = pgtrigger.Trigger(
    name="a_fact_is_never_edited_or_deleted",
    when=pgtrigger.Before,
    operation=pgtrigger.Update | pgtrigger.Delete,
    # Loading a fixture again writes the same rows, and must not revive what was superseded in the meantime.
    # `subject` is a generated column, which a trigger that runs before the row is stored sees empty.
    func="""
        IF TG_OP = 'UPDATE' THEN
            IF OLD.superseded_at IS NOT NULL AND NEW.superseded_at IS NULL THEN
                NEW.superseded_at := OLD.superseded_at;
            END IF;
            IF to_jsonb(NEW) - '{superseded_at,subject}'::text[] = to_jsonb(OLD) - '{superseded_at,subject}'::text[]
                AND (OLD.superseded_at IS NULL OR NEW.superseded_at = OLD.superseded_at)
            THEN
                RETURN NEW;
            END IF;
        END IF;
        RAISE EXCEPTION 'a recorded fact is never edited or deleted: correct it or retract it'
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'a_fact_is_never_edited_or_deleted';
    """,
)

CONTINUING = pgtrigger.Trigger(
    name="a_version_continues_the_one_before",
    when=pgtrigger.After,
    operation=pgtrigger.Insert,
    timing=pgtrigger.Deferred,
    condition=pgtrigger.Q(new__version__gt=1),
    declare=[("found", "bigint")],
    func=pgtrigger.Func(  # type: ignore[no-untyped-call]  # pgtrigger gives it no types
        """
        EXECUTE '
            SELECT FROM {meta.db_table}
            WHERE key = $1.key AND version = $1.version - 1 AND superseded_at = $1.recorded_at
                AND first_recorded_at = $1.first_recorded_at
                AND from_country_id = $1.from_country_id AND to_country_id = $1.to_country_id
        ' USING NEW;
        GET DIAGNOSTICS found = ROW_COUNT;
        IF found = 0 THEN
            RAISE EXCEPTION 'version % of fact % does not begin where the version before it ends', NEW.version, NEW.key
                USING ERRCODE = 'check_violation', CONSTRAINT = 'a_version_continues_the_one_before';
        END IF;
        RETURN NULL;
        """
    ),
)
"""A correction has the key and the countries of the version before, and begins when that one ends. Deferred, so that
the two are written in any order."""


def cited(column: str) -> pgtrigger.Trigger:
    """A fact needs a citation that supports it; `column` is the citation's for facts of the kind.

    Deferred: the fact is written first. A citation is never deleted, so one check at the commit is enough.
    """
    return pgtrigger.Trigger(
        name="a_fact_rests_on_a_citation",
        when=pgtrigger.After,
        operation=pgtrigger.Insert,
        timing=pgtrigger.Deferred,
        declare=[("found", "bigint")],
        func=f"""
            EXECUTE 'SELECT FROM relations_citation WHERE {column}_id = $1 AND stance = $2 LIMIT 1'
                USING NEW.id, 'supports';
            GET DIAGNOSTICS found = ROW_COUNT;
            IF found = 0 THEN
                RAISE EXCEPTION 'fact % has no citation that supports it', NEW.key
                    USING ERRCODE = 'check_violation', CONSTRAINT = 'a_fact_rests_on_a_citation';
            END IF;
            RETURN NULL;
        """,  # the column is one of four in this folder
    )
