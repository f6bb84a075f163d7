"""Indexes the citations of each kind of fact by source, the periods in doubt, and the changes with a note."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from relations.migrations._at_once import AtOnce


class Migration(migrations.Migration):
    dependencies = [
        ("relations", "0035_project_posts_again"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AlterField(
            model_name="citation",
            name="ambassador_status",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="citations",
                to="relations.ambassadorstatus",
            ),
        ),
        migrations.AlterField(
            model_name="citation",
            name="diplomatic_event",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="citations",
                to="relations.diplomaticevent",
            ),
        ),
        migrations.AlterField(
            model_name="citation",
            name="sanction_event",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="citations",
                to="relations.sanctionevent",
            ),
        ),
        migrations.AlterField(
            model_name="citation",
            name="travel_ban_entry",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="citations",
                to="relations.travelbanentry",
            ),
        ),
        migrations.AddIndex(
            model_name="citation",
            index=models.Index(
                condition=models.Q(("ambassador_status__isnull", False)),
                fields=["ambassador_status"],
                name="citations_of_ambassador_status",
            ),
        ),
        migrations.AddIndex(
            model_name="citation",
            index=models.Index(
                condition=models.Q(("sanction_event__isnull", False)),
                fields=["sanction_event"],
                name="citations_of_sanction_event",
            ),
        ),
        migrations.AddIndex(
            model_name="citation",
            index=models.Index(
                condition=models.Q(("travel_ban_entry__isnull", False)),
                fields=["travel_ban_entry"],
                name="citations_of_travel_ban_entry",
            ),
        ),
        migrations.AddIndex(
            model_name="citation",
            index=models.Index(
                condition=models.Q(("diplomatic_event__isnull", False)),
                fields=["diplomatic_event"],
                name="citations_of_diplomatic_event",
            ),
        ),
        migrations.AddIndex(
            model_name="citation",
            index=models.Index(
                condition=models.Q(("ambassador_status__isnull", False)),
                fields=["source", "ambassador_status"],
                name="ambassador_status_by_source",
            ),
        ),
        migrations.AddIndex(
            model_name="citation",
            index=models.Index(
                condition=models.Q(("sanction_event__isnull", False)),
                fields=["source", "sanction_event"],
                name="sanction_event_by_source",
            ),
        ),
        migrations.AddIndex(
            model_name="citation",
            index=models.Index(
                condition=models.Q(("travel_ban_entry__isnull", False)),
                fields=["source", "travel_ban_entry"],
                name="travel_ban_entry_by_source",
            ),
        ),
        migrations.AddIndex(
            model_name="citation",
            index=models.Index(
                condition=models.Q(("diplomatic_event__isnull", False)),
                fields=["source", "diplomatic_event"],
                name="diplomatic_event_by_source",
            ),
        ),
        migrations.AddIndex(
            model_name="statuschange",
            index=models.Index(
                condition=models.Q(("note", ""), _negated=True), fields=["id"], name="changes_with_a_note"
            ),
        ),
        migrations.AddIndex(
            model_name="statusperiod",
            index=models.Index(condition=models.Q(("disputed", True)), fields=["pair"], name="periods_disputed"),
        ),
        migrations.AddIndex(
            model_name="statusperiod",
            index=models.Index(
                condition=models.Q(("uncertain", []), _negated=True), fields=["pair"], name="periods_uncertain"
            ),
        ),
    ]
    operations = [AtOnce(operations)]
