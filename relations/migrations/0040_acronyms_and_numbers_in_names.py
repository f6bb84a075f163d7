"""Computes the stored forms of names again: acronyms in other languages, numbers in words, more particles."""

from importlib import import_module

from django.db import migrations

_name_forms = import_module("relations.migrations.0023_name_forms")


class Migration(migrations.Migration):
    dependencies = [("relations", "0039_project_posts_once_more")]

    operations = [migrations.RunPython(_name_forms.compute_forms, migrations.RunPython.noop, elidable=True)]
