"""Renames the keys by which subscriptions are found; no row changes."""

from django.db import migrations, models

UNIQUE = "a_subscription_is_selected_once_by_the_same_words"


class Migration(migrations.Migration):
    dependencies = [("relations", "0021_designation_change")]

    operations = [
        migrations.SeparateDatabaseAndState(
            # PostgreSQL renames the column in the unique index, too; Django's state does not.
            state_operations=[
                migrations.RemoveConstraint("selector", UNIQUE),
                migrations.RenameField("selector", "words", "key"),
                migrations.AddConstraint(
                    "selector", models.UniqueConstraint(fields=("key", "subscription"), name=UNIQUE)
                ),
            ],
            database_operations=[
                migrations.RunSQL(
                    "ALTER TABLE relations_selector RENAME COLUMN words TO key",
                    "ALTER TABLE relations_selector RENAME COLUMN key TO words",
                )
            ],
        ),
        migrations.AlterField(
            "attempt", "probe", models.BooleanField(default=False, help_text="Test of a paused receiver")
        ),
    ]
