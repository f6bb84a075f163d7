"""Tests, headers and rates of subscriptions; deliveries cancelled; mail to owners. Their transitions have `old` and `new`: `from` and `to` are countries everywhere."""

import django.contrib.postgres.fields
from django.db import migrations, models
from django.db.models import Q

from relations.migrations._at_once import AtOnce

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
        migrations.AlterField(
            "delivery",
            "state",
            models.CharField(
                max_length=9,
                default="pending",
                choices=[
                    ("pending", "Pending"),
                    ("sending", "Sending"),
                    ("delivered", "Delivered"),
                    ("exhausted", "Exhausted"),
                    ("cancelled", "Cancelled"),
                ],
            ),
        ),
        migrations.RemoveConstraint("delivery", "a_delivery_is_in_a_state_of_the_vocabulary"),
        migrations.AddConstraint(
            "delivery",
            models.CheckConstraint(
                name="a_delivery_is_in_a_state_of_the_vocabulary",
                condition=Q(state__in=["pending", "sending", "delivered", "exhausted", "cancelled"]),
            ),
        ),
        migrations.AddField(
            "delivery",
            "cancelled_because",
            models.CharField(
                max_length=16,
                blank=True,
                default="",
                db_default="",
                choices=[
                    ("owner", "Disabled by its owner"),
                    ("gone", "Answered 410 Gone"),
                    ("no_success", "No success for five days"),
                    ("ping_unanswered", "Ping not answered"),
                ],
            ),
        ),
        migrations.AddConstraint(
            "delivery",
            models.CheckConstraint(
                name="only_a_cancelled_delivery_has_a_reason",
                condition=Q(state="cancelled", cancelled_because__in=["owner", "gone", "no_success", "ping_unanswered"])
                | ~Q(state="cancelled") & Q(cancelled_because=""),
            ),
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
        migrations.AddField(
            "subscription",
            "rate_per_minute",
            models.PositiveIntegerField(blank=True, help_text="Requests a minute at most", null=True),
        ),
        migrations.AddField(
            "subscription",
            "header_names",
            django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(max_length=64),
                blank=True,
                db_default=[],
                default=list,
                editable=False,
                size=None,
            ),
        ),
        migrations.AddField("subscription", "sealed_headers", models.BinaryField(null=True, editable=False)),
        migrations.AddField(
            "subscription",
            "mailed_state",
            models.CharField(
                max_length=8,
                default="enabled",
                db_default="enabled",
                editable=False,
                choices=[
                    ("pending", "Pending"),
                    ("enabled", "Enabled"),
                    ("paused", "Paused"),
                    ("disabled", "Disabled"),
                ],
            ),
        ),
        migrations.AddField("subscription", "mailed_at", models.DateTimeField(editable=False, null=True)),
        migrations.AddField("subscription", "mail_due_at", models.DateTimeField(editable=False, null=True)),
        migrations.AddConstraint(
            "subscription",
            models.CheckConstraint(
                name="the_mailed_state_of_a_subscription_is_one_of_the_vocabulary",
                condition=Q(mailed_state__in=["pending", "enabled", "paused", "disabled"]),
            ),
        ),
        migrations.AddIndex(
            "subscription",
            models.Index(
                name="subscriptions_to_mail_about", fields=["mail_due_at"], condition=Q(mail_due_at__isnull=False)
            ),
        ),
        migrations.AddField("subscription", "paced_until", models.DateTimeField(editable=False, null=True)),
        migrations.AddConstraint(
            "subscription",
            models.CheckConstraint(
                name="a_subscription_is_sent_to_at_a_rate_of_1_to_60000",
                condition=Q(rate_per_minute__isnull=True) | Q(rate_per_minute__range=(1, 60_000)),
            ),
        ),
        migrations.AddConstraint(
            "subscription",
            models.CheckConstraint(
                name="a_subscription_with_headers_has_their_names",
                condition=Q(header_names=[], sealed_headers__isnull=True)
                | ~Q(header_names=[]) & Q(sealed_headers__isnull=False),
            ),
        ),
    ]
    operations[1:] = [AtOnce(operations[1:])]
