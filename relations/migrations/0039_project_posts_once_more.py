"""Has pairs projected again that have heads of missions.

A look that says more leads, suspended operations dispute fewer words, what is only remembered gives way to nothing that
says less, and what a mission implies years later has its own date. `refresh` computes it.
"""

import datetime as dt

from django.db import migrations


def project_again(apps, schema_editor):
    """0001-01-01 in `next_change_on` is the ledger's mark of a pair that awaits its projection."""
    periods = apps.get_model("relations", "StatusPeriod").objects.filter(kind="ambassador")
    pairs = apps.get_model("relations", "CountryPair").objects.filter(pk__in=periods.values("pair"))
    pairs.update(next_change_on=dt.date.min)


class Migration(migrations.Migration):
    dependencies = [("relations", "0038_project_all_again")]

    operations = [migrations.RunPython(project_again, migrations.RunPython.noop, elidable=True)]
