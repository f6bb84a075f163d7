"""Adds the day of listing that an issuer names, and takes that of earlier listings from the records."""

from django.db import migrations, models

FROM_RECORDS = """
    UPDATE relations_listing AS listing SET issuer_listed_on = (
        SELECT (version.content ->> 'listed_on')::date
        FROM relations_designation AS version
        WHERE version.party_id = listing.party_id AND version.change = 'listed'
            AND version.since <= lower(listing.days)
        ORDER BY version.version DESC LIMIT 1
    )
"""


class Migration(migrations.Migration):
    dependencies = [("relations", "0023_name_forms")]

    operations = [
        migrations.AddField("listing", "issuer_listed_on", models.DateField(null=True)),
        migrations.RunSQL(FROM_RECORDS, migrations.RunSQL.noop),
    ]
