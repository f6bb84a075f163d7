"""Adds spans, the history of statuses as readers see it, and computes them from the stored periods.

What `relations.status.spans` computes, in SQL: neighbours that differ only in their evidence are one span, and days
without a period after a track's first day are unknown.
"""

import django.db.models.deletion
from django.db import migrations, models

FILL = """
    WITH period AS (
        SELECT pair_id, track, kind, from_country_id, to_country_id, whole, programme_id, list_id,
            lower(days) AS first, coalesce(upper(days), '9999-12-31') AS following,
            lead(lower(days), 1, '9999-12-31') OVER by_track AS next_first,
            value, holder, since, stale, disputed
        FROM relations_statusperiod WINDOW by_track AS (PARTITION BY pair_id, track ORDER BY days)
    ), piece AS (
        SELECT pair_id, track, kind, from_country_id, to_country_id, whole, programme_id, list_id,
            first, following, value, holder, since, stale, disputed
        FROM period
        UNION ALL
        SELECT pair_id, track, kind, from_country_id, to_country_id, whole, programme_id, list_id,
            following, next_first, 'unknown', '', NULL, false, false
        FROM period WHERE following < next_first
    ), marked AS (
        SELECT *, (lag(value) OVER by_track, lag(holder) OVER by_track, lag(since) OVER by_track,
                lag(stale) OVER by_track) IS DISTINCT FROM (value, holder, since, stale) AS begins
        FROM piece WINDOW by_track AS (PARTITION BY pair_id, track ORDER BY first)
    ), numbered AS (
        SELECT *, count(*) FILTER (WHERE begins) OVER (PARTITION BY pair_id, track ORDER BY first) AS number
        FROM marked
    ), span AS (
        SELECT pair_id, track, kind, from_country_id, to_country_id, whole, programme_id, list_id,
            min(first) AS first, max(following) AS following, value, holder, stale, bool_or(disputed) AS disputed,
            CASE WHEN upper(edtf_days(since)) - 1 = min(first) THEN since ELSE min(first)::text END AS edtf
        FROM numbered
        GROUP BY pair_id, track, kind, from_country_id, to_country_id, whole, programme_id, list_id,
            value, holder, since, stale, number
    )
    INSERT INTO relations_statusspan (
        pair_id, track, kind, from_country_id, to_country_id, whole, programme_id, list_id, start, "end",
        start_edtf, end_edtf, value, holder, previous, stale, disputed, last
    )
    SELECT pair_id, track, kind, from_country_id, to_country_id, whole, programme_id, list_id, first, following,
        edtf, coalesce(lead(edtf) OVER by_track, ''), value, holder,
        coalesce(lag(value) OVER by_track, 'unknown'), stale, disputed,
        first = max(first) OVER (PARTITION BY pair_id, track, value)
    FROM span WINDOW by_track AS (PARTITION BY pair_id, track ORDER BY first)
"""


class Migration(migrations.Migration):
    dependencies = [
        ("relations", "0028_periods_by_first_day"),
    ]

    operations = [
        migrations.CreateModel(
            name="StatusSpan",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("track", models.CharField(max_length=40)),
                ("kind", models.CharField(max_length=20)),
                ("whole", models.BooleanField(default=True)),
                ("start", models.DateField()),
                ("end", models.DateField()),
                ("start_edtf", models.CharField(max_length=32)),
                ("end_edtf", models.CharField(blank=True, max_length=32)),
                ("value", models.CharField(max_length=20)),
                ("holder", models.CharField(blank=True, max_length=200)),
                ("previous", models.CharField(max_length=20)),
                ("stale", models.BooleanField(default=False)),
                ("disputed", models.BooleanField(default=False)),
                ("last", models.BooleanField(default=False)),
                (
                    "from_country",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="relations.country",
                    ),
                ),
                (
                    "list",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="relations.travelbanlist",
                    ),
                ),
                (
                    "pair",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="spans",
                        to="relations.countrypair",
                    ),
                ),
                (
                    "programme",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="relations.sanctionprogramme",
                    ),
                ),
                (
                    "to_country",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="relations.country",
                    ),
                ),
            ],
            options={
                "ordering": ("pair", "track", "start"),
                "indexes": [
                    models.Index(fields=["kind", "value", "start", "end", "pair", "track"], name="spans_by_value"),
                    models.Index(fields=["start", "end", "pair", "track"], name="spans_by_start"),
                    models.Index(fields=["end", "start", "pair", "track"], name="spans_by_end"),
                    models.Index(fields=["from_country", "kind"], name="spans_by_sender"),
                    models.Index(fields=["to_country", "kind"], name="spans_by_receiver"),
                    models.Index(
                        condition=models.Q(("disputed", True)), fields=["pair", "track", "start"], name="spans_disputed"
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("pair", "track", "start"), name="a_track_has_one_span_from_a_day_on"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("end__gt", models.F("start"))), name="a_span_lasts_a_day_or_more"
                    ),
                ],
            },
        ),
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
    ]
