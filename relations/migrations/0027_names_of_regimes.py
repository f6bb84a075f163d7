"""Gives regimes the names by which lists and legal acts know them."""

import django.contrib.postgres.fields
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("relations", "0026_project_again")]

    operations = [
        migrations.AddField(
            model_name="regime",
            name="aliases",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(max_length=300), blank=True, default=list, editable=False, size=None
            ),
        ),
    ]
