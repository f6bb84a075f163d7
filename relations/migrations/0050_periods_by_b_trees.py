"""Finds the periods of a day by B-trees, and compares new ones with their neighbours: a GiST index was 90 % of writing.

The stored periods have been compared by the exclusion constraint, which this drops.
"""

import django.contrib.postgres.fields.ranges
import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models

from relations.migrations._at_once import AtOnce

_START = django.contrib.postgres.fields.ranges.RangeStartsWith("days")
_END = models.Func("days", output_field=models.DateField(), template="coalesce(upper(%(expressions)s), 'infinity')")
_FUNC = """
            IF current_setting('transaction_isolation') <> 'read committed' THEN
                RAISE EXCEPTION 'periods are written in transactions that read what others have committed'
                    USING ERRCODE = 'exclusion_violation', CONSTRAINT = '{name}';
            END IF;
            PERFORM FROM relations_countrypair WHERE code = ANY(ARRAY(SELECT DISTINCT pair_id FROM new_periods))
                ORDER BY code FOR NO KEY UPDATE;
            GET DIAGNOSTICS pairs = ROW_COUNT;
            IF pairs < (SELECT count(DISTINCT pair_id) FROM new_periods) THEN
                RAISE EXCEPTION 'a pair is recorded before its periods'
                    USING ERRCODE = 'foreign_key_violation', CONSTRAINT = '{name}';
            END IF;
            EXECUTE '
                SELECT pair_id || '' '' || track FROM new_periods AS own WHERE EXISTS (
                    SELECT FROM relations_statusperiod AS later
                    WHERE later.pair_id = own.pair_id AND later.track = own.track
                        AND lower(later.days) > lower(own.days)
                        AND lower(later.days) < coalesce(upper(own.days), ''infinity'')
                ) OR lower(own.days) < (
                    SELECT coalesce(upper(earlier.days), ''infinity'') FROM relations_statusperiod AS earlier
                    WHERE earlier.pair_id = own.pair_id AND earlier.track = own.track
                        AND lower(earlier.days) < lower(own.days)
                    ORDER BY lower(earlier.days) DESC LIMIT 1
                ) LIMIT 1
            ' INTO overlapping;
            IF overlapping IS NOT NULL THEN
                RAISE EXCEPTION 'two periods of % have a day in common', overlapping
                    USING ERRCODE = 'exclusion_violation', CONSTRAINT = '{name}';
            END IF;
            RETURN NULL;
        """


def _one_value_a_day(name: str, *, operation: str, hash: str, pgid: str) -> pgtrigger.migrations.AddTrigger:
    sql = pgtrigger.compiler.UpsertTriggerSql(
        declare="DECLARE pairs bigint; overlapping text;", func=_FUNC.format(name=name), hash=hash, level="STATEMENT",
        operation=operation, pgid=pgid, referencing="REFERENCING NEW TABLE AS new_periods ",
        table="relations_statusperiod", when="AFTER",
    )  # fmt: skip
    return pgtrigger.migrations.AddTrigger("statusperiod", pgtrigger.compiler.Trigger(name=name, sql=sql))


class Migration(migrations.Migration):
    dependencies = [("relations", "0049_project_posts_by_what_ended")]

    operations = [
        migrations.RemoveConstraint("statusperiod", "a_track_has_one_value_on_a_day"),
        migrations.RemoveConstraint("statusperiod", "a_period_lasts_a_day_or_more"),
        migrations.RemoveIndex("statusperiod", "periods_of_a_pair"),
        migrations.RemoveIndex("statusperiod", "stale_periods_by_day"),
        migrations.AddConstraint(
            "statusperiod",
            models.CheckConstraint(
                name="a_period_lasts_a_day_or_more", condition=models.Q(days__isempty=False, days__lower_inf=False)
            ),
        ),
        migrations.AddConstraint(
            "statusperiod",
            models.UniqueConstraint("pair", "track", _START, name="a_track_has_one_period_from_a_day_on"),
        ),
        migrations.AddIndex("statusperiod", models.Index("pair", _END, name="periods_by_last_day")),
        migrations.AddIndex(
            "statusperiod", models.Index(_END, _START, name="stale_periods_by_day", condition=models.Q(stale=True))
        ),
        _one_value_a_day(
            "a_track_has_one_value_on_a_day",
            operation="INSERT",
            hash="d25ca5d6784683d924c0c080a374041778b0d885",
            pgid="pgtrigger_a_track_has_one_value_on_a_day_4faa3",
        ),  # fmt: skip
        _one_value_a_day(
            "a_track_still_has_one_value_on_a_day",
            operation="UPDATE",
            hash="897524ff1a55e99efe098f183bc246305ead736d",
            pgid="pgtrigger_a_track_still_has_one_value_on_a_day_15453",
        ),  # fmt: skip
        # Expressions have statistics of their own, which choose the index for a day.
        migrations.RunSQL("ANALYZE relations_statusperiod", migrations.RunSQL.noop),
    ]
    operations[:-1] = [AtOnce(operations[:-1])]
