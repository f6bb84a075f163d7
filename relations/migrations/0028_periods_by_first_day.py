"""Finds a period by the day on which it begins, however many a track has."""

import django.contrib.postgres.fields.ranges
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("relations", "0027_names_of_regimes")]

    operations = [
        migrations.RemoveIndex(model_name="statusperiod", name="periods_of_a_pair"),
        migrations.AddIndex(
            model_name="statusperiod",
            index=models.Index(
                "pair",
                "track",
                django.contrib.postgres.fields.ranges.RangeStartsWith("days"),
                name="periods_of_a_pair",
            ),
        ),
    ]
