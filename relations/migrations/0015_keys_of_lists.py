"""Travel-ban lists get a key, by which fixtures find them again under whatever title."""

import uuid

from django.db import migrations, models

# The list of the seed article has the key that its fixture gives. It is known by an entry on it: editors may have
# given it another title.
FILL = """
    UPDATE relations_travelbanlist SET key = CASE
        WHEN id IN (SELECT list_id FROM relations_travelbanentry WHERE key = 'ecea24b7-d778-5c40-9d56-1ab6f2a8ae92')
        THEN 'c3152582-c385-57f6-9285-bbe574df15e6'::uuid ELSE gen_random_uuid()
    END
"""


class Migration(migrations.Migration):
    dependencies = [("relations", "0014_sounds_of_names")]

    operations = [
        migrations.AddField("travelbanlist", "key", models.UUIDField(default=uuid.uuid4, editable=False, null=True)),
        migrations.RunSQL(
            f"{FILL}; SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED", migrations.RunSQL.noop
        ),
        migrations.AlterField(
            "travelbanlist", "key", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)
        ),
    ]
