"""An event's programme has the event's direction, and an entry's list its issuer and subject: foreign keys of several
columns, which Django's models cannot declare. Deferred, like Django's own, so that fixtures load in any order."""

from django.db import migrations

PROGRAMME = """
ALTER TABLE relations_sanctionevent
    ADD CONSTRAINT a_sanction_event_follows_the_direction_of_its_programme
    FOREIGN KEY (programme_id, from_country_id, to_country_id)
    REFERENCES relations_sanctionprogramme (id, issuer_id, target_id)
    DEFERRABLE INITIALLY DEFERRED;
"""
TRAVEL_BAN_LIST = """
ALTER TABLE relations_travelbanentry
    ADD CONSTRAINT an_entry_has_the_issuer_and_the_subject_of_its_list
    FOREIGN KEY (list_id, from_country_id, subject)
    REFERENCES relations_travelbanlist (id, issuer_id, subject)
    DEFERRABLE INITIALLY DEFERRED;
"""


class Migration(migrations.Migration):
    dependencies = [("relations", "0001_initial")]

    operations = [
        migrations.RunSQL(
            PROGRAMME,
            "ALTER TABLE relations_sanctionevent"
            " DROP CONSTRAINT a_sanction_event_follows_the_direction_of_its_programme",
        ),
        migrations.RunSQL(
            TRAVEL_BAN_LIST,
            "ALTER TABLE relations_travelbanentry DROP CONSTRAINT an_entry_has_the_issuer_and_the_subject_of_its_list",
        ),
    ]
