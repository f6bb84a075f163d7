"""Has every pair projected again: statuses say less where their sources do.

A severed post says more than a closed mission, and that there are no relations; a value that was only remembered begins
again when it is known again; a data set counts after an end or an article. `refresh` computes it.
A span that begins on the last day of the calendar lasts that day.
"""

import datetime as dt

from django.db import migrations, models


def project_again(apps, schema_editor):
    """0001-01-01 in `next_change_on` is the ledger's mark of a pair that awaits its projection."""
    apps.get_model("relations", "CountryPair").objects.update(next_change_on=dt.date.min)


class Migration(migrations.Migration):
    dependencies = [("relations", "0036_lists_at_a_million_facts")]

    operations = [
        migrations.RemoveConstraint("statusspan", "a_span_lasts_a_day_or_more"),
        migrations.AddConstraint(
            "statusspan",
            models.CheckConstraint(
                name="a_span_lasts_a_day_or_more",
                condition=models.Q(("end__gt", models.F("start")), ("end", dt.date.max), _connector="OR"),
            ),
        ),
        migrations.RunPython(project_again, migrations.RunPython.noop),
    ]
