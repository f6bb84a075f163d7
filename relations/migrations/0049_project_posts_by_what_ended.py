"""Has pairs projected again that have heads of missions.

A data set's level ends before its next one may have begun, and what is severed remains so while others look after the
interests. `refresh` computes it.
"""

import datetime as dt

from django.db import migrations


def project_again(apps, schema_editor):
    """0001-01-01 in `next_change_on` is the ledger's mark of a pair that awaits its projection."""
    periods = apps.get_model("relations", "StatusPeriod").objects.filter(kind="ambassador")
    pairs = apps.get_model("relations", "CountryPair").objects.filter(pk__in=periods.values("pair"))
    pairs.update(next_change_on=dt.date.min)


class Migration(migrations.Migration):
    dependencies = [("relations", "0047_abbreviations_and_forms_in_names")]

    operations = [migrations.RunPython(project_again, migrations.RunPython.noop, elidable=True)]
