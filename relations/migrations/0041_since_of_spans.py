"""Adds the days that `since` may mean to spans, from the period that each begins with: lists of relations filter by them."""

from django.db import migrations, models

from relations.migrations._at_once import AtOnce

FILL = """
    UPDATE relations_statusspan AS span
    SET since_first = lower(edtf_days(since)), since_last = upper(edtf_days(since)) - 1
    FROM relations_statusperiod AS period
    WHERE period.pair_id = span.pair_id AND period.track = span.track AND lower(period.days) = span.start
        AND since IS NOT NULL
"""


class Migration(migrations.Migration):
    dependencies = [("relations", "0040_acronyms_and_numbers_in_names")]

    operations = [
        AtOnce(
            [
                migrations.AddField("statusspan", "since_first", models.DateField(null=True)),
                migrations.AddField("statusspan", "since_last", models.DateField(null=True)),
            ]
        ),
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
    ]
