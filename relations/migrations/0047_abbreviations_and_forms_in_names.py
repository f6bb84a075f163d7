"""Computes the stored forms of names again: more legal forms are folded, and more generic words are known."""

from importlib import import_module

from django.db import migrations

_name_forms = import_module("relations.migrations.0023_name_forms")


class Migration(migrations.Migration):
    dependencies = [("relations", "0045_constraints_in_plain_words")]

    operations = [migrations.RunPython(_name_forms.compute_forms, migrations.RunPython.noop, elidable=True)]
