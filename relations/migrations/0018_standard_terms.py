"""Renames models and columns to the field's standard terms; no row changes."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("relations", "0017_change_directions"),
    ]

    operations = [
        migrations.RenameModel("Allowance", "RateLimitCounter"),
        migrations.RenameModel("GivenAnswer", "IdempotencyRecord"),
        migrations.RenameModel("ReferenceStamp", "ReferenceEpoch"),
        migrations.RenameModel("ImportedFact", "SourceLink"),
        migrations.RenameField("countrypair", "told_on", "logged_through"),
        migrations.RenameField("countrypair", "told_at", "last_recorded_at"),
        migrations.RenameField("countrypair", "changes_on", "next_change_on"),
    ]
