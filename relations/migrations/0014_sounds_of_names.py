"""Adds the sounds of names, by which they are found, and computes those of existing names."""

from itertools import batched

import django.contrib.postgres.fields
import django.contrib.postgres.indexes
from django.db import migrations, models

from relations.text import transliteration, phonetics


_TELL = """
    UPDATE relations_partyname AS name
    SET folded = told.folded, sounds = told.sounds, consonants = string_to_array(told.consonants, ' ')
    FROM unnest(%s::bigint[], %s::text[], %s::text[], %s::text[]) AS told (id, folded, sounds, consonants)
    WHERE name.id = told.id
"""


def tell_sounds(apps, schema_editor):
    names = apps.get_model("relations", "PartyName").objects.order_by("pk").values_list("pk", "text")
    with schema_editor.connection.cursor() as cursor:
        for some in batched(list(names), 5000):
            told = [(key, transliteration.fold(text)[:1000], phonetics.sounded(text)) for key, text in some]
            keys, folded, sounds = map(list, zip(*told, strict=True))
            cursor.execute(_TELL, [keys, folded, sounds, [" ".join(phonetics.consonants(one)) for one in sounds]])


class Migration(migrations.Migration):
    dependencies = [
        ("relations", "0013_constraints"),
    ]

    operations = [
        migrations.AddField(
            model_name="partyname",
            name="sounds",
            field=models.TextField(default=""),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="partyname",
            name="consonants",
            field=django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), default=list, size=None),
            preserve_default=False,
        ),
        migrations.RunPython(tell_sounds, migrations.RunPython.noop),
        migrations.AddIndex(
            model_name="partyname",
            index=django.contrib.postgres.indexes.GinIndex(fields=["consonants"], name="party_names_by_consonants"),
        ),
    ]
