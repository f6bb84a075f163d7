"""Tests of subscriptions. Their transitions have `old` and `new`: `from` and `to` are countries everywhere."""

from django.db import migrations, models
from django.db.models import Q

_RENAME = """
    UPDATE relations_subscription SET transitions = (
        SELECT jsonb_agg(jsonb_build_object('track', t -> 'track', '{old}', t -> '{was_old}', '{new}', t -> '{was_new}')
                         ORDER BY place)
        FROM jsonb_array_elements(transitions) WITH ORDINALITY AS e (t, place)
    )
    WHERE transitions <> '[]'
"""


class Migration(migrations.Migration):
    dependencies = [("relations", "0031_what_parties_are_found_by")]

    operations = [
        migrations.RunSQL(
            _RENAME.format(old="old", new="new", was_old="from", was_new="to"),
            _RENAME.format(old="from", new="to", was_old="old", was_new="new"),
        ),
        migrations.AddField("delivery", "test", models.BooleanField(default=False, db_default=False)),
        migrations.AddConstraint(
            "delivery",
            models.UniqueConstraint(
                name="a_subscription_waits_for_one_test_of_a_type",
                fields=["subscription", "event_type"],
                condition=Q(test=True, state__in=("pending", "sending")),
            ),
        ),
    ]
