"""Computes the stored forms of names again: of a name in two scripts the Latin one, and `ولد` as a particle."""

from importlib import import_module

from django.db import migrations

_name_forms = import_module("relations.migrations.0023_name_forms")


class Migration(migrations.Migration):
    dependencies = [("relations", "0041_since_of_spans")]

    operations = [migrations.RunPython(_name_forms.compute_forms, migrations.RunPython.noop, elidable=True)]
