"""Adds the sounds of names, by which they are found; 0023 computes those of existing names."""

import django.contrib.postgres.fields
import django.contrib.postgres.indexes
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("relations", "0013_constraints"),
    ]

    operations = [
        migrations.AddField(
            model_name="partyname",
            name="sounds",
            field=models.TextField(default=""),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="partyname",
            name="consonants",
            field=django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), default=list, size=None),
            preserve_default=False,
        ),
        migrations.AddIndex(
            model_name="partyname",
            index=django.contrib.postgres.indexes.GinIndex(fields=["consonants"], name="party_names_by_consonants"),
        ),
    ]
