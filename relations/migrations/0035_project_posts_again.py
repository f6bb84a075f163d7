"""Has pairs projected again that have heads of missions.

A source's own next level follows although their ranges share a year, and whoever was followed in the same office does not
come back when the successor's source is too old. `refresh` computes it.
"""

import datetime as dt

from django.db import migrations


def project_again(apps, schema_editor):
    """0001-01-01 in `next_change_on` is the ledger's mark of a pair that awaits its projection."""
    periods = apps.get_model("relations", "StatusPeriod").objects.filter(kind="ambassador")
    pairs = apps.get_model("relations", "CountryPair").objects.filter(pk__in=periods.values("pair"))
    pairs.update(next_change_on=dt.date.min)


class Migration(migrations.Migration):
    dependencies = [("relations", "0034_words_of_more_languages")]

    operations = [migrations.RunPython(project_again, migrations.RunPython.noop)]
