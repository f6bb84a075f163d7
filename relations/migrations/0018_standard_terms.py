"""Renames models and columns to the field's standard terms; no row changes.

The index is made again, for Django does not rename fields in the state of indexes.
"""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("relations", "0017_change_directions"),
    ]

    operations = [
        migrations.RemoveIndex("countrypair", "pairs_by_next_change"),
        migrations.RenameModel("Allowance", "RateLimitCounter"),
        migrations.RenameModel("GivenAnswer", "IdempotencyRecord"),
        migrations.RenameModel("ReferenceStamp", "ReferenceEpoch"),
        migrations.RenameModel("ImportedFact", "SourceLink"),
        migrations.RenameField("countrypair", "told_on", "logged_through"),
        migrations.RenameField("countrypair", "told_at", "last_recorded_at"),
        migrations.RenameField("countrypair", "changes_on", "next_change_on"),
        migrations.AddIndex(
            "countrypair",
            models.Index(
                name="pairs_by_next_change",
                fields=["next_change_on"],
                condition=models.Q(next_change_on__isnull=False),
            ),
        ),
    ]
