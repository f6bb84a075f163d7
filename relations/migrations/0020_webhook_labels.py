"""The index of subscriptions by key, and labels of the reasons for which webhooks fail. Keeps all rows."""

from django.db import migrations, models

UNIQUE = "a_subscription_is_selected_once_by_the_same_words"


class Migration(migrations.Migration):
    dependencies = [("relations", "0019_standard_terms_triggers")]

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
            "subscription",
            "disabled_reason",
            models.CharField(
                blank=True,
                choices=[
                    ("owner", "By its owner"),
                    ("gone", "The URL answers 410 Gone"),
                    ("no_success", "No success for five days"),
                    ("ping_unanswered", "Ping not answered"),
                ],
                editable=False,
                max_length=16,
            ),
        ),
        migrations.AlterField(
            "attempt",
            "error",
            models.CharField(
                blank=True,
                choices=[
                    ("blocked", "Address not allowed"),
                    ("name", "Name not found"),
                    ("connect", "No connection"),
                    ("tls", "TLS failed"),
                    ("timeout", "Timeout"),
                    ("protocol", "No complete HTTP response"),
                    ("lost", "Worker lost"),
                ],
                max_length=10,
            ),
        ),
        migrations.AlterField(
            "attempt", "probe", models.BooleanField(default=False, help_text="Test of a paused receiver")
        ),
    ]
