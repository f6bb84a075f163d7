"""Computes the stored forms of names again: abbreviations, acronyms in brackets and words of other scripts are read."""

from importlib import import_module

from django.db import migrations

_name_forms = import_module("relations.migrations.0023_name_forms")


class Migration(migrations.Migration):
    dependencies = [("relations", "0033_project_trends_again")]

    operations = [migrations.RunPython(_name_forms.compute_forms, migrations.RunPython.noop, elidable=True)]
