"""Has pairs projected again whose trend rests on several kinds of sources of one rank.

Which of them was stored depended on the process; now it is the first in alphabetical order. `refresh` computes it.
"""

import datetime as dt

from django.db import migrations

SEVERAL = ("registry", "register")
"""The kinds of one rank but for `official_list`, the first, which is right where it is stored."""


def project_again(apps, schema_editor):
    """0001-01-01 in `next_change_on` is the ledger's mark of a pair that awaits its projection."""
    periods = apps.get_model("relations", "StatusPeriod").objects.filter(kind="trend", basis__in=SEVERAL)
    pairs = apps.get_model("relations", "CountryPair").objects.filter(pk__in=periods.values("pair"))
    pairs.update(next_change_on=dt.date.min)


class Migration(migrations.Migration):
    dependencies = [("relations", "0031_what_parties_are_found_by")]

    operations = [migrations.RunPython(project_again, migrations.RunPython.noop)]
