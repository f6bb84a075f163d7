"""Stores the normal words of names instead of their sounds, and computes the forms of existing names again."""

from itertools import batched

from django.db import migrations

from relations.text.names import fold, keys, parse

_COMPUTED = """
    UPDATE relations_partyname AS name
    SET words = computed.words, folded = computed.folded, consonants = string_to_array(computed.keys, ' ')
    FROM unnest(%s::bigint[], %s::text[], %s::text[], %s::text[]) AS computed (id, words, folded, keys)
    WHERE name.id = computed.id
"""


def compute_forms(apps, schema_editor):
    names = apps.get_model("relations", "PartyName").objects.order_by("pk").values_list("pk", "text")
    with schema_editor.connection.cursor() as cursor:
        for some in batched(list(names), 5000):
            parsed = [(key, parse(text)) for key, text in some]
            forms = [(key, " ".join(name.every), fold(name)[:1000], " ".join(keys(name))) for key, name in parsed]
            cursor.execute(_COMPUTED, [list(column) for column in zip(*forms, strict=True)])


class Migration(migrations.Migration):
    dependencies = [("relations", "0022_selector_key")]

    operations = [
        migrations.RenameField("partyname", "sounds", "words"),
        migrations.RunPython(compute_forms, migrations.RunPython.noop),
    ]
